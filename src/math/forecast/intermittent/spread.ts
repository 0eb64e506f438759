/**
 * Distribution of the demand of items that sell now and then: half what was seen in windows of the same length (weighted
 * towards the recent past and the same season, scaled to the rate of today; Boylan & Syntetos's "scaled empirical"), half a
 * negative binomial of the same mean and variance, which has the tail that a short past cannot show.
 */
import { countQuantiles } from './countQuantiles.ts'

/** Half-life of the past in periods, and what a window of another season counts. */
const HALF_LIFE = 60
const OTHER_SEASON = 0.2
/** Longer seasons than this have too few windows of each phase to tell them apart. */
export const LONGEST_PHASE = 31
/** Levels at which a distribution is tabulated; in between it is linear. */
const LEVELS: readonly number[] = [
  0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.165, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8,
  0.835, 0.87, 0.9, 0.925, 0.95, 0.96, 0.97, 0.975, 0.98, 0.985, 0.99, 0.993, 0.995, 0.9975, 0.999, 0.9998,
]

export interface Window {
  readonly mean: number
  quantile(p: number): number
}

const interpolate = (values: Float64Array, p: number): number => {
  if (p <= LEVELS[0]!) return values[0]!
  let at = 1
  while (at < LEVELS.length - 1 && LEVELS[at]! < p) at += 1
  const share = Math.min(1, (p - LEVELS[at - 1]!) / (LEVELS[at]! - LEVELS[at - 1]!))
  return values[at - 1]! + share * (values[at]! - values[at - 1]!)
}

/** Quantiles of weighted values at LEVELS. */
const weightedQuantiles = (values: Float64Array, weights: Float64Array): Float64Array => {
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!)
  let total = 0
  for (const weight of weights) total += weight
  let below = 0
  let at = 0
  return Float64Array.from(LEVELS, (p) => {
    while (at < order.length - 1 && below + weights[order[at]!]! < p * total) {
      below += weights[order[at]!]!
      at += 1
    }
    return values[order[at]!]!
  })
}

/**
 * Demand of `periods` periods that begin `from` periods after the end of `y` (n ≥ 1, NaN = unknown). `rate`: mean per
 * period today.
 */
export const windowOf = (y: Float64Array, period: number, rate: number, from: number, periods: number): Window => {
  const n = y.length
  const season = period > 1 && period <= LONGEST_PHASE ? period : 1
  const phase = (n + from) % season
  // Windows longer than half of the past are put together from shorter ones.
  const length = Math.max(1, Math.min(periods, Math.floor(n / 3)))
  const values: number[] = []
  const weights: number[] = []
  let [recent, sum, weight] = [0, 0, 0]
  for (let t = 0; t < n; t += 1) {
    if (Number.isNaN(y[t]!)) continue
    const age = 0.5 ** ((n - t) / HALF_LIFE)
    weight += age
    recent += age * y[t]!
  }
  let [w, w2] = [0, 0]
  for (let t = 0; t + length <= n; t += 1) {
    sum = 0
    for (let i = t; i < t + length; i += 1) sum += y[i]!
    if (Number.isNaN(sum)) continue
    const one = 0.5 ** ((n - t - length + 1) / HALF_LIFE) * (t % season === phase ? 1 : OTHER_SEASON)
    values.push(sum)
    weights.push(one)
    w += one
    w2 += one * sum
  }
  const level = weight > 0 ? recent / weight : 0
  if (values.length === 0 || !(w2 > 0) || !(level > 0) || !(rate > 0)) {
    const mean = rate * periods
    const table = Float64Array.from(countQuantiles(mean, 2 * mean, LEVELS))
    return { mean, quantile: (p) => interpolate(table, p) }
  }
  const factor = Math.min(4, Math.max(0.25, rate / level))
  const average = w2 / w
  let variance = 0
  for (let i = 0; i < values.length; i += 1) variance += (weights[i]! * (values[i]! - average) ** 2) / w
  const times = periods / length
  const mean = average * factor * times
  // Independent shorter windows: variances add.
  const spread = variance * factor * factor * times
  const table = weightedQuantiles(Float64Array.from(values), Float64Array.from(weights))
  const counts = countQuantiles(mean, spread, LEVELS)
  const narrower = Math.sqrt(times) / times
  for (let i = 0; i < LEVELS.length; i += 1) {
    const seen = table[i]! * factor * times
    table[i] = (mean + (seen - mean) * narrower + counts[i]!) / 2
    if (table[i]! < 0) table[i] = 0
  }
  return { mean, quantile: (p) => interpolate(table, p) }
}
