import type { Plan, RouteProblem } from '../model/problem.ts'
import { PARAMS, type Solved, type SolveOptions, solveRoutes } from './solve.ts'

export interface Slice extends Omit<SolveOptions, 'params'> {
  /** Number of this part, from 0, of `parts`. */
  readonly part: number
  readonly parts: number
}

/**
 * One worker's part of a search that several share: the temperatures of its part of the cooling, from the best plan of all after
 * the part before. Workers take other seeds and the same budget each; pure, so any pool can run it.
 */
export const solveSlice = (problem: RouteProblem, { part, parts, ...options }: Slice): Solved => {
  if (!(Number.isInteger(part) && Number.isInteger(parts) && part >= 0 && part < parts))
    throw new RangeError(`part ${part} of ${parts}`)
  const at = (share: number): number => PARAMS.hot * (PARAMS.cold / PARAMS.hot) ** share
  return solveRoutes(problem, { ...options, params: { hot: at(part / parts), cold: at((part + 1) / parts) } })
}

/** Of the plans of one part the one to go on from: fewest left over, then (if they count) fewest vehicles, then least cost. */
export const bestOf = (problem: RouteProblem, plans: readonly Plan[]): Plan => {
  const left = ({ unassigned }: Plan): number => unassigned.filter(({ reason }) => reason !== 'prize').length
  const routes = ({ routes }: Plan): number => (problem.objective === 'vehicles' ? routes.length : 0)
  return plans.reduce((a, b) => {
    const order = left(b) - left(a) || routes(b) - routes(a) || b.cost + b.forgone - a.cost - a.forgone
    return order < 0 ? b : a
  })
}
