/**
 * Autoregression by Burg's method (1975), order by AICc, on the seasonally adjusted series or its first differences: the
 * ARIMA(p, d, 0) of the Box–Jenkins family without the cost of a search. In the combination it sees what smoothing does not:
 * cycles, and demand that returns to its mean.
 */
import { deseasonalise, reseasonalise } from './season/seasonal.ts'

/** Coefficients of the order with the least AICc; empty when nothing can be learnt from the past. */
const burg = (x: Float64Array, most: number): Float64Array => {
  const n = x.length
  let forward = Float64Array.from(x)
  let backward = Float64Array.from(x)
  let phi = new Float64Array(0)
  let variance = x.reduce((sum, value) => sum + value * value, 0) / n
  let best = phi
  let least = n * Math.log(variance + 1e-16) + 4
  for (let k = 1; k <= most; k += 1) {
    let cross = 0
    let both = 0
    for (let t = k; t < n; t += 1) {
      cross += forward[t]! * backward[t - 1]!
      both += forward[t]! ** 2 + backward[t - 1]! ** 2
    }
    const reflection = both > 0 ? (2 * cross) / both : 0
    const next = new Float64Array(k)
    for (let i = 0; i < k - 1; i += 1) next[i] = phi[i]! - reflection * phi[k - 2 - i]!
    next[k - 1] = reflection
    phi = next
    const [f, b] = [Float64Array.from(forward), Float64Array.from(backward)]
    for (let t = k; t < n; t += 1) {
      f[t] = forward[t]! - reflection * backward[t - 1]!
      b[t] = backward[t - 1]! - reflection * forward[t]!
    }
    forward = f
    backward = b
    variance *= 1 - reflection ** 2
    const parameters = k + 2
    if (n - parameters - 1 <= 0) break
    const aicc =
      n * Math.log(variance + 1e-16) + 2 * parameters + (2 * parameters * (parameters + 1)) / (n - parameters - 1)
    if (aicc < least) {
      least = aicc
      best = phi
    }
  }
  return best
}

/** Forecasts; `differenced` keeps the last level and the mean change, otherwise demand returns to its mean. */
export const autoregression = (
  y: Float64Array,
  period: number,
  horizon: number,
  differenced: boolean,
): Float64Array => {
  const adjusted = deseasonalise(y, period)
  const series = adjusted.y
  const n = series.length
  if (n < 6) return new Float64Array(horizon).fill(differenced ? series[n - 1]! : series.reduce((a, b) => a + b, 0) / n)
  const z = differenced ? series.slice(1).map((value, t) => value - series[t]!) : series
  const mu = z.reduce((sum, value) => sum + value, 0) / z.length
  const x = new Float64Array(z.length + horizon)
  for (let t = 0; t < z.length; t += 1) x[t] = z[t]! - mu
  const most = Math.min(Math.floor(z.length / 4), period > 1 && period <= 24 ? period + 1 : 4)
  const phi = burg(x.subarray(0, z.length), most)
  const mean = new Float64Array(horizon)
  let level = series[n - 1]!
  for (let h = 0; h < horizon; h += 1) {
    const at = z.length + h
    let value = 0
    for (let i = 0; i < phi.length; i += 1) value += phi[i]! * x[at - 1 - i]!
    x[at] = value
    level += value + mu
    mean[h] = differenced ? level : value + mu
  }
  return reseasonalise(mean, n, adjusted)
}
