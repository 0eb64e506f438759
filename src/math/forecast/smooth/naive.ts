/** The baselines that every other method has to beat, by their definitions in the M3 and M4 competitions. `y` without NaN, n ≥ 1. */
import { nelderMead } from '../../numerics/nelderMead.ts'
import { deseasonalise, reseasonalise } from './season/seasonal.ts'

/** What was a season ago. */
export const seasonalNaive = (y: Float64Array, period: number, horizon: number): Float64Array => {
  const n = y.length
  const lag = period <= n ? period : 1
  return Float64Array.from({ length: horizon }, (_, h) => y[n - lag + (h % lag)]!)
}

/** Naive2: the last seasonally adjusted value; the denominator of the OWA. */
export const naive2 = (y: Float64Array, period: number, horizon: number): Float64Array => {
  const adjusted = deseasonalise(y, period, 'plain')
  return reseasonalise(new Float64Array(horizon).fill(adjusted.y[y.length - 1]!), y.length, adjusted)
}

/** Level and weight of simple exponential smoothing by least squares; the level is that after the last observation. */
export const fitSes = (y: Float64Array): { readonly level: number; readonly alpha: number } => {
  const n = y.length
  const head = Math.min(n, 6)
  let first = 0
  for (let t = 0; t < head; t += 1) first += y[t]! / head
  let last = first
  const sse = (alpha: number): number => {
    let level = first
    let sum = 0
    for (let t = 0; t < n; t += 1) {
      const e = y[t]! - level
      sum += e * e
      level += alpha * e
    }
    last = level
    return sum
  }
  if (n < 3) return { level: first, alpha: 0.1 }
  const x = Float64Array.of(0.2)
  nelderMead(
    ([alpha]) => (alpha! < 0.01 || alpha! > 0.99 ? Infinity : Math.log(sse(alpha!) + 1e-16)),
    x,
    Float64Array.of(0.2),
    { evaluations: 40, tolerance: 1e-4 },
  )
  sse(x[0]!)
  return { level: last, alpha: x[0]! }
}

/** SES on the seasonally adjusted series. */
export const ses = (y: Float64Array, period: number, horizon: number): Float64Array => {
  const adjusted = deseasonalise(y, period, 'plain')
  return reseasonalise(new Float64Array(horizon).fill(fitSes(adjusted.y).level), y.length, adjusted)
}

/** The winner of M3: mean of the trend line (θ = 0) and SES of the line of doubled curvature (θ = 2). */
export const theta = (y: Float64Array, period: number, horizon: number): Float64Array => {
  const adjusted = deseasonalise(y, period, 'plain')
  const n = y.length
  let [sy, sty] = [0, 0]
  for (let t = 0; t < n; t += 1) {
    sy += adjusted.y[t]!
    sty += t * adjusted.y[t]!
  }
  const middle = (n - 1) / 2
  const slope = n > 1 ? (12 * (sty - middle * sy)) / (n * (n * n - 1)) : 0
  const line = (t: number): number => sy / n + slope * (t - middle)
  const { level } = fitSes(adjusted.y.map((value, t) => 2 * value - line(t)))
  const mean = Float64Array.from({ length: horizon }, (_, h) => (level + line(n + h)) / 2)
  return reseasonalise(mean, n, adjusted)
}
