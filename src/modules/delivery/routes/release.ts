import { command } from '../../../core/capability.ts'
import { notFound, Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { readDay, vehiclesOf } from '../day/readDay.ts'
import { refuseLimited, refusePast } from '../day/refusals.ts'
import { type Arranged, arrange } from './arrange.ts'
import { changedMeanwhile, writeRoutes } from './writeRoutes.ts'

/**
 * Routes become binding: they are loaded and driven as they are, and a later plan leaves them alone. Goods that are no longer
 * to be delivered drop out; what would no longer fit is refused.
 */
export const release = command({
  title: 'Release routes',
  route: 'POST /delivery/releases',
  permission: 'delivery.plan',
  admits: { siteId: 'site', 'routes.routeId': 'route' },
  input: t.object({
    siteId: t.id('site'),
    day: t.date(),
    /** As they were seen. */
    routes: t.list(t.object({ routeId: t.id('route'), version: t.int() }), { min: 1, max: 500 }),
  }),
  output: t.object({ released: t.list(t.text(), { max: 500 }) }),
  emits: ['route.released'],
  async run({ siteId, day: onDay, routes: asked }, ctx, call) {
    const { sql, company, now } = ctx
    refuseLimited(call.actor)
    const day = await readDay(ctx, siteId, onDay, { lock: true })
    refusePast(day)
    const wanted = asked.map(({ routeId, version }) => {
      const route = day.routes.find(({ id }) => id === routeId)
      if (!route) throw notFound('route')
      if (route.version !== version || route.state !== 'planned') throw changedMeanwhile()
      return route
    })
    const given = arrange(day)
    const full = wanted.filter(({ vehicleId }) => (given.planned.get(vehicleId) ?? []).length > 0)
    if (full.length === 0) throw new Refusal('nothing_to_drive', 'These routes have nothing to deliver any more.')
    for (const { vehicleId, number } of full) refuseBroken(given, vehicleId, number)
    // What has nothing left is emptied, and stays a plan.
    const own = day.vehicles.filter(({ id }) => wanted.some(({ vehicleId }) => vehicleId === id))
    const { problem, stops } = given
    const plan = {
      ...given.plan,
      routes: given.plan.routes.filter(({ vehicle }) => full.some(({ vehicleId }) => vehicleId === vehicle)),
    }
    const written = await writeRoutes(ctx, call, day, {
      ...{ vehicles: own, problem, estimated: day.estimated, plan, stops },
      tell: ({ stops: count }) => count === 0,
    })
    const driven = written.filter((one) => one.stops > 0)
    const ids = driven.map(({ id }) => id)
    await sql`
      update route
         set state = 'released', released_at = ${now}, version = version + 1
       where company_id = ${company} and id = any (${ids})`
    for (const id of ids) ctx.emit(call, 'route.released', { id, siteId })
    return { released: driven.map(({ number }) => number) }
  },
})

const refuseBroken = ({ routes }: Arranged, vehicleId: string, number: string): void => {
  if (!routes.some(({ vehicle }) => vehicle === vehicleId))
    throw new Refusal(
      'cannot_be_driven',
      `Route ${number} cannot be driven as it is any more: its goods, doors or shift have changed. Plan anew, or take a stop off.`,
    )
}

/** Back to a plan, while nothing of it has left: to move a stop, or to plan anew. */
export const reopen = command({
  title: 'Take the release of a route back',
  route: 'POST /delivery/reopenings',
  permission: 'delivery.plan',
  admits: { routeId: 'route' },
  input: t.object({ routeId: t.id('route') }),
  output: t.object({ id: t.id('route'), number: t.text() }),
  emits: ['route.planned'],
  async run({ routeId }, ctx, call) {
    const { sql, company } = ctx
    refuseLimited(call.actor)
    const read = () => sql<{ id: string; number: string; siteId: string; state: string }[]>`
      select id, number, site_id, state
        from route
       where company_id = ${company} and id = ${routeId}`
    const [found] = await read()
    if (!found) throw notFound('route')
    await vehiclesOf(ctx, found.siteId, { lock: true })
    const route = (await read())[0]!
    if (route.state !== 'released') throw new Refusal('not_released', `Route ${route.number} is not released.`)
    const [left] = await sql<{ number: string }[]>`
      select shipment.number
        from route_drop dropped
        join route on route.company_id = ${company} and route.id = dropped.route_id
        join shipment on shipment.company_id = ${company} and shipment.order_id = dropped.order_id and shipment.site_id = dropped.site_id
         and shipment.shipped_at >= route.released_at
       where dropped.company_id = ${company} and dropped.route_id = ${routeId}
       limit 1`
    if (left)
      throw new Refusal('already_left', `Shipment ${left.number} of route ${route.number} has left: it stays released.`)
    await sql`
      update route
         set state = 'planned', released_at = null, version = version + 1
       where company_id = ${company} and id = ${routeId}`
    ctx.emit(call, 'route.planned', { id: routeId, siteId: route.siteId })
    return { id: routeId, number: route.number }
  },
})
