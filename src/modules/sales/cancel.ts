import { command } from '../../core/capability.ts'
import { Refusal } from '../../core/refusal.ts'
import { t } from '../../core/t.ts'
import { changeExposure, lockAccounts } from '../credit/index.ts'
import {
  allocateLines,
  allocateOwnWaiting,
  cancelDemand,
  type LinePart,
  lockDemand,
  lockScene,
  ownBeside,
  replan,
  tellReplanned,
  wholeUnits,
} from '../promise/index.ts'

/** Cancels what has not been picked: promises and allocations go back, credit is freed; what was shipped stays sold. */
export const cancel = command({
  title: 'Cancel the open rest of an order',
  route: 'POST /sales/orders/:orderId/cancel',
  permission: 'sales.cancel',
  admits: { orderId: 'sales_order' },
  input: t.object({ orderId: t.id('sales_order'), reason: t.text({ min: 3, max: 200 }) }),
  output: t.object({ id: t.id('sales_order'), cancelled: t.qty() }),
  emits: ['order.cancelled'],
  async run({ orderId, reason }, ctx, call) {
    const { sql, company, now } = ctx
    const [order] = await sql<
      {
        id: string
        number: string
        state: string
        siteId: string
        partyId: string
        entityId: string
        creditOpen: number
      }[]
    >`
      select id, number, state, site_id, party_id, entity_id, credit_open
        from sales_order
       where company_id = ${company} and id = ${orderId}
         for update`
    if (order!.state === 'cancelled')
      throw new Refusal('already_cancelled', `Order ${order!.number} is already cancelled.`)
    await lockAccounts(ctx, [order!])
    const places = await sql<{ id: string; siteId: string; itemId: string }[]>`
      select id, site_id, item_id from demand_line where company_id = ${company} and ref_id = ${orderId}`
    const own = places.map((line) => line.id)
    const beside = await ownBeside(ctx, own)
    const scene = await lockScene(ctx, places, {
      lineIds: [...own, ...beside],
      between: () => lockDemand(ctx, orderId),
    })
    const lines = await sql<
      (LinePart & { id: string; orderLineId: string; shipped: number; cancelled: number; busy: number })[]
    >`
      select line.id, line.site_id, line.order_line_id, line.component, line.qty, line.line_qty, line.shipped, line.cancelled, coalesce(sum(taken.tasked + taken.picked - taken.shipped), 0)::int8 as busy
        from demand_line line
        left join allocation taken on taken.company_id = line.company_id and taken.demand_line_id = line.id
       where line.company_id = ${company} and line.ref_id = ${orderId}
       group by line.company_id, line.id`
    if (lines.some((line) => line.busy > 0))
      throw new Refusal(
        'being_picked',
        `Order ${order!.number} is being picked; put back what was picked, or ship it and take it back.`,
      )
    const after =
      lines.length > 0
        ? await cancelDemand(
            ctx,
            lines.map((line) => line.id),
          )
        : new Map<string, number>()
    const shipped = lines.some((line) => line.shipped > 0)
    await sql`
      update sales_order
         set state = ${shipped ? order!.state : 'cancelled'}, cancelled_at = case when ${shipped} then cancelled_at else ${now}::timestamptz end, cancel_reason = ${reason}, credit_open = 0, version = version + 1
       where company_id = ${company} and id = ${orderId}`
    if (order!.creditOpen > 0)
      await changeExposure(
        ctx,
        [{ entityId: order!.entityId, partyId: order!.partyId, openOrders: -order!.creditOpen }],
        { locked: true },
      )
    // What it gives back goes to who waits, before anybody who asks tomorrow.
    const moved = await replan(ctx, {
      siteItems: places,
      scene,
      cause: { kind: 'cancellation', id: orderId, ref: order!.number },
    })
    await allocateLines(
      ctx,
      moved.filter((line) => line.released).map((line) => line.lineId),
      { withinHorizon: true },
    )
    await allocateOwnWaiting(ctx, beside)
    tellReplanned(ctx, call, moved)
    ctx.emit(call, 'order.cancelled', order!)
    const cancelled = [...Map.groupBy(lines, (line) => line.orderLineId).values()].reduce(
      (sum, parts) => sum + wholeUnits(parts, ({ id, cancelled }) => after.get(id)! - cancelled),
      0,
    )
    return { id: orderId, cancelled }
  },
})
