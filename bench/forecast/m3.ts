/** Accuracy on the M3 series by the definitions of the M4 competition: sMAPE, MASE, and OWA against Naive2. */
import { forecast, type SmoothModel } from '../../src/math/forecast/index.ts'
import { say } from '../kit/report.ts'
import type { M3Series } from './data.ts'

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
  ['auto', 'middle three of five (default)'],
]
const GROUPS = ['yearly', 'quarterly', 'monthly', 'other', 'yearly_other', 'all'] as const

interface Sum {
  smape: number
  mase: number
  n: number
}

const scored = ({ past, future, period }: M3Series, mean: Float64Array): { smape: number; mase: number } => {
  let scale = 0
  for (let t = period; t < past.length; t += 1) scale += Math.abs(past[t]! - past[t - period]!) / (past.length - period)
  let [smape, mase] = [0, 0]
  for (let h = 0; h < future.length; h += 1) {
    const error = Math.abs(future[h]! - mean[h]!)
    const both = Math.abs(future[h]!) + Math.abs(mean[h]!)
    smape += both > 0 ? (200 * error) / both / future.length : 0
    mase += scale > 0 ? error / scale / future.length : 0
  }
  return { smape, mase }
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits))

export const m3Accuracy = (series: readonly M3Series[]) => {
  const sums = new Map<string, Sum>()
  for (const one of series)
    for (const [model] of MODELS) {
      const { mean } = forecast(one.past, { horizon: one.horizon, period: one.period, models: model })
      const { smape, mase } = scored(one, mean)
      const groups =
        one.group === 'yearly' || one.group === 'other' ? [one.group, 'yearly_other', 'all'] : [one.group, 'all']
      for (const group of groups) {
        const key = `${group}|${model}`
        const sum = sums.get(key) ?? { smape: 0, mase: 0, n: 0 }
        sum.smape += smape
        sum.mase += mase
        sum.n += 1
        sums.set(key, sum)
      }
    }
  const of = (group: string, model: string) => {
    const [sum, base] = [sums.get(`${group}|${model}`), sums.get(`${group}|naive2`)]
    if (!sum || !base) return null
    return {
      smape: round(sum.smape / sum.n, 2),
      owa: round((sum.smape / base.smape + sum.mase / base.mase) / 2, 3),
      n: sum.n,
    }
  }
  say(`M3, sMAPE / OWA by group: ${GROUPS.map((group) => `${group} ${of(group, 'naive2')?.n ?? 0}`).join(', ')} series`)
  say(`${''.padEnd(34)}${GROUPS.map((group) => group.padStart(15)).join('')}`)
  for (const [model, title] of MODELS)
    say(
      `${title.padEnd(34)}${GROUPS.map((group) => {
        const found = of(group, model)
        return (found ? `${found.smape.toFixed(2)} / ${found.owa.toFixed(3)}` : '-').padStart(15)
      }).join('')}`,
    )
  return {
    all_smape: of('all', 'auto')?.smape ?? null,
    mean_of_three_smape: of('all', 'mean')?.smape ?? null,
    naive2_smape: of('all', 'naive2')?.smape ?? null,
    owa: {
      monthly: of('monthly', 'auto')?.owa ?? null,
      quarterly: of('quarterly', 'auto')?.owa ?? null,
      yearly_other: of('yearly_other', 'auto')?.owa ?? null,
    },
  }
}
