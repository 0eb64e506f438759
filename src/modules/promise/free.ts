import type { Ctx } from '../../core/ctx.ts'
import { NIL } from '../../core/t.ts'
import { keysOf, type SiteItem } from './offers.ts'
import { offerKey } from './plan.ts'

/** Base units: what stands free at the site, and how much of it is promised already. */
export interface Free {
  readonly free: number
  readonly promised: number
}

/**
 * Free stock of site-items, by `offerKey`, as offers.ts counts what may be promised: on hand, not allocated, not held,
 * available, ours to sell (own or consigned), of no lot on hold. Whoever tells a customer "available" or asks what promises still cover reads this.
 */
export const freeStock = async (
  { sql, company, now }: Ctx,
  wanted: readonly SiteItem[],
): Promise<Map<string, Free>> => {
  const { sites, items } = keysOf(wanted)
  const rows = await sql<(SiteItem & Free)[]>`
    select wanted.site_id, wanted.item_id, coalesce(stock.free, 0) as free,
           -- What a rep kept until now is free again, whether or not anyone has looked since.
           coalesce(position.promised, 0) - case when position.holds > 0
             then (select coalesce(sum(hold.left_qty), 0)::int8
                     from stock_hold hold
                    where hold.company_id = ${company} and hold.site_id = wanted.site_id and hold.item_id = wanted.item_id and hold.ended_at is null and hold.expires_at <= ${now})
             else 0 end as promised
      from unnest(${sites}::uuid[], ${items}::uuid[]) as wanted (site_id, item_id)
      left join lateral (
           select sum(pool.on_hand - pool.allocated - pool.held)::int8 as free
             from stock_pool pool
             left join lot on lot.company_id = pool.company_id and lot.id = pool.lot_id
            where pool.company_id = ${company} and pool.site_id = wanted.site_id and pool.item_id = wanted.item_id
              and pool.status = 'available' and lot.held is not true
              and (pool.owner_id = ${NIL} or exists (select 1 from stock_owner owner where owner.company_id = ${company} and owner.party_id = pool.owner_id and owner.kind = 'consigned'))) stock on true
      left join promise_position position
             on position.company_id = ${company} and position.site_id = wanted.site_id and position.item_id = wanted.item_id`
  return new Map(rows.map((row) => [offerKey(row.siteId, row.itemId), row]))
}
