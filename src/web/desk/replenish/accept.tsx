import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { plural } from '../../kit/data/format.ts'
import { useCommand } from '../../kit/data/query.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Form } from '../../kit/parts/form.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import type { ProposalRow } from './types.ts'

/** Yes or no to all picked proposals at once. */
export function AcceptSteps({
  picked,
  set,
}: {
  picked: ReadonlyMap<string, Pick<ProposalRow, 'id'>>
  set: (picked: ReadonlyMap<string, ProposalRow>) => void
}) {
  const [dismissing, setDismissing] = useState(false)
  const proposalIds = [...picked.keys()]
  const clear = () => set(new Map())
  const accept = useCommand(api.planning.accept, {
    said: ({ documents }) => `Made and placed: ${documents.map((one) => one.number).join(', ')}`,
    done: clear,
  })
  const yes = () => accept.run({ proposalIds })
  useCommands([{ id: 'accept-picked', title: 'Accept the picked proposals', keys: 'a', run: yes }])
  return (
    <>
      <span className="quiet">{plural(picked.size, 'proposal')} picked</span>
      <Button onClick={() => setDismissing(true)}>Turn down</Button>
      <Button look="primary" hotkey="A" disabled={accept.busy} onClick={yes}>
        Accept {picked.size}
      </Button>
      <Button onClick={clear}>Clear</Button>
      {dismissing && (
        <DismissDialog
          proposalIds={proposalIds}
          close={(done) => {
            setDismissing(false)
            if (done) clear()
          }}
        />
      )}
    </>
  )
}

export function DismissDialog({
  proposalIds,
  close,
}: {
  proposalIds: readonly string[]
  close: (done: boolean) => void
}) {
  const dismiss = useCommand(api.planning.dismiss, {
    said: ({ dismissed }) => `${plural(dismissed, 'proposal')} turned down`,
    quiet: true,
    done: () => close(true),
  })
  return (
    <Dialog label="Turn down" close={() => close(false)}>
      <div className="dialog-body">
        <h2>Turn down {plural(proposalIds.length, 'proposal')}</h2>
        <p className="quiet">Nothing is proposed for these items at their site until the days are over.</p>
        <Form
          schema={{
            properties: {
              reason: { title: 'Why', minLength: 3, maxLength: 200 },
              quietDays: {
                type: 'integer',
                title: 'Days without a new proposal',
                minimum: 1,
                maximum: 365,
                default: 7,
              },
            },
            required: ['reason', 'quietDays'],
          }}
          action="Turn down"
          busy={dismiss.busy}
          error={dismiss.error}
          onSubmit={({ reason, quietDays }) =>
            dismiss.run({ proposalIds: [...proposalIds], reason: String(reason), quietDays: Number(quietDays) })
          }
        />
      </div>
    </Dialog>
  )
}
