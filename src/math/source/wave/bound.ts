import { sourceOrder } from './oneOrder.ts'
import type { Wave } from './problem.ts'

export interface Priced {
  /** No plan of the wave costs less. */
  readonly bound: number
  /** Of one unit, by item and site: what it is worth to whoever else wants it. */
  readonly prices: readonly Float64Array[]
}

/**
 * Of an item that falls short in all, a unit is worth what it costs whoever would be the first to go without: the lines are
 * served from the dearest down, and where stock ends is the price. Of other items nothing, at first.
 */
const startPrices = ({ sites, stock, orders }: Wave): Float64Array[] => {
  const wanted: { units: number; worth: number }[][] = stock.map(() => [])
  for (const { lines, unit } of orders)
    for (const { item, units, short_cost } of lines)
      wanted[item]!.push({ units, worth: Math.max(0, short_cost - unit.reduce((sum, one) => sum + one, 0) / sites) })
  return stock.map((row, item) => {
    let left = row.reduce((sum, one) => sum + one, 0)
    for (const { units, worth } of wanted[item]!.sort((a, b) => b.worth - a.worth)) {
      left -= units
      if (left < 0) return new Float64Array(sites).fill(worth)
    }
    return new Float64Array(sites)
  })
}

/**
 * Lagrangian relaxation of shared stock (Held & Karp 1971; steps of Polyak 1969): each order is sourced by itself at prices for
 * scarce stock, which rise where too much is wanted and fall where some is left. What it all costs, less the price of the
 * stock, is a bound below every plan; the prices tell whom to serve with what.
 * @param upper cost of any plan. @param rounds of prices. @param stop asked before each order: the best bound so far stands.
 */
export const boundByPrices = (
  { sites, stock, orders }: Wave,
  upper: number,
  rounds: number,
  stop: () => boolean = () => false,
): Priced => {
  const prices = startPrices({ sites, stock, orders })
  // One item is wanted by the piece, another by the thousand: each counts in parts of what is wanted of it.
  const demand = stock.map(() => 1)
  for (const { lines } of orders) for (const { item, units } of lines) demand[item]! += units
  let best: Priced = { bound: Number.NEGATIVE_INFINITY, prices: stock.map(() => new Float64Array(sites)) }
  let scale = 1
  let stale = 0
  for (let round = 0; round < rounds; round += 1) {
    const wanted = stock.map(() => new Float64Array(sites))
    let value = 0
    for (const order of orders) {
      if (stop()) return best
      const { takes, priced } = sourceOrder(
        order,
        sites,
        (item, site) => stock[item]![site]!,
        (item, site) => prices[item]![site]!,
      )
      value += priced
      for (const { line, site, units } of takes) wanted[order.lines[line]!.item]![site]! += units
    }
    let norm = 0
    for (const [item, row] of stock.entries())
      for (let site = 0; site < sites; site += 1) {
        value -= prices[item]![site]! * row[site]!
        const over = wanted[item]![site]! - row[site]!
        // A price that is zero does not fall.
        if (over > 0 || prices[item]![site]! > 0) norm += (over / demand[item]!) ** 2
      }
    if (value > best.bound) {
      best = { bound: value, prices: prices.map((row) => row.slice()) }
      stale = 0
    } else if (++stale >= 5) {
      scale /= 2
      stale = 0
    }
    if (norm === 0) break
    const step = (scale * Math.max(upper - value, 1e-9)) / norm
    for (const [item, row] of stock.entries())
      for (let site = 0; site < sites; site += 1)
        prices[item]![site] = Math.max(
          0,
          prices[item]![site]! + (step * (wanted[item]![site]! - row[site]!)) / demand[item]! ** 2,
        )
  }
  return best
}
