/** Reads TopoJSON (its specification 1.0, §2.1): shapes that share their borders as arcs, each arc once, as steps of whole numbers. */
import type { Bounds } from '../geo.ts'

type Ring = readonly number[]
type Shape =
  | { readonly type: 'Polygon'; readonly arcs: readonly Ring[] }
  | { readonly type: 'MultiPolygon'; readonly arcs: readonly (readonly Ring[])[] }
  | { readonly type: null }
export interface Topology {
  readonly arcs: readonly (readonly (readonly [number, number])[])[]
  readonly transform: { readonly scale: readonly [number, number]; readonly translate: readonly [number, number] }
  readonly objects: { readonly countries: { readonly geometries: readonly Shape[] } }
}
export type Line = [number, number][]

/** Each step added up, in whole numbers: what an arc is before it is placed on the globe. */
const walk = (arc: Topology['arcs'][number], each: (x: number, y: number) => void) => {
  let [x, y] = [0, 0]
  for (const [dx, dy] of arc) {
    x += dx
    y += dy
    each(x, y)
  }
}
export const decoded = ({ arcs, transform: { scale, translate } }: Topology, no: number): Line => {
  const line: Line = []
  walk(arcs[no]!, (x, y) => line.push([x * scale[0] + translate[0], y * scale[1] + translate[1]]))
  return line
}
/** The boxes of all arcs, without decoding any. */
export const arcBoxes = ({ arcs, transform: { scale, translate } }: Topology): Bounds[] =>
  arcs.map((arc) => {
    let [west, east, south, north] = [Infinity, -Infinity, Infinity, -Infinity]
    walk(arc, (x, y) => {
      west = Math.min(west, x)
      east = Math.max(east, x)
      south = Math.min(south, y)
      north = Math.max(north, y)
    })
    return {
      west: west * scale[0] + translate[0],
      east: east * scale[0] + translate[0],
      south: south * scale[1] + translate[1],
      north: north * scale[1] + translate[1],
    }
  })

/** Each polygon of each shape, as rings of arcs. */
export const polygonsOf = ({ objects }: Topology): (readonly Ring[])[] =>
  objects.countries.geometries.flatMap((shape) =>
    shape.type === 'Polygon' ? [shape.arcs] : shape.type === 'MultiPolygon' ? shape.arcs : [],
  )
/** An arc said as ~number is walked backwards. */
export const arcOf = (said: number): number => (said < 0 ? ~said : said)
/** Each arc of a ring begins where the one before it ends. */
export const ringOf = (topology: Topology, ring: Ring): Line =>
  ring.flatMap((said, i) => {
    const arc = decoded(topology, arcOf(said))
    const way = said < 0 ? arc.reverse() : arc
    return i ? way.slice(1) : way
  })
