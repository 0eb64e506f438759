import { api } from '../../../kit/data/api.ts'
import { useRead } from '../../../kit/data/query.ts'
import { useMe } from '../../../kit/data/session.ts'
import { Button } from '../../../kit/parts/button.tsx'
import { Dialog } from '../../../kit/parts/dialog.tsx'
import { StandIns } from '../../orders/lines/standIns.tsx'
import type { WaitingRow } from '../types.ts'

/** What could be sent to this customer instead of the item they wait for. */
export function SendInstead({ row, close }: { row: WaitingRow; close: () => void }) {
  const { company } = useMe()
  const orderId = row.orderId ?? ''
  const lineId = row.orderLineId ?? ''
  const offers = useRead(api.sales.substitutes, { orderId })
  const none = offers.data && !offers.data.lines.some((line) => line.lineId === lineId)
  return (
    <Dialog label={`Send another item than ${row.sku}`} close={close}>
      <div className="dialog-body">
        <h2>
          {row.order}: another item than {row.sku}
        </h2>
        {none && (
          <p className="quiet" role="status">
            Nothing can stand for it: either this line is not short, or {row.sku} has no substitute and no successor.
          </p>
        )}
        <StandIns
          order={{ id: orderId, number: row.order ?? '', currency: company.currency, status: '' }}
          lineId={lineId}
        />
        <Button onClick={close}>Close</Button>
      </div>
    </Dialog>
  )
}
