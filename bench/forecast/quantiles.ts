/**
 * How often demand stays within its quantile (of cumulative demand, calibrated on origins before), and the scaled pinball loss
 * of daily demand over the nine levels of the M5 competition.
 */
import { calibrate, type DemandClass, type Forecast, forecast } from '../../src/math/forecast/index.ts'
import { say } from '../kit/report.ts'
import type { M3Series } from './data.ts'
import { rmsse } from './metrics.ts'

const LEVELS = [0.8, 0.9, 0.95]
const M5_LEVELS = [0.005, 0.025, 0.165, 0.25, 0.5, 0.75, 0.835, 0.975, 0.995]
const DECILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
const ORIGINS = 3
const PARTS_HORIZON = 6
const DAILY_HORIZON = 28
/** Days of the past without which an item is not judged. */
const DAILY_PAST = 28

class Coverage {
  readonly #counts = new Map<string, number[]>()
  add(groups: readonly string[], made: Forecast, actual: Float64Array, windows: readonly number[]): void {
    for (const periods of windows) {
      let sum = 0
      for (let h = 0; h < periods; h += 1) sum += actual[h]!
      if (Number.isNaN(sum)) continue
      const window = made.cumulative(0, periods)
      const hits = LEVELS.map((p) => (sum <= window.quantile(p) ? 1 : 0))
      for (const group of [...groups, 'all']) {
        const counts = this.#counts.get(group) ?? LEVELS.map(() => 0).concat(0)
        hits.forEach((hit, i) => {
          counts[i]! += hit
        })
        counts[LEVELS.length]! += 1
        this.#counts.set(group, counts)
      }
    }
  }
  of(group: string): number[] {
    const counts = this.#counts.get(group)
    return LEVELS.map((_, i) => (counts ? counts[i]! / counts[LEVELS.length]! : Number.NaN))
  }
  table(): void {
    say(
      `${'coverage of cumulative demand at'.padEnd(34)}${LEVELS.map((p) => String(p).padStart(8)).join('')}   windows`,
    )
    for (const [group, counts] of [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)))
      say(
        `${group.padEnd(34)}${this.of(group)
          .map((share) => share.toFixed(3).padStart(8))
          .join('')}${String(counts[LEVELS.length]).padStart(10)}`,
      )
  }
}

const half = (horizon: number): number[] => [...new Set([1, Math.ceil(horizon / 2), horizon])]

const ofM3 = (series: readonly M3Series[], coverage: Coverage): void => {
  const panels = Map.groupBy(series, ({ period, horizon }) => `${period}|${horizon}`)
  for (const panel of panels.values()) {
    const { period, horizon, group } = panel[0]!
    const past = panel.map((one) => one.past)
    const calibration = calibrate(past, { horizon, period })
    for (const one of panel) {
      const made = forecast(one.past, { horizon, period, calibration })
      coverage.add([`M3 ${group}`], made, one.future, half(horizon))
    }
  }
}

const ofParts = (parts: readonly Float64Array[], coverage: Coverage): void => {
  const horizon = PARTS_HORIZON
  const long = parts.filter((y) => y.length > 40)
  for (let k = 0; k < ORIGINS; k += 1) {
    const past = long.map((y) => y.subarray(0, y.length - horizon * (k + 1)))
    const calibration = calibrate(past, { horizon, period: 12, origins: 2 })
    long.forEach((y, i) => {
      const made = forecast(past[i]!, { horizon, period: 12, calibration })
      coverage.add(['car parts', `car parts, ${made.kind}`], made, y.subarray(past[i]!.length), half(horizon))
    })
  }
}

/** Pinball loss of one horizon, mean over levels and days. */
const pinball = (made: Forecast, actual: Float64Array, levels: readonly number[]): number => {
  let loss = 0
  for (const p of levels) {
    const quantile = made.quantile(p)
    for (let h = 0; h < quantile.length; h += 1) {
      const error = actual[h]! - quantile[h]!
      loss += (error >= 0 ? p * error : (p - 1) * error) / levels.length / quantile.length
    }
  }
  return loss
}

