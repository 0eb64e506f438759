import type { Plan, RouteProblem } from '../../../math/route/model/problem.ts'
import { type GivenRoute, planAsGiven } from '../../../math/route/plan/asGiven.ts'
import type { Day, VehicleRow } from '../day/readDay.ts'
import { type DayStops, dayStops, freeVehicles, type PlanStop } from '../plan/dayStops.ts'
import { problemOf } from '../plan/problem.ts'
import { moneyOf } from './writeRoutes.ts'

/** The day as it stands: what is planned in its order, and what is on no route. */
export interface Arranged extends Pick<DayStops, 'planned' | 'loose' | 'unplaceable' | 'later'> {
  readonly vehicles: readonly VehicleRow[]
  /** Planned and loose. */
  readonly stops: readonly PlanStop[]
  readonly problem: RouteProblem
  /** Planned routes of those vehicles, whether they can be driven as they are or not. */
  readonly given: readonly GivenRoute[]
  /** Those that can, and in the plan their times and why each other stop is left over. */
  readonly routes: readonly GivenRoute[]
  readonly plan: Plan
}

export const arrange = (day: Day): Arranged => {
  const made = dayStops(day)
  const vehicles = freeVehicles(day)
  const stops = [...[...made.planned.values()].flat(), ...made.loose]
  const problem = problemOf(day, stops, vehicles)
  const given = vehicles
    .map(({ id }) => ({ vehicle: id, stops: (made.planned.get(id) ?? []).map((stop) => stop.id) }))
    .filter((route) => route.stops.length > 0)
  const plan = planAsGiven(problem, given)
  const driven = new Set(plan.routes.map(({ vehicle }) => vehicle))
  return { ...made, vehicles, stops, problem, plan, given, routes: given.filter(({ vehicle }) => driven.has(vehicle)) }
}

/** The day with its planned routes as they would be driven from now on: what is seen is what a move or a release goes by. */
export const asItStands = (day: Day, { plan, vehicles }: Arranged): Day => {
  const driven = new Map(plan.routes.map((route) => [route.vehicle, route]))
  const steps = new Map(plan.routes.flatMap((route) => route.steps.map((step) => [step.id, step])))
  return {
    ...day,
    routes: day.routes.map((row) => {
      const route = row.state === 'planned' ? driven.get(row.vehicleId) : undefined
      if (!route) return row
      return {
        ...row,
        distanceM: route.distance_m,
        drivingS: route.driving_s,
        leavesS: route.steps[0]!.finish,
        returnsS: route.steps.at(-1)!.finish,
        cost: moneyOf(vehicles.find(({ id }) => id === row.vehicleId)!, route),
      }
    }),
    stops: day.stops.map((row) => {
      const step = steps.get(row.id)
      return step ? { ...row, arriveS: step.arrival, beginS: step.begin, finishS: step.finish } : row
    }),
  }
}
