/** Distances from row to column; not the same both ways where aisles are one-way. Row 0 is the depot. */
export type Distances = readonly Float64Array[]

/** Up to so many stops every order of visit counts (Held & Karp 1962). */
const EXACT_UP_TO = 9

const exact = (far: Distances): number[] => {
  const n = far.length - 1
  const cost = new Float64Array(n << n).fill(Number.POSITIVE_INFINITY)
  const before = new Int8Array(n << n)
  for (let i = 0; i < n; i += 1) cost[(1 << i) * n + i] = far[0]![i + 1]!
  for (let set = 1; set < 1 << n; set += 1)
    for (let i = 0; i < n; i += 1) {
      const here = cost[set * n + i]!
      if (here === Number.POSITIVE_INFINITY) continue
      for (let j = 0; j < n; j += 1) {
        if (set & (1 << j)) continue
        const to = (set | (1 << j)) * n + j
        if (here + far[i + 1]![j + 1]! >= cost[to]!) continue
        cost[to] = here + far[i + 1]![j + 1]!
        before[to] = i
      }
    }
  let set = (1 << n) - 1
  let last = 0
  for (let i = 1; i < n; i += 1)
    if (cost[set * n + i]! + far[i + 1]![0]! < cost[set * n + last]! + far[last + 1]![0]!) last = i
  const tour: number[] = []
  while (set !== 0) {
    tour.push(last + 1)
    const previous = before[set * n + last]!
    set &= ~(1 << last)
    last = previous
  }
  return tour.reverse()
}

/** Length of a closed tour from the depot. */
export const tourLength = (far: Distances, tour: readonly number[]): number => {
  let [sum, here] = [0, 0]
  for (const stop of tour) {
    sum += far[here]![stop]!
    here = stop
  }
  return sum + far[here]![0]!
}

/** Each stop where it lengthens the tour least, the farthest first (Rosenkrantz, Stearns & Lewis 1977). */
const insertFarthest = (far: Distances): number[] => {
  const stops = Array.from({ length: far.length - 1 }, (_, n) => n + 1).sort(
    (a, b) => far[0]![b]! + far[b]![0]! - far[0]![a]! - far[a]![0]! || a - b,
  )
  const tour: number[] = []
  for (const stop of stops) {
    let [best, at] = [Number.POSITIVE_INFINITY, 0]
    for (let n = 0; n <= tour.length; n += 1) {
      const [a, b] = [tour[n - 1] ?? 0, tour[n] ?? 0]
      const more = far[a]![stop]! + far[stop]![b]! - far[a]![b]!
      if (more < best) [best, at] = [more, n]
    }
    tour.splice(at, 0, stop)
  }
  return tour
}

/** Chains of up to three stops moved elsewhere (Or 1976), and any stretch turned round; the first that shortens is taken. */
const improved = (far: Distances, tour: readonly number[], length: number): number[] | null => {
  const n = tour.length
  for (let from = 0; from < n; from += 1)
    for (let size = 1; size <= Math.min(3, n - from); size += 1) {
      const chain = tour.slice(from, from + size)
      const rest = [...tour.slice(0, from), ...tour.slice(from + size)]
      for (let to = 0; to <= rest.length; to += 1)
        for (const turned of [chain, chain.toReversed()]) {
          const other = rest.toSpliced(to, 0, ...turned)
          if (tourLength(far, other) < length - 1e-9) return other
        }
    }
  for (let from = 0; from < n - 1; from += 1)
    for (let to = from + 4; to <= n; to += 1) {
      const other = [...tour.slice(0, from), ...tour.slice(from, to).reverse(), ...tour.slice(to)]
      if (tourLength(far, other) < length - 1e-9) return other
    }
  return null
}

/**
 * A short closed tour from the depot over all other rows: exact up to nine stops, else farthest insertion and local search.
 * Works on distances that differ by direction. @returns rows in the order of visit, without the depot.
 */
export const shortTour = (far: Distances): number[] => {
  if (far.length <= 1) return []
  if (far.length - 1 <= EXACT_UP_TO) return exact(far)
  let tour = insertFarthest(far)
  for (;;) {
    const better = improved(far, tour, tourLength(far, tour))
    if (better === null) return tour
    tour = better
  }
}
