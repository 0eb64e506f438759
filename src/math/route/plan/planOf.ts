import type { Plan, Route, Step } from '../model/problem.ts'
import { schedule } from '../solve/schedule.ts'
import { type State, writeRoute } from '../solve/state.ts'
import { reasonsOf } from './reasons.ts'

/** The present plan of a search, with times, costs and reasons. */
export const planOf = (s: State): Plan => {
  const { m } = s
  const routes: Route[] = []
  for (let r = 0; r < m.slots; r += 1) {
    if (s.count[r] === 0) continue
    const kind = m.kinds[m.kindOf[r]!]!
    const count = writeRoute(s, r, s.scratch)
    const nodes = s.scratch.slice(0, count)
    const steps: Step[] = []
    const cost = schedule(m, kind, nodes, count, steps)
    if (!Number.isFinite(cost))
      throw new Error(`route of vehicle ${m.vehicleOf[r]!.id} cannot be driven: a fault of the search`)
    routes.push(routeOf(m.vehicleOf[r]!.id, steps, cost, m.dist, m.time, m.L, kind.base))
  }
  const forgone = s.absent.reduce((sum, c) => sum + (m.task[c]!.prize ?? 0), 0)
  return { routes, unassigned: reasonsOf(s), cost: routes.reduce((sum, { cost }) => sum + cost, 0), forgone }
}

const routeOf = (
  vehicle: string,
  steps: readonly Step[],
  cost: number,
  dist: Int32Array,
  time: Int32Array,
  L: number,
  base: number,
): Route => {
  let [metres, seconds] = [0, 0]
  const places = steps.map(({ location }) => (location < 0 ? L - 1 : location))
  for (let k = 1; k < places.length; k += 1) {
    metres += dist[base + places[k - 1]! * L + places[k]!]!
    seconds += time[base + places[k - 1]! * L + places[k]!]!
  }
  const duration_s = steps.at(-1)!.finish - steps[0]!.finish
  return { vehicle, steps, distance_m: metres, driving_s: seconds, duration_s, cost }
}
