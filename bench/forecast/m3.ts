/** Accuracy on the M3 series: sMAPE, MASE and OWA against Naive2 as in the M4 competition, RMSSE as in the M5. */
import { forecast, type SmoothModel } from '../../src/math/forecast/index.ts'
import { say } from '../kit/report.ts'
import type { M3Series } from './data.ts'
import { mase, rmsse, smape } from './metrics.ts'

const MODELS: readonly (readonly [SmoothModel, string])[] = [
  ['naive2', 'Naive2'],
  ['snaive', 'seasonal naive'],
  ['ses', 'SES'],
  ['theta', 'theta (M3)'],
  ['ets', 'ETS, least AICc'],
  ['dotm', 'dynamic theta'],
  ['ces', 'CES'],
  ['ar', 'autoregression'],
  ['mean', 'mean of ETS, dynamic theta, CES'],
  ['auto', 'five, extremes at 1/4 (default)'],
]
const GROUPS = ['yearly', 'quarterly', 'monthly', 'other', 'yearly_other', 'all'] as const

interface Sum {
  smape: number
  mase: number
  n: number
  rmsse: number
  /** Series that have an RMSSE. */
  scaled: number
}

const add = (sum: Sum, { past, future, period }: M3Series, mean: Float64Array): void => {
  const squared = rmsse(past, future, mean)
  sum.smape += smape(future, mean)
  sum.mase += mase(past, future, mean, period)
  sum.n += 1
  sum.rmsse += squared ?? 0
  sum.scaled += squared === null ? 0 : 1
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits))

export const m3Accuracy = (series: readonly M3Series[]) => {
  const sums = new Map<string, Sum>()
  for (const one of series)
    for (const [model] of MODELS) {
      const { mean } = forecast(one.past, { horizon: one.horizon, period: one.period, models: model })
      const groups =
        one.group === 'yearly' || one.group === 'other' ? [one.group, 'yearly_other', 'all'] : [one.group, 'all']
      for (const group of groups) {
        const key = `${group}|${model}`
        const sum = sums.get(key) ?? { smape: 0, mase: 0, n: 0, rmsse: 0, scaled: 0 }
        add(sum, one, mean)
        sums.set(key, sum)
      }
    }
  const of = (group: string, model: string) => {
    const [sum, base] = [sums.get(`${group}|${model}`), sums.get(`${group}|naive2`)]
    if (!sum || !base) return null
    return {
      smape: round(sum.smape / sum.n, 2),
      owa: round((sum.smape / base.smape + sum.mase / base.mase) / 2, 3),
      rmsse: round(sum.rmsse / sum.scaled, 3),
      n: sum.n,
    }
  }
  say(
    `M3, sMAPE / OWA / RMSSE by group: ${GROUPS.map((group) => `${group} ${of(group, 'naive2')?.n ?? 0}`).join(', ')} series`,
  )
  say(`${''.padEnd(34)}${GROUPS.map((group) => group.padStart(23)).join('')}`)
  for (const [model, title] of MODELS)
    say(
      `${title.padEnd(34)}${GROUPS.map((group) => {
        const found = of(group, model)
        return (
          found ? `${found.smape.toFixed(2)} / ${found.owa.toFixed(3)} / ${found.rmsse.toFixed(3)}` : '-'
        ).padStart(23)
      }).join('')}`,
    )
  return {
    all_smape: of('all', 'auto')?.smape ?? null,
    mean_of_three_smape: of('all', 'mean')?.smape ?? null,
    naive2_smape: of('all', 'naive2')?.smape ?? null,
    all_rmsse: of('all', 'auto')?.rmsse ?? null,
    naive2_rmsse: of('all', 'naive2')?.rmsse ?? null,
    owa: {
      monthly: of('monthly', 'auto')?.owa ?? null,
      quarterly: of('quarterly', 'auto')?.owa ?? null,
      yearly_other: of('yearly_other', 'auto')?.owa ?? null,
    },
  }
}
