import { normalQuantile } from '../../numerics/normal.ts'

/** Above this mean the counts are so many that the gamma distribution serves; summing them would be slow. */
const LARGE = 200

/** Quantile of a gamma distribution by mean and variance (Wilson & Hilferty 1931: the cube root is nearly normal). */
const gammaQuantile = (mean: number, variance: number, p: number): number => {
  const ninth = variance / (9 * mean * mean)
  const root = 1 - ninth + normalQuantile(p) * Math.sqrt(ninth)
  return root <= 0 ? 0 : mean * root ** 3
}

/**
 * Quantiles of demand by mean and variance at ascending levels `ps` in (0, 1): negative binomial, which for a variance not
 * above the mean is a Poisson distribution, and gamma for large means.
 */
export const countQuantiles = (mean: number, variance: number, ps: readonly number[]): number[] => {
  if (!(mean > 0)) return ps.map(() => 0)
  const spread = Math.max(variance, 1.01 * mean)
  if (mean > LARGE) return ps.map((p) => gammaQuantile(mean, spread, p))
  const success = mean / spread
  const r = (mean * success) / (1 - success)
  let k = 0
  let mass = Math.exp(r * Math.log(success))
  // So rare that not even "none" has a mass a number can hold.
  if (!(mass > 0)) return ps.map((p) => gammaQuantile(mean, spread, p))
  let below = mass
  return ps.map((p) => {
    while (below < p && k < 1e5 && !(mass < 1e-18 && k > mean)) {
      k += 1
      mass *= ((k - 1 + r) / k) * (1 - success)
      below += mass
    }
    return k
  })
}
