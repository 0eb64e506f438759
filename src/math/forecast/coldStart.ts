/**
 * Items with little or no past borrow from their category: how much such an item sells (a gamma distribution of rates over the
 * items of the category) and how sales go on after the launch (a curve by age). With each period of its own past an item is
 * less like its category: gamma–Poisson, the empirical Bayes estimate (Robbins 1956; Gelman et al., Bayesian Data Analysis §2.6).
 */

import { countQuantiles } from './intermittent/countQuantiles.ts'
import type { Window } from './intermittent/spread.ts'

/** Plain data: a category's profile can be stored. */
export interface ColdStart {
  /** Mean and variance over items of the demand per period. */
  readonly mean: number
  readonly variance: number
  /** Variance ÷ mean of one period of an item: what a Poisson distribution would have at 1. */
  readonly dispersion: number
  /** Demand by age in periods relative to the rate; the last one goes on for ever. */
  readonly curve: readonly number[]
  readonly items: number
}

/** Of items of one category, each demand per period (NaN = unknown), zeros before the first sale do not count. */
export const categoryProfile = (panel: readonly ArrayLike<number>[], ages: number): ColdStart => {
  const rates: number[] = []
  const curve = new Float64Array(ages)
  const count = new Float64Array(ages)
  let [dispersion, measured] = [0, 0]
  for (const y of panel) {
    let first = 0
    while (first < y.length && !(y[first]! > 0)) first += 1
    const past = Array.from({ length: y.length - first }, (_, t) => y[first + t]!).filter(
      (value) => !Number.isNaN(value),
    )
    if (past.length < 2) continue
    const rate = past.reduce((sum, value) => sum + value, 0) / past.length
    const variance = past.reduce((sum, value) => sum + (value - rate) ** 2, 0) / (past.length - 1)
    rates.push(rate)
    dispersion += variance / rate
    measured += 1
    for (let t = 0; t < Math.min(ages, past.length); t += 1) {
      curve[t]! += past[t]! / rate
      count[t]! += 1
    }
  }
  if (rates.length === 0) throw new RangeError('a category needs an item with two periods of demand')
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length
  const variance =
    rates.length > 1 ? rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / (rates.length - 1) : mean * mean
  return {
    mean,
    variance: Math.max(variance, 1e-6 * mean * mean),
    dispersion: Math.max(1, dispersion / measured),
    // Few items at an age: towards 1.
    curve: Array.from(curve, (sum, t) => (sum + 3) / (count[t]! + 3)),
    items: rates.length,
  }
}

/** Forecast of an item whose own past (since its launch, may be empty) is `past`. */
export const launchForecast = (
  profile: ColdStart,
  past: Float64Array,
  horizon: number,
): { readonly mean: Float64Array; window(from: number, periods: number): Window } => {
  const at = (age: number): number => profile.curve[Math.min(age, profile.curve.length - 1)] ?? 1
  // Gamma prior by moments; an overdispersed period tells as much as 1 / dispersion Poisson periods.
  let shape = (profile.mean * profile.mean) / profile.variance
  let exposure = profile.mean / profile.variance
  for (let t = 0; t < past.length; t += 1) {
    if (Number.isNaN(past[t]!)) continue
    shape += past[t]! / profile.dispersion
    exposure += at(t) / profile.dispersion
  }
  const rate = shape / exposure
  const mean = Float64Array.from({ length: horizon }, (_, h) => rate * at(past.length + h))
  return {
    mean,
    window: (from, periods) => {
      let share = 0
      for (let h = from; h < from + periods; h += 1) share += at(past.length + h)
      const expected = rate * share
      const variance = profile.dispersion * expected + (shape / exposure ** 2) * share ** 2
      const quantile = (p: number): number => {
        const level = Math.min(0.9998, Math.max(1e-3, p))
        return countQuantiles(expected, variance, [level])[0]!
      }
      return { mean: expected, quantile }
    },
  }
}
