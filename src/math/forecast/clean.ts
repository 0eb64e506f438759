/**
 * From what was sold to what was wanted. What is not known stays unknown: a period without stock is NaN, never zero, since a
 * zero would teach the forecast that nobody asked.
 */
export interface CleanOptions {
  /** Per period: true where the item could not be had (out of stock, blocked, not listed). */
  readonly unavailable?: readonly boolean[]
  /** Orders known to be one-off (a project, an opening order): units to take out, by period. */
  readonly oneOff?: readonly { readonly at: number; readonly units: number }[]
}
export interface Cleaned {
  readonly y: Float64Array
  /** Units of returns set off against earlier demand. */
  readonly returned: number
  readonly unknown: number
}

/**
 * `sold`: net units per period, returns negative. Returns are set off against the demand before them, the latest first
 * (they are goods that were not wanted after all); what is returned beyond that is dropped. A stock-out period in which more
 * was sold than NaN would say keeps no figure either: what was sold is only the part that there was.
 */
export const clean = (sold: ArrayLike<number>, { unavailable, oneOff }: CleanOptions = {}): Cleaned => {
  const y = Float64Array.from(sold)
  for (const { at, units } of oneOff ?? []) {
    if (!(at >= 0 && at < y.length)) throw new RangeError(`one-off order at period ${at} of ${y.length}`)
    y[at] = Math.max(Math.min(0, y[at]!), y[at]! - units)
  }
  let returned = 0
  for (let t = 0; t < y.length; t += 1) {
    if (!(y[t]! < 0)) continue
    let left = -y[t]!
    returned += left
    y[t] = 0
    for (let s = t - 1; s >= 0 && left > 0; s -= 1) {
      if (!(y[s]! > 0)) continue
      const taken = Math.min(left, y[s]!)
      y[s]! -= taken
      left -= taken
    }
  }
  let unknown = 0
  for (let t = 0; t < y.length; t += 1) {
    if (unavailable?.[t]) y[t] = Number.NaN
    if (Number.isNaN(y[t]!)) unknown += 1
  }
  return { y, returned, unknown }
}

/**
 * Fills unknown periods for methods that need every one: the mean of the nearest known values of the same season before
 * and after, or between known neighbours along a straight line where there are none within two seasons. All unknown: zeros.
 */
export const fillUnknown = (y: Float64Array, period: number): Float64Array => {
  if (!y.some(Number.isNaN)) return y
  const n = y.length
  const filled = Float64Array.from(y)
  const known = (t: number): boolean => t >= 0 && t < n && !Number.isNaN(y[t]!)
  const levelAround = (t: number): number => {
    let [sum, count] = [0, 0]
    for (let s = t - period; s <= t + period; s += 1)
      if (known(s)) {
        sum += y[s]!
        count += 1
      }
    return count > 0 ? sum / count : Number.NaN
  }
  for (let t = 0; t < n; t += 1) {
    if (known(t)) continue
    let [sum, count] = [0, 0]
    if (period > 1) {
      // A season ago, brought to the level of today.
      const here = levelAround(t)
      for (const s of [t - period, t + period]) {
        const there = known(s) ? levelAround(s) : 0
        if (there > 0 && here > 0) {
          sum += y[s]! * Math.min(4, Math.max(0.25, here / there))
          count += 1
        }
      }
    }
    if (count > 0) {
      filled[t] = sum / count
      continue
    }
    let [left, right] = [t - 1, t + 1]
    while (left >= 0 && !known(left)) left -= 1
    while (right < n && !known(right)) right += 1
    if (left < 0 && right >= n) filled[t] = 0
    else if (left < 0) filled[t] = y[right]!
    else if (right >= n) filled[t] = y[left]!
    else filled[t] = y[left]! + ((y[right]! - y[left]!) * (t - left)) / (right - left)
  }
  return filled
}
