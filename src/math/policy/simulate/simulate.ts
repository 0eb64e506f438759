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
  readonly orders: number
  readonly orderedUnits: number
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

/**
 * One item day by day: receipts in the morning (backorders first), then demand, then the review. Orders may cross when lead
 * times vary. Pure: chance comes from `leadTime` alone.
 * @throws RangeError for days out of range, negative or fractional demand, stock, orders, or lead times below 1.
 */
export const simulate = (given: Simulation): SimulationResult => {
  const { demand, short, order, leadTime, review, startStock, moq = 1, pack = 1, price = 1 } = given
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
  const due = new Float64Array(to - from + 1)
  let [onHand, onOrder, backordered] = [startStock, 0, 0]
  let [ordered, received, demanded, shipped, lost] = [0, 0, 0, 0, 0]
  let [units, filledUnits, lines, filledLines, stockUnitDays, orders, orderedUnits, stockOutDays] = [
    0, 0, 0, 0, 0, 0, 0, 0,
  ]
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
    if (review && !review(day)) continue
    const wanted = order({ day, onHand, onOrder, backordered, position: onHand + onOrder - backordered })
    if (wanted === 0) continue
    if (!(wanted > 0 && Number.isFinite(wanted)))
      throw new RangeError(`an order of ${wanted} on day ${day} is no quantity`)
    const bought = Math.ceil(Math.max(wanted, moq) / pack) * pack
    const days = leadTime(day)
    whole(`lead time on day ${day}`, days, 1)
    onOrder += bought
    ordered += bought
    if (counts) {
      orders += 1
      orderedUnits += bought
    }
    if (day + days < to) due[day + days - from] = due[day + days - from]! + bought
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
