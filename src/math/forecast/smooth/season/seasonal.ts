/** Seasonality: the autocorrelation test and classical decomposition of the M3 and M4 competitions. */

/** Autocorrelations at lags 0 … `lags` of `y` about its mean; 0 where the series does not vary. */
const autocorrelations = (y: Float64Array, lags: number): Float64Array => {
  const n = y.length
  let mean = 0
  for (let t = 0; t < n; t += 1) mean += y[t]!
  mean /= n
  const found = new Float64Array(lags + 1)
  for (let lag = 0; lag <= lags && lag < n; lag += 1) {
    let sum = 0
    for (let t = lag; t < n; t += 1) sum += (y[t]! - mean) * (y[t - lag]! - mean)
    found[lag] = sum
  }
  const variance = found[0]!
  for (let lag = 0; lag <= lags; lag += 1) found[lag] = variance > 0 ? found[lag]! / variance : 0
  return found
}

/**
 * Is there a season? The 90 % test of Fiorucci et al. (2016) and the M4 benchmarks: the autocorrelation at lag `period`
 * against Bartlett's limit. Needs three full periods.
 */
export const isSeasonal = (y: Float64Array, period: number): boolean => {
  const n = y.length
  if (period < 2 || n < 3 * period) return false
  const acf = autocorrelations(y, period)
  let sum = 0
  for (let lag = 1; lag < period; lag += 1) sum += acf[lag]! ** 2
  return Math.abs(acf[period]!) > 1.645 * Math.sqrt((1 + 2 * sum) / n)
}

/** Centred moving average over one period (2×m for even m); NaN where the window does not fit. */
const centredAverage = (y: Float64Array, period: number): Float64Array => {
  const n = y.length
  const half = Math.floor(period / 2)
  const even = period % 2 === 0
  const trend = new Float64Array(n).fill(Number.NaN)
  for (let t = half; t < n - half; t += 1) {
    let sum = 0
    for (let i = t - half; i <= t + half; i += 1) sum += y[i]!
    if (even) sum -= 0.5 * (y[t - half]! + y[t + half]!)
    trend[t] = sum / period
  }
  return trend
}

/** Of plain figures every year counts alike, as the benchmarks of the competitions want it. */
export type Figures = 'shrunk' | 'plain'

/**
 * Seasonal figures by classical decomposition, index 0 = the season of `y[0]`. Multiplicative ones average 1, additive ones
 * sum to 0. Unless plain they are shrunk, and later years count more: half as much at half of the past, for seasons change. Needs
 * two periods; a multiplicative figure of a series with values ≤ 0 is not defined and null is returned.
 */
export const seasonalFigures = (
  y: Float64Array,
  period: number,
  multiplicative: boolean,
  kind: Figures = 'shrunk',
): Float64Array | null => {
  const n = y.length
  if (n < 2 * period) return null
  const trend = centredAverage(y, period)
  const figures = new Float64Array(period)
  const squares = new Float64Array(period)
  const weights = new Float64Array(period)
  const squaredWeights = new Float64Array(period)
  for (let t = 0; t < n; t += 1) {
    const level = trend[t]!
    if (Number.isNaN(level)) continue
    if (multiplicative && !(level > 0)) return null
    const ratio = multiplicative ? y[t]! / level : y[t]! - level
    const weight = kind === 'plain' ? 1 : 4 ** (t / n)
    figures[t % period]! += weight * ratio
    squares[t % period]! += weight * ratio * ratio
    weights[t % period]! += weight
    squaredWeights[t % period]! += weight * weight
  }
  let mean = 0
  for (let i = 0; i < period; i += 1) {
    figures[i]! /= weights[i]!
    squares[i]! /= weights[i]!
    mean += figures[i]! / period
  }
  for (let i = 0; i < period; i += 1) {
    figures[i] = multiplicative ? figures[i]! / mean : figures[i]! - mean
    if (multiplicative && !(figures[i]! > 0.01)) return null
  }
  if (kind === 'plain') return figures
  // As many years as would tell as much if they counted alike (Kish 1965).
  const years = weights.map((weight, i) => (weight * weight) / squaredWeights[i]!)
  return shrink(figures, squares, years, multiplicative ? 1 : 0)
}

/**
 * Shrinkage towards no season (empirical Bayes; for seasons: Miller & Williams 2003): what differs from month to month no more than
 * it differs from year to year is noise. Needs four seasons and two values of each. Does what a test for a season does, without
 * its all or nothing: with three or four years a test misses half of the seasons that there are.
 */
const shrink = (figures: Float64Array, squares: Float64Array, years: Float64Array, centre: number): Float64Array => {
  const m = figures.length
  if (m < 4) return figures
  let variance = 0
  let spread = 0
  for (let i = 0; i < m; i += 1) {
    if (years[i]! < 1.5) return figures
    variance += Math.max(0, squares[i]! - figures[i]! ** 2) / (years[i]! - 1) / m
    spread += (figures[i]! - centre) ** 2 / (m - 1)
  }
  if (!(spread > 0)) return figures
  const weight = Math.min(1, variance / spread)
  for (let i = 0; i < m; i += 1) figures[i] = centre + (1 - weight) * (figures[i]! - centre)
  return figures
}

export interface Adjusted {
  /** The series without its season. */
  readonly y: Float64Array
  readonly kind: 'none' | 'additive' | 'multiplicative'
  readonly figures: Float64Array | null
}

/** Is a season taken out at all? Plain figures, and those too few to be shrunk, need the test. */
const hasSeason = (y: Float64Array, period: number, kind: Figures): boolean =>
  kind === 'plain' || period < 4 ? isSeasonal(y, period) : y.length >= 3 * period

/** Takes the season out: by division, or by subtraction where a value is not positive. */
export const deseasonalise = (y: Float64Array, period: number, kind: Figures = 'shrunk'): Adjusted => {
  const none: Adjusted = { y, kind: 'none', figures: null }
  if (!hasSeason(y, period, kind)) return none
  let positive = true
  for (const value of y) if (!(value > 0)) positive = false
  const factors = positive ? seasonalFigures(y, period, true, kind) : null
  if (factors) return { y: y.map((value, t) => value / factors[t % period]!), kind: 'multiplicative', figures: factors }
  const addends = seasonalFigures(y, period, false, kind)
  if (!addends) return none
  return { y: y.map((value, t) => value - addends[t % period]!), kind: 'additive', figures: addends }
}

/** Takes addends out, as factors of the level `mean` where demand is never far below zero and `mean` is a level (> 0). */
export const adjustedBy = (y: Float64Array, addends: Float64Array, mean: number): Adjusted => {
  const period = addends.length
  if (mean > 0 && Math.min(...addends) > -0.8 * mean && y.every((value) => value >= 0)) {
    const factors = addends.map((addend) => 1 + addend / mean)
    return { y: y.map((value, t) => value / factors[t % period]!), kind: 'multiplicative', figures: factors }
  }
  return { y: y.map((value, t) => value - addends[t % period]!), kind: 'additive', figures: addends }
}

/** Puts the season back on a forecast that starts after `n` observations; in place. */
export const reseasonalise = (mean: Float64Array, n: number, { kind, figures }: Adjusted): Float64Array => {
  if (figures)
    for (let h = 0; h < mean.length; h += 1) {
      const figure = figures[(n + h) % figures.length]!
      mean[h] = kind === 'multiplicative' ? mean[h]! * figure : mean[h]! + figure
    }
  return mean
}
