import { checkLayout, checkPlace, type Layout, type Place } from '../layout.ts'
import { type Distances, shortTour, tourLength } from './tour.ts'

/** Any warehouse: points and ways between them, each in one direction. */
export interface AisleGraph {
  readonly nodes: number
  readonly arcs: readonly { readonly from: number; readonly to: number; readonly length_mm: number }[]
}
export interface GraphRoute {
  readonly length_mm: number
  /** Indexes of the stops, in the order they are visited. */
  readonly order: readonly number[]
}

type Neighbours = readonly (readonly [to: number, length: number])[][]

/** Shortest ways from one point to all (Dijkstra 1959), by a binary heap of [length, node]. */
const shortest = (next: Neighbours, from: number): Float64Array => {
  const far = new Float64Array(next.length).fill(Number.POSITIVE_INFINITY)
  far[from] = 0
  const heap: [number, number][] = [[0, from]]
  const less = (a: number, b: number): boolean => heap[a]![0] < heap[b]![0]
  const swap = (a: number, b: number): void => {
    ;[heap[a], heap[b]] = [heap[b]!, heap[a]!]
  }
  const push = (entry: [number, number]): void => {
    heap.push(entry)
    for (let at = heap.length - 1; at > 0 && less(at, (at - 1) >> 1); at = (at - 1) >> 1) swap(at, (at - 1) >> 1)
  }
  const pop = (): [number, number] => {
    swap(0, heap.length - 1)
    const top = heap.pop()!
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      let least = at
      if (left < heap.length && less(left, least)) least = left
      if (right < heap.length && less(right, least)) least = right
      if (least === at) return top
      swap(at, least)
      at = least
    }
  }
  while (heap.length > 0) {
    const [length, node] = pop()
    if (length > far[node]!) continue
    for (const [to, more] of next[node]!) {
      if (length + more >= far[to]!) continue
      far[to] = length + more
      push([far[to]!, to])
    }
  }
  return far
}

/**
 * A short tour from the depot over all stops and back, along the arcs: exact up to nine stops, else a heuristic (graph/tour.ts).
 * For one-way aisles, more than four blocks, or a warehouse that is no rectangle.
 * @throws RangeError for an arc of no or negative length or to nowhere, or when a stop cannot be reached or left.
 */
export const graphRoute = ({ nodes, arcs }: AisleGraph, depot: number, stops: readonly number[]): GraphRoute => {
  const next: [number, number][][] = Array.from({ length: nodes }, () => [])
  for (const { from, to, length_mm } of arcs) {
    if (next[from] === undefined || next[to] === undefined || !(length_mm >= 0))
      throw new RangeError(`the way from ${from} to ${to} of ${length_mm} mm is none`)
    next[from].push([to, length_mm])
  }
  const rows = [depot, ...stops]
  const outside = rows.find((row) => next[row] === undefined)
  if (outside !== undefined) throw new RangeError(`there is no point ${outside}`)
  const far: Distances = rows.map((row) => {
    const all = shortest(next, row)
    return Float64Array.from(rows, (to) => all[to]!)
  })
  for (const [at, stop] of stops.entries())
    if (far[0]![at + 1] === Number.POSITIVE_INFINITY || far[at + 1]![0] === Number.POSITIVE_INFINITY)
      throw new RangeError(`stop ${stop} cannot be reached from the depot and left again`)
  const tour = shortTour(far)
  return { length_mm: tourLength(far, tour), order: tour.map((row) => row - 1) }
}

/** Both ways, only away from the front, only towards it. */
export type Direction = 'both' | 'up' | 'down'

/**
 * The graph of a layout with some aisles one-way, and a point for each place.
 * @param directions by aisle; missing: both ways. @throws RangeError for a layout that is none, or a place outside of it.
 */
export const graphOf = (
  layout: Layout,
  places: readonly Place[],
  directions: readonly (Direction | undefined)[] = [],
): { readonly graph: AisleGraph; readonly depot: number; readonly stops: readonly number[] } => {
  checkLayout(layout)
  const { aisles_mm, lines_mm } = layout
  for (const place of places) checkPlace(layout, place)
  const lines = lines_mm.length
  const crossing = (aisle: number, line: number): number => aisle * lines + line
  const arcs: { from: number; to: number; length_mm: number }[] = []
  const way = (from: number, to: number, length_mm: number, direction: Direction): void => {
    if (direction !== 'down') arcs.push({ from, to, length_mm })
    if (direction !== 'up') arcs.push({ from: to, to: from, length_mm })
  }
  const crossings = aisles_mm.length * lines
  for (const [aisle, across] of aisles_mm.entries()) {
    const points = [
      ...lines_mm.map((along, line) => [along, crossing(aisle, line)] as const),
      ...places.flatMap((place, at) => (place.aisle === aisle ? [[place.along_mm, crossings + at] as const] : [])),
    ].sort((a, b) => a[0] - b[0])
    for (let at = 1; at < points.length; at += 1) {
      const [[a, from], [b, to]] = [points[at - 1]!, points[at]!]
      // Two points at one spot are one: no direction keeps them apart.
      way(from, to, b - a, a === b ? 'both' : (directions[aisle] ?? 'both'))
    }
    const right = aisles_mm[aisle + 1]
    if (right === undefined) continue
    for (let line = 0; line < lines; line += 1)
      way(crossing(aisle, line), crossing(aisle + 1, line), right - across, 'both')
  }
  return {
    graph: { nodes: crossings + places.length, arcs },
    depot: crossing(layout.depot.aisle, layout.depot.line),
    stops: places.map((_, at) => crossings + at),
  }
}
