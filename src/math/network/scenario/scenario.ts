import type { NetworkProblem, ServiceBand, Site } from '../problem.ts'
import { type NetworkOptions, type Solved, solveNetwork } from '../solveNetwork.ts'

/** A question to the same model: part of it is given, the rest is chosen. */
export interface Scenario {
  readonly name: string
  /** Sites that are to be open. */
  readonly open?: readonly string[]
  /** Sites that are to be closed. */
  readonly closed?: readonly string[]
  /** No others than these. */
  readonly only?: readonly string[]
  /** Of a site, the variants it may have. */
  readonly variants?: Readonly<Record<string, readonly string[]>>
  readonly min_sites?: number
  readonly max_sites?: number
  readonly bands?: readonly ServiceBand[]
}

/** All that stands stays, and nothing else. */
export const asIs = ({ sites }: NetworkProblem, name = 'as-is'): Scenario => {
  const standing = sites.filter((site): site is Site & { now: string } => site.now !== undefined)
  return {
    name,
    open: standing.map(({ id }) => id),
    only: standing.map(({ id }) => id),
    variants: Object.fromEntries(standing.map(({ id, now }) => [id, [now]])),
  }
}

/** @throws RangeError for a site or variant that the problem does not know. */
export const applyScenario = (p: NetworkProblem, scenario: Scenario): NetworkProblem => {
  const { name, open = [], closed = [], only, variants = {}, min_sites, max_sites, bands } = scenario
  const known = new Map(p.sites.map((site) => [site.id, site]))
  for (const id of [...open, ...closed, ...(only ?? []), ...Object.keys(variants)])
    if (!known.has(id)) throw new RangeError(`scenario ${name} names site ${id}, which is none`)
  for (const [id, own] of Object.entries(variants))
    for (const variant of own)
      if (!known.get(id)!.variants.some((one) => one.id === variant))
        throw new RangeError(`scenario ${name} names variant ${variant}, which ${id} has not`)
  const [musts, shut] = [new Set(open), new Set(closed)]
  const sites = p.sites.map((site): Site => {
    const away = shut.has(site.id) || (only !== undefined && !only.includes(site.id))
    const own = site.variants.filter(({ id }) => !away && (variants[site.id]?.includes(id) ?? true))
    return { ...site, variants: own, must: musts.has(site.id) || (!away && (site.must ?? false)) }
  })
  return {
    ...p,
    sites,
    ...(min_sites === undefined ? {} : { min_sites }),
    ...(max_sites === undefined ? {} : { max_sites }),
    ...(bands === undefined ? {} : { bands }),
  }
}

export interface Answered {
  readonly name: string
  readonly problem: NetworkProblem
  readonly solved: Solved
}

/** Each scenario solved by itself. */
export const solveScenarios = (
  p: NetworkProblem,
  scenarios: readonly Scenario[],
  options: NetworkOptions = {},
): Answered[] =>
  scenarios.map((scenario) => {
    const problem = applyScenario(p, scenario)
    return { name: scenario.name, problem, solved: solveNetwork(problem, options) }
  })
