/**
 * Exponential smoothing in state space form, "ETS" (Hyndman, Koehler, Snyder & Grose 2002; Hyndman et al. 2008): error
 * additive or multiplicative, trend none, additive or damped, season none, additive or multiplicative; chosen by AICc.
 *
 * The innovations form needs only three recursions here: with additive components a multiplicative error changes the
 * likelihood, not the updates. Level and slope at the start are estimated with the smoothing weights; the seasonal figures
 * at the start are those of classical decomposition, since a search over eleven more of them is slow; they are counted
 * as parameters by the AICc all the same.
 */
import { nelderMead } from '../../numerics/nelderMead.ts'
import { akaikeMean } from './akaikeMean.ts'
import { seasonalFigures } from './season/seasonal.ts'

type Season = 'N' | 'A' | 'M'
export interface EtsForm {
  readonly error: 'A' | 'M'
  readonly trend: 'N' | 'A' | 'Ad'
  readonly season: Season
}

export interface EtsFit {
  readonly form: EtsForm
  readonly alpha: number
  readonly beta: number
  readonly gamma: number
  readonly phi: number
  /** States after the last observation, in units of the series; `season[t % period]` belongs to time t. */
  readonly level: number
  readonly slope: number
  readonly season: Float64Array
  readonly period: number
  readonly n: number
  readonly aicc: number
  /** Standard deviation of one-step errors: in units of the series, or relative to the forecast when the error is multiplicative. */
  readonly sigma: number
}

const [LOW, HIGH] = [1e-4, 0.9999]
const [PHI_LOW, PHI_HIGH] = [0.8, 0.98]

/** What one run of a recursion leaves behind; one for all runs, since nothing here is concurrent. */
const after = { level: 0, slope: 0, sse: 0 }

/**
 * Runs the recursion; `season` holds the figures at the start and is overwritten with those at the end. Returns −2 × the
 * concentrated log likelihood up to a constant, Infinity where a multiplicative model leaves the positive numbers.
 */
const run = (
  y: Float64Array,
  form: EtsForm,
  [alpha, beta, gamma, phi, level, slope]: readonly [number, number, number, number, number, number],
  season: Float64Array,
): number => {
  const n = y.length
  const m = season.length
  const relative = form.error === 'M'
  const kind = form.season
  let l = level
  let b = slope
  let sse = 0
  let product = 1
  let logs = 0
  let at = 0
  for (let t = 0; t < n; t += 1) {
    const drift = phi * b
    const q = l + drift
    let e: number
    let mu: number
    if (kind === 'M') {
      const s = season[at]!
      mu = q * s
      if (!(mu > 1e-8)) return Infinity
      e = (y[t]! - mu) / mu
      l = q * (1 + alpha * e)
      b = drift + beta * q * e
      season[at] = s * (1 + gamma * e)
    } else {
      if (kind === 'A') {
        const s = season[at]!
        mu = q + s
        e = y[t]! - mu
        season[at] = s + gamma * e
      } else {
        mu = q
        e = y[t]! - mu
      }
      l = q + alpha * e
      b = drift + beta * e
      if (relative) {
        if (!(mu > 1e-8)) return Infinity
        e /= mu
      }
    }
    if (m > 0) at = at + 1 === m ? 0 : at + 1
    sse += e * e
    if (relative) {
      // One logarithm for many factors: it would cost more than all the rest.
      product *= mu
      if (product > 1e200 || product < 1e-200) {
        logs += Math.log(product)
        product = 1
      }
    }
  }
  after.level = l
  after.slope = b
  after.sse = sse
  logs += Math.log(product)
  return n * Math.log(sse / n + 1e-16) + 2 * logs
}

interface Start {
  readonly level: number
  readonly slope: number
  readonly season: Float64Array
}
const NO_SEASON = new Float64Array(0)

