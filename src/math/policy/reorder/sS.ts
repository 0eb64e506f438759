import { normalQuantile } from '../../numerics/normal.ts'
import { above, atLeast } from '../demand/check.ts'
import { type DemandDistribution, type DiscreteDemand, leftOver } from '../demand/distribution.ts'

export interface MinMax {
  /** Order when the position is at or below it. */
  readonly s: number
  /** Order up to it. */
  readonly S: number
  readonly cost: number
  readonly reasons: readonly string[]
}

/** One-period cost at position y: holding what is left, paying for what is short, after the demand over lead time + review. */
const oneCycleCost = (holding: number, backorder: number, demand: DemandDistribution, y: number): number =>
  holding * leftOver(demand, y) + backorder * demand.loss(y)

/**
 * Renewal recursion of Veinott & Wagner: M(0) = 1/(1 − p₀), m likewise; k = S − s steps.
 * c(s, S) = (K + Σ_{j<S−s} m(j) G(S − j)) / Σ_{j<S−s} m(j), m(j) = Σ_{i≤j} p(i) m(j − i), one period's demand p.
 */
const renewal = (pmf: Float64Array) => {
  const m: number[] = [1 / (1 - pmf[0]!)]
  return (j: number): number => {
    while (m.length <= j) {
      const n = m.length
      let sum = 0
      for (let i = 1; i <= Math.min(n, pmf.length - 1); i += 1) sum += pmf[i]! * m[n - i]!
      m.push(sum / (1 - pmf[0]!))
    }
    return m[j]!
  }
}

/**
 * Average cost per period of a periodic-review (s, S) policy, whole units, backorders.
 * @param orderCost K per order. @param demand of one period. @param protected demand over lead time + review (of one period
 * when the lead time is 0). @throws RangeError unless K ≥ 0, h > 0, p > 0, S > s, both whole, and some demand.
 */
export const sSCost = (
  orderCost: number,
  holding: number,
  backorder: number,
  demand: DiscreteDemand,
  [s, S]: readonly [number, number],
  over: DemandDistribution = demand,
): number => {
  checkCosts(orderCost, holding, backorder, demand)
  if (!(Number.isSafeInteger(s) && Number.isSafeInteger(S) && S > s))
    throw new RangeError(`s and S must be whole with s below S, not ${s} and ${S}`)
  const m = renewal(demand.pmf)
  let cost = orderCost
  let length = 0
  for (let j = 0; j < S - s; j += 1) {
    cost += m(j) * oneCycleCost(holding, backorder, over, S - j)
    length += m(j)
  }
  return cost / length
}
const checkCosts = (orderCost: number, holding: number, backorder: number, demand: DiscreteDemand): void => {
  atLeast('order cost', orderCost, 0)
  above('holding cost', holding, 0)
  above('backorder cost', backorder, 0)
  if (demand.pmf[0] === 1) throw new RangeError('there is no demand: nothing is ever ordered')
}

/**
 * The best (s, S) of all, exactly: Zheng & Federgruen (1991), Operations Research 39(4). Parameters and errors as `sSCost`.
 * `cost` is per period, without the goods.
 */
export const optimalSS = (
  orderCost: number,
  holding: number,
  backorder: number,
  demand: DiscreteDemand,
  over: DemandDistribution = demand,
): MinMax => {
  checkCosts(orderCost, holding, backorder, demand)
  const m = renewal(demand.pmf)
  const g = new Map<number, number>()
  const G = (y: number): number => {
    let value = g.get(y)
    if (value === undefined) {
      value = oneCycleCost(holding, backorder, over, y)
      g.set(y, value)
    }
    return value
  }
  const cost = (s: number, S: number): number => {
    let sum = orderCost
    let length = 0
    for (let j = 0; j < S - s; j += 1) {
      sum += m(j) * G(S - j)
      length += m(j)
    }
    return sum / length
  }
  let lowest = over.quantile(backorder / (backorder + holding))
  while (G(lowest - 1) < G(lowest)) lowest -= 1
  let S = lowest
  let s = lowest - 1
  while (cost(s, S) > G(s)) s -= 1
  let best = cost(s, S)
  for (let candidate = S + 1; G(candidate) <= best; candidate += 1) {
    if (cost(s, candidate) >= best) continue
    S = candidate
    while (cost(s, S) <= G(s + 1) && s + 1 < S) s += 1
    best = cost(s, S)
  }
  const f = (x: number): string => String(Number(x.toPrecision(5)))
  return {
    s,
    S,
    cost: best,
    reasons: [
      `order when ${s} or fewer are there or on their way, up to ${S}: ${f(S - s)} or more at a time share the ${f(orderCost)} an order costs`,
      `with ${S}, ${f(leftOver(over, S))} are left and ${f(over.loss(S))} short on average at ${f(holding)} and ${f(backorder)} each; with ${s}, ${f(leftOver(over, s))} and ${f(over.loss(s))}`,
      `${f(best)} a period in all; any other pair costs more`,
    ],
  }
}

/**
 * Power approximation of (s, S) for normal demand: Ehrhardt & Mosier (1984), Management Science 30(5).
 * @param mean and sd of one period; lead time in periods. @param bounded the paper's rule for orders of less than 1.5 periods'
 * demand: the base-stock level bounds both (textbooks leave it out, and so does the default). @throws RangeError unless all costs, mean and sd are above 0.
 */
export const powerApproximation = (
  orderCost: number,
  holding: number,
  backorder: number,
  mean: number,
  sd: number,
  leadTime = 0,
  bounded = false,
): { readonly s: number; readonly S: number } => {
  above('order cost', orderCost, 0)
  above('holding cost', holding, 0)
  above('backorder cost', backorder, 0)
  above('mean', mean, 0)
  above('standard deviation', sd, 0)
  atLeast('lead time', leadTime, 0)
  const meanOver = mean * (leadTime + 1)
  const sdOver = sd * Math.sqrt(leadTime + 1)
  const Q = 1.3 * mean ** 0.494 * (orderCost / holding) ** 0.506 * (1 + (sdOver / mean) ** 2) ** 0.116
  const z = Math.sqrt((Q * holding) / (sdOver * backorder))
  const s = 0.973 * meanOver + sdOver * (0.183 / z + 1.063 - 2.192 * z)
  if (!bounded || Q / mean > 1.5) return { s, S: s + Q }
  const base = meanOver + sdOver * normalQuantile(backorder / (backorder + holding))
  return { s: Math.min(s, base), S: Math.min(s + Q, base) }
}
