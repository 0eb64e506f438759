import { type Model, UNREACHABLE } from '../model/model.ts'

/** How much a second of waiting and of being late weighs against one at the wheel (Vidal et al. 2013). */
const WAITING = 0.2
const LATE = 1

export interface Near {
  /** For each visit its nearest others, nearest first; −1 after the last. */
  readonly list: Int32Array
  readonly count: number
}

/**
 * The `count` nearest visits of each visit by way, waiting and lateness, the better of both directions.
 * O(n² + n · count · log count); `stop` is asked row by row. @returns null when stopped.
 */
export const nearest = (m: Model, count: number, stop: () => boolean): Near | null => {
  const { n, loc, row, dist } = m
  const k = Math.max(0, Math.min(count, n - 1))
  const list = new Int32Array(n * k).fill(-1)
  const far = new Float64Array(n)
  const weights = weightsOf(m)
  const limit = weights[0] * (UNREACHABLE / 2)
  for (let i = 0; i < n; i += 1) {
    if ((i & 15) === 0 && stop()) return null
    const at = i * k
    let size = 0
    // From the next one on, so that of many stops at one place each has others of them beside it.
    for (let step = 1; step < n; step += 1) {
      const j = i + step < n ? i + step : i + step - n
      const most = size < k ? limit : far[list[at]!]!
      const ways = weights[0] * Math.min(dist[row[i]! + loc[j]!]!, dist[row[j]! + loc[i]!]!)
      if (ways >= most) continue
      far[j] = m.timed ? Math.min(gap(m, i, j, weights), gap(m, j, i, weights)) : ways
      if (far[j]! >= most) continue
      if (size < k) {
        list[at + size] = j
        size += 1
        if (size === k) heapify(far, list, at, k)
      } else {
        list[at] = j
        sink(far, list, at, 0, k)
      }
    }
    if (size < k) heapify(far, list, at, size)
    sortHeap(far, list, at, size)
  }
  return { list, count: k }
}

/** From i to j: way, and what waiting or lateness weighs at best. */
const gap = (m: Model, i: number, j: number, [perMetre, perSecond]: readonly [number, number]): number => {
  const cell = m.row[i]! + m.loc[j]!
  const leaves = m.service[i]! + m.time[cell]!
  const [first, last] = [m.open[i]! + leaves, m.close[i]! + leaves]
  const waits = WAITING * Math.max(0, m.open[j]! - last) + LATE * Math.max(0, first - m.close[j]!)
  return perMetre * m.dist[cell]! + perSecond * waits
}

/** What a metre and a second weigh: time windows are in seconds, ways in metres. */
const weightsOf = (m: Model): readonly [perMetre: number, perSecond: number] => {
  if (!m.timed) return [1, 0]
  let [metres, seconds] = [0, 0]
  const step = Math.max(1, Math.floor(m.dist.length / 10_000))
  for (let i = 0; i < m.dist.length; i += step)
    if (m.dist[i]! < UNREACHABLE) {
      metres += m.dist[i]!
      seconds += m.time[i]!
    }
  return [1, seconds > 0 ? metres / seconds : 1]
}

/** A heap of indexes, the one with the largest key on top; ties by index, so that the order is one. */
const worse = (keys: Float64Array, a: number, b: number): boolean =>
  keys[a]! > keys[b]! || (keys[a] === keys[b] && a > b)
const sink = (keys: Float64Array, to: Int32Array, at: number, top: number, end: number): void => {
  const held = to[at + top]!
  let i = top
  for (;;) {
    let child = 2 * i + 1
    if (child >= end) break
    if (child + 1 < end && worse(keys, to[at + child + 1]!, to[at + child]!)) child += 1
    if (!worse(keys, to[at + child]!, held)) break
    to[at + i] = to[at + child]!
    i = child
  }
  to[at + i] = held
}
const heapify = (keys: Float64Array, to: Int32Array, at: number, size: number): void => {
  for (let i = (size >> 1) - 1; i >= 0; i -= 1) sink(keys, to, at, i, size)
}
const sortHeap = (keys: Float64Array, to: Int32Array, at: number, size: number): void => {
  for (let end = size - 1; end > 0; end -= 1) {
    const top = to[at]!
    to[at] = to[at + end]!
    to[at + end] = top
    sink(keys, to, at, 0, end)
  }
}
