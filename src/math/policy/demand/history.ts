import { above, atLeast, some, whole } from './check.ts'
import { discreteDemand } from './discrete.ts'
import type { DemandDistribution, ProtectedDemand } from './distribution.ts'
import { gammaDemand } from './gamma.ts'
import type { LeadTimeChance } from './leadTime.ts'

/** How much of the past counts. The defaults were chosen on the wholesaler's development file; see docs/engines/policy.md. */
export interface HistoryOptions {
  /** Days after which a day counts half, for the level. */
  readonly levelHalfLife?: number
  /** The same for the spread about it: that needs more days to be known. */
  readonly spreadHalfLife?: number
  /** Squared coefficient of variation of the level while an order is on its way: it is not known, and it moves. */
  readonly levelVariation?: number
}
/** Of one day's demand, as seen from `day`. */
export interface DailyMoments {
  readonly mean: number
  readonly variance: number
  readonly levelVariance: number
  readonly quietDay: number
}

/**
 * Recency-weighted moments of one day's demand.
 * @param history units per day. @param since first day that counts (its first sale, say). @param day the first day not yet
 * known: nothing from it on is read. @throws RangeError for days out of order or half-lives ≤ 0.
 */
export const dailyMoments = (
  history: ArrayLike<number>,
  since: number,
  day: number,
  { levelHalfLife = 30, spreadHalfLife = 120, levelVariation = 0.4 }: HistoryOptions = {},
): DailyMoments => {
  whole('first day', since, 0)
  whole('day', day, since)
  above('half-life of the level', levelHalfLife, 0)
  above('half-life of the spread', spreadHalfLife, 0)
  atLeast('variation of the level', levelVariation, 0)
  if (day > history.length) throw new RangeError(`there are ${history.length} days of history, not ${day}`)
  const [fade, slowFade] = [0.5 ** (1 / levelHalfLife), 0.5 ** (1 / spreadHalfLife)]
  let [sum, weight, slowSum, square, slowWeight, busy] = [0, 0, 0, 0, 0, 0]
  let [w, slow] = [1, 1]
  for (let t = day - 1; t >= since; t -= 1) {
    const x = history[t]!
    if (x !== 0) {
      sum += w * x
      slowSum += slow * x
      square += slow * x * x
      busy += slow
    }
    weight += w
    slowWeight += slow
    w *= fade
    slow *= slowFade
  }
  if (sum === 0) return { mean: 0, variance: 0, levelVariance: 0, quietDay: 1 }
  const mean = sum / weight
  const usual = slowSum / slowWeight
  const variance = Math.max(0, square / slowWeight - usual * usual)
  return {
    mean,
    // Seen about another level, moved to this one: variance of demand grows about as mean^1.5 (Brown 1959; Stevens 1974).
    variance: variance * (mean / usual) ** 1.5,
    levelVariance: levelVariation * mean * mean,
    quietDay: 1 - busy / slowWeight,
  }
}

/** Gamma over a number of days that varies: Var = E[n]σ² + Var[n]μ² + E[n²]·(variance of the level). */
const overDays = (
  { mean, variance, levelVariance }: DailyMoments,
  leadTimes: readonly LeadTimeChance[],
  extra: number,
): DemandDistribution & { readonly days: number } => {
  let [n, n2, total] = [0, 0, 0]
  for (const { days, weight } of leadTimes) {
    n += weight * (days + extra)
    n2 += weight * (days + extra) ** 2
    total += weight
  }
  n /= total
  n2 /= total
  const units = mean * n
  const demand =
    units > 0
      ? gammaDemand(units, Math.max(n * variance + (n2 - n * n) * mean * mean + n2 * levelVariance, 0.01 * units))
      : discreteDemand([1])
  return { ...demand, days: n }
}

/**
 * What an item's own past says about the demand its stock has to live through: the predictive distribution to use until a
 * forecast gives a better one. Parameters and errors as `dailyMoments`; lead times in whole days ≥ 1.
 */
export const protectByHistory = (
  history: ArrayLike<number>,
  since: number,
  day: number,
  leadTimes: readonly LeadTimeChance[],
  reviewDays: number,
  options: HistoryOptions = {},
): ProtectedDemand => {
  some('lead times', leadTimes)
  whole('review period', reviewDays, 1)
  for (const { days } of leadTimes) whole('lead time', days, 1)
  const moments = dailyMoments(history, since, day, options)
  const through = overDays(moments, leadTimes, reviewDays - 1)
  return {
    before: overDays(moments, leadTimes, -1),
    through,
    reviewDays,
    days: through.days,
    quietDay: moments.quietDay,
  }
}

/** A forecast that is further off from the past than this is not believed on its own. */
const MOST_MOVED = 2

const moved = (demand: DemandDistribution, by: number): DemandDistribution =>
  demand.mean > 0 ? gammaDemand(demand.mean * by, demand.variance * by ** 1.5) : demand

/**
 * The same demand about the mean of a forecast: the level that a forecast sees, with the spread that the past had about its
 * own, moved with the mean as demand's variance grows (about as mean^1.5). See docs/engines/policy.md for what it saves.
 * @param demand from the past, see `protectByHistory`. @param forecast units of the days of `demand.through`.
 * @throws RangeError for a forecast below 0.
 */
export const withForecast = (demand: ProtectedDemand, forecast: number): ProtectedDemand => {
  atLeast('forecast', forecast, 0)
  const { before, through } = demand
  if (!(through.mean > 0)) return demand
  const by = Math.min(MOST_MOVED, Math.max(1 / MOST_MOVED, forecast / through.mean))
  return { ...demand, before: moved(before, by), through: moved(through, by) }
}
