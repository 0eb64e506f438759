/** Units of a store's brand by week, with prices and promotions known ahead: three rolling origins, each `HORIZON` weeks. */
import { forecast, forecastGlobal, type PanelSeries, trainGlobal } from '../../src/math/forecast/index.ts'
import { say } from '../kit/report.ts'
import type { PromoRow } from './data.ts'

const HORIZON = 8
const ORIGINS = 3
const KNOWN = 5

const panelOf = (rows: readonly PromoRow[]): PanelSeries[] => {
  let [first, last] = [Infinity, -Infinity]
  for (const { week } of rows) {
    first = Math.min(first, week)
    last = Math.max(last, week)
  }
  const weeks = last - first + 1
  const stores = [...new Set(rows.map((row) => row.store))].sort((a, b) => a - b)
  const nothing = () => new Float64Array(weeks).fill(Number.NaN)
  const panel = new Map<string, PanelSeries>()
  for (const { store, brand, week, units, deal, feature, prices } of rows) {
    const id = `${store}|${brand}`
    let series = panel.get(id)
    if (!series) {
      const known = Array.from({ length: KNOWN }, nothing)
      series = { id, y: nothing(), known, flags: [0, 1], groups: [brand, stores.indexOf(store)], start: first }
      panel.set(id, series)
    }
    const t = week - first
    const own = prices[brand - 1]!
    const others = prices.filter((_, i) => i !== brand - 1)
    series.y[t] = units
    const values = [
      deal,
      feature,
      own,
      own / (others.reduce((a, b) => a + b, 0) / others.length),
      own / Math.min(...others),
    ]
    values.forEach((value, k) => {
      series.known[k]![t] = value
    })
  }
  return [...panel.values()]
}

export const promoWape = (rows: readonly PromoRow[]): number | null => {
  if (rows.length === 0) return null
  const panel = panelOf(rows)
  const weeks = panel[0]!.y.length
  const errors = { global: 0, auto: 0, mean: 0 }
  let units = 0
  for (let k = ORIGINS; k >= 1; k -= 1) {
    const origin = weeks - k * HORIZON
    const past = panel.map((one) => ({ ...one, y: one.y.subarray(0, origin) }))
    // The sum of absolute errors wants the median.
    const model = trainGlobal(past, {
      horizon: HORIZON,
      period: 52,
      logarithm: true,
      objective: { kind: 'quantile', p: 0.5 },
    })
    const made = forecastGlobal(model, past)
    panel.forEach((one, i) => {
      const lately = one.y.subarray(origin - 13, origin).filter((value) => !Number.isNaN(value))
      const mean = lately.length > 0 ? lately.reduce((a, b) => a + b, 0) / lately.length : 0
      const auto = forecast(past[i]!.y, { horizon: HORIZON, period: 52 }).mean
      for (let h = 0; h < HORIZON; h += 1) {
        const actual = one.y[origin + h]!
        if (Number.isNaN(actual)) continue
        units += actual
        errors.global += Math.abs(actual - made[i]![h]!)
        errors.auto += Math.abs(actual - auto[h]!)
        errors.mean += Math.abs(actual - mean)
      }
    })
  }
  const wape = (error: number): number => Number(((100 * error) / units).toFixed(2))
  say(
    `promotion data, WAPE over ${ORIGINS} origins of ${HORIZON} weeks, ${panel.length} series: global model ${wape(errors.global)} %, combination without prices ${wape(errors.auto)} %, mean of 13 weeks ${wape(errors.mean)} %`,
  )
  return wape(errors.global)
}
