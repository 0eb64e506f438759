import type { Layout } from '../layout.ts'

const FAR = Number.POSITIVE_INFINITY

/**
 * Costs of the ways to walk each stretch of aisle between two cross aisles, from the first aisle that counts to the last.
 * @param keys places as aisle × 2^26 + along_mm, ascending.
 * @param cost filled anew: by (aisle − first) × blocks + block six costs, one for each way; infinite: it leaves something behind.
 */
export const fillStretches = (
  { aisles_mm, lines_mm, depot }: Layout,
  keys: Float64Array,
  count: number,
  cost: Float64Array,
): { first: number; last: number } => {
  const blocks = lines_mm.length - 1
  const aisleAt = (at: number): number => Math.floor(keys[at]! / 2 ** 26)
  const first = Math.min(depot.aisle, aisleAt(0))
  const last = Math.max(depot.aisle, aisleAt(count - 1))
  let at = 0
  for (let aisle = first; aisle <= last; aisle += 1) {
    const base = aisle * 2 ** 26
    for (let block = 0; block < blocks; block += 1) {
      const [front, back] = [lines_mm[block]!, lines_mm[block + 1]!]
      const until = block === blocks - 1 ? base + back + 1 : base + back
      const begin = at
      let gap = 0
      while (at < count && keys[at]! < until) {
        if (at > begin) gap = Math.max(gap, keys[at]! - keys[at - 1]!)
        at += 1
      }
      const cell = ((aisle - first) * blocks + block) * 6
      const length = back - front
      const empty = at === begin
      const [low, high] = empty ? [0, 0] : [keys[begin]! - base, keys[at - 1]! - base]
      cost[cell] = empty ? 0 : FAR
      cost[cell + 1] = length
      cost[cell + 2] = empty ? FAR : 2 * (high - front)
      cost[cell + 3] = empty ? FAR : 2 * (back - low)
      cost[cell + 4] = gap > 0 ? 2 * (length - gap) : FAR
      cost[cell + 5] = 2 * length
    }
  }
  if (aisles_mm[last] === undefined) throw new RangeError(`there is no aisle ${last}`)
  return { first, last }
}
