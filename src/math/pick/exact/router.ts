import { blockOf, checkLayout, checkPlace, depotOf, type Layout, type Place, type Route } from '../layout.ts'
import { machineOf, WAYS } from './machine.ts'
import { fillStretches } from './stretches.ts'
import { tourOf, type Walked } from './tour.ts'

/** With more cross aisles the tables grow beyond use (5: 569 classes, 6: some 3,000): `graph/` serves those. */
export const MOST_LINES = 5

export interface Router {
  /** Length of the shortest tour: what a search over storages or batches asks a million times. */
  length_mm(places: readonly Place[]): number
  /** The shortest tour itself. */
  route(places: readonly Place[]): Route
}

const SHIFT = 2 ** 26

/** Ascending; insertion is quickest for the few places of an order. */
const sorted = (keys: Float64Array, count: number): void => {
  if (count > 60) {
    keys.subarray(0, count).sort()
    return
  }
  for (let at = 1; at < count; at += 1) {
    const key = keys[at]!
    let to = at
    for (; to > 0 && keys[to - 1]! > key; to -= 1) keys[to] = keys[to - 1]!
    keys[to] = key
  }
}

/**
 * Shortest tours through a layout of one to four blocks, exactly, in time that grows with the aisles and not with the
 * places (see machine.ts). Not for one-way aisles.
 * @throws RangeError for a layout that is none, more than `MOST_LINES` cross aisles, or a place outside of it.
 */
export const exactRouter = (layout: Layout): Router => {
  checkLayout(layout)
  const { aisles_mm, lines_mm, depot } = layout
  if (lines_mm.length > MOST_LINES) throw new RangeError(`at most ${MOST_LINES} cross aisles can be walked exactly`)
  if (lines_mm.at(-1)! - lines_mm[0]! >= SHIFT || lines_mm[0]! < 0)
    throw new RangeError('cross aisles lie between 0 and 67 km along')
  const blocks = lines_mm.length - 1
  const machine = machineOf(lines_mm.length)
  const { states, across } = machine
  const links = across.from.length
  const room = new Float64Array(aisles_mm.length * blocks * WAYS.length)
  let keys = new Float64Array(64)
  let [now, next] = [new Float64Array(states), new Float64Array(states)]

  const fill = (places: readonly Place[]): { first: number; last: number } => {
    if (places.length > keys.length) keys = new Float64Array(2 * places.length)
    for (const [at, place] of places.entries()) {
      checkPlace(layout, place)
      keys[at] = place.aisle * SHIFT + place.along_mm
    }
    sorted(keys, places.length)
    return fillStretches(layout, keys, places.length, room)
  }

  /** Best ways into every state over one stretch; `back`, where the way is asked for, keeps how. */
  const walkStretch = (block: number, cell: number, back: Int32Array | null): void => {
    const table = machine.along[block]!
    next.fill(Number.POSITIVE_INFINITY)
    for (let way = 0; way < 6; way += 1) {
      const cost = room[cell + way]!
      if (cost === Number.POSITIVE_INFINITY) continue
      for (let from = 0, row = way * states; from < states; from += 1, row += 1) {
        const to = table[row]!
        if (to < 0) continue
        const total = now[from]! + cost
        if (total < next[to]!) {
          next[to] = total
          if (back !== null) back[to] = from * 8 + way
        }
      }
    }
    ;[now, next] = [next, now]
  }
  const cross = (gap: number, back: Int32Array | null): void => {
    const { from, to, edges } = across
    next.fill(Number.POSITIVE_INFINITY)
    for (let link = 0; link < links; link += 1) {
      const total = now[from[link]!]! + gap * edges[link]!
      if (total < next[to[link]!]!) {
        next[to[link]!] = total
        if (back !== null) back[to[link]!] = link
      }
    }
    ;[now, next] = [next, now]
  }
  const markDepot = (back: Int32Array | null): void => {
    const table = machine.mark[depot.line]!
    next.fill(Number.POSITIVE_INFINITY)
    for (let from = 0; from < states; from += 1) {
      const to = table[from]!
      if (to < 0 || !(now[from]! < next[to]!)) continue
      next[to] = now[from]!
      if (back !== null) back[to] = from
    }
    ;[now, next] = [next, now]
  }
  const sweep = (first: number, last: number, trail: Int32Array[] | null): number => {
    const keep = (): Int32Array | null => {
      if (trail === null) return null
      trail.push(new Int32Array(states).fill(-1))
      return trail.at(-1)!
    }
    now.fill(Number.POSITIVE_INFINITY)
    now[machine.start] = 0
    for (let aisle = first; aisle <= last; aisle += 1) {
      if (aisle === depot.aisle) markDepot(keep())
      for (let block = 0; block < blocks; block += 1) walkStretch(block, ((aisle - first) * blocks + block) * 6, keep())
      cross(aisle === last ? 0 : aisles_mm[aisle + 1]! - aisles_mm[aisle]!, keep())
    }
    return now[machine.done]!
  }

  /** Back through the tables: how each stretch was walked, and how often each cross aisle from aisle to aisle. */
  const readTrail = (first: number, last: number, trail: readonly Int32Array[]): Walked => {
    const ways = new Map<string, number>()
    const steps = new Map<number, number>()
    let state = machine.done
    let stage = trail.length - 1
    for (let aisle = last; aisle >= first; aisle -= 1) {
      const link = trail[stage--]![state]!
      steps.set(aisle, across.steps[link]!)
      state = across.from[link]!
      for (let block = blocks - 1; block >= 0; block -= 1) {
        const code = trail[stage--]![state]!
        ways.set(`${aisle}/${block}`, code % 8)
        state = Math.floor(code / 8)
      }
      if (aisle === depot.aisle) state = trail[stage--]![state]!
    }
    return { ways, steps }
  }

  return {
    length_mm: (places) => {
      if (places.length === 0) return 0
      const { first, last } = fill(places)
      return sweep(first, last, null)
    },
    route: (places) => {
      if (places.length === 0) return { length_mm: 0, order: [], path: [depotOf(layout)] }
      const { first, last } = fill(places)
      const trail: Int32Array[] = []
      const length_mm = sweep(first, last, trail)
      const stops = places.map((place, at) => ({ at, place, block: blockOf(layout, place.along_mm) }))
      return { length_mm, ...tourOf(layout, stops, readTrail(first, last, trail)) }
    },
  }
}
