/**
 * Where is stock decremented? Here: what moves (`postMoves.ts`) take from and add to pools and bins, and their weight (`weigh.ts`). Rows are
 * locked in key order first, pools before bins, and the database adds.
 */
import type { Ctx } from '../../core/ctx.ts'
import { allDone, inSlices, rowsJson } from '../../core/database/pool.ts'
import { Refusal } from '../../core/refusal.ts'
import { NIL } from '../../core/t.ts'

export interface PoolKey {
  readonly siteId: string
  readonly itemId: string
  readonly lotId: string
  readonly ownerId: string
  readonly status: string
}
export interface PoolDelta extends PoolKey {
  onHand: number
  allocated: number
  weightG: number
}
export interface BalanceKey {
  readonly locationId: string
  readonly itemId: string
  readonly lotId: string
  readonly lpnId: string
  readonly ownerId: string
  readonly status: string
}
export interface BalanceDelta extends BalanceKey {
  readonly siteId: string
  onHand: number
  tasked: number
  weightG: number
}

export const poolKeyOf = (k: PoolKey): string => `${k.siteId}${k.itemId}${k.lotId}${k.ownerId}${k.status}`
export const balanceKeyOf = (k: BalanceKey): string =>
  `${k.locationId}${k.itemId}${k.lotId}${k.lpnId}${k.ownerId}${k.status}`

/** Deltas in the order of their rows' keys, which is the order of locks. */
export const byKey = <T>(deltas: ReadonlyMap<string, T>): T[] =>
  [...deltas].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, delta]) => delta)

const notEnough = () => new Refusal('not_enough_stock', 'There is no such stock at this place.')

/** In key order, of rows that come in key order. */
export const lockPools = ({ sql, company }: Ctx, rows: readonly PoolKey[]) =>
  inSlices(
    rows,
    (slice) => sql`
      select 1 as locked
        from stock_pool pool
        join json_populate_recordset(null::stock_pool, ${rowsJson(slice)}::text::json) as d using (site_id, item_id, lot_id, owner_id, status)
       where pool.company_id = ${company} and pool.site_id = any (${slice.map((r) => r.siteId)}::uuid[]) and pool.item_id = any (${slice.map((r) => r.itemId)}::uuid[])
       order by pool.site_id, pool.item_id, pool.lot_id, pool.owner_id, pool.status
         for update of pool`,
  )

/** The same of bins, with what they hold. */
export const lockBalances = ({ sql, company }: Ctx, rows: readonly BalanceKey[]) =>
  inSlices(
    rows,
    (slice) => sql<(BalanceKey & { onHand: number; weightG: number })[]>`
      select bin.location_id, bin.item_id, bin.lot_id, bin.lpn_id, bin.owner_id, bin.status, bin.on_hand, bin.weight_g
        from stock_balance bin
        join json_populate_recordset(null::stock_balance, ${rowsJson(slice)}::text::json) as d using (location_id, item_id, lot_id, lpn_id, owner_id, status)
       where bin.company_id = ${company} and bin.location_id = any (${slice.map((r) => r.locationId)}::uuid[]) and bin.item_id = any (${slice.map((r) => r.itemId)}::uuid[])
       order by bin.location_id, bin.item_id, bin.lot_id, bin.lpn_id, bin.owner_id, bin.status
         for update of bin`,
  )

/**
 * What comes may make a new row; what goes, or changes in weight or claims alone, must find its row. A row proposed for
 * insertion is held against the table's checks even where it then meets one that is there.
 */
const split = <T extends { onHand: number; weightG: number }>(rows: readonly T[], claims: (row: T) => number) => {
  const comes = (row: T) => row.onHand > 0 && row.weightG >= 0 && claims(row) >= 0
  return { more: rows.filter(comes), less: rows.filter((row) => !comes(row)) }
}

