/**
 * Multiple temporal aggregation (Kourentzes, Petropoulos & Trapero 2014): the same series by month, quarter and year tells of
 * different things, and noise of single periods evens out in the sums from which a trend is read.
 */
import { deseasonalise, reseasonalise } from './season/seasonal.ts'

/** Fewer sums than this tell nothing of their own. */
const FEWEST = 6

/** Means of `k` periods each, the last of which ends with the series. */
const aggregated = (y: Float64Array, k: number): Float64Array => {
  const first = y.length % k
  return Float64Array.from({ length: Math.floor(y.length / k) }, (_, i) => {
    let sum = 0
    for (let t = first + i * k; t < first + (i + 1) * k; t += 1) sum += y[t]!
    return sum / k
  })
}

/** Single period `h` of forecasts of `k` periods each: on straight lines through the middles of those. */
const between = (means: Float64Array, k: number, h: number): number => {
  const at = (h + 0.5) / k - 0.5
  const low = Math.max(0, Math.floor(at))
  return means[low]! + (at - low) * (means[low + 1]! - means[low]!)
}

/**
 * Mean of the forecasts of a method of series without season, at every level of aggregation that divides the season: of the
 * seasonally adjusted series, with the season put back. `y` without NaN, n ≥ 1.
 */
export const onAllLevels = (
  y: Float64Array,
  period: number,
  horizon: number,
  forecastOf: (y: Float64Array, horizon: number) => Float64Array,
): Float64Array => {
  const adjusted = deseasonalise(y, period)
  const mean = new Float64Array(horizon)
  let levels = 0
  for (let k = 1; k === 1 || (k <= period && FEWEST * k <= y.length); k += 1) {
    if (period % k !== 0) continue
    const means = forecastOf(aggregated(adjusted.y, k), Math.ceil(horizon / k) + 1)
    for (let h = 0; h < horizon; h += 1) mean[h]! += between(means, k, h)
    levels += 1
  }
  for (let h = 0; h < horizon; h += 1) mean[h]! /= levels
  return reseasonalise(mean, y.length, adjusted)
}
