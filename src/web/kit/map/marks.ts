/** The stops a map is about, where they lie, and where there is room for them and for a name beside them. */
import { type Bounds, boundsOf, type LonLat, meets, mercator, near, type Point, widen } from './geo.ts'
import type { MapDepot, MapStop, RouteMapProps } from './routeMap.tsx'
import type { Size } from './view.ts'

export type Shown = Pick<RouteMapProps, 'depots' | 'routes' | 'loose'>
/** A stop where it lies in the world square. */
export interface Placed extends Point {
  readonly stop: MapStop
}

const lonLat = ({ lon, lat }: MapStop | MapDepot): LonLat => [lon, lat]
const all = ({ depots, routes, loose }: Shown) => [...depots, ...loose, ...routes.flatMap(({ stops }) => stops)]

/** A place in the world square, on that side of the date line where the others are. */
export const placeNear = (place: { readonly lon: number; readonly lat: number }, meridian: number): Point =>
  mercator([near(place.lon, meridian), place.lat])

/** Of two that overlap the later lies above: late stops above others, the last of a route below its first. */
export const inOrder = (stops: readonly MapStop[]): MapStop[] =>
  [...stops].sort((a, b) => Number(a.tone === 'late') - Number(b.tone === 'late') || (b.seq ?? 0) - (a.seq ?? 0))

export const placed = ({ routes, loose }: Shown, meridian: number): Placed[] =>
  [...loose, ...routes.flatMap(({ stops }) => stops)].map((stop) => ({ ...placeNear(stop, meridian), stop }))

/** What is looked at first: depots and routes, and stops on no route that lie about them; others may lie anywhere. Null: nothing is shown. */
export const shownBounds = ({ depots, routes, loose }: Shown): Bounds | null => {
  const stops = routes.flatMap((route) => route.stops)
  if (stops.length === 0) return boundsOf([...depots, ...loose].map(lonLat))
  const planned = [...depots, ...stops].map(lonLat)
  const about = widen(boundsOf(planned)!, 0.25)
  const inside = ([west, south]: LonLat) => meets({ west, south, east: west, north: south }, about)
  return boundsOf([...planned, ...loose.map(lonLat).filter(inside)])
}

/** The same as long as the map is about the same places, whichever route they are on: then it is not moved under the reader's hand. */
export const placesKey = (shown: Shown): string =>
  all(shown)
    .map(({ id, lat, lon }) => `${id} ${lat} ${lon}`)
    .sort()
    .join()

/** A marker's width: two nearer than that lie over each other. */
const MARKER = 20
/** Whether most markers have a place of their own. Where they have not, numbers cannot be read and stops are dots. */
export const crowded = (pixels: readonly Point[]): boolean => {
  const taken = new Set(pixels.map(({ x, y }) => `${Math.floor(x / MARKER)} ${Math.floor(y / MARKER)}`))
  return taken.size < pixels.length * 0.75
}

export const SIDES = ['right', 'left', 'below', 'above'] as const
export type Side = (typeof SIDES)[number]
/** From a depot's middle to its name. */
const GAP = 14
const boxAt = (side: Side, { x, y }: Point, { width, height }: Size) => {
  const left = side === 'right' ? x + GAP : side === 'left' ? x - GAP - width : x - width / 2
  const top = side === 'below' ? y + GAP : side === 'above' ? y - GAP - height : y - height / 2
  return { left, top, right: left + width, bottom: top + height }
}
/** Whether a stretch comes through a box: the part of it inside the four edges is not empty (Liang and Barsky 1984). */
const crosses = (a: Point, b: Point, box: ReturnType<typeof boxAt>): boolean => {
  const [dx, dy] = [b.x - a.x, b.y - a.y]
  let [from, to] = [0, 1]
  for (const [step, room] of [
    [-dx, a.x - box.left],
    [dx, box.right - a.x],
    [-dy, a.y - box.top],
    [dy, box.bottom - a.y],
  ] as const) {
    if (step === 0 && room < 0) return false
    if (step < 0) from = Math.max(from, room / step)
    if (step > 0) to = Math.min(to, room / step)
  }
  return from <= to
}
/** The side of a depot where its name covers the least: a stop counts for three ways, and what is outside the picture cannot be read. */
export const sideFor = (
  at: Point,
  name: Size,
  stops: readonly Point[],
  ways: readonly (readonly Point[])[],
  picture: Size,
): Side => {
  const costs = SIDES.map((side) => {
    const box = boxAt(side, at, name)
    const wide = { left: box.left - 10, top: box.top - 10, right: box.right + 10, bottom: box.bottom + 10 }
    const outside = box.left < 0 || box.top < 0 || box.right > picture.width || box.bottom > picture.height
    const covered = stops.filter((s) => s.x > wide.left && s.x < wide.right && s.y > wide.top && s.y < wide.bottom)
    const crossed = ways.filter((way) => way.some((b, i) => i > 0 && crosses(way[i - 1]!, b, box)))
    return 3 * covered.length + crossed.length + (outside ? 100 : 0)
  })
  return SIDES[costs.indexOf(Math.min(...costs))]!
}
