import { seededRandom } from '../../numerics/random.ts'
import { compile } from '../model/compile.ts'
import type { Plan, RouteProblem } from '../model/problem.ts'
import { validate } from '../model/validate.ts'
import { createState } from '../solve/state.ts'
import { freeze, takePlan } from '../solve/warm.ts'
import { planOf } from './planOf.ts'

/** A vehicle and its stops in the order they are driven. */
export interface GivenRoute {
  readonly vehicle: string
  readonly stops: readonly string[]
}

/**
 * The plan that somebody has laid by hand, nothing in it moved: its times, costs, and the reason of each stop on no route. A
 * route that cannot be driven as it is given is not in it; its stops are among those left over.
 * @throws RangeError for a problem that is wrong.
 */
export const planAsGiven = (problem: RouteProblem, routes: readonly GivenRoute[]): Plan => {
  validate(problem)
  const state = createState(compile(problem), seededRandom(1))
  freeze(state)
  takePlan(state, startFrom(routes))
  return planOf(state)
}

/** The same as a plan to go on from (`SolveOptions.start`): only the order of stops counts there. */
export const startFrom = (routes: readonly GivenRoute[]): Pick<Plan, 'routes'> => ({
  routes: routes.map(({ vehicle, stops }) => ({
    vehicle,
    steps: stops.map((id) => ({ kind: 'stop', id, location: -1, arrival: 0, begin: 0, finish: 0 })),
    distance_m: 0,
    driving_s: 0,
    duration_s: 0,
    cost: 0,
  })),
})
