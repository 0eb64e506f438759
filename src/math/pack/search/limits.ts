/**
 * What a block must keep besides its space: the container's weight, axle loads, loads on boxes, the order of unloading.
 * The weight of a box, with what it carries, goes to the boxes below it by the area they share (as in 3L-CVRP with load-bearing
 * strength: Junqueira, Morabito & Yamashita 2012).
 */
import type { Problem } from '../problem.ts'
import type { Placement } from '../types.ts'
import { type Block, boxesOf } from './blocks.ts'
import type { Cuboid } from './spaces.ts'

interface Standing extends Placement {
  readonly weight: number
  readonly maxLoad: number
  readonly fragile: boolean
  /** Index of each box below, and its share of this one's weight. */
  readonly on: readonly { readonly at: number; readonly share: number }[]
}
/** Changed as blocks come in; a copy is made of it for each branch. */
export interface Limits {
  weight: number
  /** Gram-millimetres along x. */
  moment: number
  /** Boxes with what rests on them, only where loads are limited. */
  standing: Standing[]
  load: number[]
  /** Hulls with their stop, only where the order counts. */
  hulls: { readonly hull: Cuboid; readonly stop: number }[]
}

/** null where nothing is limited: the search is quicker without. */
export const startLimits = (problem: Problem): Limits | null =>
  problem.maxWeight === Number.POSITIVE_INFINITY && !problem.container.axles && !problem.limitsLoads && !problem.ordered
    ? null
    : { weight: 0, moment: 0, standing: [], load: [], hulls: [] }

export const copyLimits = (limits: Limits | null): Limits | null =>
  limits && { ...limits, standing: limits.standing.slice(), load: limits.load.slice(), hulls: limits.hulls.slice() }

/** Two supports of a beam: the moment about the front one is carried by the rear one. */
export const axleLoadsOf = (
  axles: NonNullable<Problem['container']['axles']>,
  weight: number,
  moment: number,
): [number, number] => {
  const [front, rear] = axles
  const onRear = (moment - weight * front.position) / (rear.position - front.position)
  return [front.emptyLoad + weight - onRear, rear.emptyLoad + onRear]
}

const axlesHold = (problem: Problem, weight: number, moment: number): boolean => {
  const { axles } = problem.container
  if (!axles) return true
  const [front, rear] = axleLoadsOf(axles, weight, moment)
  return front <= axles[0].maxLoad && rear <= axles[1].maxLoad
}

/** Nothing for a later stop above the block, or between it and the door. Hulls speak for their boxes. */
const reachable = (limits: Limits, block: Block, at: Cuboid): boolean =>
  limits.hulls.every(({ hull, stop }) => {
    if (stop <= block.stop) return true
    const acrossY = hull.y1 < at.y2 && at.y1 < hull.y2
    const above = hull.z1 >= at.z2 && acrossY && hull.x1 < at.x2 && at.x1 < hull.x2
    const before = hull.x1 >= at.x2 && acrossY && hull.z1 < at.z2 && at.z1 < hull.z2
    return !above && !before
  })

const sharedArea = (a: Placement, b: Placement): number => {
  const along = Math.min(a.x + a.length, b.x + b.length) - Math.max(a.x, b.x)
  const across = Math.min(a.y + a.width, b.y + b.width) - Math.max(a.y, b.y)
  return along > 0 && across > 0 ? along * across : 0
}

/** The boxes of the block with what they stand on, appended to `standing`; false when one would stand on a fragile one. */
const stand = (problem: Problem, standing: Standing[], block: Block, at: Cuboid): boolean => {
  const boxes: Placement[] = []
  boxesOf(problem, block, at.x1, at.y1, at.z1, boxes)
  boxes.sort((a, b) => a.z - b.z)
  const kinds = new Map(problem.kinds.map((kind) => [kind.item.id, kind]))
  const tops = new Map<number, number[]>()
  const note = (n: number): void => {
    const top = standing[n]!.z + standing[n]!.height
    const same = tops.get(top)
    if (same) same.push(n)
    else tops.set(top, [n])
  }
  for (let n = 0; n < standing.length; n += 1) note(n)
  for (const box of boxes) {
    const below: { at: number; share: number }[] = []
    const base = box.length * box.width
    for (const n of tops.get(box.z) ?? []) {
      const area = sharedArea(box, standing[n]!)
      if (area === 0) continue
      if (standing[n]!.fragile) return false
      below.push({ at: n, share: area / base })
    }
    const { weight, maxLoad, fragile } = kinds.get(box.item)!
    note(standing.push({ ...box, weight, maxLoad, fragile, on: below }) - 1)
  }
  return true
}

/** Loads with the boxes from `first` on, from the top down; null when one is more than its box may carry. */
const loadsWith = (standing: readonly Standing[], load: readonly number[], first: number): number[] | null => {
  const added = new Float64Array(standing.length)
  const sum = load.slice()
  for (let n = standing.length - 1; n >= 0; n -= 1) {
    const box = standing[n]!
    const total = (sum[n] ?? 0) + added[n]!
    if (total > box.maxLoad) return null
    sum[n] = total
    const down = added[n]! + (n >= first ? box.weight : 0)
    if (down > 0) for (const { at, share } of box.on) added[at]! += down * share
  }
  return sum
}

/** Puts the block in where every limit allows it; false, and nothing is changed, where one does not. */
export const admit = (problem: Problem, limits: Limits, block: Block, at: Cuboid): boolean => {
  const weight = limits.weight + block.weight
  if (weight > problem.maxWeight) return false
  const moment = problem.container.axles ? limits.moment + block.moment + block.weight * at.x1 : 0
  if (!axlesHold(problem, weight, moment)) return false
  if (problem.ordered && !reachable(limits, block, at)) return false
  if (problem.limitsLoads) {
    const first = limits.standing.length
    const loads = stand(problem, limits.standing, block, at) ? loadsWith(limits.standing, limits.load, first) : null
    if (!loads) {
      limits.standing.length = first
      return false
    }
    limits.load = loads
  }
  if (problem.ordered) limits.hulls.push({ hull: at, stop: block.stop })
  limits.weight = weight
  limits.moment = moment
  return true
}
