import { boundByPrices } from './bound.ts'
import { sourceOrder } from './oneOrder.ts'
import { checkWave, costOf, type Wave, type WavePlan, type WaveTake } from './problem.ts'

/** A plan under way: what is taken by each order and what is free. */
class Draft {
  readonly wave: Wave
  readonly free: number[][]
  readonly takes: (readonly WaveTake[])[]
  readonly costs: number[]
  constructor(wave: Wave) {
    this.wave = wave
    this.free = wave.stock.map((row) => [...row])
    this.takes = wave.orders.map(() => [])
    this.costs = wave.orders.map((order) => costOf(order, []))
  }
  put(at: number, takes: readonly WaveTake[]): void {
    const order = this.wave.orders[at]!
    for (const { line, site, units } of this.takes[at]!) this.free[order.lines[line]!.item]![site]! += units
    for (const { line, site, units } of takes) this.free[order.lines[line]!.item]![site]! -= units
    this.takes[at] = takes
    this.costs[at] = costOf(order, takes)
  }
  /** The best way for one order, at these prices, from what is free or its own. */
  source(at: number, price: (item: number, site: number) => number): void {
    const { orders, sites } = this.wave
    this.put(at, [])
    this.put(at, sourceOrder(orders[at]!, sites, (item, site) => this.free[item]![site]!, price).takes)
  }
  get total(): number {
    return this.costs.reduce((sum, cost) => sum + cost, 0)
  }
}

const FREE = (): number => 0

/** The habit to be beaten: orders by rank, each as is best for it alone from what those before it left. */
export const greedyWave = (wave: Wave): WavePlan => {
  checkWave(wave)
  const draft = new Draft(wave)
  for (const at of wave.orders.keys()) draft.source(at, FREE)
  return draft.takes
}

export interface WaveAnswer {
  readonly plan: WavePlan
  readonly cost: number
  readonly greedy: number
  /** No plan costs less: the answer is within cost ÷ bound of the best there is. */
  readonly bound: number
}
export interface WaveSearch {
  /** Uniform on (0, 1). */
  readonly uniform: () => number
  /** Rounds in which some orders are taken out and put back. */
  readonly tries: number
  /** Rounds of prices. */
  readonly rounds?: number
  /** Asked all along: true ends the search; the best plan so far, at worst greedy's, is the answer. */
  readonly stop?: () => boolean
}

/** Orders that could take units from each other: by item, who wants it, where not all can be served from one place. */
const rivals = ({ stock, orders }: Wave): number[][] => {
  const byItem: number[][] = stock.map(() => [])
  const demand = stock.map(() => 0)
  for (const [at, { lines }] of orders.entries())
    for (const { item, units } of lines) {
      byItem[item]!.push(at)
      demand[item]! += units
    }
  return byItem.map((own, item) => (stock[item]!.some((units) => units < demand[item]!) ? own : []))
}

/**
 * What is asked for stock while orders are put back: its price times a random factor, and for some places a random surcharge of
 * up to what a unit is worth, so that an order leaves there what another needs more.
 */
const askedPrices = (
  wave: Wave,
  orders: readonly number[],
  priceOf: (item: number, site: number) => number,
  uniform: () => number,
): ((item: number, site: number) => number) => {
  const factor = 1.5 * uniform()
  const surcharge = new Map<number, number>()
  const often = 0.4 * uniform()
  for (const at of orders)
    for (const { item, short_cost } of wave.orders[at]!.lines)
      for (let site = 0; site < wave.sites; site += 1)
        if (uniform() < often) surcharge.set(item * wave.sites + site, uniform() * short_cost)
  return (item, site) => factor * priceOf(item, site) + (surcharge.get(item * wave.sites + site) ?? 0)
}

/** Draws a place in the list, those with more to gain more often; any of them where nobody has. */
const worstOff = (all: readonly number[], gain: (at: number) => number, uniform: () => number): number => {
  const gains = all.map((at) => Math.max(0, gain(at)))
  let left = uniform() * gains.reduce((sum, one) => sum + one, 0)
  const found = gains.findIndex((one) => {
    left -= one
    return left < 0
  })
  return found < 0 ? Math.floor(uniform() * all.length) : found
}

