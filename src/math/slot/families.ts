import { blockOf, type Layout } from '../pick/layout.ts'
import type { Slot } from './fit.ts'
import { type History, ordersByItem } from './history.ts'
import type { Slotting } from './start.ts'

/** A walk into a stretch of aisle costs this share of its length: in and out of the near part, or once through. */
const INTO = 0.7
/** Temperature at the start of the annealing, metres: what two visits to an aisle less save one order. Found on real orders. */
const WARM = 60

/**
 * Share of proposals that look beside another order's item: what is ordered by itself has no family to be brought to. Never
 * just anywhere: that scatters what nobody ordered yet, and orders to come walked 5 % more.
 */
export const ELSEWHERE = 0.1

/** What the search knows of each stretch (an aisle in a block), in metres. */
interface Stretches {
  readonly count: number
  readonly of: Int32Array
  readonly into: Float64Array
  /** How far its aisle lies from the depot's, to the left and to the right, and its block from the depot's cross aisle. */
  readonly left: Float64Array
  readonly right: Float64Array
  readonly deep: Float64Array
}

const stretchesOf = (layout: Layout, slots: readonly Slot[]): Stretches => {
  const { aisles_mm, lines_mm, depot } = layout
  const blocks = lines_mm.length - 1
  const count = aisles_mm.length * blocks
  const all = Array.from({ length: count }, (_, at) => ({ aisle: Math.floor(at / blocks), block: at % blocks }))
  const aside = (aisle: number): number => (aisles_mm[aisle]! - aisles_mm[depot.aisle]!) / 1_000
  const from = lines_mm[depot.line]!
  return {
    count,
    of: Int32Array.from(slots, ({ place }) => place.aisle * blocks + blockOf(layout, place.along_mm)),
    into: Float64Array.from(all, ({ block }) => (INTO * (lines_mm[block + 1]! - lines_mm[block]!)) / 1_000),
    left: Float64Array.from(all, ({ aisle }) => Math.max(0, -aside(aisle))),
    right: Float64Array.from(all, ({ aisle }) => Math.max(0, aside(aisle))),
    deep: Float64Array.from(
      all,
      ({ block }) => Math.min(Math.abs(lines_mm[block]! - from), Math.abs(lines_mm[block + 1]! - from)) / 1_000,
    ),
  }
}

/** Estimated metres of an order from how many of its items lie in each stretch. */
const estimate = ({ count, into, left, right, deep }: Stretches, held: Uint16Array, from: number): number => {
  let [sum, l, r, d] = [0, 0, 0, 0]
  for (let at = 0; at < count; at += 1) {
    if (held[from + at] === 0) continue
    sum += into[at]!
    if (left[at]! > l) l = left[at]!
    if (right[at]! > r) r = right[at]!
    if (deep[at]! > d) d = deep[at]!
  }
  return sum + 2 * (l + r + d)
}

export const NEVER = (): boolean => false

export interface Search {
  readonly fits: (item: number, slot: number) => boolean
  /** Uniform on (0, 1). */
  readonly uniform: () => number
  /** Exchanges tried. */
  readonly tries: number
  /** Asked before each of them: true ends the search, and the best so far is the answer. */
  readonly stop?: () => boolean
}

/**
 * Brings items that are ordered together into the same aisles, by annealing on an estimate of each order's walk: the stretches
 * it visits, and how far they spread. A thousand times quicker than tours, so that every item is tried in many places; the
 * exact router has the last word (`exchange.ts`). Proposals: an item changes places with one in a stretch where something lies
 * that it was ordered with, now and then beside another order's. @returns a new slotting that fits where the old one did.
 */
