import { atLeast, share, some } from '../demand/check.ts'
import type { CurvePoint, ItemCurve } from '../reorder/itemCurve.ts'

export interface PortfolioItem {
  readonly id: string
  readonly curve: ItemCurve
  /** What a unit on the shelf costs. */
  readonly unitCost: number
  /** What a unit short counts: 1 for unit fill, its price for value fill, its margin for margin. */
  readonly weight: number
}
/** Either the least stock for a fill, or the best fill for a budget of average stock. */
export type Goal = { readonly fill: number } | { readonly budget: number }
export interface Portfolio {
  /** Chosen point by item's id. */
  readonly points: ReadonlyMap<string, CurvePoint>
  readonly stockValue: number
  /** Expected, weighted. */
  readonly fill: number
  /** What the last step gave: weighted units short a day avoided per money of stock. Its inverse is the penalty of `bestPoint`. */
  readonly exchangeRate: number
  readonly reasons: readonly string[]
}
interface Step {
  readonly item: number
  readonly to: CurvePoint
  readonly cost: number
  readonly gain: number
}

/** Steps along the lower convex hull of (stock value, weighted shortage): each gives less for its money than the one before. */
const stepsOf = ({ curve, unitCost, weight }: PortfolioItem, item: number): Step[] => {
  const hull: CurvePoint[] = []
  const slope = (a: CurvePoint, b: CurvePoint): number => (a.short - b.short) / (b.stock - a.stock)
  for (const point of curve.points) {
    // More stock that helps nothing is never worth it; nor is more stock for more shortage.
    if (hull.length > 0 && point.short >= hull.at(-1)!.short) continue
    while (hull.length > 1 && point.stock <= hull.at(-1)!.stock) hull.pop()
    while (hull.length > 1 && slope(hull.at(-2)!, hull.at(-1)!) <= slope(hull.at(-1)!, point)) hull.pop()
    hull.push(point)
  }
  return hull.slice(1).map((to, k) => ({
    item,
    to,
    cost: (to.stock - hull[k]!.stock) * unitCost,
    gain: (hull[k]!.short - to.short) * weight,
  }))
}

/**
 * Reorder points of many items together by marginal analysis over their exchange curves (Sherbrooke 2004; the greedy form of
 * the Lagrangean): stock goes first where a pound of it prevents most shortage. Optimal for the fill or budget at which it stops.
 * @returns a point for each item. With a budget nothing is chosen that exceeds it.
 * @throws RangeError for no items, a fill not between 0 and 1, a negative budget, or two items with one id.
 */
export const optimisePortfolio = (items: readonly PortfolioItem[], goal: Goal): Portfolio => {
  some('items', items)
  if ('fill' in goal) share('fill target', goal.fill)
  else atLeast('budget', goal.budget, 0)
  const points = new Map(items.map(({ id, curve }) => [id, curve.points[0]!]))
  if (points.size !== items.length) throw new RangeError('two items have the same id')
  for (const { id, unitCost, weight } of items) {
    atLeast(`unit cost of ${id}`, unitCost, 0)
    atLeast(`weight of ${id}`, weight, 0)
  }
  const demand = items.reduce((sum, { curve, weight }) => sum + curve.perDay * weight, 0)
  const steps = items.flatMap(stepsOf).sort((a, b) => b.gain * a.cost - a.gain * b.cost || a.item - b.item)
  let [short, stockValue, exchangeRate] = [demand, 0, Number.POSITIVE_INFINITY]
  for (const { item, to, cost, gain } of steps) {
    if ('fill' in goal ? demand - short >= goal.fill * demand : stockValue + cost > goal.budget) break
    points.set(items[item]!.id, to)
    short -= gain
    stockValue += cost
    exchangeRate = cost > 0 ? gain / cost : Number.POSITIVE_INFINITY
  }
  const fill = demand > 0 ? 1 - short / demand : 1
  const f = (x: number): string => String(Number(x.toPrecision(5)))
  const kept = [...points.values()].filter(({ r }) => r >= 0).length
  return {
    points,
    stockValue,
    fill,
    exchangeRate,
    reasons: [
      `${kept} of ${items.length} items are kept, ${f(stockValue)} of stock on average, for ${Number((100 * fill).toFixed(2))} % ${'fill' in goal ? `(asked ${Number((100 * goal.fill).toFixed(2))} %)` : `(budget ${f(goal.budget)})`}`,
      `the last 1.00 of stock prevents ${f(exchangeRate)} of shortage a day; any other item would give less for it`,
    ],
  }
}