/** Straight line through the first ten points without season, as in Hyndman et al. (2008, §2.6.1). */
const startOf = (y: Float64Array, season: Season, period: number): Start | null => {
  const figures = season === 'N' ? NO_SEASON : seasonalFigures(y, period, season === 'M')
  if (!figures) return null
  const count = Math.min(Math.max(10, season === 'N' ? 0 : 2 * period), y.length)
  let [sx, sy, sxx, sxy] = [0, 0, 0, 0]
  for (let t = 0; t < count; t += 1) {
    const s = season === 'N' ? 0 : figures[t % period]!
    const value = season === 'M' ? y[t]! / s : y[t]! - s
    sx += t + 1
    sy += value
    sxx += (t + 1) ** 2
    sxy += (t + 1) * value
  }
  const slope = count > 2 ? (count * sxy - sx * sy) / (count * sxx - sx * sx) : 0
  return { level: (sy - slope * sx) / count, slope, season: figures }
}

/** Estimates one form; null where it is not defined for the series or has more parameters than the series can bear. */
const fitForm = (
  y: Float64Array,
  form: EtsForm,
  period: number,
  start: Start,
  near?: Float64Array,
): { readonly fit: EtsFit; readonly at: Float64Array } | null => {
  const n = y.length
  const [trend, seasonal, damped] = [form.trend !== 'N', form.season !== 'N', form.trend === 'Ad']
  const parameters = 3 + (trend ? 2 : 0) + (damped ? 1 : 0) + (seasonal ? period : 0)
  if (n <= parameters + 1) return null
  const mean = (form.trend === 'N' ? start.level + (start.slope * (Math.min(10, n) + 1)) / 2 : start.level) || 1e-3
  const size = 2 + (trend ? 2 : 0) + (damped ? 1 : 0) + (seasonal ? 1 : 0)
  const x = new Float64Array(size)
  const step = new Float64Array(size)
  let next = 0
  const add = (value: number, by: number): number => {
    x[next] = value
    step[next] = by
    next += 1
    return next - 1
  }
  const atAlpha = add(seasonal ? 0.25 : 0.4, 0.2)
  const atLevel = add(mean, 0.1 * Math.abs(mean) + 0.01)
  const atBeta = trend ? add(0.1, 0.15) : -1
  const atSlope = trend ? add(start.slope, 0.02 + 0.3 * Math.abs(start.slope)) : -1
  const atGamma = seasonal ? add(0.1, 0.15) : -1
  const atPhi = damped ? add(0.95, -0.05) : -1
  // The optimum of the other error is not far.
  if (near) {
    x.set(near)
    for (let i = 0; i < size; i += 1) step[i]! *= 0.5
  }
  const season = new Float64Array(start.season)
  const of = (p: Float64Array): [number, number, number, number, number, number] => {
    const alpha = p[atAlpha]!
    return [
      alpha,
      trend ? alpha * p[atBeta]! : 0,
      seasonal ? (1 - alpha) * p[atGamma]! : 0,
      damped ? p[atPhi]! : trend ? 1 : 0,
      p[atLevel]!,
      trend ? p[atSlope]! : 0,
    ]
  }
  const outside = (value: number): boolean => value < LOW || value > HIGH
  const objective = (p: Float64Array): number => {
    if (outside(p[atAlpha]!)) return Infinity
    if (trend && outside(p[atBeta]!)) return Infinity
    if (seasonal && outside(p[atGamma]!)) return Infinity
    if (damped && (p[atPhi]! < PHI_LOW || p[atPhi]! > PHI_HIGH)) return Infinity
    season.set(start.season)
    return run(y, form, of(p), season)
  }
  const value = nelderMead(objective, x, step, { evaluations: 60 * size, tolerance: 1e-3 })
  if (value === Infinity) return null
  objective(x)
  const [alpha, beta, gamma, phi] = of(x)
  const fit: EtsFit = {
    form,
    alpha,
    beta,
    gamma,
    phi,
    level: after.level,
    slope: after.slope,
    season,
    period,
    n,
    aicc: value + 2 * parameters + (2 * parameters * (parameters + 1)) / (n - parameters - 1),
    sigma: Math.sqrt(after.sse / Math.max(1, n - size)),
  }
  return { fit, at: x }
}

/** Longer seasons than this are taken out before (season/longSeason.ts): too many figures to smooth. */
export const LONGEST_SEASON = 24

