/** Degrees. */
export interface Point {
  readonly lat: number
  readonly lon: number
}
/**
 * The distance of transport activity (ISO 14083 §6.2.3): shortest feasible distance (SFD) or great-circle distance (GCD) from
 * where goods were taken over to where they were handed over. Never what was driven: a shipper does not answer for the
 * carrier's detours, and shares would depend on the order of stops.
 */
export interface ActivityDistance {
  readonly basis: 'SFD' | 'GCD'
  readonly metres: number
}

/** Mean radius of the earth, metres (IUGG R1). */
const RADIUS = 6_371_008.8

const checked = ({ lat, lon }: Point): Point => {
  if (!(Math.abs(lat) <= 90 && Math.abs(lon) <= 180)) throw new RangeError(`${lat}, ${lon} is no place on earth`)
  return { lat: (lat * Math.PI) / 180, lon: (lon * Math.PI) / 180 }
}

/** Whole metres between two places over the sphere (haversine). @throws RangeError for what is no place on earth. */
export const greatCircle = (from: Point, to: Point): number => {
  const [a, b] = [checked(from), checked(to)]
  const half =
    Math.sin((b.lat - a.lat) / 2) ** 2 + Math.cos(a.lat) * Math.cos(b.lat) * Math.sin((b.lon - a.lon) / 2) ** 2
  return Math.round(2 * RADIUS * Math.asin(Math.min(1, Math.sqrt(half))))
}

/**
 * The shortest feasible distance where a router knows it, else the great circle; null where neither is known. What was
 * driven is no parameter on purpose.
 */
export const activityDistance = (known: {
  readonly shortestFeasible_m?: number | null
  readonly from?: Point | null
  readonly to?: Point | null
}): ActivityDistance | null => {
  const { shortestFeasible_m: metres, from, to } = known
  if (metres != null) {
    if (!Number.isSafeInteger(metres) || metres < 0) throw new RangeError(`a distance is whole metres, not ${metres}`)
    return { basis: 'SFD', metres }
  }
  return from && to ? { basis: 'GCD', metres: greatCircle(from, to) } : null
}
