import { above, atLeast, whole } from '../demand/check.ts'
import { type DemandDistribution, type DiscreteDemand, leftOver } from '../demand/distribution.ts'
import { normalDemand } from '../demand/normal.ts'
import { economicOrderQuantityWithBackorders } from '../lotSize/eoq.ts'

/** Costs of a continuous-review (r, Q) policy: K per order, h per unit held, p per unit backordered, per unit of time. */
export interface ReorderCosts {
  readonly order: number
  readonly holding: number
  readonly backorder: number
}
export interface ReorderPoint {
  readonly r: number
  readonly Q: number
  readonly cost: number
  readonly reasons: readonly string[]
}
const answer = (
  costs: ReorderCosts,
  demandRate: number,
  over: DemandDistribution,
  [r, Q]: readonly [number, number],
  cost: number,
): ReorderPoint => {
  // Rounding noise is not arithmetic: 1e-16 more is none.
  const f = (x: number): string => String(Number(Number(x.toFixed(9)).toPrecision(5)))
  return {
    r,
    Q,
    cost,
    reasons: [
      `order ${f(Q)} at a time: ${f(demandRate / Q)} orders at ${f(costs.order)} are ${f((demandRate / Q) * costs.order)}`,
      `when ${f(r)} are there or on their way: ${f(over.mean)} are expected to be asked for until they come, ${f(Math.abs(r - over.mean))} ${r >= over.mean ? 'more' : 'fewer'} are kept`,
      `holding at ${f(costs.holding)} and waiting customers at ${f(costs.backorder)} are ${f(cost - (demandRate / Q) * costs.order)}; ${f(cost)} in all`,
    ],
  }
}
const check = ({ order, holding, backorder }: ReorderCosts, demandRate: number): void => {
  atLeast('order cost', order, 0)
  above('holding cost', holding, 0)
  above('backorder cost', backorder, 0)
  above('demand per unit of time', demandRate, 0)
}
const rate = ({ holding, backorder }: ReorderCosts, over: DemandDistribution, y: number): number =>
  holding * leftOver(over, y) + backorder * over.loss(y)

/** Composite Simpson on 2 × `halves` pieces. */
const integral = (of: (x: number) => number, from: number, to: number, halves = 400): number => {
  const step = (to - from) / (2 * halves)
  let sum = of(from) + of(to)
  for (let k = 1; k < 2 * halves; k += 1) sum += (k % 2 === 1 ? 4 : 2) * of(from + k * step)
  return (sum * step) / 3
}

/**
 * Average cost per unit of time, (Kλ + ∫ᵣ^{r+Q} G(y) dy) / Q with G the cost rate at position y: exact for continuous
 * review with unit-wise demand. @param over demand over the lead time. Zipkin (2000), §6.2; Snyder & Shen (2019), §5.1.
 */
export const rQCost = (
  costs: ReorderCosts,
  demandRate: number,
  over: DemandDistribution,
  [r, Q]: readonly [number, number],
): number => {
  check(costs, demandRate)
  above('order quantity', Q, 0)
  return (costs.order * demandRate + integral((y) => rate(costs, over, y), r, r + Q)) / Q
}

/**
 * The best r for a given Q: where G(r) = G(r + Q), by bisection (G is convex). @throws RangeError for bad costs or Q ≤ 0.
 */
export const optimalReorderPoint = (costs: ReorderCosts, over: DemandDistribution, Q: number): number => {
  check(costs, 1)
  above('order quantity', Q, 0)
  const lowest = over.quantile(costs.backorder / (costs.backorder + costs.holding))
  let [low, high] = [lowest - Q, lowest]
  for (let step = 0; step < 200 && high - low > 1e-13 * Math.max(1, Math.abs(high)); step += 1) {
    const middle = (low + high) / 2
    if (rate(costs, over, middle) > rate(costs, over, middle + Q)) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/**
 * The best (r, Q) for continuous demand: the cost at the best r is quasi-convex in Q (Zheng 1992), and at the optimum it equals G(r).
 * @param over demand over the lead time.
 */
export const optimalRQ = (costs: ReorderCosts, demandRate: number, over: DemandDistribution): ReorderPoint => {
  check(costs, demandRate)
  above('order cost', costs.order, 0)
  // G(r(Q)) rises with Q; the integral's excess over it reaches Kλ at the optimum.
  const excess = (Q: number): number => {
    const r = optimalReorderPoint(costs, over, Q)
    return Q * rate(costs, over, r) - integral((y) => rate(costs, over, y), r, r + Q) - costs.order * demandRate
  }
  let high = economicOrderQuantityWithBackorders(costs.order, costs.holding, costs.backorder, demandRate).quantity
  let low = 0
  while (excess(high) < 0) [low, high] = [high, high * 2]
  for (let step = 0; step < 100 && high - low > 1e-10 * high; step += 1) {
    const middle = (low + high) / 2
    if (middle > 0 && excess(middle) < 0) low = middle
    else high = middle
  }
  const Q = (low + high) / 2
  const r = optimalReorderPoint(costs, over, Q)
  return answer(costs, demandRate, over, [r, Q], rQCost(costs, demandRate, over, [r, Q]))
}

/**
 * The best whole (r, Q), exactly: Federgruen & Zheng (1992), Operations Research 40(4). Positions are taken one by one, the
 * cheaper side first, as long as the next one costs less than the average so far.
 * @param over whole-unit demand over the lead time.
 */
export const optimalRQDiscrete = (costs: ReorderCosts, demandRate: number, over: DiscreteDemand): ReorderPoint => {
  check(costs, demandRate)
  const G = (y: number): number => rate(costs, over, y)
  let first = over.quantile(costs.backorder / (costs.backorder + costs.holding))
  while (G(first - 1) < G(first)) first -= 1
  let [r, top, sum] = [first - 1, first, costs.order * demandRate + G(first)]
  for (;;) {
    const next = Math.min(G(r), G(top + 1))
    if (next >= sum / (top - r)) break
    if (G(r) <= G(top + 1)) r -= 1
    else top += 1
    sum += next
  }
  return answer(costs, demandRate, over, [r, top - r], sum / (top - r))
}

/**
 * EOQ-with-backorders approximation: Q from the deterministic model, then the best r for it (Zheng 1992, at most 1/8 above
 * the optimum). Normal demand with `mean` and `sd` per unit of time. @throws RangeError for a lead time ≤ 0.
 */
export const eoqBackorderApproximation = (
  costs: ReorderCosts,
  demand: { readonly mean: number; readonly sd: number },
  leadTime: number,
): ReorderPoint => {
  above('lead time', leadTime, 0)
  const Q = economicOrderQuantityWithBackorders(costs.order, costs.holding, costs.backorder, demand.mean).quantity
  const over = normalDemand(demand.mean * leadTime, demand.sd * Math.sqrt(leadTime))
  const r = optimalReorderPoint(costs, over, Q)
  return answer(costs, demand.mean, over, [r, Q], rQCost(costs, demand.mean, over, [r, Q]))
}

/** Long-run cost of a whole (r, Q) with unit demands, for comparison. @throws RangeError unless r and Q are whole, Q ≥ 1. */
export const rQCostDiscrete = (
  costs: ReorderCosts,
  demandRate: number,
  over: DemandDistribution,
  [r, Q]: readonly [number, number],
): number => {
  check(costs, demandRate)
  whole('order quantity', Q, 1)
  let sum = costs.order * demandRate
  for (let y = r + 1; y <= r + Q; y += 1) sum += rate(costs, over, y)
  return sum / Q
}
