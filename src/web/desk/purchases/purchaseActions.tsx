import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { plural } from '../../kit/data/format.ts'
import { useCommand } from '../../kit/data/query.ts'
import { useMay } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Field } from '../../kit/parts/field.tsx'
import { Form } from '../../kit/parts/form.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import { PlanDialog } from '../promises/planDialog.tsx'
import type { Purchase } from './types.ts'

/** What may be done to a purchase order now. */
export function PurchaseActions({ order }: { order: Purchase }) {
  const may = useMay()
  const [shown, setShown] = useState<'cancel' | 'days' | null>(null)
  const place = useCommand(api.purchasing.placeOrder, {
    said: ({ affected }) => `${order.number} is placed; ${plural(affected.orders, 'order')} got another date`,
  })
  const allowed = may('purchasing.order')
  useCommands(
    allowed && order.can.place === null
      ? [{ id: 'place', title: `Place ${order.number}`, keys: 'c', run: () => place.run({ orderId: order.id }) }]
      : [],
  )
  if (!allowed) return null
  return (
    <>
      {order.can.cancel === null && (
        <Button look="danger" onClick={() => setShown('cancel')}>
          Cancel
        </Button>
      )}
      {order.can.change === null && <Button onClick={() => setShown('days')}>Change days</Button>}
      {order.can.place === null && (
        <Button look="primary" hotkey="C" disabled={place.busy} onClick={() => place.run({ orderId: order.id })}>
          Place
        </Button>
      )}
      {shown === 'cancel' && <CancelDialog order={order} close={() => setShown(null)} />}
      {shown === 'days' && <DaysDialog order={order} close={() => setShown(null)} />}
    </>
  )
}

function CancelDialog({ order, close }: { order: Purchase; close: () => void }) {
  const cancel = useCommand(api.purchasing.cancelOrder, {
    said: ({ affected }) => `${order.number} is cancelled; ${plural(affected.orders, 'order')} lost or changed a date`,
    quiet: true,
    done: close,
  })
  return (
    <Dialog label={`Cancel ${order.number}`} close={close}>
      <div className="dialog-body">
        <h2>Cancel what has not come of {order.number}</h2>
        <p className="quiet">Nothing more is expected of it; who was promised from it is promised anew at once.</p>
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

/** Another day for all that is open: whom it hurts is seen before it is saved. */
function DaysDialog({ order, close }: { order: Purchase; close: () => void }) {
  const open = order.lines.filter((line) => line.open > 0)
  const [dueOn, setDueOn] = useState(open[0]?.dueOn ?? '')
  const same = open.every((line) => line.dueOn === dueOn)
  const blocked = dueOn === '' ? 'Say when it is due.' : same ? 'Nothing is changed yet.' : null
  return (
    <PlanDialog
      title={`Days of ${order.number}`}
      note="When the supplier says it will come. What was promised from it is planned anew when it is saved."
      call={api.purchasing.changeLines}
      input={blocked === null ? { orderId: order.id, lines: open.map((line) => ({ lineId: line.id, dueOn })) } : null}
      blocked={blocked}
      moves={({ affected }) => affected}
      action="Save"
      said={`${order.number} saved`}
      close={close}
    >
      <Field label="All open lines are due on" type="date" value={dueOn} onChange={setDueOn} required />
    </PlanDialog>
  )
}
