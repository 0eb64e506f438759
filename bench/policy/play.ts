import { penaltyForFill } from '../../src/math/policy/portfolio/calibrate.ts'
import { type Total, totalOf } from '../../src/math/policy/simulate/exchangeCurve.ts'
import { orderUpTo, reorderInLots, simulate } from '../../src/math/policy/simulate/simulate.ts'
import type { Item } from './data.ts'
import { COUNT_FROM, type Plan, type Planned, REPLAN, START, weekOf } from './plans.ts'

export type Short = 'lost' | 'backorder'
/** Days of the past that calibration looks at. */
const LOOK_BACK = 42
/** Stock is settling before that, and nothing can be read off. */
const SETTLE = 14
const TRIED = [100, 250, 600, 1500, 4000]
const UNTIL_KNOWN = 1500

/** One run over all items: what came of it from COUNT_FROM on. */
export const play = (
  items: readonly Item[],
  plan: Plan,
  leadTimes: readonly Int32Array[],
  short: Short,
  upTo = false,
  watch?: (item: Item, day: number, asked: number, filled: number) => void,
): Total =>
  totalOf(
    items.map((item, n) => {
      const { r, Q } = plan[n]!
      const rAt = (day: number) => r[weekOf(day)]!
      const qAt = (day: number) => Q[weekOf(day)]!
      return simulate({
        demand: item.demand,
        from: START,
        countFrom: COUNT_FROM,
        startStock: Math.max(0, r[0] ?? 0) + Q[0]!,
        order: upTo ? orderUpTo(rAt, (day) => (rAt(day) ?? 0) + qAt(day)) : reorderInLots(rAt, qAt),
        leadTime: (day) => leadTimes[n]![day]!,
        short,
        price: item.price,
        ...(watch && { watch: (day, asked, filled) => watch(item, day, asked, filled) }),
      })
    }),
  )

/**
 * Penalties by week for a typed fill: every week the fill that each of a few penalties would have had over the last weeks
 * (played with other lead times than the run's), and between them the one that would have met the target.
 */
export const calibrated = (
  items: readonly Item[],
  planned: Planned,
  measure: 'valueFill' | 'unitFill',
  leadTimes: readonly Int32Array[],
  short: Short,
): ((target: number) => number[]) => {
  const days = items[0]!.demand.length
  const asked = new Float64Array(days)
  const weeks = weekOf(days - 1) + 1
  const filled = TRIED.map((penalty, at) => {
    const got = new Float64Array(days)
    const plan = planned.typed(measure, new Array<number>(weeks).fill(penalty))
    play(items, plan, leadTimes, short, false, (item, day, wanted, had) => {
      const weight = measure === 'valueFill' ? item.price : 1
      if (at === 0) asked[day] = asked[day]! + wanted * weight
      got[day] = got[day]! + had * weight
    })
    return got
  })
  const sum = (values: Float64Array, from: number, to: number): number =>
    values.subarray(from, to).reduce((total, one) => total + one, 0)
  return (target) =>
    Array.from({ length: weeks }, (_, week) => {
      const day = START + week * REPLAN
      const from = Math.max(START + SETTLE, day - LOOK_BACK)
      if (day - from < SETTLE) return UNTIL_KNOWN
      const all = sum(asked, from, day)
      const trials = TRIED.map((penalty, at) => ({ penalty, fill: sum(filled[at]!, from, day) / all }))
      return penaltyForFill(trials, target)
    })
}
