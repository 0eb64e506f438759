import { api } from '../../kit/data/api.ts'
import { count } from '../../kit/data/format.ts'
import { useCommand } from '../../kit/data/query.ts'
import { useMay } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Status } from '../../kit/parts/status.tsx'
import { linkTo } from '../../kit/shell/places.ts'
import { Link } from '../../kit/shell/route.tsx'
import type { WaveData } from './wave.tsx'

type WaveOrder = WaveData['orders'][number]

export const WaveOrders = ({ orders, siteId }: Pick<WaveData, 'orders' | 'siteId'>) => (
  <section className="card" aria-label="Orders of the wave">
    <div className="card-head">
      <h2>Orders</h2>
      <span className="quiet">{count(orders.length)}</span>
    </div>
    <div className="card-body">
      {orders.map((order) => (
        <OrderRow key={order.id} order={order} siteId={siteId} />
      ))}
    </div>
  </section>
)

/** One order of the wave with its one next step: pack what is picked, then ship what is packed. */
function OrderRow({ order, siteId }: { order: WaveOrder; siteId: string }) {
  const may = useMay()
  const transfer = order.kind === 'transfer'
  const packed = { said: `${order.number} packed` }
  const shipped = { said: `${order.number} shipped` }
  const packOrder = useCommand(api.warehouse.pack, packed)
  const packTransfer = useCommand(api.warehouse.packTransfer, packed)
  const shipOrder = useCommand(api.warehouse.ship, shipped)
  const shipTransfer = useCommand(api.warehouse.shipTransfer, shipped)
  const pack = () =>
    transfer ? packTransfer.run({ transferId: order.id }) : packOrder.run({ orderId: order.id, siteId })
  const ship = (shipmentId: string) => (transfer ? shipTransfer : shipOrder).run({ shipmentId })
  const busy = [packOrder, packTransfer, shipOrder, shipTransfer].some((command) => command.busy)
  const toPack = order.picked > order.packed
  const toShip = order.shipmentId !== null && order.packed > order.shipped
  return (
    <div className="wave-order">
      <Link {...linkTo(`/${transfer ? 'transfers' : 'orders'}/${order.id}`)} className="mono link">
        {order.number}
      </Link>
      <span className="cut">{order.customer}</span>
      <Status state={order.status} plain />
      <span className="act">
        {toPack && may('warehouse.pack') && (
          <Button small disabled={busy} onClick={pack}>
            Pack {count(order.picked - order.packed)}
          </Button>
        )}
        {toShip && order.shipmentId && may('warehouse.ship') && (
          <Button small look="primary" disabled={busy} onClick={() => ship(order.shipmentId ?? '')}>
            Ship {count(order.packed - order.shipped)}
          </Button>
        )}
      </span>
    </div>
  )
}
