import { exactRouter, type Router } from '../pick/exact/router.ts'
import type { Layout } from '../pick/layout.ts'
import { exchangeByTours } from './exchange.ts'
import { gatherFamilies, NEVER, popularFirst } from './families.ts'
import { fitTable, type Slot, type SlotItem } from './fit.ts'
import { expectedPicks, historyOf } from './history.ts'
import { byCubePerOrder, fillInOrder, type Slotting, slotsFromDepot } from './start.ts'

export interface SlottingProblem {
  readonly layout: Layout
  readonly slots: readonly Slot[]
  readonly items: readonly SlotItem[]
  /** Past orders, oldest first: indexes of items. */
  readonly orders: readonly (readonly number[])[]
}
export interface SlottingOptions {
  /** Uniform on (0, 1). */
  readonly uniform: () => number
  /** After so many further orders a past one counts half. */
  readonly halfLife?: number
  /** Exchanges tried while gathering families, and with true tours. */
  readonly familyTries?: number
  readonly tourTries?: number
  /** So many of the newest orders are walked by the exact router. */
  readonly tourOrders?: number
  /** Asked all along: true ends the search, and what stands so far, which fits, is the answer. */
  readonly stop?: () => boolean
}

/**
 * Where each item should lie: cube-per-order index first, then families gathered into aisles, the popular to the front of
 * each, and a swap search with the exact router over the newest orders. Hard limits (weight, temperature, hazard, room) hold
 * throughout. Same seed, same answer.
 * @throws RangeError when an item has no slot it may lie in, or the layout is none.
 */
export const slotItems = (problem: SlottingProblem, options: SlottingOptions): Slotting => {
  const { layout, slots, items, orders } = problem
  const {
    uniform,
    halfLife = 3_000,
    familyTries = 400 * items.length,
    tourTries = 4 * items.length,
    tourOrders = 4_000,
    stop = NEVER,
  } = options
  const fits = fitTable(items, slots)
  if (orders.length === 0) return fillInOrder(items, [...items.keys()], slotsFromDepot(layout, slots), fits)
  const history = historyOf(orders, { halfLife, last: orders.length })
  const picks = expectedPicks(history, items.length)
  const start = fillInOrder(items, byCubePerOrder(items, picks), slotsFromDepot(layout, slots), fits)
  if (stop()) return start
  const gathered = gatherFamilies(layout, slots, history, start, { fits, uniform, tries: familyTries, stop })
  const ordered = popularFirst(layout, slots, picks, gathered, fits)
  if (stop()) return ordered
  const newest = historyOf(orders, { halfLife, last: tourOrders })
  return exchangeByTours(exactRouter(layout), slots, newest, ordered, { fits, uniform, tries: tourTries, stop })
}

/** Metres an order, walked by the shortest tour. */
export const metresPerOrder = (
  router: Router,
  slots: readonly Slot[],
  slotting: Slotting,
  orders: readonly (readonly number[])[],
): number =>
  orders.reduce((sum, order) => sum + router.length_mm(order.map((item) => slots[slotting[item]!]!.place)), 0) /
  1_000 /
  Math.max(1, orders.length)

/**
 * What a new slotting would save beside a present one, told honestly: learnt on the older part of the orders, measured on the
 * newer part that it has not seen. A share of the metres; what it saves on the orders it learnt from is always more.
 * @param share of the orders that is learnt from.
 */
export const predictSaving = (
  problem: SlottingProblem,
  present: Slotting,
  options: SlottingOptions & { readonly share?: number },
): number => {
  const { layout, slots, orders } = problem
  const cut = Math.floor((options.share ?? 0.7) * orders.length)
  if (cut < 1 || cut >= orders.length)
    throw new RangeError('there are too few orders to learn from some and measure on others')
  const router = exactRouter(layout)
  const learnt = slotItems({ ...problem, orders: orders.slice(0, cut) }, options)
  const unseen = orders.slice(cut)
  return 1 - metresPerOrder(router, slots, learnt, unseen) / metresPerOrder(router, slots, present, unseen)
}
