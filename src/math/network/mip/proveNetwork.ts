import type { Solver, SolverAnswer, SolverLimits } from '../../numerics/mixedInteger.ts'
import type { Facility } from '../core/facility.ts'
import { serve } from '../core/serve.ts'
import type { NetworkProblem } from '../problem.ts'
import { type Found, solveFacility } from '../search/solveFacility.ts'
import { answerOf, type NetworkOptions, optionsOf, preparedOf, type Solved } from '../solveNetwork.ts'
import { type Programme, programmeOf, sizeOf } from './model.ts'

export interface ProveOptions extends NetworkOptions {
  readonly limits: SolverLimits
  /** Proven to within so many per cent is enough. Default 0. */
  readonly enough_pct?: number
  /** Numbers in the matrix beyond which the solver is not asked: it would spend its time on getting ready. Default 500,000. */
  readonly largest?: number
}
export interface Proved extends Solved {
  /** What the solver said; 'not asked': the search had proven enough, or the programme is too large. */
  readonly solver: SolverAnswer['status'] | 'not asked'
}

/**
 * `solveNetwork`, and where that has not proven enough a mixed-integer solver on what it has left open: the better plan of the
 * two and the higher bound. What helps are bands and tight capacities, on programmes of some hundred thousand numbers.
 * @throws RangeError as `solveNetwork` does; rejects when the solver's signal aborts.
 */
export const proveNetwork = async (p: NetworkProblem, solver: Solver, options: ProveOptions): Promise<Proved> => {
  const { limits, enough_pct = 0, largest = 500_000, start, ...search } = options
  const prepared = preparedOf(p)
  if ('reasons' in prepared) return { ...prepared, solver: 'not asked' }
  const { facility: f } = prepared
  const found = solveFacility(f, { ...search, ...(start ? { start: optionsOf(p, prepared, start) } : {}) })
  const own = answerOf(p, prepared, found)
  const done = own.within_pct === null ? found.bound === Number.POSITIVE_INFINITY : own.within_pct <= enough_pct
  if (done || sizeOf(f, found.choice) > largest) return { ...own, solver: 'not asked' }
  const programme = programmeOf(f, found.choice, found.open)
  const answer = await solver(programme.model, limits)
  const best = better(f, found, programme, answer)
  return { ...answerOf(p, prepared, best), solver: answer.status }
}

const better = (f: Facility, found: Found, programme: Programme, { status, values, bound }: SolverAnswer) => {
  const open = values === null ? [] : programme.options.filter((_, a) => values[a]! > 0.5)
  const served = values === null ? null : serve(f, open)
  const shared = values === null ? null : sharesOf(f, programme, open, values)
  // With several bands the solver's assignment is the cheaper one; else ours is exact and free of its tolerance.
  const use = served !== null && shared !== null && shared.cost < served.cost * (1 - 1e-7) ? shared : served
  const cost = use?.cost ?? Number.POSITIVE_INFINITY
  // What the search left out costs no less than what it had found.
  const proven = Math.min(status === 'infeasible' ? Number.POSITIVE_INFINITY : bound, found.cost)
  const higher = Math.max(found.bound, proven)
  if (!(cost < found.cost)) return { ...found, bound: Math.min(higher, found.cost) }
  return { ...found, open, cost, bound: Math.min(higher, cost), units: use!.units }
}

/** The solver's shares as units, freed of what its tolerance leaves: nothing from what is closed, all of each customer. */
const sharesOf = (f: Facility, { options, pairs, from }: Programme, open: readonly number[], values: Float64Array) => {
  const n = f.customers
  const units = new Float64Array(open.length * n)
  const sum = new Float64Array(n)
  const place = new Map(open.map((i, a) => [i, a]))
  for (const [c, [a, j]] of pairs.entries()) {
    const at = place.get(options[a]!)
    const share = values[from + c]!
    if (at === undefined || share < 1e-9) continue
    units[at * n + j] = share
    sum[j]! += share
  }
  let cost = open.reduce((total, i) => total + f.fixed[i]!, f.count[open.length]!)
  for (const [a, i] of open.entries())
    for (let j = 0; j < n; j += 1) {
      const share = units[a * n + j]! / sum[j]!
      units[a * n + j] = share * f.demand[j]!
      cost += share * f.cost[i * n + j]!
    }
  return { cost: Number.isFinite(cost) ? cost : Number.POSITIVE_INFINITY, units }
}
