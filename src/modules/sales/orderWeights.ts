import type { Ctx } from '../../core/ctx.ts'
import { type Static, t } from '../../core/t.ts'

/** Of goods that are weighed, in grams. */
export const LineWeight = t.object({
  /** Of a base unit, as the line was priced; null: it is priced by quantity. */
  nominalG: t.nullable(t.int()),
  /** What was weighed at the bins, and what of it has left. */
  pickedG: t.int(),
  shippedG: t.int(),
})
export type LineWeight = Static<typeof LineWeight>

/** Weights of an order's lines, by line; lines of goods that are not weighed have none. */
export const weightsOf = async ({ sql, company }: Ctx, orderId: string): Promise<Map<string, LineWeight>> => {
  const rows = await sql<(LineWeight & { id: string })[]>`
    select line.id, line.nominal_weight_g as nominal_g, coalesce(weighed.picked_g, 0) as picked_g, coalesce(weighed.shipped_g, 0) as shipped_g
      from sales_order_line line
      join item on item.company_id = line.company_id and item.id = line.item_id and item.catch_weight
      left join (
           select demand.order_line_id, sum(allocation.weight_g)::int8 as picked_g, sum(gone.weight_g)::int8 as shipped_g
             from demand_line demand
             join allocation on allocation.company_id = ${company} and allocation.demand_line_id = demand.id
             left join lateral (
                  select sum(packed.weight_g)::int8 as weight_g
                    from shipment_line packed
                    join shipment on shipment.company_id = ${company} and shipment.id = packed.shipment_id and shipment.shipped_at is not null
                   where packed.company_id = ${company} and packed.allocation_id = allocation.id) gone on true
            where demand.company_id = ${company} and demand.ref_id = ${orderId}
            group by demand.order_line_id) weighed on weighed.order_line_id = line.id
     where line.company_id = ${company} and line.order_id = ${orderId}`
  return new Map(rows.map(({ id, ...weight }) => [id, weight]))
}

/** Is a line's net by nominal weight for some of it? It is until all that is not cancelled has left by its own. */
export const isEstimate = (
  line: { readonly qty: number; readonly shipped: number; readonly cancelled: number },
  weight: LineWeight | undefined,
): boolean => weight !== undefined && weight.nominalG !== null && line.shipped + line.cancelled < line.qty
