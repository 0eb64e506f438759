import { above, share } from './check.ts'
import type { DemandDistribution } from './distribution.ts'
import { gammaP, logGamma } from './gammaFunction.ts'

/**
 * Gamma demand by its two moments (Burgin 1975, Opl Res. Q. 26): never negative, skewed as demand is.
 * @throws RangeError unless mean > 0 and variance > 0.
 */
export const gammaDemand = (mean: number, variance: number): DemandDistribution => {
  above('mean', mean, 0)
  above('variance', variance, 0)
  const shape = (mean * mean) / variance
  const scale = variance / mean
  const log = logGamma(shape)
  const cdf = (x: number): number => gammaP(shape, x / scale, log)
  return {
    mean,
    variance,
    cdf,
    quantile: (p) => {
      share('probability', p)
      let [low, high] = [0, mean + 2 * Math.sqrt(variance)]
      while (cdf(high) < p) [low, high] = [high, high * 2]
      for (let step = 0; step < 200 && high - low > 1e-12 * high; step += 1) {
        const middle = (low + high) / 2
        if (cdf(middle) < p) low = middle
        else high = middle
      }
      return (low + high) / 2
    },
    loss: (x) => {
      if (x <= 0) return mean - x
      const t = x / scale
      const p = gammaP(shape, t, log)
      // P(a + 1, t) = P(a, t) − tᵃ e⁻ᵗ / Γ(a + 1): one incomplete gamma instead of two.
      const next = p - Math.exp(shape * Math.log(t) - t - log) / shape
      return Math.max(0, mean * (1 - next) - x * (1 - p))
    },
  }
}
