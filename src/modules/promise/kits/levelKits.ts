import type { Ctx } from '../../../core/ctx.ts'
import { dropAllocations } from '../allocations.ts'
import { kitsOf, unitsOf } from './planKit.ts'

/**
 * What components have, allocated, beyond the whole kits that their scarcest one makes, by demand line: of a kit whose
 * lines the caller holds. Whatever of it nobody is picking yet is to go back.
 */
export const kitSurplus = async (
  { sql, company }: Ctx,
  lineIds: readonly string[],
): Promise<{ lineId: string; qty: number }[]> => {
  const lines = await sql<
    { id: string; orderLineId: string; siteId: string; qty: number; lineQty: number; settled: number }[]
  >`
    select id, order_line_id, site_id, qty, line_qty, allocated + shipped + cancelled as settled
      from demand_line
     where company_id = ${company} and component > 0
       and (ref_id, order_line_id, site_id) in (select ref_id, order_line_id, site_id from demand_line where company_id = ${company} and id = any (${lineIds as string[]}))
     order by id`
  return [...Map.groupBy(lines, (line) => `${line.orderLineId} ${line.siteId}`).values()].flatMap((parts) => {
    const whole = Math.min(...parts.map((part) => kitsOf(part, part.settled)))
    return parts
      .map((part) => ({ lineId: part.id, qty: part.settled - unitsOf(part, whole) }))
      .filter(({ qty }) => qty > 0)
  })
}

/**
 * A component fell short: of the kit's other components, allocations beyond whole kits that no task claims go back to
 * their pools, latest first. Their units are backordered; the caller promises the kit anew in the same transaction.
 */
export const levelKits = async (ctx: Ctx, lineIds: readonly string[]): Promise<void> => {
  const { sql, company } = ctx
  const surplus = await kitSurplus(ctx, lineIds)
  if (surplus.length === 0) return
  const left = new Map(surplus.map(({ lineId, qty }) => [lineId, qty]))
  const open = await sql<{ id: string; demandLineId: string; qty: number }[]>`
    select id, demand_line_id, qty - tasked - picked - dropped as qty
      from allocation
     where company_id = ${company} and demand_line_id = any (${[...left.keys()]}) and qty > tasked + picked + dropped
     order by id desc`
  const drops = open.flatMap(({ id, demandLineId, qty }) => {
    const back = Math.min(qty, left.get(demandLineId)!)
    left.set(demandLineId, left.get(demandLineId)! - back)
    return back > 0 ? [{ allocationId: id, qty: back, reason: 'kit_short' }] : []
  })
  await dropAllocations(ctx, drops)
}
