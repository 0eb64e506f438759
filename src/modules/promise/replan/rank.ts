import { daysBetween, localDay, type SiteFacts } from '../../sites/index.ts'

export interface Ranked {
  readonly id: string
  readonly priority: number
  readonly orderedOn: string
}

/** A line that has waited longer than the maximum age goes before better classes: small customers are not starved for ever. */
export const isAged = (line: Ranked, today: string, maxAgeDays: number): boolean =>
  daysBetween(line.orderedOn, today) > maxAgeDays

/**
 * Who is served first: lines over the maximum age, the oldest first; then the best service class, in it the oldest order;
 * then the order of entry. A total order, so that the same lines are always laid out alike.
 */
export const compareRank =
  (today: string, maxAgeDays: number) =>
  (a: Ranked, b: Ranked): number => {
    const agedA = isAged(a, today, maxAgeDays)
    const agedB = isAged(b, today, maxAgeDays)
    if (agedA !== agedB) return agedA ? -1 : 1
    if (!agedA && a.priority !== b.priority) return a.priority - b.priority
    if (a.orderedOn !== b.orderedOn) return a.orderedOn < b.orderedOn ? -1 : 1
    return a.id < b.id ? -1 : 1
  }

/** The same over several sites, each with its own day and maximum age; lines of two sites never meet in one offer, so any order between them will do. */
export const rankBySite = (
  calendars: ReadonlyMap<string, SiteFacts>,
  rules: ReadonlyMap<string, { readonly maxAgeDays: number }>,
  now: Date,
) => {
  const compare = new Map(
    [...calendars].map(([id, { zone }]) => [id, compareRank(localDay(zone, now), rules.get(id)!.maxAgeDays)]),
  )
  return (a: Ranked & { siteId: string }, b: Ranked & { siteId: string }): number =>
    a.siteId === b.siteId ? compare.get(a.siteId)!(a, b) : a.siteId < b.siteId ? -1 : 1
}
