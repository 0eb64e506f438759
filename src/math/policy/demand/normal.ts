import { normalCdf, normalLoss, normalQuantile } from '../../numerics/normal.ts'
import { above } from './check.ts'
import type { DemandDistribution } from './distribution.ts'

/** Demand ~ N(mean, sd²). It may be negative: for slow items take a distribution of counts. @throws RangeError for sd ≤ 0. */
export const normalDemand = (mean: number, sd: number): DemandDistribution => {
  above('standard deviation', sd, 0)
  return {
    mean,
    variance: sd * sd,
    cdf: (x) => normalCdf((x - mean) / sd),
    quantile: (p) => mean + sd * normalQuantile(p),
    loss: (x) => sd * normalLoss((x - mean) / sd),
  }
}
