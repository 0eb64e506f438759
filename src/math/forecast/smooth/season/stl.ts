/**
 * Season and trend by loess, "STL" (Cleveland, Cleveland, McRae & Terpenning 1990): local straight lines through the years of each
 * week and through what is left, in turns; in the robust turns what lies far off (a promotion, a strike) counts less or not at all.
 */

export interface StlOptions {
  /** Years that a figure is smoothed over, odd, ≥ 3; Infinity: figures are the same every year. */
  readonly seasonal: number
  /** Robust turns; 0 = least squares throughout. */
  readonly robust: number
}

export interface Stl {
  readonly season: Float64Array
  readonly trend: Float64Array
}

/**
 * Value at `x` of a local line (degree 1) or level (degree 0) through y[left … right]; tricube weights over `length` neighbours times
 * `weights`. NaN where all weights are zero.
 */
const local = (
  y: Float64Array,
  weights: Float64Array | null,
  length: number,
  degree: 0 | 1,
  x: number,
  left: number,
  right: number,
  w: Float64Array,
): number => {
  const n = y.length
  const reach = Math.max(x - left, right - x) + (length > n ? Math.floor((length - n) / 2) : 0)
  let sum = 0
  for (let j = left; j <= right; j += 1) {
    const far = Math.abs(j - x)
    let weight = far <= 0.001 * reach ? 1 : far <= 0.999 * reach ? (1 - (far / reach) ** 3) ** 3 : 0
    if (weights) weight *= weights[j]!
    w[j] = weight
    sum += weight
  }
  if (!(sum > 0)) return Number.NaN
  let middle = 0
  for (let j = left; j <= right; j += 1) {
    w[j]! /= sum
    middle += w[j]! * j
  }
  let slope = 0
  if (degree === 1 && reach > 0) {
    let spread = 0
    for (let j = left; j <= right; j += 1) spread += w[j]! * (j - middle) ** 2
    if (Math.sqrt(spread) > 0.001 * (n - 1)) slope = (x - middle) / spread
  }
  let value = 0
  for (let j = left; j <= right; j += 1) value += w[j]! * (slope * (j - middle) + 1) * y[j]!
  return value
}

/** Loess at every point, and `beyond` points before and after. */
const loess = (
  y: Float64Array,
  weights: Float64Array | null,
  length: number,
  degree: 0 | 1,
  beyond = 0,
): Float64Array => {
  const n = y.length
  const used = Math.min(length, n)
  const w = new Float64Array(n)
  const smooth = new Float64Array(n + 2 * beyond)
  for (let i = -beyond; i < n + beyond; i += 1) {
    const left = Math.max(0, Math.min(n - used, i - Math.floor(used / 2)))
    const value = local(y, weights, length, degree, i, left, left + used - 1, w)
    smooth[i + beyond] = Number.isNaN(value) && i >= 0 && i < n ? y[i]! : value
  }
  // Outside only neighbours can stand in.
  for (let i = beyond - 1; i >= 0; i -= 1) {
    if (Number.isNaN(smooth[i]!)) smooth[i] = smooth[i + 1]!
    const late = smooth.length - 1 - i
    if (Number.isNaN(smooth[late]!)) smooth[late] = smooth[late - 1]!
  }
  return smooth
}

const movingAverage = (y: Float64Array, length: number): Float64Array => {
  const mean = new Float64Array(y.length - length + 1)
  let sum = 0
  for (let t = 0; t < y.length; t += 1) {
    sum += y[t]!
    if (t >= length) sum -= y[t - length]!
    if (t >= length - 1) mean[t - length + 1] = sum / length
  }
  return mean
}

/** The smallest odd number that is not below. */
const odd = (value: number): number => 2 * Math.floor(Math.ceil(value) / 2) + 1

/** Figures of each season smoothed over the years, one period longer than the series on either side. */
const cycles = (y: Float64Array, weights: Float64Array | null, period: number, seasonal: number): Float64Array => {
  const n = y.length
  const smooth = new Float64Array(n + 2 * period)
  const degree = seasonal === Infinity ? 0 : 1
  for (let first = 0; first < period; first += 1) {
    const years = Math.floor((n - 1 - first) / period) + 1
    const pick = (x: Float64Array) => Float64Array.from({ length: years }, (_, i) => x[first + i * period]!)
    const length = seasonal === Infinity ? 10 * n + 1 : seasonal
    loess(pick(y), weights && pick(weights), length, degree, 1).forEach((value, i) => {
      smooth[first + i * period] = value
    })
  }
  return smooth
}

/** Bisquare weights of what is left over: none beyond six median absolute deviations. */
const robustness = (left: Float64Array): Float64Array => {
  const sizes = left.map(Math.abs)
  const sorted = sizes.toSorted()
  const n = sorted.length
  const limit = 3 * (sorted[Math.floor(n / 2)]! + sorted[n - Math.floor(n / 2) - 1]!)
  return sizes.map((size) => (size <= 0.001 * limit ? 1 : size <= 0.999 * limit ? (1 - (size / limit) ** 2) ** 2 : 0))
}

/** `y` without NaN, of two periods or more; y = season + trend + what is left. Throws RangeError for less than two periods. */
export const stl = (y: Float64Array, period: number, { seasonal, robust }: StlOptions): Stl => {
  const n = y.length
  if (period < 2 || n < 2 * period) throw new RangeError(`${n} periods are less than two seasons of ${period}`)
  const trendLength = odd((1.5 * period) / (1 - 1.5 / (seasonal === Infinity ? 10 * n + 1 : seasonal)))
  const lowLength = odd(period)
  let season = new Float64Array(n)
  let trend = new Float64Array(n)
  let weights: Float64Array | null = null
  for (let outer = 0; outer <= robust; outer += 1) {
    for (let inner = 0; inner < (robust > 0 ? 1 : 2); inner += 1) {
      const figures = cycles(
        y.map((value, t) => value - trend[t]!),
        weights,
        period,
        seasonal,
      )
      const low = loess(movingAverage(movingAverage(movingAverage(figures, period), period), 3), null, lowLength, 1)
      season = low.map((value, t) => figures[t + period]! - value)
      trend = Float64Array.from(
        loess(
          y.map((value, t) => value - season[t]!),
          weights,
          trendLength,
          1,
        ),
      )
    }
    if (outer < robust) weights = robustness(y.map((value, t) => value - season[t]! - trend[t]!))
  }
  return { season, trend }
}
