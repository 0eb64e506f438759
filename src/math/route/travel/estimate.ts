import type { Travel } from '../model/problem.ts'

/** Degrees. */
export interface Point {
  readonly lat: number
  readonly lon: number
}
/** What turns a great circle into a way by road. */
export interface TravelModel {
  /** Metres by road ÷ metres of the great circle. */
  readonly circuity: number
  /** Speeds by length of the way, shortest first: the first band whose `upTo_m` is not passed counts. */
  readonly speeds: readonly { readonly upTo_m: number; readonly kmh: number }[]
  /** Seconds on top of every way: out of the yard, to the door. */
  readonly perWay_s: number
}
/** A way that was driven. */
export interface Trip {
  readonly from: Point
  readonly to: Point
  readonly metres: number
  readonly seconds: number
}

/** Mean radius of the earth (IUGG). */
const EARTH_M = 6_371_008.8
const BANDS = [3_000, 15_000, 60_000, Number.POSITIVE_INFINITY]
/**
 * Until trips of the region say better: a circuity of 1.3 is in the middle of what Ballou, Rahardja & Sakai (2002) measured by
 * country; the speeds are assumed.
 */
export const DEFAULT_TRAVEL: TravelModel = {
  circuity: 1.3,
  speeds: [20, 35, 55, 75].map((kmh, k) => ({ upTo_m: BANDS[k]!, kmh })),
  perWay_s: 60,
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180
/** Metres of the great circle (haversine). */
export const greatCircle = (a: Point, b: Point): number => {
  const [dLat, dLon] = [radians(b.lat - a.lat), radians(b.lon - a.lon)]
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(dLon / 2) ** 2
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)))
}

const kmhAt = ({ speeds }: TravelModel, metres: number): number =>
  (speeds.find(({ upTo_m }) => metres <= upTo_m) ?? speeds.at(-1)!).kmh

const checkPoints = (points: readonly Point[]): void => {
  const wrong = points.flatMap(({ lat, lon }, k) =>
    Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? [] : [`point ${k}: ${lat}, ${lon} is no place on earth`],
  )
  if (wrong.length > 0) throw new RangeError(wrong.slice(0, 20).join('; '))
}

/**
 * Metres and seconds between all points by great circle × circuity: what is there when no road network is. O(n²).
 * @throws RangeError for points that are no places.
 */
export const estimateTravel = (points: readonly Point[], model: TravelModel = DEFAULT_TRAVEL): Travel => {
  checkPoints(points)
  const size = points.length
  const [distances, durations] = [new Int32Array(size * size), new Int32Array(size * size)]
  for (let i = 0; i < size; i += 1)
    for (let j = 0; j < i; j += 1) {
      const metres = Math.round(model.circuity * greatCircle(points[i]!, points[j]!))
      const seconds = metres === 0 ? 0 : Math.round(model.perWay_s + (metres * 3.6) / kmhAt(model, metres))
      distances[i * size + j] = distances[j * size + i] = metres
      durations[i * size + j] = durations[j * size + i] = seconds
    }
  return { distances, durations }
}

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}
/** Trips that a median of a region or a band needs. */
const ENOUGH = 5

/**
 * A region's circuity and speeds from trips that were driven: medians, so that a detour for lunch does not count. A band of
 * lengths with fewer than five trips keeps the default's speed. Trips without way or time are left out.
 */
export const calibrateTravel = (trips: readonly Trip[], otherwise: TravelModel = DEFAULT_TRAVEL): TravelModel => {
  const real = trips.filter(({ from, to, metres, seconds }) => metres > 0 && seconds > 0 && greatCircle(from, to) > 100)
  if (real.length < ENOUGH) return otherwise
  const circuity = Math.max(1, median(real.map(({ from, to, metres }) => metres / greatCircle(from, to))))
  let above = 0
  const speeds = otherwise.speeds.map(({ upTo_m, kmh }) => {
    const band = real.filter(({ metres }) => metres > above && metres <= upTo_m)
    above = upTo_m
    const driven = band.map(({ metres, seconds }) => (3.6 * metres) / Math.max(1, seconds - otherwise.perWay_s))
    return { upTo_m, kmh: band.length < ENOUGH ? kmh : median(driven) }
  })
  return { circuity, speeds, perWay_s: otherwise.perWay_s }
}

/** A matrix from elsewhere with the cells it lacks (−1) estimated; `estimated` marks them, row by row. */
export const fillTravel = (given: Travel, estimate: Travel): { travel: Travel; estimated: Uint8Array } => {
  if (given.distances.length !== estimate.distances.length)
    throw new RangeError(`${given.distances.length} cells are given, ${estimate.distances.length} estimated`)
  const [distances, durations] = [given.distances.slice(), given.durations.slice()]
  const estimated = new Uint8Array(distances.length)
  for (let k = 0; k < distances.length; k += 1) {
    if (distances[k]! >= 0 && durations[k]! >= 0) continue
    distances[k] = estimate.distances[k]!
    durations[k] = estimate.durations[k]!
    estimated[k] = 1
  }
  return { travel: { distances, durations }, estimated }
}
