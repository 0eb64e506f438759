import type { Ctx } from '../../../core/ctx.ts'
import { notFound, Refusal } from '../../../core/refusal.ts'
import type { Factor } from '../../../math/carbon/factors/factor.ts'
import type { Travel } from '../../../math/route/model/problem.ts'
import { addDays, localTime, type SiteFacts, siteCalendars, workDayFrom } from '../../sites/index.ts'
import { ownFactors } from '../fleet/factors.ts'
import { type DoorRule, doorRule } from '../fleet/hours.ts'
import { knownWays, travelBetween } from '../ways/ways.ts'
import { type OpenGoods, openGoods } from './openGoods.ts'

export interface VehicleRow {
  readonly id: string
  readonly code: string
  readonly name: string
  readonly capacityG: number
  readonly capacityMl: number | null
  readonly mostStops: number | null
  readonly shiftFrom: number
  readonly shiftTo: number
  readonly mostKm: number | null
  readonly driverRests: boolean
  readonly dayCost: number
  readonly hourCost: number
  readonly kmCost: number
  readonly emissionFactor: string | null
  readonly active: boolean
  readonly version: number
}
export interface RouteRow {
  readonly id: string
  readonly number: string
  readonly vehicleId: string
  readonly state: 'planned' | 'released'
  readonly version: number
  readonly weightG: number
  readonly volumeMl: number
  readonly distanceM: number
  readonly drivingS: number
  readonly leavesS: number
  readonly returnsS: number
  readonly cost: number
  readonly ttwG: number | null
  readonly wtwG: number | null
  readonly estimated: boolean
}
export interface StopRow {
  readonly id: string
  readonly routeId: string
  readonly addressId: string
  readonly seq: number
  readonly arriveS: number
  readonly beginS: number
  readonly finishS: number
  readonly closesS: number
  readonly distanceM: number
}
export interface DropRow {
  readonly routeId: string
  readonly stopId: string
  readonly orderId: string
  readonly number: string
  readonly weightG: number
  readonly volumeMl: number
  readonly ttwG: number | null
  readonly wtwG: number | null
}
export interface Door {
  readonly addressId: string
  readonly partyId: string
  readonly customer: string
  readonly name: string
  readonly city: string
  readonly lat: number | null
  readonly lon: number | null
  /** Minutes after midnight; null: as the site's rule says. */
  readonly windows: readonly number[] | null
  readonly serviceMinutes: number | null
}
/** A site and a day with all that its routes are made of. */
export interface Day {
  readonly site: SiteFacts & { readonly name: string; readonly lat: number; readonly lon: number }
  readonly day: string
  /** At the site. */
  readonly today: string
  /** Seconds after midnight before which nothing can leave any more: the day has begun. */
  readonly notBeforeS: number
  readonly rule: DoorRule
  /** Emission factors of the company's own. */
  readonly factors: readonly Factor[]
  readonly vehicles: readonly VehicleRow[]
  readonly routes: readonly RouteRow[]
  readonly stops: readonly StopRow[]
  readonly drops: readonly DropRow[]
  readonly doors: ReadonlyMap<string, Door>
  /** Location 0 is the site; each door that has a place, by address. */
  readonly locationOf: ReadonlyMap<string, number>
  readonly travel: Travel
  /** Cells of the matrix that no road service has said. */
  readonly estimated: Uint8Array
  /** Of all orders that are open here, by order. */
  readonly goods: ReadonlyMap<string, OpenGoods>
}

interface SiteRow {
  readonly name: string
  readonly latE7: number | null
  readonly lonE7: number | null
}
const degrees = (e7: number): number => e7 / 1e7
export const e7 = (degrees: number): number => Math.round(degrees * 1e7)

export const siteOf = async (ctx: Ctx, siteId: string) => {
  const [facts, [place]] = await Promise.all([
    siteCalendars(ctx, [siteId]),
    ctx.sql<SiteRow[]>`
      select name, lat_e7, lon_e7
        from site
       where company_id = ${ctx.company} and id = ${siteId}`,
  ])
  const site = facts.get(siteId)
  if (!site || !place) throw notFound('site')
  return { ...site, name: place.name, latE7: place.latE7, lonE7: place.lonE7 }
}

/** The day to plan next: today while no shift has begun, else the next day that is worked. */
export const dayToPlan = (site: SiteFacts, now: Date, vehicles: readonly Pick<VehicleRow, 'shiftFrom'>[]): string => {
  const { day, minutes } = localTime(site.zone, now)
  const begun = vehicles.some(({ shiftFrom }) => shiftFrom <= minutes)
  return workDayFrom(site, begun ? addDays(day, 1) : day)
}

/** Vehicles of a site that are in use, or have a route on the day. Locked: one after the other, by id. */
export const vehiclesOf = async (
  { sql, company }: Ctx,
  siteId: string,
  { day = null, lock = false }: { readonly day?: string | null; readonly lock?: boolean } = {},
): Promise<VehicleRow[]> => {
  if (lock)
    await sql`
      select 1 as locked
        from vehicle
       where company_id = ${company} and site_id = ${siteId}
       order by id
         for no key update`
  return await sql<VehicleRow[]>`
    select id, code, name, capacity_g, capacity_ml, most_stops, shift_from, shift_to, most_km, driver_rests, day_cost, hour_cost, km_cost, emission_factor,
           active, version
      from vehicle
     where company_id = ${company} and site_id = ${siteId}
       and (active or exists (select 1
                                from route
                               where route.company_id = ${company} and route.vehicle_id = vehicle.id and route.day = ${day} and route.stop_count > 0))
     order by code, id`
}

