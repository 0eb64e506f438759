import { atLeast } from './check.ts'
import { discreteDemand } from './discrete.ts'
import type { DiscreteDemand } from './distribution.ts'

const TAIL = 1e-16
const MOST = 2_000_000

/** Walks outward from the mode by ratios of neighbours, so that nothing under- or overflows. */
const byRatio = (mode: number, up: (k: number) => number): DiscreteDemand => {
  const above: number[] = [1]
  for (let k = mode; above.at(-1)! > TAIL && k < mode + MOST; k += 1) above.push(above.at(-1)! * up(k))
  const below: number[] = []
  for (let k = mode, p = 1; k > 0; k -= 1) {
    p /= up(k - 1)
    below.push(p)
  }
  return discreteDemand([...below.toReversed(), ...above])
}

/** Poisson demand. @throws RangeError for a negative mean, or one above a million. */
export const poissonDemand = (mean: number): DiscreteDemand => {
  atLeast('mean', mean, 0)
  if (mean > MOST / 2) throw new RangeError(`a Poisson mean of ${mean} is too large for counts: take a gamma or normal`)
  if (mean === 0) return discreteDemand([1])
  return byRatio(Math.floor(mean), (k) => mean / (k + 1))
}

/**
 * Negative binomial demand by mean and variance (compound Poisson with logarithmic order sizes); Poisson when the variance
 * does not exceed the mean. @throws RangeError for a negative mean.
 */
export const negativeBinomialDemand = (mean: number, variance: number): DiscreteDemand => {
  atLeast('mean', mean, 0)
  atLeast('variance', variance, 0)
  if (variance <= mean * (1 + 1e-9)) return poissonDemand(mean)
  const size = (mean * mean) / (variance - mean)
  const q = 1 - mean / variance
  const mode = size > 1 ? Math.floor(((size - 1) * q) / (1 - q)) : 0
  return byRatio(mode, (k) => ((k + size) / (k + 1)) * q)
}
