import type { Ctx } from '../../core/ctx.ts'
import { inSlices } from '../../core/database/pool.ts'
import { NIL } from '../../core/t.ts'
import { noFence } from './fences/fence.ts'
import { readFences } from './fences/readFences.ts'
import { type FreeLot, type FreeStock, noShares } from './freeStock.ts'
import { openHolds } from './holds/openHolds.ts'
import { plainRules, type Ruled, readLotRules } from './lots/lotRules.ts'
import { type Offer, offerKey } from './plan.ts'
import { keysOf, type SiteItem } from './siteItem.ts'

export { keysOf, type SiteItem }

const distinct = (wanted: readonly SiteItem[]): SiteItem[] =>
  [...new Map(wanted.map((w) => [offerKey(w.siteId, w.itemId), { siteId: w.siteId, itemId: w.itemId }])).values()].sort(
    (a, b) => (offerKey(a.siteId, a.itemId) < offerKey(b.siteId, b.itemId) ? -1 : 1),
  )

/**
 * Locks the promise positions of site-items in key order; makes those that were never promised before. Tells on the way
 * whether the company has rules about lots, or fences: most have none, and ask no further.
 * @param lines whose customers' terms are wanted.
 * @returns stock without its lots yet, by `offerKey`.
 */
export const lockPositions = async (ctx: Ctx, wanted: readonly SiteItem[], lines: readonly Ruled[] = []) => {
  const { sql, company } = ctx
  const pairs = distinct(wanted)
  const read = () =>
    inSlices(pairs, (slice) => {
      const { sites, items } = keysOf(slice)
      return sql<(SiteItem & { promised: number; holds: number; ruled: boolean; fenced: boolean })[]>`
        select position.site_id, position.item_id, position.promised, position.holds, exists (select 1 from lot_rule rule where rule.company_id = ${company}) as ruled,
               exists (select 1 from channel_fence fence where fence.company_id = ${company} and fence.opened_at is null) or exists (select 1 from channel_share share where share.company_id = ${company}) as fenced
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
  const [rules, holds] = await Promise.all([
    rows[0]?.ruled && lines.length > 0 ? readLotRules(ctx, lines) : plainRules,
    openHolds(
      ctx,
      rows.filter((row) => row.holds > 0),
    ),
  ])
  const stock = new Map(
    rows.map(({ siteId, itemId, promised }): [string, FreeStock] => {
      const key = offerKey(siteId, itemId)
      const { open = [], ended = 0 } = holds.get(key) ?? {}
      return [key, { lots: [], promised: promised - ended, holds: open, fence: noFence, shares: noShares, rules }]
    }),
  )
  return { pairs, stock, fenced: rows[0]?.fenced ?? false }
}

/**
 * What site-items offer, read under the lock of their positions, which all who promise or allocate take first: so two
 * confirmations of the last unit wait for each other here. The reads are statements of their own, after the lock: a
 * snapshot taken before it would still show what the other has taken.
 */
export const lockOffers = async (
  ctx: Ctx,
  wanted: readonly SiteItem[],
  lines: readonly Ruled[] = wanted as readonly (SiteItem & Ruled)[],
): Promise<Map<string, Offer>> => {
  const { sql, company } = ctx
  const offers = new Map<string, Offer>()
  if (wanted.length === 0) return offers
  const { stock, pairs, fenced } = await lockPositions(ctx, wanted, lines)
  const [lots, supplies] = await Promise.all([
    inSlices(pairs, (slice) => {
      const { sites, items } = keysOf(slice)
      return sql<(SiteItem & FreeLot)[]>`
      select pool.site_id, pool.item_id, pool.lot_id, pool.owner_id, lot.expires_on, lot.recorded_at as since, pool.on_hand - pool.allocated - pool.held as free
        from unnest(${sites}::uuid[], ${items}::uuid[]) as wanted (site_id, item_id)
        join stock_pool pool on pool.company_id = ${company} and pool.site_id = wanted.site_id and pool.item_id = wanted.item_id
        left join lot on lot.company_id = pool.company_id and lot.id = pool.lot_id
       where pool.site_id = any (${sites}::uuid[]) and pool.item_id = any (${items}::uuid[]) and pool.status = 'available'
         and (pool.owner_id = ${NIL} or exists (select 1 from stock_owner owner where owner.company_id = ${company} and owner.party_id = pool.owner_id and owner.kind = 'consigned'))
         and pool.on_hand > pool.allocated + pool.held
         and lot.held is not true`
    }),
    inSlices(pairs, (slice) => {
      const { sites, items } = keysOf(slice)
      return sql<(SiteItem & { id: string; kind: string; dueOn: string; left: number; open: number })[]>`
      select supply.site_id, supply.item_id, supply.id, supply.kind, supply.due_on, greatest(supply.expected - supply.received, 0) - supply.promised as left,
             greatest(supply.expected - supply.received, 0) as open
        from unnest(${sites}::uuid[], ${items}::uuid[]) as wanted (site_id, item_id)
        join supply on supply.company_id = ${company} and supply.site_id = wanted.site_id and supply.item_id = wanted.item_id
       where supply.site_id = any (${sites}::uuid[]) and supply.item_id = any (${items}::uuid[]) and supply.expected > supply.received
       order by supply.due_on, supply.id`
    }),
  ])
  for (const [key, one] of stock) offers.set(key, { ...one, supplies: [] })
  for (const { siteId, itemId, ...lot } of lots) (offers.get(offerKey(siteId, itemId))!.lots as FreeLot[]).push(lot)
  for (const { siteId, itemId, ...supply } of supplies) offers.get(offerKey(siteId, itemId))!.supplies.push(supply)
  if (fenced) await readFences(ctx, offers, pairs)
  return offers
}
