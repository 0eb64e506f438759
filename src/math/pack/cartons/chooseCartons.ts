/** Which cartons an order goes into: the cheapest one, or the cheapest set where none holds it all or two cost less. */
import { packWith } from '../packContainer.ts'
import { checkContainer, checkItems, fits, standsOf } from '../problem.ts'
import type { Container, Item, Packing, PackOptions, Unpacked } from '../types.ts'
import { type Tried, tryCarton } from './tryCarton.ts'

export interface Carton extends Container {
  /** Of one carton with all that goes with it, in any unit; there are enough of each. */
  readonly cost: number
}
export interface CartonChoice {
  readonly cartons: readonly Packing[]
  readonly cost: number
  readonly unpacked: readonly Unpacked[]
  /** No other choice of these cartons is cheaper: certain, not only not found. */
  readonly proven: boolean
}
export interface CartonOptions {
  readonly fullSupport?: boolean
  readonly seed?: number
  /** Fillings tried for each carton (default 12). */
  readonly iterations?: number
  readonly stop?: () => boolean
}

interface Choice {
  readonly cartons: readonly Packing[]
  readonly cost: number
}
/** Of one call: cartons cheapest first, and what was tried already. */
interface Desk {
  readonly cartons: readonly Carton[]
  readonly options: PackOptions
  readonly iterations: number
  readonly tried: Map<string, Tried>
}

const ITERATIONS = 12
const MOST_SUBSETS = 6
/** Larger orders are filled by cost per volume alone, not once for each size as well. */
const MOST_TRIED = 100
const volumeOf = (box: { length: number; width: number; height: number }): number => box.length * box.width * box.height
const holds = (carton: Container, item: Item): boolean =>
  (item.weight ?? 0) <= (carton.maxWeight ?? Number.POSITIVE_INFINITY) &&
  standsOf(item).some((stand) => fits(stand, carton))

const attempt = (desk: Desk, n: number, items: readonly Item[]): Tried => {
  const key = `${n}|${items.map((item) => `${item.id}\u0000${item.quantity}`).join('\u0001')}`
  const known = desk.tried.get(key)
  if (known) return known
  const tried = tryCarton(desk.cartons[n]!, items, desk.options, desk.iterations)
  desk.tried.set(key, tried)
  return tried
}

/** The cheapest carton that holds all, and whether every cheaper one certainly does not. */
const cheapestSingle = (
  desk: Desk,
  items: readonly Item[],
  below: number,
): { set: Choice | null; certain: boolean } => {
  let certain = true
  for (let n = 0; n < desk.cartons.length; n += 1) {
    const { cost } = desk.cartons[n]!
    if (cost >= below) break
    const tried = attempt(desk, n, items)
    if (tried.packing) return { set: { cartons: [tried.packing], cost }, certain }
    certain &&= tried.certain
  }
  return { set: null, certain }
}

/** No set of two or more costs less: by number, by volume. */
const leastOfSets = (cartons: readonly Carton[], items: readonly Item[]): number => {
  const volume = items.reduce((sum, item) => sum + item.quantity * volumeOf(item), 0)
  const perVolume = Math.min(...cartons.map((carton) => carton.cost / volumeOf(carton)))
  return Math.max(2 * cartons[0]!.cost, volume * perVolume)
}

/** Every way to share at most six boxes among cartons: the best of each subset from the best of its parts. */
const bestPartition = (desk: Desk, items: readonly Item[]): { set: Choice | null; certain: boolean } => {
  const boxes = items.flatMap((item) => Array.from({ length: item.quantity }, () => item))
  const all = (1 << boxes.length) - 1
  const itemsOf = (subset: number): Item[] =>
    items.flatMap((item) => {
      const quantity = boxes.filter((box, n) => box === item && subset & (1 << n)).length
      return quantity > 0 ? [{ ...item, quantity }] : []
    })
  let certain = true
  const best: (Choice | null)[] = [{ cartons: [], cost: 0 }]
  const single: (Choice | null)[] = [null]
  for (let subset = 1; subset <= all; subset += 1) {
    const one = cheapestSingle(desk, itemsOf(subset), Number.POSITIVE_INFINITY)
    certain &&= one.certain
    single[subset] = one.set
    const lowest = subset & -subset
    let found: Choice | null = null
    for (let part = subset; part > 0; part = (part - 1) & subset) {
      const [here, rest] = [single[part], best[subset ^ part]]
      if (!(part & lowest) || !here || !rest) continue
      const cost = here.cost + rest.cost
      if (!found || cost < found.cost) found = { cartons: [...here.cartons, ...rest.cartons], cost }
    }
    best[subset] = found
  }
  return { set: best[all] ?? null, certain }
}

/** How many of each item a packing holds. */
const heldBy = (packing: Packing): Map<string, number> => {
  const held = new Map<string, number>()
  for (const { item } of packing.placements) held.set(item, (held.get(item) ?? 0) + 1)
  return held
}

