import { beginAt } from '../legs.ts'
import { freeSlot, startOf } from '../state.ts'
import { BY_DEPOT, blinks, FORCED, type Place, type Search, THOROUGH } from './place.ts'

/**
 * `findSingle` for one kind of vehicle, one quantity and the same way there and back: most of the plans there are, and three
 * times as fast. All ways are of one row of the matrix, and no place is judged twice. With windows as without.
 */
export const findPlain = (x: Search, c: number, limit: number): Place => {
  const { s, near, nearCount, place } = x
  const { m, next, prev, route, load } = s
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
  const judge = m.timed ? judgeTimed : judgeUntimed
  x.best = limit / perMetre
  for (let q = c * nearCount, last = q + nearCount; q < last; q += 1) {
    const i = near[q]!
    if (i < 0) break
    const r = route[i]!
    if (r < 0 || load[r * sums + side]! > room) continue
    judge(x, c, i, next[i]!)
    judge(x, c, prev[i]!, i)
  }
  if (draw < BY_DEPOT)
    for (let u = 0; u < s.usedCount; u += 1) {
      const r = s.used[u]!
      if (load[r * sums + side]! > room) continue
      const start = startOf(m, r)
      judge(x, c, start, next[start]!)
      judge(x, c, prev[start + 1]!, start + 1)
    }
  place.cost = Math.min(limit, perMetre * x.best)
  tryNew(x, c)
  if (place.slot >= 0 || !(x.thorough || draw < THOROUGH)) return place
  for (let u = 0; u < s.usedCount; u += 1) {
    const end = startOf(m, s.used[u]!) + 1
    if (load[s.used[u]! * sums + side]! <= room) for (let i = end - 1; i !== end; i = next[i]!) judge(x, c, i, next[i]!)
  }
  place.cost = Math.min(limit, perMetre * x.best)
  return place
}

/** Between i and j, without times. */
const judgeUntimed = (x: Search, c: number, i: number, j: number): void => {
  const { s, seen } = x
  if (seen[i] === x.call) return
  seen[i] = x.call
  const { loc, row, dist } = s.m
  const at = row[c]!
  const detour = dist[at + loc[i]!]! + dist[at + loc[j]!]! - s.arc[j]!
  if (detour < x.best) offer(x, c, i, j, detour)
}
const judgeTimed = (x: Search, c: number, i: number, j: number): void => {
  const { s, seen } = x
  if (seen[i] === x.call) return
  seen[i] = x.call
  const { m } = s
  const { loc, dist, time } = m
  const [first, second] = [m.row[c]! + loc[i]!, m.row[c]! + loc[j]!]
  const detour = dist[first]! + dist[second]! - s.arc[j]!
  if (detour >= x.best) return
  const begin = beginAt(m, c, s.depart[i]! + time[first]!)
  if (begin + m.service[c]! + time[second]! <= s.late[j]!) offer(x, c, i, j, detour)
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
