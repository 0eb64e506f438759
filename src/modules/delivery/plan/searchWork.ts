import type { Plan, RouteProblem } from '../../../math/route/model/problem.ts'
import { settle } from '../../../math/route/plan/settle.ts'
import { solveSlice } from '../../../math/route/solve/slice.ts'

export interface Search {
  readonly seed: number
  readonly part: number
  readonly parts: number
  readonly iterations: number
  /** The best plan of all after the part before. */
  readonly start: Pick<Plan, 'routes'> | null
}

/** Days of so many stops are settled at the end: a second at most. */
const SETTLED = 150

/** One part of a search for each of `asked`: the module that workers run (core/workers). */
export const work = (asked: readonly Search[], problem: RouteProblem): Plan[] =>
  asked.map(({ start, ...slice }) => {
    const { plan } = solveSlice(problem, { ...slice, ...(start && { start }) })
    return slice.part === slice.parts - 1 && problem.stops.length <= SETTLED ? settle(problem, plan) : plan
  })
