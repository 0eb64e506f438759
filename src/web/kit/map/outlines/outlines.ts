/** Coasts and borders of Natural Earth, cut down to what a view needs. */
import { type Bounds, type LonLat, meets, unwrap, widen } from '../geo.ts'
import { arcBoxes, arcOf, decoded, type Line, polygonsOf, ringOf, type Topology } from './topology.ts'

export interface Outlines {
  /** Polygons of rings. */
  readonly land: Line[][]
  readonly coasts: Line[]
  readonly borders: Line[]
}
/** A polygon or a stretch of a line. */
interface Piece {
  /** As it lies in the data: some whole turns beside where it is laid out, or all around the globe. */
  readonly bounds: Bounds
  /** Its lines on the flat map; made when a view first needs them, for it needs few. */
  readonly laid: () => Laid
}
interface Laid {
  readonly lines: readonly Line[]
  readonly west: number
  readonly east: number
}
export interface Atlas {
  readonly islands: readonly Piece[]
  readonly coasts: readonly Piece[]
  readonly borders: readonly Piece[]
}

/** A ring over the date line is laid out in one piece; one around a pole, which is no ring on a flat map, is closed below it. */
const laidOut = (ring: readonly LonLat[]): Line => {
  const flat = unwrap(ring)
  const [first, last] = [flat[0]!, flat.at(-1)!]
  if (Math.abs(last[0] - first[0]) < 180) return flat
  const pole = first[1] < 0 ? -90 : 90
  return [...flat, [last[0], pole], [first[0], pole], first]
}

const around = (boxes: readonly Bounds[]): Bounds => ({
  west: Math.min(...boxes.map((b) => b.west)),
  east: Math.max(...boxes.map((b) => b.east)),
  south: Math.min(...boxes.map((b) => b.south)),
  north: Math.max(...boxes.map((b) => b.north)),
})
const piece = (bounds: Bounds, make: () => Line[]): Piece => {
  let made: Laid | undefined
  const laid = (): Laid => {
    const lines = make()
    let [west, east] = [Infinity, -Infinity]
    for (const line of lines)
      for (const [lon] of line) {
        west = Math.min(west, lon)
        east = Math.max(east, lon)
      }
    return { lines, west, east }
  }
  return {
    bounds,
    laid: () => {
      made ??= laid()
      return made
    },
  }
}
/** An atlas taken apart into pieces, each with its box, so that a view takes its own few of some thousands. */
export const atlasOf = (topology: Topology): Atlas => {
  const boxes = arcBoxes(topology)
  const polygons = polygonsOf(topology)
  const sides = new Uint8Array(boxes.length)
  for (const said of polygons.flat(2)) sides[arcOf(said)]!++
  const arcs = boxes.map((box, i) => piece(box, () => [unwrap(decoded(topology, i))]))
  return {
    // All rings: the first of Antarctica's is a point at the pole.
    islands: polygons.map((rings) =>
      piece(around(rings.flat().map((said) => boxes[arcOf(said)]!)), () =>
        rings.map((ring) => laidOut(ringOf(topology, ring))),
      ),
    ),
    coasts: arcs.filter((_, i) => sides[i] === 1),
    borders: arcs.filter((_, i) => sides[i]! > 1),
  }
}

const moved = (line: Line, by: number): Line => (by === 0 ? line : line.map(([lon, lat]) => [lon + by, lat]))
const inside = (lon: number, lat: number, box: Bounds) =>
  lon >= box.west && lon <= box.east && lat >= box.south && lat <= box.north

/** What of a ring lies outside is drawn in to the edge, where most of it falls together: Eurasia seen from Kent is some hundred points instead of thirty thousand. Null: nothing is left. */
export const ringIn = (ring: Line, box: Bounds): Line | null => {
  const cut: Line = []
  for (const [lon, lat] of ring) {
    const at: [number, number] = [
      Math.max(box.west, Math.min(box.east, lon)),
      Math.max(box.south, Math.min(box.north, lat)),
    ]
    const before = cut.at(-1)
    if (before?.[0] !== at[0] || before[1] !== at[1]) cut.push(at)
  }
  const flat = [0, 1].some((axis) => cut.every((at) => at[axis] === cut[0]![axis]))
  return cut.length < 4 || flat ? null : cut
}

/** The date line is where the data was cut, no coast. */
const seam = (a: readonly number[], b: readonly number[]) => Math.abs(a[0]!) === 180 && a[0] === b[0]
/** The stretches of a line that lie inside, each with the step that leads in and out. */
export const linesIn = (line: Line, by: number, box: Bounds): Line[] => {
  const found: Line[] = []
  let run: Line | null = null
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [line[i - 1]!, line[i]!]
    const seen = !seam(a, b) && (inside(a[0] + by, a[1], box) || inside(b[0] + by, b[1], box))
    if (seen && !run) {
      run = [a]
      found.push(run)
    }
    if (seen) run?.push(b)
    else run = null
  }
  return found.map((it) => moved(it, by))
}

/** The turns around the globe that bring a piece into a box. */
const turnsInto = (box: Bounds, { west, east }: Laid): number[] => {
  const first = Math.ceil((box.west - east) / 360)
  const last = Math.floor((box.east - west) / 360)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * 360)
}

/** Land, coasts and borders in a box, laid where the box is, over the date line too. Their ends are outside the box. */
export const outlinesIn = ({ islands, coasts, borders }: Atlas, bounds: Bounds): Outlines => {
  // A corner cut by drawing in lies this far outside, where nobody looks.
  const room = widen(bounds, 0.2)
  const here = <T>(pieces: readonly Piece[], take: (laid: Laid, by: number) => T[]): T[] =>
    pieces
      .filter((it) => meets(it.bounds, bounds))
      .map((it) => it.laid())
      .flatMap((laid) => turnsInto(bounds, laid).flatMap((by) => take(laid, by)))
  const lines = (pieces: readonly Piece[]) =>
    here(pieces, (laid, by) => laid.lines.flatMap((line) => linesIn(line, by, bounds)))
  return {
    land: here(islands, ({ lines: rings }, by) => {
      const cut = rings.map((ring) => ringIn(moved(ring, by), room)).filter((ring) => ring !== null)
      return cut.length > 0 ? [cut] : []
    }),
    coasts: lines(coasts),
    borders: lines(borders),
  }
}
