import { command } from '../../../core/capability.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { namedMoves } from '../../promise/index.ts'
import { localDay, siteCalendars } from '../../sites/index.ts'
import { PurchaseHead } from './createOrder.ts'
import { lockOrder, orderLines } from './lockOrder.ts'
import { placeDrafts } from './place.ts'

export const placeOrder = command({
  title: 'Place a purchase order',
  route: 'POST /purchasing/orders/:orderId/place',
  permission: 'purchasing.order',
  admits: { orderId: 'purchase_order' },
  emits: ['purchase.placed'],
  input: t.object({ orderId: t.id('purchase_order') }),
  output: PurchaseHead,
  async run({ orderId }, ctx, call) {
    const { id, number, state, siteId, partyId } = await lockOrder(ctx, orderId)
    if (state !== 'draft') throw new Refusal('not_a_draft', `Purchase order ${number} is already ${state}.`)
    const [lines, sites] = await Promise.all([orderLines(ctx, orderId), siteCalendars(ctx, [siteId])])
    const today = localDay(sites.get(siteId)!.zone, ctx.now)
    const moved = await placeDrafts(ctx, call, [{ id, number, siteId, partyId, today, lines }])
    return { id, number, lines: lines.length, affected: await namedMoves(ctx, moved) }
  },
})
