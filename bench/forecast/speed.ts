/** Series per second of CPU on monthly M3 series, one core, and as a ratio to a plain SES in the same process. */
import { calibrate, forecast, type SmoothModel } from '../../src/math/forecast/index.ts'
import { say } from '../kit/report.ts'
import type { M3Series } from './data.ts'

const MOST = 250
const PERIOD = 12
const LEVELS = [0.5, 0.8, 0.9, 0.95, 0.99]

/** The yardstick: SES with ten weights tried, nothing else. */
const plainSes = (y: Float64Array): number => {
  let [best, least] = [0, Infinity]
  for (let k = 1; k <= 10; k += 1) {
    const alpha = k / 10.5
    let level = y[0]!
    let sse = 0
    for (let t = 1; t < y.length; t += 1) {
      const e = y[t]! - level
      sse += e * e
      level += alpha * e
    }
    if (sse < least) {
      least = sse
      best = level
    }
  }
  return best
}

export const perSecond = (series: readonly M3Series[], work: (one: M3Series) => unknown, rounds = 1): number => {
  const before = process.cpuUsage()
  for (let round = 0; round < rounds; round += 1) for (const one of series) work(one)
  const { user, system } = process.cpuUsage(before)
  return (1e6 * rounds * series.length) / (user + system)
}

export const speed = (all: readonly M3Series[]) => {
  const series = all.filter((one) => one.group === 'monthly').slice(0, MOST)
  if (series.length === 0) return null
  const horizon = series[0]!.horizon
  const by = (models: SmoothModel) => (one: M3Series) => forecast(one.past, { horizon, period: PERIOD, models })
  for (const one of series.slice(0, 30)) by('auto')(one)
  const calibration = calibrate(
    series.slice(0, 100).map((one) => one.past),
    { horizon, period: PERIOD },
  )
  const ets = perSecond(series, by('ets'))
  const theta = perSecond(series, by('dotm'))
  const ensemble = perSecond(series, (one) => {
    const made = forecast(one.past, { horizon, period: PERIOD, calibration })
    for (const p of LEVELS) {
      made.quantile(p)
      made.cumulative(0, horizon).quantile(p)
    }
  })
  // The rest of the truth: the scores of the calibration are a further forecast of each series.
  const calibrated =
    1 / (1 / ensemble + 1 / perSecond(series, (one) => calibrate([one.past], { horizon, period: PERIOD })))
  const ses = perSecond(series, (one) => plainSes(one.past), 40)
  say(
    `series per second of CPU, monthly: ETS ${ets.toFixed(0)}, dynamic theta ${theta.toFixed(0)}, combination with quantiles ${ensemble.toFixed(0)} (${calibrated.toFixed(0)} with its calibration), plain SES ${ses.toFixed(0)}`,
  )
  return {
    series_per_s: {
      ets: Math.round(ets),
      theta: Math.round(theta),
      ensemble: Math.round(ensemble),
      ensemble_with_calibration: Math.round(calibrated),
    },
    ratio_to_naive_ses: Math.round(ses / ensemble),
  }
}