/** How many cartons of this very content the items make: of ten thousand boxes only the last cartons are looked for one by one. */
const timesIn = (items: readonly Item[], packing: Packing): number => {
  const there = new Map(items.map(({ id, quantity }) => [id, quantity]))
  return Math.min(...[...heldBy(packing)].map(([id, held]) => Math.floor(there.get(id)! / held)))
}

const without = (items: readonly Item[], packing: Packing, times: number): Item[] => {
  const held = heldBy(packing)
  return items.flatMap((item) => {
    const quantity = item.quantity - times * (held.get(item.id) ?? 0)
    return quantity > 0 ? [{ ...item, quantity }] : []
  })
}

/** Fills cartons one by one, of one size or by cost per volume, the last always the cheapest that takes the rest. */
const fillOneByOne = (desk: Desk, items: readonly Item[], size: number | null, known: Choice | null): Choice | null => {
  let best = known
  let [rest, cost] = [items, 0]
  const cartons: Packing[] = []
  const fill = (n: number): Packing =>
    attempt(desk, n, rest).part ?? packWith(desk.cartons[n]!, rest, { ...desk.options, iterations: desk.iterations }, 0)
  while (rest.length > 0 && !(desk.options.stop?.() ?? false)) {
    const limit = best ? best.cost - cost : Number.POSITIVE_INFINITY
    const { set } = cheapestSingle(desk, rest, limit)
    if (set) best = { cartons: [...cartons, ...set.cartons], cost: cost + set.cost }
    let [chosen, chosenAt, ratio]: [Packing | null, number, number] = [null, -1, Number.POSITIVE_INFINITY]
    for (let n = 0; n < desk.cartons.length; n += 1) {
      const carton = desk.cartons[n]!
      if (
        (size !== null && n !== size && rest.some((item) => holds(desk.cartons[size]!, item))) ||
        carton.cost >= limit
      )
        continue
      const one = fill(n)
      if (one.volume > 0 && carton.cost / one.volume < ratio)
        [chosen, chosenAt, ratio] = [one, n, carton.cost / one.volume]
    }
    if (!chosen) return best
    const times = Math.max(1, timesIn(rest, chosen) - 1)
    for (let n = 0; n < times; n += 1) cartons.push({ ...chosen, unpacked: [] })
    cost += times * desk.cartons[chosenAt]!.cost
    rest = without(rest, chosen, times)
    if (rest.length === 0 && cost < (best?.cost ?? Number.POSITIVE_INFINITY)) best = { cartons: [...cartons], cost }
    if (best && cost + desk.cartons[0]!.cost >= best.cost) return best
  }
  return best
}

const chooseFor = (desk: Desk, items: readonly Item[]): { set: Choice | null; proven: boolean } => {
  const single = cheapestSingle(desk, items, Number.POSITIVE_INFINITY)
  if (single.set && single.set.cost <= leastOfSets(desk.cartons, items))
    return { set: single.set, proven: single.certain }
  const boxes = items.reduce((sum, item) => sum + item.quantity, 0)
  if (boxes <= MOST_SUBSETS) {
    const { set, certain } = bestPartition(desk, items)
    return { set, proven: certain }
  }
  let best = fillOneByOne(desk, items, null, single.set)
  for (let n = 0; n < desk.cartons.length && boxes <= MOST_TRIED; n += 1) best = fillOneByOne(desk, items, n, best)
  return { set: best, proven: false }
}

/**
 * The cheapest cartons for an order. For at most six boxes every way to share them is looked at, and each carton's "does not fit" is
 * exact; `proven` says whether the answer is. What no carton takes is named with a reason.
 * @throws RangeError that names what is wrong with a carton or an item
 */
export const chooseCartons = (
  cartons: readonly Carton[],
  items: readonly Item[],
  options: CartonOptions = {},
): CartonChoice => {
  checkItems(items)
  for (const carton of cartons) {
    checkContainer(carton)
    if (!(Number.isFinite(carton.cost) && carton.cost >= 0))
      throw new RangeError(`cost of carton ${carton.id} must be a number of at least 0, not ${carton.cost}`)
  }
  const { iterations = ITERATIONS, ...rest } = options
  if (!(iterations >= 1)) throw new RangeError(`iterations must be at least 1, not ${iterations}`)
  const sorted = [...cartons].sort((a, b) => a.cost - b.cost || volumeOf(a) - volumeOf(b))
  const wanted = items.filter((item) => item.quantity > 0)
  const able = wanted.filter((item) => sorted.some((carton) => holds(carton, item)))
  const reason = cartons.length === 0 ? 'there is no carton' : 'larger or heavier than every carton takes'
  const unpacked = wanted
    .filter((item) => !able.includes(item))
    .map(({ id, quantity }) => ({ item: id, quantity, reason }))
  if (able.length === 0) return { cartons: [], cost: 0, unpacked, proven: true }
  const { set, proven } = chooseFor({ cartons: sorted, options: rest, iterations, tried: new Map() }, able)
  if (set) return { ...set, unpacked, proven }
  const none = able.map(({ id, quantity }) => ({
    item: id,
    quantity,
    reason: 'no set of cartons was found before the search ended',
  }))
  return { cartons: [], cost: 0, unpacked: [...unpacked, ...none], proven: false }
}
