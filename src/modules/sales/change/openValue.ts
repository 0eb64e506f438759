import type { Ctx } from '../../../core/ctx.ts'
import { sliceOf, type TaxableLine, totalsOf } from '../../../math/price/bill.ts'
import { changeExposure } from '../../credit/index.ts'
import { type LinePart, lackingUnits, wholeUnits } from '../../promise/index.ts'

interface Line extends TaxableLine {
  readonly id: string
  readonly orderId: string
  readonly kind: string
  readonly qty: number
}
interface Part extends LinePart {
  readonly orderLineId: string
  readonly shipped: number
  readonly cancelled: number
}

/**
 * The gross of what of orders may still leave: open units at the order's prices, and the order's charges as long as
 * nothing has left. What is cancelled is not owed, so it blocks no credit.
 */
export const openGross = async ({ sql, company }: Ctx, orderIds: readonly string[]): Promise<Map<string, number>> => {
  const [lines, parts] = await Promise.all([
    sql<Line[]>`
      select id, order_id, kind, qty, net, tax_category, tax_rate_ppm
        from sales_order_line
       where company_id = ${company} and order_id = any (${orderIds as string[]}) and kind <> 'text'
       order by order_id, line_no`,
    sql<Part[]>`
      select order_line_id, site_id, component, qty, line_qty, shipped, cancelled
        from demand_line
       where company_id = ${company} and ref_id = any (${orderIds as string[]}) and kind = 'sales'`,
  ])
  const partsOf = Map.groupBy(parts, (part) => part.orderLineId)
  return new Map(
    [...Map.groupBy(lines, (line) => line.orderId)].map(([id, own]) => {
      const goods = own.flatMap((line) => {
        const demand = partsOf.get(line.id)
        if (line.kind !== 'goods' || !demand) return []
        const shipped = wholeUnits(demand, (part) => part.shipped)
        const open = line.qty - shipped - lackingUnits(demand, (part) => part.cancelled)
        return [{ ...line, shipped, open, net: sliceOf(line.net, shipped, Math.max(0, open), line.qty) }]
      })
      const left = goods.some((line) => line.shipped > 0)
      const charges = left || goods.every((line) => line.open === 0) ? [] : own.filter((line) => line.kind !== 'goods')
      return [id, totalsOf([...goods, ...charges]).gross]
    }),
  )
}

interface Order {
  readonly id: string
  readonly entityId: string
  readonly partyId: string
  readonly creditOpen: number
}

/** After a part was cancelled: an order blocks no more credit than what may still leave. Order and account are locked. */
export const correctCredit = async (ctx: Ctx, order: Order): Promise<void> => {
  const open = order.creditOpen === 0 ? 0 : ((await openGross(ctx, [order.id])).get(order.id) ?? 0)
  const less = Math.max(0, order.creditOpen - open)
  if (less === 0) return
  await ctx.sql`
    update sales_order
       set credit_open = credit_open - ${less}, version = version + 1
     where company_id = ${ctx.company} and id = ${order.id}`
  const { entityId, partyId } = order
  await changeExposure(ctx, [{ entityId, partyId, openOrders: -less }], { locked: true })
}
