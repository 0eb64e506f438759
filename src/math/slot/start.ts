import type { Layout, Place } from '../pick/layout.ts'
import type { Slot, SlotItem } from './fit.ts'

/** By item, the slot it lies in. */
export type Slotting = Int32Array
type Fits = (item: number, slot: number) => boolean

/** Slots as they are filled: aisle by aisle from the depot outwards, each from the depot's cross aisle on. */
export const slotsFromDepot = ({ aisles_mm, lines_mm, depot }: Layout, slots: readonly Slot[]): number[] => {
  const across = ({ aisle }: Place): number => Math.abs(aisles_mm[aisle]! - aisles_mm[depot.aisle]!)
  const along = ({ along_mm }: Place): number => Math.abs(along_mm - lines_mm[depot.line]!)
  return slots
    .map((_, at) => at)
    .sort((a, b) => {
      const [one, other] = [slots[a]!.place, slots[b]!.place]
      return across(one) - across(other) || one.aisle - other.aisle || along(one) - along(other) || a - b
    })
}

/** Frees a slot for an item by moving others on, one after another (Kuhn 1955); null: there is no way. */
const makeRoom = (item: number, itemAt: Int32Array, fits: Fits, seen: Uint8Array): boolean => {
  for (let slot = 0; slot < itemAt.length; slot += 1) {
    if (seen[slot] === 1 || !fits(item, slot)) continue
    seen[slot] = 1
    if (itemAt[slot]! < 0 || makeRoom(itemAt[slot]!, itemAt, fits, seen)) {
      itemAt[slot] = item
      return true
    }
  }
  return false
}

/**
 * Items in an order to the first slot of another order that is free and may hold them; where that fails at the end, others are
 * moved on to make room. @throws RangeError that names an item for which there is no room at all.
 */
export const fillInOrder = (
  items: readonly SlotItem[],
  itemOrder: readonly number[],
  slotOrder: readonly number[],
  fits: Fits,
): Slotting => {
  const itemAt = new Int32Array(slotOrder.length).fill(-1)
  let first = 0
  const open: number[] = []
  for (const item of itemOrder) {
    while (first < slotOrder.length && itemAt[slotOrder[first]!]! >= 0) first += 1
    let at = first
    while (at < slotOrder.length && (itemAt[slotOrder[at]!]! >= 0 || !fits(item, slotOrder[at]!))) at += 1
    if (at === slotOrder.length) open.push(item)
    else itemAt[slotOrder[at]!] = item
  }
  for (const item of open)
    if (!makeRoom(item, itemAt, fits, new Uint8Array(itemAt.length)))
      throw new RangeError(`there is no slot for ${items[item]!.id}`)
  const slotting = new Int32Array(items.length).fill(-1)
  for (const [slot, item] of itemAt.entries()) if (item >= 0) slotting[item] = slot
  return slotting
}

/** Items by cube-per-order index (Heskett 1963): room over picks, the least first; what was never picked comes last. */
export const byCubePerOrder = (items: readonly SlotItem[], picks: Float64Array): number[] =>
  items
    .map((_, at) => at)
    .sort((a, b) => {
      const index = (at: number): number =>
        picks[at]! > 0 ? Math.max(1, items[at]!.space_cm3) / picks[at]! : Number.POSITIVE_INFINITY
      const [one, other] = [index(a), index(b)]
      return one === other ? (items[a]!.id < items[b]!.id ? -1 : 1) : one - other
    })

/** Items by how often they are picked. */
export const byPopularity = (items: readonly SlotItem[], picks: Float64Array): number[] =>
  items.map((_, at) => at).sort((a, b) => picks[b]! - picks[a]! || (items[a]!.id < items[b]!.id ? -1 : 1))

/** Classes A, B, C by the share of picks they make up (80 and 95 %), in no order within: the habit of many warehouses. */
export const byClass = (items: readonly SlotItem[], picks: Float64Array, uniform: () => number): number[] => {
  const all = picks.reduce((sum, one) => sum + one, 0)
  let sum = 0
  const classOf = new Map<number, number>()
  for (const item of byPopularity(items, picks)) {
    classOf.set(item, sum < 0.8 * all ? 0 : sum < 0.95 * all ? 1 : 2)
    sum += picks[item]!
  }
  const keys = items.map(() => uniform())
  return items.map((_, at) => at).sort((a, b) => classOf.get(a)! - classOf.get(b)! || keys[a]! - keys[b]!)
}
