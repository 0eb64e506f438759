import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { useCommand } from '../../kit/data/query.ts'
import { useMay } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Form } from '../../kit/parts/form.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import type { Order } from './types.ts'

/** What may be done to the order now. Not permitted: not shown. Not possible in this state: shown with the reason. */
export function OrderActions({ order }: { order: Order }) {
  const may = useMay()
  const [cancelling, setCancelling] = useState(false)
  const confirm = useCommand(api.sales.confirm, { said: `${order.number} confirmed` })
  const release = useCommand(api.sales.release, {
    said: ({ outcome, holdReason }) =>
      outcome === 'held'
        ? `${order.number} is held: ${holdReason ?? 'credit'}`
        : `${order.number} released to the warehouse`,
  })
  const steps = [
    { id: 'confirm', title: 'Confirm', key: 'c', why: order.can.confirm, command: confirm },
    { id: 'release', title: 'Release', key: 'r', why: order.can.release, command: release },
  ].filter((step) => may(`sales.${step.id}`))
  const next = steps.find((step) => step.why === null)
  const possible = steps.filter((step) => step.why === null)
  useCommands([
    ...possible.map((s) => ({
      id: s.id,
      title: `${s.title} ${order.number}`,
      keys: s.key,
      run: () => s.command.run({ orderId: order.id }),
    })),
    { id: 'print', title: 'Print this order', keys: 'p', run: () => window.print() },
  ])
  return (
    <>
      {may('sales.cancel') && (
        <Button look="danger" blocked={order.can.cancel} onClick={() => setCancelling(true)}>
          Cancel
        </Button>
      )}
      <Button onClick={() => window.print()}>Print</Button>
      {steps.map((step) => (
        <Button
          key={step.id}
          look={step === next ? 'primary' : 'plain'}
          hotkey={step.why === null ? step.key.toUpperCase() : undefined}
          blocked={step.why}
          disabled={step.command.busy}
          onClick={() => step.command.run({ orderId: order.id })}
        >
          {step.title}
        </Button>
      ))}
      {cancelling && <CancelDialog order={order} close={() => setCancelling(false)} />}
    </>
  )
}

function CancelDialog({ order, close }: { order: Order; close: () => void }) {
  const cancel = useCommand(api.sales.cancel, { said: `${order.number} cancelled`, quiet: true, done: close })
  return (
    <Dialog label={`Cancel ${order.number}`} close={close}>
      <div className="dialog-body">
        <h2>Cancel {order.number}</h2>
        <p className="quiet">What is not shipped yet is taken off the order, and its stock is free for others.</p>
        <Form
          schema={{ properties: { reason: { title: 'Why', maxLength: 200, minLength: 3 } }, required: ['reason'] }}
          action="Cancel the order"
          busy={cancel.busy}
          error={cancel.error}
          onSubmit={({ reason }) => cancel.run({ orderId: order.id, reason: String(reason) })}
        />
      </div>
    </Dialog>
  )
}
