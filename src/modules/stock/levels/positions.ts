import type { Ctx } from '../../../core/ctx.ts'

/** What an item has at a site and what is to come of it, less what it owes: position = free + due − owed. Base units. */
export interface StockPosition {
  readonly siteId: string
  readonly itemId: string
  /** On hand, ours to sell, allowed to go, of no lot on hold or past its day, not allocated or held. */
  readonly free: number
  /** Of it: promised from stock, and kept by reps. What is left can go elsewhere. */
  readonly taken: number
  readonly due: number
  /** Promised and backordered. */
  readonly owed: number
}

/** Positions of all items with stock, supply or waiting demand, at one site or at all; what is not named has nothing. */
export const stockPositions = (
  { sql, company }: Ctx,
  { siteId = null, itemIds = null }: { siteId?: string | null; itemIds?: readonly string[] | null } = {},
) => sql<StockPosition[]>`
  with free as (
    select pool.site_id, pool.item_id, sum(pool.on_hand - pool.allocated - pool.held)::int8 as qty
      from stock_pool pool
      left join stock_owner owner on owner.company_id = ${company} and owner.party_id = pool.owner_id
      left join lot on lot.company_id = ${company} and lot.id = pool.lot_id
     where pool.company_id = ${company} and pool.status = 'available' and owner.kind is distinct from 'customer' and lot.held is not true
       and (${siteId}::uuid is null or pool.site_id = ${siteId}) and (${itemIds as string[] | null}::uuid[] is null or pool.item_id = any (${itemIds as string[] | null}::uuid[]))
     group by pool.site_id, pool.item_id
  ), due as (
    select site_id, item_id, sum(expected - received)::int8 as qty
      from supply
     where company_id = ${company} and expected > received
       and (${siteId}::uuid is null or site_id = ${siteId}) and (${itemIds as string[] | null}::uuid[] is null or item_id = any (${itemIds as string[] | null}::uuid[]))
     group by site_id, item_id
  ), owed as (
    select site_id, item_id, sum(promised + backordered)::int8 as qty
      from demand_line
     where company_id = ${company} and (promised > 0 or backordered > 0) and owner_id is null
       and (${siteId}::uuid is null or site_id = ${siteId}) and (${itemIds as string[] | null}::uuid[] is null or item_id = any (${itemIds as string[] | null}::uuid[]))
     group by site_id, item_id
  )
  select coalesce(free.site_id, due.site_id, owed.site_id) as site_id, coalesce(free.item_id, due.item_id, owed.item_id) as item_id, coalesce(free.qty, 0) as free, coalesce(held.promised, 0) as taken, coalesce(due.qty, 0) as due, coalesce(owed.qty, 0) as owed
    from free
    full join due on due.site_id = free.site_id and due.item_id = free.item_id
    full join owed on owed.site_id = coalesce(free.site_id, due.site_id) and owed.item_id = coalesce(free.item_id, due.item_id)
    left join promise_position held on held.company_id = ${company} and held.site_id = coalesce(free.site_id, due.site_id, owed.site_id)
     and held.item_id = coalesce(free.item_id, due.item_id, owed.item_id)`