/**
 * Fits every form that is defined for the series; the first is the one of least AICc. `y`: at least 1 observation, no NaN; `period` 1 = no season. Values near 1 on average work best
 * (tolerances are absolute): the caller scales. A series too short for any form is fitted as its mean.
 */
export const fitEts = (y: Float64Array, period: number): readonly [EtsFit, ...EtsFit[]] => {
  const n = y.length
  let positive = true
  for (const value of y) if (!(value > 1e-3)) positive = false
  const seasonal = period > 1 && period <= LONGEST_SEASON && n >= 2 * period
  const fits: EtsFit[] = []
  for (const season of ['N', 'A', 'M'] as const) {
    if (season !== 'N' && (!seasonal || (season === 'M' && !positive))) continue
    const start = startOf(y, season, period)
    if (!start) continue
    for (const trend of ['N', 'A', 'Ad'] as const) {
      const additive = season === 'M' ? null : fitForm(y, { error: 'A', trend, season }, period, start)
      const relative = positive ? fitForm(y, { error: 'M', trend, season }, period, start, additive?.at) : null
      for (const found of [additive, relative]) if (found) fits.push(found.fit)
    }
  }
  fits.sort((a, b) => a.aicc - b.aicc)
  const [best, ...others] = fits
  return best ? [best, ...others] : [meanFit(y)]
}

const meanFit = (y: Float64Array): EtsFit => {
  let level = 0
  for (const value of y) level += value / y.length
  let sse = 0
  for (const value of y) sse += (value - level) ** 2
  return {
    form: { error: 'A', trend: 'N', season: 'N' },
    ...{ alpha: 0.1, beta: 0, gamma: 0, phi: 0, level, slope: 0, season: NO_SEASON, period: 1 },
    ...{ n: y.length, aicc: Infinity, sigma: Math.sqrt(sse / Math.max(1, y.length - 1)) },
  }
}

/** Mean over the forms, see `akaikeMean`. */
export const etsAverage = (fits: readonly [EtsFit, ...EtsFit[]], horizon: number): Float64Array =>
  akaikeMean(fits, horizon, (fit) => etsMean(fit, horizon))

/**
 * Standard deviation of the error of *cumulative* demand over `periods` periods after `from` periods, in units of the
 * series: σ² Σᵢ (Σⱼ ψⱼ₋ᵢ)² with the ψ-weights of the form (Hyndman et al. 2008, ch. 6); a multiplicative error is taken at the
 * mean level of the window.
 */
export const cumulativeSigma = (fit: EtsFit, mean: Float64Array, from: number, periods: number): number => {
  const end = from + periods
  // Sums of ψ₀ … ψⱼ; one error is felt for the whole of what follows it.
  const sums = new Float64Array(end + 1)
  let drift = 0
  let power = 1
  for (let j = 0; j < end; j += 1) {
    let psi = 1
    if (j > 0) {
      drift += fit.beta * power
      power *= fit.phi
      psi = fit.alpha + drift + (fit.form.season !== 'N' && j % fit.period === 0 ? fit.gamma : 0)
    }
    sums[j + 1] = sums[j]! + psi
  }
  let variance = 0
  for (let i = 0; i < end; i += 1) variance += (sums[end - i]! - sums[Math.max(0, from - i)]!) ** 2
  let level = 1
  if (fit.form.error === 'M') {
    level = 0
    for (let h = from; h < end; h += 1) level += Math.abs(mean[h]!) / periods
  }
  return fit.sigma * level * Math.sqrt(variance)
}

/** Point forecasts for `horizon` periods. */
export const etsMean = (fit: EtsFit, horizon: number): Float64Array => {
  const mean = new Float64Array(horizon)
  let { level, slope } = fit
  for (let h = 0; h < horizon; h += 1) {
    slope *= fit.phi
    level += slope
    const s = fit.form.season === 'N' ? 0 : fit.season[(fit.n + h) % fit.period]!
    mean[h] = fit.form.season === 'M' ? level * s : level + s
  }
  return mean
}
