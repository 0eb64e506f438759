import type { Plan, RouteProblem } from '../model/problem.ts'
import { type GivenRoute, planAsGiven } from './asGiven.ts'
import { moveCosts } from './moveCost.ts'

/** Money below which a move is rounding. */
const TINY = 1e-6

/**
 * A plan in which no move of one stop to any place of any route saves anything: what a planner could still find by hand is done.
 * Each stop in turn goes to its best place, until none moves; O(stops² × their routes' length) a round, so for days of some hundred
 * stops. Stops only; a plan with shipments or several trips is given back as it is. Never worse than what it was given.
 * @param stop asked all the time: true ends it with the plan so far.
 */
export const settle = (problem: RouteProblem, plan: Plan, stop: () => boolean = () => false): Plan => {
  const simple = (problem.shipments ?? []).length === 0 && plan.routes.every(({ steps }) => steps.every(isStop))
  if (!simple) return plan
  let best = plan
  for (let moved = true; moved; ) {
    moved = false
    for (const { id } of best.routes.flatMap(({ steps }) => steps.filter(({ kind }) => kind === 'stop'))) {
      if (stop()) return best
      const better = movedToBest(problem, best, id)
      if (better === null) continue
      best = better
      moved = true
    }
  }
  return best
}
const isStop = ({ kind }: { readonly kind: string }): boolean =>
  kind !== 'reload' && kind !== 'pickup' && kind !== 'delivery'

const movedToBest = (problem: RouteProblem, plan: Plan, id: string): Plan | null => {
  const ask = moveCosts(problem, plan)
  const routes = plan.routes.map(
    ({ vehicle, steps }): GivenRoute => ({
      vehicle,
      stops: steps.flatMap((step) => (step.kind === 'stop' ? [step.id] : [])),
    }),
  )
  let [least, target] = [-TINY, null as { vehicle: string; position: number } | null]
  // Of vehicles on no route the first: the others cost the same, or were left aside by the search.
  const idle = problem.vehicles.find(({ id: one }) => !routes.some(({ vehicle }) => vehicle === one))
  for (const { vehicle, stops } of [...routes, ...(idle ? [{ vehicle: idle.id, stops: [] }] : [])])
    for (let position = 0; position <= stops.filter((one) => one !== id).length; position += 1) {
      const { fault, cost } = ask({ id, vehicle, position })
      if (fault !== null || cost >= least) continue
      least = cost
      target = { vehicle, position }
    }
  if (target === null) return null
  const without = routes.map((route) => ({ ...route, stops: route.stops.filter((one) => one !== id) }))
  const all = without.some(({ vehicle }) => vehicle === target.vehicle)
    ? without
    : [...without, { vehicle: target.vehicle, stops: [] as string[] }]
  const laid = planAsGiven(
    problem,
    all
      .map((route) =>
        route.vehicle === target.vehicle ? { ...route, stops: route.stops.toSpliced(target.position, 0, id) } : route,
      )
      .filter(({ stops }) => stops.length > 0),
  )
  return laid.unassigned.length <= plan.unassigned.length && laid.cost < plan.cost ? laid : null
}
