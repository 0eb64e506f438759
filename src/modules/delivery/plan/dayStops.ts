import type { OpenGoods } from '../day/openGoods.ts'
import type { Day, Door, StopRow } from '../day/readDay.ts'

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
  readonly reason: 'no address' | 'no place'
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
  const onRoute = new Set(day.drops.map((drop) => drop.orderId))
  const free = [...day.goods.values()].filter(
    (one) => !onRoute.has(one.orderId) && (one.plannedOn === null || one.plannedOn < day.day),
  )
  const due = free.filter(({ leaveOn }) => leaveOn === null || leaveOn <= day.day)
  const unplaceable = due.flatMap((goods) => whyUnplaceable(day, goods) ?? [])
  const placeable = due.filter((goods) => whyUnplaceable(day, goods) === null)
  return {
    planned: plannedStops(day),
    loose: byDoor(day, placeable),
    unplaceable,
    later: free.length - due.length,
  }
}

const whyUnplaceable = (day: Day, goods: OpenGoods): Unplaceable | null => {
  const door = goods.addressId === null ? undefined : day.doors.get(goods.addressId)
  if (!door) return { goods, reason: 'no address', detail: 'The order names no address to deliver to.' }
  if (door.lat === null || door.lon === null)
    return {
      goods,
      reason: 'no place',
      detail: `Where ${door.name}, ${door.city} lies is not known: give the address a place.`,
    }
  return null
}

const plannedStops = (day: Day): Map<string, PlanStop[]> => {
  const dropsOf = Map.groupBy(day.drops, (drop) => drop.stopId)
  const stopsOf = Map.groupBy(day.stops, (stop) => stop.routeId)
  const left = (stop: StopRow): PlanStop[] => {
    const goods = (dropsOf.get(stop.id) ?? []).flatMap((drop) => day.goods.get(drop.orderId) ?? [])
    return goods.length === 0 ? [] : [stopOf(stop.id, day.doors.get(stop.addressId)!, goods)]
  }
  return new Map(
    day.routes
      .filter(({ state }) => state === 'planned')
      .map(({ id, vehicleId }) => [vehicleId, (stopsOf.get(id) ?? []).flatMap(left)]),
  )
}

/** One stop for each door, or as many as its goods need vehicles, order by order. */
export const byDoor = (day: Day, goods: readonly OpenGoods[]): PlanStop[] => {
  const mostG = Math.max(0, ...day.vehicles.map(({ capacityG }) => capacityG))
  const mostMl = Math.max(0, ...day.vehicles.map(({ capacityMl }) => capacityMl ?? Number.POSITIVE_INFINITY))
  return [...Map.groupBy(goods, (one) => one.addressId!)].flatMap(([addressId, own]) => {
    const loads: OpenGoods[][] = []
    for (const one of own.toSorted((a, b) => b.weightG - a.weightG || (a.orderId < b.orderId ? -1 : 1))) {
      const fits = loads.find(
        (load) => sumOf(load, 'weightG') + one.weightG <= mostG && sumOf(load, 'volumeMl') + one.volumeMl <= mostMl,
      )
      if (fits) fits.push(one)
      else loads.push([one])
    }
    const door = day.doors.get(addressId)!
    return loads.map((load, at) => stopOf(at === 0 ? addressId : `${addressId} ${at + 1}`, door, load))
  })
}
