/** Chance for the demo: the same seed and name always give the same numbers, whatever else was asked for before. */
import { seeded } from '../src/core/ids.ts'

export type Dice = {
  /** 0 ≤ x < 1 */
  random(): number
  /** whole number, both ends included */
  int(low: number, high: number): number
  pick<T>(from: readonly T[]): T
  chance(probability: number): boolean
  /** around 1, spread about ±`spread` (one standard deviation), never below 0.1: sizes and costs are lognormal-ish */
  around(spread: number): number
}

/** FNV-1a over the name, folded into the seed: one stream of numbers per subject, so a new item changes no other. */
export function dice(seed: number, ...name: (string | number)[]): Dice {
  let hash = 0x811c9dc5 ^ seed
  for (const c of name.join('|')) hash = Math.imul(hash ^ c.codePointAt(0)!, 0x01000193)
  const random = seeded(hash >>> 0)
  random()
  return {
    random,
    int: (low, high) => low + Math.floor(random() * (high - low + 1)),
    pick: (from) => from[Math.floor(random() * from.length)]!,
    chance: (probability) => random() < probability,
    around: (spread) => Math.max(0.1, Math.exp(spread * (random() + random() + random() + random() - 2) * 1.7)),
  }
}

/** Rounds up to 1, 2, 2.5, 5 × 10ⁿ: limits and quantities as people set them. */
export function niceUp(n: number): number {
  if (n <= 0) return 0
  const power = 10 ** Math.floor(Math.log10(n))
  return [1, 2, 2.5, 5, 10].map((step) => step * power).find((nice) => nice >= n)!
}
