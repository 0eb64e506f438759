import type { Ctx } from '../../core/ctx.ts'
import { allDone, inSlices, rowsJson } from '../../core/database/pool.ts'
import { Refusal } from '../../core/refusal.ts'
import { NIL } from '../../core/t.ts'
import { coveredThen, effectiveMoment } from './asOf/effective.ts'
import { moveSerials, type SerialMove, type SerialRef } from './identity/moveSerials.ts'
import { locationsById, type Place } from './locations.ts'

/** One movement of stock, of a whole quantity in base units, from one place and status to another. */
export interface NewMove {
  readonly itemId: string
  readonly lotId: string
  /** Plate and owner before; nil when left out. */
  readonly lpnId?: string
  readonly ownerId?: string
  /** Plate and owner after; the same when left out. */
  readonly toLpnId?: string
  readonly toOwnerId?: string
  /** The pieces that move, of items tracked by serial number: as many as `qty`. */
  readonly serials?: readonly SerialRef[]
  /** Allocation the pieces are bound to before and after; null or left out: free. */
  readonly boundTo?: string | null
  readonly bindTo?: string | null
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
  /** When it was so, if it is entered later; left out: now. */
  readonly effectiveAt?: string | undefined
  /** How much of the from-balance's task claim, and of the from-pool's allocation, ends with this move. */
  readonly releaseTasked?: number
  readonly releaseAllocated?: number
  /** The plate whose claim ends, when the goods are taken from another one in the same bin. */
  readonly taskedLpnId?: string
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

/** Places outside the house: no balance is kept there, no pool. */
const virtualKinds = new Set(['supplier', 'customer', 'adjust', 'scrap'])

/**
 * The one way stock changes: ledger, bins, pools and serials in one go, set-wise. Rows are locked in key order before they
 * are changed, pools before bins before serials, so that movements meeting on one row wait instead of deadlocking. The database adds;
 * what would go below zero, or below what is allocated or claimed by tasks, is refused as `not_enough_stock`.
 * A move of pieces has a ledger row for each.
 * @returns ids of the ledger rows, in the order of `moves`; of a move of pieces, its first.
 */
export const postMoves = async (ctx: Ctx, moves: readonly NewMove[]): Promise<string[]> => {
  if (moves.length === 0) return []
  const { sql, now } = ctx
  const places = await locationsById(ctx, [...new Set(moves.flatMap((m) => [m.fromLocationId, m.toLocationId]))])
  const pools = new Map<string, PoolDelta>()
  const balances = new Map<string, BalanceDelta>()
  const pieces: SerialMove[] = []
  const ledger: object[] = []
  const ids: string[] = []
  const late: NewMove[] = []

  const poolOf = (place: Place, m: NewMove, ownerId: string, status: string): PoolDelta => {
    const key = `${place.siteId}${m.itemId}${m.lotId}${ownerId}${status}`
    const { siteId } = place
    const delta = pools.get(key) ?? {
      ...{ siteId, itemId: m.itemId, lotId: m.lotId, ownerId, status },
      ...{ onHand: 0, allocated: 0, weightG: 0 },
    }
    pools.set(key, delta)
    return delta
  }
  const balanceOf = (place: Place, m: NewMove, lpnId: string, ownerId: string, status: string): BalanceDelta => {
    const key = `${place.id}${m.itemId}${m.lotId}${lpnId}${ownerId}${status}`
    const delta = balances.get(key) ?? {
      ...{ locationId: place.id, siteId: place.siteId, itemId: m.itemId, lotId: m.lotId, lpnId, ownerId, status },
      ...{ onHand: 0, tasked: 0, weightG: 0 },
    }
    balances.set(key, delta)
    return delta
  }
  const leg = (m: NewMove, to: SerialMove['to'], sign: 1 | -1): void => {
    if (!to.real) return
    const place = places.get(to.locationId)!
    for (const delta of [
      poolOf(place, m, to.ownerId, to.status),
      balanceOf(place, m, to.lpnId, to.ownerId, to.status),
    ]) {
      delta.onHand += sign * m.qty
      delta.weightG += sign * (m.weightG ?? 0)
    }
    if (sign > 0) return
    poolOf(place, m, to.ownerId, to.status).allocated -= m.releaseAllocated ?? 0
    balanceOf(place, m, m.taskedLpnId ?? to.lpnId, to.ownerId, to.status).tasked -= m.releaseTasked ?? 0
  }

  for (const m of moves) {
    if (!(m.qty > 0)) throw new Error('a move has a quantity above zero')
    if (m.serials && m.serials.length !== m.qty) throw new Error('a move of pieces names each of them')
    const { from, to } = endsOf(m, places)
    leg(m, from, -1)
    leg(m, to, 1)
    if (m.serials)
      pieces.push({
        ...{ itemId: m.itemId, lotId: m.lotId, from, to, serials: m.serials },
        ...{ boundTo: m.boundTo ?? null, bindTo: m.bindTo ?? null },
      })
    const effectiveAt = effectiveMoment(ctx, m.effectiveAt)
    if (effectiveAt < now && (from.real || m.serials)) late.push(m)
    const rows = ledgerRows(ctx, m, from, to, effectiveAt)
    ids.push(rows[0]!.id)
    for (const row of rows) ledger.push(row)
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
      moveSerials(ctx, pieces),
      refuseUnnumbered(ctx, moves),
    ])
  } catch (error) {
    if ((error as { code?: string }).code === '23514')
      throw new Refusal(
        'not_enough_stock',
        'There is less free stock there than this would move. Look at the item for what is allocated or claimed by tasks.',
      )
    throw error
  }
  if (late.length > 0) await coveredThen(ctx, late)
  return ids
}

