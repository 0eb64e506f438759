/** One order of a wave. Costs are any one whole or broken unit of money, the same throughout. */
export interface WaveOrder {
  readonly id: string
  /** Each item once. */
  readonly lines: readonly {
    readonly item: number
    readonly units: number
    /** What one unit costs that is not sent: margin lost, or the wait. */
    readonly short_cost: number
  }[]
  /** By site: of one shipment from there; null: nothing goes from there to this customer. */
  readonly shipment: readonly (number | null)[]
  /** By site: of each unit from there. */
  readonly unit: readonly number[]
  /** From so many sites at most. */
  readonly maxSplits: number
}
/** Orders that draw on the same stock. */
export interface Wave {
  readonly sites: number
  /** By item, by site: units free. */
  readonly stock: readonly (readonly number[])[]
  /** The first is the first in rank. */
  readonly orders: readonly WaveOrder[]
}
export interface WaveTake {
  readonly line: number
  readonly site: number
  readonly units: number
}
/** By order: what comes from where. */
export type WavePlan = readonly (readonly WaveTake[])[]

/** More sites than these are too many sets of sites to try for each order. */
const MOST_SITES = 12

/** @throws RangeError that says what is wrong with a wave. */
export const checkWave = ({ sites, stock, orders }: Wave): void => {
  if (!Number.isInteger(sites) || sites < 1 || sites > MOST_SITES)
    throw new RangeError(`a wave has 1 to ${MOST_SITES} sites, not ${sites}`)
  for (const [item, row] of stock.entries())
    if (row.length !== sites || row.some((units) => !Number.isSafeInteger(units) || units < 0))
      throw new RangeError(`the stock of item ${item} is a whole number, zero or above, for each site`)
  for (const { id, lines, shipment, unit, maxSplits } of orders) {
    if (shipment.length !== sites || unit.length !== sites || !(maxSplits >= 1))
      throw new RangeError(`order ${id} has a cost for each site, and at least one to come from`)
    if ([...unit, ...shipment].some((cost) => cost !== null && !(cost >= 0 && Number.isFinite(cost))))
      throw new RangeError(`costs of order ${id} are zero or above`)
    if (new Set(lines.map(({ item }) => item)).size < lines.length)
      throw new RangeError(`order ${id} names an item twice`)
    for (const { item, units, short_cost } of lines)
      if (stock[item] === undefined || !Number.isSafeInteger(units) || units < 1 || !(short_cost >= 0))
        throw new RangeError(`order ${id}: a line has a known item, whole units and a cost of being short`)
  }
}

/** What a plan costs: shipments, units, and what is not sent. */
export const costOf = (order: WaveOrder, takes: readonly WaveTake[]): number => {
  let cost = order.lines.reduce((sum, { units, short_cost }) => sum + units * short_cost, 0)
  for (const { line, site, units } of takes) cost += units * (order.unit[site]! - order.lines[line]!.short_cost)
  for (const site of new Set(takes.map((take) => take.site))) cost += order.shipment[site]!
  return cost
}
export const planCost = ({ orders }: Wave, plan: WavePlan): number =>
  orders.reduce((sum, order, at) => sum + costOf(order, plan[at]!), 0)

/** What is wrong with a plan, in words; null: nothing. Shares nothing with what makes plans. */
export const planProblem = ({ sites, stock, orders }: Wave, plan: WavePlan): string | null => {
  const left = stock.map((row) => [...row])
  for (const [at, order] of orders.entries()) {
    const own = plan[at] ?? []
    const open = order.lines.map(({ units }) => units)
    for (const { line, site, units } of own) {
      if (!(site >= 0 && site < sites) || order.shipment[site] === null)
        return `${order.id} comes from a site that sends it nothing`
      if (!Number.isInteger(units) || units < 1) return `${order.id} takes ${units} units`
      open[line]! -= units
      left[order.lines[line]!.item]![site]! -= units
    }
    if (open.some((units) => units < 0)) return `${order.id} gets more than it ordered`
    if (new Set(own.map(({ site }) => site)).size > order.maxSplits) return `${order.id} is split too often`
  }
  const short = left.findIndex((row) => row.some((units) => units < 0))
  return short < 0 ? null : `more of item ${short} is sent than there is`
}
