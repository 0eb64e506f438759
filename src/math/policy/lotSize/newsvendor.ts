import { above } from '../demand/check.ts'
import { type DemandDistribution, leftOver } from '../demand/distribution.ts'

export interface Newsvendor {
  readonly quantity: number
  readonly cost: number
  readonly criticalRatio: number
  readonly reasons: readonly string[]
}

/** Expected cost of having `quantity`: overage × what is left + underage × what is short. */
export const newsvendorCost = (
  overage: number,
  underage: number,
  demand: DemandDistribution,
  quantity: number,
): number => overage * leftOver(demand, quantity) + underage * demand.loss(quantity)

/**
 * One order for one season: the quantile of demand at p / (p + h) (Arrow, Harris & Marschak 1951). Works for any
 * distribution: of whole units the answer is whole. @param overage h per unit left. @param underage p per unit short.
 * @throws RangeError unless both are above 0.
 */
export const newsvendor = (overage: number, underage: number, demand: DemandDistribution): Newsvendor => {
  above('overage cost', overage, 0)
  above('underage cost', underage, 0)
  const criticalRatio = underage / (underage + overage)
  const quantity = demand.quantile(criticalRatio)
  const cost = newsvendorCost(overage, underage, demand, quantity)
  const f = (x: number): string => String(Number(x.toPrecision(6)))
  return {
    quantity,
    cost,
    criticalRatio,
    reasons: [
      `a unit short costs ${f(underage)}, one left ${f(overage)}: worth having enough in ${f(underage)} ÷ (${f(underage)} + ${f(overage)}) = ${f(100 * criticalRatio)} % of cases`,
      `demand is at most ${f(quantity)} in that many; expected ${f(demand.mean)}, so ${f(quantity - demand.mean)} for safety`,
      `expected left ${f(leftOver(demand, quantity))}, short ${f(demand.loss(quantity))}: cost ${f(cost)}`,
    ],
  }
}
