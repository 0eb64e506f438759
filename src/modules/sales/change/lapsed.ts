import { command } from '../../../core/capability.ts'
import { t } from '../../../core/t.ts'
import { lockBinding } from './binding.ts'
import { cancelPart } from './cancelLines.ts'

/** Each night: orders with lines whose cancel-by day has passed. Each is seen to in a transaction of its own. */
export const tellLapsed = command({
  title: 'Look for lines past their cancel-by day',
  route: 'POST /sales/lapsed-orders',
  permission: 'sales.cancel',
  input: t.empty(),
  output: t.object({ orders: t.int() }),
  async run(_, ctx, call) {
    const { sql, company, now } = ctx
    const orders = await sql<{ id: string; siteId: string; partyId: string }[]>`
      select distinct o.id, o.site_id, o.party_id
        from demand_line line
        join site on site.company_id = ${company} and site.id = line.site_id
        join sales_order o on o.company_id = ${company} and o.id = line.ref_id and o.state = 'confirmed'
       where line.company_id = ${company} and line.cancel_by < (${now}::timestamptz at time zone site.zone)::date
         and line.qty > line.shipped + line.cancelled
         and line.qty - line.shipped - line.cancelled
             > (select coalesce(sum(tasked + picked - shipped), 0) from allocation where allocation.company_id = ${company} and allocation.demand_line_id = line.id)
       order by o.id`
    for (const order of orders) ctx.emit(call, 'order.lapsed', order)
    return { orders: orders.length }
  },
})

/** What has not left by the end of its cancel-by day is cancelled; what is being picked is on its way and goes. */
export const cancelLapsed = command({
  title: 'Cancel what is past its cancel-by day',
  route: 'POST /sales/orders/:orderId/cancel-lapsed',
  permission: 'sales.cancel',
  admits: { orderId: 'sales_order' },
  input: t.object({ orderId: t.id('sales_order') }),
  output: t.object({ cancelled: t.qty(), closed: t.bool() }),
  async run({ orderId }, ctx, call) {
    const order = await lockBinding(ctx, orderId)
    const { cancelled, closed } = await cancelPart(
      ctx,
      call,
      order,
      'its cancel-by day has passed',
      (demand) =>
        new Map(
          demand
            .filter((line) => line.cancelBy !== null && line.cancelBy < order.today && line.free > 0)
            .map((line) => [line.id, line.free]),
        ),
    )
    return { cancelled, closed }
  },
})
