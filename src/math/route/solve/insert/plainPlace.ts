import { beginAt } from '../legs.ts'
import { freeSlot, startOf } from '../state.ts'
import { BY_DEPOT, blinks, FORCED, type Place, type Search, THOROUGH } from './place.ts'

/**
 * `findSingle` for one kind of vehicle, one quantity and the same way there and back: most of the plans there are, and three
 * times as fast. All ways are of one row of the matrix, and no place is judged twice. With windows as without.
 */
export const findPlain = (x: Search, c: number, limit: number): Place => {
  const { s, place } = x
  const { m } = s
  const kind = m.kinds[0]!
  const { perMetre } = kind
  x.call += 1
  place.slot = -1
  place.takeOver = -1
  place.reload = 0
  place.cost = limit
  if (m.allowed[c] === 0) return place
  const draw = s.random.uniform()
  if (draw < FORCED) {
    tryNew(x, c)
    if (place.slot >= 0) return place
  }
  const { sums } = m
  // A stop delivers or collects: one of the two sums grows.
  const side = sums > 1 && m.backhaul[c] === 1 ? 1 : 0
  const room = kind.capacity[0]! - m.sum[c * sums + side]!
  x.best = limit / perMetre
  // Two loops, not one with a choice inside: each is compiled for what it does.
  if (m.timed) scanTimed(x, c, room, side)
  else scanUntimed(x, c, room, side)
  if (draw < BY_DEPOT) scanRoutes(x, c, room, side, false)
  place.cost = Math.min(limit, perMetre * x.best)
  tryNew(x, c)
  if (place.slot >= 0 || !(x.thorough || draw < THOROUGH)) return place
  scanRoutes(x, c, room, side, true)
  place.cost = Math.min(limit, perMetre * x.best)
  return place
}

const scanUntimed = (x: Search, c: number, room: number, side: number): void => {
  const { s, seen, near, nearCount, call } = x
  const { m, next, prev, route, load, arc } = s
  const { loc, dist, sums } = m
  const at = m.row[c]!
  for (let q = c * nearCount, last = q + nearCount; q < last; q += 1) {
    const i = near[q]!
    if (i < 0) break
    const r = route[i]!
    if (r < 0 || load[r * sums + side]! > room) continue
    const way = dist[at + loc[i]!]!
    if (seen[i] !== call) {
      seen[i] = call
      const j = next[i]!
      const detour = way + dist[at + loc[j]!]! - arc[j]!
      if (detour < x.best) offer(x, c, i, j, detour)
    }
    const h = prev[i]!
    if (seen[h] !== call) {
      seen[h] = call
      const detour = dist[at + loc[h]!]! + way - arc[i]!
      if (detour < x.best) offer(x, c, h, i, detour)
    }
  }
}
const scanTimed = (x: Search, c: number, room: number, side: number): void => {
  const { s, seen, near, nearCount, call } = x
  const { m, next, prev, route, load, arc, depart, late } = s
  const { loc, dist, time, sums } = m
  const at = m.row[c]!
  const service = m.service[c]!
  for (let q = c * nearCount, last = q + nearCount; q < last; q += 1) {
    const i = near[q]!
    if (i < 0) break
    const r = route[i]!
    if (r < 0 || load[r * sums + side]! > room) continue
    const own = at + loc[i]!
    if (seen[i] !== call) {
      seen[i] = call
      const j = next[i]!
      const on = at + loc[j]!
      const detour = dist[own]! + dist[on]! - arc[j]!
      if (detour < x.best && beginAt(m, c, depart[i]! + time[own]!) + service + time[on]! <= late[j]!)
        offer(x, c, i, j, detour)
    }
    const h = prev[i]!
    if (seen[h] !== call) {
      seen[h] = call
      const out = at + loc[h]!
      const detour = dist[out]! + dist[own]! - arc[i]!
      if (detour < x.best && beginAt(m, c, depart[h]! + time[out]!) + service + time[own]! <= late[i]!)
        offer(x, c, h, i, detour)
    }
  }
}

/** Beside the depots, or everywhere. */
const scanRoutes = (x: Search, c: number, room: number, side: number, everywhere: boolean): void => {
  const { s } = x
  const { m, next, prev } = s
  for (let u = 0; u < s.usedCount; u += 1) {
    const r = s.used[u]!
    if (s.load[r * m.sums + side]! > room) continue
    const start = startOf(m, r)
    if (everywhere) for (let i = start; i !== start + 1; i = next[i]!) judge(x, c, i, next[i]!)
    else {
      judge(x, c, start, next[start]!)
      judge(x, c, prev[start + 1]!, start + 1)
    }
  }
}
const judge = (x: Search, c: number, i: number, j: number): void => {
  const { s } = x
  const { m } = s
  const [first, second] = [m.row[c]! + m.loc[i]!, m.row[c]! + m.loc[j]!]
  const detour = m.dist[first]! + m.dist[second]! - s.arc[j]!
  if (detour >= x.best) return
  if (m.timed && beginAt(m, c, s.depart[i]! + m.time[first]!) + m.service[c]! + m.time[second]! > s.late[j]!) return
  offer(x, c, i, j, detour)
}

/** What is seldom asked: only for a place that would be the best. */
const offer = (x: Search, c: number, i: number, j: number, detour: number): void => {
  const { s, place } = x
  const { m } = s
  if (s.frozen[j] === 1) return
  if (m.ordered && (m.backhaul[c] === 1 ? m.n > j && m.backhaul[j] === 0 : m.backhaul[i] === 1)) return
  if (blinks(x)) return
  place.slot = s.route[i]!
  place.after = i
  x.best = detour
}

const tryNew = (x: Search, c: number): void => {
  const { s, place } = x
  const { m } = s
  const r = freeSlot(s, 0)
  if (r < 0 || (m.problem.noBackhaulOnly && m.backhaul[c] === 1)) return
  const kind = m.kinds[0]!
  const start = startOf(m, r)
  const [first, second] = [m.row[c]! + m.loc[start]!, m.row[c]! + m.loc[start + 1]!]
  const cost = kind.fixed + kind.perMetre * (m.dist[first]! + m.dist[second]! - s.arc[start + 1]!)
  if (cost >= place.cost) return
  if (m.timed) {
    const begin = beginAt(m, c, kind.open + m.time[first]!)
    if (begin + m.service[c]! + m.time[second]! > kind.close) return
  }
  if (blinks(x)) return
  place.slot = r
  place.after = start
  place.cost = cost
}
