import type { Place } from '../layout.ts'
import { type Pace, type Standing, standingOf, worse } from './schedule.ts'

/** An order to be picked, with where its lines lie. */
export interface PickOrder {
  readonly id: string
  readonly places: readonly Place[]
  readonly cube_cm3: number
  /** Seconds from now by which it has to be picked; null: any time. */
  readonly due_s: number | null
}
export interface Cart {
  readonly cube_cm3: number
  readonly lines: number
}
/** Orders picked on one walk. */
export interface Batch {
  readonly orders: readonly PickOrder[]
  readonly length_mm: number
}
type Length = (places: readonly Place[]) => number

export const batchOf = (orders: readonly PickOrder[], length: Length): Batch => ({
  orders,
  length_mm: length(orders.flatMap(({ places }) => places)),
})

export const fits = (orders: readonly PickOrder[], cart: Cart): boolean => {
  let [cube, lines] = [0, 0]
  for (const order of orders) {
    cube += order.cube_cm3
    lines += order.places.length
  }
  return cube <= cart.cube_cm3 && lines <= cart.lines
}

/** @throws RangeError that names an order which no cart can take. */
const checkOrders = (orders: readonly PickOrder[], cart: Cart): void => {
  const large = orders.find((order) => !fits([order], cart))
  if (large !== undefined) throw new RangeError(`order ${large.id} does not fit a cart by itself`)
}

/** The habit to be beaten: orders as they came, a new cart when the next does not fit any more. */
export const firstCome = (orders: readonly PickOrder[], cart: Cart, length: Length): Batch[] => {
  checkOrders(orders, cart)
  const batches: PickOrder[][] = []
  for (const order of orders) {
    const last = batches.at(-1)
    if (last !== undefined && fits([...last, order], cart)) last.push(order)
    else batches.push([order])
  }
  return batches.map((own) => batchOf(own, length))
}

/** Aisles that two batches share, less those that only one of them visits: a cheap guess at what joining them saves. */
const kinship = (a: ReadonlySet<number>, b: ReadonlySet<number>): number => {
  let common = 0
  for (const aisle of a) if (b.has(aisle)) common += 1
  return 3 * common - a.size - b.size
}
const aislesOf = (orders: readonly PickOrder[]): Set<number> =>
  new Set(orders.flatMap(({ places }) => places.map(({ aisle }) => aisle)))

const NEVER = (): boolean => false

export interface SavingsOptions {
  readonly neighbours?: number
  readonly pace?: Pace | null
  readonly stop?: () => boolean
}

/** A batch at work: gone once it is merged into another. */
interface Group {
  readonly batch: Batch
  readonly aisles: ReadonlySet<number>
  gone: boolean
}

/**
 * Savings (Clarke & Wright 1964, for batches: de Koster, van der Poort & Wolters 1999, IJPR 37(7), their C&W(ii)): the two
 * batches whose joint tour saves most are joined, and savings with the new batch found anew, by true tour lengths.
 * @param neighbours how many others each batch is tried with, those with most aisles in common: all of a small wave.
 * @param pace when orders are due: then two are joined only if each would still be in time on a walk begun now.
 * @param stop asked before each order and each join: true leaves the batches as they are.
 * @throws RangeError for an order that no cart can take.
 */
export const bySavings = (
  orders: readonly PickOrder[],
  cart: Cart,
  length: Length,
  { neighbours = 40, pace = null, stop = NEVER }: SavingsOptions = {},
): Batch[] => {
  checkOrders(orders, cart)
  const groups: Group[] = []
  const heap: { saved: number; a: Group; b: Group; batch: Batch }[] = []
  const tryWith = (group: Group): void => {
    const others = groups
      .filter((other) => other !== group && !other.gone && fits([...group.batch.orders, ...other.batch.orders], cart))
      .map((other) => ({ other, kin: kinship(group.aisles, other.aisles) }))
      .sort((x, y) => y.kin - x.kin)
    for (const { other } of others.slice(0, neighbours)) {
      const batch = batchOf([...group.batch.orders, ...other.batch.orders], length)
      const saved = group.batch.length_mm + other.batch.length_mm - batch.length_mm
      if (saved > 0 && (pace === null || standingOf([batch], pace).late_s === 0))
        heap.push({ saved, a: group, b: other, batch })
    }
  }
  for (const order of orders) {
    const group = { batch: batchOf([order], length), aisles: aislesOf([order]), gone: false }
    groups.push(group)
    if (!stop()) tryWith(group)
  }
  for (;;) {
    const open = heap.filter(({ a, b }) => !a.gone && !b.gone)
    if (open.length === 0 || stop()) return groups.filter(({ gone }) => !gone).map(({ batch }) => batch)
    heap.length = 0
    heap.push(...open)
    const best = open.reduce((most, one) => (one.saved > most.saved ? one : most))
    best.a.gone = true
    best.b.gone = true
    const group = { batch: best.batch, aisles: aislesOf(best.batch.orders), gone: false }
    groups.push(group)
    tryWith(group)
  }
}

/** What a search has to know to try a change. */
interface Search {
  readonly cart: Cart
  readonly length: Length
  readonly pace: Pace | null
  /** Uniform on (0, 1). */
  readonly uniform: () => number
  /** Changes tried. */
  readonly tries: number
  /** Asked before each of them: true ends the search, and the best so far is the answer. */
  readonly stop?: () => boolean
}

/** Metres that a change may lengthen a wave by at first, as a share of a batch's tour: found on waves of real orders. */
const WARMTH = 0.05

/**
 * Simulated annealing: one order moved to another batch, or two of different batches exchanged; what makes the wave less late,
 * or as late and no longer, is kept always, what makes it longer now and then, ever less. Answers the best that was seen: never
 * worse than what it starts from.
 */
export const improveBatches = (start: readonly Batch[], search: Search): Batch[] => {
  const { cart, length, pace, uniform, tries, stop = NEVER } = search
  let batches = [...start]
  const standing = (all: readonly Batch[]): Standing =>
    pace === null ? { late_s: 0, length_mm: all.reduce((sum, one) => sum + one.length_mm, 0) } : standingOf(all, pace)
  let now = standing(batches)
  let best = { batches, standing: now }
  const warm = (WARMTH * now.length_mm) / Math.max(1, batches.length)
  const below = (n: number): number => Math.floor(uniform() * n)
  for (let n = 0; n < tries && batches.length > 1 && !stop(); n += 1) {
    const from = below(batches.length)
    const to = (from + 1 + below(batches.length - 1)) % batches.length
    const [mine, theirs] = [batches[from]!.orders, batches[to]!.orders]
    const [i, j] = [below(mine.length), below(theirs.length + 1)]
    const given = mine[i]!
    const taken = theirs[j]
    const left = taken === undefined ? mine.toSpliced(i, 1) : mine.with(i, taken)
    const right = taken === undefined ? [...theirs, given] : theirs.with(j, given)
    if (!fits(left, cart) || !fits(right, cart)) continue
    const changed = batches
      .with(from, left.length === 0 ? { orders: [], length_mm: 0 } : batchOf(left, length))
      .with(to, batchOf(right, length))
      .filter(({ orders }) => orders.length > 0)
    const then = standing(changed)
    const allowed = now.length_mm - warm * (1 - n / tries) * Math.log(uniform())
    if (worse(then, { late_s: now.late_s, length_mm: allowed })) continue
    batches = changed
    now = then
    if (worse(best.standing, now)) best = { batches, standing: now }
  }
  return best.batches
}
