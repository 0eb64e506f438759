import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { Plan, Route, RouteProblem, Step } from '../../../math/route/model/problem.ts'
import type { Day, VehicleRow } from '../day/readDay.ts'
import type { PlanStop } from '../plan/dayStops.ts'
import { routeEmissions } from '../plan/emissions.ts'
import { windowsOf } from '../plan/problem.ts'

/** A plan with what it was made of. */
export interface Laid {
  readonly vehicles: readonly VehicleRow[]
  readonly problem: RouteProblem
  /** Of its matrix. */
  readonly estimated: Uint8Array
  readonly plan: Plan
  readonly stops: readonly PlanStop[]
  /** Of which routes `route.planned` is told; left out: of all. */
  readonly tell?: (route: Written) => boolean
}
interface Written {
  readonly id: string
  readonly number: string
  readonly stops: number
}

/**
 * Puts a plan in the place of what these vehicles had planned for the day: routes keep their number, stops and drops are laid
 * anew. Locks are the caller's (`readDay`, locked).
 */
export const writeRoutes = async (
  ctx: Ctx,
  call: { no: number },
  day: Day,
  { vehicles, problem, estimated, plan, stops, tell = () => true }: Laid,
): Promise<Written[]> => {
  const { sql, company } = ctx
  const driven = new Map(plan.routes.map((route) => [route.vehicle, route]))
  const known = new Map(day.routes.map((route) => [route.vehicleId, route]))
  const touched = vehicles.filter(({ id }) => driven.has(id) || known.has(id))
  const fresh = touched.filter(({ id }) => !known.has(id))
  const numbers = await ctx.numbers(day.site.entityId, 'route', fresh.length)
  const numberOf = new Map(fresh.map(({ id }, at) => [id, numbers[at]!]))
  const byId = new Map(stops.map((stop) => [stop.id, stop]))
  const made = touched.map((vehicle) => {
    const before = known.get(vehicle.id)
    const route = driven.get(vehicle.id) ?? null
    const own = route === null ? [] : stopsOf(route).map(({ id }) => byId.get(id)!)
    return {
      vehicle,
      route,
      own,
      id: before?.id ?? ctx.id(),
      number: before?.number ?? numberOf.get(vehicle.id)!,
      emissions: route === null ? null : routeEmissions(day, vehicle, route.distance_m, own),
      isEstimated: waysOf(problem, route).some((cell) => estimated[cell] === 1),
    }
  })
  const ids = made.map(({ id }) => id)
  await sql`delete from route_drop where company_id = ${company} and route_id = any (${ids})`
  await sql`delete from route_stop where company_id = ${company} and route_id = any (${ids})`
  const written = await sql<{ id: string }[]>`
    insert into route as old
    select * from json_populate_recordset(null::route, ${rowsJson(made.map((one) => routeRow(ctx, day, one)))}::text::json) as given
     order by given.id
    on conflict (company_id, vehicle_id, day) do update
       set stop_count = excluded.stop_count, weight_g = excluded.weight_g, volume_ml = excluded.volume_ml, distance_m = excluded.distance_m,
           driving_s = excluded.driving_s, leaves_s = excluded.leaves_s, returns_s = excluded.returns_s, cost = excluded.cost,
           ttw_g = excluded.ttw_g, wtw_g = excluded.wtw_g, estimated = excluded.estimated, planned_at = excluded.planned_at, version = old.version + 1
     where old.state = 'planned'
    returning old.id`
  if (written.length < made.length) throw changedMeanwhile()
  const idOf = stopIds(ctx, day, new Set(ids), stops)
  const rows = made.map((one) => stopRows(ctx.company, day, problem, one, idOf))
  await sql`
    insert into route_stop
    select * from json_populate_recordset(null::route_stop, ${rowsJson(rows.flatMap((one) => one.stops))}::text::json)`
  await sql`
    insert into route_drop
    select * from json_populate_recordset(null::route_drop, ${rowsJson(rows.flatMap((one) => one.drops))}::text::json)`
  const out = made.map(({ id, number, own }) => ({ id, number, stops: own.length }))
  for (const one of out.filter(tell)) ctx.emit(call, 'route.planned', { id: one.id, siteId: day.site.id })
  return out
}

export const changedMeanwhile = (): Refusal =>
  new Refusal('day_changed', 'Somebody else changed the routes of this day meanwhile: look at them again.')

