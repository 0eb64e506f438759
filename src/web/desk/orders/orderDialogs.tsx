import { api } from '../../kit/data/api.ts'
import { money } from '../../kit/data/format.ts'
import { useCommand } from '../../kit/data/query.ts'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Form } from '../../kit/parts/form.tsx'
import type { Order } from './types.ts'

interface Props {
  order: Order
  close: () => void
}

export function CancelDialog({ order, close }: Props) {
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

/** Lets one order go over the limit: who, why, how much and until when are kept with it. */
export function AllowDialog({ order, close }: Props) {
  const release = useCommand(api.sales.release, {
    said: ({ outcome, holdReason }) =>
      outcome === 'held'
        ? `${order.number} is still held: ${holdReason ?? ''}`
        : `${order.number} allowed and released`,
    done: close,
  })
  const allow = useCommand(api.credit.allowOrder, { quiet: true, done: () => release.run({ orderId: order.id }) })
  return (
    <Dialog label={`Allow ${order.number} over the limit`} close={close}>
      <div className="dialog-body">
        <h2>Allow {order.number} over the limit</h2>
        <p className="quiet">
          The order is {money(order.grossMinor, order.currency)}; {order.customer.name}
          {order.credit?.leftMinor == null
            ? ' is on hold.'
            : ` has ${money(Math.max(0, order.credit.leftMinor), order.currency)} of the limit left.`}
        </p>
        <Form
          schema={{
            properties: {
              reason: { title: 'Why', minLength: 3, maxLength: 300 },
              until: { title: 'Good until the end of', format: 'date' },
            },
            required: ['reason', 'until'],
          }}
          action="Allow and release"
          busy={allow.busy || release.busy}
          error={allow.error}
          onSubmit={({ reason, until }) =>
            allow.run({ orderId: order.id, reason: String(reason), until: `${until}T23:59:59.000Z` })
          }
        />
      </div>
    </Dialog>
  )
}