/** Most orders taken out at a time. */
const MOST_OUT = 8

/**
 * Sources a wave of orders from shared stock: greedy by rank, once more at prices of scarce stock, then ruin and recreate
 * (Schrimpf et al. 2000): orders that want the same scarce items are taken out and put back one by one, each exactly, at
 * prices with something random in them; annealing decides. Never costs more than greedy, and says how far from the best it can be.
 * @throws RangeError for a wave that is none.
 */
export const sourceWave = (
  wave: Wave,
  { uniform, tries, rounds = 120, stop = () => false }: WaveSearch,
): WaveAnswer => {
  const first = greedyWave(wave)
  const draft = new Draft(wave)
  for (const [at, takes] of first.entries()) draft.put(at, takes)
  const greedy = draft.total
  const { bound, prices } = boundByPrices(wave, greedy, rounds, stop)
  const priceOf = (item: number, site: number): number => prices[item]![site]!
  const priced = new Draft(wave)
  // What prices left lying is for whoever lacks something. Stopped half-way it costs more than greedy and is not taken.
  for (const price of [priceOf, FREE]) for (const at of wave.orders.keys()) if (!stop()) priced.source(at, price)
  if (priced.total < greedy) for (const at of wave.orders.keys()) draft.put(at, [])
  if (priced.total < greedy) for (const [at, takes] of priced.takes.entries()) draft.put(at, takes)
  const byItem = rivals(wave)
  const contested = wave.orders.flatMap(({ lines }, at) =>
    lines.some(({ item }) => byItem[item]!.length > 1) ? [at] : [],
  )
  const alone = wave.orders.map(
    (one) => sourceOrder(one, wave.sites, (item, site) => wave.stock[item]![site]!, FREE).priced,
  )
  let now = draft.total
  let best = { cost: now, plan: [...draft.takes] }
  const below = (n: number): number => Math.floor(uniform() * n)
  const warm = (0.002 * now) / Math.max(1, wave.orders.length)
  for (let n = 0; n < tries && contested.length > 0 && !stop(); n += 1) {
    // Every other round is for an order that has it worse than it would alone: it goes first, others make way for it.
    const ejecting = n % 2 === 0
    const seed =
      contested[
        ejecting ? worstOff(contested, (at) => draft.costs[at]! - alone[at]!, uniform) : below(contested.length)
      ]!
    const out = new Set([seed])
    const size = 2 + below(MOST_OUT - 1)
    for (let look = 0; look < 4 * size && out.size < size; look += 1) {
      const some = ejecting ? seed : [...out][below(out.size)]!
      const own = wave.orders[some]!.lines.filter(({ item }) => byItem[item]!.length > 1)
      if (own.length === 0) break
      const others = byItem[own[below(own.length)]!.item]!
      out.add(others[below(others.length)]!)
    }
    const orders = [...out]
    const before = orders.map((at) => draft.takes[at]!)
    const had = orders.reduce((sum, at) => sum + draft.costs[at]!, 0)
    for (const at of orders) draft.put(at, [])
    const asked = askedPrices(wave, orders, priceOf, uniform)
    const order = orders.map((at) => ({ at, key: uniform() })).sort((a, b) => a.key - b.key)
    if (ejecting) draft.source(seed, FREE)
    for (const { at } of order) if (!ejecting || at !== seed) draft.source(at, asked)
    for (const { at } of order) draft.source(at, FREE)
    const have = orders.reduce((sum, at) => sum + draft.costs[at]!, 0)
    if (have - had > -warm * (1 - n / tries) * Math.log(uniform())) {
      for (const at of orders) draft.put(at, [])
      for (const [k, at] of orders.entries()) draft.put(at, before[k]!)
      continue
    }
    now += have - had
    if (now < best.cost - 1e-9) best = { cost: now, plan: [...draft.takes] }
  }
  return {
    plan: best.plan,
    cost: wave.orders.reduce((sum, order, at) => sum + costOf(order, best.plan[at]!), 0),
    greedy,
    bound,
  }
}
