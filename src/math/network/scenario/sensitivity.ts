import type { NetworkPlan, NetworkProblem } from '../problem.ts'
import { type NetworkOptions, solveNetwork } from '../solveNetwork.ts'
import { applyScenario, type Scenario } from './scenario.ts'

export type Driver = 'fuel' | 'demand' | 'rates' | 'fixed'
export interface Sensitivity {
  readonly driver: Driver
  /** By factor, ascending: what each scenario costs, once it is chosen anew; null: it cannot be. */
  readonly rows: readonly SensitivityRow[]
  /** Whether the winner at factor 1 wins at all factors. */
  readonly keeps: boolean
  /** Where the winner changes, to within `PRECISION`. */
  readonly flips: readonly { readonly factor: number; readonly from: string; readonly to: string }[]
}
export interface SensitivityRow {
  readonly factor: number
  readonly costs: Readonly<Record<string, number | null>>
  /** null: no scenario can be. */
  readonly winner: string | null
  /** It costs less than any other can, by their bounds. */
  readonly sure: boolean
}
export interface SensitivityOptions {
  readonly factors: readonly number[]
  /** Part of freight that is fuel. Default 0.3. */
  readonly fuel_share?: number
  readonly search?: NetworkOptions
}

const PRECISION = 0.005

/** The problem with one thing dearer or cheaper. @throws RangeError for a factor that is not above zero. */
export const scaled = (p: NetworkProblem, driver: Driver, factor: number, fuel_share = 0.3): NetworkProblem => {
  if (!(factor > 0 && factor < Number.POSITIVE_INFINITY)) throw new RangeError(`factor ${factor} is not above zero`)
  if (driver === 'demand')
    return {
      ...p,
      clusters: p.clusters.map((one) => ({
        ...one,
        demand: one.demand * factor,
        ...(one.sd === undefined ? {} : { sd: one.sd * factor }),
      })),
      ...(p.stock
        ? { stock: { ...p.stock, safety: p.stock.safety * factor, cycle: (p.stock.cycle ?? 0) * factor } }
        : {}),
    }
  if (driver === 'fixed')
    return {
      ...p,
      sites: p.sites.map((site) => ({
        ...site,
        variants: site.variants.map((one) => ({ ...one, fixed: one.fixed * factor })),
      })),
    }
  const freight = driver === 'fuel' ? 1 + fuel_share * (factor - 1) : factor
  return {
    ...p,
    sites: p.sites.map((site) => ({ ...site, inbound: (site.inbound ?? 0) * freight })),
    ways: { ...p.ways, cost: p.ways.cost.map((one) => one * freight) },
  }
}

/**
 * Does the winner stay the winner when one thing gets dearer? Each scenario is solved anew at each factor, from its network at the
 * factor before; where the winner changes, the factor is halved in upon.
 */
export const sensitivity = (
  p: NetworkProblem,
  scenarios: readonly Scenario[],
  driver: Driver,
  { factors, fuel_share, search = {} }: SensitivityOptions,
): Sensitivity => {
  const last = new Map<string, NetworkPlan>()
  const at = (factor: number): SensitivityRow => {
    const changed = scaled(p, driver, factor, fuel_share)
    const found = scenarios.map((scenario) => {
      const start = last.get(scenario.name)
      const solved = solveNetwork(applyScenario(changed, scenario), { ...search, ...(start ? { start } : {}) })
      if (solved.plan) last.set(scenario.name, solved.plan)
      return { name: scenario.name, cost: solved.measured?.total ?? null, bound: solved.bound }
    })
    let winner: (typeof found)[number] | null = null
    for (const one of found) if (one.cost !== null && (winner === null || one.cost < winner.cost!)) winner = one
    return {
      factor,
      costs: Object.fromEntries(found.map(({ name, cost }) => [name, cost])),
      winner: winner?.name ?? null,
      sure: winner !== null && found.every((one) => one === winner || one.bound >= winner.cost!),
    }
  }
  const rows = [...new Set([1, ...factors])].sort((a, b) => a - b).map(at)
  const flips: { factor: number; from: string; to: string }[] = []
  for (let k = 1; k < rows.length; k += 1) flips.push(...between(rows[k - 1]!, rows[k]!, at))
  const base = rows.find(({ factor }) => factor === 1)!.winner
  return { driver, rows, flips, keeps: rows.every(({ winner }) => winner === base) }
}

/** Every change of winner that halving finds between two factors. */
const between = (
  low: SensitivityRow,
  high: SensitivityRow,
  at: (factor: number) => SensitivityRow,
): { factor: number; from: string; to: string }[] => {
  if (low.winner === high.winner || low.winner === null || high.winner === null) return []
  const factor = (low.factor + high.factor) / 2
  if (high.factor - low.factor <= PRECISION) return [{ factor, from: low.winner, to: high.winner }]
  const middle = at(factor)
  return [...between(low, middle, at), ...between(middle, high, at)]
}
