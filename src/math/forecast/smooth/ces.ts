/**
 * Complex exponential smoothing (Svetunkov, Kourentzes & Ord 2022): level and an unseen potential smoothed with a complex
 * weight; no trend needs to be chosen. Season none, partial (real figures) and full (complex), weighed by AICc. States at the start
 * by backcasting: forwards, backwards, forwards.
 */
import { nelderMead } from '../../numerics/nelderMead.ts'
import { akaikeMean } from './akaikeMean.ts'
import { seasonalFigures } from './season/seasonal.ts'

type CesSeason = 'none' | 'partial' | 'full'
export interface CesFit {
  readonly season: CesSeason
  readonly aicc: number
  readonly mean: Float64Array
  /** α₀, α₁, and for the season β or β₀, β₁. */
  readonly weights: readonly number[]
}

/** Level, potential, then the figures and their potentials by season. */
interface States {
  level: number
  potential: number
  readonly figure: Float64Array
  readonly shadow: Float64Array
}

/** A growth that the weights imply (α₁ > 1) fades like a damped trend: nothing grows exponentially for long. */
const DAMPING = 0.9
const SHORTEST = 10

/** One sweep in place, over time forwards or backwards; returns the sum of squared errors. */
const sweep = (y: Float64Array, kind: CesSeason, p: Float64Array, states: States, backwards: boolean): number => {
  const n = y.length
  const m = states.figure.length
  const [a0, a1] = [p[0]!, p[1]!]
  const b0 = kind === 'none' ? 0 : p[2]!
  const b1 = kind === 'full' ? p[3]! : 0
  const { figure, shadow } = states
  let l = states.level
  let c = states.potential
  let sse = 0
  let at = backwards && m > 0 ? (n - 1) % m : 0
  for (let i = 0; i < n; i += 1) {
    const value = y[backwards ? n - 1 - i : i]!
    const s = m > 0 ? figure[at]! : 0
    const e = value - l - s
    sse += e * e
    const before = l
    l = before - (1 - a1) * c + (a0 - a1) * e
    c = before + (1 - a0) * c + (a0 + a1) * e
    if (kind === 'partial') figure[at] = s + b0 * e
    else if (kind === 'full') {
      const d = shadow[at]!
      figure[at] = s - (1 - b1) * d + (b0 - b1) * e
      shadow[at] = s + (1 - b0) * d + (b0 + b1) * e
    }
    if (m > 0) at = backwards ? (at === 0 ? m - 1 : at - 1) : at + 1 === m ? 0 : at + 1
  }
  states.level = l
  states.potential = c
  return sse
}

const project = (kind: CesSeason, p: Float64Array, states: States, n: number, horizon: number): Float64Array => {
  const mean = new Float64Array(horizon)
  const m = states.figure.length
  let { level: l, potential: c } = states
  let damp = 1
  for (let h = 0; h < horizon; h += 1) {
    const at = m > 0 ? (n + h) % m : 0
    const s = m > 0 ? states.figure[at]! : 0
    mean[h] = l + s
    const before = l
    damp *= DAMPING
    l = before - (p[1]! > 1 ? damp : 1) * (1 - p[1]!) * c
    c = before + (1 - p[0]!) * c
    if (kind === 'full') {
      const d = states.shadow[at]!
      states.figure[at] = s - (1 - p[3]!) * d
      states.shadow[at] = s + (1 - p[2]!) * d
    }
  }
  return mean
}

/**
 * The region in which errors of the past fade (paper, eq. 20). Without it the likelihood of short series prefers weights whose
 * forecasts explode: 1.1 points of sMAPE on yearly M3 series.
 */
export const isStable = (a0: number, a1: number): boolean =>
  (a0 - 2.5) ** 2 + a1 ** 2 > 1.25 && (a0 - 0.5) ** 2 + (a1 - 1) ** 2 > 0.25 && (a0 - 1.5) ** 2 + (a1 - 0.5) ** 2 < 1.5

const fitKind = (y: Float64Array, period: number, horizon: number, kind: CesSeason): CesFit | null => {
  const n = y.length
  const m = kind === 'none' ? 0 : period
  const figures = kind === 'none' ? new Float64Array(0) : seasonalFigures(y, period, false)
  if (!figures) return null
  const size = kind === 'none' ? 2 : kind === 'partial' ? 3 : 4
  // States at the start are estimated too, if by backcasting: two of the level, one or two for each season.
  const parameters = size + 3 + (kind === 'partial' ? m : kind === 'full' ? 2 * m : 0)
  if (n <= parameters + 1) return null
  let first = 0
  const head = Math.min(n, Math.max(period, 10))
  for (let t = 0; t < head; t += 1) first += (y[t]! - (m > 0 ? figures[t % m]! : 0)) / head
  const states: States = { level: 0, potential: 0, figure: new Float64Array(m), shadow: new Float64Array(m) }
  const reset = (): void => {
    states.level = first
    states.potential = first / 1.1
    states.figure.set(figures)
    if (kind === 'full') for (let i = 0; i < m; i += 1) states.shadow[i] = figures[i]! / 1.1
  }
  const error = (p: Float64Array): number => {
    reset()
    sweep(y, kind, p, states, false)
    sweep(y, kind, p, states, true)
    return sweep(y, kind, p, states, false)
  }
  const x = new Float64Array(size)
  const step = new Float64Array(size)
  x.set(kind === 'full' ? [1.3, 1, 1.3, 1] : kind === 'partial' ? [1.3, 1, 0.1] : [1.3, 1])
  step.set(kind === 'full' ? [0.15, 0.02, 0.15, 0.02] : kind === 'partial' ? [0.15, 0.02, 0.1] : [0.15, 0.02])
  const value = nelderMead(
    (p) => {
      if (!isStable(p[0]!, p[1]!)) return Infinity
      if (kind === 'partial' && (p[2]! < 0 || p[2]! > 1)) return Infinity
      if (kind === 'full' && !isStable(p[2]!, p[3]!)) return Infinity
      const sse = error(p)
      return sse < 1e12 ? n * Math.log(sse / n + 1e-16) : Infinity
    },
    x,
    step,
    { evaluations: 60 * size, tolerance: 1e-3 },
  )
  if (value === Infinity) return null
  error(x)
  return {
    season: kind,
    aicc: value + 2 * parameters + (2 * parameters * (parameters + 1)) / (n - parameters - 1),
    mean: project(kind, x, states, n, horizon),
    weights: [...x],
  }
}

/** The kinds of CES that are defined for the series; null for a series too short for any. */
export const fitCes = (y: Float64Array, period: number, horizon: number): readonly [CesFit, ...CesFit[]] | null => {
  const kinds: readonly CesSeason[] =
    period > 1 && period <= 24 && y.length >= 2 * period ? ['none', 'partial', 'full'] : ['none']
  // Two weights and two states fit anything of that length, and go anywhere from there.
  if (y.length < SHORTEST) return null
  const [first, ...others] = kinds.map((kind) => fitKind(y, period, horizon, kind)).filter((fit) => fit !== null)
  return first ? [first, ...others] : null
}

/** Forecasts of CES, the mean over its kinds (see `akaikeMean`); null for a series too short for it. */
export const complexSmoothing = (y: Float64Array, period: number, horizon: number): Float64Array | null => {
  const fits = fitCes(y, period, horizon)
  return fits && akaikeMean(fits, horizon, ({ mean }) => mean)
}
