import { type Best, type Budget, keep, step, takeBest } from './anneal.ts'
import type { Search } from './insert/place.ts'
import type { Near } from './near.ts'
import type { Orders } from './recreate.ts'
import { isPinned, removeRoute } from './ruin.ts'
import { beginIteration, recount, type State, startOf, undo } from './state.ts'

/** Most of the budget that fewer vehicles may take, and iterations without success that end the attempt. */
const SHARE = 0.4

/**
 * Fleet minimisation (Christiaens & Vanden Berghe 2020, §5.4): takes the route away whose stops were seldom left over, and
 * ruins and recreates with one vehicle less until all are served; what is often left over weighs more, so that it is placed first.
 * Ends with the best plan of the fewest vehicles as the present one, and no more vehicles allowed. @returns iterations.
 */
export const fewerVehicles = (x: Search, around: Near, orders: Orders, budget: Budget, best: Best): number => {
  const { s } = x
  const least = fewestBy(s)
  const missed = new Float64Array(s.m.n)
  let iteration = serveAll(x, around, orders, budget, best, missed)
  const served = best.absent.length
  while (best.routes > least && dropRoute(s, missed)) {
    const before = best.routes
    s.maxUsed = best.routes - 1
    recount(s)
    for (; ; iteration += 1) {
      if (budget.fraction(iteration) >= SHARE || budget.stopped()) break
      if (tryStep(x, around, orders, missed, served)) {
        recount(s)
        keep(s, best)
        break
      }
    }
    if (best.routes === before) break
  }
  s.maxUsed = best.routes
  takeBest(s, best)
  return iteration
}

/** Before any vehicle is taken away: as many stops as can be on a route. @returns iterations. */
const serveAll = (
  x: Search,
  around: Near,
  orders: Orders,
  budget: Budget,
  best: Best,
  missed: Float64Array,
): number => {
  const { s } = x
  let iteration = 0
  for (; best.absent.length > 0 && budget.fraction(iteration) < SHARE / 2 && !budget.stopped(); iteration += 1) {
    tryStep(x, around, orders, missed, 0)
    if (s.absent.length >= best.absent.length) continue
    recount(s)
    keep(s, best)
  }
  takeBest(s, best)
  return iteration
}

/** @returns whether all are served (as many as before). */
const tryStep = (x: Search, around: Near, orders: Orders, missed: Float64Array, served: number): boolean => {
  const { s } = x
  const absent = s.absent.slice()
  const before = s.total
  const weight = (list: readonly number[]): number => list.reduce((sum, c) => sum + missed[c]!, 0)
  step(x, around, orders)
  const better = s.absent.length < absent.length || (s.absent.length > 0 && weight(s.absent) < weight(absent))
  const level = s.absent.length === absent.length && s.total < before * (1 + SLACK * s.random.uniform())
  for (const c of s.absent) missed[c]! += 1
  if (better || level) return s.absent.length <= served
  undo(s)
  s.absent.splice(0, s.absent.length, ...absent)
  s.total = before
  return false
}
const SLACK = 0.002

const dropRoute = (s: State, missed: Float64Array): boolean => {
  let [worst, least] = [-1, Number.POSITIVE_INFINITY]
  for (let u = 0; u < s.usedCount; u += 1) {
    const r = s.used[u]!
    if (isPinned(s, r)) continue
    let sum = 0
    for (let i = s.next[startOf(s.m, r)]!; i < s.m.n; i = s.next[i]!) sum += missed[i]!
    sum += s.count[r]! * 1e-3
    if (sum < least) {
      worst = r
      least = sum
    }
  }
  if (worst < 0) return false
  beginIteration(s)
  removeRoute(s, worst)
  return true
}

/** No fewer vehicles than the quantities need. */
const fewestBy = (s: State): number => {
  const { m } = s
  let least = 1
  for (let d = 0; d < m.sums; d += 1) {
    let sum = 0
    for (let c = 0; c < m.n; c += 1) if (s.route[c]! >= 0) sum += m.sum[c * m.sums + d]!
    const most = m.kinds.reduce((largest, { capacity }) => Math.max(largest, capacity[d]!), 1)
    least = Math.max(least, Math.ceil(sum / most))
  }
  return least
}