export const gatherFamilies = (
  layout: Layout,
  slots: readonly Slot[],
  history: History,
  start: Slotting,
  { fits, uniform, tries, stop = NEVER }: Search,
): Slotting => {
  const items = start.length
  const slotting = start.slice()
  const itemAt = new Int32Array(slots.length).fill(-1)
  for (const [item, slot] of slotting.entries()) itemAt[slot] = item
  const stretches = stretchesOf(layout, slots)
  const slotsIn = Array.from({ length: stretches.count }, () => [] as number[])
  for (const [slot, stretch] of stretches.of.entries()) slotsIn[stretch]!.push(slot)
  const { orders, weights } = history
  const byItem = ordersByItem(history, items)
  const sold = byItem.flatMap((list, item) => (list.length > 0 ? [item] : []))
  if (sold.length === 0) return slotting
  const held = new Uint16Array(orders.length * stretches.count)
  const stretchOf = (item: number): number => stretches.of[slotting[item]!]!
  for (const [at, order] of orders.entries())
    for (const item of order) held[at * stretches.count + stretchOf(item)]! += 1
  const cost = Float64Array.from(orders, (_, at) => estimate(stretches, held, at * stretches.count))

  // Orders whose visits changed, with what they cost before: to be told apart quickly, and put back.
  const changed = new Int32Array(orders.length)
  const before = new Float64Array(orders.length)
  const mark = new Int32Array(orders.length).fill(-1)
  let count = 0
  const shift = (item: number, from: number, to: number, round: number): void => {
    for (const order of byItem[item]!) {
      const base = order * stretches.count
      held[base + from]! -= 1
      held[base + to]! += 1
      if ((held[base + from]! > 0 && held[base + to]! > 1) || mark[order] === round) continue
      mark[order] = round
      before[count] = cost[order]!
      changed[count++] = order
    }
  }
  for (let n = 0; n < tries && !stop(); n += 1) {
    const item = sold[Math.floor(uniform() * sold.length)]!
    const list = byItem[item]!
    const order = orders[list[Math.floor(uniform() * list.length)]!]!
    const here = stretchOf(item)
    const beside = uniform() < ELSEWHERE ? orders[Math.floor(uniform() * orders.length)]! : order
    if (beside.length === 0) continue
    const there = stretchOf(beside[Math.floor(uniform() * beside.length)]!)
    if (there === here) continue
    const slot = slotting[item]!
    const to = slotsIn[there]![Math.floor(uniform() * slotsIn[there]!.length)]!
    const other = itemAt[to]!
    // What nobody ordered yet stays: no order would speak against moving it to the end.
    if (!fits(item, to) || (other >= 0 && (byItem[other]!.length === 0 || !fits(other, slot)))) continue
    count = 0
    shift(item, here, there, n)
    if (other >= 0) shift(other, there, here, n)
    let more = 0
    for (let at = 0; at < count; at += 1) {
      const one = changed[at]!
      cost[one] = estimate(stretches, held, one * stretches.count)
      more += weights[one]! * (cost[one] - before[at]!)
    }
    const warm = WARM * (1 - n / tries)
    if (more <= 0 || uniform() < Math.exp(-more / warm)) {
      slotting[item] = to
      itemAt[to] = item
      itemAt[slot] = other
      if (other >= 0) slotting[other] = slot
      continue
    }
    for (let at = 0; at < count; at += 1) cost[changed[at]!] = before[at]!
    count = 0
    shift(item, there, here, -2)
    if (other >= 0) shift(other, here, there, -2)
  }
  return slotting
}

/** Within each stretch, what is picked most lies nearest to the depot's cross aisle, as far as it fits. */
export const popularFirst = (
  layout: Layout,
  slots: readonly Slot[],
  picks: Float64Array,
  start: Slotting,
  fits: (item: number, slot: number) => boolean,
): Slotting => {
  const front = layout.lines_mm[layout.depot.line]!
  const stretches = stretchesOf(layout, slots)
  const near = (slot: number): number => Math.abs(slots[slot]!.place.along_mm - front)
  const slotting = start.slice()
  const byStretch = Map.groupBy([...start.keys()], (item) => stretches.of[start[item]!]!)
  for (const own of byStretch.values()) {
    // Items exchange the slots they have among themselves, the most picked choosing first.
    const free = own.map((item) => start[item]!).sort((a, b) => near(a) - near(b) || a - b)
    const chosen = new Map<number, number>()
    for (const item of own.toSorted((a, b) => picks[b]! - picks[a]! || a - b)) {
      const at = free.findIndex((slot) => fits(item, slot))
      if (at < 0) break
      chosen.set(item, free.splice(at, 1)[0]!)
    }
    if (chosen.size === own.length) for (const [item, slot] of chosen) slotting[item] = slot
  }
  return slotting
}
