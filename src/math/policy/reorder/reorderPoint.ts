import { share, whole } from '../demand/check.ts'
import type { ProtectedDemand } from '../demand/distribution.ts'
import { itemCurve } from './itemCurve.ts'

/**
 * What is promised, always said: `cycle` (α): no stock-out between an order and the next; `unitFill` (β): share of units
 * from stock, which for one item is its value fill too; `lineFill`: share of order lines filled whole.
 * Value fill over many items is a matter of the portfolio (see optimisePortfolio).
 */
export interface ServiceTarget {
  readonly measure: 'cycle' | 'unitFill' | 'lineFill'
  readonly level: number
}
export interface ReorderAnswer {
  readonly r: number
  readonly safetyStock: number
  /** Expected with this r; the same measure as the target. */
  readonly expected: number
  readonly averageStock: number
  readonly shortPerDay: number
  readonly reasons: readonly string[]
}

const f = (x: number): string => String(Number(x.toPrecision(4)))
const percent = (x: number): string => `${Number((100 * x).toFixed(2))} %`

/** Share of lines filled whole with the position uniform on r+1 … r+Q: P(D_through ≤ y | a line on the last day). */
const lineFill = ({ before, through, quietDay, reviewDays }: ProtectedDemand, r: number, Q: number): number => {
  if (quietDay === undefined || reviewDays !== 1)
    throw new RangeError('line fill needs the chance of a day without lines, and a review every day')
  if (quietDay >= 1) return 1
  // Many positions are alike: at most 256 are looked at.
  const step = Math.max(1, Math.ceil(Q / 256))
  let [sum, n] = [0, 0]
  for (let y = r + 1; y <= r + Q; y += step) {
    sum += (through.cdf(y) - quietDay * before.cdf(y)) / (1 - quietDay)
    n += 1
  }
  return Math.min(1, Math.max(0, sum / n))
}

/**
 * The least whole reorder point that keeps a promise, from the whole distribution of demand over lead time + review: a
 * quantile for `cycle`, the expected shortage for `unitFill`. Not σ√L: what is skewed, lumpy or late stays so.
 * @param Q units ordered at a time, whole. @throws RangeError for a level not between 0 and 1, or Q below 1.
 */
export const reorderPoint = (demand: ProtectedDemand, Q: number, { measure, level }: ServiceTarget): ReorderAnswer => {
  share('service level', level)
  whole('order quantity', Q, 1)
  const { through } = demand
  const curve = itemCurve(demand, Q)
  const serviceAt = (r: number): number =>
    measure === 'cycle'
      ? through.cdf(r)
      : measure === 'lineFill'
        ? lineFill(demand, r, Q)
        : curve.perDay === 0
          ? 1
          : 1 - curve.at(r).short / curve.perDay
  let high = 0
  while (serviceAt(high) < level - 1e-12 && high < 2 ** 40) high = high * 2 + 1
  let low = 0
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (serviceAt(middle) >= level - 1e-12) high = middle
    else low = middle + 1
  }
  const { stock, short } = curve.at(low)
  const expected = serviceAt(low)
  const safetyStock = low - through.mean
  const why: Record<ServiceTarget['measure'], string> = {
    cycle: `in ${percent(level)} of cycles demand stays at or below ${low}: that is the reorder point`,
    unitFill: `a fill of ${percent(level)} allows ${f(curve.perDay * (1 - level))} of ${f(curve.perDay)} units a day to be short; from ${low} on it is ${f(short)}`,
    lineFill: `from ${low} on ${percent(expected)} of lines are filled whole, ${percent(level)} are promised`,
  }
  return {
    r: low,
    safetyStock,
    expected,
    averageStock: stock,
    shortPerDay: short,
    reasons: [
      `stock has to last ${f(demand.days)} days, lead time and ${demand.reviewDays === 1 ? '1 day' : `${demand.reviewDays} days`} to the next look: ${f(through.mean)} expected, give or take ${f(Math.sqrt(through.variance))}`,
      why[measure],
      safetyStock >= 0
        ? `${low} − ${f(through.mean)} expected = ${f(safetyStock)} for safety; ordered ${Q} at a time, ${f(stock)} on the shelf on average`
        : `${low} is ${f(-safetyStock)} below what is expected: ordered ${Q} at a time, the promise is kept all the same; ${f(stock)} on the shelf on average`,
    ],
  }
}
