import {
  blockOf,
  checkLayout,
  checkPlace,
  depotOf,
  type Layout,
  type Place,
  pathLength_mm,
  type Route,
} from './layout.ts'

/**
 * Rules of thumb that pickers follow without a computer, to be beaten (Hall 1993, IIE Transactions 25(4); over several blocks
 * as in Roodbergen & de Koster 2001, IJPR 39(9): from the farthest block to the front).
 * - sShape: every aisle with something in it is walked through; the last one only as far as needed.
 * - return: into each aisle from the front and back again.
 * - largestGap: into each aisle from both ends, never over its largest gap; the first and the last are walked through.
 */
export type Rule = 'sShape' | 'return' | 'largestGap'

interface Stop {
  readonly at: number
  readonly place: Place
}

/** A walk that is being put together. */
class Walk {
  readonly order: number[] = []
  readonly path: Place[]
  constructor(depot: Place) {
    this.path = [depot]
  }
  get here(): Place {
    return this.path.at(-1)!
  }
  go(aisle: number, along_mm: number): void {
    this.path.push({ aisle, along_mm })
  }
  pick(stops: readonly Stop[]): void {
    for (const { at, place } of stops) {
      this.order.push(at)
      this.path.push(place)
    }
  }
}

/** One block, front and back, and what is to be picked by aisle, in the order the aisles are taken. */
interface Block {
  readonly front: number
  readonly back: number
  readonly aisles: readonly (readonly [aisle: number, stops: readonly Stop[]])[]
}

const through = (walk: Walk, aisle: number, stops: readonly Stop[], { front, back }: Block): void => {
  const up = walk.here.along_mm === front
  walk.pick(up ? stops : stops.toReversed())
  walk.go(aisle, up ? back : front)
}
/** In from the end where one stands, and out again. */
const inAndOut = (walk: Walk, aisle: number, stops: readonly Stop[], end: number): void => {
  if (stops.length === 0) return
  walk.go(aisle, end)
  walk.pick(stops)
  walk.go(aisle, end)
}

const byReturn = (walk: Walk, { front, aisles }: Block): void => {
  for (const [aisle, stops] of aisles) inAndOut(walk, aisle, stops, front)
}

const bySShape = (walk: Walk, block: Block): void => {
  let end = walk.here.along_mm === block.back ? block.back : block.front
  for (const [n, [aisle, stops]] of block.aisles.entries()) {
    if (n === block.aisles.length - 1 && end === block.front) {
      inAndOut(walk, aisle, stops, block.front)
      continue
    }
    walk.go(aisle, end)
    through(walk, aisle, stops, block)
    end = end === block.front ? block.back : block.front
  }
}

/** Stops in front of the largest gap, ends counted, and behind it. */
const aroundGap = (stops: readonly Stop[], { front, back }: Block): [Stop[], Stop[]] => {
  const along = [front, ...stops.map(({ place }) => place.along_mm), back]
  let widest = 0
  for (let at = 1; at < along.length - 1; at += 1)
    if (along[at + 1]! - along[at]! > along[widest + 1]! - along[widest]!) widest = at
  return [stops.slice(0, widest), stops.slice(widest)]
}

const byLargestGap = (walk: Walk, block: Block): void => {
  const { front, back, aisles } = block
  const fromBack = walk.here.along_mm === back
  if (aisles.length === 1 && !fromBack) {
    byReturn(walk, block)
    return
  }
  const between = aisles.slice(fromBack ? 0 : 1, -1)
  if (!fromBack) {
    const [aisle, stops] = aisles[0]!
    walk.go(aisle, front)
    through(walk, aisle, stops, block)
  }
  for (const [aisle, stops] of between) inAndOut(walk, aisle, aroundGap(stops, block)[1].toReversed(), back)
  const [last, stops] = aisles.at(-1)!
  walk.go(last, back)
  through(walk, last, stops, block)
  for (const [aisle, some] of between.toReversed()) inAndOut(walk, aisle, aroundGap(some, block)[0], front)
}

const RULES: Readonly<Record<Rule, (walk: Walk, block: Block) => void>> = {
  sShape: bySShape,
  return: byReturn,
  largestGap: byLargestGap,
}

/** The tour that a rule of thumb makes. @throws RangeError for a layout that is none, or a place outside of it. */
export const ruleRoute = (layout: Layout, places: readonly Place[], rule: Rule): Route => {
  checkLayout(layout)
  const { aisles_mm, lines_mm } = layout
  for (const place of places) checkPlace(layout, place)
  const depot = depotOf(layout)
  if (places.length === 0) return { length_mm: 0, order: [], path: [depot] }
  const stops = places
    .map((place, at) => ({ at, place }))
    .sort((a, b) => a.place.aisle - b.place.aisle || a.place.along_mm - b.place.along_mm || a.at - b.at)
  const walk = new Walk(depot)
  const far = (aisle: number): number => Math.abs(aisles_mm[aisle]! - aisles_mm[walk.here.aisle]!)
  const blocks = new Map(
    [...Map.groupBy(stops, ({ place }) => blockOf(layout, place.along_mm))].sort(([a], [b]) => b - a),
  )
  const farthest = [...blocks.keys()][0]!
  const taken = new Set<number>()
  if (farthest > 0) {
    // Out along the nearer of the outermost aisles, taking on the way what is there.
    const ends = [stops[0]!.place.aisle, stops.at(-1)!.place.aisle]
    const out = far(ends[0]!) <= far(ends[1]!) ? ends[0]! : ends[1]!
    const onTheWay = stops.filter(
      ({ place }) =>
        place.aisle === out && blockOf(layout, place.along_mm) < farthest && place.along_mm >= depot.along_mm,
    )
    walk.go(out, depot.along_mm)
    walk.pick(onTheWay)
    walk.go(out, lines_mm[farthest]!)
    for (const { at } of onTheWay) taken.add(at)
  }
  for (const [block, all] of blocks) {
    const left = all.filter(({ at }) => !taken.has(at))
    if (left.length === 0) continue
    const aisles = [...Map.groupBy(left, ({ place }) => place.aisle)]
    const rightFirst = far(aisles.at(-1)![0]) < far(aisles[0]![0])
    RULES[rule](walk, {
      front: lines_mm[block]!,
      back: lines_mm[block + 1]!,
      aisles: rightFirst ? aisles.toReversed() : aisles,
    })
  }
  walk.path.push(depot)
  return { length_mm: pathLength_mm(layout, walk.path), order: walk.order, path: walk.path }
}