const endsOf = (m: NewMove, places: ReadonlyMap<string, Place>): Pick<SerialMove, 'from' | 'to'> => {
  const end = (locationId: string, lpnId: string, ownerId: string, status: string) => {
    const { siteId, kind } = places.get(locationId)!
    return { real: !virtualKinds.has(kind), siteId, locationId, lpnId, ownerId, status }
  }
  const [lpnId, ownerId] = [m.lpnId ?? NIL, m.ownerId ?? NIL]
  return {
    from: end(m.fromLocationId, lpnId, ownerId, m.fromStatus),
    to: end(m.toLocationId, m.toLpnId ?? lpnId, m.toOwnerId ?? ownerId, m.toStatus),
  }
}

const ledgerRows = (
  { company, now, id }: Ctx,
  m: NewMove,
  from: SerialMove['from'],
  to: SerialMove['to'],
  effectiveAt: Date,
) => {
  const parts = m.serials?.length ?? 1
  const weightG = m.weightG ?? 0
  return Array.from({ length: parts }, (_, at) => ({
    companyId: company,
    id: id(),
    itemId: m.itemId,
    lotId: m.lotId,
    serialId: m.serials?.[at]?.id ?? NIL,
    lpnId: from.lpnId,
    ownerId: from.ownerId,
    fromSiteId: from.siteId,
    fromLocationId: from.locationId,
    fromStatus: from.status,
    toSiteId: to.siteId,
    toLocationId: to.locationId,
    toStatus: to.status,
    toLpnId: to.lpnId,
    toOwnerId: to.ownerId,
    qty: m.qty / parts,
    // Whole grams that sum to the weight.
    weightG: Math.floor((weightG * (at + 1)) / parts) - Math.floor((weightG * at) / parts),
    effectiveAt,
    recordedAt: now,
    causeKind: m.causeKind,
    causeId: m.causeId,
    causeLineId: m.causeLineId ?? NIL,
    reason: m.reason ?? null,
    actorId: m.actorId,
    device: m.device ?? null,
  }))
}

/** Whoever moves an item tracked by serial number says which pieces, or the serials would no longer be where the stock is. */
const refuseUnnumbered = async ({ sql, company }: Ctx, moves: readonly NewMove[]): Promise<void> => {
  const unnumbered = [...new Set(moves.flatMap((m) => (m.serials ? [] : [m.itemId])))]
  if (unnumbered.length === 0) return
  const [item] = await sql<{ sku: string }[]>`
    select sku
      from item
     where company_id = ${company} and id = any (${unnumbered}) and tracking = 'serial'
     limit 1`
  if (item)
    throw new Refusal('serials_needed', `${item.sku} is tracked by serial number: say which pieces these are.`, 422)
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
  const unloaded = less.filter((r) => r.lpnId !== NIL)
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
    // A plate's empty rows go with it: it leaves one behind in every bin it ever stood in.
    unloaded.length > 0 &&
      sql`
      delete from stock_balance
       where company_id = ${company} and lpn_id = any (${unloaded.map((r) => r.lpnId)}::uuid[]) and location_id = any (${unloaded.map((r) => r.locationId)}::uuid[])
         and on_hand = 0 and tasked = 0 and weight_g = 0`,
  ])
  if (updated.length !== less.length) throw notEnough()
}
