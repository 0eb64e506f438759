import type { Ctx } from '../../core/ctx.ts'
import { allDone, inSlices, rowsJson } from '../../core/database/pool.ts'
import { Refusal } from '../../core/refusal.ts'
import { NIL } from '../../core/t.ts'
import { locationsById } from './locations.ts'

/** One movement of stock, of a whole quantity in base units, from one place and status to another. */
export interface NewMove {
  readonly itemId: string
  readonly lotId: string
  readonly lpnId?: string
  readonly ownerId?: string
  readonly fromLocationId: string
  readonly fromStatus: string
  readonly toLocationId: string
  readonly toStatus: string
  readonly qty: number
  readonly weightG?: number
  readonly causeKind: string
  readonly causeId: string
  readonly causeLineId?: string
  readonly reason?: string | null
  readonly actorId: string
  readonly device?: string | null
  readonly effectiveAt?: Date | string
  /** How much of the from-balance's task claim, and of the from-pool's allocation, ends with this move. */
  readonly releaseTasked?: number
  readonly releaseAllocated?: number
}

interface PoolDelta {
  readonly siteId: string
  readonly itemId: string
  readonly lotId: string
  readonly ownerId: string
  readonly status: string
  onHand: number
  allocated: number
  weightG: number
}
interface BalanceDelta {
  readonly locationId: string
  readonly siteId: string
  readonly itemId: string
  readonly lotId: string
  readonly lpnId: string
  readonly ownerId: string
  readonly status: string
  onHand: number
  tasked: number
  weightG: number
}

/** Places where stock is ours to count. The others are the world outside: no balance, no pool. */
const virtualKinds = new Set(['supplier', 'customer', 'adjust', 'scrap'])

/**
 * The one way stock changes: ledger, bins and pools in one go, set-wise. Rows are locked in key order before they are
 * changed, pools before bins, so that movements meeting on one row wait instead of deadlocking. The database adds;
 * what would go below zero, or below what is allocated or claimed by tasks, is refused as `not_enough_stock`.
 * @returns ids of the ledger rows, in the order of `moves`.
 */
export const postMoves = async (ctx: Ctx, moves: readonly NewMove[]): Promise<string[]> => {
  if (moves.length === 0) return []
  const { sql, company, now } = ctx
  const places = await locationsById(ctx, [...new Set(moves.flatMap((m) => [m.fromLocationId, m.toLocationId]))])
  const pools = new Map<string, PoolDelta>()
  const balances = new Map<string, BalanceDelta>()
  const ledger: object[] = []
  const ids: string[] = []

  const leg = (m: NewMove, locationId: string, status: string, sign: 1 | -1): void => {
    const place = places.get(locationId)!
    if (virtualKinds.has(place.kind)) return
    const ownerId = m.ownerId ?? NIL
    const lpnId = m.lpnId ?? NIL
    const weightG = sign * (m.weightG ?? 0)
    const released = sign < 0 ? (m.releaseAllocated ?? 0) : 0
    const untasked = sign < 0 ? (m.releaseTasked ?? 0) : 0
    const poolKey = `${place.siteId}${m.itemId}${m.lotId}${ownerId}${status}`
    const pool = pools.get(poolKey) ?? {
      siteId: place.siteId,
      itemId: m.itemId,
      lotId: m.lotId,
      ownerId,
      status,
      onHand: 0,
      allocated: 0,
      weightG: 0,
    }
    pool.onHand += sign * m.qty
    pool.allocated -= released
    pool.weightG += weightG
    pools.set(poolKey, pool)
    const balanceKey = `${locationId}${m.itemId}${m.lotId}${lpnId}${ownerId}${status}`
    const balance = balances.get(balanceKey) ?? {
      locationId,
      siteId: place.siteId,
      itemId: m.itemId,
      lotId: m.lotId,
      lpnId,
      ownerId,
      status,
      onHand: 0,
      tasked: 0,
      weightG: 0,
    }
    balance.onHand += sign * m.qty
    balance.tasked -= untasked
    balance.weightG += weightG
    balances.set(balanceKey, balance)
  }

  for (const m of moves) {
    if (!(m.qty > 0)) throw new Error('a move has a quantity above zero')
    const id = ctx.id()
    ids.push(id)
    leg(m, m.fromLocationId, m.fromStatus, -1)
    leg(m, m.toLocationId, m.toStatus, 1)
    ledger.push({
      companyId: company,
      id,
      itemId: m.itemId,
      lotId: m.lotId,
      serialId: NIL,
      lpnId: m.lpnId ?? NIL,
      ownerId: m.ownerId ?? NIL,
      fromSiteId: places.get(m.fromLocationId)!.siteId,
      fromLocationId: m.fromLocationId,
      fromStatus: m.fromStatus,
      toSiteId: places.get(m.toLocationId)!.siteId,
      toLocationId: m.toLocationId,
      toStatus: m.toStatus,
      qty: m.qty,
      weightG: m.weightG ?? 0,
      effectiveAt: m.effectiveAt ?? now,
      recordedAt: now,
      causeKind: m.causeKind,
      causeId: m.causeId,
      causeLineId: m.causeLineId ?? NIL,
      reason: m.reason ?? null,
      actorId: m.actorId,
      device: m.device ?? null,
    })
  }
  const poolRows = byKey(pools).filter((p) => p.onHand !== 0 || p.allocated !== 0 || p.weightG !== 0)
  const balanceRows = byKey(balances).filter((b) => b.onHand !== 0 || b.tasked !== 0 || b.weightG !== 0)
  try {
    // All are waited for: the cause of a failure is to be told, not the complaint of what stood behind it.
    await allDone([
      poolRows.length > 0 && applyPools(ctx, poolRows),
      balanceRows.length > 0 && applyBalances(ctx, balanceRows),
      sql`
        insert into stock_move
        select * from json_populate_recordset(null::stock_move, ${rowsJson(ledger)}::text::json)`,
    ])
  } catch (error) {
    if ((error as { code?: string }).code === '23514')
      throw new Refusal(
        'not_enough_stock',
        'There is less free stock there than this would move. Look at the item for what is allocated or claimed by tasks.',
      )
    throw error
  }
  return ids
}

