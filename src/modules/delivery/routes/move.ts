import { command } from '../../../core/capability.ts'
import { notFound, Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { planAsGiven } from '../../../math/route/plan/asGiven.ts'
import { moveCosts } from '../../../math/route/plan/moveCost.ts'
import { readDay } from '../day/readDay.ts'
import { refusePast } from '../plan/plan.ts'
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
    /** Null: off its route. */
    vehicleId: t.nullable(t.id('vehicle')),
    /** Stops before it on that route, itself not counted. */
    position: t.optional(t.int({ min: 0, max: 500 })),
    /** The routes of the day as they were seen; left out: as they stand. */
    seen: t.optional(t.list(t.object({ routeId: t.id('route'), version: t.int() }), { max: 500 })),
  }),
  output: t.object({ moved: t.bool() }),
  emits: ['route.planned'],
  async run({ siteId, day: onDay, stopId, addressId, vehicleId, position = 0, seen }, ctx, call) {
    const day = await readDay(ctx, siteId, onDay, { lock: true })
    refusePast(day, ctx.now)
    const versions = new Map(day.routes.map((route) => [route.id, route.version]))
    if (seen?.some(({ routeId, version }) => versions.get(routeId) !== version)) throw changedMeanwhile()
    const given = arrange(day)
    const id = stopId ?? addressId
    if (id === undefined || !given.stops.some((stop) => stop.id === id)) throw notFound('stop')
    if (vehicleId !== null) refuseFault(given, id, vehicleId, position)
    const routes = moved(given, id, vehicleId, position)
    const before = new Map(given.routes.map((route) => [route.vehicle, route.stops.join()]))
    const after = new Map(routes.map((route) => [route.vehicle, route.stops.join()]))
    const touched = given.vehicles.filter((vehicle) => before.get(vehicle.id) !== after.get(vehicle.id))
    if (touched.length === 0) throw new Refusal('nothing_moved', 'The stop is there already.')
    await writeRoutes(ctx, call, day, {
      vehicles: touched,
      problem: given.problem,
      estimated: day.estimated,
      plan: onlyOf(planAsGiven(given.problem, routes), touched),
      stops: given.stops,
    })
    return { moved: true }
  },
})

const onlyOf = (plan: ReturnType<typeof planAsGiven>, touched: Arranged['vehicles']) => ({
  ...plan,
  routes: plan.routes.filter(({ vehicle }) => touched.some(({ id }) => id === vehicle)),
})

const refuseFault = (
  { problem, plan, routes, vehicles }: Arranged,
  id: string,
  vehicle: string,
  position: number,
): void => {
  if (!vehicles.some((one) => one.id === vehicle))
    throw new Refusal('vehicle_taken', 'This vehicle’s route is released, or its shift is over: take another.')
  const others = (routes.find((one) => one.vehicle === vehicle)?.stops ?? []).filter((one) => one !== id)
  if (position > others.length)
    throw new Refusal('no_such_place', `That route has ${others.length} other stops.`, 422, [
      { path: 'position', message: `0 to ${others.length}` },
    ])
  const { fault } = moveCosts(problem, plan)({ id, vehicle, position })
  if (fault !== null) throw new Refusal('cannot_go_there', `It cannot go there: ${REASONS[fault]}.`)
}

const moved = ({ routes }: Arranged, id: string, vehicle: string | null, position: number) => {
  const without = routes.map((route) => ({ ...route, stops: route.stops.filter((one) => one !== id) }))
  if (vehicle === null) return without
  const all = without.some((route) => route.vehicle === vehicle) ? without : [...without, { vehicle, stops: [] }]
  return all.map((route) =>
    route.vehicle === vehicle ? { ...route, stops: route.stops.toSpliced(position, 0, id) } : route,
  )
}
