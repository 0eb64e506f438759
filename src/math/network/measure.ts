import type { NetworkPlan, NetworkProblem } from './problem.ts'
import { stockUnits } from './problem.ts'

/** What a plan costs a year, part by part, and what it does. */
export interface Measured {
  readonly total: number
  readonly fixed: number
  /** Opening and giving up, as a year's share. */
  readonly change: number
  readonly inbound: number
  readonly handling: number
  readonly outbound: number
  /** Price of CO2e. */
  readonly co2: number
  readonly stock: number
  readonly sites: number
  readonly co2_kg: number
  /** By the square-root law. */
  readonly stock_units: number
  /** By hours asked for: share of demand that is within them. */
  readonly within: readonly { readonly hours: number; readonly share: number }[]
}

/** @param hours bands to tell of; default: those of the problem. */
export const measure = (
  p: NetworkProblem,
  plan: NetworkPlan,
  hours: readonly number[] = (p.bands ?? []).map((band) => band.hours),
): Measured => {
  const open = new Map(plan.open.map(({ site, variant }) => [site, variant]))
  const index = {
    site: new Map(p.sites.map(({ id }, at) => [id, at])),
    cluster: new Map(p.clusters.map(({ id }, at) => [id, at])),
  }
  let [fixed, change, inbound, handling, outbound, kg, all] = [0, 0, 0, 0, 0, 0, 0]
  const unit = p.sites.map((site) => {
    const variant = site.variants.find(({ id }) => id === open.get(site.id))
    fixed += variant?.fixed ?? 0
    if (variant && variant.id !== site.now) change += variant.open ?? 0
    if (site.now !== undefined && variant?.id !== site.now) change += site.close ?? 0
    return variant?.unit ?? 0
  })
  const near = hours.map(() => 0)
  for (const { site, cluster, units } of plan.flows) {
    const s = index.site.get(site)!
    const at = s * p.clusters.length + index.cluster.get(cluster)!
    inbound += units * (p.sites[s]!.inbound ?? 0)
    handling += units * unit[s]!
    outbound += units * p.ways.cost[at]!
    kg += units * ((p.sites[s]!.inbound_co2 ?? 0) + (p.ways.co2?.[at] ?? 0))
    all += units
    for (const [b, most] of hours.entries()) if ((p.ways.hours?.[at] ?? 0) <= most) near[b]! += units
  }
  const held = stockUnits(p.stock, plan.open.length)
  const stock = held * (p.stock?.holding ?? 0)
  const co2 = kg * (p.co2_price ?? 0)
  return {
    total: fixed + change + inbound + handling + outbound + co2 + stock,
    fixed,
    change,
    inbound,
    handling,
    outbound,
    co2,
    stock,
    sites: plan.open.length,
    co2_kg: kg,
    stock_units: held,
    within: hours.map((h, b) => ({ hours: h, share: all > 0 ? near[b]! / all : 1 })),
  }
}

/**
 * Units held for safety by what each site really serves: z · √Σ(share · sd)² in each, clusters independent (Eppen 1979). The
 * square-root law, which the search reckons with, is this where all sites are of a size.
 */
export const pooledSafety = (p: NetworkProblem, plan: NetworkPlan, z: number): number => {
  const cluster = new Map(p.clusters.map((one) => [one.id, one]))
  const variance = new Map<string, number>()
  for (const { site, cluster: id, units } of plan.flows) {
    const { demand, sd = 0 } = cluster.get(id)!
    variance.set(site, (variance.get(site) ?? 0) + ((units / demand) * sd) ** 2)
  }
  return [...variance.values()].reduce((sum, one) => sum + z * Math.sqrt(one), 0)
}
