import { some } from './check.ts'
import type { DiscreteDemand } from './distribution.ts'

/**
 * Distribution on 0, 1, … n−1 from weights (any scale; normalised). Loss by the recursion loss(k+1) = loss(k) − P(D > k).
 * @throws RangeError for none, negative or non-finite weights, or a sum of zero.
 */
export const discreteDemand = (weights: ArrayLike<number>): DiscreteDemand => {
  some('probabilities', weights)
  let sum = 0
  for (let k = 0; k < weights.length; k += 1) {
    const weight = weights[k]!
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY))
      throw new RangeError(`probability of ${k} must be at least 0, not ${weight}`)
    sum += weight
  }
  if (!(sum > 0)) throw new RangeError('probabilities must not all be 0')
  const n = weights.length
  const pmf = Float64Array.from(weights, (weight) => weight / sum)
  const below = new Float64Array(n)
  let mean = 0
  let square = 0
  let total = 0
  for (let k = 0; k < n; k += 1) {
    total += pmf[k]!
    below[k] = total
    mean += k * pmf[k]!
    square += k * k * pmf[k]!
  }
  // From the end, so that small losses far out are not differences of large numbers.
  const losses = new Float64Array(n)
  let tail = 0
  for (let k = n - 2; k >= 0; k -= 1) {
    tail += pmf[k + 1]!
    losses[k] = losses[k + 1]! + tail
  }
  const cdf = (x: number): number => (x < 0 ? 0 : x >= n - 1 ? 1 : below[Math.floor(x)]!)
  return {
    pmf,
    mean,
    variance: Math.max(0, square - mean * mean),
    cdf,
    quantile: (p) => {
      let [low, high] = [0, n - 1]
      while (low < high) {
        const middle = (low + high) >> 1
        // A sum of many terms may fall short of 1 by rounding.
        if (below[middle]! >= p - 1e-13) high = middle
        else low = middle + 1
      }
      return low
    },
    loss: (x) => {
      if (x <= 0) return mean - x
      if (x >= n - 1) return 0
      const k = Math.floor(x)
      return losses[k]! + (x - k) * (losses[k + 1]! - losses[k]!)
    },
  }
}

/** Sum of two independent demands. */
export const convolve = (a: Float64Array, b: Float64Array): Float64Array => {
  const sum = new Float64Array(a.length + b.length - 1)
  for (let i = 0; i < a.length; i += 1) {
    const p = a[i]!
    if (p !== 0) for (let j = 0; j < b.length; j += 1) sum[i + j] = sum[i + j]! + p * b[j]!
  }
  return sum
}

/** Cuts what lies beyond all but `epsilon` of the probability: convolutions would grow without it. */
export const trimmed = (pmf: Float64Array, epsilon = 1e-12): Float64Array => {
  let end = pmf.length
  for (let tail = 0; end > 1; end -= 1) {
    tail += pmf[end - 1]!
    if (tail > epsilon) break
  }
  return pmf.subarray(0, end)
}
