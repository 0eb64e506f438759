import { atLeast, whole } from '../demand/check.ts'

/** What a policy sees at a review, after the day's demand. */
export interface Position {
  readonly day: number
  readonly onHand: number
  readonly onOrder: number
  readonly backordered: number
  /** On hand + on order − backordered. */
  readonly position: number
}
/** An emergency order: soon there, at a cost. */
export interface Expedite {
  /** Whole days until it can be sold, ≥ 1; the same for all. */
  readonly leadTime: number
  /** For each emergency order, and for each unit of it, on top of what a usual order costs. */
  readonly orderCost: number
  readonly unitCost: number
  /** Units wanted, 0 for none; raised to whole packs, but not to `moq`: it is bought for its speed. */
  readonly order: (state: Position) => number
}
export interface Simulation {
  /** Units asked for on each day: one entry is one order line. */
  readonly demand: ArrayLike<number>
  /** First day, and the day after the last; all of the history when left out. */
  readonly from?: number
  readonly to?: number
  /** From this day on it counts; the days before let the stock settle. */
  readonly countFrom?: number
  readonly startStock: number
  /** Units wanted, 0 for none; called on review days only. Whatever it answers is raised to `moq` and whole packs. */
  readonly order: (state: Position) => number
  /** Whole days until an order placed this evening can be sold (in the morning, so ≥ 1); called once an order. */
  readonly leadTime: (day: number) => number
  /** May an order be placed on this day? Every day when left out. */
  readonly review?: (day: number) => boolean
  /** Asked on the evening of every day that ends without stock, unless something comes as soon anyway. Left out: never. */
  readonly expedite?: Expedite
  /** What is short waits, or is lost. */
  readonly short: 'backorder' | 'lost'
  readonly moq?: number
  readonly pack?: number
  readonly price?: number
  /** Told of every line: what was asked for and what was there at once. */
  readonly watch?: (day: number, asked: number, filled: number) => void
}
export interface SimulationResult {
  readonly days: number
  readonly units: number
  readonly filledUnits: number
  readonly lines: number
  /** Lines filled whole from stock. */
  readonly filledLines: number
  readonly value: number
  readonly filledValue: number
  /** Sum over the days of what stood there in the evening. */
  readonly stockUnitDays: number
  readonly averageStockValue: number
  /** Emergency orders are not among these. */
  readonly orders: number
  readonly orderedUnits: number
  readonly expedites: number
  readonly expeditedUnits: number
  /** What the emergency orders cost beyond usual ones. */
  readonly expediteCost: number
  /** Days that ended without stock. */
  readonly stockOutDays: number
  /** Of the whole run, the days that do not count included: start + received = shipped + onHand; shipped + lost + backordered = all demand. */
  readonly ledger: {
    readonly start: number
    readonly ordered: number
    readonly received: number
    readonly demanded: number
    readonly shipped: number
    readonly lost: number
    readonly onHand: number
    readonly onOrder: number
    readonly backordered: number
  }
}

const bought = (wanted: number, least: number, pack: number, day: number): number => {
  if (wanted === 0) return 0
  if (!(wanted > 0 && Number.isFinite(wanted)))
    throw new RangeError(`an order of ${wanted} on day ${day} is no quantity`)
  return Math.ceil(Math.max(wanted, least) / pack) * pack
}

/**
 * One item day by day: receipts in the morning (backorders first), then demand, then what is expedited, then the review. Orders
 * may cross when lead times vary. Pure: chance comes from `leadTime` alone.
 * @throws RangeError for days out of range, negative or fractional demand, stock, orders, or lead times below 1.
 */
