/** Carton choice over seeded orders of 1 to 20 boxes: CPU time each, and cost beside the first-fit habit. */
import { seededRandom } from '../../src/math/numerics/random.ts'
import { type Carton, checkPacking, chooseCartons, type Item, UPRIGHT } from '../../src/math/pack/index.ts'
import { packLargestFirst } from './largestFirst.ts'

const ORDERS = 600
/** Assumed: eight sizes of a shipping room, mm and cents. */
const SIZES = [
  [200, 150, 100, 40],
  [250, 200, 120, 50],
  [300, 200, 150, 65],
  [350, 250, 200, 85],
  [400, 300, 200, 100],
  [450, 350, 300, 140],
  [600, 400, 400, 190],
  [800, 600, 500, 300],
] as const
const CARTONS: readonly Carton[] = SIZES.map(([length, width, height, cost]) => ({
  id: `${length}×${width}×${height}`,
  length,
  width,
  height,
  cost,
  maxWeight: 30_000,
}))

const orderOf = (boxes: number, seed: number): Item[] => {
  const random = seededRandom(seed)
  const between = (low: number, high: number) => Math.floor(low + random.uniform() * (high - low + 1))
  const items: Item[] = []
  for (let left = boxes; left > 0; ) {
    const quantity = Math.min(left, between(1, 4))
    left -= quantity
    items.push({
      id: String(items.length),
      length: between(30, 300),
      width: between(30, 200),
      height: between(20, 150),
      weight: between(50, 1400),
      quantity,
      ...(seed % 3 === 0 && { orientations: UPRIGHT }),
      ...(seed % 5 === 0 && { fragile: random.uniform() < 0.2 }),
    })
  }
  return items
}

/** The habit: cartons cheapest first, boxes largest first; the first that takes all. null: none does. */
const firstFit = (items: readonly Item[], fullSupport: boolean): number | null => {
  const weight = items.reduce((sum, item) => sum + item.quantity * (item.weight ?? 0), 0)
  const whole = items.map((item) => ({
    ...item,
    orientations: item.orientations ?? (['xyz', 'yxz', 'xzy', 'zxy', 'yzx', 'zyx'] as const),
  }))
  const found = CARTONS.find(
    (one) => weight <= one.maxWeight! && packLargestFirst(one, whole, fullSupport).unpacked.length === 0,
  )
  return found?.cost ?? null
}

export const timeCartons = () => {
  const times: number[] = []
  let [faults, proven, several, ours, theirs, compared] = [0, 0, 0, 0, 0, 0]
  for (let n = -60; n < ORDERS; n += 1) {
    const items = orderOf(1 + ((n + 60) % 20), 1000 + n)
    const before = process.cpuUsage()
    const choice = chooseCartons(CARTONS, items)
    const { user, system } = process.cpuUsage(before)
    // The first sixty warm the compiler up.
    if (n < 0) continue
    times.push((user + system) / 1000)
    proven += Number(choice.proven)
    several += Number(choice.cartons.length > 1)
    for (const packing of choice.cartons) {
      const inside = items.flatMap((item) => {
        const quantity = packing.placements.filter((box) => box.item === item.id).length
        return quantity > 0 ? [{ ...item, quantity }] : []
      })
      faults += checkPacking(packing, inside).length
    }
    // The habit knows no fragile boxes: only orders without are compared.
    const habit = items.some((item) => item.fragile) ? null : firstFit(items, false)
    if (habit === null) continue
    ours += choice.cost
    theirs += habit
    compared += 1
  }
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))]!
  return {
    orders: times.length,
    mean: times.reduce((sum, one) => sum + one, 0) / times.length,
    p50: at(0.5),
    p95: at(0.95),
    longest: at(1),
    proven: proven / times.length,
    several: several / times.length,
    costRatio: ours / theirs,
    compared,
    faults,
  }
}
