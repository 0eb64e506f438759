/** Point forecast and uncalibrated distribution of one series: which method serves which class of demand. */

import { normalCdf, normalQuantile } from '../numerics/normal.ts'
import { type Classified, classify } from './classify.ts'
import { fillUnknown } from './clean.ts'
import { type ColdStart, launchForecast } from './coldStart.ts'
import { intermittentRate, tsb } from './intermittent/rates.ts'
import { LONGEST_PHASE, type Window, windowOf } from './intermittent/spread.ts'
import { type SmoothForecast, type SmoothModel, smoothForecast } from './smooth/combine.ts'
import { cumulativeSigma } from './smooth/ets.ts'

export interface Distribution {
  readonly classified: Classified
  /** Per period, never negative. */
  readonly mean: Float64Array
  /**
   * Quantile of demand in `periods` periods after `from`, on the scale of a standard normal score: `z` = 0 the median. The
   * calibration puts its own scores in the place of z.
   */
  at(from: number, periods: number, z: number): number
  /**
   * The score of what really came: the z with at(…, z) = actual, within ±SCORE_LIMIT. Where a whole range of z gives it
   * (no demand at all, most of the time) the one at a share `tie` of the range, 0 … 1.
   */
  score(from: number, periods: number, actual: number, tie: number): number
  readonly smooth: SmoothForecast | null
  /** The series was divided by this before a smooth method saw it. */
  readonly scale: number
}

export const SCORE_LIMIT = 8

const sumOf = (mean: Float64Array, from: number, periods: number): number => {
  let sum = 0
  for (let h = from; h < from + periods; h += 1) sum += mean[h]!
  return sum
}

const bySmooth = (
  y: Float64Array,
  period: number,
  horizon: number,
  model: SmoothModel,
  classified: Classified,
): Distribution => {
  const filled = fillUnknown(y, period)
  let scale = 0
  for (const value of filled) scale += Math.abs(value) / filled.length
  if (!(scale > 0)) scale = 1
  const scaled = filled.map((value) => value / scale)
  const smooth = smoothForecast(scaled, period, horizon, model)
  const mean = smooth.mean.map((value) => Math.max(0, value * scale))
  const sigmas = new Map<number, number>()
  const sigma = (from: number, periods: number): number => {
    const key = from * 100_000 + periods
    let found = sigmas.get(key)
    if (found === undefined) {
      found = scale * cumulativeSigma(smooth.ets, smooth.mean, from, periods)
      sigmas.set(key, found)
    }
    return found
  }
  return {
    classified,
    mean,
    at: (from, periods, z) => Math.max(0, sumOf(mean, from, periods) + z * sigma(from, periods)),
    score: (from, periods, actual) => {
      const error = actual - sumOf(mean, from, periods)
      const spread = sigma(from, periods)
      if (!(spread > 1e-12 * scale)) return error > 0 ? SCORE_LIMIT : error < 0 ? -SCORE_LIMIT : 0
      return Math.max(-SCORE_LIMIT, Math.min(SCORE_LIMIT, error / spread))
    },
    smooth,
    scale,
  }
}

const byWindows = (
  mean: Float64Array,
  window: (from: number, periods: number) => Window,
  classified: Classified,
  /** Windows whose starts are whole seasons apart are the same; Infinity: none are. */
  season: number,
): Distribution & { meanOf(from: number, periods: number): number } => {
  const kept = new Map<number, Window>()
  const of = (from: number, periods: number): Window => {
    const start = season === Infinity ? from : from % season
    const key = start * 100_000 + periods
    let found = kept.get(key)
    if (!found) {
      found = window(start, periods)
      kept.set(key, found)
    }
    return found
  }
  const at = (from: number, periods: number, z: number): number => of(from, periods).quantile(normalCdf(z))
  return {
    classified,
    mean,
    at,
    score: (from, periods, actual, tie) => {
      /** P(demand < actual) or P(demand ≤ actual). */
      const below = (ties: boolean): number => {
        let [low, high] = [0, 1]
        for (let i = 0; i < 20; i += 1) {
          const middle = (low + high) / 2
          const value = of(from, periods).quantile(middle)
          if (value < actual || (ties && value === actual)) low = middle
          else high = middle
        }
        return (low + high) / 2
      }
      const low = below(false)
      const u = low + tie * (below(true) - low)
      if (u <= 0 || u >= 1) return u <= 0 ? -SCORE_LIMIT : SCORE_LIMIT
      return Math.max(-SCORE_LIMIT, Math.min(SCORE_LIMIT, normalQuantile(u)))
    },
    smooth: null,
    scale: 1,
    meanOf: (from, periods) => of(from, periods).mean,
  }
}

/**
 * `y`: demand per period, ≥ 0, NaN = unknown, any length; `period`: length of the season in periods, 1 = none. Zeros
 * before the first demand are not part of the past: the item was not there yet.
 */
export const distributionOf = (
  y: Float64Array,
  period: number,
  horizon: number,
  model: SmoothModel = 'auto',
  category?: ColdStart,
): Distribution => {
  const classified = classify(y, period)
  const past = y.subarray(Math.min(classified.first, Math.max(0, y.length - 1)))
  if (classified.demands === 0) {
    const launch = category ? launchForecast(category, past.subarray(0, 0), horizon) : null
    return byWindows(
      launch?.mean ?? new Float64Array(horizon),
      (from, periods) => launch?.window(from, periods) ?? { mean: 0, quantile: () => 0 },
      classified,
      Infinity,
    )
  }
  if (classified.kind === 'new' && category) {
    const launch = launchForecast(category, past, horizon)
    return byWindows(launch.mean, launch.window, classified, Infinity)
  }
  // Demand of many sizes in nearly every period still has a trend and a season; how far it strays the calibration of its class knows.
  const regular = classified.kind === 'smooth' || classified.kind === 'erratic'
  if (regular || (classified.kind === 'new' && classified.adi < 1.32))
    return bySmooth(past, period, horizon, model, classified)
  const known = past.filter((value) => !Number.isNaN(value))
  const rate = classified.kind === 'dying' ? tsb(known) : intermittentRate(known)
  const season = period > 1 && period <= LONGEST_PHASE ? period : 1
  // A window depends on where in the season it begins, not on how many seasons ahead.
  const distribution = byWindows(
    new Float64Array(horizon),
    (from, periods) => windowOf(past, period, rate, from, periods),
    classified,
    season,
  )
  for (let h = 0; h < horizon; h += 1) distribution.mean[h] = distribution.meanOf(h, 1)
  return distribution
}
