import { inWorkers } from '../../../core/workers/inWorkers.ts'
import type { Plan, RouteProblem } from '../../../math/route/model/problem.ts'
import { bestOf } from '../../../math/route/solve/slice.ts'
import type { Search } from './searchWork.ts'

const MODULE = new URL('searchWork.ts', import.meta.url)
/**
 * Searches side by side, whatever the machine has, so that the same day gives the same routes everywhere; and how often they
 * take the best plan of all. A few stops need one: starting the workers would take longer than the search.
 */
const shapeOf = (stops: number) => (stops <= 20 ? { searches: 1, parts: 1 } : { searches: 2, parts: 3 })
/** Ruin-and-recreate steps of one part of one search. Each takes longer the more stops there are: two seconds for forty, ten for 500. */
const iterationsOf = (stops: number): number => Math.ceil(Math.min(1_500 + 60 * stops, 600_000 / Math.max(1, stops)))

/** The best routes that a few seconds find, from a plan that stands already; two searches exchange their best. */
export const searchRoutes = async (
  problem: RouteProblem,
  start: Pick<Plan, 'routes'> | null,
  signal: AbortSignal,
): Promise<Plan> => {
  const { searches, parts } = shapeOf(problem.stops.length)
  let best: Plan | null = null
  for (let part = 0; part < parts; part += 1) {
    const asked = Array.from(
      { length: searches },
      (_, k): Search => ({
        seed: 1 + part * searches + k,
        part,
        parts,
        iterations: iterationsOf(problem.stops.length),
        start: best ?? start,
      }),
    )
    const plans = await inWorkers<Search, Plan, RouteProblem>(MODULE, asked, { given: problem, together: 1, signal })
    best = bestOf(problem, best === null ? plans : [best, ...plans])
  }
  return best!
}
