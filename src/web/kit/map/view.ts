/** Where a picture stands over the world square: fitted, moved, zoomed. All lengths are pixels, all places of the world Mercator's from 0 to 1. */
import { type Bounds, type LonLat, mercator, type Point } from './geo.ts'

export interface View {
  /** Pixels per whole world. */
  readonly scale: number
  /** The world square's corner. */
  readonly x: number
  readonly y: number
}
export interface Size {
  readonly width: number
  readonly height: number
}

/** A pixel is a few metres: nearer than that these outlines tell nothing more. */
const NEAREST = 2 ** 22
const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value))
/** The whole world once, at most. */
const scaleIn = (scale: number, { width }: Size) => clamp(scale, width, NEAREST)

const centred = (scale: number, at: Point, { width, height }: Size): View => ({
  scale,
  x: width / 2 - at.x * scale,
  y: height / 2 - at.y * scale,
})
const centreOf = ({ scale, x, y }: View, { width, height }: Size): Point => ({
  x: (width / 2 - x) / scale,
  y: (height / 2 - y) / scale,
})

/** How a box fills a picture, with a margin. A single place is shown with what lies around it: 0.2 % of the world. */
export const fit = (bounds: Bounds, size: Size, margin: number): View => {
  const a = mercator([bounds.west, bounds.north])
  const b = mercator([bounds.east, bounds.south])
  // A picture hardly larger than its margins still shows something.
  const room = (pixels: number) => Math.max(pixels - 2 * margin, pixels / 2)
  const scale = Math.min(room(size.width) / Math.max(b.x - a.x, 0.002), room(size.height) / Math.max(b.y - a.y, 0.002))
  return centred(scaleIn(scale, size), { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, size)
}

/** What a picture shows of the world. */
export const boundsOfView = ({ scale, x, y }: View, { width, height }: Size): Bounds => {
  const lat = (pixel: number) => (360 / Math.PI) * Math.atan(Math.exp((0.5 - (pixel - y) / scale) * 2 * Math.PI)) - 90
  const lon = (pixel: number) => ((pixel - x) / scale) * 360 - 180
  return { west: lon(0), south: lat(height), east: lon(width), north: lat(0) }
}

export const project = ({ scale, x, y }: View, at: Point): Point => ({ x: at.x * scale + x, y: at.y * scale + y })
export const unproject = ({ scale, x, y }: View, pixel: Point): Point => ({
  x: (pixel.x - x) / scale,
  y: (pixel.y - y) / scale,
})

/** The world under a pixel stays under it. */
export const zoomed = (view: View, by: number, { x, y }: Point, size: Size): View => {
  const scale = scaleIn(view.scale * by, size)
  const grown = scale / view.scale
  return { scale, x: x - (x - view.x) * grown, y: y - (y - view.y) * grown }
}

/** The middle of the picture stays on the world, within half a turn of a meridian (world square): places are drawn once. */
export const kept = (view: View, size: Size, meridian: number): View => {
  const { x, y } = centreOf(view, size)
  const at = { x: clamp(x, meridian - 0.5, meridian + 0.5), y: clamp(y, 0, 1) }
  return at.x === x && at.y === y ? view : centred(view.scale, at, size)
}

/** Moved just so far that a place is in the picture, and not at its very edge; as it is when the place is seen. */
export const showing = (view: View, at: Point, { width, height }: Size, margin: number): View => {
  const { x, y } = project(view, at)
  if (x >= 0 && x <= width && y >= 0 && y <= height) return view
  const [mx, my] = [Math.min(margin, width / 3), Math.min(margin, height / 3)]
  return { ...view, x: view.x + clamp(x, mx, width - mx) - x, y: view.y + clamp(y, my, height - my) - y }
}

/** On the way from one view to another: the scale grows evenly, and what stands still in the end stands still all the way. */
export const between = (from: View, to: View, part: number, size: Size): View => {
  if (part >= 1) return to
  const scale = from.scale * (to.scale / from.scale) ** part
  const gone = from.scale === to.scale ? part : (1 / from.scale - 1 / scale) / (1 / from.scale - 1 / to.scale)
  const [a, b] = [centreOf(from, size), centreOf(to, size)]
  return centred(scale, { x: a.x + (b.x - a.x) * gone, y: a.y + (b.y - a.y) * gone }, size)
}

/** What is laid out for one view, as another one shows it: a `transform` of SVG. */
export const onto = (laid: View, view: View): string => {
  const grown = view.scale / laid.scale
  return `matrix(${grown} 0 0 ${grown} ${view.x - laid.x * grown} ${view.y - laid.y * grown})`
}

/** A drawing's own view: fine enough for every zoom, and its numbers small because it begins at one of its places. */
export const viewAt = (at: Point): View => ({ scale: 2 ** 20, x: -at.x * 2 ** 20, y: -at.y * 2 ** 20 })

/** Steps shorter than this many pixels are left out of an outline. */
const FINE = 0.5
/** Lines as the `d` of a path. */
export const path = (view: View, lines: readonly (readonly LonLat[])[]): string => {
  let d = ''
  for (const line of lines) {
    let [px, py] = [Number.NaN, Number.NaN]
    line.forEach((place, i) => {
      const { x, y } = project(view, mercator(place))
      if (i > 0 && i < line.length - 1 && Math.abs(x - px) < FINE && Math.abs(y - py) < FINE) return
      px = x
      py = y
      d += `${i ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`
    })
  }
  return d
}

const EQUATOR = 40_075_016.686
const ROUND = [5, 3, 2, 1]
/** A round distance on the ground in the middle of the picture, and how long it is there. */
export const scaleBar = (
  view: View,
  size: Size,
  longest: number,
): { readonly label: string; readonly width: number } => {
  const { south, north } = boundsOfView(view, { width: size.width, height: size.height })
  const metres = (EQUATOR * Math.cos((((south + north) / 2) * Math.PI) / 180)) / view.scale
  const power = 10 ** Math.floor(Math.log10(metres * longest))
  const round = ROUND.find((digit) => digit * power <= metres * longest)! * power
  return { label: round >= 1000 ? `${round / 1000} km` : `${round} m`, width: round / metres }
}
