import { query } from '../../../core/capability.ts'
import { notFound } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { ratio, rounded, times } from '../../../math/carbon/exact.ts'
import { type Factor, perUnit } from '../../../math/carbon/factors/factor.ts'
import type { Reason } from '../../../math/route/model/problem.ts'
import { type MoveCost, moveCosts } from '../../../math/route/plan/moveCost.ts'
import { readDay, type VehicleRow } from '../day/readDay.ts'
import { refuseLimited } from '../day/refusals.ts'
import { drivenFactors } from '../fleet/factors.ts'
import { looseId } from '../plan/dayStops.ts'
import { type Arranged, arrange } from './arrange.ts'

/** Why a stop cannot go there, in words. */
export const REASONS: Readonly<Record<Reason, string>> = {
  'no vehicle': 'there is no vehicle',
  skill: 'the vehicle lacks what it needs',
  goods: 'the vehicle may not carry its goods',
  capacity: 'more than the vehicle holds',
  unreachable: 'no way leads there',
  window: 'a door would be closed',
  shift: 'beyond the shift',
  distance: 'beyond the kilometres of a day',
  backhaul: 'collections come last',
  order: 'another stop is fixed there',
  prize: 'it does not pay',
  'fleet used up': 'all vehicles are full',
  'not tried': 'not tried',
}

/**
 * What it costs to put one stop at each place of each route, before anybody does it: for a dispatcher who drags it over the
 * screen. All places at once, so that the figures follow the hand.
 */
export const places = query({
  title: 'What moving a stop would cost, place by place',
  route: 'GET /delivery/places',
  permission: 'delivery.read',
  admits: { siteId: 'site', stopId: 'route_stop', addressId: 'address' },
  input: t.object({
    siteId: t.id('site'),
    day: t.date(),
    /** A stop of a planned route, or goods on no route by their door, and which part of them. */
    stopId: t.optional(t.id('route_stop')),
    addressId: t.optional(t.id('address')),
    part: t.optional(t.int({ min: 1, max: 1_000 })),
  }),
  output: t.object({
    places: t.list(
      t.object({
        vehicleId: t.id('vehicle'),
        /** Stops before it on that route, itself not counted. */
        position: t.int(),
        /** Null: it can be done. */
        fault: t.nullable(t.text()),
        metres: t.int(),
        seconds: t.int(),
        costMinor: t.needs('cost.read', t.int()),
        /** Tank to wheel, well to wheel; null: a vehicle names no such factor. */
        ttwG: t.nullable(t.int()),
        wtwG: t.nullable(t.int()),
      }),
      { max: 20_000 },
    ),
  }),
  async run({ siteId, day: onDay, stopId, addressId, part }, ctx, actor) {
    refuseLimited(actor)
    const day = await readDay(ctx, siteId, onDay)
    const given = { ...arrange(day), factors: day.factors }
    const id = stopId ?? looseId(addressId, part)
    if (id === undefined || !given.stops.some((stop) => stop.id === id)) throw notFound('stop')
    const ask = moveCosts(given.problem, given.plan)
    const all = given.vehicles.flatMap((vehicle) => {
      const standing = given.given.find((route) => route.vehicle === vehicle.id)
      // A route that cannot be driven as it stands takes nothing more.
      if (standing && !given.routes.includes(standing)) return []
      const others = (standing?.stops ?? []).filter((one) => one !== id)
      return Array.from({ length: others.length + 1 }, (_, position) => ({
        vehicleId: vehicle.id,
        position,
        ...told(given, ask({ id, vehicle: vehicle.id, position })),
      }))
    })
    return { places: all }
  },
})

const told = (given: Arranged & { readonly factors: readonly Factor[] }, move: MoveCost) => ({
  fault: move.fault === null ? null : REASONS[move.fault],
  metres: move.distance_m,
  seconds: move.duration_s,
  costMinor: given.vehicles.every(({ dayCost, hourCost, kmCost }) => dayCost + hourCost + kmCost === 0)
    ? 0
    : Math.round(move.cost),
  ttwG: gramsOf(given, move, 'ttw'),
  wtwG: gramsOf(given, move, 'wtw'),
})

/** Each vehicle's kilometres by its own factor. */
const gramsOf = (
  { vehicles, factors }: { readonly vehicles: readonly VehicleRow[]; readonly factors: readonly Factor[] },
  { parts }: MoveCost,
  scope: 'ttw' | 'wtw',
): number | null => {
  let sum = 0
  for (const { vehicle, distance_m } of parts) {
    const set = drivenFactors(factors, vehicles.find(({ id }) => id === vehicle)!.emissionFactor)
    const perKm = set === null ? null : perUnit(set)[scope]
    if (perKm === null) return null
    sum += rounded(times(ratio(distance_m), perKm))
  }
  return sum
}
