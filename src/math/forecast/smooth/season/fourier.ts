/**
 * The smooth part of long seasons (52 weeks) by a few harmonics: with two or three years there is one value or two for each week, too
 * few for a figure of its own. A line and K pairs of sine and cosine are fitted together, K by AICc (Hyndman & Athanasopoulos,
 * Forecasting: Principles and Practice, §7.4), after prewhitening (Cochrane & Orcutt 1949): without it a level that wanders
 * looks like a season. Figures are multiplicative where demand is never far below zero.
 */
import { leastSquares } from '../../../numerics/leastSquares.ts'
import { type Adjusted, adjustedBy } from './seasonal.ts'

const MOST_PAIRS = 6
const MOST_SEASONS = 6

/** The first period from which on a season is learnt: older seasons than six say little about the next. */
export const firstLearnt = (n: number, period: number): number => Math.max(0, n - MOST_SEASONS * period)

const fittedBy = (columns: readonly Float64Array[], beta: Float64Array): Float64Array =>
  columns[0]!.map((_, t) => {
    let sum = 0
    for (let i = 0; i < columns.length; i += 1) sum += beta[i]! * columns[i]![t]!
    return sum
  })

/** Autocorrelation of what is left over, at lag 1; 0 … 0.98. */
const persistence = (y: Float64Array, fitted: Float64Array): number => {
  let [cross, squares] = [0, 0]
  for (let t = 1; t < y.length; t += 1) {
    const before = y[t - 1]! - fitted[t - 1]!
    cross += before * (y[t]! - fitted[t]!)
    squares += before * before
  }
  return squares > 0 ? Math.min(0.98, Math.max(0, cross / squares)) : 0
}

/** Coefficients of line and harmonics with the least AICc: 2 + 2K of them. */
const harmonics = (y: Float64Array, period: number, first: number): Float64Array => {
  const n = y.length
  const column = (of: (t: number) => number) => Float64Array.from({ length: n }, (_, i) => of(first + i))
  const columns = [column(() => 1), column((t) => (t - first) / n)]
  for (let pair = 1; pair <= MOST_PAIRS; pair += 1) {
    const omega = (2 * Math.PI * pair) / period
    columns.push(
      column((t) => Math.sin(omega * t)),
      column((t) => Math.cos(omega * t)),
    )
  }
  const rho = persistence(y, fittedBy(columns, leastSquares(columns, y)))
  const whiten = (x: Float64Array): Float64Array => x.map((value, t) => (t === 0 ? value : value - rho * x[t - 1]!))
  const [white, target] = [columns.map(whiten), whiten(y)]
  let least = Infinity
  let chosen = new Float64Array(2)
  for (let k = 2; k <= columns.length; k += 2) {
    const used = white.slice(0, k)
    const beta = leastSquares(used, target)
    const fitted = fittedBy(used, beta)
    let sse = 0
    for (let t = 0; t < n; t += 1) sse += (target[t]! - fitted[t]!) ** 2
    const parameters = k + 2
    const aicc =
      n * Math.log(sse / n + 1e-16) + 2 * parameters + (2 * parameters * (parameters + 1)) / (n - parameters - 1)
    if (aicc < least) {
      least = aicc
      chosen = Float64Array.from(beta)
    }
  }
  return chosen
}

/** Needs 1.5 periods; chooses no season where none pays for its parameters. */
export const harmonicSeason = (y: Float64Array, period: number): Adjusted => {
  const n = y.length
  const none: Adjusted = { y, kind: 'none', figures: null }
  if (n < 1.5 * period) return none
  const first = firstLearnt(n, period)
  const recent = y.subarray(first)
  const chosen = harmonics(recent, period, first)
  if (chosen.length === 2) return none
  const addends = new Float64Array(period)
  for (let t = 0; t < period; t += 1)
    for (let pair = 1; 2 * pair < chosen.length; pair += 1) {
      const omega = (2 * Math.PI * pair * t) / period
      addends[t]! += chosen[2 * pair]! * Math.sin(omega) + chosen[2 * pair + 1]! * Math.cos(omega)
    }
  const [start, end] = [chosen[0]!, chosen[0]! + chosen[1]!]
  const mean = (start + end) / 2
  // Factors of a level that is nearly nothing at one end would be without measure.
  return adjustedBy(y, addends, Math.min(start, end) > 0.2 * mean ? mean : 0)
}
