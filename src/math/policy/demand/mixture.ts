import { share, some } from './check.ts'
import type { DemandDistribution } from './distribution.ts'

export interface Part {
  readonly weight: number
  readonly demand: DemandDistribution
}

/**
 * One of several distributions, which one by chance: lead times that vary, or models that are averaged. Distribution and
 * loss are the weighted means of the parts'. @throws RangeError for none, or weights that are negative or all 0.
 */
export const mixtureDemand = (parts: readonly Part[]): DemandDistribution => {
  some('parts', parts)
  if (parts.length === 1) return parts[0]!.demand
  const sum = parts.reduce((total, { weight }) => {
    if (!(weight >= 0)) throw new RangeError(`a weight of ${weight} is below 0`)
    return total + weight
  }, 0)
  if (!(sum > 0)) throw new RangeError('weights must not all be 0')
  const over = (of: (demand: DemandDistribution) => number): number => {
    let total = 0
    for (const { weight, demand } of parts) if (weight > 0) total += (weight / sum) * of(demand)
    return total
  }
  const mean = over((demand) => demand.mean)
  const cdf = (x: number): number => over((demand) => demand.cdf(x))
  return {
    mean,
    variance: Math.max(0, over((demand) => demand.variance + demand.mean ** 2) - mean * mean),
    cdf,
    loss: (x) => over((demand) => demand.loss(x)),
    quantile: (p) => {
      share('probability', p)
      const ends = parts.filter(({ weight }) => weight > 0).map(({ demand }) => demand.quantile(p))
      let [low, high] = [Math.min(...ends), Math.max(...ends)]
      // The mixture reaches p between the first and the last of its parts.
      if (cdf(low) >= p - 1e-13) return low
      for (let step = 0; step < 200 && high - low > 1e-10 * Math.max(1, Math.abs(high)); step += 1) {
        const middle = (low + high) / 2
        if (cdf(middle) >= p - 1e-13) high = middle
        else low = middle
      }
      // Of whole units: the step itself, not a hair beside it.
      const whole = Math.round(high)
      return Math.abs(high - whole) < 1e-6 && cdf(whole) >= p - 1e-13 ? whole : high
    },
  }
}
