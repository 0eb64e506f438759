import type { Ctx } from '../../core/ctx.ts'
import { allDone, rowsJson } from '../../core/database/pool.ts'
import { Refusal } from '../../core/refusal.ts'
import { NIL } from '../../core/t.ts'
import { applyBalances, applyPools, type BalanceDelta, byKey, type PoolDelta } from './applyLegs.ts'
import { coveredThen, effectiveMoment } from './asOf/effective.ts'
import { moveSerials, type SerialMove, type SerialRef } from './identity/moveSerials.ts'
import { refuseKits } from './kits.ts'
import { isOurs, locationsById, type Place } from './locations.ts'
import { weighMoves } from './weigh.ts'

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
  /** The recall that froze the pieces ends with this move. */
  readonly lifted?: boolean
  readonly fromLocationId: string
  readonly fromStatus: string
  readonly toLocationId: string
  readonly toStatus: string
  /** Zero for a move of weight alone: a scale showed the books to be wrong. */
  readonly qty: number
  /** As weighed, of goods that are; left out: their share of the bin's weight, nominal weight from outside. */
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

/**
 * The one way stock changes: ledger, bins, pools and serials in one go, set-wise. Rows are locked in key order before they
 * are changed, pools before bins before serials, so that movements meeting on one row wait instead of deadlocking. The database adds;
 * what would go below zero, or below what is allocated or claimed by tasks, is refused as `not_enough_stock`.
 * A move of pieces has a ledger row for each; goods that are weighed take their weight along (`weigh.ts`).
 * @returns ids of the ledger rows, in the order of `moves`; of a move of pieces, its first.
 */
export const postMoves = async (ctx: Ctx, asked: readonly NewMove[]): Promise<string[]> => {
  if (asked.length === 0) return []
  const { sql, now } = ctx
  if (asked.some((m) => !(m.qty > 0))) throw new Error('a move has a quantity above zero')
  const placesOf = (moves: readonly NewMove[]) =>
    locationsById(ctx, [...new Set(moves.flatMap((m) => [m.fromLocationId, m.toLocationId]))])
  const moves = await weighMoves(ctx, asked, await placesOf(asked))
  const places = await placesOf(moves)
  const ours = (locationId: string): boolean => isOurs(places.get(locationId)!)
  const arriving = moves.filter((m) => !ours(m.fromLocationId) && ours(m.toLocationId))
  if (arriving.length > 0)
    await refuseKits(
      ctx,
      arriving.map((m) => m.itemId),
    )
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
    // On the road to a site goods are ours and have their balance, but nobody promises, allocates or picks them: no pool.
    const balance = balanceOf(place, m, to.lpnId, to.ownerId, to.status)
    for (const delta of place.kind === 'transit' ? [balance] : [poolOf(place, m, to.ownerId, to.status), balance]) {
      delta.onHand += sign * m.qty
      delta.weightG += sign * (m.weightG ?? 0)
    }
    if (sign > 0) return
    poolOf(place, m, to.ownerId, to.status).allocated -= m.releaseAllocated ?? 0
    balanceOf(place, m, m.taskedLpnId ?? to.lpnId, to.ownerId, to.status).tasked -= m.releaseTasked ?? 0
  }

  for (const m of moves) {
    if (m.serials && m.serials.length !== m.qty) throw new Error('a move of pieces names each of them')
    const { from, to } = endsOf(m, places)
    leg(m, from, -1)
    leg(m, to, 1)
    if (m.serials)
      pieces.push({
        ...{ itemId: m.itemId, lotId: m.lotId, from, to, serials: m.serials },
        ...{ boundTo: m.boundTo ?? null, bindTo: m.bindTo ?? null, lifted: m.lifted ?? false },
      })
    const effectiveAt = effectiveMoment(ctx, m.effectiveAt)
    if (effectiveAt < now && (from.real || m.serials)) late.push(m)
    const rows = ledgerRows(ctx, m, from, to, effectiveAt)
    if (m.qty > 0) ids.push(rows[0]!.id)
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
    const place = places.get(locationId)!
    const { siteId, kind } = place
    return { real: isOurs(place), kind, siteId, locationId, lpnId, ownerId, status }
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
