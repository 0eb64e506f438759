import { command } from '../../../core/capability.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { type GivenRoute, startFrom } from '../../../math/route/plan/asGiven.ts'
import { type Day, dayToPlan, readDay, siteOf, vehiclesOf } from '../day/readDay.ts'
import { changedMeanwhile, writeRoutes } from '../routes/writeRoutes.ts'
import { byDoor, dayStops, type PlanStop } from './dayStops.ts'
import { freeVehicles, problemOf } from './problem.ts'
import { searchRoutes } from './search.ts'

/**
 * Lays the routes of a day anew from what is due, starting from those that stand: in seconds, on all processors. Released
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
    const vehicles = await vehiclesOf(ctx, siteId)
    const site = await siteOf(ctx, siteId)
    const onDay = asked ?? dayToPlan(site, ctx.now, vehicles)
    const day = await readDay(ctx, siteId, onDay)
    refusePast(day, ctx.now)
    if (vehicles.length === 0)
      throw new Refusal('no_vehicle', `${site.name} has no vehicles: save them first (POST /delivery/vehicles).`)
    const { planned, loose, unplaceable } = dayStops(day)
    const due = [...planned.values(), loose].flatMap((stops) => stops.flatMap(({ goods }) => goods))
    const stops = byDoor(day, due)
    const free = freeVehicles(day)
    const problem = problemOf(day, stops, free)
    const plan = await searchRoutes(problem, stands(routesOf(planned, stops)))
    const locked = await readDay(ctx, siteId, onDay, { lock: true })
    if (standing(locked) !== standing(day)) throw changedMeanwhile()
    await writeRoutes(ctx, call, locked, { vehicles: free, problem, estimated: day.estimated, plan, stops })
    return {
      day: onDay,
      routes: plan.routes.length,
      stops: stops.length - plan.unassigned.length,
      left: plan.unassigned.length + unplaceable.length,
    }
  },
})

/** Which routes stand, as somebody has seen them. */
const standing = ({ routes, vehicles }: Day): string =>
  JSON.stringify([routes.map(({ id, version, state }) => [id, version, state]), vehicles.map(({ id }) => id)])

export const refusePast = ({ site, day }: Day, now: Date): void => {
  const today = dayToPlan({ ...site, workDays: [1, 2, 3, 4, 5, 6, 7], holidays: new Set() }, now, [])
  if (day < today)
    throw new Refusal('day_is_over', `${day} is over at ${site.code}: plan today or a day to come.`, 422, [
      { path: 'day', message: `${today} or later` },
    ])
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