export const simulate = (given: Simulation): SimulationResult => {
  const { demand, short, order, leadTime, review, expedite, startStock, moq = 1, pack = 1, price = 1 } = given
  const from = given.from ?? 0
  const to = given.to ?? demand.length
  const countFrom = given.countFrom ?? from
  whole('first day', from, 0)
  whole('last day', to, from)
  if (to > demand.length) throw new RangeError(`there are ${demand.length} days of demand, not ${to}`)
  whole('stock at the start', startStock, 0)
  whole('least order', moq, 0)
  whole('pack', pack, 1)
  atLeast('price', price, 0)
  if (expedite) {
    whole('lead time of emergency orders', expedite.leadTime, 1)
    atLeast('cost of an emergency order', expedite.orderCost, 0)
    atLeast('cost of an expedited unit', expedite.unitCost, 0)
  }
  const due = new Float64Array(to - from + 1)
  let [onHand, onOrder, backordered] = [startStock, 0, 0]
  let [ordered, received, demanded, shipped, lost] = [0, 0, 0, 0, 0]
  let [units, filledUnits, lines, filledLines, stockUnitDays, orders, orderedUnits, stockOutDays] = [
    0, 0, 0, 0, 0, 0, 0, 0,
  ]
  let [expedites, expeditedUnits] = [0, 0]
  const state = (day: number): Position => ({
    day,
    onHand,
    onOrder,
    backordered,
    position: onHand + onOrder - backordered,
  })
  const place = (day: number, quantity: number, days: number): void => {
    onOrder += quantity
    ordered += quantity
    if (day + days < to) due[day + days - from] = due[day + days - from]! + quantity
  }
  const comesWithin = (day: number, days: number): boolean => {
    for (let later = day + 1; later <= day + days && later < to; later += 1) if (due[later - from]! > 0) return true
    return false
  }
  for (let day = from; day < to; day += 1) {
    const counts = day >= countFrom
    const came = due[day - from]!
    if (came > 0) {
      onOrder -= came
      received += came
      onHand += came
      const served = Math.min(onHand, backordered)
      onHand -= served
      backordered -= served
      shipped += served
    }
    const asked = demand[day]!
    if (asked !== 0) {
      if (!(Number.isSafeInteger(asked) && asked > 0))
        throw new RangeError(`demand of ${asked} on day ${day} is no whole quantity`)
      const filled = Math.min(onHand, asked)
      onHand -= filled
      shipped += filled
      demanded += asked
      if (short === 'lost') lost += asked - filled
      else backordered += asked - filled
      given.watch?.(day, asked, filled)
      if (counts) {
        units += asked
        filledUnits += filled
        lines += 1
        if (filled === asked) filledLines += 1
      }
    }
    if (counts) {
      stockUnitDays += onHand
      if (onHand === 0) stockOutDays += 1
    }
    if (expedite && onHand === 0 && !comesWithin(day, expedite.leadTime)) {
      const hurried = bought(expedite.order(state(day)), 0, pack, day)
      if (hurried > 0) place(day, hurried, expedite.leadTime)
      if (counts && hurried > 0) {
        expedites += 1
        expeditedUnits += hurried
      }
    }
    if (review && !review(day)) continue
    const quantity = bought(order(state(day)), moq, pack, day)
    if (quantity === 0) continue
    const days = leadTime(day)
    whole(`lead time on day ${day}`, days, 1)
    place(day, quantity, days)
    if (counts) {
      orders += 1
      orderedUnits += quantity
    }
  }
  const days = Math.max(0, to - Math.max(from, countFrom))
  return {
    days,
    units,
    filledUnits,
    lines,
    filledLines,
    value: units * price,
    filledValue: filledUnits * price,
    stockUnitDays,
    averageStockValue: days === 0 ? 0 : (stockUnitDays / days) * price,
    orders,
    orderedUnits,
    expedites,
    expeditedUnits,
    expediteCost: expedite ? expedites * expedite.orderCost + expeditedUnits * expedite.unitCost : 0,
    stockOutDays,
    ledger: { start: startStock, ordered, received, demanded, shipped, lost, onHand, onOrder, backordered },
  }
}

/** Reorder point r with whole multiples of Q: the least n·Q that lifts the position above r. `r` null: nothing is ordered. */
export const reorderInLots =
  (r: (day: number) => number | null, Q: (day: number) => number) =>
  ({ day, position }: Position): number => {
    const point = r(day)
    if (point === null || position > point) return 0
    const lot = Q(day)
    return (Math.floor((point - position) / lot) + 1) * lot
  }

/** Minimum and maximum: at or below `s` up to `S`. */
export const orderUpTo =
  (s: (day: number) => number | null, S: (day: number) => number) =>
  ({ day, position }: Position): number => {
    const point = s(day)
    return point === null || position > point ? 0 : Math.max(0, S(day) - position)
  }
