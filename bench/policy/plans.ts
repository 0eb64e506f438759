/** Reorder points and order quantities by item and week, each from the days before it alone. */

import { forecast } from '../../src/math/forecast/index.ts'
import { protectByHistory, withForecast } from '../../src/math/policy/demand/history.ts'
import { bestPoint, type ItemCurve, itemCurve } from '../../src/math/policy/reorder/itemCurve.ts'
import { DEFAULT_REVIEW, type Item, leadTimesInBooks } from './data.ts'

/** First day planned; the first that counts; days between two plans. */
export const START = 120
export const COUNT_FROM = 180
export const REPLAN = 7
/** The common order quantity: so many days of the 90-day average. */
const LOT_DAYS = 28
/** For rules with costs: an order line, and holding for a year. Assumed. */
const ORDER_COST = 5
const HOLDING_RATE = 0.25

/** Of one item: r (null: nothing is ordered) and Q, by week. */
export interface Rule {
  readonly r: (number | null)[]
  readonly Q: readonly number[]
}
export type Plan = readonly Rule[]
export interface Policy {
  readonly name: string
  readonly rule: 'same' | 'own'
  /** Own rule of the min/max kind: up to r + Q, not lots of Q. */
  readonly upTo: boolean
  /** What service it aims at, when it aims at one: read on that measure only. */
  readonly measure?: 'valueFill' | 'unitFill'
  /** One plan for each setting, from little stock to much. */
  readonly plans: readonly Plan[]
}

export const weekOf = (day: number): number => Math.floor((day - START) / REPLAN)

/** Mean of the last `n` days and their variance, nothing from `day` on. */
const window = (item: Item, day: number, n: number): { mean: number; variance: number } => {
  const from = Math.max(0, day - n)
  let [sum, square] = [0, 0]
  for (let t = from; t < day; t += 1) {
    sum += item.demand[t]!
    square += item.demand[t]! ** 2
  }
  const mean = sum / (day - from)
  return { mean, variance: Math.max(0, square / (day - from) - mean * mean) }
}
const lot = (perDay: number): number => Math.max(1, Math.round(LOT_DAYS * perDay))
const economicLot = (perDay: number, price: number): number =>
  Math.max(
    1,
    Math.round(
      Math.min(120 * perDay, Math.max(7 * perDay, Math.sqrt((2 * ORDER_COST * perDay * 365) / (HOLDING_RATE * price)))),
    ),
  )

const SAFETY_DAYS = [16, 20, 25, 30, 36, 43, 52, 62, 75, 90, 110, 140]
const SAFETY_FACTORS = [1, 1.4, 1.9, 2.5, 3.3, 4.5, 6.5, 9]
const FIXED_DAYS = [36, 75, 130, 220, 380]
/** Worth of one unit short a day, as so many units (or 2.00) on the shelf. */
export const PENALTIES = [70, 110, 170, 270, 430, 680, 1080, 1720, 2750, 4400]
const MEAN_PRICE = 2

export interface Planned {
  readonly policies: readonly Policy[]
  /** Our plan for penalties that change by week. */
  typed(measure: 'valueFill' | 'unitFill', penalties: readonly number[]): Plan
}

/** Units of the next days, one after the other, as forecast for each item and week from the days before alone. */
export type Ahead = readonly (readonly Float64Array[])[]
/** Beyond the longest lead time and a day. */
const HORIZON = 60
export const forecastAll = (items: readonly Item[], days: number): Ahead =>
  items.map((item) =>
    Array.from({ length: weekOf(days - 1) + 1 }, (_, week) => {
      const day = START + week * REPLAN
      const past = Float64Array.from(item.demand.subarray(Math.min(item.first, day), day))
      return forecast(past, { horizon: HORIZON, period: 7 }).mean
    }),
  )
/** Units of so many days, of which the last may be a part of one. */
const over = (ahead: Float64Array, days: number): number => {
  const whole = Math.min(HORIZON, Math.max(1, Math.round(days)))
  let sum = 0
  for (let t = 0; t < whole; t += 1) sum += ahead[t]!
  return (sum * days) / whole
}

