import { above, share, some } from '../demand/check.ts'

export interface Trial {
  /** Cost of one unit short a day that reorder points were set by. */
  readonly penalty: number
  /** Fill that came of it, simulated over the past or observed. */
  readonly fill: number
}

/**
 * The penalty that will give the fill a user typed: read off trials over the past. Unfilled demand falls about as a power
 * of the penalty, so ln(1 − fill) is taken as piecewise linear in ln(penalty), and as constant beyond a factor of 4 of what
 * was tried. A model's own prediction of fill is off where demand moves; what came of it is not.
 * @throws RangeError for fewer than two trials, penalties ≤ 0, or a target not between 0 and 1.
 */
export const penaltyForFill = (trials: readonly Trial[], target: number): number => {
  share('fill target', target)
  some('trials', trials)
  if (trials.length < 2) throw new RangeError('one trial says nothing about another penalty: try at least two')
  const points = trials
    .map(({ penalty, fill }) => {
      above('penalty', penalty, 0)
      return { x: Math.log(penalty), y: Math.log(Math.max(1e-6, 1 - fill)) }
    })
    .sort((a, b) => a.x - b.x)
  // More penalty never fills less: noise that says so is levelled (pool adjacent violators).
  const blocks: { xs: number[]; y: number }[] = []
  for (const { x, y } of points) {
    blocks.push({ xs: [x], y })
    while (blocks.length > 1 && blocks.at(-1)!.y > blocks.at(-2)!.y) {
      const last = blocks.pop()!
      const into = blocks.at(-1)!
      into.y = (into.y * into.xs.length + last.y * last.xs.length) / (into.xs.length + last.xs.length)
      into.xs.push(...last.xs)
    }
  }
  const level = blocks.map(({ xs, y }) => ({ x: xs.reduce((sum, x) => sum + x, 0) / xs.length, y }))
  const wanted = Math.log(1 - target)
  if (level.length === 1) return Math.exp(level[0]!.x)
  const at = level.findIndex(({ y }) => y <= wanted)
  const right = at < 0 ? level.length - 1 : Math.max(1, at)
  const [a, b] = [level[right - 1]!, level[right]!]
  const x = a.x + ((b.x - a.x) * (wanted - a.y)) / (b.y - a.y)
  return Math.exp(Math.min(level.at(-1)!.x + Math.log(4), Math.max(level[0]!.x - Math.log(4), x)))
}
