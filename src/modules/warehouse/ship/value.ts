import type { Ctx } from '../../../core/ctx.ts'
import { sliceOf, type TaxableLine } from '../../../math/price/bill.ts'
import { type LinePart, wholeUnits } from '../../promise/index.ts'

/** An order line as far as its value goes. `shipped`: base units that left before, as its parts make them (whole kits). */
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
  readonly parts: readonly ValuePart[]
}
/** A demand line of it. */
export interface ValuePart extends LinePart {
  readonly id: string
  readonly orderLineId: string
  readonly shipped: number
}

/** Lines of orders in line order; goods in the item's base unit, as shipments and invoices count them. */
export const valueLines = async ({ sql, company }: Ctx, orderIds: readonly string[]): Promise<ValueLine[]> => {
  const [lines, demands] = await Promise.all([
    sql<Omit<ValueLine, 'shipped' | 'parts'>[]>`
      select line.id, line.order_id, line.line_no, line.kind, line.item_id, line.description, coalesce(item.base_uom, line.uom) as uom, line.qty,
             line.price_micro, line.price_uom, line.net, line.tax_category, line.tax_rate_ppm
        from sales_order_line line
        left join item on item.company_id = ${company} and item.id = line.item_id
       where line.company_id = ${company} and line.order_id = any (${orderIds as string[]})
       order by line.order_id, line.line_no`,
    sql<ValuePart[]>`
      select id, order_line_id, site_id, component, qty, line_qty, shipped
        from demand_line
       where company_id = ${company} and ref_id = any (${orderIds as string[]}) and kind = 'sales'`,
  ])
  const partsOf = Map.groupBy(demands, (part) => part.orderLineId)
  return lines.map((line) => {
    const parts = partsOf.get(line.id) ?? []
    return { ...line, parts, shipped: wholeUnits(parts, (part) => part.shipped) }
  })
}

/** The net of `qty` units of a line, the first of which is its number `from`: parts of a line sum to its net exactly. */
export const partOf = (line: ValueLine, from: number, qty: number): TaxableLine => ({
  net: sliceOf(line.net, from, qty, line.qty),
  taxCategory: line.taxCategory,
  taxRatePpm: line.taxRatePpm,
})

/** Services, charges and discounts are of the order, not of a parcel: they go with what is billed first. */
export const goesWithFirst = (line: { readonly kind: string; readonly net: number }): boolean =>
  line.kind !== 'goods' && line.kind !== 'text'
