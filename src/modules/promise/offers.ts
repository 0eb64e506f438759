import type { Ctx } from '../../core/ctx.ts'
import { inSlices } from '../../core/database/pool.ts'
import { NIL } from '../../core/t.ts'
import { type Offer, offerKey } from './plan.ts'

export interface SiteItem {
  readonly siteId: string
  readonly itemId: string
}

const distinct = (wanted: readonly SiteItem[]): SiteItem[] =>
  [...new Map(wanted.map((w) => [offerKey(w.siteId, w.itemId), { siteId: w.siteId, itemId: w.itemId }])).values()].sort(
    (a, b) => (offerKey(a.siteId, a.itemId) < offerKey(b.siteId, b.itemId) ? -1 : 1),
  )

/** Two arrays for `unnest`. */
export const keysOf = (pairs: readonly SiteItem[]) => ({
  sites: pairs.map((p) => p.siteId),
  items: pairs.map((p) => p.itemId),
})

/** Locks the promise positions of site-items in key order; makes those that were never promised before. */
export const lockPositions = async ({ sql, company }: Ctx, wanted: readonly SiteItem[]) => {
  const pairs = distinct(wanted)
  const read = () =>
    inSlices(pairs, (slice) => {
      const { sites, items } = keysOf(slice)
      return sql<(SiteItem & { promised: number })[]>`
        select position.site_id, position.item_id, position.promised
          from promise_position position
          join unnest(${sites}::uuid[], ${items}::uuid[]) as wanted (site_id, item_id) using (site_id, item_id)
         where position.company_id = ${company} and position.site_id = any (${sites}::uuid[]) and position.item_id = any (${items}::uuid[])
         order by position.site_id, position.item_id
           for update of position`
    })
  let rows = await read()
  if (rows.length < pairs.length) {
    const { sites, items } = keysOf(pairs)
    await sql`
      insert into promise_position (company_id, site_id, item_id, promised)
      select ${company}, site_id, item_id, 0
        from unnest(${sites}::uuid[], ${items}::uuid[]) as wanted (site_id, item_id)
       order by site_id, item_id
      on conflict do nothing`
    rows = await read()
  }
  return { pairs, positions: new Map(rows.map((row) => [offerKey(row.siteId, row.itemId), row.promised])) }
}

/**
 * What site-items offer, read under the lock of their positions, which all who promise or allocate take first: so two
 * confirmations of the last unit wait for each other here. The reads are statements of their own, after the lock: a
 * snapshot taken before it would still show what the other has taken.
 */
export const lockOffers = async (ctx: Ctx, wanted: readonly SiteItem[]): Promise<Map<string, Offer>> => {
  const { sql, company } = ctx
  const offers = new Map<string, Offer>()
  if (wanted.length === 0) return offers
  const { positions, pairs } = await lockPositions(ctx, wanted)
  const [lots, supplies] = await Promise.all([
    inSlices(pairs, (slice) => {
      const { sites, items } = keysOf(slice)
      return sql<(SiteItem & { expiresOn: string | null; free: number })[]>`
      select pool.site_id, pool.item_id, lot.expires_on, sum(pool.on_hand - pool.allocated - pool.held)::int8 as free
        from unnest(${sites}::uuid[], ${items}::uuid[]) as wanted (site_id, item_id)
        join stock_pool pool on pool.company_id = ${company} and pool.site_id = wanted.site_id and pool.item_id = wanted.item_id
        left join lot on lot.company_id = pool.company_id and lot.id = pool.lot_id
       where pool.site_id = any (${sites}::uuid[]) and pool.item_id = any (${items}::uuid[]) and pool.status = 'available'
         and (pool.owner_id = ${NIL} or exists (select 1 from stock_owner owner where owner.company_id = ${company} and owner.party_id = pool.owner_id and owner.kind = 'consigned'))
         and pool.on_hand > pool.allocated + pool.held
         and lot.held is not true
       group by pool.site_id, pool.item_id, lot.expires_on`
    }),
    inSlices(pairs, (slice) => {
      const { sites, items } = keysOf(slice)
      return sql<(SiteItem & { id: string; dueOn: string; left: number })[]>`
      select supply.site_id, supply.item_id, supply.id, supply.due_on, supply.expected - supply.received - supply.promised as left
        from unnest(${sites}::uuid[], ${items}::uuid[]) as wanted (site_id, item_id)
        join supply on supply.company_id = ${company} and supply.site_id = wanted.site_id and supply.item_id = wanted.item_id
       where supply.site_id = any (${sites}::uuid[]) and supply.item_id = any (${items}::uuid[]) and supply.expected - supply.received > supply.promised
       order by supply.due_on, supply.id`
    }),
  ])
  for (const [key, promised] of positions) offers.set(key, { lots: [], promised, supplies: [] })
  for (const { siteId, itemId, ...lot } of lots)
    (offers.get(offerKey(siteId, itemId))!.lots as { expiresOn: string | null; free: number }[]).push(lot)
  for (const { siteId, itemId, ...supply } of supplies) offers.get(offerKey(siteId, itemId))!.supplies.push(supply)
  return offers
}
