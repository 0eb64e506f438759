import { command } from '../../../core/capability.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { type GivenRoute, startFrom } from '../../../math/route/plan/asGiven.ts'
import { type Day, type Door, dayToPlan, readDay, siteOf, vehiclesOf } from '../day/readDay.ts'
import { refuseLimited, refusePast } from '../day/refusals.ts'
import { changedMeanwhile, writeRoutes } from '../routes/writeRoutes.ts'
import { byDoor, dayStops, freeVehicles, type PlanStop } from './dayStops.ts'
import { problemOf } from './problem.ts'
import { searchRoutes } from './search.ts'

/**
 * Lays the routes of a day anew from what is due, starting from those that stand: in seconds, by two searches side by side. Released
 * routes stay as they are. The search holds no lock; when routes changed meanwhile, nothing is written.
 */
export const plan = command({
  title: 'Plan the routes of a day',
  route: 'POST /delivery/plans',
  permission: 'delivery.plan',
  admits: { siteId: 'site' },
  input: t.object({
    siteId: t.id('site'),
    /** Left out: the next day to plan. */
    day: t.optional(t.date()),
  }),
  output: t.object({ day: t.date(), routes: t.int(), stops: t.int(), left: t.int() }),
  deadlineMs: 60_000,
  async run({ siteId, day: asked }, ctx, call) {
    refuseLimited(call.actor)
    const vehicles = await vehiclesOf(ctx, siteId)
    const site = await siteOf(ctx, siteId)
    const onDay = asked ?? dayToPlan(site, ctx.now, vehicles)
    const day = await readDay(ctx, siteId, onDay)
    refusePast(day)
    if (!vehicles.some(({ active }) => active))
      throw new Refusal('no_vehicle', `${site.name} has no vehicles: save them first (POST /delivery/vehicles).`)
    const { planned, loose, unplaceable } = dayStops(day)
    const due = [...planned.values(), loose].flatMap((stops) => stops.flatMap(({ goods }) => goods))
    const stops = byDoor(day, due)
    const free = freeVehicles(day)
    const problem = problemOf(day, stops, free)
    const plan = await searchRoutes(
      problem,
      stands(routesOf(planned, stops)),
      AbortSignal.timeout(Math.max(1, Math.floor(ctx.left()))),
    )
    const locked = await readDay(ctx, siteId, onDay, { lock: true })
    if (standing(locked) !== standing(day) || isOvertaken(locked, stops)) throw changedMeanwhile()
    // Routes of vehicles that cannot drive them any more are emptied: their goods are among what was due.
    const stranded = day.vehicles.filter((one) => planned.has(one.id) && !free.includes(one))
    await writeRoutes(ctx, call, locked, {
      vehicles: [...free, ...stranded],
      problem,
      estimated: day.estimated,
      plan,
      stops,
    })
    return {
      day: onDay,
      routes: plan.routes.length,
      stops: stops.length - plan.unassigned.length,
      left: plan.unassigned.length + unplaceable.length,
    }
  },
})

/** Routes, vehicles and rule that the search went by, as they were read: whoever changed some of it meanwhile has the last word. */
const standing = ({ routes, vehicles, rule }: Day): string =>
  JSON.stringify([
    routes.map(({ id, version, state }) => [id, version, state]),
    vehicles.map(({ id, version }) => [id, version]),
    rule,
  ])

/**
 * Goods of the plan that another day's routes took meanwhile, or doors of it with other hours or another place. What came or left
 * beside it changes nothing: a site works on while it is planned.
 */
const isOvertaken = (now: Day, stops: readonly PlanStop[]): boolean => {
  const said = ({ lat, lon, windows, serviceMinutes }: Door): string =>
    JSON.stringify([lat, lon, windows, serviceMinutes])
  return stops.some(({ door, goods }) => {
    const today = now.doors.get(door.addressId)
    const moved = goods.some(({ orderId, plannedOn }) => (now.goods.get(orderId)?.plannedOn ?? plannedOn) !== plannedOn)
    return moved || (today !== undefined && said(today) !== said(door))
  })
}

/** Where nothing stands yet the search begins by itself, and better. */
const stands = (routes: readonly GivenRoute[]) =>
  routes.some(({ stops }) => stops.length > 0) ? startFrom(routes) : null

/** The routes that stand, by the doors that the search knows. */
const routesOf = (planned: ReadonlyMap<string, readonly PlanStop[]>, stops: readonly PlanStop[]): GivenRoute[] => {
  const known = new Set(stops.map(({ id }) => id))
  return [...planned].map(([vehicle, own]) => ({
    vehicle,
    stops: [...new Set(own.map(({ door }) => door.addressId))].filter((id) => known.has(id)),
  }))
}
