/**
 * What kind of demand a series is (Syntetos, Boylan & Croston 2005): by the average interval between demands (ADI) and the
 * squared coefficient of variation of their sizes (CV²); besides, what is new and what is dying.
 */
export type DemandClass = 'smooth' | 'erratic' | 'intermittent' | 'lumpy' | 'new' | 'dying'

export interface Classified {
  readonly kind: DemandClass
  /** Periods per demand since the first one; Infinity without any. */
  readonly adi: number
  readonly cv2: number
  /** Index of the first demand; the length of the series without any. */
  readonly first: number
  readonly demands: number
  /** Known periods since the last demand. */
  readonly since: number
}

const [ADI_LIMIT, CV2_LIMIT] = [1.32, 0.49]
/** Silence that would be seen in one of a hundred series that are alive. */
const SILENCE = 0.01

/** Fewer known periods than this since the first demand: the item is new. */
const shortest = (period: number): number => Math.max(4, Math.min(period, 13))

/** `y`: demand per period, NaN where it is unknown (out of stock, closed); `period`: length of the season in periods. */
export const classify = (y: ArrayLike<number>, period: number): Classified => {
  const n = y.length
  let first = n
  let known = 0
  let demands = 0
  let sum = 0
  let squares = 0
  let since = 0
  for (let t = 0; t < n; t += 1) {
    const value = y[t]!
    if (Number.isNaN(value)) continue
    if (first === n) {
      if (value === 0) continue
      first = t
    }
    known += 1
    since += 1
    if (value > 0) {
      demands += 1
      sum += value
      squares += value * value
      since = 0
    }
  }
  const mean = demands > 0 ? sum / demands : 0
  const cv2 = demands > 1 && mean > 0 ? Math.max(0, (squares / demands - mean * mean) / (mean * mean)) : 0
  const adi = demands > 0 ? known / demands : Infinity
  const facts = { adi, cv2, first, demands, since }
  if (demands === 0) return { ...facts, kind: 'dying' }
  const alive = (known - since) / demands
  const silent = since >= Math.max(3, Math.min(period, 13)) && (1 - 1 / Math.max(alive, 1.05)) ** since < SILENCE
  if (silent) return { ...facts, kind: 'dying' }
  if (known < shortest(period)) return { ...facts, kind: 'new' }
  if (adi < ADI_LIMIT) return { ...facts, kind: cv2 < CV2_LIMIT ? 'smooth' : 'erratic' }
  return { ...facts, kind: cv2 < CV2_LIMIT ? 'intermittent' : 'lumpy' }
}
