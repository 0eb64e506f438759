import type { Router } from '../pick/exact/router.ts'
import type { Place } from '../pick/layout.ts'
import { ELSEWHERE, NEVER, type Search } from './families.ts'
import type { Slot } from './fit.ts'
import { type History, ordersByItem } from './history.ts'
import type { Slotting } from './start.ts'

export interface Saving {
  /** Weighted metres; below zero: it would be longer. */
  readonly saved_m: number
  /** Give or take: root of the sum of squares over the orders that change. */
  readonly chance_m: number
}
/** A slotting under test: lengths of all tours of the history, and what an exchange would make of them. */
export interface Trial {
  /** Weighted metres of all orders. */
  readonly total: () => number
  readonly slotting: Slotting
  /** Item in each slot, -1: empty. */
  readonly itemAt: Int32Array
  /** If the item went to the slot and what lies there came back. */
  readonly saving: (item: number, slot: number) => Saving
  readonly exchange: (item: number, slot: number) => void
}

/** Tours by the exact router; only orders with one of the two items are walked anew. */
export const trialOf = (
  router: Router,
  slots: readonly Slot[],
  history: History,
  start: Slotting,
  stop = NEVER,
): Trial => {
  const { orders, weights } = history
  const slotting = start.slice()
  const itemAt = new Int32Array(slots.length).fill(-1)
  for (const [item, slot] of slotting.entries()) itemAt[slot] = item
  const byItem = ordersByItem(history, start.length)
  const places: Place[][] = orders.map((order) => Array.from(order, (item) => slots[slotting[item]!]!.place))
  // Who is stopped here exchanges nothing, so nobody asks for what was not walked.
  const lengths = Float64Array.from(places, (own) => (stop() ? 0 : router.length_mm(own) / 1_000))
  const put = (item: number, slot: number): void => {
    for (const order of byItem[item]!) places[order]![orders[order]!.indexOf(item)] = slots[slot]!.place
  }
  /** Orders with either, but not with both when that changes nothing. */
  const touched = (item: number, other: number): Int32Array | number[] =>
    other < 0 ? byItem[item]! : [...new Set([...byItem[item]!, ...byItem[other]!])]
  const same = (a: number, b: number): boolean => {
    const [one, two] = [slots[a]!.place, slots[b]!.place]
    return one.aisle === two.aisle && one.along_mm === two.along_mm
  }
  const swapped = (item: number, slot: number): void => {
    put(item, slot)
    if (itemAt[slot]! >= 0) put(itemAt[slot]!, slotting[item]!)
  }
  return {
    total: () => lengths.reduce((sum, length, at) => sum + weights[at]! * length, 0),
    slotting,
    itemAt,
    saving: (item, slot) => {
      const other = itemAt[slot]!
      if (other === item || same(slotting[item]!, slot)) return { saved_m: 0, chance_m: 0 }
      swapped(item, slot)
      let [saved_m, squares] = [0, 0]
      for (const order of touched(item, other)) {
        const one = weights[order]! * (lengths[order]! - router.length_mm(places[order]!) / 1_000)
        saved_m += one
        squares += one * one
      }
      put(item, slotting[item]!)
      if (other >= 0) put(other, slot)
      return { saved_m, chance_m: Math.sqrt(squares) }
    },
    exchange: (item, slot) => {
      const [other, from] = [itemAt[slot]!, slotting[item]!]
      swapped(item, slot)
      slotting[item] = slot
      itemAt[slot] = item
      itemAt[from] = other
      if (other >= 0) slotting[other] = from
      for (const order of touched(item, other)) lengths[order] = router.length_mm(places[order]!) / 1_000
    },
  }
}

/** A slot to try an item in: in an aisle where something lies that it was ordered with, now and then another order's. */
export const proposer = (
  slots: readonly Slot[],
  history: History,
  items: number,
  uniform: () => number,
): ((trial: Trial) => { item: number; slot: number } | null) => {
  const byItem = ordersByItem(history, items)
  const sold = byItem.flatMap((list, item) => (list.length > 0 ? [item] : []))
  const inAisle = Map.groupBy([...slots.keys()], (slot) => slots[slot]!.place.aisle)
  const pick = <T>(all: ArrayLike<T>): T => all[Math.floor(uniform() * all.length)]!
  return ({ slotting }) => {
    if (sold.length === 0) return null
    const item = pick(sold)
    const order = uniform() < ELSEWHERE ? pick(history.orders) : history.orders[pick(byItem[item]!)]!
    const beside = order.length === 0 ? item : pick(order)
    return { item, slot: pick(inAisle.get(slots[slotting[beside]!]!.place.aisle)!) }
  }
}

/**
 * A saving has to stand out so far from what chance makes of it. Without that the search learns its orders by heart: on 1,500
 * real orders it walked 7 % less in them, and 3 % more in the orders that came after.
 */
const SURE = 2

/**
 * Swap search with true tours: an exchange is kept when the orders of the history walk less, and surely so. Never worse than
 * its start on these orders.
 */
export const exchangeByTours = (
  router: Router,
  slots: readonly Slot[],
  history: History,
  start: Slotting,
  { fits, uniform, tries, stop = NEVER }: Search,
): Slotting => {
  const trial = trialOf(router, slots, history, start, stop)
  const propose = proposer(slots, history, start.length, uniform)
  const byItem = ordersByItem(history, start.length)
  for (let n = 0; n < tries && !stop(); n += 1) {
    const tried = propose(trial)
    if (tried === null) break
    const { item, slot } = tried
    const other = trial.itemAt[slot]!
    // As in families.ts: what nobody ordered yet stays.
    const stays = other >= 0 && byItem[other]!.length === 0
    if (stays || !fits(item, slot) || (other >= 0 && !fits(other, trial.slotting[item]!))) continue
    const { saved_m, chance_m } = trial.saving(item, slot)
    if (saved_m > 1e-9 && saved_m >= SURE * chance_m) trial.exchange(item, slot)
  }
  return trial.slotting
}
