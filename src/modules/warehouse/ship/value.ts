import type { Ctx } from '../../../core/ctx.ts'
import { type Factor, lineAmount } from '../../../math/price/amount.ts'
import { sliceOf, type TaxableLine } from '../../../math/price/bill.ts'
import { gramsPer } from '../../../math/weight/mass.ts'
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
  /** Priced by weight: `net` holds for what has left by its weight, for the rest by nominal weight. Null: by quantity. */
  readonly byWeight: { readonly nominalG: number; readonly per: Factor; readonly digits: number } | null
}
/** A demand line of it. */
export interface ValuePart extends LinePart {
  readonly id: string
  readonly orderLineId: string
  readonly shipped: number
  readonly cancelled: number
}

/** Lines of orders in line order; goods in the item's base unit, as shipments and invoices count them. */
export const valueLines = async (ctx: Ctx, orderIds: readonly string[]): Promise<ValueLine[]> => {
  const { sql, company } = ctx
  const [lines, demands] = await Promise.all([
    sql<(Omit<ValueLine, 'shipped' | 'parts' | 'byWeight'> & { nominalWeightG: number | null })[]>`
      select line.id, line.order_id, line.line_no, line.kind, line.item_id, line.description, coalesce(item.base_uom, line.uom) as uom, line.qty,
             line.price_micro, line.price_uom, line.net, line.tax_category, line.tax_rate_ppm, line.nominal_weight_g
        from sales_order_line line
        left join item on item.company_id = ${company} and item.id = line.item_id
       where line.company_id = ${company} and line.order_id = any (${orderIds as string[]})
       order by line.order_id, line.line_no`,
    sql<ValuePart[]>`
      select id, order_line_id, site_id, component, qty, line_qty, shipped, cancelled
        from demand_line
       where company_id = ${company} and ref_id = any (${orderIds as string[]}) and kind = 'sales'`,
  ])
  const partsOf = Map.groupBy(demands, (part) => part.orderLineId)
  const digits = await digitsOf(ctx, [
    ...new Set(lines.flatMap((line) => (line.nominalWeightG === null ? [] : line.orderId))),
  ])
  return lines.map(({ nominalWeightG: nominalG, ...line }) => {
    const parts = partsOf.get(line.id) ?? []
    const byWeight =
      nominalG === null ? null : { nominalG, per: gramsPer[line.priceUom]!, digits: digits.get(line.orderId)! }
    return { ...line, parts, byWeight, shipped: wholeUnits(parts, (part) => part.shipped) }
  })
}

/** Decimals of the orders' currencies, asked only for orders that have lines priced by weight. */
const digitsOf = async ({ sql, company }: Ctx, orderIds: readonly string[]): Promise<Map<string, number>> => {
  if (orderIds.length === 0) return new Map()
  const rows = await sql<{ id: string; digits: number }[]>`
    select sales_order.id, currency.digits
      from sales_order
      join currency on currency.code = sales_order.currency
     where sales_order.company_id = ${company} and sales_order.id = any (${orderIds as string[]})`
  return new Map(rows.map((row) => [row.id, row.digits]))
}

/**
 * The net of `qty` units of a line, the first of which is its number `from`: parts of a line sum to its net exactly. Of a
 * line priced by weight it is their estimate, by nominal weight.
 */
export const partOf = (line: ValueLine, from: number, qty: number): TaxableLine => ({
  net: line.byWeight ? estimateOf(line, from + qty) - estimateOf(line, from) : sliceOf(line.net, from, qty, line.qty),
  taxCategory: line.taxCategory,
  taxRatePpm: line.taxRatePpm,
})

const estimateOf = ({ byWeight, priceMicro }: ValueLine, qty: number): number =>
  lineAmount(qty * byWeight!.nominalG, priceMicro, byWeight!.per, byWeight!.digits)

/** The net of goods of a line priced by weight, as weighed: rounded once, for what leaves together. */
export const weighedPartOf = (line: ValueLine, weightG: number): TaxableLine => ({
  net: lineAmount(weightG, line.priceMicro, line.byWeight!.per, line.byWeight!.digits),
  taxCategory: line.taxCategory,
  taxRatePpm: line.taxRatePpm,
})

/** Services, charges and discounts are of the order, not of a parcel: they go with what is billed first. */
export const goesWithFirst = (line: { readonly kind: string; readonly net: number }): boolean =>
  line.kind !== 'goods' && line.kind !== 'text'
