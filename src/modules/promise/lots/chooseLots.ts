/** Which lots a line may take and in which order. Pure: plain rows in, lots or the reason against them out. */

export const lotOrders = ['fefo', 'fifo', 'lifo'] as const
/** First expired first out, first in first out, last in first out. */
export type LotOrder = (typeof lotOrders)[number]

/** Of a lot: its day, and since when we have it (moments as ISO text). Both null for stock without lots. */
export interface LotAge {
  readonly expiresOn: string | null
  readonly since: string | null
}
/** The youngest a customer ever got of an item: by day among lots that expire, by receipt among those that do not. */
export interface Floor {
  expiresOn: string | null
  since: string | null
}

/** What holds for one customer and one item. `floor` rises while a batch is laid out. */
export interface LotTerms {
  readonly order: LotOrder
  /** Days of shelf life on arrival; null: what the line itself says. */
  readonly minShelfDays: number | null
  /** Lots that a line may mix in what has not left yet; 0: any number. */
  readonly maxLots: number
  /** Never an older lot than this customer has had. */
  readonly neverOlder: boolean
  readonly floor: Floor
}
export const plainTerms: LotTerms = {
  order: 'fefo',
  minShelfDays: null,
  maxLots: 0,
  neverOlder: false,
  floor: { expiresOn: null, since: null },
}

interface Lot extends LotAge {
  readonly lotId: string
  readonly free: number
}

/** Older: sooner to expire; where there is no day, here for longer. */
export const isOlder = (lot: LotAge, than: Floor): boolean =>
  lot.expiresOn !== null
    ? than.expiresOn !== null && lot.expiresOn < than.expiresOn
    : lot.since !== null && than.since !== null && lot.since < than.since

export const raise = (floor: Floor, lot: LotAge): void => {
  if (lot.expiresOn !== null) {
    if (floor.expiresOn === null || lot.expiresOn > floor.expiresOn) floor.expiresOn = lot.expiresOn
  } else if (lot.since !== null && (floor.since === null || lot.since > floor.since)) floor.since = lot.since
}

const bySince = (a: LotAge, b: LotAge): number =>
  a.since === b.since ? 0 : a.since === null || (b.since !== null && a.since < b.since) ? -1 : 1

/** Lots in the order in which they are to leave. They are read first-expiring first; of one age they stay as they stood. */
export const inOrder = <L extends Lot>(lots: readonly L[], order: LotOrder): readonly L[] =>
  order === 'fefo' || lots.length < 2 ? lots : lots.toSorted(order === 'fifo' ? bySince : (a, b) => bySince(b, a))

export type Unfit = 'expired' | 'short_life' | 'older'
/** Why a line may not take a lot; null: it may. `arrivesOn` is the day it reaches the customer. */
export const unfit = (
  lot: LotAge,
  { neverOlder, floor }: LotTerms,
  { arrivesOn, shelfDays, keepUntil }: { arrivesOn: string; shelfDays: number; keepUntil: string },
): Unfit | null => {
  if (lot.expiresOn !== null && lot.expiresOn < keepUntil)
    return shelfDays === 0 || lot.expiresOn < arrivesOn ? 'expired' : 'short_life'
  return neverOlder && isOlder(lot, floor) ? 'older' : null
}

/** The same lot of two owners is one lot: rows by lot, lots in the order of their first rows. */
const byLot = <L extends Lot>(lots: readonly L[]) =>
  [...Map.groupBy(lots, (lot) => lot.lotId)].map(([lotId, rows]) => ({
    lotId,
    rows,
    free: rows.reduce((sum, lot) => sum + lot.free, 0),
  }))

/** Units that lots from each place of the list on can give, by how many of them that are not on the line yet: sums[at][room]. */
const tails = (lots: readonly { lotId: string; free: number }[], on: ReadonlySet<string>, room: number): number[][] => {
  const sums: number[][] = []
  let fullest: number[] = []
  let already = 0
  for (let at = lots.length; at >= 0; at -= 1) {
    const lot = lots[at]
    if (lot && on.has(lot.lotId)) already += lot.free
    else if (lot) {
      const place = fullest.findIndex((free) => free < lot.free)
      fullest = fullest.toSpliced(place < 0 ? fullest.length : place, 0, lot.free).slice(0, room)
    }
    const row = [already]
    for (let n = 0; n < room; n += 1) row.push(row[n]! + (fullest[n] ?? 0))
    sums[at] = row
  }
  return sums
}

const roomFor = (lots: readonly unknown[], maxLots: number, on: ReadonlySet<string>): number =>
  Math.min(lots.length, Math.max(0, maxLots - on.size))

/**
 * @param lots that may be taken, in the order in which they should leave.
 * @param maxLots that a line may mix, 0: any; lots in `on` are on the line already and count among them.
 * @returns the most that the line can be given within the limit.
 */
export const mostOf = (lots: readonly Lot[], maxLots: number, on: ReadonlySet<string>): number => {
  if (maxLots === 0) return lots.reduce((sum, lot) => sum + lot.free, 0)
  const whole = byLot(lots)
  const room = roomFor(whole, maxLots, on)
  return tails(whole, on, room)[0]![room]!
}

/**
 * Exactly `want` units (at most `mostOf`) from lots within the limit, so that as much as can be leaves from the first
 * lot, then from the second, and so on: a lot is passed over only when taking it would leave the line short.
 */
export const chooseLots = <L extends Lot>(
  lots: readonly L[],
  want: number,
  maxLots: number,
  on: ReadonlySet<string>,
): { lot: L; qty: number }[] => {
  const out: { lot: L; qty: number }[] = []
  let left = want
  const take = (rows: readonly L[]): void => {
    for (const lot of rows) {
      if (left === 0) break
      const qty = Math.min(lot.free, left)
      left -= qty
      out.push({ lot, qty })
    }
  }
  if (maxLots === 0) {
    take(lots)
    return out
  }
  const whole = byLot(lots)
  let room = roomFor(whole, maxLots, on)
  const rest = tails(whole, on, room)
  for (const [at, { lotId, rows, free }] of whole.entries()) {
    if (left === 0) break
    if (!on.has(lotId)) {
      if (room === 0 || free + rest[at + 1]![room - 1]! < left) continue
      room -= 1
    }
    take(rows)
  }
  return out
}
