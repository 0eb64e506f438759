/** Places on the flat map: Web Mercator (EPSG:3857), the world as the square from 0 to 1, y growing southwards. Degrees in. */

export type LonLat = readonly [lon: number, lat: number]
/** Degrees. East is more than 180 where the box lies over the date line, and never less than west. */
export interface Bounds {
  readonly west: number
  readonly south: number
  readonly east: number
  readonly north: number
}
export interface Point {
  readonly x: number
  readonly y: number
}

/** The square ends here: beyond it Mercator runs off to infinity. */
const TOP = 85.051129

export const mercator = ([lon, lat]: LonLat): Point => {
  const sin = Math.sin((Math.max(-TOP, Math.min(TOP, lat)) * Math.PI) / 180)
  return { x: (lon + 180) / 360, y: 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI) }
}

/** The same meridian, said so that it lies within half a turn of another one. */
export const near = (lon: number, other: number): number => lon - 360 * Math.round((lon - other) / 360)

/** A way over the date line goes on beyond 180° instead of back around the world. */
export const unwrap = (line: readonly LonLat[]): [number, number][] => {
  let before = line[0]?.[0] ?? 0
  return line.map(([lon, lat]) => {
    before = near(lon, before)
    return [before, lat]
  })
}

/** The smallest box around places, over the date line when that is shorter. Null for none. */
export const boundsOf = (places: readonly LonLat[]): Bounds | null => {
  if (places.length === 0) return null
  const lons = places.map(([lon]) => near(lon, 0)).sort((a, b) => a - b)
  // The widest gap between neighbours around the globe is what the box leaves out.
  let west = lons[0]!
  let gap = west + 360 - lons.at(-1)!
  for (let i = 1; i < lons.length; i++) {
    if (lons[i]! - lons[i - 1]! <= gap) continue
    gap = lons[i]! - lons[i - 1]!
    west = lons[i]!
  }
  const lats = places.map(([, lat]) => lat)
  return { west, south: Math.min(...lats), east: west + 360 - gap, north: Math.max(...lats) }
}

/** A box with so much more of itself on every side. */
export const widen = ({ west, south, east, north }: Bounds, by: number): Bounds => {
  const [dx, dy] = [(east - west) * by, (north - south) * by]
  return { west: west - dx, south: Math.max(-90, south - dy), east: east + dx, north: Math.min(90, north + dy) }
}

export const contains = (outer: Bounds, inner: Bounds): boolean =>
  outer.west <= inner.west && outer.east >= inner.east && outer.south <= inner.south && outer.north >= inner.north

export const meets = (a: Bounds, b: Bounds): boolean => {
  if (a.north < b.south || a.south > b.north) return false
  const shift = near((a.west + a.east) / 2, (b.west + b.east) / 2) - (a.west + a.east) / 2
  return a.west + shift <= b.east && a.east + shift >= b.west
}

/** The nearest of places within reach of a point; both in the world square. Null for none. */
export const nearest = <T extends Point>(places: readonly T[], at: Point, reach: number): T | null => {
  let found: T | null = null
  let best = reach
  for (const place of places) {
    const dx = place.x - at.x
    const away = Math.hypot(dx - Math.round(dx), place.y - at.y)
    if (away > best) continue
    best = away
    found = place
  }
  return found
}

const STEPS = [30, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02]
/** Meridians and parallels in a box and around it, about four a side: what is seen of a plain far from every coast. */
export const graticule = (bounds: Bounds): [number, number][][] => {
  const { west, south, east, north } = widen(bounds, 0.5)
  const step = STEPS.find((s) => s <= Math.max(bounds.east - bounds.west, bounds.north - bounds.south) / 4) ?? 0.01
  const every = (from: number, to: number): number[] => {
    const first = Math.ceil(from / step)
    return Array.from({ length: Math.max(0, Math.floor(to / step) - first + 1) }, (_, i) => (first + i) * step)
  }
  const [low, high] = [Math.max(south, -TOP), Math.min(north, TOP)]
  const meridians = every(west, east).map((lon): [number, number][] => [
    [lon, low],
    [lon, high],
  ])
  const parallels = every(low, high).map((lat): [number, number][] => [
    [west, lat],
    [east, lat],
  ])
  return [...meridians, ...parallels]
}
