/**
 * What a worker does for each item at a site: the forecast, demand over lead time and review, the lot, the exchange curve
 * of stock against shortage. Pure: the same item, the same answer, whichever worker is free.
 */
import { type Calibration, changePoint, clean, forecast } from '../../../math/forecast/index.ts'
import { protectByHistory, withForecast } from '../../../math/policy/demand/history.ts'
import { economicOrderQuantity } from '../../../math/policy/lotSize/eoq.ts'
import { itemCurve } from '../../../math/policy/reorder/itemCurve.ts'
import { reorderPoint } from '../../../math/policy/reorder/reorderPoint.ts'
import { said } from './said.ts'

export interface ItemAsked {
  /** Net units of each day up to yesterday, returns negative. */
  readonly sold: readonly number[]
  /** Days from order to door, each with its weight. */
  readonly leadTimes: readonly (readonly [days: number, weight: number])[]
  readonly reviewDays: number
  /** Money: of a base unit, and of one more line on an order. */
  readonly unitCost: number
  readonly lineCost: number
  readonly pack: number
}
export interface Given {
  readonly calibration: Calibration
  readonly horizon: number
  /** A year of stock costs this part of its worth. */
  readonly holdingPerYear: number
  readonly mostDays: number
  /** Share of each item's own units; null: the items of a site are weighed together. */
  readonly level: number | null
}
export interface ItemFacts {
  readonly kind: string
  readonly perDay: number
  /** Demand by week, the first is the next seven days: expected, and one case in ten below and above. */
  readonly weeks: readonly { readonly mean: number; readonly low: number; readonly high: number }[]
  readonly lines: readonly string[]
  /** Where the level changed: days before the run, units a day before and after. */
  readonly change: { readonly daysAgo: number; readonly from: number; readonly to: number } | null
  /** Demand that the stock has to live through: a gamma distribution. */
  readonly through: {
    readonly mean: number
    readonly sd: number
    readonly days: number
  }
  readonly lot: number
  readonly lotWhy: string
  /** Reorder point, average stock, units short a day: what the choice among items is made from. */
  readonly curve: readonly (readonly [r: number, stock: number, short: number])[]
  /** The reorder point that keeps the level for this item alone, where that is what is aimed at. */
  readonly alone: number | null
}

export const PERIOD = 7
const WEEKS = 8
/** Cells of the exchange curve: finer than the choice among items needs. */
const CELLS = 40
const DAYS_A_YEAR = 365

const short = (x: number): number => Number(x.toPrecision(7))

export const work = (items: readonly ItemAsked[], given: Given): ItemFacts[] =>
  items.map((item) => {
    try {
      return one(item, given)
    } catch (error) {
      // One odd item is no reason for the others to have no plan: it is told, and ordered for who waits for it alone.
      if (!(error instanceof RangeError)) throw error
      return unplanned(item, error.message)
    }
  })

const unplanned = ({ pack }: ItemAsked, why: string): ItemFacts => ({
  kind: 'unplanned',
  perDay: 0,
  weeks: [],
  lines: [`It could not be planned: ${why}.`],
  change: null,
  through: { mean: 0, sd: 0, days: 0 },
  lot: pack,
  lotWhy: `One pack of ${pack} at a time.`,
  curve: [[-1, 0, 0]],
  alone: null,
})

const one = (item: ItemAsked, { calibration, horizon, holdingPerYear, mostDays, level }: Given): ItemFacts => {
  const { y } = clean(item.sold)
  const made = forecast(y, { horizon, period: PERIOD, calibration })
  const leadTimes = item.leadTimes.map(([days, weight]) => ({ days, weight }))
  const past = protectByHistory(y, 0, y.length, leadTimes, item.reviewDays)
  const seen = Math.min(horizon, Math.max(1, Math.round(past.days)))
  const demand = withForecast(past, (made.cumulative(0, seen).mean * past.days) / seen)
  const perDay = demand.through.mean / demand.days
  const { lot, lotWhy } = lotOf(item, perDay, holdingPerYear, mostDays)
  const alone = level === null ? null : reorderPoint(demand, lot, { measure: 'unitFill', level }).r
  const weeks = weekly(y)
  const change = changePoint(weeks)
  return {
    kind: made.kind,
    perDay: short(perDay),
    weeks: Array.from({ length: Math.min(WEEKS, Math.floor(horizon / 7)) }, (_, n) => {
      const own = made.cumulative(7 * n, 7)
      return { mean: short(own.mean), low: short(own.quantile(0.1)), high: short(own.quantile(0.9)) }
    }),
    // Its periods are days here.
    lines: made.explain().lines.map((line) => line.replaceAll('period', 'day')),
    change:
      change === null
        ? null
        : { daysAgo: 7 * (weeks.length - change.at), from: short(change.before / 7), to: short(change.after / 7) },
    through: {
      mean: short(demand.through.mean),
      sd: short(Math.sqrt(demand.through.variance)),
      days: short(demand.days),
    },
    lot,
    lotWhy,
    curve: itemCurve(demand, lot, CELLS).points.map((point) => [point.r, short(point.stock), short(point.short)]),
    alone,
  }
}

/** Changes of level are looked for in weeks: a day's demand is mostly noise. */
const weekly = (y: Float64Array): number[] => {
  const weeks = Math.floor(y.length / 7)
  const start = y.length - 7 * weeks
  return Array.from({ length: weeks }, (_, week) =>
    y.subarray(start + 7 * week, start + 7 * week + 7).reduce((sum, units) => sum + units, 0),
  )
}

const lotOf = ({ unitCost, lineCost, pack }: ItemAsked, perDay: number, holdingPerYear: number, mostDays: number) => {
  if (perDay <= 0) return { lot: pack, lotWhy: `nothing is expected to be asked for: one pack of ${pack} at a time` }
  const perYear = perDay * DAYS_A_YEAR
  const economic =
    unitCost > 0 ? economicOrderQuantity(lineCost, holdingPerYear * unitCost, perYear).quantity : Infinity
  const [least, most] = [perDay * 7, perDay * mostDays]
  const bounded = Math.min(most, Math.max(least, economic))
  const lot = Math.max(pack, Math.round(bounded / pack) * pack)
  const rule =
    economic > most
      ? `${mostDays} days of demand, the most one order may last`
      : economic < least
        ? 'a week of demand, the least worth an order'
        : `√(2 × ${said(lineCost)} a line × ${said(perYear)} a year ÷ ${said(holdingPerYear * unitCost)} to hold one for a year) = ${said(economic)}`
  return { lot, lotWhy: `Lot ${lot}: ${rule}${pack > 1 ? `, in packs of ${pack}` : ''}.` }
}
