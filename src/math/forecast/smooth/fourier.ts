/**
 * Long seasons (52 weeks) by a few harmonics: with two or three years there is one value or two for each week, too few
 * for a figure of its own. A line and K pairs of sine and cosine are fitted together, K by AICc (Hyndman & Athanasopoulos, Forecasting: Principles and
 * Practice, §7.4); figures are multiplicative where demand is never far below zero.
 */
import { leastSquares } from '../numerics/leastSquares.ts'
import type { Adjusted } from './seasonal.ts'

const MOST_PAIRS = 6

/** Needs 1.5 periods; chooses no season where none pays for its parameters. */
export const deseasonaliseLong = (y: Float64Array, period: number): Adjusted => {
  const n = y.length
  const none: Adjusted = { y, kind: 'none', figures: null }
  if (n < 1.5 * period) return none
  const columns = [new Float64Array(n).fill(1), Float64Array.from({ length: n }, (_, t) => t / n)]
  let least = Infinity
  let chosen: Float64Array | null = null
  for (let pairs = 0; pairs <= MOST_PAIRS; pairs += 1) {
    if (pairs > 0) {
      const omega = (2 * Math.PI * pairs) / period
      columns.push(Float64Array.from({ length: n }, (_, t) => Math.sin(omega * t)))
      columns.push(Float64Array.from({ length: n }, (_, t) => Math.cos(omega * t)))
    }
    const beta = leastSquares(columns, y)
    let sse = 0
    for (let t = 0; t < n; t += 1) {
      let fitted = 0
      for (let i = 0; i < columns.length; i += 1) fitted += beta[i]! * columns[i]![t]!
      sse += (y[t]! - fitted) ** 2
    }
    const k = columns.length + 1
    const aicc = n * Math.log(sse / n + 1e-16) + 2 * k + (2 * k * (k + 1)) / (n - k - 1)
    // Errors of weekly demand are autocorrelated, which makes a season out of a wandering level: it has to win clearly.
    if (aicc < least - (pairs > 0 ? 2 : 0)) {
      least = aicc
      chosen = beta
    }
  }
  if (!chosen || chosen.length === 2) return none
  const figures = new Float64Array(period)
  for (let t = 0; t < period; t += 1)
    for (let pair = 1; 2 * pair < chosen.length; pair += 1) {
      const omega = (2 * Math.PI * pair * t) / period
      figures[t]! += chosen[2 * pair]! * Math.sin(omega) + chosen[2 * pair + 1]! * Math.cos(omega)
    }
  const [start, end] = [chosen[0]!, chosen[0]! + chosen[1]!]
  const mean = (start + end) / 2
  const lowest = Math.min(...figures)
  if (Math.min(start, end) > 0.2 * mean && mean > 0 && lowest > -0.8 * mean && y.every((value) => value >= 0)) {
    for (let t = 0; t < period; t += 1) figures[t] = 1 + figures[t]! / mean
    return { y: y.map((value, t) => value / figures[t % period]!), kind: 'multiplicative', figures }
  }
  return { y: y.map((value, t) => value - figures[t % period]!), kind: 'additive', figures }
}
