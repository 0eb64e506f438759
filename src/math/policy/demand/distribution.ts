/**
 * Demand over some interval as a distribution: whatever makes one (a forecast's quantiles, history, a parametric law) can
 * stand behind a policy. Units are base units; every function is total in x.
 */
export interface DemandDistribution {
  readonly mean: number
  readonly variance: number
  /** P(D ≤ x). */
  cdf(x: number): number
  /** The least x with P(D ≤ x) ≥ p, 0 < p < 1. */
  quantile(p: number): number
  /** Expected shortage E[(D − x)⁺] when x units are there: the loss function. */
  loss(x: number): number
}
/** Of whole units 0, 1, 2, …: `pmf[k]` = P(D = k), sums to 1. */
export interface DiscreteDemand extends DemandDistribution {
  readonly pmf: Float64Array
}

/** Expected stock left E[(x − D)⁺] = x − E[D] + E[(D − x)⁺]. */
export const leftOver = (demand: DemandDistribution, x: number): number => x - demand.mean + demand.loss(x)

/** Demand an item's stock has to live through, as cumulative units from the evening an order is placed. */
export interface ProtectedDemand {
  /** To the last evening before that order can be sold: lead time − 1 day. */
  readonly before: DemandDistribution
  /** To the evening before the next order could be sold: lead time − 1 + review. */
  readonly through: DemandDistribution
  readonly reviewDays: number
  /** Mean days of `through`. */
  readonly days: number
  /** Chance that a day has no order line at all; needed for line fill only. */
  readonly quietDay?: number
}
