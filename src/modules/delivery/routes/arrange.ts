import type { Plan, RouteProblem } from '../../../math/route/model/problem.ts'
import { type GivenRoute, planAsGiven } from '../../../math/route/plan/asGiven.ts'
import type { Day, VehicleRow } from '../day/readDay.ts'
import { type DayStops, dayStops, type PlanStop } from '../plan/dayStops.ts'
import { freeVehicles, problemOf } from '../plan/problem.ts'

/** The day as it stands: what is planned in its order, and what is on no route. */
export interface Arranged extends Pick<DayStops, 'planned' | 'loose' | 'unplaceable' | 'later'> {
  readonly vehicles: readonly VehicleRow[]
  /** Planned and loose. */
  readonly stops: readonly PlanStop[]
  readonly problem: RouteProblem
  /** Planned routes that can be driven, and in the plan their times and why each other stop is left over. */
  readonly routes: readonly GivenRoute[]
  readonly plan: Plan
}

export const arrange = (day: Day): Arranged => {
  const made = dayStops(day)
  const vehicles = freeVehicles(day)
  const stops = [...[...made.planned.values()].flat(), ...made.loose]
  const problem = problemOf(day, stops, vehicles)
  const given = vehicles.map(({ id }) => ({ vehicle: id, stops: (made.planned.get(id) ?? []).map((stop) => stop.id) }))
  const plan = planAsGiven(
    problem,
    given.filter((route) => route.stops.length > 0),
  )
  const driven = new Set(plan.routes.map(({ vehicle }) => vehicle))
  return { ...made, vehicles, stops, problem, plan, routes: given.filter(({ vehicle }) => driven.has(vehicle)) }
}
