import type { Ctx } from '../../core/ctx.ts'
import { inSlices, rowsJson } from '../../core/database/pool.ts'
import { NIL } from '../../core/t.ts'
import { localDay } from '../sites/index.ts'
import { type ItemStock, layOut, type OpenLine, type Take } from './layOut.ts'
import { keysOf, lockPositions } from './offers.ts'
import { offerKey } from './plan.ts'
import { openPromises, shrinkPromises } from './shrinkPromises.ts'

export interface AllocatedLine {
  readonly id: string
  readonly orderId: string
  readonly open: number
  readonly allocated: number
}

interface LineRow {
  id: string
  refId: string
  siteId: string
  partyId: string | null
  itemId: string
  open: number
  step: number
  partialPolicy: string
  minShelfDays: number
  latestPromiseOn: string | null
  zone: string
}

/**
 * Turns promises into allocations of concrete lots, FEFO, for lines in the order given. Locks demand lines, then
 * promise positions, then pools, each in key order. Adds to the pools what it takes; CHECKs hold the bound.
 * @param release marks the lines as released: what comes in later is allocated to them by itself.
 * @returns each line with what was open before and what it now got.
 */
export const allocateLines = async (
  ctx: Ctx,
  lineIds: readonly string[],
  { release = false } = {},
): Promise<AllocatedLine[]> => {
  if (lineIds.length === 0) return []
  const { sql, company, now } = ctx
  const [rows, standing] = await Promise.all([
    sql<LineRow[]>`
      select line.id, line.ref_id, line.site_id, line.party_id, line.item_id, line.qty - line.shipped - line.cancelled - line.allocated as open, line.step,
             line.partial_policy, line.min_shelf_days, line.latest_promise_on, site.zone
        from demand_line line
        join site on site.company_id = line.company_id and site.id = line.site_id
       where line.company_id = ${company} and line.id = any (${lineIds as string[]})
       order by line.id
         for update of line`,
    openPromises(ctx, lineIds),
  ])
  const promises = Map.groupBy(standing, (promise) => promise.lineId)
  const promisedOf = (id: string, fromSupply: boolean): number =>
    (promises.get(id) ?? []).reduce((sum, p) => sum + ((p.supplyId !== null) === fromSupply ? p.qty : 0), 0)
  const byId = new Map(rows.map((row) => [row.id, row]))
  const wanted = [...new Set(lineIds)].map((id) => byId.get(id)!).filter((row) => row && row.open > 0)
  if (wanted.length === 0) return []
  const stock = await lockStock(ctx, wanted)
  const days = new Map([...new Set(wanted.map((row) => row.zone))].map((zone) => [zone, localDay(zone, now)]))
  const lines = wanted.map((row): OpenLine => {
    const today = days.get(row.zone)!
    return {
      ...row,
      orderId: row.refId,
      onHandPromised: promisedOf(row.id, false),
      supplyPromised: promisedOf(row.id, true),
      arrivesOn: row.latestPromiseOn !== null && row.latestPromiseOn > today ? row.latestPromiseOn : today,
    }
  })
  const { takes, lines: laid } = layOut(lines, stock, (line) => offerKey(line.siteId, line.itemId))
  const changed = release ? laid : laid.filter((line) => line.allocated > 0)
  if (changed.length > 0) {
    await Promise.all([
      shrinkPromises(
        ctx,
        standing,
        changed.map((line) => ({ lineId: line.id, onHand: line.fromOnHand, supply: line.fromSupply })),
      ),
      writeAllocations(ctx, takes, byId, changed, release),
    ])
  }
  const got = new Map(laid.map((line) => [line.id, line.allocated]))
  return wanted.map((row) => ({ id: row.id, orderId: row.refId, open: row.open, allocated: got.get(row.id) ?? 0 }))
}

