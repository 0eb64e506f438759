/**
 * One model for all series of a panel: what one item shows of price, promotion and season serves the others. For demand that
 * is driven by what is known ahead, and for short pasts. Trained as it is used: each row is a period seen from an origin 1 … `horizon`
 * periods before.
 */
import { type BoostModel, type BoostSpec, boostPredictor, trainBoost } from './boost.ts'
import { featuresOf, levelOf, type PanelSeries } from './features.ts'

export interface GlobalSpec extends Partial<BoostSpec> {
  readonly horizon: number
  /** Periods of a year: the season. */
  readonly period: number
  /** Learn the logarithm of demand relative to its level (then the forecast is near the median, which the sum of absolute errors wants). */
  readonly logarithm?: boolean
  /** Periods at the end that are kept for early stopping; default `2 × horizon`. */
  readonly validation?: number
}

/** Plain data. */
export interface GlobalModel {
  readonly horizon: number
  readonly period: number
  readonly logarithm: boolean
  readonly boost: BoostModel
}

const FLOOR = 0.01

/** Trains on the past of a panel. Throws RangeError when no series has a past to learn from. */
export const trainGlobal = (panel: readonly PanelSeries[], spec: GlobalSpec): GlobalModel => {
  const { horizon, period, logarithm = false, validation = 2 * horizon } = spec
  const rows: number[][] = []
  const target: number[] = []
  const weight: number[] = []
  const late: boolean[] = []
  for (const series of panel) {
    const n = series.y.length
    for (let at = 5; at < n; at += 1) {
      if (Number.isNaN(series.y[at]!)) continue
      const origin = at - (at % horizon)
      if (origin < 4) continue
      const level = levelOf(series, origin)
      if (Number.isNaN(level)) continue
      rows.push(featuresOf(series, origin, at, level, period))
      const ratio = series.y[at]! / level
      target.push(logarithm ? Math.log(ratio + FLOOR) : ratio)
      weight.push(level)
      late.push(at >= n - validation)
    }
  }
  if (rows.length === 0) throw new RangeError('no series of the panel has a past to learn from')
  const mean = weight.reduce((sum, one) => sum + one, 0) / weight.length
  const columns = rows[0]!.map((_, f) => Float64Array.from(rows, (row) => row[f]!))
  const values = Float64Array.from(target)
  // Large items count more, as their errors do, but not so much that the small ones are not heard.
  const weights = Float64Array.from(weight, (one) => Math.sqrt(one / mean))
  const boosted: BoostSpec = { ...spec, objective: spec.objective ?? { kind: logarithm ? 'squared' : 'poisson' } }
  const stops = validation > 0 && late.some((one) => !one) && late.some((one) => one)
  let boost = trainBoost(columns, values, boosted, weights, stops ? (row) => late[row]! : undefined)
  // How many trees is known now; what happened lately is worth learning too.
  if (stops) boost = trainBoost(columns, values, { ...boosted, trees: Math.max(1, boost.trees.length) }, weights)
  return { horizon, period, logarithm, boost }
}

/** Forecasts of each series for the periods after its past, `horizon` of them; zeros for one without a past. */
export const forecastGlobal = (model: GlobalModel, panel: readonly PanelSeries[]): Float64Array[] => {
  const predict = boostPredictor(model.boost)
  return panel.map((series) => {
    const origin = series.y.length
    const level = levelOf(series, origin)
    const mean = new Float64Array(model.horizon)
    if (Number.isNaN(level)) return mean
    for (let h = 0; h < model.horizon; h += 1) {
      const value = predict(featuresOf(series, origin, origin + h, level, model.period))
      mean[h] = Math.max(0, level * (model.logarithm ? Math.exp(value) - FLOOR : value))
    }
    return mean
  })
}