export const plan = (items: readonly Item[], days: number, cv: number, ownRules: boolean, ahead: Ahead): Planned => {
  const weeks = Array.from({ length: weekOf(days - 1) + 1 }, (_, week) => START + week * REPLAN)
  const leadTimes = items.map((item) => leadTimesInBooks(item, cv))
  const meanLead = leadTimes.map((chances) => chances.reduce((sum, { days: n, weight }) => sum + n * weight, 0))
  const varLead = leadTimes.map((chances, n) =>
    chances.reduce((sum, { days: d, weight }) => sum + weight * (d - meanLead[n]!) ** 2, 0),
  )
  const of90 = items.map((item) => weeks.map((day) => window(item, day, 90)))
  const of30 = items.map((item) => weeks.map((day) => window(item, day, 30)))
  const sameLots = of90.map((row) => row.map(({ mean }) => lot(mean)))
  const rules = (r: (n: number, week: number) => number | null, Q: readonly (readonly number[])[]): Plan =>
    items.map((_, n) => ({ r: weeks.map((_, week) => r(n, week)), Q: Q[n]! }))

  const cover = (rows: typeof of90, safety: number) => (n: number, week: number) => {
    const { mean } = rows[n]![week]!
    return mean === 0 ? null : Math.round(mean * (meanLead[n]! + DEFAULT_REVIEW + safety))
  }
  // Set once, from all that is known when the run begins, and never looked at again.
  const atStart = items.map((item) => window(item, START, START).mean)
  const fixed = (safety: number) => (n: number) => Math.round(atStart[n]! * (meanLead[n]! + DEFAULT_REVIEW + safety))
  const zSafety = (z: number) => (n: number, week: number) => {
    const { mean, variance } = of90[n]![week]!
    const days = meanLead[n]! + DEFAULT_REVIEW
    return mean === 0 ? null : Math.round(mean * days + z * Math.sqrt(days * variance + mean * mean * varLead[n]!))
  }
  const expected = (item: Item, n: number, day: number, week: number) => {
    const past = protectByHistory(item.demand, Math.min(item.first, day), day, leadTimes[n]!, DEFAULT_REVIEW)
    return withForecast(past, over(ahead[n]![week]!, past.days))
  }
  const curves = (Q: readonly (readonly number[])[]): ItemCurve[][] =>
    items.map((item, n) => weeks.map((day, week) => itemCurve(expected(item, n, day, week), Q[n]![week]!)))
  const weight = (measure: 'valueFill' | 'unitFill', item: Item): number =>
    measure === 'valueFill' ? item.price : MEAN_PRICE
  const ours = (
    made: readonly ItemCurve[][],
    Q: readonly (readonly number[])[],
    measure: 'valueFill' | 'unitFill',
    penalty: (week: number) => number,
  ): Plan =>
    rules((n, week) => {
      const item = items[n]!
      const { r } = bestPoint(made[n]![week]!, item.price, penalty(week) * weight(measure, item))
      return r < 0 ? null : r
    }, Q)

  const made = curves(sameLots)
  const measures = ['valueFill', 'unitFill'] as const
  const policies: Policy[] = [
    { name: 'fixed min/max', rule: 'same', upTo: false, plans: FIXED_DAYS.map((k) => rules(fixed(k), sameLots)) },
    {
      name: '30-day average',
      rule: 'same',
      upTo: false,
      plans: SAFETY_DAYS.map((k) => rules(cover(of30, k), sameLots)),
    },
    {
      name: '90-day average',
      rule: 'same',
      upTo: false,
      plans: SAFETY_DAYS.map((k) => rules(cover(of90, k), sameLots)),
    },
    {
      name: 'z-safety stock',
      rule: 'same',
      upTo: false,
      plans: SAFETY_FACTORS.map((z) => rules(zSafety(z), sameLots)),
    },
    ...measures.map(
      (measure): Policy => ({
        name: 'ours',
        rule: 'same',
        upTo: false,
        measure,
        plans: PENALTIES.map((penalty) => ours(made, sameLots, measure, () => penalty)),
      }),
    ),
  ]
  if (ownRules) {
    const lots30 = of30.map((row) => row.map(({ mean }) => lot(mean)))
    const lotsFixed = sameLots.map((row, n) => row.map(() => lot(atStart[n]!)))
    const economic = of90.map((row, n) => row.map(({ mean }) => economicLot(mean, items[n]!.price)))
    const own = curves(economic)
    policies.push(
      { name: 'fixed min/max', rule: 'own', upTo: true, plans: FIXED_DAYS.map((k) => rules(fixed(k), lotsFixed)) },
      { name: '30-day average', rule: 'own', upTo: true, plans: SAFETY_DAYS.map((k) => rules(cover(of30, k), lots30)) },
      {
        name: '90-day average',
        rule: 'own',
        upTo: true,
        plans: SAFETY_DAYS.map((k) => rules(cover(of90, k), sameLots)),
      },
      {
        name: 'z-safety stock',
        rule: 'own',
        upTo: false,
        plans: SAFETY_FACTORS.map((z) => rules(zSafety(z), economic)),
      },
      ...measures.map(
        (measure): Policy => ({
          name: 'ours',
          rule: 'own',
          upTo: false,
          measure,
          plans: PENALTIES.map((penalty) => ours(own, economic, measure, () => penalty)),
        }),
      ),
    )
  }
  return { policies, typed: (measure, penalties) => ours(made, sameLots, measure, (week) => penalties[week]!) }
}
