import { type Compiled, compile } from './core/compile.ts'
import { type Measured, measure } from './measure.ts'
import { type NetworkPlan, type NetworkProblem, validate } from './problem.ts'
import { impossible, type Reason } from './reasons.ts'
import { type Found, type SearchOptions, solveFacility } from './search/solveFacility.ts'

export interface NetworkOptions extends Omit<SearchOptions, 'start'> {
  /** A network to begin with; what is no longer known of it is left out. */
  readonly start?: Pick<NetworkPlan, 'open'>
}
export interface Solved {
  /** null: there is none, or none was found; then there are reasons. */
  readonly plan: NetworkPlan | null
  readonly measured: Measured | null
  readonly reasons: readonly Reason[]
  /** No network costs less. */
  readonly bound: number
  /** At most so many per cent above the best: "proven within x %". null without a plan. */
  readonly within_pct: number | null
  /** Cost of opening whatever pays, one after the other; null where that does not serve all. */
  readonly greedy: number | null
  readonly nodes: number
}

/**
 * The cheapest network, and how far from the cheapest it can be. Deterministic for a seed and numbers of shakes, rounds and nodes.
 * @throws RangeError that names all that is wrong with the problem.
 */
export const solveNetwork = (p: NetworkProblem, options: NetworkOptions = {}): Solved => {
  const prepared = preparedOf(p)
  if ('reasons' in prepared) return prepared
  const { start, ...search } = options
  const from = start ? { start: optionsOf(p, prepared, start) } : {}
  return answerOf(p, prepared, solveFacility(prepared.facility, { ...search, ...from }))
}

const NONE = { plan: null, measured: null, within_pct: null, greedy: null }

/** The problem compiled, or why it cannot be solved. @throws RangeError that names all that is wrong with it. */
export const preparedOf = (p: NetworkProblem): Compiled | Solved => {
  validate(p)
  const reasons = impossible(p)
  return reasons.length > 0 ? { ...NONE, reasons, bound: Number.POSITIVE_INFINITY, nodes: 0 } : compile(p)
}

/** What was found, in the words of the problem. */
export const answerOf = (p: NetworkProblem, compiled: Compiled, found: Found): Solved => {
  const { constant } = compiled
  const bound = found.bound + constant
  if (found.cost === Number.POSITIVE_INFINITY) {
    const known = found.bound === Number.POSITIVE_INFINITY
    const reason: Reason = known
      ? { reason: 'together', detail: 'each wish can be met by itself and no network meets all of them' }
      : { reason: 'not found', detail: 'the search was ended before it found a network' }
    return { ...NONE, reasons: [reason], bound, nodes: found.nodes }
  }
  const plan = planOf(p, compiled, found.open, found.units)
  const measured = measure(p, plan)
  return {
    plan,
    measured,
    reasons: [],
    bound: Math.min(bound, measured.total),
    within_pct: withinPct(measured.total, bound),
    greedy: found.greedy < Number.POSITIVE_INFINITY ? found.greedy + constant : null,
    nodes: found.nodes,
  }
}

/** Per cent that a cost may lie above the best. */
const withinPct = (cost: number, bound: number): number => {
  const over = Math.max(0, cost - bound)
  // Differences of rounding are none.
  if (over <= 2e-9 * Math.abs(cost)) return 0
  return bound > 0 ? 100 * (over / bound) : Number.POSITIVE_INFINITY
}

/** The options of a network; what is not known of it is left out. */
export const optionsOf = (
  p: NetworkProblem,
  { site, variant }: Compiled,
  { open }: Pick<NetworkPlan, 'open'>,
): number[] => {
  const wanted = new Map(open.map((one) => [one.site, one.variant]))
  return Array.from(site.keys()).filter((i) => {
    const { id, variants } = p.sites[site[i]!]!
    return wanted.get(id) === variants[variant[i]!]!.id
  })
}

/** A plan in the words of the problem. @param units open × customers. */
const planOf = (
  p: NetworkProblem,
  { facility: f, site, variant, cluster }: Compiled,
  open: readonly number[],
  units: Float64Array,
): NetworkPlan => ({
  open: open.map((i) => ({ site: p.sites[site[i]!]!.id, variant: p.sites[site[i]!]!.variants[variant[i]!]!.id })),
  flows: open.flatMap((i, a) =>
    Array.from(cluster).flatMap((c, j) => {
      const sent = units[a * f.customers + j]!
      return sent > 0 ? [{ site: p.sites[site[i]!]!.id, cluster: p.clusters[c]!.id, units: sent }] : []
    }),
  ),
})
