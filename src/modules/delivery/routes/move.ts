import { command } from '../../../core/capability.ts'
import { notFound, Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import type { Plan } from '../../../math/route/model/problem.ts'
import { type GivenRoute, planAsGiven } from '../../../math/route/plan/asGiven.ts'
import { moveCosts } from '../../../math/route/plan/moveCost.ts'
import { type Day, type RouteRow, readDay, type VehicleRow } from '../day/readDay.ts'
import { refuseLimited, refusePast } from '../day/refusals.ts'
import { looseId } from '../plan/dayStops.ts'
import { type Arranged, arrange } from './arrange.ts'
import { REASONS } from './places.ts'
import { changedMeanwhile, writeRoutes } from './writeRoutes.ts'

/**
 * One stop to another place by hand, to another vehicle, or off its route. What the day's rules forbid is refused with its
 * reason; so is a move by somebody who saw other routes than those that stand.
 */
export const move = command({
  title: 'Move a stop by hand',
  route: 'POST /delivery/moves',
  permission: 'delivery.plan',
  admits: { siteId: 'site', stopId: 'route_stop', addressId: 'address', vehicleId: 'vehicle', 'seen.routeId': 'route' },
  input: t.object({
    siteId: t.id('site'),
    day: t.date(),
    /** A stop of a planned route, or goods on no route by their door. */
    stopId: t.optional(t.id('route_stop')),
    addressId: t.optional(t.id('address')),
    /** Of goods of one door that need several vehicles: which part. */
    part: t.optional(t.int({ min: 1, max: 1_000 })),
    /** Null: off its route. */
    vehicleId: t.nullable(t.id('vehicle')),
    /** Stops before it on that route, itself not counted. */
    position: t.optional(t.int({ min: 0, max: 500 })),
    /** The routes of the day as they were seen; left out: as they stand. */
    seen: t.optional(t.list(t.object({ routeId: t.id('route'), version: t.int() }), { max: 500 })),
  }),
  output: t.object({ moved: t.bool() }),
  emits: ['route.planned'],
  async run({ siteId, day: onDay, stopId, addressId, part, vehicleId, position = 0, seen }, ctx, call) {
    refuseLimited(call.actor)
    const day = await readDay(ctx, siteId, onDay, { lock: true })
    refusePast(day)
    if (seen && !sameRoutes(day, seen)) throw changedMeanwhile()
    const arranged = arrange(day)
    const id = stopId ?? looseId(addressId, part)
    const from = routeOf(day, stopId)
    // A stop that nothing is left for can still be taken off.
    const known = arranged.stops.some((stop) => stop.id === id) || (from !== null && vehicleId === null)
    if (id === undefined || !known) throw notFound('stop')
    if (vehicleId !== null) refuseFault(arranged, id, vehicleId, position)
    const routes = moved(arranged, id, vehicleId, position)
    const orderOf = (all: readonly GivenRoute[], vehicle: string) =>
      all.find((route) => route.vehicle === vehicle)?.stops.join()
    const touched = day.vehicles.filter((vehicle) => vehicle.id === vehicleId || vehicle.id === from?.vehicleId)
    if (
      vehicleId !== null &&
      from?.vehicleId === vehicleId &&
      orderOf(arranged.given, vehicleId) === orderOf(routes, vehicleId)
    )
      throw new Refusal('nothing_moved', 'The stop is there already.')
    await writeRoutes(ctx, call, day, {
      vehicles: touched,
      problem: arranged.problem,
      estimated: day.estimated,
      plan: onlyOf(planAsGiven(arranged.problem, routes), touched),
      stops: arranged.stops,
    })
    return { moved: true }
  },
})

/** The planned route that the stop is on. */
const routeOf = ({ stops, routes }: Day, stopId: string | undefined): RouteRow | null => {
  const stop = stops.find(({ id }) => id === stopId)
  return routes.find(({ id, state }) => id === stop?.routeId && state === 'planned') ?? null
}
/** Every route with a stop on it as it was seen, none beside. */
const sameRoutes = (
  { routes, stops }: Day,
  seen: readonly { readonly routeId: string; readonly version: number }[],
): boolean => {
  const driven = new Set(stops.map(({ routeId }) => routeId))
  const versions = new Map(seen.map(({ routeId, version }) => [routeId, version]))
  return routes.every(({ id, version }) => versions.get(id) === version || (!driven.has(id) && !versions.has(id)))
}

const onlyOf = (plan: Plan, touched: readonly VehicleRow[]): Plan => ({
  ...plan,
  routes: plan.routes.filter(({ vehicle }) => touched.some(({ id }) => id === vehicle)),
})

const refuseFault = (
  { problem, plan, given, routes, vehicles }: Arranged,
  id: string,
  vehicle: string,
  position: number,
): void => {
  if (!vehicles.some((one) => one.id === vehicle))
    throw new Refusal(
      'vehicle_taken',
      'This vehicle’s route is released, its shift is over, or it is not used here: take another.',
    )
  const standing = given.find((one) => one.vehicle === vehicle)
  if (standing && !routes.includes(standing) && !standing.stops.includes(id))
    throw new Refusal(
      'cannot_be_driven',
      'That route cannot be driven as it stands any more: plan anew, or take a stop off it first.',
    )
  const others = (standing?.stops ?? []).filter((one) => one !== id)
  if (position > others.length)
    throw new Refusal('no_such_place', `That route has ${others.length} other stops.`, 422, [
      { path: 'position', message: `0 to ${others.length}` },
    ])
  // Within a route that cannot be driven as it stands the new order decides.
  const broken = standing !== undefined && !routes.includes(standing)
  const fault = broken
    ? planAsGiven(problem, [{ vehicle, stops: others.toSpliced(position, 0, id) }]).routes.length === 0
      ? 'shift'
      : null
    : moveCosts(problem, plan)({ id, vehicle, position }).fault
  if (fault !== null) throw new Refusal('cannot_go_there', `It cannot go there: ${REASONS[fault]}.`)
}

/** What cannot be driven when the stop is gone is not in the plan that follows: its stops are on no route then, each with its reason. */
const moved = ({ given }: Arranged, id: string, vehicle: string | null, position: number): GivenRoute[] => {
  const without = given.map((route) => ({ ...route, stops: route.stops.filter((one) => one !== id) }))
  if (vehicle === null) return without
  const all = without.some((route) => route.vehicle === vehicle) ? without : [...without, { vehicle, stops: [] }]
  return all.map((route) =>
    route.vehicle === vehicle ? { ...route, stops: route.stops.toSpliced(position, 0, id) } : route,
  )
}
