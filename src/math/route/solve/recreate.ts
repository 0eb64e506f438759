import { findPair, putPair } from './insert/pairPlace.ts'
import { findSingle, moveRoute, type Place, putSingle, type Search, servesAll } from './insert/place.ts'
import { findPlain } from './insert/plainPlace.ts'
import { findRich, putRich } from './insert/richPlace.ts'
import { emptySlot, kindAt, type State, startOf } from './state.ts'

/** Orders of insertion and how often each is drawn: at random, by quantity, far, near, narrow window, early, late. */
const WEIGHTS = [4, 4, 2, 1] as const
const TIMED_WEIGHTS = [4, 4, 2, 1, 2, 2, 2] as const

/** For each order of insertion, what visits are sorted by. Made once a problem. */
export interface Orders {
  readonly keys: readonly Float64Array[]
  readonly weights: readonly number[]
}
export const ordersOf = (s: State): Orders => {
  const { m } = s
  const kind = m.kinds[0]
  const key = (of: (c: number) => number): Float64Array => Float64Array.from({ length: m.n }, (_, c) => of(c))
  const quantity = key((c) => {
    let most = 0
    for (let d = 0; d < m.dims; d += 1) {
      const q = m.deliver[c * m.dims + d]! + m.collect[c * m.dims + d]! + Math.abs(m.shipped[c * m.dims + d]!)
      most = Math.max(most, q / Math.max(1, kind?.capacity[d] ?? 1))
    }
    return -most
  })
  const way = key((c) => {
    let least = Number.POSITIVE_INFINITY
    for (const { start, base } of m.kinds) least = Math.min(least, m.dist[base + start * m.L + m.loc[c]!]!)
    return least
  })
  const end = (c: number): number => m.close[m.mate[c]! >= 0 ? m.mate[c]! : c]!
  const keys = [
    quantity,
    key((c) => -way[c]!),
    way,
    key((c) => m.close[c]! - m.open[c]!),
    key((c) => m.open[c]!),
    key((c) => -end(c)),
  ]
  return { keys, weights: m.timed ? TIMED_WEIGHTS : WEIGHTS }
}

/** Sorts what is absent by an order drawn at random. */
const sortAbsent = (s: State, { keys, weights }: Orders): void => {
  const { absent, random } = s
  for (let i = absent.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random.uniform() * (i + 1))
    const held = absent[i]!
    absent[i] = absent[j]!
    absent[j] = held
  }
  let draw = random.uniform() * weights.reduce((sum, w) => sum + w, 0)
  let which = 0
  while (draw >= weights[which]! && which < weights.length - 1) {
    draw -= weights[which]!
    which += 1
  }
  if (which === 0) return
  const key = keys[which - 1]!
  // Lists are short: insertion sort, stable, so that ties stay in random order.
  if (absent.length > 40) {
    absent.sort((a, b) => key[a]! - key[b]!)
    return
  }
  for (let i = 1; i < absent.length; i += 1) {
    const held = absent[i]!
    let j = i - 1
    for (; j >= 0 && key[absent[j]!]! > key[held]!; j -= 1) absent[j + 1] = absent[j]!
    absent[j + 1] = held
  }
}

const find = (x: Search, c: number, limit: number): Place =>
  x.s.m.plain
    ? findPlain(x, c, limit)
    : x.s.m.rich
      ? findRich(x, c, limit)
      : x.s.m.mate[c]! >= 0
        ? findPair(x, c, limit)
        : findSingle(x, c, limit)

const put = (s: State, c: number, place: Place): void => {
  if (s.m.rich) putRich(s, c, place)
  else if (s.m.mate[c]! >= 0) putPair(s, c, place)
  else putSingle(s, c, place)
}

/** Greedy insertion with blinks of all that is absent; what finds no place, or none worth its prize, stays absent. */
export const recreate = (x: Search, orders: Orders, stop?: () => boolean): void => {
  const { s } = x
  const { m, absent } = s
  sortAbsent(s, orders)
  let left = 0
  const count = absent.length
  for (let k = 0; k < count; k += 1) {
    const c = absent[k]!
    // Where a place is driven through the schedule, one insertion among thousands of stops takes tens of milliseconds.
    const stopped = stop !== undefined && (m.rich || (k & 15) === 15) && stop()
    const place = stopped ? null : find(x, c, m.mandatory[c] === 1 ? Number.POSITIVE_INFINITY : m.penalty[c]!)
    if (place === null || place.slot < 0) {
      absent[left] = c
      left += 1
      continue
    }
    put(s, c, place)
    s.total -= m.penalty[c]!
  }
  absent.length = left
}

/** Gives a route the cheapest free vehicle that can drive it. @returns whether it changed. */
export const rehouse = (s: State, r: number): void => {
  const { m } = s
  if (m.kinds.length < 2 || s.count[r] === 0 || s.frozen[s.next[startOf(m, r)]!] === 1 || m.reloadOf[r]! >= 0) return
  const own = kindAt(m, r)
  const before = s.total
  let [best, least] = [-1, -1e-9]
  for (const kind of m.kinds) {
    const k = kind.index
    if (kind === own || s.usedOfKind[k]! >= kind.slots || !fitsKind(s, r, k) || !servesAll(s, r, k)) continue
    const gain = gainOf(s, r, k)
    if (gain < least) {
      best = k
      least = gain
    }
  }
  if (best < 0) return
  const slot = emptySlot(s, best)
  moveRoute(s, r, slot)
  if (isLate(s, slot) || !(s.total < before)) moveRoute(s, slot, r)
}

const fitsKind = (s: State, r: number, k: number): boolean => {
  const { m } = s
  const { capacity, maxTasks } = m.kinds[k]!
  for (let d = 0; d < m.sums; d += 1) if (s.load[r * m.sums + d]! > capacity[d]!) return false
  return s.count[r]! <= maxTasks
}
/** Change of cost by metres and seconds alone (a different way of a different profile is not seen until it is tried). */
const gainOf = (s: State, r: number, k: number): number => {
  const { m } = s
  const start = startOf(m, r)
  const other = m.kinds[k]!
  const [first, last] = [m.loc[s.next[start]!]!, m.loc[s.prev[start + 1]!]!]
  const at = (from: number, to: number): number => m.dist[other.base + from * m.L + to]!
  const metres = s.dist[r]! - s.arc[s.next[start]!]! - s.arc[start + 1]! + at(other.start, first) + at(last, other.end)
  return other.fixed + other.perMetre * metres + other.perSecond * s.driving[r]! - s.cost[r]!
}
/** Breaks a limit that is kept as a number. */
const isLate = (s: State, r: number): boolean => {
  const { m } = s
  const kind = kindAt(m, r)
  if (s.dist[r]! > kind.maxDistance || s.dist[r]! >= 2 ** 28) return true
  if (m.rich) return !Number.isFinite(s.cost[r]!)
  if (!m.timed) return s.time[r]! > kind.maxDuration
  for (let i = startOf(m, r); ; i = s.next[i]!) {
    if (i === startOf(m, r) + 1) return s.depart[i]! > kind.close
    if (!Number.isFinite(s.depart[i]!)) return true
  }
}