/** Locks first, in key order, on the same connection. */
export const applyPools = async (ctx: Ctx, rows: readonly PoolDelta[]): Promise<void> => {
  const { sql, company } = ctx
  const { more, less } = split(rows, (row) => row.allocated)
  const [, , updated] = await allDone([
    lockPools(ctx, rows),
    more.length > 0 &&
      sql`
      insert into stock_pool as pool (company_id, site_id, item_id, lot_id, owner_id, status, on_hand, allocated, held, weight_g)
      select ${company}, d.site_id, d.item_id, d.lot_id, d.owner_id, d.status, d.on_hand, 0, 0, d.weight_g
        from json_populate_recordset(null::stock_pool, ${rowsJson(more)}::text::json) as d
       order by d.site_id, d.item_id, d.lot_id, d.owner_id, d.status
      on conflict (company_id, site_id, item_id, lot_id, owner_id, status) do update
         set on_hand = pool.on_hand + excluded.on_hand, weight_g = pool.weight_g + excluded.weight_g`,
    inSlices(
      less,
      (slice) => sql`
      update stock_pool pool
         set on_hand = pool.on_hand + d.on_hand, allocated = pool.allocated + d.allocated, weight_g = pool.weight_g + d.weight_g
        from json_populate_recordset(null::stock_pool, ${rowsJson(slice)}::text::json) as d
       where pool.company_id = ${company} and pool.site_id = any (${slice.map((r) => r.siteId)}::uuid[]) and pool.item_id = any (${slice.map((r) => r.itemId)}::uuid[])
         and pool.site_id = d.site_id and pool.item_id = d.item_id
         and pool.lot_id = d.lot_id and pool.owner_id = d.owner_id and pool.status = d.status
      returning 1 as changed`,
    ),
  ])
  if (updated.length !== less.length) throw notEnough()
}

export const applyBalances = async (ctx: Ctx, rows: readonly BalanceDelta[]): Promise<void> => {
  const { sql, company } = ctx
  const { more, less } = split(rows, (row) => row.tasked)
  const unloaded = less.filter((r) => r.lpnId !== NIL)
  const [, , updated] = await allDone([
    lockBalances(ctx, rows),
    more.length > 0 &&
      sql`
      insert into stock_balance as bin (company_id, location_id, item_id, lot_id, lpn_id, owner_id, status, site_id, on_hand, tasked, weight_g)
      select ${company}, d.location_id, d.item_id, d.lot_id, d.lpn_id, d.owner_id, d.status, d.site_id, d.on_hand, 0, d.weight_g
        from json_populate_recordset(null::stock_balance, ${rowsJson(more)}::text::json) as d
       order by d.location_id, d.item_id, d.lot_id, d.lpn_id, d.owner_id, d.status
      on conflict (company_id, location_id, item_id, lot_id, lpn_id, owner_id, status) do update
         set on_hand = bin.on_hand + excluded.on_hand, weight_g = bin.weight_g + excluded.weight_g`,
    inSlices(
      less,
      (slice) => sql`
      update stock_balance bin
         set on_hand = bin.on_hand + d.on_hand, tasked = bin.tasked + d.tasked, weight_g = bin.weight_g + d.weight_g
        from json_populate_recordset(null::stock_balance, ${rowsJson(slice)}::text::json) as d
       where bin.company_id = ${company} and bin.location_id = any (${slice.map((r) => r.locationId)}::uuid[]) and bin.item_id = any (${slice.map((r) => r.itemId)}::uuid[])
         and bin.location_id = d.location_id and bin.item_id = d.item_id
         and bin.lot_id = d.lot_id and bin.lpn_id = d.lpn_id and bin.owner_id = d.owner_id and bin.status = d.status
      returning 1 as changed`,
    ),
    // A plate's empty rows go with it: it leaves one behind in every bin it ever stood in.
    unloaded.length > 0 &&
      sql`
      delete from stock_balance
       where company_id = ${company} and lpn_id = any (${unloaded.map((r) => r.lpnId)}::uuid[]) and location_id = any (${unloaded.map((r) => r.locationId)}::uuid[])
         and on_hand = 0 and tasked = 0 and weight_g = 0`,
  ])
  if (updated.length !== less.length) throw notEnough()
}
