import { query } from '../../../core/capability.ts'
import { type Static, t } from '../../../core/t.ts'
import { type PlanStop, partOf } from '../plan/dayStops.ts'
import { arrange, asItStands } from '../routes/arrange.ts'
import type { OpenGoods } from './openGoods.ts'
import {
  type Day,
  type Door,
  type DropRow,
  dayToPlan,
  e7,
  type RouteRow,
  readDay,
  type StopRow,
  siteOf,
  vehiclesOf,
} from './readDay.ts'
import { refuseLimited } from './refusals.ts'

/** So little time between the planned arrival and the closing of the door is a risk: a quarter of an hour. */
const TIGHT_S = 900

const Order = t.object({
  orderId: t.id('sales_order'),
  number: t.text(),
  weightG: t.int(),
  promisedOn: t.nullable(t.date()),
  /** picked: it may be loaded. open: still to be picked. more: more has been set aside than the route carries. left: nothing of it stands here. */
  state: t.oneOf(['picked', 'open', 'more', 'left']),
  ttwG: t.nullable(t.int()),
})
const Place = {
  addressId: t.id('address'),
  partyId: t.id('party'),
  customer: t.text(),
  city: t.text(),
  /** Degrees × 10⁷. */
  latE7: t.nullable(t.int()),
  lonE7: t.nullable(t.int()),
  weightG: t.int(),
  orders: t.list(Order, { max: 5_000 }),
  /** Promised for a day before. */
  late: t.bool(),
}
const Stop = t.object({
  id: t.id('route_stop'),
  ...Place,
  seq: t.int(),
  /** Seconds after midnight of the site's zone. */
  arriveS: t.int(),
  beginS: t.int(),
  finishS: t.int(),
  closesS: t.int(),
  metres: t.int(),
  /** The door closes soon after the planned arrival. */
  tight: t.bool(),
  /** Nothing is left to bring there: it counts for no position. */
  gone: t.bool(),
})
const RouteShown = t.object({
  id: t.id('route'),
  number: t.text(),
  state: t.oneOf(['planned', 'released']),
  version: t.int(),
  stops: t.list(Stop, { max: 500 }),
  weightG: t.int(),
  /** Of what the vehicle holds, the fuller of weight and volume. */
  fullPpm: t.int(),
  metres: t.int(),
  drivingS: t.int(),
  leavesS: t.int(),
  returnsS: t.int(),
  costMinor: t.needs('cost.read', t.int()),
  ttwG: t.nullable(t.int()),
  wtwG: t.nullable(t.int()),
  estimated: t.bool(),
  /** Planned, and not to be driven as it stands any more: its goods, doors, shift or vehicle have changed. */
  broken: t.bool(),
})
const Lane = t.object({
  vehicleId: t.id('vehicle'),
  code: t.text(),
  name: t.text(),
  capacityG: t.int(),
  shiftFrom: t.int(),
  shiftTo: t.int(),
  emissionFactor: t.nullable(t.text()),
  route: t.nullable(RouteShown),
})
const Loose = t.object({
  ...Place,
  addressId: t.nullable(t.id('address')),
  /** Of goods of one door that need several vehicles: which part. */
  part: t.int(),
  /** Why it is on no route. */
  reason: t.text(),
})

/** A site's day: its vehicles and their routes, what is on no route and why. */
export const board = query({
  title: 'Dispatch: the routes of a day',
  route: 'GET /delivery/days',
  permission: 'delivery.read',
  admits: { siteId: 'site' },
  input: t.object({
    siteId: t.id('site'),
    /** Left out: the next day to plan. */
    day: t.optional(t.date()),
  }),
  output: t.object({
    day: t.date(),
    today: t.date(),
    site: t.object({ id: t.id('site'), code: t.text(), name: t.text(), latE7: t.int(), lonE7: t.int() }),
    lanes: t.list(Lane, { max: 500 }),
    loose: t.list(Loose, { max: 20_000 }),
    /** Orders set aside here that need not leave yet. */
    later: t.int(),
  }),
  async run({ siteId, day: asked }, ctx, actor) {
    refuseLimited(actor)
    const onDay = asked ?? dayToPlan(await siteOf(ctx, siteId), ctx.now, await vehiclesOf(ctx, siteId))
    const read = await readDay(ctx, siteId, onDay)
    const given = arrange(read)
    const day = asItStands(read, given)
    const there = new Set(given.stops.map(({ id }) => id))
    const why = new Map(
      given.plan.unassigned.flatMap(({ id, reason, detail }) => (reason === 'not tried' ? [] : [[id, detail]])),
    )
    const driven = new Set(given.routes.map((route) => route.vehicle))
    const broken = (vehicleId: string): boolean =>
      (given.planned.get(vehicleId) ?? []).length > 0 && !driven.has(vehicleId)
    const { id, code, name, lat, lon } = day.site
    return {
      day: onDay,
      today: day.today,
      site: { id, code, name, latE7: e7(lat), lonE7: e7(lon) },
      lanes: day.vehicles.map((vehicle) => {
        const route = day.routes.find(({ vehicleId }) => vehicleId === vehicle.id)
        return {
          vehicleId: vehicle.id,
          code: vehicle.code,
          name: vehicle.name,
          capacityG: vehicle.capacityG,
          shiftFrom: vehicle.shiftFrom,
          shiftTo: vehicle.shiftTo,
          emissionFactor: vehicle.emissionFactor,
          route: route ? routeShown(day, route, vehicle, { broken: broken(vehicle.id), there }) : null,
        }
      }),
      loose: [
        ...given.loose.map((stop) => ({
          ...placeOf(day, stop),
          part: partOf(stop),
          reason: sentence(why.get(stop.id) ?? 'It is on no route yet.'),
        })),
        ...given.unplaceable.map(({ goods, detail }) => ({
          addressId: goods.addressId,
          partyId: goods.partyId,
          customer: goods.customer,
          city: day.doors.get(goods.addressId ?? '')?.city ?? '',
          latE7: null,
          lonE7: null,
          weightG: goods.weightG,
          orders: [openOrder(goods)],
          late: isLate(day, goods.promisedOn),
          part: 1,
          reason: detail,
        })),
      ],
      later: given.later,
    }
  },
})

