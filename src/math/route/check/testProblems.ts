import { type Random, seededRandom } from '../../numerics/random.ts'
import type { RouteProblem, Shipment, Stop, Travel, Vehicle } from '../model/problem.ts'

/** Metres and seconds on a plane of `side` metres at 10 m/s, with a little more one way than the other. */
export const testTravel = (points: readonly (readonly [number, number])[], skew = 0): Travel => {
  const size = points.length
  const [distances, durations] = [new Int32Array(size * size), new Int32Array(size * size)]
  for (let i = 0; i < size; i += 1)
    for (let j = 0; j < size; j += 1) {
      const metres = Math.hypot(points[i]![0] - points[j]![0], points[i]![1] - points[j]![1])
      distances[i * size + j] = Math.ceil(i < j ? metres * (1 + skew) : metres)
      durations[i * size + j] = Math.ceil(distances[i * size + j]! / 10)
    }
  return { distances, durations }
}

const drawer = (random: Random) => ({
  whole: (from: number, to: number): number => from + Math.floor(random.uniform() * (to - from + 1)),
  chance: (p: number): boolean => random.uniform() < p,
})

/** A problem with every rule there is, each of them somewhere. Places, demands and limits by the seed. */
export const testRichProblem = (seed: number, size = 14): RouteProblem => {
  const random = seededRandom(seed)
  const { whole, chance } = drawer(random)
  const points = Array.from({ length: size + 3 }, () => [random.uniform() * 20_000, random.uniform() * 20_000] as const)
  const windows = () => {
    const open = whole(0, 20_000)
    const first = [open, open + whole(3_000, 12_000)] as const
    return chance(0.3) ? [first, [first[1] + 2_000, first[1] + 9_000] as const] : [first]
  }
  const mixed = chance(0.5)
  const stops = Array.from({ length: size }, (_, k): Stop => {
    const collects = chance(0.25)
    return {
      id: `s${k}`,
      location: 3 + k,
      ...(collects ? { collect: [whole(1, 5), whole(0, 3)] } : { deliver: [whole(1, 5), whole(0, 3)] }),
      ...(mixed && chance(0.2) ? { deliver: [1, 1], collect: [2, 0] } : {}),
      ...(chance(0.5) ? { windows: windows() } : {}),
      service: whole(0, 600),
      ...(chance(0.3) ? { setup: whole(0, 120), serviceOf: { big: whole(0, 900) } } : {}),
      ...(chance(0.15) ? { skills: ['lift'] } : {}),
      ...(chance(0.2) ? { goods: chance(0.5) ? 'frozen' : 'fresh' } : {}),
      ...(chance(0.15) ? { prize: whole(1, 30) } : {}),
      ...(chance(0.1) ? { release: whole(0, 10_000) } : {}),
      ...(chance(0.3) ? { priority: whole(0, 100) } : {}),
    }
  })
  const shipments = Array.from(
    { length: chance(0.5) ? 2 : 0 },
    (_, k): Shipment => ({
      id: `p${k}`,
      amount: [whole(1, 3), whole(0, 2)],
      pickup: { location: whole(3, size + 2), service: 60 },
      delivery: { location: whole(3, size + 2), service: 60, ...(chance(0.5) ? { windows: windows() } : {}) },
    }),
  )
  const vehicles = Array.from(
    { length: 4 },
    (_, k): Vehicle => ({
      id: `v${k}`,
      type: chance(0.5) ? 'big' : 'small',
      start: chance(0.1) ? null : whole(0, 1),
      end: chance(0.2) ? null : whole(0, 1),
      capacity: [whole(8, 20), whole(8, 20)],
      shift: [whole(0, 3_000), whole(20_000, 32_000)],
      goods: chance(0.7) ? ['frozen', 'fresh'] : ['fresh'],
      skills: chance(0.6) ? ['lift'] : [],
      costs: { fixed: whole(0, 40), perHour: whole(0, 20), perKm: 1, perDrivingHour: whole(0, 5) },
      ...(chance(0.3) ? { overtime: { until: 34_000, perHour: 15 } } : {}),
      ...(chance(0.3) ? { maxDuration: whole(12_000, 25_000) } : {}),
      ...(chance(0.3) ? { maxDriving: whole(6_000, 15_000) } : {}),
      ...(chance(0.3) ? { maxDistance: whole(60_000, 120_000) } : {}),
      ...(chance(0.3) ? { maxTasks: whole(4, 8) } : {}),
      ...(chance(0.5) ? { breaks: [{ windows: [[9_000, 15_000]], duration: 1_800 }] } : {}),
      ...(chance(0.3) ? { drivingBreak: { after: 5_000, duration: 1_200 } } : {}),
      ...(chance(0.4) ? { reload: { location: 2, duration: 600, maxTrips: 3 } } : {}),
    }),
  )
  return {
    locations: points.length,
    travel: { car: testTravel(points, 0.1) },
    stops,
    shipments,
    vehicles,
    backhaulsLast: chance(0.3),
    ...(chance(0.3) ? { apart: [['frozen', '']] } : {}),
  }
}

/** Stops round two depots, one quantity, windows or none, several kinds of vehicle or one: what the O(1) checks serve. */
export const testLeanProblem = (seed: number, size = 40): RouteProblem => {
  const random = seededRandom(seed, 7)
  const { whole, chance } = drawer(random)
  const points = Array.from({ length: size + 2 }, () => [random.uniform() * 20_000, random.uniform() * 20_000] as const)
  const [timed, kinds, backhauls, limits] = [chance(0.5), chance(0.5) ? 3 : 1, chance(0.3), chance(0.4)]
  const stops = Array.from({ length: size }, (_, k): Stop => {
    const open = whole(0, 20_000)
    return {
      id: `s${k}`,
      location: 2 + k,
      [backhauls && chance(0.4) ? 'collect' : 'deliver']: [whole(1, 9)],
      ...(timed ? { windows: [[open, open + whole(2_000, 8_000)]] } : {}),
      service: 300,
      ...(chance(0.1) ? { prize: whole(0, 20) } : {}),
    }
  })
  const vehicles = Array.from({ length: size }, (_, k): Vehicle => {
    const kind = k % kinds
    return {
      id: `v${k}`,
      start: kind % 2,
      end: kind % 2,
      capacity: [30 + 20 * kind],
      ...(timed ? { shift: [0, 40_000] } : {}),
      costs: { fixed: 10 * kind, perKm: 1 + 0.1 * kind },
      ...(limits ? { maxDistance: 70_000, maxTasks: 9, ...(timed ? {} : { maxDuration: 12_000 }) } : {}),
    }
  })
  return {
    locations: points.length,
    travel: { car: testTravel(points, chance(0.5) ? 0.1 : 0) },
    stops,
    vehicles,
    backhaulsLast: backhauls,
    noBackhaulOnly: backhauls && chance(0.5),
    objective: chance(0.3) ? 'vehicles' : 'cost',
  }
}
