import { seededRandom } from '../../src/math/numerics/random.ts'
import type { Layout, Place } from '../../src/math/pick/layout.ts'

export interface Slot {
  readonly place: Place
  /** 0: on the floor. */
  readonly level: number
}
export interface Warehouse {
  readonly layout: Layout
  readonly slots: readonly Slot[]
  readonly said: string
}

/**
 * A warehouse by a seed, with room for so many items: shelves on both sides of each aisle, several levels, a bay every metre
 * and something, the door where the middle aisle meets the front.
 */
export const warehouseOf = (seed: number, items: number, blocks: number): Warehouse => {
  const random = seededRandom(seed, 21)
  const between = (least: number, most: number): number => least + Math.floor(random.uniform() * (most - least + 1))
  const aisles = between(14, 20)
  const levels = between(3, 4)
  const bay = between(11, 14) * 100
  const apart = between(36, 44) * 100
  const crossWidth = 3_000
  const inBlock = Math.ceil((1.03 * items) / (aisles * 2 * levels * blocks))
  const length = inBlock * bay + crossWidth
  const layout: Layout = {
    aisles_mm: Array.from({ length: aisles }, (_, n) => n * apart),
    lines_mm: Array.from({ length: blocks + 1 }, (_, n) => n * length),
    depot: { aisle: Math.floor(aisles / 2), line: 0 },
  }
  const slots: Slot[] = []
  for (let aisle = 0; aisle < aisles; aisle += 1)
    for (let block = 0; block < blocks; block += 1)
      for (let n = 0; n < inBlock; n += 1)
        for (let shelf = 0; shelf < 2 * levels; shelf += 1)
          slots.push({
            place: { aisle, along_mm: block * length + crossWidth / 2 + n * bay + bay / 2 },
            level: Math.floor(shelf / 2),
          })
  return {
    layout,
    slots,
    said: `seed ${seed}: ${aisles} aisles ${apart / 1_000} m apart, ${blocks} ${blocks === 1 ? 'block' : 'blocks'} of ${length / 1_000} m, ${inBlock} bays of ${bay / 1_000} m on two sides and ${levels} levels in each, ${slots.length} slots`,
  }
}
