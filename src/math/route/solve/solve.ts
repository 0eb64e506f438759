import { seededRandom } from '../../numerics/random.ts'
import { compile } from '../model/compile.ts'
import type { Model } from '../model/model.ts'
import type { Plan, RouteProblem } from '../model/problem.ts'
import { validate } from '../model/validate.ts'
import { planOf } from '../plan/planOf.ts'
import { anneal, type Budget, createBest, meanWay, takeBest } from './anneal.ts'
import { fewerVehicles } from './fleet.ts'
import { createSearch, type Search } from './insert/place.ts'
import { nearest } from './near.ts'
import { polish } from './polish.ts'
import { ordersOf, recreate, rehouse } from './recreate.ts'
import { savingsApply, startBySavings } from './savings.ts'
import { createState, type State } from './state.ts'
import { freeze, takePlan } from './warm.ts'

export interface SolveOptions {
  readonly seed?: number
  /** Ruin-and-recreate iterations: the same seed and number give the same plan, byte for byte. Where vehicles count first, up to 40 % more for those. */
  readonly iterations?: number
  /** Or time: a clock in ms (of CPU or of the wall) and how much of it. */
  readonly clock?: { readonly now: () => number; readonly limit_ms: number }
  /** Asked all the time: true ends the search within 50 ms, with the best plan yet. */
  readonly stop?: () => boolean
  /** A plan to go on from; stops that are no longer known are left out. */
  readonly start?: Pick<Plan, 'routes'>
  /** Hears of each better plan. */
  readonly watch?: (found: {
    readonly cost: number
    readonly routes: number
    readonly unassigned: number
    readonly iteration: number
  }) => void
  readonly params?: Partial<SearchParams>
}
export interface SearchParams {
  /** Temperatures of the first and last iteration, in costs of a mean way between two stops. */
  readonly hot: number
  readonly cold: number
  readonly blinkRate: number
  /** Near stops beside which a place is sought, and near stops whose routes are ruined together. */
  readonly near: number
  readonly around: number
}
export const PARAMS: SearchParams = { hot: 3, cold: 0.01, blinkRate: 0.01, near: 30, around: 100 }
export interface Solved {
  readonly plan: Plan
  readonly iterations: number
}

const DEFAULT_ITERATIONS = 20_000
const budgetOf = ({ iterations, clock, stop }: SolveOptions): Budget => {
  let ended = false
  const stopped = (): boolean => {
    ended ||= stop?.() ?? false
    return ended
  }
  if (!clock) {
    const most = iterations ?? DEFAULT_ITERATIONS
    return { fraction: (i) => i / most, stopped }
  }
  const started = clock.now()
  let [spent, last, looks, nextLook] = [0, started, 1, 0]
  return {
    // A look at the clock costs more than a small iteration: as many of them between two looks as take a millisecond or two.
    fraction: (i) => {
      if (i >= nextLook || i === 0) {
        const now = clock.now()
        if (now - last < 1) looks = Math.min(256, 2 * looks)
        else if (now - last > 2) looks = Math.max(1, looks >> 1)
        nextLook = i + looks
        last = now
        spent = (now - started) / clock.limit_ms
      }
      return Math.max(spent, iterations === undefined ? 0 : i / iterations)
    },
    stopped,
  }
}

/**
 * Routes for a problem: slack induction by string removals under simulated annealing (Christiaens & Vanden Berghe 2020,
 * Transportation Science 54), from savings or a given plan. Deterministic for a seed and a number of iterations.
 * @throws RangeError that names all that is wrong with the problem.
 */
export const solveRoutes = (problem: RouteProblem, options: SolveOptions = {}): Solved => {
  validate(problem)
  const m = compile(problem)
  const s = createState(m, seededRandom(options.seed ?? 1))
  const budget = budgetOf(options)
  const { best, iterations, neighbours } = search(s, m, budget, options)
  takeBest(s, best)
  if (neighbours) polish(s, neighbours, budget.stopped)
  return { plan: planOf(s), iterations }
}

const search = (s: State, m: Model, budget: Budget, options: SolveOptions) => {
  const { hot, cold, blinkRate, near, around } = { ...PARAMS, ...options.params }
  freeze(s)
  if (options.start) takePlan(s, options.start)
  const neighbours = m.slots > 0 && m.n > 0 ? nearest(m, Math.max(near, around), budget.stopped) : null
  if (neighbours === null) return { best: createBest(s), iterations: 0, neighbours }
  const x: Search = createSearch(s, cut(neighbours, near, m.n), Math.min(near, neighbours.count), blinkRate)
  const orders = ordersOf(s)
  if (!options.start && savingsApply(m)) startBySavings(s, neighbours)
  x.thorough = true
  recreate(x, orders, budget.stopped)
  x.thorough = false
  for (let r = 0; r < m.slots; r += 1) rehouse(s, r)
  const best = createBest(s)
  const tell = (iteration = 0): void =>
    options.watch?.({ cost: best.total, routes: best.routes, unassigned: best.absent.length, iteration })
  tell()
  let iterations = 0
  if (m.problem.objective === 'vehicles') iterations += fewerVehicles(x, neighbours, orders, budget, best)
  const way = meanWay(s)
  iterations += anneal(x, neighbours, orders, budget, [hot * way, cold * way], best, options.watch ? tell : undefined)
  return { best, iterations, neighbours }
}

/** The first `count` of each visit's neighbours. */
const cut = (all: { list: Int32Array; count: number }, count: number, n: number): Int32Array => {
  if (count >= all.count) return all.list
  const out = new Int32Array(n * count)
  for (let i = 0; i < n; i += 1) out.set(all.list.subarray(i * all.count, i * all.count + count), i * count)
  return out
}
