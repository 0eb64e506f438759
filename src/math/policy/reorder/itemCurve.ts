import { atLeast, some, whole } from '../demand/check.ts'
import type { DemandDistribution, ProtectedDemand } from '../demand/distribution.ts'

/** What a reorder point costs and gives, per day in the long run. */
export interface CurvePoint {
  /** Order when the position is at or below it; −1: not kept, nothing is ordered. */
  readonly r: number
  /** Average units on hand in the evening. */
  readonly stock: number
  /** Units short per day. */
  readonly short: number
}
export interface ItemCurve {
  /** By rising r, from −1 on. */
  readonly points: readonly CurvePoint[]
  /** Any whole r ≥ 0. */
  at(r: number): CurvePoint
  readonly Q: number
  /** Mean demand per day the curve is made for. */
  readonly perDay: number
}

/** G(x) = Σ of E[(D − y)⁺] over whole y > x, tabulated from the far end; between cells of the lattice it is read linearly. */
const lossBeyond = (demand: DemandDistribution, step: number, cells: number): ((x: number) => number) => {
  const sums = new Float64Array(cells + 2)
  let next = demand.loss((cells + 1) * step)
  for (let k = cells; k >= 0; k -= 1) {
    const loss = demand.loss(k * step)
    // The whole y in (k·step, (k+1)·step], of a loss that is straight within the cell; exact for a step of 1.
    sums[k] = sums[k + 1]! + (step * (loss + next) - (loss - next)) / 2
    next = loss
  }
  return (x) => {
    const place = x / step
    const k = Math.floor(place)
    return k > cells ? 0 : sums[k]! + (place - k) * (sums[k + 1]! - sums[k]!)
  }
}

/**
 * The exchange curve of one item under (r, nQ) with backorders: the position after a review is uniform on r+1 … r+Q
 * whatever the sizes of orders (Hadley & Whitin 1963, §5-3), so units short per day are the mean over it of
 * (E[(D_through − y)⁺] − E[(D_before − y)⁺]) / review, and stock that of E[(y − D)⁺].
 * @param Q order quantity, whole. @param cells how many reorder points are tried.
 * @throws RangeError unless Q ≥ 1 and the review period ≥ 1 are whole.
 */
export const itemCurve = (demand: ProtectedDemand, Q: number, cells = 64): ItemCurve => {
  whole('order quantity', Q, 1)
  whole('review period', demand.reviewDays, 1)
  whole('cells', cells, 1)
  const { before, through, reviewDays } = demand
  const perDay = Math.max(0, (through.mean - before.mean) / reviewDays)
  const none: CurvePoint = { r: -1, stock: 0, short: perDay }
  if (perDay === 0) return { points: [none], at: (r) => ({ r, stock: r + (Q + 1) / 2, short: 0 }), Q, perDay }
  const step = Math.max(1, Math.ceil((through.mean + 7 * Math.sqrt(through.variance) + 1) / cells))
  const reach = cells + Math.ceil(Q / step) + 1
  const [early, late] = [lossBeyond(before, step, reach), lossBeyond(through, step, reach)]
  const at = (r: number): CurvePoint => {
    const [b, t] = [(early(r) - early(r + Q)) / Q, (late(r) - late(r + Q)) / Q]
    const middle = r + (Q + 1) / 2
    const [first, last] = [middle - before.mean + b, middle - through.mean + t]
    // Evenings 1 … R of the R days after `before`, read on the straight line between its ends; with R = 1 the last alone.
    const end = (reviewDays + 1) / (2 * reviewDays)
    return {
      r,
      stock: Math.max(0, first + end * (last - first)),
      short: Math.max(0, (t - b) / reviewDays),
    }
  }
  const points = [none]
  for (let k = 0; k <= cells; k += 1) {
    const point = at(k * step)
    points.push(point)
    if (point.short < perDay * 1e-6) break
  }
  return { points, at, Q, perDay }
}

/**
 * The reorder point that is worth its stock: least unitCost × stock + penalty × short. Ties go to the lower.
 * @param penalty cost of one unit short a day, in the money of `unitCost`. @throws RangeError for negative costs.
 */
export const bestPoint = ({ points }: ItemCurve, unitCost: number, penalty: number): CurvePoint => {
  some('points', points)
  atLeast('unit cost', unitCost, 0)
  atLeast('penalty', penalty, 0)
  let best = points[0]!
  let least = Number.POSITIVE_INFINITY
  for (const point of points) {
    const cost = point.stock * unitCost + point.short * penalty
    if (cost < least) {
      least = cost
      best = point
    }
  }
  return best
}
