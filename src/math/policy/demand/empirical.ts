import { share, some } from './check.ts'
import type { DemandDistribution } from './distribution.ts'

/**
 * The distribution of values seen, weighted (for instance by how recent they are).
 * @param values demand over the interval, one per window seen, any order. @param weights one per value; alike when left out.
 * @throws RangeError for no value, non-finite values, negative weights or weights that are all 0.
 */
export const empiricalDemand = (values: readonly number[], weights?: readonly number[]): DemandDistribution => {
  some('values', values)
  const n = values.length
  if (weights && weights.length !== n) throw new RangeError(`${n} values need ${n} weights, not ${weights.length}`)
  const order = values.map((_, at) => at).sort((a, b) => values[a]! - values[b]!)
  const x = Float64Array.from(order, (at) => values[at]!)
  const w = Float64Array.from(order, (at) => weights?.[at] ?? 1)
  let sum = 0
  for (let at = 0; at < n; at += 1) {
    if (!Number.isFinite(x[at]!)) throw new RangeError(`a value of ${x[at]} is no demand`)
    if (!(w[at]! >= 0)) throw new RangeError(`a weight of ${w[at]} is below 0`)
    sum += w[at]!
  }
  if (!(sum > 0)) throw new RangeError('weights must not all be 0')
  // From above: weight and weight × value beyond each place.
  const beyond = new Float64Array(n + 1)
  const beyondValue = new Float64Array(n + 1)
  let square = 0
  for (let at = n - 1; at >= 0; at -= 1) {
    beyond[at] = beyond[at + 1]! + w[at]! / sum
    beyondValue[at] = beyondValue[at + 1]! + (w[at]! / sum) * x[at]!
    square += (w[at]! / sum) * x[at]! * x[at]!
  }
  const mean = beyondValue[0]!
  /** First place with a value above `limit`. */
  const after = (limit: number): number => {
    let [low, high] = [0, n]
    while (low < high) {
      const middle = (low + high) >> 1
      if (x[middle]! > limit) high = middle
      else low = middle + 1
    }
    return low
  }
  return {
    mean,
    variance: Math.max(0, square - mean * mean),
    cdf: (limit) => 1 - beyond[after(limit)]!,
    quantile: (p) => {
      share('probability', p)
      let [low, high] = [0, n - 1]
      while (low < high) {
        const middle = (low + high) >> 1
        if (1 - beyond[middle + 1]! >= p - 1e-13) high = middle
        else low = middle + 1
      }
      return x[low]!
    },
    loss: (limit) => {
      const at = after(limit)
      return Math.max(0, beyondValue[at]! - limit * beyond[at]!)
    },
  }
}

/**
 * A forecast that answers quantiles only, as a distribution: its quantile function read at the middles of `steps` equal
 * slices of probability; beyond the last middle nothing is expected, so take more steps for promises near 1. @throws RangeError when it falls anywhere or is not finite.
 */
export const quantileDemand = (quantile: (p: number) => number, steps = 400): DemandDistribution => {
  const values = Array.from({ length: steps }, (_, k) => quantile((k + 0.5) / steps))
  const fall = values.findIndex((value, k) => k > 0 && value < values[k - 1]!)
  if (fall > 0)
    throw new RangeError(`quantiles fall from ${values[fall - 1]} to ${values[fall]} at ${(fall + 0.5) / steps}`)
  return empiricalDemand(values)
}
