import type { Ctx } from '../../../core/ctx.ts'

export interface Candidate {
  lineId: string
  orderId: string
  kind: 'sales' | 'transfer'
  entityId: string
}

/**
 * Released orders and transfers with allocations that no task picks yet: best class first, then by requested day. A line that
 * leaves whole waits until it is allocated whole, with the other ship-complete lines of its order, or picking it would only
 * fill the stage. A line that no bin holds goods for
 * is left out here: at the head of the queue it would keep all others from being chosen.
 */
export const candidates = (
  { sql, company }: Ctx,
  siteId: string,
  orderIds: readonly string[] | null,
  maxOrders: number,
) => sql<Candidate[]>`
  with waiting as (
    select line.id, line.ref_id, line.kind, line.priority, line.requested_on
      from allocation
      join demand_line line on line.company_id = ${company} and line.id = allocation.demand_line_id
     where allocation.company_id = ${company} and allocation.site_id = ${siteId} and allocation.qty > allocation.shipped + allocation.dropped
       and allocation.qty > allocation.tasked + allocation.picked + allocation.dropped
       and line.kind in ('sales', 'transfer') and line.released_at is not null
       and (${orderIds as string[] | null}::uuid[] is null or line.ref_id = any (${orderIds as string[] | null}::uuid[]))
       and exists (
           select 1
             from stock_balance bin
             join location place on place.company_id = ${company} and place.id = bin.location_id
            where bin.company_id = ${company} and bin.site_id = ${siteId} and bin.item_id = allocation.item_id
              and bin.lot_id = allocation.lot_id and bin.owner_id = allocation.owner_id
              and bin.status = 'available' and bin.on_hand > bin.tasked and place.kind in ('pick', 'storage', 'dock') and place.active
              and not exists (
                  select 1
                    from task counting
                   where counting.company_id = ${company} and counting.site_id = ${siteId} and counting.kind = 'count' and counting.ended_at is null
                     and counting.from_location_id = bin.location_id and counting.item_id = bin.item_id and counting.lot_id = bin.lot_id))
       and not exists (
           select 1
             from demand_line other
            where line.partial_policy <> 'partial' and other.company_id = ${company} and other.ref_id = line.ref_id
              and other.allocated + other.shipped + other.cancelled < other.qty
              and (line.partial_policy = 'complete' and other.partial_policy = 'complete'
                   or coalesce(other.order_line_id, other.id) = coalesce(line.order_line_id, line.id)))
  ), chosen as (
    select ref_id, min(priority) as priority, min(requested_on) as requested_on
      from waiting
     group by ref_id
     order by min(priority), min(requested_on), ref_id
     limit ${maxOrders}
  )
  select distinct waiting.id as line_id, waiting.ref_id as order_id, waiting.kind, site.entity_id
    from chosen
    join waiting on waiting.ref_id = chosen.ref_id
    join site on site.company_id = ${company} and site.id = ${siteId}`
