/** Weekly demand with a season of 52: the combination, its parts alone, and no season at all; rolling origins, nothing known ahead. */
import { forecast, type SmoothModel } from '../../src/math/forecast/index.ts'
import { say } from '../kit/report.ts'
import type { PromoRow } from './data.ts'
import { rmsse } from './metrics.ts'

const HORIZON = 8
/** The earliest origin has two years before it: with less there are no figures of single weeks. */
const ORIGINS = [16, 12, 8]
const YEAR = 52

const METHODS: readonly (readonly [title: string, period: number, models: SmoothModel])[] = [
  ['combination (default)', YEAR, 'auto'],
  ['combination, no season', 1, 'auto'],
  ['ETS', YEAR, 'ets'],
  ['dynamic theta', YEAR, 'dotm'],
  ['CES', YEAR, 'ces'],
  ['autoregression', YEAR, 'ar'],
  ['SES', YEAR, 'ses'],
  ['naive', YEAR, 'snaive'],
]

interface Panel {
  readonly name: 'items' | 'totals'
  readonly series: readonly Float64Array[]
}

/** Units by store and brand (NaN = unknown), and the totals of each brand, each store and all, of weeks in which nothing is unknown. */
const panelsOf = (rows: readonly PromoRow[]): Panel[] => {
  const weeks = rows.map(({ week }) => week)
  const first = weeks.reduce((a, b) => Math.min(a, b))
  const length = weeks.reduce((a, b) => Math.max(a, b)) - first + 1
  const items = new Map<string, Float64Array>()
  const totals = new Map<string, Float64Array>()
  for (const { store, brand, week, units } of rows) {
    const id = `${store}|${brand}`
    if (!items.has(id)) items.set(id, new Float64Array(length).fill(Number.NaN))
    items.get(id)![week - first] = units
    for (const total of ['all', `store ${store}`, `brand ${brand}`]) {
      if (!totals.has(total)) totals.set(total, new Float64Array(length))
      totals.get(total)![week - first]! += units
    }
  }
  // No sale of a whole store or brand in a week: it is missing in the file.
  const known = (y: Float64Array) => y.map((units) => (units > 0 ? units : Number.NaN))
  return [
    { name: 'items', series: [...items.values()] },
    { name: 'totals', series: [...totals.values()].map(known) },
  ]
}

export const weekly = (rows: readonly PromoRow[]) => {
  if (rows.length === 0) return { weekly: null }
  const result: Record<string, Record<string, { wape: number; rmsse: number }>> = {}
  for (const { name, series } of panelsOf(rows)) {
    const found: Record<string, { wape: number; rmsse: number }> = {}
    for (const [title, period, models] of METHODS) {
      let [errors, units, scaled, count] = [0, 0, 0, 0]
      for (const y of series)
        for (const back of ORIGINS) {
          const past = y.subarray(0, y.length - back)
          const future = y.subarray(past.length, past.length + HORIZON)
          const { mean } = forecast(past, { horizon: HORIZON, period, models })
          const known = [...future.keys()].filter((h) => !Number.isNaN(future[h]!))
          const pick = (x: Float64Array) => Float64Array.from(known, (h) => x[h]!)
          for (const h of known) {
            errors += Math.abs(future[h]! - mean[h]!)
            units += future[h]!
          }
          const one =
            known.length > 0
              ? rmsse(
                  past.filter((value) => !Number.isNaN(value)),
                  pick(future),
                  pick(mean),
                )
              : null
          scaled += one ?? 0
          count += one === null ? 0 : 1
        }
      found[title] = { wape: Number(((100 * errors) / units).toFixed(2)), rmsse: Number((scaled / count).toFixed(3)) }
    }
    say(
      `weekly ${name}, ${series.length} series, ${ORIGINS.length} origins of ${HORIZON} weeks, no prices: WAPE / RMSSE`,
    )
    for (const [title, { wape, rmsse: scaled }] of Object.entries(found))
      say(`  ${title.padEnd(26)}${wape.toFixed(2)} % / ${scaled.toFixed(3)}`)
    result[name] = found
  }
  return { weekly: result }
}
