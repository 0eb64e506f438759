import { type Model, UNREACHABLE } from '../../model/model.ts'
import { beginAt, legTime } from '../legs.ts'
import { freeSlot, kindAt, link, refresh, type State, startOf, touch } from '../state.ts'
import { blinks, type Place, type Search } from './place.ts'

/**
 * The cheapest places for both ends of a shipment in one route: every place of the pickup, and behind it every place of the
 * delivery until the load or a time no longer allows it. O(length²) a route, mostly far less.
 */
export const findPair = (x: Search, p: number, limit: number): Place => {
  const { s, place } = x
  const { m } = s
  x.call += 1
  place.slot = -1
  place.takeOver = -1
  place.reload = 0
  place.cost = limit
  for (let u = 0; u < s.usedCount; u += 1) {
    const r = s.used[u]!
    if (m.allowed[m.kindOf[r]! * m.n + p] === 1 && s.count[r]! + 2 <= kindAt(m, r).maxTasks) tryRoute(x, r, p, 0)
  }
  for (let k = 0; k < m.kinds.length; k += 1) {
    const r = m.allowed[k * m.n + p] === 1 ? freeSlot(s, k) : -1
    if (r >= 0) tryRoute(x, r, p, m.kinds[k]!.fixed)
  }
  return place
}

const tryRoute = (x: Search, r: number, p: number, fixed: number): void => {
  const { s, place } = x
  const { m } = s
  const kind = kindAt(m, r)
  const { base } = kind
  const start = startOf(m, r)
  const end = start + 1
  const serviceAt = kind.serviceBase + p
  for (let i = start; i !== end; i = s.next[i]!) {
    const j = s.next[i]!
    if (s.frozen[j] === 1) continue
    const begin = beginAt(m, p, s.depart[i]! + legTime(m, base, i, p))
    // Later places are reached later still.
    if (begin === Number.POSITIVE_INFINITY) return
    if (!roomAt(m, s, i, p, kind.capacity)) continue
    const toPickup = m.dist[base + m.row[i]! + m.loc[p]!]!
    if (fixed + kind.perMetre * (toPickup + m.dist[base + m.row[p]! + m.loc[j]!]! - s.arc[j]!) < place.cost)
      tryDrops(x, r, p, i, begin + m.service[serviceAt]!, fixed, toPickup)
  }
}

/** Delivery places for a pickup after i that is left at `leaves`. */
const tryDrops = (
  x: Search,
  r: number,
  p: number,
  i: number,
  leaves: number,
  fixed: number,
  toPickup: number,
): void => {
  const { s, place } = x
  const { m } = s
  const kind = kindAt(m, r)
  const { base, serviceBase } = kind
  const d = p + 1
  const end = startOf(m, r) + 1
  const gap = s.next[i]!
  let t = leaves
  // At the first place pickup and delivery stand together in one gap; from the next on, the way behind the pickup is its own detour.
  for (let last = p, j = gap; ; last = j, j = s.next[j]!) {
    const toDrop = m.dist[base + m.row[last]! + m.loc[d]!]!
    const onward = m.dist[base + m.row[d]! + m.loc[j]!]!
    const metres =
      last === p
        ? toPickup + toDrop + onward - s.arc[gap]!
        : toPickup + m.dist[base + m.row[p]! + m.loc[gap]!]! - s.arc[gap]! + toDrop + onward - s.arc[j]!
    const cost =
      fixed + kind.perMetre * metres + (m.paidDriving ? kind.perSecond * secondsOf(m, base, i, p, d, gap, last, j) : 0)
    if (cost < place.cost && metres < UNREACHABLE / 2) {
      const begin = beginAt(m, d, t + legTime(m, base, last, d))
      const onTime = begin + m.service[serviceBase + d]! + legTime(m, base, d, j) <= s.late[j]!
      if (onTime && !(m.limited && s.dist[r]! + metres > kind.maxDistance) && !blinks(x)) {
        place.slot = r
        place.after = i
        place.dropAfter = last
        place.cost = cost
      }
    }
    if (j === end) return
    t = beginAt(m, j, t + legTime(m, base, last, j))
    if (t > s.late[j]! || !roomAt(m, s, j, p, kind.capacity)) return
    t += m.service[serviceBase + j]!
  }
}

const secondsOf = (m: Model, base: number, i: number, p: number, d: number, gap: number, last: number, j: number) => {
  const leg = (a: number, b: number): number => m.time[base + m.row[a]! + m.loc[b]!]!
  return last === p
    ? leg(i, p) + leg(p, d) + leg(d, gap) - leg(i, gap)
    : leg(i, p) + leg(p, gap) - leg(i, gap) + leg(last, d) + leg(d, j) - leg(last, j)
}

/** Does what p picks up still fit after node i? */
const roomAt = (m: Model, s: State, i: number, p: number, capacity: Float64Array): boolean => {
  const { dims } = m
  for (let d = 0; d < dims; d += 1) if (s.onBoard[i * dims + d]! + m.shipped[p * dims + d]! > capacity[d]!) return false
  return true
}

export const putPair = (s: State, p: number, { slot, after, dropAfter }: Place): void => {
  touch(s, slot)
  link(s, p, after)
  link(s, p + 1, dropAfter)
  refresh(s, slot)
}
