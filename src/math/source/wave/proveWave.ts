import type { MixedInteger, Solver, SolverAnswer, SolverLimits } from '../../numerics/mixedInteger.ts'
import { planCost, planProblem, type Wave, type WavePlan, type WaveTake } from './problem.ts'
import type { WaveAnswer } from './sourceWave.ts'

export interface ProvedWave extends WaveAnswer {
  /** What the solver said; 'not asked': the wave is too large, or leaves nothing to choose. */
  readonly solver: SolverAnswer['status'] | 'not asked'
}

/** Numbers in the matrix beyond which the solver is not asked: it would spend its time on getting ready. */
const LARGEST = 200_000
/** What a solver calls whole is so to its tolerance. */
const ROUNDED = 1e-6

interface Column {
  readonly at: number
  readonly line: number
  readonly site: number
}

/**
 * A wave as a mixed-integer programme: units of each line from each site, whether an order has a shipment from a site, and what
 * is short. No line takes more from a site than a shipment allows, no item more than there is, no order more sites than it may.
 * With the shipments chosen the rest is a transport problem, whole by itself: only shipments are asked to be whole.
 */
const programmeOf = ({ stock, orders }: Wave): { model: MixedInteger; takes: readonly Column[] } => {
  const cost: number[] = []
  const upper: number[] = []
  const whole: number[] = []
  const column = (price: number, most: number, isWhole: 0 | 1): number => {
    whole.push(isWhole)
    upper.push(most)
    return cost.push(price) - 1
  }
  const rowLower: number[] = []
  const rowUpper: number[] = []
  const starts = [0]
  const columns: number[] = []
  const values: number[] = []
  const row = (least: number, most: number, cells: readonly (readonly [column: number, value: number])[]): void => {
    for (const [c, value] of cells) {
      columns.push(c)
      values.push(value)
    }
    starts.push(columns.length)
    rowLower.push(least)
    rowUpper.push(most)
  }
  const takes: Column[] = []
  const drawn = new Map<string, [number, number][]>()
  for (const [at, order] of orders.entries()) {
    const shipments = order.shipment.flatMap((price, site): [number, number][] =>
      price === null ? [] : [[site, column(price, 1, 1)]],
    )
    for (const [site, shipment] of shipments) takes[shipment] = { at, line: -1, site }
    for (const [line, { item, units, short_cost }] of order.lines.entries()) {
      const short = column(short_cost, units, 0)
      takes[short] = { at, line: -1, site: -1 }
      const parts: [number, number][] = [[short, 1]]
      for (const [site, shipment] of shipments) {
        const most = Math.min(units, stock[item]![site]!)
        if (most === 0) continue
        const take = column(order.unit[site]!, most, 0)
        takes[take] = { at, line, site }
        parts.push([take, 1])
        row(Number.NEGATIVE_INFINITY, 0, [
          [take, 1],
          [shipment, -most],
        ])
        const key = `${item} ${site}`
        const own = drawn.get(key)
        if (own) own.push([take, 1])
        else drawn.set(key, [[take, 1]])
      }
      row(units, units, parts)
    }
    if (order.maxSplits < shipments.length)
      row(
        Number.NEGATIVE_INFINITY,
        order.maxSplits,
        shipments.map(([, shipment]) => [shipment, 1]),
      )
  }
  for (const [key, parts] of drawn) {
    const [item, site] = key.split(' ').map(Number) as [number, number]
    if (parts.length > 1) row(Number.NEGATIVE_INFINITY, stock[item]![site]!, parts)
  }
  return {
    model: {
      cost: Float64Array.from(cost),
      lower: new Float64Array(cost.length),
      upper: Float64Array.from(upper),
      whole: Uint8Array.from(whole),
      rowLower: Float64Array.from(rowLower),
      rowUpper: Float64Array.from(rowUpper),
      starts: Int32Array.from(starts),
      columns: Int32Array.from(columns),
      values: Float64Array.from(values),
    },
    takes,
  }
}

/**
 * What `sourceWave` found, and what a mixed-integer solver makes of the same wave: the cheaper plan of the two and the higher
 * bound. Worth its seconds on waves of up to some hundred orders.
 * @returns rejects when the solver's signal aborts.
 */
export const proveWave = async (
  wave: Wave,
  found: WaveAnswer,
  solver: Solver,
  limits: SolverLimits,
): Promise<ProvedWave> => {
  const { model, takes } = programmeOf(wave)
  if (model.values.length === 0 || model.values.length > LARGEST) return { ...found, solver: 'not asked' }
  const { status, values, bound } = await solver(model, limits)
  const plan = values === null ? null : planOf(wave, takes, values)
  const cost = plan === null ? Number.POSITIVE_INFINITY : planCost(wave, plan)
  const better = plan !== null && cost < found.cost && planProblem(wave, plan) === null
  const best = better ? { plan, cost } : { plan: found.plan, cost: found.cost }
  return { ...best, greedy: found.greedy, bound: Math.min(best.cost, Math.max(found.bound, bound)), solver: status }
}

/** The solver's units, where they are whole; null: some are not. */
const planOf = ({ orders }: Wave, takes: readonly Column[], values: Float64Array): WavePlan | null => {
  const plan: WaveTake[][] = orders.map(() => [])
  for (const [c, { at, line, site }] of takes.entries()) {
    if (line < 0) continue
    const units = Math.round(values[c]!)
    if (Math.abs(values[c]! - units) > ROUNDED * Math.max(1, units)) return null
    if (units > 0) plan[at]!.push({ line, site, units })
  }
  return plan
}
