import type { Place } from './layout.ts'

/** Aisles from one to another, both included, that one picker stays in. */
export interface Zone {
  readonly id: string
  readonly fromAisle: number
  readonly toAisle: number
}

/**
 * Places by the zone they lie in (each picked by itself and put together at the end), as indexes; zones without any are left
 * out. @throws RangeError when zones overlap, or a place lies in none.
 */
export const splitByZone = (places: readonly Place[], zones: readonly Zone[]): Map<string, number[]> => {
  const sorted = zones.toSorted((a, b) => a.fromAisle - b.fromAisle)
  for (const [at, { id, fromAisle, toAisle }] of sorted.entries())
    if (toAisle < fromAisle || (at > 0 && fromAisle <= sorted[at - 1]!.toAisle))
      throw new RangeError(`zone ${id} ends before it begins, or overlaps the one before`)
  const zoneOf = (aisle: number): string => {
    const zone = zones.find((one) => aisle >= one.fromAisle && aisle <= one.toAisle)
    if (zone === undefined) throw new RangeError(`aisle ${aisle} lies in no zone`)
    return zone.id
  }
  return Map.groupBy(
    places.map((_, at) => at),
    (at) => zoneOf(places[at]!.aisle),
  )
}

/** What is unloaded last is loaded, and so picked and staged, first. Orders of one stop keep their order. */
export const reversedForLoading = <T extends { readonly stop: number }>(orders: readonly T[]): T[] =>
  orders.toSorted((a, b) => b.stop - a.stop)