const ofDaily = (days: readonly Float64Array[], coverage: Coverage) => {
  const horizon = DAILY_HORIZON
  const losses = { model: 0, deciles: 0, flat: 0, n: 0 }
  const squared = { model: 0, lately: 0 }
  const byKind = new Map<DemandClass, { loss: number; n: number }>()
  for (let k = 0; k < ORIGINS; k += 1) {
    const past = days.map((y) => y.subarray(0, y.length - horizon * (k + 1)))
    const calibration = calibrate(past, { horizon, period: 7, origins: 2 })
    days.forEach((y, i) => {
      const one = past[i]!
      const first = one.findIndex((value) => value > 0)
      if (first < 0 || one.length - first < DAILY_PAST) return
      let scale = 0
      for (let t = first + 1; t < one.length; t += 1)
        scale += Math.abs(one[t]! - one[t - 1]!) / (one.length - first - 1)
      if (!(scale > 0)) return
      const actual = y.subarray(one.length, one.length + horizon)
      const made = forecast(one, { horizon, period: 7, calibration })
      coverage.add(['daily', `daily, ${made.kind}`], made, actual, [7, 14, horizon])
      const loss = pinball(made, actual, M5_LEVELS) / scale
      losses.model += loss
      losses.deciles += pinball(made, actual, DECILES) / scale
      losses.flat += pinball(pastQuantiles(one.subarray(first), horizon), actual, M5_LEVELS) / scale
      losses.n += 1
      squared.model += rmsse(one, actual, made.mean)!
      squared.lately += rmsse(one, actual, meanOfLast(one, horizon))!
      const kind = byKind.get(made.kind) ?? { loss: 0, n: 0 }
      kind.loss += loss
      kind.n += 1
      byKind.set(made.kind, kind)
    })
  }
  if (losses.n === 0) return { retail_scaled_pinball: null, retail_rmsse: null }
  say(
    `daily demand, scaled pinball over the nine levels of M5: ${(losses.model / losses.n).toFixed(3)} (deciles ${(losses.deciles / losses.n).toFixed(3)}; quantiles of all the past ${(losses.flat / losses.n).toFixed(3)}), ${losses.n} forecasts`,
  )
  say(
    `daily demand, RMSSE by the definition of M5, unweighted: ${(squared.model / losses.n).toFixed(3)} (mean of the last ${horizon} days ${(squared.lately / losses.n).toFixed(3)})`,
  )
  for (const [kind, { loss, n }] of byKind) say(`  ${kind.padEnd(14)}${(loss / n).toFixed(3)}  ${n} forecasts`)
  const mean = (sum: number): number => Number((sum / losses.n).toFixed(4))
  return { retail_scaled_pinball: mean(losses.model), retail_rmsse: mean(squared.model) }
}

const meanOfLast = (past: Float64Array, days: number): Float64Array =>
  new Float64Array(days).fill(past.subarray(-days).reduce((sum, units) => sum + units / days, 0))

/** The baseline: every day has the quantiles of all days of the past. */
const pastQuantiles = (past: Float64Array, horizon: number): Forecast => {
  const sorted = past.slice().sort()
  return {
    quantile: (p: number) => new Float64Array(horizon).fill(sorted[Math.floor(p * (sorted.length - 1))]!),
  } as Forecast
}

export const quantileFigures = (
  series: readonly M3Series[],
  parts: readonly Float64Array[],
  days: readonly Float64Array[],
) => {
  const coverage = new Coverage()
  ofM3(series, coverage)
  ofParts(parts, coverage)
  const retail = ofDaily(days, coverage)
  coverage.table()
  const all = coverage.of('all')
  return {
    coverage: Object.fromEntries(LEVELS.map((p, i) => [String(p), Number(all[i]!.toFixed(4))])),
    ...retail,
  }
}
