import type { Plan, RouteProblem } from '../../../math/route/model/problem.ts'
import { solveSlice } from '../../../math/route/solve/slice.ts'

export interface Search {
  readonly seed: number
  readonly part: number
  readonly parts: number
  readonly iterations: number
  /** The best plan of all after the part before. */
  readonly start: Pick<Plan, 'routes'> | null
}

/** One part of a search for each of `asked`: the module that workers run (core/workers). */
export const work = (asked: readonly Search[], problem: RouteProblem): Plan[] =>
  asked.map(({ start, ...slice }) => solveSlice(problem, { ...slice, ...(start && { start }) }).plan)
