/**
 * Mean demand per period of items that sell now and then. Each takes demand per period (n ≥ 1, no NaN, ≥ 0) and gives
 * the rate after the last one; the forecast is flat.
 */
import { fitSes } from '../smooth/naive.ts'

const mean = (y: Float64Array): number => y.reduce((sum, value) => sum + value, 0) / y.length

/** Periods per demand: the average demand interval. */
export const demandInterval = (y: Float64Array): number => {
  let demands = 0
  for (const value of y) if (value > 0) demands += 1
  return demands > 0 ? y.length / demands : Infinity
}

/** Croston (1972): size and interval smoothed apart; `sba`: with the correction of Syntetos & Boylan (2005) for its bias. */
export const croston = (y: Float64Array, alpha = 0.1, sba = true): number => {
  let size = 0
  let interval = 0
  let since = 1
  let seen = false
  for (const value of y) {
    if (value > 0) {
      size = seen ? size + alpha * (value - size) : value
      interval = seen ? interval + alpha * (since - interval) : since
      seen = true
      since = 1
    } else since += 1
  }
  return seen ? ((sba ? 1 - alpha / 2 : 1) * size) / interval : 0
}

const WEIGHTS = [0.01, 0.03, 0.08, 0.15, 0.3]

/** Teunter, Syntetos & Babai (2011): probability and size of demand smoothed apart, the first in every period, so that what dies is forgotten. Weights by least squares. */
export const tsb = (y: Float64Array): number => {
  const n = y.length
  let [demands, sum] = [0, 0]
  for (const value of y)
    if (value > 0) {
      demands += 1
      sum += value
    }
  if (demands === 0) return 0
  let least = Infinity
  let best = sum / n
  for (const ofProbability of WEIGHTS)
    for (const ofSize of WEIGHTS) {
      let probability = demands / n
      let size = sum / demands
      let sse = 0
      for (let t = 0; t < n; t += 1) {
        const value = y[t]!
        sse += (value - probability * size) ** 2
        if (value > 0) size += ofSize * (value - size)
        probability += ofProbability * ((value > 0 ? 1 : 0) - probability)
      }
      if (sse < least) {
        least = sse
        best = probability * size
      }
    }
  return best
}

/** Sums of `bucket` periods each, counted back from the end; what is left at the start is dropped. */
const aggregate = (y: Float64Array, bucket: number): Float64Array => {
  const count = Math.floor(y.length / bucket)
  const sums = new Float64Array(count)
  const start = y.length - count * bucket
  for (let i = 0; i < count * bucket; i += 1) sums[Math.floor(i / bucket)]! += y[start + i]!
  return sums
}

const sesOf = (y: Float64Array, bucket: number): number => {
  const sums = aggregate(y, bucket)
  return sums.length === 0 ? mean(y) : fitSes(sums).level / bucket
}

/** Nikolopoulos et al. (2011): SES of demand in buckets as long as the demand interval. */
export const adida = (y: Float64Array): number => {
  const interval = demandInterval(y)
  return interval === Infinity
    ? 0
    : sesOf(y, Math.max(1, Math.min(Math.round(interval), Math.floor(y.length / 2) || 1)))
}

/** Petropoulos & Kourentzes (2015): the mean of SES over all bucket lengths from 1 to the demand interval. */
export const imapa = (y: Float64Array): number => {
  const interval = demandInterval(y)
  if (interval === Infinity) return 0
  const longest = Math.max(1, Math.min(Math.ceil(interval), Math.floor(y.length / 2), 24))
  let sum = 0
  for (let bucket = 1; bucket <= longest; bucket += 1) sum += sesOf(y, bucket)
  return sum / longest
}

/** Mean of iMAPA, ADIDA, TSB and SES: the rate that the engine uses. */
export const intermittentRate = (y: Float64Array): number =>
  demandInterval(y) === Infinity ? 0 : (imapa(y) + adida(y) + tsb(y) + fitSes(y).level) / 4
