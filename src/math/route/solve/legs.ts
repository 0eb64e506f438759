import type { Model } from '../model/model.ts'

/** When service can begin at node j for who arrives (and has set up) at t; Infinity: no more. */
export const beginAt = (m: Model, j: number, t: number): number => {
  const windows = m.several ? m.windows[j] : undefined
  if (windows === undefined) {
    const open = m.open[j]!
    if (t < open) return open
    return t <= m.close[j]! ? t : Number.POSITIVE_INFINITY
  }
  for (const [open, close] of windows) if (t <= close) return t < open ? open : t
  return Number.POSITIVE_INFINITY
}
/** The latest begin at node j that is not after t; −Infinity: none. */
export const latestBegin = (m: Model, j: number, t: number): number => {
  const windows = m.several ? m.windows[j] : undefined
  if (windows === undefined) {
    const close = m.close[j]!
    if (t > close) return close
    return t >= m.open[j]! ? t : Number.NEGATIVE_INFINITY
  }
  for (let w = windows.length - 1; w >= 0; w -= 1) {
    const [open, close] = windows[w]!
    if (t >= open) return t < close ? t : close
  }
  return Number.NEGATIVE_INFINITY
}

/** Seconds from leaving i to being ready for service at j. */
export const legTime = (m: Model, base: number, i: number, j: number): number =>
  m.time[base + m.row[i]! + m.loc[j]!]! + (m.setup[j] === 0 || m.loc[i] === m.loc[j] ? 0 : m.setup[j]!)