/** Positions, then the free lots of their items; both locked. Lots on hold and goods that are not ours to sell are not seen. */
const lockStock = async (ctx: Ctx, wanted: readonly LineRow[]): Promise<Map<string, ItemStock>> => {
  const { sql, company } = ctx
  const { positions, pairs } = await lockPositions(ctx, wanted)
  const rows = await inSlices(pairs, (slice) => {
    const { sites, items } = keysOf(slice)
    return sql<
      { siteId: string; itemId: string; lotId: string; ownerId: string; expiresOn: string | null; free: number }[]
    >`
    with locked as (
      select pool.company_id, pool.site_id, pool.item_id, pool.lot_id, pool.owner_id, pool.on_hand - pool.allocated - pool.held as free
        from unnest(${sites}::uuid[], ${items}::uuid[]) as wanted (site_id, item_id)
        join stock_pool pool on pool.company_id = ${company} and pool.site_id = wanted.site_id and pool.item_id = wanted.item_id
       where pool.site_id = any (${sites}::uuid[]) and pool.item_id = any (${items}::uuid[]) and pool.status = 'available' and pool.on_hand > pool.allocated + pool.held
         and (pool.owner_id = ${NIL} or exists (select 1 from stock_owner owner where owner.company_id = ${company} and owner.party_id = pool.owner_id and owner.kind = 'consigned'))
       order by pool.site_id, pool.item_id, pool.lot_id, pool.owner_id
         for update of pool
    )
    select locked.site_id, locked.item_id, locked.lot_id, locked.owner_id, lot.expires_on, locked.free
      from locked
      join item on item.company_id = locked.company_id and item.id = locked.item_id
      left join lot on lot.company_id = locked.company_id and lot.id = locked.lot_id
     where lot.held is not true
     order by lot.expires_on nulls last, (locked.owner_id <> ${NIL}) <> coalesce(item.consigned_first, false), locked.lot_id, locked.owner_id`
  })
  const stock = new Map<string, ItemStock>()
  for (const [key, promised] of positions) stock.set(key, { lots: [], promised })
  for (const { siteId, itemId, ...lot } of rows) (stock.get(offerKey(siteId, itemId))!.lots as (typeof lot)[]).push(lot)
  return stock
}

const writeAllocations = (
  ctx: Ctx,
  takes: readonly Take[],
  byId: ReadonlyMap<string, LineRow>,
  lines: readonly { id: string; allocated: number; fromOnHand: number; fromSupply: number }[],
  release: boolean,
) => {
  const { sql, company, now } = ctx
  const pools = new Map<string, { siteId: string; itemId: string; lotId: string; ownerId: string; allocated: number }>()
  const rows = takes.map((take) => {
    const { siteId, partyId, itemId } = byId.get(take.lineId)!
    const { lotId, ownerId } = take
    const key = siteId + itemId + lotId + ownerId
    const pool = pools.get(key) ?? { siteId, itemId, lotId, ownerId, allocated: 0 }
    pool.allocated += take.qty
    pools.set(key, pool)
    return {
      companyId: company,
      id: ctx.id(),
      demandLineId: take.lineId,
      siteId,
      partyId,
      itemId,
      lotId,
      ownerId,
      qty: take.qty,
      tasked: 0,
      picked: 0,
      shipped: 0,
      dropped: 0,
      reason: null,
      madeAt: now,
    }
  })
  const held = [...pools.values()]
  return Promise.all([
    rows.length > 0 &&
      sql`
      insert into allocation
      select * from json_populate_recordset(null::allocation, ${rowsJson(rows)}::text::json)`,
    inSlices(
      held,
      (slice) => sql`
        update stock_pool pool
           set allocated = pool.allocated + given.allocated
          from json_populate_recordset(null::stock_pool, ${rowsJson(slice)}::text::json) as given
         where pool.company_id = ${company} and pool.site_id = any (${slice.map((p) => p.siteId)}::uuid[]) and pool.item_id = any (${slice.map((p) => p.itemId)}::uuid[])
           and pool.site_id = given.site_id and pool.item_id = given.item_id and pool.lot_id = given.lot_id
           and pool.owner_id = given.owner_id and pool.status = 'available'`,
    ),
    inSlices(lines, (slice) => {
      const ids = slice.map((l) => l.id)
      return sql`
        update demand_line line
           set allocated = line.allocated + given.allocated,
               promised = line.promised - given.promised,
               -- Whatever of the open quantity is neither allocated nor promised has no supply.
               backordered = line.qty - line.shipped - line.cancelled - line.allocated - given.allocated - line.promised + given.promised,
               released_at = case when ${release} then coalesce(line.released_at, ${now}::timestamptz) else line.released_at end,
               version = line.version + 1
          from unnest(${ids}::uuid[], ${slice.map((l) => l.allocated)}::int8[], ${slice.map((l) => l.fromOnHand + l.fromSupply)}::int8[]) as given (id, allocated, promised)
         where line.company_id = ${company} and line.id = any (${ids}::uuid[]) and line.id = given.id`
    }),
  ])
}
