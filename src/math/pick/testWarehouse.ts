import { seededRandom } from '../numerics/random.ts'
import { depotOf, type Layout, type Place, walk_mm } from './layout.ts'

/** A random warehouse and what to pick in it, by a seed: up to seven aisles, one to four blocks, up to eight places. */
export const randomWarehouse = (seed: number, blocks = 1 + (seed % 4)): { layout: Layout; places: Place[] } => {
  const random = seededRandom(seed, 77)
  const below = (n: number): number => Math.floor(random.uniform() * n)
  const apart = (n: number, least: number, most: number): number[] => {
    const out = [below(3) * 1_000]
    while (out.length < n) out.push(out.at(-1)! + least + below(most - least))
    return out
  }
  const lines_mm = apart(1 + blocks, 2_000, 25_000)
  const aisles_mm = apart(1 + below(7), 1_500, 9_000)
  const layout: Layout = {
    aisles_mm,
    lines_mm,
    depot: { aisle: below(aisles_mm.length), line: seed % 3 === 0 ? below(lines_mm.length) : 0 },
  }
  const length = lines_mm.at(-1)! - lines_mm[0]!
  const places = Array.from({ length: 1 + below(8) }, () => ({
    aisle: below(aisles_mm.length),
    along_mm: lines_mm[0]! + below(length + 1),
  }))
  return { layout, places }
}

/** The shortest closed tour by trying every order of visit on these distances (row 0 is the depot): the oracle. */
export const shortestByTrial = (far: readonly (readonly number[])[]): number => {
  const n = far.length
  let best = Number.POSITIVE_INFINITY
  const seen = new Array<boolean>(n).fill(false)
  const visit = (here: number, left: number, sum: number): void => {
    if (sum >= best) return
    if (left === 0) {
      best = Math.min(best, sum + far[here]![0]!)
      return
    }
    for (let next = 1; next < n; next += 1) {
      if (seen[next]) continue
      seen[next] = true
      visit(next, left - 1, sum + far[here]![next]!)
      seen[next] = false
    }
  }
  visit(0, n - 1, 0)
  return best
}

/** Walks between depot and places, depot first. */
export const walksOf = (layout: Layout, places: readonly Place[]): number[][] => {
  const all = [depotOf(layout), ...places]
  return all.map((a) => all.map((b) => walk_mm(layout, a, b)))
}