/** Deltas in the order of their rows' keys, which is the order of locks. */
const byKey = <T>(deltas: ReadonlyMap<string, T>): T[] =>
  [...deltas].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, delta]) => delta)

const notEnough = () => new Refusal('not_enough_stock', 'There is no such stock at this place.')

/** What comes may make a new row; what goes must find its row. Locks first, in key order, on the same connection. */
const applyPools = async ({ sql, company }: Ctx, rows: readonly PoolDelta[]): Promise<void> => {
  const less = rows.filter((r) => r.onHand < 0 || r.allocated < 0)
  const [, , updated] = await allDone([
    inSlices(
      rows,
      (slice) => sql`
      select 1 as locked
        from stock_pool pool
        join json_populate_recordset(null::stock_pool, ${rowsJson(slice)}::text::json) as d using (site_id, item_id, lot_id, owner_id, status)
       where pool.company_id = ${company} and pool.site_id = any (${slice.map((r) => r.siteId)}::uuid[]) and pool.item_id = any (${slice.map((r) => r.itemId)}::uuid[])
       order by pool.site_id, pool.item_id, pool.lot_id, pool.owner_id, pool.status
         for update of pool`,
    ),
    sql`
      insert into stock_pool as pool (company_id, site_id, item_id, lot_id, owner_id, status, on_hand, allocated, held, weight_g)
      select ${company}, d.site_id, d.item_id, d.lot_id, d.owner_id, d.status, d.on_hand, 0, 0, d.weight_g
        from json_populate_recordset(null::stock_pool, ${rowsJson(rows)}::text::json) as d
       where d.on_hand >= 0 and d.allocated >= 0
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

const applyBalances = async ({ sql, company }: Ctx, rows: readonly BalanceDelta[]): Promise<void> => {
  const less = rows.filter((r) => r.onHand < 0 || r.tasked < 0)
  const [, , updated] = await allDone([
    inSlices(
      rows,
      (slice) => sql`
      select 1 as locked
        from stock_balance bin
        join json_populate_recordset(null::stock_balance, ${rowsJson(slice)}::text::json) as d using (location_id, item_id, lot_id, lpn_id, owner_id, status)
       where bin.company_id = ${company} and bin.location_id = any (${slice.map((r) => r.locationId)}::uuid[]) and bin.item_id = any (${slice.map((r) => r.itemId)}::uuid[])
       order by bin.location_id, bin.item_id, bin.lot_id, bin.lpn_id, bin.owner_id, bin.status
         for update of bin`,
    ),
    sql`
      insert into stock_balance as bin (company_id, location_id, item_id, lot_id, lpn_id, owner_id, status, site_id, on_hand, tasked, weight_g)
      select ${company}, d.location_id, d.item_id, d.lot_id, d.lpn_id, d.owner_id, d.status, d.site_id, d.on_hand, 0, d.weight_g
        from json_populate_recordset(null::stock_balance, ${rowsJson(rows)}::text::json) as d
       where d.on_hand >= 0 and d.tasked >= 0
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
  ])
  if (updated.length !== less.length) throw notEnough()
}
