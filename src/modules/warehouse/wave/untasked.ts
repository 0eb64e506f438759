import type { Ctx } from '../../../core/ctx.ts'
import { inSlices } from '../../../core/database/pool.ts'

/** What of an allocation no task picks yet. */
export interface Untasked {
  readonly allocationId: string
  readonly demandLineId: string
  readonly orderId: string
  readonly siteId: string
  readonly itemId: string
  readonly lotId: string
  readonly ownerId: string
  readonly qty: number
}

/**
 * Allocations of these lines that no task picks yet, locked by id: two waves made at once share them out, since the
 * second sees what the first has tasked.
 */
export const lockUntasked = ({ sql, company }: Ctx, lineIds: readonly string[]) => sql<Untasked[]>`
  with open as (
    select id, demand_line_id, site_id, item_id, lot_id, owner_id, qty - tasked - picked - dropped as qty
      from allocation
     where company_id = ${company} and demand_line_id = any (${lineIds as string[]})
       and qty > tasked + picked + dropped
     order by id
       for update
  )
  select open.id as allocation_id, open.demand_line_id, line.ref_id as order_id, open.site_id, open.item_id, open.lot_id, open.owner_id, open.qty
    from open
    join demand_line line on line.company_id = ${company} and line.id = open.demand_line_id
   order by line.priority, line.requested_on, line.ref_id, line.line_no, open.id`

/** Every allocation's `tasked` goes up by `qty`, or down when it is negative. */
export const taskAllocations = ({ sql, company }: Ctx, changes: readonly { allocationId: string; qty: number }[]) =>
  inSlices(changes, (slice) => {
    const ids = slice.map((c) => c.allocationId)
    return sql`
      update allocation
         set tasked = allocation.tasked + change.qty
        from (
             select id, sum(qty)::int8 as qty
               from unnest(${ids}::uuid[], ${slice.map((c) => c.qty)}::int8[]) as given (id, qty)
              group by id
             ) change
       where allocation.company_id = ${company} and allocation.id = any (${ids}::uuid[]) and allocation.id = change.id`
  })
