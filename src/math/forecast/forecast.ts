import { classify, type DemandClass } from './classify.ts'
import type { ColdStart } from './coldStart.ts'
import { type Distribution, distributionOf } from './distribution.ts'
import { type Explanation, explainForecast } from './explain.ts'
import {
  type Calibration,
  calibratedScore,
  calibrationLengths,
  ScorePool,
  seasonsAhead,
} from './quantiles/conformal.ts'
import type { SmoothModel } from './smooth/combine.ts'

export interface ForecastOptions {
  /** Periods ahead, 1 … 1,000. */
  readonly horizon: number
  /** Length of the season in periods: 12 for months, 52 for weeks, 7 for days; 1 = none. */
  readonly period: number
  readonly models?: SmoothModel
  /** From `calibrate` over the items this one belongs to; without it quantiles are those the model believes in. */
  readonly calibration?: Calibration
  /** Profile of the category, for what is new. */
  readonly category?: ColdStart
}

export interface Forecast {
  readonly kind: DemandClass
  /** Expected demand by period, `horizon` of them, ≥ 0. */
  readonly mean: Float64Array
  /** Quantile of each period's demand, p in (0, 1); ascending in p. */
  quantile(p: number): Float64Array
  /** Demand of `periods` periods together, the first of which is `from` periods after the next one (0 = the next). */
  cumulative(from: number, periods: number): { readonly mean: number; quantile(p: number): number }
  explain(): Explanation
}

const LONGEST = 1_000
const NOTHING = 1e-12

const checked = (series: ArrayLike<number>, { horizon, period }: ForecastOptions): Float64Array => {
  if (!Number.isInteger(horizon) || horizon < 1 || horizon > LONGEST)
    throw new RangeError(`horizon ${horizon} is not a whole number from 1 to ${LONGEST}`)
  if (!Number.isInteger(period) || period < 1) throw new RangeError(`period ${period} is not a whole number from 1 on`)
  const y = Float64Array.from(series)
  for (let t = 0; t < y.length; t += 1) {
    if (y[t]! < 0 || y[t] === Infinity) throw new RangeError(`demand of period ${t} is ${y[t]}: clean the series first`)
    // Rounding errors of what was summed up: squares of them would be no numbers any more.
    if (y[t]! < NOTHING) y[t] = 0
  }
  return y
}

const inside = (p: number): number => {
  if (!(p > 0 && p < 1)) throw new RangeError(`a quantile is asked at ${p}, which is not between 0 and 1`)
  return p
}

/**
 * Forecast of one series of demand per period (NaN = unknown, ≥ 0; any length). Deterministic; in units of the series.
 * Throws RangeError on negative or infinite demand, and on a horizon, period or p out of range.
 */
export const forecast = (series: ArrayLike<number>, options: ForecastOptions): Forecast => {
  const y = checked(series, options)
  const { horizon, period, calibration } = options
  const distribution = distributionOf(y, period, horizon, options.models ?? 'auto', options.category)
  const { mean, classified } = distribution
  const { kind } = classified
  const window = (from: number, periods: number, p: number): number => {
    const { z } =
      periods === 1
        ? calibratedScore(calibration, kind, 'one', seasonsAhead(from, period), inside(p))
        : calibratedScore(calibration, kind, 'sum', periods, inside(p))
    return distribution.at(from, periods, z)
  }
  const cumulative: Forecast['cumulative'] = (from, periods) => {
    if (
      !(Number.isInteger(from) && Number.isInteger(periods) && from >= 0 && periods >= 1 && from + periods <= horizon)
    )
      throw new RangeError(`window of ${periods} periods from ${from} on does not fit a horizon of ${horizon}`)
    let sum = 0
    for (let h = from; h < from + periods; h += 1) sum += mean[h]!
    return { mean: sum, quantile: (p) => window(from, periods, p) }
  }
  return {
    kind,
    mean,
    quantile: (p) => Float64Array.from({ length: horizon }, (_, h) => window(h, 1, p)),
    cumulative,
    explain: () =>
      explainForecast(distribution, {
        unknown: y.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0),
        scores: calibratedScore(calibration, kind, 'sum', horizon, 0.9).scores,
        period,
        category: options.category !== undefined,
        band: { low: window(0, horizon, 0.05), high: window(0, horizon, 0.95) },
      }),
  }
}

export interface CalibrationOptions extends Omit<ForecastOptions, 'calibration' | 'category'> {
  /** Rolling origins per series, each `step` periods before the next; default 1. */
  readonly origins?: number
  readonly step?: number
}

/** Fewer periods since the first demand than this are no past to forecast from; with few the item is of the class "new", which has scores of its own. */
const SHORTEST_PAST = 5

/**
 * Pools the scores of `panel` (series of one period length) over rolling origins, the last of which leaves `horizon`
 * periods to compare with. Series too short for an origin give nothing. To be fair to what is forecast, series that are
 * judged should be of the same kind as these; they may be the same ones, since only their past is used.
 */
export const calibrate = (panel: readonly ArrayLike<number>[], options: CalibrationOptions): Calibration => {
  const { horizon, period, origins = 1, step = horizon } = options
  const pool = new ScorePool()
  const lengths = calibrationLengths(horizon)
  let series = 0
  let used = 0
  for (const one of panel) {
    const y = checked(one, options)
    const { first } = classify(y, period)
    let counted = false
    for (let k = 0; k < origins; k += 1) {
      const origin = y.length - horizon - k * step
      if (origin - first < SHORTEST_PAST) break
      add(
        pool,
        distributionOf(y.subarray(0, origin), period, horizon, options.models),
        y.subarray(origin),
        lengths,
        period,
      )
      counted = true
      used += 1
    }
    if (counted) series += 1
  }
  return pool.close(series, used)
}

/** 1 / golden ratio: its multiples fill [0, 1) evenly, which serves where ties want chance, and is the same every time. */
const GOLDEN = 0.6180339887498949

const add = (
  pool: ScorePool,
  { classified: { kind }, score }: Distribution,
  actual: Float64Array,
  lengths: readonly number[],
  period: number,
): void => {
  let sum = 0
  let next = 0
  for (let h = 0; h < lengths[lengths.length - 1]!; h += 1) {
    sum += actual[h]!
    const tie = (): number => (pool.count * GOLDEN) % 1
    if (!Number.isNaN(actual[h]!)) pool.add(kind, 'one', seasonsAhead(h, period), score(h, 1, actual[h]!, tie()))
    if (h + 1 !== lengths[next]) continue
    next += 1
    if (!Number.isNaN(sum)) pool.add(kind, 'sum', h + 1, score(0, h + 1, sum, tie()))
  }
}
