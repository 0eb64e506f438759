import { atLeast, some } from '../demand/check.ts'

export interface LotPlan {
  /** What is ordered at the start of each period. */
  readonly orders: readonly number[]
  readonly cost: number
  readonly reasons: readonly string[]
}
const perPeriod = (name: string, value: number | readonly number[], periods: number): readonly number[] => {
  const values = typeof value === 'number' ? new Array<number>(periods).fill(value) : value
  if (values.length !== periods) throw new RangeError(`${name} is given for ${values.length} of ${periods} periods`)
  for (const one of values) atLeast(name, one, 0)
  return values
}

/**
 * Lot sizes at least cost when demand of every period is known and none is late: Wagner & Whitin (1958), forward recursion,
 * O(T²). Holding is paid on what is left at the end of a period.
 * @param demand units per period. @param orderCost per order, alike or per period. @param holdingCost per unit and period.
 * @throws RangeError for no period or anything negative.
 */
export const wagnerWhitin = (
  demand: readonly number[],
  orderCost: number | readonly number[],
  holdingCost: number | readonly number[],
): LotPlan => {
  some('demand', demand)
  const periods = demand.length
  for (const one of demand) atLeast('demand', one, 0)
  const fixed = perPeriod('order cost', orderCost, periods)
  const holding = perPeriod('holding cost', holdingCost, periods)
  /** Least cost of the periods from t on, and the period after those that its first order covers. */
  const least = new Float64Array(periods + 1)
  const next = new Int32Array(periods)
  for (let t = periods - 1; t >= 0; t -= 1) {
    // A period without demand needs no order.
    least[t] = demand[t] === 0 ? least[t + 1]! : Number.POSITIVE_INFINITY
    next[t] = t + 1
    let carried = 0
    let each = 0
    for (let end = t; end < periods; end += 1) {
      carried += demand[end]! * each
      each += holding[end]!
      const cost = fixed[t]! + carried + least[end + 1]!
      if (cost < least[t]!) {
        least[t] = cost
        next[t] = end + 1
      }
    }
  }
  const orders = new Array<number>(periods).fill(0)
  const reasons: string[] = []
  for (let t = 0; t < periods; t = next[t]!) {
    const quantity = demand.slice(t, next[t]).reduce((sum, one) => sum + one, 0)
    if (quantity === 0) continue
    orders[t] = quantity
    reasons.push(
      `period ${t + 1}: ${quantity} for periods ${t + 1} to ${next[t]}; one more order would cost more than holding`,
    )
  }
  return { orders, cost: least[0]!, reasons: [...reasons, `${reasons.length} orders, ${least[0]} in all`] }
}
