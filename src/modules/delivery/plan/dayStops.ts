import type { OpenGoods } from '../day/openGoods.ts'
import { type Day, type Door, isFree, type StopRow, type VehicleRow } from '../day/readDay.ts'

/** Goods that go to one door at one time. */
export interface PlanStop {
  /** Of a stop on a route its own id; of goods on no route the door's, with a number where one vehicle cannot hold them all. */
  readonly id: string
  readonly door: Door
  readonly goods: readonly OpenGoods[]
  readonly weightG: number
  readonly volumeMl: number
}
export interface Unplaceable {
  readonly goods: OpenGoods
  readonly detail: string
}
export interface DayStops {
  /** Of planned routes, by vehicle, in their order: what is still to be delivered of them. */
  readonly planned: ReadonlyMap<string, readonly PlanStop[]>
  /** Due and on no route of this day or a later one. */
  readonly loose: readonly PlanStop[]
  readonly unplaceable: readonly Unplaceable[]
  /** Orders that need not leave yet. */
  readonly later: number
}

const sumOf = (goods: readonly OpenGoods[], what: 'weightG' | 'volumeMl'): number =>
  goods.reduce((sum, one) => sum + one[what], 0)
const stopOf = (id: string, door: Door, goods: readonly OpenGoods[]): PlanStop => ({
  id,
  door,
  goods,
  weightG: sumOf(goods, 'weightG'),
  volumeMl: sumOf(goods, 'volumeMl'),
})

/**
 * What is to be delivered on a day: stops of planned routes as far as goods for them are left, and goods that are on no route
 * and must leave by then to keep their promise. What was on a route of an earlier day and stayed behind is due again.
 */
export const dayStops = (day: Day): DayStops => {
  const lost = lostOrders(day)
  const free = [...day.goods.values()].filter((one) => isFree(one, day.today) || lost.has(one.orderId))
  const due = free.filter(({ leaveOn, orderId }) => leaveOn === null || leaveOn <= day.day || lost.has(orderId))
  const unplaceable = due.flatMap((goods) => whyUnplaceable(day, goods) ?? [])
  const placeable = due.filter((goods) => whyUnplaceable(day, goods) === null)
  return {
    planned: plannedStops(day),
    loose: byDoor(day, placeable),
    unplaceable,
    later: free.length - due.length,
  }
}

/** Of planned routes of the day, what goes to doors that have lost their place since: nobody drives there. */
const lostOrders = (day: Day): ReadonlySet<string> => {
  const planned = new Set(day.routes.filter(({ state }) => state === 'planned').map(({ id }) => id))
  const lost = day.stops.filter(({ routeId, addressId }) => planned.has(routeId) && !day.locationOf.has(addressId))
  const stops = new Set(lost.map(({ id }) => id))
  return new Set(day.drops.filter(({ stopId }) => stops.has(stopId)).map(({ orderId }) => orderId))
}

const whyUnplaceable = (day: Day, goods: OpenGoods): Unplaceable | null => {
  const door = goods.addressId === null ? undefined : day.doors.get(goods.addressId)
  if (!door) return { goods, detail: 'The order names no address to deliver to.' }
  if (door.lat === null || door.lon === null)
    return {
      goods,
      detail: `Where ${door.name}, ${door.city} lies is not known: give the address a place.`,
    }
  return null
}

const plannedStops = (day: Day): Map<string, PlanStop[]> => {
  const dropsOf = Map.groupBy(day.drops, (drop) => drop.stopId)
  const stopsOf = Map.groupBy(day.stops, (stop) => stop.routeId)
  const left = (stop: StopRow): PlanStop[] => {
    const goods = (dropsOf.get(stop.id) ?? []).flatMap((drop) => day.goods.get(drop.orderId) ?? [])
    return goods.length === 0 || !day.locationOf.has(stop.addressId)
      ? []
      : [stopOf(stop.id, day.doors.get(stop.addressId)!, goods)]
  }
  return new Map(
    day.routes
      .filter(({ state }) => state === 'planned')
      .map(({ id, vehicleId }) => [vehicleId, (stopsOf.get(id) ?? []).flatMap(left)]),
  )
}

/** Goods on no route are known by their door; where one vehicle cannot hold them all, by its parts. */
export const looseId = (addressId: string | undefined, part = 1): string | undefined =>
  addressId === undefined || part === 1 ? addressId : `${addressId} ${part}`
export const partOf = ({ id }: Pick<PlanStop, 'id'>): number => Number(id.split(' ')[1] ?? 1)

/** One stop for each door, or as many as its goods need vehicles, order by order. */
export const byDoor = (day: Day, goods: readonly OpenGoods[]): PlanStop[] => {
  const vehicles = freeVehicles(day)
  const holds = (weightG: number, volumeMl: number): boolean =>
    vehicles.some(({ capacityG, capacityMl }) => weightG <= capacityG && volumeMl <= (capacityMl ?? volumeMl))
  return [...Map.groupBy(goods, (one) => one.addressId!)].flatMap(([addressId, own]) => {
    const loads: OpenGoods[][] = []
    for (const one of own.toSorted((a, b) => b.weightG - a.weightG || (a.orderId < b.orderId ? -1 : 1))) {
      const fits = loads.find((load) =>
        holds(sumOf(load, 'weightG') + one.weightG, sumOf(load, 'volumeMl') + one.volumeMl),
      )
      if (fits) fits.push(one)
      else loads.push([one])
    }
    const door = day.doors.get(addressId)!
    return loads.map((load, at) => stopOf(looseId(addressId, at + 1)!, door, load))
  })
}

/** Vehicles that may still be planned: in use, no released route, and their shift is not over. */
export const freeVehicles = (day: Day): VehicleRow[] => {
  const released = new Set(day.routes.filter(({ state }) => state === 'released').map(({ vehicleId }) => vehicleId))
  return day.vehicles.filter(({ id, active, shiftTo }) => active && !released.has(id) && shiftTo * 60 > day.notBeforeS)
}
