import type { Search } from './insert/place.ts'
import type { Near } from './near.ts'
import { type Orders, recreate, rehouse } from './recreate.ts'
import { ruin } from './ruin.ts'
import { beginIteration, recount, type State, setRoute, startOf, undo } from './state.ts'

/** How far a search may go: `fraction` of its budget that is spent (1: all), and whether somebody ends it. */
export interface Budget {
  /** Asked before every iteration, with its number. */
  readonly fraction: (iteration: number) => number
  readonly stopped: () => boolean
}

/** The best plan yet, as routes one after the other. */
export interface Best {
  total: number
  readonly nodes: Int32Array
  readonly slots: Int32Array
  readonly counts: Int32Array
  routes: number
  absent: number[]
}
export const createBest = (s: State): Best => {
  const best: Best = {
    total: Number.POSITIVE_INFINITY,
    nodes: new Int32Array(s.m.nodes),
    slots: new Int32Array(s.m.slots),
    counts: new Int32Array(s.m.slots),
    routes: 0,
    absent: [],
  }
  keep(s, best)
  return best
}
export const keep = (s: State, best: Best): void => {
  let k = 0
  for (let u = 0; u < s.usedCount; u += 1) {
    const end = startOf(s.m, s.used[u]!) + 1
    const first = k
    for (let i = s.next[end - 1]!; i !== end; i = s.next[i]!) {
      best.nodes[k] = i
      k += 1
    }
    best.slots[u] = s.used[u]!
    best.counts[u] = k - first
  }
  best.routes = s.usedCount
  best.total = s.total
  best.absent = s.absent.slice()
}
/** Makes the best plan the present one. */
export const takeBest = (s: State, best: Best): void => {
  s.route.fill(-1, 0, s.m.n)
  for (let i = s.m.n + 2 * s.m.slots; i < s.m.nodes; i += 1) s.route[i] = -1
  for (let u = s.usedCount - 1; u >= 0; u -= 1) setRoute(s, s.used[u]!, [], 0, 0)
  let k = 0
  for (let u = 0; u < best.routes; u += 1) {
    setRoute(s, best.slots[u]!, best.nodes, k, best.counts[u]!)
    k += best.counts[u]!
  }
  s.absent.splice(0, s.absent.length, ...best.absent)
  recount(s)
}

/** One ruin and recreate; the caller accepts it or calls `back`. */
export const step = (x: Search, around: Near, orders: Orders): void => {
  const { s } = x
  beginIteration(s)
  ruin(x, around)
  recreate(x, orders)
  if (s.m.kinds.length > 1) {
    const touched = s.savedCount
    for (let k = 0; k < touched; k += 1) rehouse(s, s.saved[k]!)
  }
  if (!Number.isFinite(s.total)) recount(s)
}

/** Cost of a way between two stops, on average over the plan: the measure of temperatures. */
export const meanWay = (s: State): number => {
  let [sum, ways] = [0, 0]
  for (let u = 0; u < s.usedCount; u += 1) {
    const r = s.used[u]!
    const start = startOf(s.m, r)
    const kind = s.m.kinds[s.m.kindOf[r]!]!
    for (let i = s.next[s.next[start]!]!; i !== start + 1 && s.next[start] !== start + 1; i = s.next[i]!) {
      sum += kind.perMetre * s.arc[i]!
      if (kind.perSecond > 0) sum += kind.perSecond * s.m.time[kind.base + s.m.row[s.prev[i]!]! + s.m.loc[i]!]!
      ways += 1
    }
  }
  return sum > 0 ? sum / ways : Math.max(1e-6, s.usedCount > 0 ? s.total / (10 * Math.max(1, s.m.n)) : 1)
}

/**
 * Simulated annealing, cooled from `hot` to `cold` on the share of the budget that is spent, so that any budget is used well.
 * `best` has the best plan seen.
 */
export const anneal = (
  x: Search,
  around: Near,
  orders: Orders,
  budget: Budget,
  [hot, cold]: readonly [number, number],
  best: Best,
  onBest?: () => void,
): number => {
  const { s } = x
  let iteration = 0
  const absent: number[] = []
  for (; ; iteration += 1) {
    const spent = budget.fraction(iteration)
    if (spent >= 1 || budget.stopped()) return iteration
    const temperature = hot * (cold / hot) ** spent
    const before = s.total
    absent.length = 0
    for (const c of s.absent) absent.push(c)
    step(x, around, orders)
    if (s.total < before - temperature * Math.log(s.random.uniform())) {
      if (s.total < best.total - 1e-7) {
        recount(s)
        keep(s, best)
        onBest?.()
      }
    } else {
      undo(s)
      s.absent.length = 0
      for (const c of absent) s.absent.push(c)
      s.total = before
    }
  }
}
