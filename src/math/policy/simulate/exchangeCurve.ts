import { some } from '../demand/check.ts'
import type { SimulationResult } from './simulate.ts'

/** Many items taken together: their sums. */
export interface Total {
  readonly unitFill: number
  readonly valueFill: number
  readonly lineFill: number
  readonly stockValue: number
  readonly orders: number
  readonly expedites: number
  readonly expediteCost: number
  readonly stockOutDays: number
}

/** @throws RangeError for no result at all. Without any demand every fill is 1. */
export const totalOf = (results: readonly SimulationResult[]): Total => {
  some('results', results)
  const sum = (of: (one: SimulationResult) => number): number => results.reduce((total, one) => total + of(one), 0)
  const ratio = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole)
  return {
    unitFill: ratio(
      sum((one) => one.filledUnits),
      sum((one) => one.units),
    ),
    valueFill: ratio(
      sum((one) => one.filledValue),
      sum((one) => one.value),
    ),
    lineFill: ratio(
      sum((one) => one.filledLines),
      sum((one) => one.lines),
    ),
    stockValue: sum((one) => one.averageStockValue),
    orders: sum((one) => one.orders),
    expedites: sum((one) => one.expedites),
    expediteCost: sum((one) => one.expediteCost),
    stockOutDays: sum((one) => one.stockOutDays),
  }
}

/**
 * Reads an exchange curve (Gardner & Dannenbring 1979) at a fill: what it takes, linear between the two points around it.
 * @param points any order. @returns null when the curve does not reach `fill` on both sides: nothing is extrapolated.
 */
export const readAtFill = (
  points: readonly { readonly fill: number; readonly amount: number }[],
  fill: number,
): number | null => {
  const rising = points.toSorted((a, b) => a.fill - b.fill)
  for (let at = 1; at < rising.length; at += 1) {
    const [low, high] = [rising[at - 1]!, rising[at]!]
    if (low.fill <= fill && fill <= high.fill)
      return high.fill === low.fill
        ? Math.min(low.amount, high.amount)
        : low.amount + ((high.amount - low.amount) * (fill - low.fill)) / (high.fill - low.fill)
  }
  return null
}
