import { UNREACHABLE } from '../../model/model.ts'
import { beginAt, legTime } from '../legs.ts'
import { schedule } from '../schedule.ts'
import { freeSlot, kindAt, link, refresh, type State, setRoute, startOf, touch, writeRoute } from '../state.ts'
import { blinks, fitsSum, type Place, type Search } from './place.ts'

/** Rounding: equal detours of equal stops are not tried one after the other. */
const TINY = 1e-9

/**
 * The cheapest place where O(1) checks do not say all (breaks, several trips, paid hours, mixed loads …): places that pass
 * them and whose detour alone is cheaper than the best yet are driven through `schedule`.
 */
export const findRich = (x: Search, c: number, limit: number): Place => {
  const { s, place } = x
  const { m } = s
  place.slot = -1
  place.takeOver = -1
  place.reload = 0
  place.cost = limit
  for (let u = 0; u < s.usedCount; u += 1) tryRoute(x, s.used[u]!, c)
  for (let k = 0; k < m.kinds.length; k += 1) {
    const r = freeSlot(s, k)
    if (r >= 0) tryRoute(x, r, c)
  }
  return place
}

const tryRoute = (x: Search, r: number, c: number): void => {
  const { s } = x
  const { m } = s
  const kind = kindAt(m, r)
  if (m.allowed[kind.index * m.n + c] === 0 || s.count[r]! >= kind.maxTasks) return
  if (!fitsSum(m, s, r, c, kind.capacity)) return
  const start = startOf(m, r)
  const end = start + 1
  const fixed = s.count[r] === 0 ? kind.fixed : 0
  let place = 0
  for (let i = start; i !== end; i = s.next[i]!, place += 1) {
    if (s.frozen[s.next[i]!] === 1) continue
    const { cost, onTime } = cheap(x, r, c, i, fixed)
    if (!onTime) break
    if (cost >= x.place.cost - TINY) continue
    if (m.mate[c]! >= 0) tryDrops(x, r, c, place)
    else tryOrder(x, r, c, i, place, 0)
    if (kind.trips > 1 && m.mate[c]! < 0 && s.count[r]! > 0 && freeReload(s, r) >= 0) {
      tryOrder(x, r, c, i, place, 1)
      tryOrder(x, r, c, i, place, 2)
    }
  }
}

const found = { cost: 0, onTime: false }
/** The detour alone, a lower bound of what the place costs; and whether c is reached before its last window closes. */
const cheap = (x: Search, r: number, c: number, i: number, fixed: number): { cost: number; onTime: boolean } => {
  const { s } = x
  const { m } = s
  const { base, perMetre, perSecond } = kindAt(m, r)
  const j = s.next[i]!
  const [out, on, old] = [base + m.row[i]! + m.loc[c]!, base + m.row[c]! + m.loc[j]!, base + m.row[i]! + m.loc[j]!]
  const metres = m.dist[out]! + m.dist[on]! - m.dist[old]!
  found.onTime = beginAt(m, c, s.depart[i]! + legTime(m, base, i, c)) < Number.POSITIVE_INFINITY
  found.cost =
    metres >= UNREACHABLE / 2
      ? Number.POSITIVE_INFINITY
      : fixed + perMetre * metres + perSecond * (m.time[out]! + m.time[on]! - m.time[old]!)
  return found
}

const tryOrder = (x: Search, r: number, c: number, i: number, place: number, reload: number): void => {
  const { s, trial } = x
  const { m } = s
  const count = writeRoute(s, r, trial)
  const wide = reload === 0 ? 1 : 2
  for (let k = count - 1; k >= place; k -= 1) trial[k + wide] = trial[k]!
  if (reload === 1) trial[place] = freeReload(s, r)
  if (reload === 2) trial[place + 1] = freeReload(s, r)
  trial[place + (reload === 1 ? 1 : 0)] = c
  const cost = schedule(m, kindAt(m, r), trial, count + wide) - s.cost[r]!
  if (!(cost < x.place.cost) || blinks(x)) return
  x.place.slot = r
  x.place.after = i
  x.place.reload = reload
  x.place.cost = cost
}

const tryDrops = (x: Search, r: number, p: number, place: number): void => {
  const { s, trial } = x
  const { m } = s
  const count = writeRoute(s, r, trial)
  for (let k = count - 1; k >= place; k -= 1) trial[k + 2] = trial[k]!
  trial[place] = p
  trial[place + 1] = p + 1
  const kind = kindAt(m, r)
  let last = p
  for (let k = place + 1; ; k += 1) {
    const cost = schedule(m, kind, trial, count + 2) - s.cost[r]!
    if (cost < x.place.cost && !blinks(x)) {
      x.place.slot = r
      x.place.after = place === 0 ? startOf(m, r) : trial[place - 1]!
      x.place.dropAfter = last
      x.place.cost = cost
    }
    if (k > count) return
    last = trial[k + 1]!
    trial[k] = last
    trial[k + 1] = p + 1
  }
}

/** A reload of the slot that is on no route, or −1. */
const freeReload = (s: State, r: number): number => {
  const first = s.m.reloadOf[r]!
  if (first < 0) return -1
  for (let i = first; i < first + kindAt(s.m, r).trips - 1; i += 1) if (s.route[i]! < 0) return i
  return -1
}

export const putRich = (s: State, c: number, place: Place): void => {
  const { slot, after, dropAfter, reload } = place
  touch(s, slot)
  const node = reload === 0 ? -1 : freeReload(s, slot)
  link(s, c, after)
  if (reload === 1) link(s, node, after)
  if (reload === 2) link(s, node, c)
  if (s.m.mate[c]! >= 0) link(s, c + 1, dropAfter)
  refresh(s, slot)
}

/** Takes out reloads that no trip needs: at the ends, beside one another, or where all fits without. */
export const tidyReloads = (s: State, r: number): void => {
  const { m } = s
  if (m.reloadOf[r]! < 0) return
  const nodes = Array.from(s.scratch.subarray(0, writeRoute(s, r, s.scratch)))
  let kept = nodes.filter((i, k) => i < m.n || (k > 0 && k < nodes.length - 1 && nodes[k + 1]! < m.n))
  for (const reload of kept.filter((i) => i >= m.n)) {
    const without = kept.filter((i) => i !== reload)
    if (schedule(m, kindAt(m, r), without, without.length) < schedule(m, kindAt(m, r), kept, kept.length))
      kept = without
  }
  if (kept.length === nodes.length) return
  touch(s, r)
  for (const i of nodes) s.route[i] = -1
  setRoute(s, r, kept, 0, kept.length)
}
