import { some, whole } from './check.ts'
import { convolve, discreteDemand, trimmed } from './discrete.ts'
import type { DiscreteDemand } from './distribution.ts'

export interface LeadTimeChance {
  readonly days: number
  readonly weight: number
}

/** Lead times seen, in days, as a distribution: each as often as it was seen. @throws RangeError for none or no whole days ≥ 0. */
export const leadTimesSeen = (days: readonly number[]): LeadTimeChance[] => {
  some('lead times', days)
  const counts = new Map<number, number>()
  for (const one of days) {
    whole('lead time', one, 0)
    counts.set(one, (counts.get(one) ?? 0) + 1)
  }
  return [...counts].sort(([a], [b]) => a - b).map(([one, count]) => ({ days: one, weight: count / days.length }))
}

/**
 * Demand over lead time + review: the demand of one day convolved with itself for every lead time there may be, weighted by
 * its chance. Days are independent. This is the exact form of what σ√L approximates.
 * @param daily units of one day. @param reviewDays days between reviews, ≥ 0: the interval protected is lead time + review.
 * @throws RangeError for bad lead times.
 */
export const demandOverLeadTime = (
  daily: DiscreteDemand,
  leadTimes: readonly LeadTimeChance[],
  reviewDays: number,
): DiscreteDemand => {
  some('lead times', leadTimes)
  whole('review period', reviewDays, 0)
  const chances = new Map<number, number>()
  for (const { days, weight } of leadTimes) {
    whole('lead time', days, 0)
    if (!(weight >= 0)) throw new RangeError(`a weight of ${weight} is below 0`)
    chances.set(days + reviewDays, (chances.get(days + reviewDays) ?? 0) + weight)
  }
  const longest = Math.max(...chances.keys())
  let power: Float64Array = Float64Array.of(1)
  const sum: number[] = []
  for (let days = 0; days <= longest; days += 1) {
    const weight = chances.get(days) ?? 0
    if (weight > 0) for (let k = 0; k < power.length; k += 1) sum[k] = (sum[k] ?? 0) + weight * power[k]!
    if (days < longest) power = trimmed(convolve(power, daily.pmf))
  }
  return discreteDemand(sum)
}
