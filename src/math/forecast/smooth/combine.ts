/**
 * The combination. Which single method suits a series is hardly knowable from its past; the mean of good and different
 * ones is better than the best of them (M4: 12 of the 17 most accurate entries were combinations).
 */
import { onAllLevels } from './aggregate.ts'
import { autoregression } from './autoregression.ts'
import { onBothScales } from './bothScales.ts'
import { complexSmoothing } from './ces.ts'
import { type EtsFit, etsAverage, etsMean, fitEts, LONGEST_SEASON } from './ets.ts'
import { naive2, seasonalNaive, ses, theta } from './naive.ts'
import { deseasonaliseLong } from './season/longSeason.ts'
import { type Adjusted, reseasonalise } from './season/seasonal.ts'
import { dynamicTheta } from './theta.ts'

/**
 * `auto`: five forecasts (ETS, theta, CES, and two autoregressions), period by period a mean in which the highest and the
 * lowest count a quarter. `mean`: the plain mean of ETS, theta and CES. Others: one method alone.
 */
export type SmoothModel = 'auto' | 'mean' | 'ets' | 'dotm' | 'ces' | 'ar' | 'snaive' | 'naive2' | 'ses' | 'theta'

export interface SmoothForecast {
  readonly mean: Float64Array
  /** The best single ETS form: what it says of level, trend, season and the growth of errors. */
  readonly ets: EtsFit
  readonly season: Adjusted['kind']
  /** Forecast of each part that went in, by name. */
  readonly parts: Readonly<Record<string, Float64Array>>
}

/**
 * What the highest and the lowest of five count, the others counting 1: between the plain mean (of what is most accurate when all
 * are sound) and the mean of the middle three (which one that goes astray does not move).
 */
const EXTREMES = 0.25

const robustMean = (parts: readonly Float64Array[], horizon: number): Float64Array => {
  const sorted = new Float64Array(parts.length)
  return Float64Array.from({ length: horizon }, (_, h) => {
    let sum = 0
    for (let i = 0; i < parts.length; i += 1) {
      sorted[i] = parts[i]![h]!
      sum += sorted[i]!
    }
    sorted.sort()
    const extremes = sorted[0]! + sorted[parts.length - 1]!
    return (sum - (1 - EXTREMES) * extremes) / (parts.length - 2 * (1 - EXTREMES))
  })
}

const meanOf = (parts: readonly Float64Array[], horizon: number): Float64Array =>
  Float64Array.from({ length: horizon }, (_, h) => parts.reduce((sum, part) => sum + part[h]!, 0) / parts.length)

const singles: Readonly<Record<string, (y: Float64Array, period: number, horizon: number) => Float64Array>> = {
  dotm: (y, period, horizon) => dynamicTheta(y, period, horizon).mean,
  ces: (y, period, horizon) => complexSmoothing(y, period, horizon) ?? seasonalNaive(y, 1, horizon),
  ar: (y, period, horizon) => autoregression(y, period, horizon, true),
  snaive: seasonalNaive,
  naive2,
  ses,
  theta,
}

/**
 * Forecasts `horizon` periods. `y`: n ≥ 1 values without NaN, near 1 on average; means may be negative, the caller
 * knows whether demand may.
 */
export const smoothForecast = (
  y: Float64Array,
  period: number,
  horizon: number,
  model: SmoothModel = 'auto',
): SmoothForecast => {
  const long = period > LONGEST_SEASON
  const adjusted = long ? deseasonaliseLong(y, period) : null
  const series = adjusted ? adjusted.y : y
  const season = long ? 1 : period
  const n = y.length
  const back = (mean: Float64Array): Float64Array => (adjusted ? reseasonalise(mean, n, adjusted) : mean)
  const single = singles[model]
  const fits = single ? null : fitEts(series, season)
  const ets = fits ? fits[0] : plainSpread(series)
  const kind = adjusted
    ? adjusted.kind
    : ets.form.season === 'M'
      ? 'multiplicative'
      : ets.form.season === 'A'
        ? 'additive'
        : 'none'
  if (single) return { mean: back(single(series, season, horizon)), ets, season: kind, parts: {} }
  const exponential = etsAverage(fits!, horizon)
  if (model === 'ets') return { mean: back(etsMean(ets, horizon)), ets, season: kind, parts: {} }
  const ces = complexSmoothing(series, season, horizon) ?? exponential
  const thetaOf = (x: Float64Array, ahead: number): Float64Array => dynamicTheta(x, 1, ahead).mean
  const momentumOf = (x: Float64Array, ahead: number): Float64Array => autoregression(x, 1, ahead, true)
  const onAll = (method: typeof thetaOf) => (x: Float64Array) => onAllLevels(x, season, horizon, method)
  const parts: Record<string, Float64Array> = {
    ets: exponential,
    theta: model === 'mean' ? dynamicTheta(series, season, horizon).mean : onBothScales(series, onAll(thetaOf)),
    ces,
  }
  if (model === 'auto') {
    parts.momentum = onBothScales(series, onAll(momentumOf))
    parts.return = autoregression(series, season, horizon, false)
  }
  const forecasts = Object.values(parts)
  const mean = back(model === 'auto' ? robustMean(forecasts, horizon) : meanOf(forecasts, horizon))
  return { mean, ets, season: kind, parts }
}

/** Single methods other than ETS have no model of their errors: those of a random walk's changes stand in. */
const plainSpread = (y: Float64Array): EtsFit => {
  let sum = 0
  for (let t = 1; t < y.length; t += 1) sum += (y[t]! - y[t - 1]!) ** 2
  const sigma = Math.sqrt(sum / Math.max(1, y.length - 1) / 2)
  return {
    form: { error: 'A', trend: 'N', season: 'N' },
    ...{ alpha: 0.3, beta: 0, gamma: 0, phi: 0, level: y[y.length - 1]!, slope: 0, season: new Float64Array(0) },
    ...{ period: 1, n: y.length, aicc: Infinity, sigma },
  }
}
