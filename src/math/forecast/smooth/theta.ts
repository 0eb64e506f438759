/** Theta methods: Assimakopoulos & Nikolopoulos (2000), and the dynamic optimised theta model of Fiorucci et al. (2016). */
import { nelderMead } from '../../numerics/nelderMead.ts'
import { deseasonalise, reseasonalise } from './season/seasonal.ts'

/** One pass of the dynamic theta recursion; sums squared errors from the third point on, appends `out.length` forecasts. */
const run = (y: Float64Array, level0: number, alpha: number, theta: number, out: Float64Array | null): number => {
  const n = y.length
  const horizon = out ? out.length : 0
  const weight = 1 - 1 / theta
  const keep = 1 - alpha
  let level = level0
  let mean = 0
  let slope = 0
  let intercept = 0
  let sse = 0
  /** (1 − α)^(t − 1) */
  let power = 1
  for (let t = 1; t <= n + horizon; t += 1) {
    let mu: number
    if (t === 1) mu = y[0]!
    else mu = level + weight * (power * intercept + ((1 - power * keep) / alpha) * slope)
    let value: number
    if (t <= n) {
      value = y[t - 1]!
      if (t > 2) sse += (value - mu) ** 2
    } else {
      value = mu
      out![t - n - 1] = mu
    }
    level = alpha * value + keep * level
    const before = mean
    mean = ((t - 1) * mean + value) / t
    slope = t === 1 ? 0 : ((t - 2) * slope + (6 * (value - before)) / t) / (t + 1)
    intercept = mean - (slope * (t + 1)) / 2
    power *= keep
  }
  return sse
}

export interface ThetaFit {
  readonly alpha: number
  readonly theta: number
  readonly mean: Float64Array
  readonly seasonal: 'none' | 'additive' | 'multiplicative'
}

/** DOTM: level, smoothing weight and theta by least squares on the seasonally adjusted series. `y` without NaN, n ≥ 1. */
export const dynamicTheta = (y: Float64Array, period: number, horizon: number): ThetaFit => {
  const adjusted = deseasonalise(y, period)
  const { y: series } = adjusted
  const mean = new Float64Array(horizon)
  if (series.length < 4) {
    mean.fill(series[series.length - 1]!)
    return { alpha: 1, theta: 1, mean, seasonal: 'none' }
  }
  const scale = Math.max(1e-12, Math.abs(series[0]!))
  const x = Float64Array.of(series[0]! / 2, 0.5, 2)
  const step = Float64Array.of(0.25 * scale + 0.01, 0.2, 1)
  nelderMead(
    (p) => {
      const [level, alpha, theta] = [p[0]!, p[1]!, p[2]!]
      if (alpha < 0.1 || alpha > 0.99 || theta < 1 || theta > 1e10) return Infinity
      return Math.log(run(series, level, alpha, theta, null) + 1e-16)
    },
    x,
    step,
    { evaluations: 300, tolerance: 1e-6 },
  )
  run(series, x[0]!, x[1]!, x[2]!, mean)
  reseasonalise(mean, y.length, adjusted)
  return { alpha: x[1]!, theta: x[2]!, mean, seasonal: adjusted.kind }
}
