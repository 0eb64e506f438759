import type { Ctx } from '../../../core/ctx.ts'
import { sliceOf, type TaxableLine } from '../../../math/price/bill.ts'

/** An order line as far as its value goes. `shipped` counts base units of goods that left before. */
export interface ValueLine extends TaxableLine {
  readonly id: string
  readonly orderId: string
  readonly lineNo: number
  readonly kind: string
  readonly itemId: string | null
  readonly description: string
  readonly uom: string
  readonly qty: number
  readonly priceMicro: number
  readonly priceUom: string
  readonly shipped: number
}

/** Lines of orders in line order; goods in the item's base unit, as shipments and invoices count them. */
export const valueLines = ({ sql, company }: Ctx, orderIds: readonly string[]) => sql<ValueLine[]>`
  select line.id, line.order_id, line.line_no, line.kind, line.item_id, line.description, coalesce(item.base_uom, line.uom) as uom, line.qty,
         line.price_micro, line.price_uom, line.net, line.tax_category, line.tax_rate_ppm, coalesce(demand.shipped, 0) as shipped
    from sales_order_line line
    left join item on item.company_id = ${company} and item.id = line.item_id
    left join demand_line demand on demand.company_id = ${company} and demand.id = line.id
   where line.company_id = ${company} and line.order_id = any (${orderIds as string[]})
   order by line.order_id, line.line_no`

/** The net of `qty` units of a line, the first of which is its number `from`: parts of a line sum to its net exactly. */
export const partOf = (line: ValueLine, from: number, qty: number): TaxableLine => ({
  net: sliceOf(line.net, from, qty, line.qty),
  taxCategory: line.taxCategory,
  taxRatePpm: line.taxRatePpm,
})

/** Services, charges and discounts are of the order, not of a parcel: they go with what is billed first. */
export const goesWithFirst = (line: { readonly kind: string; readonly net: number }): boolean =>
  line.kind !== 'goods' && line.kind !== 'text'
