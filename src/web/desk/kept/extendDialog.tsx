import { api } from '../../kit/data/api.ts'
import { instant } from '../../kit/data/format.ts'
import { useCommand } from '../../kit/data/query.ts'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Form } from '../../kit/parts/form.tsx'

const schema = {
  properties: { hours: { type: 'integer' as const, title: 'Hours from now', minimum: 1, maximum: 8_760, default: 24 } },
  required: ['hours'],
}

export function ExtendDialog({
  hold,
  close,
}: {
  hold: { id: string; sku: string; customer: string; expiresAt: string }
  close: () => void
}) {
  const extend = useCommand(api.promise.extendHold, {
    quiet: true,
    said: ({ expiresAt }) => `Kept until ${instant(expiresAt)}`,
    done: close,
  })
  return (
    <Dialog label="Keep for longer" close={close}>
      <div className="dialog-body">
        <h2>
          {hold.sku} for {hold.customer}
        </h2>
        <p className="quiet">Kept until {instant(hold.expiresAt)}. How long in all, your role says.</p>
        <Form
          schema={schema}
          action="Keep it"
          busy={extend.busy}
          error={extend.error}
          onSubmit={({ hours }) => extend.run({ holdId: hold.id, hours: Number(hours) })}
        />
      </div>
    </Dialog>
  )
}
