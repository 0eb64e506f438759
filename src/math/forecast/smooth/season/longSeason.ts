/**
 * Seasons longer than can be smoothed (52 weeks): harmonics say what is smooth of them, figures of single weeks by STL what those
 * leave over (the weeks before Christmas), shrunk by how much they differ no more than chance would have it.
 */
import { firstLearnt, harmonicSeason } from './fourier.ts'
import { type Adjusted, adjustedBy } from './seasonal.ts'
import { stl } from './stl.ts'

/** Two robust turns: a promotion of one year is not the season of its week. */
const ROBUST = 2

/** Addends by week, the same every year, shrunk towards none (empirical Bayes); null where chance explains them all. */
const ownFigures = (y: Float64Array, period: number): Float64Array | null => {
  const first = firstLearnt(y.length, period)
  const recent = y.subarray(first)
  const n = recent.length
  const { season, trend } = stl(recent, period, { seasonal: Infinity, robust: ROBUST })
  let squares = 0
  for (let t = 0; t < n; t += 1) squares += (recent[t]! - season[t]! - trend[t]!) ** 2
  /** Variance of a week's mean over the years. */
  const variance = (squares / (n - period - 2)) * (period / n)
  const figures = new Float64Array(period)
  for (let t = n - period; t < n; t += 1) figures[(first + t) % period] = season[t]!
  const spread = figures.reduce((sum, figure) => sum + figure * figure, 0) / (period - 1)
  if (!(spread > variance)) return null
  return figures.map((figure) => (1 - variance / spread) * figure)
}

/** `y` without NaN; `period` > 3. Harmonics need a period and a half, figures of single weeks two. */
export const deseasonaliseLong = (y: Float64Array, period: number): Adjusted => {
  const smooth = harmonicSeason(y, period)
  const n = y.length
  const own = n >= 2 * period ? ownFigures(smooth.y, period) : null
  if (!own) return smooth
  const level = smooth.y.subarray(n - period).reduce((sum, value) => sum + value / period, 0)
  const both = adjustedBy(smooth.y, own, smooth.kind === 'additive' ? 0 : level)
  if (!smooth.figures) return both
  if (both.kind !== smooth.kind) return smooth
  const together = smooth.figures.map((figure, i) =>
    both.kind === 'additive' ? figure + both.figures![i]! : figure * both.figures![i]!,
  )
  return { ...both, figures: together }
}
