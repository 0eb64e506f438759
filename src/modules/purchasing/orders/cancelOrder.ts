import { command } from '../../../core/capability.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { changeSupplies, lockScene, MovedLines, namedMoves } from '../../promise/index.ts'
import { asSupply } from './changeLines.ts'
import { lockOrder, orderLines } from './lockOrder.ts'

/** Takes back what has not come: nothing more is expected of it, and who was promised from it is promised anew. */
export const cancelOrder = command({
  title: 'Cancel the open rest of a purchase order',
  route: 'POST /purchasing/orders/:orderId/cancel',
  permission: 'purchasing.order',
  admits: { orderId: 'purchase_order' },
  emits: ['purchase.cancelled'],
  input: t.object({ orderId: t.id('purchase_order'), reason: t.text({ min: 3, max: 200 }) }),
  output: t.object({ id: t.id('purchase_order'), cancelled: t.qty(), affected: MovedLines }),
  async run({ orderId, reason }, ctx, call) {
    const { sql, company, now } = ctx
    const order = await lockOrder(ctx, orderId)
    if (order.state === 'cancelled')
      throw new Refusal('already_cancelled', `Purchase order ${order.number} is already cancelled.`)
    const before = await orderLines(ctx, orderId)
    const scene = await lockScene(
      ctx,
      before.map(({ itemId }) => ({ siteId: order.siteId, itemId })),
    )
    const lines = await orderLines(ctx, orderId)
    const open = lines.filter((line) => line.supplyId !== null && line.expected! > line.received!)
    if (order.state === 'placed' && open.length === 0)
      throw new Refusal('nothing_open', `All of purchase order ${order.number} has come: send goods back instead.`)
    const { moved } =
      open.length === 0
        ? { moved: [] }
        : await changeSupplies(
            ctx,
            call,
            open.map((line) => asSupply(order, line, line.expectedOn!, line.received!)),
            { scene },
          )
    // What has come in part stays what it was, an order that was placed: only its rest is gone.
    const came = lines.some((line) => (line.received ?? 0) > 0)
    await sql`
      update purchase_order
         set state = case when ${came} then state else 'cancelled' end, cancelled_at = ${now}, cancel_reason = ${reason}, version = version + 1
       where company_id = ${company} and id = ${orderId}`
    ctx.emit(call, 'purchase.cancelled', { id: orderId, siteId: order.siteId, partyId: order.partyId })
    return {
      id: orderId,
      cancelled: open.reduce((sum, line) => sum + line.expected! - line.received!, 0),
      affected: await namedMoves(ctx, moved),
    }
  },
})