/** A matrix of so many doors is 32 MB. */
const MOST_DOORS = 2_000

/** Due by a day: it must leave to keep its promise, and no route of today or later has it. What stayed behind on an earlier one is due again. */
export const mayLeave = ({ leaveOn, plannedOn }: OpenGoods, day: string, today: string): boolean =>
  (leaveOn === null || leaveOn <= day) && isFree({ plannedOn }, today)
export const isFree = ({ plannedOn }: Pick<OpenGoods, 'plannedOn'>, today: string): boolean =>
  plannedOn === null || plannedOn < today

/**
 * Reads a site's day. Locked: nobody else changes routes of this site's vehicles until the transaction ends.
 * @throws Refusal: the site has no place on the map.
 */
export const readDay = async (ctx: Ctx, siteId: string, day: string, { lock = false } = {}): Promise<Day> => {
  const { sql, company } = ctx
  const vehicles = await vehiclesOf(ctx, siteId, { day, lock })
  const [site, rule, factors, routes, stops, drops, goods] = await Promise.all([
    siteOf(ctx, siteId),
    doorRule(ctx, siteId),
    ownFactors(ctx),
    sql<RouteRow[]>`
      select id, number, vehicle_id, state, version, weight_g, volume_ml, distance_m, driving_s, leaves_s, returns_s, cost, ttw_g, wtw_g, estimated
        from route
       where company_id = ${company} and site_id = ${siteId} and day = ${day}
       order by number`,
    sql<StopRow[]>`
      select stop.id, stop.route_id, stop.address_id, stop.seq, stop.arrive_s, stop.begin_s, stop.finish_s, stop.closes_s, stop.distance_m
        from route
        join route_stop stop on stop.company_id = ${company} and stop.route_id = route.id
       where route.company_id = ${company} and route.site_id = ${siteId} and route.day = ${day}
       order by stop.route_id, stop.seq`,
    sql<DropRow[]>`
      select dropped.route_id, dropped.stop_id, dropped.order_id, coalesce(o.number, part.number, '') as number, dropped.weight_g, dropped.volume_ml,
             dropped.ttw_g, dropped.wtw_g
        from route
        join route_drop dropped on dropped.company_id = ${company} and dropped.route_id = route.id
        left join sales_order o on o.company_id = ${company} and o.id = dropped.order_id
        left join order_site part on part.company_id = ${company} and part.id = dropped.order_id and part.site_id = ${siteId}
       where route.company_id = ${company} and route.site_id = ${siteId} and route.day = ${day}
       order by dropped.route_id, dropped.order_id`,
    openGoods(ctx, siteId),
  ])
  if (site.latE7 === null || site.lonE7 === null)
    throw new Refusal(
      'no_place',
      `Say first where ${site.name} lies: latitude and longitude of the site (POST /sites).`,
    )
  const { latE7, lonE7, ...rest } = site
  const local = localTime(site.zone, ctx.now)
  // Doors of what is on routes, and of what must leave by then: the matrix grows with their square.
  const due = goods.filter((one) => mayLeave(one, day, local.day))
  const addressIds = [...stops.map((stop) => stop.addressId), ...due.flatMap((one) => one.addressId ?? [])]
  const doors = await doorsOf(ctx, [...new Set(addressIds)])
  if (doors.size > MOST_DOORS)
    throw new Refusal(
      'too_many_doors',
      `${doors.size} doors are due at ${site.code} by ${day}; at most ${MOST_DOORS} are planned at a time.`,
    )
  const placed = [...doors.values()].filter(({ lat, lon }) => lat !== null && lon !== null)
  const spots = [{ latE7, lonE7 }, ...placed.map(({ lat, lon }) => ({ latE7: e7(lat!), lonE7: e7(lon!) }))]
  return {
    site: { ...rest, lat: degrees(latE7), lon: degrees(lonE7) },
    day,
    today: local.day,
    notBeforeS: local.day === day ? local.minutes * 60 : 0,
    rule,
    factors,
    vehicles,
    routes,
    stops,
    drops,
    doors,
    locationOf: new Map(placed.map(({ addressId }, at) => [addressId, at + 1])),
    ...travelBetween(spots, await knownWays(ctx, spots)),
    goods: new Map(goods.map((one) => [one.orderId, one])),
  }
}

const doorsOf = async ({ sql, company }: Ctx, addressIds: readonly string[]): Promise<Map<string, Door>> => {
  const rows = await sql<Door[]>`
    select address.id as address_id, address.party_id, party.name as customer, address.name, address.city,
           address.lat_e7 / 1e7::float8 as lat, address.lon_e7 / 1e7::float8 as lon, open.windows, open.service_minutes
      from address
      join party on party.company_id = ${company} and party.id = address.party_id
      left join receiving_hours open on open.company_id = ${company} and open.address_id = address.id
     where address.company_id = ${company} and address.id = any (${addressIds as string[]})`
  return new Map(rows.map((row) => [row.addressId, row]))
}
