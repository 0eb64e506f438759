import { command } from '../../core/capability.ts'
import { t } from '../../core/t.ts'
import { allocateLines, replan, tellReplanned } from '../promise/index.ts'

/**
 * What a cancelled order leaves free goes to who waits for it. After `order.cancelled`, in a transaction of its own: the
 * lines that wait are locked before the positions, and the cancellation holds these already.
 */
export const offerFreed = command({
  title: 'Offer what a cancelled order left free',
  route: 'POST /sales/orders/:orderId/offer-freed',
  permission: 'sales.cancel',
  admits: { orderId: 'sales_order' },
  input: t.object({ orderId: t.id('sales_order') }),
  output: t.object({ lines: t.int({ title: 'lines whose date or backordered quantity changed' }) }),
  async run({ orderId }, ctx, call) {
    const { sql, company } = ctx
    const [siteItems, [order]] = await Promise.all([
      sql<{ siteId: string; itemId: string }[]>`
        select distinct site_id, item_id
          from demand_line
         where company_id = ${company} and ref_id = ${orderId} and cancelled > 0
         order by site_id, item_id`,
      sql<{ number: string }[]>`select number from sales_order where company_id = ${company} and id = ${orderId}`,
    ])
    const lines = await replan(ctx, { siteItems, cause: { kind: 'cancellation', id: orderId, ref: order!.number } })
    await allocateLines(
      ctx,
      lines.filter((line) => line.released).map((line) => line.lineId),
      { withinHorizon: true },
    )
    tellReplanned(ctx, call, lines)
    return { lines: lines.filter((line) => line.changed).length }
  },
})
