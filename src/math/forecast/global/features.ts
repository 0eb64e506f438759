/** What the global model knows of a period to be forecast: the past up to the origin, and what is known ahead. */

/** One series of a panel; every array covers the same periods. */
export interface PanelSeries {
  readonly id: string
  /** Demand per period, NaN = unknown. */
  readonly y: Float64Array
  /** Known ahead (price, promotion …), past and future: longer than `y` by the horizon at least. One array per regressor. */
  readonly known: readonly Float64Array[]
  /** Which of `known` say yes or no (a promotion); the others are magnitudes (a price). */
  readonly flags: readonly number[]
  /** Place in each level of the hierarchy (category, site, channel …) as small numbers. */
  readonly groups: readonly number[]
  /** Number of the first period, for the calendar. */
  readonly start: number
}

const WINDOWS = [4, 8, 13, 26, 52]
/** The level that everything is measured by: the mean of so many last periods. */
const LEVEL_WINDOW = 26

const log = (value: number): number => Math.log(Math.max(value, 1e-9))

/** Mean of the known ones among the `length` values before `end`, where `keep` says so; NaN without any. */
const meanBefore = (y: Float64Array, end: number, length: number, keep?: (t: number) => boolean): number => {
  let [sum, count] = [0, 0]
  for (let t = Math.max(0, end - length); t < end; t += 1) {
    if (Number.isNaN(y[t]!) || (keep && !keep(t))) continue
    sum += y[t]!
    count += 1
  }
  return count > 0 ? sum / count : Number.NaN
}

/**
 * What was sold at values near this one and with the same flags: a geometric mean with weights that halve within 4 % of the value and within
 * a year (Nadaraya–Watson). NaN where nothing was near.
 */
const kernelMean = (
  y: Float64Array,
  origin: number,
  values: Float64Array,
  value: number,
  alike: (t: number) => boolean,
): number => {
  let [sum, weights] = [0, 0]
  for (let t = Math.max(0, origin - 104); t < origin; t += 1) {
    if (!(y[t]! > 0) || !alike(t)) continue
    const distance = Math.abs(values[t]! / value - 1) / 0.04
    if (!(distance < 4)) continue
    const weight = 0.5 ** (distance + (origin - t) / 52)
    sum += weight * Math.log(y[t]!)
    weights += weight
  }
  return weights > 0.05 ? Math.exp(sum / weights) : Number.NaN
}

/** Mean demand before `origin`, by which a series is scaled so that large and small items teach each other; NaN: no past. */
export const levelOf = ({ y }: PanelSeries, origin: number): number => {
  const level = meanBefore(y, origin, LEVEL_WINDOW)
  return level > 0 ? level : Number.NaN
}

/**
 * Features of period `at` seen from `origin` (the first unknown period; `at` ≥ `origin`), on a log scale relative to the level.
 * Magnitudes that are known ahead come as their change against their own past: a price of 2.49 says little, one a
 * fifth below what it was says much.
 */
export const featuresOf = (
  series: PanelSeries,
  origin: number,
  at: number,
  level: number,
  period: number,
): number[] => {
  const { y, known, flags, groups, start } = series
  const relative = (value: number): number => (Number.isNaN(value) ? value : log((value + 0.01 * level) / level))
  const row: number[] = [at - origin, log(level), ...groups]
  for (const lag of [1, 2, 3, 4]) row.push(relative(y[origin - lag] ?? Number.NaN))
  for (const window of WINDOWS) row.push(relative(meanBefore(y, origin, window)))
  row.push(relative(y[at - period] ?? Number.NaN))
  // Demand when the flags stood as they will: what a promotion did to this item before.
  const alike = (t: number): boolean => flags.every((k) => known[k]![t]! > 0 === known[k]![at]! > 0)
  row.push(relative(meanBefore(y, origin, 52, alike)))
  row.push(relative(meanBefore(y, origin, 52, (t) => flags.every((k) => !(known[k]![t]! > 0)))))
  for (let k = 0; k < known.length; k += 1) {
    const values = known[k]!
    const value = values[at]!
    row.push(value)
    if (flags.includes(k)) row.push(values[at - 1] ?? Number.NaN, meanBefore(values, at, 4))
    else {
      const usual = meanBefore(values, at, 13)
      row.push(
        log(value / usual),
        log(value / (values[at - 1] ?? Number.NaN)),
        log(value / meanBefore(values, origin, 26)),
      )
      // The usual price is the highest of a quarter: how deep is the cut?
      let highest = value
      for (let t = Math.max(0, at - 13); t < at; t += 1) if (values[t]! > highest) highest = values[t]!
      row.push(log(value / highest), relative(kernelMean(y, origin, values, value, alike)))
    }
  }
  const phase = (2 * Math.PI * ((start + at) % period)) / period
  row.push(Math.sin(phase), Math.cos(phase))
  return row
}
