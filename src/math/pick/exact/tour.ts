import { depotOf, type Layout, type Place } from '../layout.ts'
import { WAYS } from './machine.ts'

/** How the shortest tour walks: the way of each stretch (`aisle/block`), and two bits for each cross aisle behind an aisle. */
export interface Walked {
  readonly ways: ReadonlyMap<string, number>
  readonly steps: ReadonlyMap<number, number>
}
export interface Stop {
  readonly at: number
  readonly place: Place
  readonly block: number
}
/** A piece of the walk between two crossings (or from one and back to it), with what is picked on it. */
interface Edge {
  readonly ends: readonly [number, number]
  /** From the first end to the second. */
  readonly stops: readonly Stop[]
  used: boolean
}

/** Stops of a stretch on both sides of its widest gap, where the walk turns. */
const split = (stops: readonly Stop[]): [Stop[], Stop[]] => {
  let widest = 1
  const gap = (at: number): number => stops[at]!.place.along_mm - stops[at - 1]!.place.along_mm
  for (let at = 2; at < stops.length; at += 1) if (gap(at) > gap(widest)) widest = at
  return [stops.slice(0, widest), stops.slice(widest)]
}

const edgesOf = (layout: Layout, stops: readonly Stop[], { ways, steps }: Walked): Edge[] => {
  const lines = layout.lines_mm.length
  const crossing = (aisle: number, line: number): number => aisle * lines + line
  const edges: Edge[] = []
  const add = (from: number, to: number, on: readonly Stop[]): number =>
    edges.push({ ends: [from, to], stops: on, used: false })
  for (const [place, code] of ways) {
    const [aisle, block] = place.split('/').map(Number) as [number, number]
    const own = stops
      .filter((stop) => stop.place.aisle === aisle && stop.block === block)
      .sort((a, b) => a.place.along_mm - b.place.along_mm)
    const [front, back] = [crossing(aisle, block), crossing(aisle, block + 1)]
    const way = WAYS[code]!
    if (way === 'through' || way === 'twice') add(front, back, own)
    if (way === 'twice') add(front, back, [])
    if (way === 'fromFront') add(front, front, own)
    if (way === 'fromBack') add(back, back, own.toReversed())
    if (way === 'bothEnds') {
      const [near, far] = split(own)
      add(front, front, near)
      add(back, back, far.toReversed())
    }
  }
  for (const [aisle, bits] of steps)
    for (let line = 0; line < lines; line += 1)
      for (let n = 0; n < ((bits >> (2 * line)) & 3); n += 1) add(crossing(aisle, line), crossing(aisle + 1, line), [])
  return edges
}

/** One closed walk over all edges from the depot (Hierholzer 1873): every crossing has an even number of them. */
export const tourOf = (layout: Layout, stops: readonly Stop[], walked: Walked): { order: number[]; path: Place[] } => {
  const lines = layout.lines_mm.length
  const edges = edgesOf(layout, stops, walked)
  const at = Map.groupBy(
    edges.flatMap((edge) =>
      edge.ends[0] === edge.ends[1] ? [[edge.ends[0], edge] as const] : edge.ends.map((end) => [end, edge] as const),
    ),
    ([end]) => end,
  )
  const open = new Map([...at].map(([end, all]) => [end, all.map(([, edge]) => edge)]))
  const start = layout.depot.aisle * lines + layout.depot.line
  const stack: { node: number; by: Edge | null; forward: boolean }[] = [{ node: start, by: null, forward: true }]
  const walk: { node: number; by: Edge | null; forward: boolean }[] = []
  while (stack.length > 0) {
    const here = stack.at(-1)!
    const rest = open.get(here.node) ?? []
    while (rest.length > 0 && rest.at(-1)!.used) rest.pop()
    const edge = rest.pop()
    if (edge === undefined) {
      walk.push(stack.pop()!)
      continue
    }
    edge.used = true
    const forward = edge.ends[0] === here.node
    stack.push({ node: forward ? edge.ends[1] : edge.ends[0], by: edge, forward })
  }
  // The stack comes off backwards: each entry's edge leads from it to the one that was below.
  const order: number[] = []
  const path: Place[] = [depotOf(layout)]
  for (const [n, { by, forward }] of walk.entries()) {
    if (by === null) continue
    const node = walk[n + 1]!.node
    for (const stop of forward ? by.stops.toReversed() : by.stops) {
      order.push(stop.at)
      path.push(stop.place)
    }
    path.push({ aisle: Math.floor(node / lines), along_mm: layout.lines_mm[node % lines]! })
  }
  return { order, path }
}
