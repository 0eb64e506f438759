import { addDays, type SiteCalendar, shipDay } from '../../sites/index.ts'

/** Where the open units of a transfer line are, and when they leave or arrive. */
export interface LineFacts {
  readonly requestedOn: string
  readonly laneDays: number
  /** Base units set aside or picked at the source; they leave on its next ship day. */
  readonly allocated: number
  /** Open promises at the source; `dueOn` is the day at the other site's door. */
  readonly promises: readonly { readonly qty: number; readonly dueOn: string }[]
  /** Still on the road, by the day at the other site's door. */
  readonly road: readonly { readonly qty: number; readonly dueOn: string }[]
}
/** A part of a transfer line that comes on one day. */
export interface Leg {
  readonly dueOn: string
  readonly qty: number
}

const later = (a: string, b: string): string => (a > b ? a : b)

/**
 * What the other site may expect of a line, by day, soonest first: what is on the road on the day its truck is due, what is
 * set aside with the source's next ship day plus the days of the lane, what is promised when the source has promised it,
 * but never before it could be there if it left at the next ship day. What the source has no supply for is not expected.
 */
export const legsOf = (line: LineFacts, source: SiteCalendar, now: Date): Leg[] => {
  const soonest = addDays(shipDay(source, now), line.laneDays)
  const days = new Map<string, number>()
  const add = (dueOn: string, qty: number): void => {
    if (qty > 0) days.set(dueOn, (days.get(dueOn) ?? 0) + qty)
  }
  for (const part of line.road) add(part.dueOn, part.qty)
  add(later(soonest, line.requestedOn), line.allocated)
  for (const promise of line.promises) add(later(soonest, promise.dueOn), promise.qty)
  return [...days].map(([dueOn, qty]) => ({ dueOn, qty })).sort((a, b) => (a.dueOn < b.dueOn ? -1 : 1))
}

/** A supply of a transfer line as it stands. */
export interface Coming {
  readonly id: string
  readonly dueOn: string
  readonly expected: number
  readonly received: number
}
/** A supply as it is to be; `id` null: a new one. */
export interface ComingNow {
  readonly id: string | null
  readonly dueOn: string
  readonly expected: number
  readonly received: number
}

/**
 * Supplies made to say what the legs say. A supply keeps its identity while its day moves: the first that still brings
 * something takes the first leg, and so on; legs without one get a new supply, supplies without a leg bring nothing more.
 * `arrived` units are booked as received where they were expected first; found goods that nobody expected any more count
 * on the first of all.
 */
export const matchLegs = (standing: readonly Coming[], legs: readonly Leg[], arrived: number): ComingNow[] => {
  const sorted = [...standing].sort((a, b) => (a.dueOn < b.dueOn ? -1 : a.dueOn > b.dueOn ? 1 : a.id < b.id ? -1 : 1))
  const received = new Map<string, number>()
  let left = arrived
  for (const supply of sorted) {
    const qty = Math.min(left, supply.expected - supply.received)
    received.set(supply.id, supply.received + qty)
    left -= qty
  }
  const first = sorted[0]
  if (left > 0 && first) received.set(first.id, received.get(first.id)! + left)
  // Those that were still to bring something take the legs first; spent ones are used again before a new one is made.
  const brings = (supply: Coming): boolean => supply.expected > received.get(supply.id)!
  const order = [...sorted.filter(brings), ...sorted.filter((supply) => !brings(supply))]
  const out = order.map((supply, at): ComingNow => {
    const leg = legs[at]
    const had = received.get(supply.id)!
    return { id: supply.id, dueOn: leg?.dueOn ?? supply.dueOn, expected: had + (leg?.qty ?? 0), received: had }
  })
  for (const leg of legs.slice(order.length)) out.push({ id: null, dueOn: leg.dueOn, expected: leg.qty, received: 0 })
  return out
}
