import { type Random, seededRandom } from '../../numerics/random.ts'
import type { Place } from '../problem.ts'

export interface Customer {
  readonly place: Place
  /** Units a year. */
  readonly demand: number
}
export interface Clustered {
  /** At the centre of gravity of its customers' demand. */
  readonly clusters: readonly Customer[]
  /** By customer: its cluster. */
  readonly of: Int32Array
  /** Great circle from customer to cluster, weighted by demand: what the grouping blurs. */
  readonly mean_km: number
}

const EARTH_KM = 6371.0088
const ROUNDS = 25

/**
 * Customers in so many groups at most, near to each other, by k-means weighted by demand (Lloyd 1982; first centres by k-means++,
 * Arthur & Vassilvitskii 2007) on the sphere. Customers at the same place are one from the start.
 * @throws RangeError for a demand below zero, a place that is none, or no whole number of groups.
 */
export const clusterCustomers = (customers: readonly Customer[], count: number, seed = 1): Clustered => {
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`customers go into 1 or more clusters, not ${count}`)
  for (const [at, { demand, place }] of customers.entries()) {
    if (!(demand >= 0 && demand < Number.POSITIVE_INFINITY))
      throw new RangeError(`demand of customer ${at} is ${demand}: zero or above`)
    if (!(Math.abs(place.lat) <= 90 && Math.abs(place.lon) <= 180))
      throw new RangeError(`customer ${at} at ${place.lat}, ${place.lon} is at no place on earth`)
  }
  const { points, weight, of: spot } = spots(customers)
  const n = weight.length
  const k = Math.min(count, n)
  const centre = seeds(points, weight, k, seededRandom(seed, 78))
  const of = new Int32Array(n)
  for (let round = 0; round < ROUNDS; round += 1) {
    const moved = assign(points, centre, of, round > 0)
    recentre(points, weight, centre, of)
    if (moved === 0) break
  }
  return summed(customers, points, centre, of, spot)
}

/** Places that differ, as unit vectors, with the demand at each. */
const spots = (customers: readonly Customer[]) => {
  const index = new Map<string, number>()
  const points: number[] = []
  const weight: number[] = []
  const of = Int32Array.from(customers, ({ place: { lat, lon }, demand }) => {
    const key = `${lat},${lon}`
    let at = index.get(key)
    if (at === undefined) {
      at = weight.length
      index.set(key, at)
      const [phi, lambda] = [(lat * Math.PI) / 180, (lon * Math.PI) / 180]
      points.push(Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi))
      weight.push(0)
    }
    weight[at]! += demand
    return at
  })
  return { points: Float64Array.from(points), weight: Float64Array.from(weight), of }
}

const squared = (p: Float64Array, i: number, c: Float64Array, k: number): number => {
  const [x, y, z] = [p[3 * i]! - c[3 * k]!, p[3 * i + 1]! - c[3 * k + 1]!, p[3 * i + 2]! - c[3 * k + 2]!]
  return x * x + y * y + z * z
}

const seeds = (points: Float64Array, weight: Float64Array, k: number, { uniform }: Random): Float64Array => {
  const n = weight.length
  const centre = new Float64Array(3 * k)
  const far = new Float64Array(n).fill(1)
  for (let c = 0; c < k; c += 1) {
    let sum = 0
    // What nobody asks for still has a place to be near to.
    for (let i = 0; i < n; i += 1) sum += far[i]! * (weight[i]! + 1e-12)
    let [left, pick] = [sum * uniform(), n - 1]
    for (let i = 0; i < n; i += 1) {
      left -= far[i]! * (weight[i]! + 1e-12)
      if (left <= 0) {
        pick = i
        break
      }
    }
    centre.set(points.subarray(3 * pick, 3 * pick + 3), 3 * c)
    for (let i = 0; i < n; i += 1) {
      const d = squared(points, i, centre, c)
      if (c === 0 || d < far[i]!) far[i] = d
    }
  }
  return centre
}

const assign = (points: Float64Array, centre: Float64Array, of: Int32Array, known: boolean): number => {
  let moved = 0
  for (let i = 0; i < of.length; i += 1) {
    let best = known ? of[i]! : 0
    let least = squared(points, i, centre, best)
    for (let c = 0; 3 * c < centre.length; c += 1) {
      const d = squared(points, i, centre, c)
      if (d < least) [least, best] = [d, c]
    }
    if (!known || best !== of[i]) moved += 1
    of[i] = best
  }
  return moved
}

const recentre = (points: Float64Array, weight: Float64Array, centre: Float64Array, of: Int32Array): void => {
  const sum = new Float64Array(centre.length)
  for (let i = 0; i < of.length; i += 1)
    for (let x = 0; x < 3; x += 1) sum[3 * of[i]! + x]! += points[3 * i + x]! * (weight[i]! + 1e-12)
  for (let c = 0; 3 * c < centre.length; c += 1) {
    const length = Math.hypot(sum[3 * c]!, sum[3 * c + 1]!, sum[3 * c + 2]!)
    // An empty group, or one whose customers lie all round the earth, stays where it is.
    if (length > 0) for (let x = 0; x < 3; x += 1) centre[3 * c + x] = sum[3 * c + x]! / length
  }
}

/** Groups that are empty are left out. */
const summed = (
  customers: readonly Customer[],
  points: Float64Array,
  centre: Float64Array,
  group: Int32Array,
  spot: Int32Array,
): Clustered => {
  const index = new Map<number, number>()
  const clusters: { place: Place; demand: number }[] = []
  let [km, all] = [0, 0]
  const of = Int32Array.from(spot, (s, j) => {
    const c = group[s]!
    const at = index.get(c) ?? clusters.length
    if (at === clusters.length) {
      index.set(c, at)
      const [x, y, z] = [centre[3 * c]!, centre[3 * c + 1]!, centre[3 * c + 2]!]
      clusters.push({
        place: {
          lat: (Math.asin(Math.max(-1, Math.min(1, z))) * 180) / Math.PI,
          lon: (Math.atan2(y, x) * 180) / Math.PI,
        },
        demand: 0,
      })
    }
    const { demand } = customers[j]!
    clusters[at]!.demand += demand
    km += demand * 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(squared(points, s, centre, c)) / 2))
    all += demand
    return at
  })
  return { clusters, of, mean_km: all > 0 ? km / all : 0 }
}
