import type { NetworkPlan, NetworkProblem } from '../problem.ts'

export interface CheckedNetwork {
  readonly cost: number
  readonly violations: readonly string[]
}

/**
 * Judges a plan against the problem alone: what it costs and which rules it breaks. Shares no code with the search, the model
 * builder or the measures, so that it can find them wrong.
 */
export const checkPlan = (p: NetworkProblem, plan: NetworkPlan): CheckedNetwork => {
  const violations: string[] = []
  const demand = p.clusters.reduce((sum, one) => sum + one.demand, 0)
  const tolerance = 1e-7 * Math.max(1, demand)
  const got = new Map<string, number>()
  const through = new Map<string, number>()
  let cost = 0
  for (const { site, cluster, units } of plan.flows) {
    const s = p.sites.findIndex(({ id }) => id === site)
    const c = p.clusters.findIndex(({ id }) => id === cluster)
    if (s < 0 || c < 0) {
      violations.push(`${site} → ${cluster}: not both are known`)
      continue
    }
    if (!(units > 0)) violations.push(`${site} → ${cluster}: ${units} units`)
    const at = s * p.clusters.length + c
    if (p.ways.cost[at] === Number.POSITIVE_INFINITY) violations.push(`${site} → ${cluster}: there is no way`)
    const carbon = (p.sites[s]!.inbound_co2 ?? 0) + (p.ways.co2?.[at] ?? 0)
    cost += units * ((p.sites[s]!.inbound ?? 0) + p.ways.cost[at]! + carbon * (p.co2_price ?? 0))
    got.set(cluster, (got.get(cluster) ?? 0) + units)
    through.set(site, (through.get(site) ?? 0) + units)
  }
  for (const { id, demand: wanted } of p.clusters)
    if (Math.abs((got.get(id) ?? 0) - wanted) > tolerance)
      violations.push(`${id} wants ${wanted} units and gets ${got.get(id) ?? 0}`)
  cost += sitesOf(p, plan, through, tolerance, violations)
  for (const { hours, share } of p.bands ?? []) {
    let near = 0
    for (const { site, cluster, units } of plan.flows) {
      const s = p.sites.findIndex(({ id }) => id === site)
      const c = p.clusters.findIndex(({ id }) => id === cluster)
      if (p.ways.hours![s * p.clusters.length + c]! <= hours) near += units
    }
    if (near < share * demand - tolerance) violations.push(`${near} of ${demand} units are within ${hours} hours`)
  }
  return { cost, violations }
}

const sitesOf = (
  p: NetworkProblem,
  plan: NetworkPlan,
  through: ReadonlyMap<string, number>,
  tolerance: number,
  violations: string[],
): number => {
  let cost = 0
  for (const site of p.sites) {
    const opened = plan.open.filter((one) => one.site === site.id)
    const units = through.get(site.id) ?? 0
    if (opened.length > 1) violations.push(`${site.id} is open ${opened.length} times`)
    if (opened.length === 0) {
      if (site.must) violations.push(`${site.id} is to be open`)
      if (units > 0) violations.push(`${site.id} is closed and sends ${units} units`)
      if (site.now !== undefined) cost += site.close ?? 0
      continue
    }
    const variant = site.variants.find(({ id }) => id === opened[0]!.variant)
    if (!variant) {
      violations.push(`${site.id} has no variant ${opened[0]!.variant}`)
      continue
    }
    cost += variant.fixed + units * variant.unit
    if (site.now !== variant.id) cost += (variant.open ?? 0) + (site.now === undefined ? 0 : (site.close ?? 0))
    if (units > (variant.capacity ?? Number.POSITIVE_INFINITY) + tolerance)
      violations.push(`${site.id} sends ${units} units and holds ${variant.capacity}`)
  }
  const n = plan.open.length
  if (plan.open.some(({ site }) => !p.sites.some(({ id }) => id === site))) violations.push('an open site is not known')
  if (n < (p.min_sites ?? 0) || n > (p.max_sites ?? Number.POSITIVE_INFINITY)) violations.push(`${n} sites are open`)
  if (p.stock && n > 0) cost += p.stock.holding * ((p.stock.cycle ?? 0) + p.stock.safety * n ** 0.5)
  return cost
}
