import type { Ctx } from '../../core/ctx.ts'
import { Refusal } from '../../core/refusal.ts'
import { NIL } from '../../core/t.ts'
import { weighOut } from '../../math/weight/catchWeight.ts'
import { type BalanceKey, balanceKeyOf, byKey, lockBalances, lockPools, poolKeyOf } from './applyLegs.ts'
import { isOurs, type Place, placeOfKind } from './locations.ts'
import type { NewMove } from './postMoves.ts'

/** Whether an item is weighed never changes, so what was read once stays true. */
const known = new Map<string, boolean>()
const KNOWN_MAX = 200_000

/** Nominal weight of a base unit, by item, of those among `itemIds` that are weighed. */
const weighedAmong = async ({ sql, company }: Ctx, itemIds: readonly string[]): Promise<Map<string, number>> => {
  const asked = itemIds.filter((id) => known.get(company + id) !== false)
  if (asked.length === 0) return new Map()
  const rows = await sql<{ id: string; catchWeight: boolean; weightG: number }[]>`
    select id, catch_weight, weight_g
      from item
     where company_id = ${company} and id = any (${asked})`
  if (known.size > KNOWN_MAX) known.clear()
  for (const row of rows) known.set(company + row.id, row.catchWeight)
  return new Map(rows.filter((row) => row.catchWeight).map((row) => [row.id, row.weightG]))
}

const fromKey = (m: NewMove): BalanceKey => ({
  locationId: m.fromLocationId,
  itemId: m.itemId,
  lotId: m.lotId,
  lpnId: m.lpnId ?? NIL,
  ownerId: m.ownerId ?? NIL,
  status: m.fromStatus,
})
const toKey = (m: NewMove): BalanceKey => ({
  locationId: m.toLocationId,
  itemId: m.itemId,
  lotId: m.lotId,
  lpnId: m.toLpnId ?? m.lpnId ?? NIL,
  ownerId: m.toOwnerId ?? m.ownerId ?? NIL,
  status: m.toStatus,
})

/**
 * Every move with the weight that goes with it, and the corrections that a scale made necessary, as moves of weight alone
 * before the move that showed them. Goods that nobody weighed take their share of what the bin holds; goods from outside
 * come at nominal weight. Goods of other items weigh nothing here. Bins are read under their locks, taken in the house
 * order (pools, then bins, of all moves), only when something among them is weighed.
 */
export const weighMoves = async (
  ctx: Ctx,
  moves: readonly NewMove[],
  places: ReadonlyMap<string, Place>,
): Promise<NewMove[]> => {
  const nominals = await weighedAmong(ctx, [...new Set(moves.map((move) => move.itemId))])
  if (nominals.size === 0) return moves.map((move) => ({ ...move, weightG: 0 }))
  const held = await heldBy(ctx, moves, places)
  const out: NewMove[] = []
  const corrected = new Set<string>()
  const add = (key: string, onHand: number, weightG: number) => {
    const before = held.get(key) ?? { onHand: 0, weightG: 0 }
    held.set(key, { onHand: before.onHand + onHand, weightG: before.weightG + weightG })
  }
  for (const move of moves) {
    const nominalG = nominals.get(move.itemId)
    if (nominalG === undefined) {
      out.push({ ...move, weightG: 0 })
      continue
    }
    const [from, to] = [places.get(move.fromLocationId)!, places.get(move.toLocationId)!]
    const source = balanceKeyOf(fromKey(move))
    const { weightG, correctionG } = isOurs(from)
      ? weighOut(held.get(source) ?? { onHand: 0, weightG: 0 }, move.qty, move.weightG ?? null, nominalG)
      : { weightG: move.weightG ?? move.qty * nominalG, correctionG: 0 }
    if (correctionG !== 0) {
      out.push(correctionOf(move, correctionG))
      corrected.add(from.siteId)
      add(source, 0, correctionG)
    }
    out.push({ ...move, weightG })
    if (isOurs(from)) add(source, -move.qty, -weightG)
    if (isOurs(to)) add(balanceKeyOf(toKey(move)), move.qty, weightG)
  }
  return corrected.size === 0 ? out : withAdjustPlaces(ctx, out, places, [...corrected])
}

/** What the bins of the moves hold now, under lock: of all their legs, since one move may fill what the next empties. */
const heldBy = async (ctx: Ctx, moves: readonly NewMove[], places: ReadonlyMap<string, Place>) => {
  const legs = moves.flatMap((move) => [fromKey(move), toKey(move)])
  const bins = legs.filter((leg) => isOurs(places.get(leg.locationId)!))
  const pools = bins.map((bin) => ({ ...bin, siteId: places.get(bin.locationId)!.siteId }))
  await lockPools(ctx, byKey(new Map(pools.map((pool) => [poolKeyOf(pool), pool]))))
  const rows = await lockBalances(ctx, byKey(new Map(bins.map((bin) => [balanceKeyOf(bin), bin]))))
  return new Map(rows.map(({ onHand, weightG, ...bin }) => [balanceKeyOf(bin), { onHand, weightG }]))
}

/** Its outer end is the site's adjust place, put in once all sites that need one are known. */
const ADJUST = 'adjust'
const correctionOf = (move: NewMove, correctionG: number): NewMove => {
  const { releaseAllocated: _, releaseTasked: __, serials: ___, toLpnId: ____, toOwnerId: _____, ...rest } = move
  const bin = move.fromLocationId
  return {
    ...rest,
    fromLocationId: correctionG > 0 ? ADJUST : bin,
    toLocationId: correctionG > 0 ? bin : ADJUST,
    toStatus: move.fromStatus,
    qty: 0,
    weightG: Math.abs(correctionG),
    reason: 'weighed',
  }
}

const withAdjustPlaces = async (
  ctx: Ctx,
  moves: readonly NewMove[],
  places: ReadonlyMap<string, Place>,
  siteIds: readonly string[],
): Promise<NewMove[]> => {
  const outside = await placeOfKind(ctx, siteIds, 'adjust')
  const placeFor = (bin: string): string => {
    const place = outside.get(places.get(bin)!.siteId)
    if (!place)
      throw new Refusal('no_adjust_location', 'This site has no active location of kind adjust; make one first.')
    return place
  }
  return moves.map((move) =>
    move.fromLocationId === ADJUST
      ? { ...move, fromLocationId: placeFor(move.toLocationId) }
      : move.toLocationId === ADJUST
        ? { ...move, toLocationId: placeFor(move.fromLocationId) }
        : move,
  )
}
