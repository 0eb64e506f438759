/**
 * Split-conformal calibration (Vovk et al. 2005; Lei et al. 2018), pooled over series: the scores of what really came, at
 * origins that the forecast did not see, by class of demand and length of window. A quantile at p is then the one that
 * covered a share p of them, whatever the model believed. Scores are those of *cumulative* demand from the origin on, since
 * that is what has to be in stock, and of single periods.
 */

import { normalQuantile } from '../../numerics/normal.ts'
import type { DemandClass } from '../classify.ts'

/** Plain data; can be stored as JSON. */
export interface Calibration {
  /** Sorted scores by key, see `keyOf`. */
  readonly scores: Readonly<Record<string, readonly number[]>>
  readonly series: number
  readonly origins: number
}

type Pool = DemandClass | 'all'
/** Of demand summed from the origin on, by number of periods; or of one period, by seasons ahead. */
type Of = 'sum' | 'one'
const keyOf = (pool: Pool, of: Of, length: number): string => `${pool}|${of}|${length}`

/**
 * Single periods are pooled by whole seasons ahead, not by step: a step may fall on a day that is always closed. `from`: 0 is
 * the next period.
 */
export const seasonsAhead = (from: number, period: number): number =>
  Math.floor(from / (period > 1 && period <= 31 ? period : 1)) + 1

/** Lengths (and steps) at which scores are taken: each of the first eight, then every fourth part more. */
export const calibrationLengths = (horizon: number): number[] => {
  const lengths: number[] = []
  for (let length = 1; length < horizon; length = Math.max(length + 1, Math.floor(length * 1.25))) lengths.push(length)
  lengths.push(horizon)
  return lengths
}

/** Fewer scores than this of a class say nothing about its tail: those of all classes are taken. */
const ENOUGH = 60

export class ScorePool {
  readonly #scores = new Map<string, number[]>()
  /** Scores added so far. */
  count = 0
  add(kind: DemandClass, of: Of, length: number, score: number): void {
    this.count += 1
    for (const pool of [kind, 'all'] as const) {
      const key = keyOf(pool, of, length)
      const scores = this.#scores.get(key)
      if (scores) scores.push(score)
      else this.#scores.set(key, [score])
    }
  }
  close(series: number, origins: number): Calibration {
    const scores: Record<string, readonly number[]> = {}
    for (const [key, values] of this.#scores)
      scores[key] = values.map((value) => Math.round(value * 1e4) / 1e4).sort((a, b) => a - b)
    return { scores, series, origins }
  }
}

/** The ⌈(n + 1) p⌉-th smallest of n scores, with a straight line between neighbours: at least p of new ones are not above it. */
const conformalQuantile = (scores: readonly number[], p: number): number => {
  const n = scores.length
  const rank = (n + 1) * p - 1
  if (rank >= n - 1) {
    // Beyond what was seen: no nearer than the normal distribution would be.
    return Math.max(scores[n - 1]!, normalQuantile(Math.min(p, 0.99999)))
  }
  if (rank <= 0) return Math.min(scores[0]!, normalQuantile(Math.max(p, 0.00001)))
  const low = Math.floor(rank)
  return scores[low]! + (rank - low) * (scores[low + 1]! - scores[low]!)
}

/** The score that covers a share `p` of windows of `length` periods (or of a single period `length` seasons ahead). */
export const calibratedScore = (
  calibration: Calibration | undefined,
  kind: DemandClass,
  what: Of,
  length: number,
  p: number,
): { readonly z: number; readonly scores: number } => {
  const plain = { z: normalQuantile(p), scores: 0 }
  if (!calibration) return plain
  const of = (at: number): { z: number; scores: number } | null => {
    for (const pool of [kind, 'all'] as const) {
      const scores = calibration.scores[keyOf(pool, what, at)]
      if (scores && scores.length >= ENOUGH) return { z: conformalQuantile(scores, p), scores: scores.length }
    }
    return null
  }
  const lengths = what === 'one' ? Array.from({ length }, (_, i) => i + 1) : calibrationLengths(length)
  // The nearest length that was calibrated, downwards.
  for (let i = lengths.length - 1; i >= 0; i -= 1) {
    const found = of(lengths[i]!)
    if (found) return found
  }
  return plain
}
