import type { Ctx } from '../../../core/ctx.ts'
import { inSlices } from '../../../core/database/pool.ts'
import { noFence } from '../fences/fence.ts'
import { type FreeLot, type FreeStock, noShares } from '../freeStock.ts'
import { readLotRules } from '../lots/lotRules.ts'
import { offerKey } from '../plan.ts'
import type { SiteItem } from '../siteItem.ts'

interface Wanting extends SiteItem {
  readonly partyId: string | null
  readonly ownerId: string | null
}
/** A customer's own goods are stock of their own. */
export const stockKey = (line: SiteItem & { readonly ownerId?: string | null }): string =>
  line.ownerId ? `${offerKey(line.siteId, line.itemId)} ${line.ownerId}` : offerKey(line.siteId, line.itemId)

/** Free units of a customer's own goods at a site, by item: of no lot on hold. */
export const ownFree = async (
  { sql, company }: Ctx,
  siteId: string,
  itemIds: readonly string[],
  ownerId: string,
): Promise<Map<string, number>> => {
  const rows = await sql<{ itemId: string; free: number }[]>`
    select pool.item_id, sum(pool.on_hand - pool.allocated - pool.held)::int8 as free
      from stock_pool pool
      left join lot on lot.company_id = pool.company_id and lot.id = pool.lot_id
     where pool.company_id = ${company} and pool.site_id = ${siteId} and pool.item_id = any (${itemIds as string[]}::uuid[]) and pool.owner_id = ${ownerId}
       and pool.status = 'available' and lot.held is not true
     group by pool.item_id`
  return new Map(rows.map((row) => [row.itemId, row.free]))
}

/** What customers have stored with us, for their own demand, its pools locked: nothing of it is promised to anybody. */
export const lockOwnStock = async (ctx: Ctx, wanted: readonly Wanting[]): Promise<Map<string, FreeStock>> => {
  const { sql, company } = ctx
  const rules = await readLotRules(ctx, wanted)
  const stock = new Map<string, FreeStock>()
  const nothing = { promised: 0, holds: [], fence: noFence, shares: noShares, rules }
  for (const line of wanted) stock.set(stockKey(line), { ...nothing, lots: [] })
  const keys = [...new Map(wanted.map((line) => [stockKey(line), line])).values()]
  const rows = await inSlices(
    keys,
    (slice) => sql<(SiteItem & FreeLot)[]>`
    with locked as (
      select pool.company_id, pool.site_id, pool.item_id, pool.lot_id, pool.owner_id, pool.on_hand - pool.allocated - pool.held as free
        from unnest(${slice.map((line) => line.siteId)}::uuid[], ${slice.map((line) => line.itemId)}::uuid[], ${slice.map((line) => line.ownerId)}::uuid[]) as wanted (site_id, item_id, owner_id)
        join stock_pool pool on pool.company_id = ${company} and pool.site_id = wanted.site_id and pool.item_id = wanted.item_id and pool.owner_id = wanted.owner_id
       where pool.site_id = any (${slice.map((line) => line.siteId)}::uuid[]) and pool.item_id = any (${slice.map((line) => line.itemId)}::uuid[])
         and pool.status = 'available' and pool.on_hand > pool.allocated + pool.held
       order by pool.site_id, pool.item_id, pool.lot_id, pool.owner_id
         for update of pool
    )
    select locked.site_id, locked.item_id, locked.lot_id, locked.owner_id, lot.expires_on, lot.recorded_at as since, locked.free
      from locked
      left join lot on lot.company_id = locked.company_id and lot.id = locked.lot_id
     where lot.held is not true
     order by lot.expires_on nulls last, locked.lot_id`,
  )
  for (const { siteId, itemId, ...lot } of rows)
    (stock.get(stockKey({ siteId, itemId, ownerId: lot.ownerId }))!.lots as FreeLot[]).push(lot)
  return stock
}
