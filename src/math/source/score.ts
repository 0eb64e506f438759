/** Numbers in order of weight, the lower the better: the first that differs decides. */
export type Score = readonly number[]

/** Negative: `a` is better. A score that ends sooner is the better one of two that are equal so far. */
export const compare = (a: Score, b: Score): number => {
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const less = a[at]! - b[at]!
    if (less !== 0) return less
  }
  return a.length - b.length
}

/** Anything comes before nothing. */
export const isBefore = (a: Score, b: Score | null): boolean => b === null || compare(a, b) < 0
