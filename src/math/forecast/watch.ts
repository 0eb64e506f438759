/** Does a forecast still fit? Tracking signal of its errors, and where the level of demand changed. */

/**
 * Tracking signal of Trigg (1964): smoothed error ÷ smoothed absolute error, from −1 (always too high) to 1 (always too low). Beyond ±0.5
 * or so, with the usual weight 0.1, the forecast is biased. `errors`: actual − forecast, NaN = unknown; 0 without any.
 */
export const trackingSignal = (errors: ArrayLike<number>, weight = 0.1): number => {
  let [signed, absolute] = [0, 0]
  for (let t = 0; t < errors.length; t += 1) {
    const error = errors[t]!
    if (Number.isNaN(error)) continue
    signed += weight * (error - signed)
    absolute += weight * (Math.abs(error) - absolute)
  }
  return absolute > 0 ? signed / absolute : 0
}

export interface ChangePoint {
  /** First period of the new level. */
  readonly at: number
  readonly before: number
  readonly after: number
  /** The statistic that was compared with `LIMIT`. */
  readonly strength: number
}

/** Kolmogorov's limit of the maximum of a Brownian bridge: 1.63 is passed by one unchanged series in a hundred. */
const LIMIT = 1.63

/**
 * The latest change of level, by the CUSUM test of means on ranks (Pettitt 1979): ranks, so that one large order is no change. Looks again at
 * what is after each change found, so the last one is returned. `y`: NaN = unknown; null where none is to be seen, or fewer than
 * 8 known periods.
 */
export const changePoint = (y: ArrayLike<number>): ChangePoint | null => {
  const known: { readonly at: number; readonly value: number }[] = []
  for (let t = 0; t < y.length; t += 1) if (!Number.isNaN(y[t]!)) known.push({ at: t, value: y[t]! })
  let found: ChangePoint | null = null
  let start = 0
  for (;;) {
    const part = known.slice(start)
    const n = part.length
    if (n < 8) return found
    const ranks = ranksOf(part.map(({ value }) => value))
    const middle = (n + 1) / 2
    const variance = ranks.reduce((sum, rank) => sum + (rank - middle) ** 2, 0) / n
    if (!(variance > 0)) return found
    let [sum, best, split] = [0, 0, 0]
    for (let i = 0; i < n - 1; i += 1) {
      sum += ranks[i]! - middle
      const strength = Math.abs(sum) / Math.sqrt(n * variance)
      if (strength > best) {
        best = strength
        split = i + 1
      }
    }
    if (best <= LIMIT || split < 3 || n - split < 3) return found
    const mean = (from: number, to: number): number =>
      part.slice(from, to).reduce((all, { value }) => all + value, 0) / (to - from)
    found = { at: part[split]!.at, before: mean(0, split), after: mean(split, n), strength: best }
    start += split
  }
}

/** Ranks from 1 on; ties share the mean of theirs. */
const ranksOf = (values: readonly number[]): number[] => {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!)
  const ranks = new Array<number>(values.length)
  for (let i = 0; i < order.length; ) {
    let j = i
    while (j + 1 < order.length && values[order[j + 1]!] === values[order[i]!]) j += 1
    for (let k = i; k <= j; k += 1) ranks[order[k]!] = (i + j) / 2 + 1
    i = j + 1
  }
  return ranks
}
