/** What a forecast says, in the words of a buyer. */
import type { Classified } from './classify.ts'
import type { Distribution } from './distribution.ts'

export interface Explanation {
  readonly kind: Classified['kind']
  /** Demand per period that the forecast starts from, in units. */
  readonly level: number
  /** Change from the first to the last forecast period without season, in units per period. */
  readonly trend: number
  /** Highest and lowest season relative to the mean, when there is one. */
  readonly season: { readonly high: number; readonly low: number } | null
  readonly model: string
  readonly why: string
  readonly lines: readonly string[]
}

const said = (value: number): string =>
  value >= 100 ? Math.round(value).toString() : (Math.round(value * 100) / 100).toString()
const percent = (share: number): string => `${Math.round(100 * share)} %`

const kinds: Readonly<Record<Classified['kind'], string>> = {
  smooth: 'It sells in nearly every period, in amounts of about the same size',
  erratic: 'It sells in nearly every period, in amounts of very different sizes',
  intermittent: 'It sells now and then, in amounts of about the same size',
  lumpy: 'It sells now and then, in amounts of very different sizes',
  new: 'It is new: there is hardly any past',
  dying: 'It seems to sell no more',
}

const modelNames: Readonly<Record<string, string>> = {
  ets: 'exponential smoothing',
  theta: 'theta',
  ces: 'complex smoothing',
  momentum: 'continuation of recent changes',
  return: 'return to the mean',
}

export const explainForecast = (
  { classified, mean, smooth, scale }: Distribution,
  facts: {
    readonly unknown: number
    readonly scores: number
    readonly period: number
    readonly category: boolean
    readonly band: { readonly low: number; readonly high: number }
  },
): Explanation => {
  const { kind, adi } = classified
  const horizon = mean.length
  const average = mean.reduce((sum, value) => sum + value, 0) / Math.max(1, horizon)
  const lines: string[] = []
  const interval = Number.isFinite(adi) && adi >= 1.32 ? `; one period in ${said(adi)} has demand` : ''
  lines.push(`${kinds[kind]}${interval}.`)
  let trend = 0
  let season: Explanation['season'] = null
  let model = 'rate of demand'
  let why = 'with many periods without demand a level and its spread are all that can be known'
  if (smooth) {
    const { form, slope, phi } = smooth.ets
    trend = form.trend === 'N' ? 0 : slope * phi * scale
    if (smooth.season !== 'none' && average > 0) {
      const cycle = Math.min(facts.period, horizon)
      const figures = [...mean.slice(0, cycle)].map((value) => value / average)
      season = { high: Math.max(...figures), low: Math.min(...figures) }
    }
    const parts = Object.entries(smooth.parts)
    if (parts.length > 0) {
      const opinions = parts.map(([name, part]) => {
        const one = (part.reduce((sum, value) => sum + value, 0) / horizon) * scale
        return `${modelNames[name]} ${said(Math.max(0, one))}`
      })
      model = parts.length > 3 ? 'mean of five methods, the extremes of which count a quarter' : 'mean of three methods'
      why = 'no single method is best for long, and what one of them exaggerates the others leave out'
      lines.push(`Per period they say: ${opinions.join(', ')}.`)
    } else {
      model = 'one method'
      why = 'it was asked for'
    }
  } else if (kind === 'dying') {
    model = 'fading rate'
    why = `nothing was sold in the last ${classified.since} periods, which an item that is alive would hardly do`
  } else if (kind === 'new' && facts.category) {
    model = 'profile of its category'
    why = 'its own past is too short: similar items say how it will go on, its own sales how large it is'
  }
  lines.push(`Level: about ${said(average)} a period.`)
  if (Math.abs(trend) > 0.002 * Math.max(average, 1e-9))
    lines.push(`Trend: ${trend > 0 ? 'up' : 'down'} by ${said(Math.abs(trend))} a period, fading if it is damped.`)
  else lines.push('Trend: none that could be told from chance.')
  if (season) lines.push(`Season: from ${percent(season.low)} to ${percent(season.high)} of the mean.`)
  lines.push(`Method: ${model}, since ${why}.`)
  if (facts.unknown > 0)
    lines.push(`${facts.unknown} periods are left out: demand is not known where nothing was in stock.`)
  lines.push(`In nine of ten cases the whole horizon brings ${said(facts.band.low)} to ${said(facts.band.high)} units.`)
  lines.push(
    facts.scores > 0
      ? `The band is set by ${facts.scores} earlier forecasts of such items and what really came.`
      : 'The band is what the method believes: it was not compared with earlier forecasts.',
  )
  return { kind, level: average, trend, season, model, why, lines }
}