interface Made {
  readonly vehicle: VehicleRow
  readonly route: Route | null
  readonly own: readonly PlanStop[]
  readonly id: string
  readonly number: string
  readonly emissions: ReturnType<typeof routeEmissions>
  /** A way of it is not by road. */
  readonly isEstimated: boolean
}
/** Cells of the matrix that a route is driven over. */
const waysOf = ({ locations }: RouteProblem, route: Route | null): number[] => {
  const at = [0, ...(route === null ? [] : stopsOf(route)).map(({ location }) => location), 0]
  return route === null ? [] : at.slice(1).map((to, k) => at[k]! * locations + to)
}
const stopsOf = ({ steps }: Route): Step[] => steps.filter(({ kind }) => kind === 'stop')

const routeRow = (
  { company, now }: Ctx,
  day: Day,
  { vehicle, route, own, id, number, emissions, isEstimated }: Made,
) => {
  const leaves = route?.steps[0]?.finish ?? vehicle.shiftFrom * 60
  return {
    companyId: company,
    id,
    number,
    siteId: day.site.id,
    vehicleId: vehicle.id,
    day: day.day,
    state: 'planned',
    stopCount: own.length,
    weightG: own.reduce((sum, stop) => sum + stop.weightG, 0),
    volumeMl: own.reduce((sum, stop) => sum + stop.volumeMl, 0),
    distanceM: route?.distance_m ?? 0,
    drivingS: route?.driving_s ?? 0,
    leavesS: leaves,
    returnsS: route?.steps.at(-1)?.finish ?? leaves,
    cost: moneyOf(vehicle, route),
    ttwG: emissions?.ttw_g ?? null,
    wtwG: emissions?.wtw_g ?? null,
    estimated: isEstimated,
    version: 1,
    plannedAt: now,
    releasedAt: null,
  }
}
/** Where nobody has said what a vehicle costs, the search counts metres, which are no money. */
export const moneyOf = ({ dayCost, hourCost, kmCost }: VehicleRow, route: Pick<Route, 'cost'> | null): number =>
  route === null || dayCost + hourCost + kmCost === 0 ? 0 : Math.round(route.cost)

/** A stop that was on one of these routes before keeps its id: whoever looks at it goes on looking at the same stop. */
const stopIds = (
  ctx: Ctx,
  day: Day,
  routeIds: ReadonlySet<string>,
  stops: readonly PlanStop[],
): ((stop: PlanStop) => string) => {
  const before = day.stops.filter(({ routeId }) => routeIds.has(routeId))
  const known = new Set(before.map(({ id }) => id))
  const taken = new Set(stops.flatMap(({ id }) => (known.has(id) ? [id] : [])))
  return ({ id, door }) => {
    if (known.has(id)) return id
    const kept = before.find((row) => row.addressId === door.addressId && !taken.has(row.id))?.id ?? ctx.id()
    taken.add(kept)
    return kept
  }
}

const stopRows = (
  company: string,
  day: Day,
  { travel, locations }: RouteProblem,
  { route, own, id: routeId, emissions }: Made,
  idOf: (stop: PlanStop) => string,
) => {
  const metres = (from: number, to: number): number => travel.van!.distances[from * locations + to]!
  const shares = new Map(emissions?.elements.map((element) => [element.id, element]))
  const steps = route === null ? [] : stopsOf(route)
  const made = own.map((stop, at) => ({ stop, step: steps[at]!, id: idOf(stop) }))
  const common = { companyId: company, routeId, siteId: day.site.id }
  return {
    stops: made.map(({ stop, step, id }, at) => ({
      ...common,
      id,
      partyId: stop.door.partyId,
      addressId: stop.door.addressId,
      seq: at + 1,
      arriveS: step.arrival,
      beginS: step.begin,
      finishS: step.finish,
      closesS: windowsOf(day, stop).find(([, close]) => step.begin <= close)?.[1] ?? step.begin,
      distanceM: metres(steps[at - 1]?.location ?? 0, step.location),
    })),
    drops: made.flatMap(({ stop, id }) =>
      stop.goods.map((goods) => ({
        ...common,
        stopId: id,
        partyId: goods.partyId,
        orderId: goods.orderId,
        day: day.day,
        weightG: goods.weightG,
        volumeMl: goods.volumeMl,
        ttwG: shares.get(goods.orderId)?.ttw_g ?? null,
        wtwG: shares.get(goods.orderId)?.wtw_g ?? null,
      })),
    ),
  }
}
