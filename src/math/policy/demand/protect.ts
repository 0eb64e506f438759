import { whole } from './check.ts'
import { discreteDemand } from './discrete.ts'
import type { DemandDistribution, DiscreteDemand, ProtectedDemand } from './distribution.ts'
import { demandOverLeadTime, type LeadTimeChance } from './leadTime.ts'
import { mixtureDemand } from './mixture.ts'

const shifted = (leadTimes: readonly LeadTimeChance[], by: number): LeadTimeChance[] =>
  leadTimes.map(({ days, weight }) => {
    whole('lead time', days, 1)
    return { days: days + by, weight }
  })
const meanDays = (leadTimes: readonly LeadTimeChance[]): number => {
  const total = leadTimes.reduce((sum, { weight }) => sum + weight, 0)
  return leadTimes.reduce((sum, { days, weight }) => sum + (days * weight) / total, 0)
}

/**
 * Exact, from the demand of one day: convolution over each lead time seen. Work grows with the square of the units: for
 * items of some hundreds a day; beyond that a gamma is as good and far quicker.
 * @throws RangeError for lead times below 1 day or a review period below 1.
 */
export const protectByConvolution = (
  daily: DiscreteDemand,
  leadTimes: readonly LeadTimeChance[],
  reviewDays: number,
): ProtectedDemand => {
  whole('review period', reviewDays, 1)
  const before = shifted(leadTimes, -1)
  return {
    before: demandOverLeadTime(daily, before, 0),
    through: demandOverLeadTime(daily, before, reviewDays),
    reviewDays,
    days: meanDays(before) + reviewDays,
    quietDay: daily.pmf[0]!,
  }
}

/**
 * From any forecast: `cumulative(days)` answers the predictive distribution of the next so many days' units (its quantiles
 * by `quantileDemand`, say); lead times that vary mix them.
 * @throws RangeError for lead times below 1 day or a review period below 1.
 */
export const protectByForecast = (
  cumulative: (days: number) => DemandDistribution,
  leadTimes: readonly LeadTimeChance[],
  reviewDays: number,
  quietDay?: number,
): ProtectedDemand => {
  whole('review period', reviewDays, 1)
  const before = shifted(leadTimes, -1)
  const nothing = discreteDemand([1])
  const over = (extra: number): DemandDistribution =>
    mixtureDemand(
      before.map(({ days, weight }) => ({ weight, demand: days + extra === 0 ? nothing : cumulative(days + extra) })),
    )
  const demand = { before: over(0), through: over(reviewDays), reviewDays, days: meanDays(before) + reviewDays }
  return quietDay === undefined ? demand : { ...demand, quietDay }
}
