import type { RouteProblem, Stop, Vehicle, Window } from '../../../math/route/model/problem.ts'
import type { Day, VehicleRow } from '../day/readDay.ts'
import type { PlanStop } from './dayStops.ts'

/** Largest quantity that the search takes; a vehicle that names no volume holds any. */
const ANY = 2 ** 30
const EU_REST = { after: 4.5 * 3_600, duration: 45 * 60 }
const EU_DRIVING_S = 9 * 3_600

/** The day as the search takes it: location 0 is the site, money in minor units, quantities in grams and millilitres. */
export const problemOf = (day: Day, stops: readonly PlanStop[], vehicles: readonly VehicleRow[]): RouteProblem => ({
  locations: day.locationOf.size + 1,
  travel: { van: day.travel },
  stops: stops.map((stop) => routeStop(day, stop, day.locationOf.get(stop.door.addressId)!)),
  vehicles: vehicles.map((vehicle) => routeVehicle(day, vehicle)),
})

/** When a door takes goods in, seconds after midnight. */
export const windowsOf = (day: Day, { door }: Pick<PlanStop, 'door'>): Window[] => {
  const minutes = door.windows ?? [day.rule.opens, day.rule.closes]
  return minutes.flatMap((open, k) => (k % 2 === 0 ? [[open * 60, minutes[k + 1]! * 60] as const] : []))
}

const routeStop = (day: Day, stop: PlanStop, location: number): Stop => ({
  id: stop.id,
  location,
  deliver: [Math.min(ANY, stop.weightG), Math.min(ANY, stop.volumeMl)],
  windows: windowsOf(day, stop),
  service: (stop.door.serviceMinutes ?? day.rule.serviceMinutes) * 60,
  priority: 10 * (9 - Math.min(...stop.goods.map(({ serviceClass }) => serviceClass))),
})

const routeVehicle = (day: Day, vehicle: VehicleRow): Vehicle => {
  const free = vehicle.dayCost === 0 && vehicle.hourCost === 0 && vehicle.kmCost === 0
  return {
    id: vehicle.id,
    profile: 'van',
    start: 0,
    end: 0,
    capacity: [vehicle.capacityG, Math.min(ANY, vehicle.capacityMl ?? ANY)],
    shift: [Math.max(vehicle.shiftFrom * 60, day.notBeforeS), vehicle.shiftTo * 60],
    // Where nobody has said what a vehicle costs, the shortest way is sought.
    costs: free ? { perKm: 0.001 } : { fixed: vehicle.dayCost, perHour: vehicle.hourCost, perKm: vehicle.kmCost },
    ...(vehicle.mostStops !== null && { maxTasks: vehicle.mostStops }),
    ...(vehicle.mostKm !== null && { maxDistance: vehicle.mostKm * 1_000 }),
    ...(vehicle.driverRests && { drivingBreak: EU_REST, maxDriving: EU_DRIVING_S }),
  }
}