const sentence = (detail: string): string =>
  `${detail[0]!.toUpperCase()}${detail.slice(1)}${detail.endsWith('.') ? '' : '.'}`
const mapOf = ({ lat, lon }: Door) => ({ latE7: lat === null ? null : e7(lat), lonE7: lon === null ? null : e7(lon) })
const isLate = ({ day }: Day, promisedOn: string | null): boolean => promisedOn !== null && promisedOn < day

const openOrder = ({ orderId, number, weightG, promisedOn, picked }: OpenGoods): Static<typeof Order> => ({
  ...{ orderId, number, weightG, promisedOn },
  state: picked ? 'picked' : 'open',
  ttwG: null,
})
/** On a route: its share as planned, its state as it is now. */
const orderOn = (day: Day, { orderId, number, weightG, ttwG }: DropRow): Static<typeof Order> => {
  const goods = day.goods.get(orderId)
  return goods
    ? { ...openOrder(goods), weightG, ttwG, ...(goods.weightG > weightG && { state: 'more' as const }) }
    : { orderId, number, weightG, promisedOn: null, state: 'left', ttwG }
}

const placeOf = (day: Day, { door, goods, weightG }: PlanStop) => ({
  addressId: door.addressId,
  partyId: door.partyId,
  customer: door.customer,
  city: door.city,
  ...mapOf(door),
  weightG,
  orders: goods.map(openOrder),
  late: goods.some(({ promisedOn }) => isLate(day, promisedOn)),
})

const routeShown = (
  day: Day,
  route: RouteRow,
  { capacityG, capacityMl }: { readonly capacityG: number; readonly capacityMl: number | null },
  { broken, there }: { readonly broken: boolean; readonly there: ReadonlySet<string> },
): Static<typeof RouteShown> => {
  const full = Math.max(route.weightG / capacityG, capacityMl === null ? 0 : route.volumeMl / capacityMl)
  const { id, number, state, version, weightG, drivingS, leavesS, returnsS, ttwG, wtwG, estimated } = route
  return {
    ...{ id, number, state, version, weightG, drivingS, leavesS, returnsS, ttwG, wtwG, estimated, broken },
    fullPpm: Math.round(1e6 * full),
    metres: route.distanceM,
    costMinor: route.cost,
    stops: day.stops
      .filter(({ routeId }) => routeId === id)
      .map((stop) => stopShown(day, stop, state === 'planned' && !there.has(stop.id))),
  }
}

const stopShown = (day: Day, stop: StopRow, gone: boolean): Static<typeof Stop> => {
  const door = day.doors.get(stop.addressId)!
  const drops = day.drops.filter(({ stopId }) => stopId === stop.id)
  const orders = drops.map((drop) => orderOn(day, drop))
  return {
    id: stop.id,
    addressId: door.addressId,
    partyId: door.partyId,
    customer: door.customer,
    city: door.city,
    ...mapOf(door),
    weightG: drops.reduce((sum, { weightG }) => sum + weightG, 0),
    orders,
    late: orders.some(({ promisedOn }) => isLate(day, promisedOn)),
    seq: stop.seq,
    arriveS: stop.arriveS,
    beginS: stop.beginS,
    finishS: stop.finishS,
    closesS: stop.closesS,
    metres: stop.distanceM,
    tight: stop.closesS - stop.beginS < TIGHT_S,
    gone,
  }
}
