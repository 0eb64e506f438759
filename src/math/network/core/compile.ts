import { type NetworkProblem, type Site, stockUnits, type Variant } from '../problem.ts'
import { type Facility, moreThanAll } from './facility.ts'

/** A problem as options and customers, and the way back. */
export interface Compiled {
  readonly facility: Facility
  /** What has to be paid whatever is done: giving up all that stands (keeping it earns that back). */
  readonly constant: number
  /** By option: site and variant, by their places in the problem. */
  readonly site: Int32Array
  readonly variant: Int32Array
  /** By customer: its cluster. Clusters without demand are none. */
  readonly cluster: Int32Array
}

/** Money a unit from a site to a cluster, but for what a variant asks for handling. */
export const wayCost = ({ sites, clusters, ways, co2_price = 0 }: NetworkProblem, s: number, c: number): number => {
  const at = s * clusters.length + c
  const { inbound = 0, inbound_co2 = 0 } = sites[s]!
  return inbound + ways.cost[at]! + co2_price * (inbound_co2 + (ways.co2?.[at] ?? 0))
}

/** What a variant costs a year before anything goes through, once what stands is taken to be given up. */
const standing = ({ now, close = 0 }: Site, { id, fixed, open = 0 }: Variant): number =>
  fixed + (id === now ? -close : open)

export const compile = (p: NetworkProblem): Compiled => {
  const cluster = Int32Array.from(p.clusters.keys()).filter((c) => p.clusters[c]!.demand > 0)
  const pairs = p.sites.flatMap((site, s) => site.variants.map((_, v) => [s, v] as const))
  const n = cluster.length
  const demand = Float64Array.from(cluster, (c) => p.clusters[c]!.demand)
  const cost = new Float64Array(pairs.length * n)
  for (const [i, [s, v]] of pairs.entries())
    for (let j = 0; j < n; j += 1)
      cost[i * n + j] = demand[j]! * (wayCost(p, s, cluster[j]!) + p.sites[s]!.variants[v]!.unit)
  const fixed = Float64Array.from(pairs, ([s, v]) => standing(p.sites[s]!, p.sites[s]!.variants[v]!))
  const capacity = Float64Array.from(pairs, ([s, v]) => p.sites[s]!.variants[v]!.capacity ?? Number.POSITIVE_INFINITY)
  const count = countCost(p, capacity, pairs, demand)
  const none = moreThanAll(fixed, cost, n, count)
  for (let at = 0; at < cost.length; at += 1) if (cost[at] === Number.POSITIVE_INFINITY) cost[at] = none
  return {
    constant: p.sites.reduce((sum, { now, close = 0 }) => sum + (now === undefined ? 0 : close), 0),
    site: Int32Array.from(pairs, ([s]) => s),
    variant: Int32Array.from(pairs, ([, v]) => v),
    cluster,
    facility: {
      options: pairs.length,
      customers: n,
      demand,
      fixed,
      capacity,
      cost,
      none,
      group: Int32Array.from(pairs, ([s]) => s),
      groups: p.sites.length,
      must: Uint8Array.from(p.sites, ({ must }) => (must ? 1 : 0)),
      allowed: new Uint8Array(pairs.length).fill(1),
      count,
      bands: bandsOf(p, pairs, cluster, demand),
      whole: false,
    },
  }
}

/** Numbers of sites that may be, and what each costs; fewer than can hold all demand are out. */
const countCost = (
  p: NetworkProblem,
  capacity: Float64Array,
  pairs: readonly (readonly [number, number])[],
  demand: Float64Array,
): Float64Array => {
  const largest = new Float64Array(p.sites.length)
  for (const [i, [s]] of pairs.entries()) largest[s] = Math.max(largest[s]!, capacity[i]!)
  largest.sort().reverse()
  const all = demand.reduce((sum, one) => sum + one, 0)
  let held = 0
  return Float64Array.from({ length: p.sites.length + 1 }, (_, k) => {
    if (k > 0) held += largest[k - 1]!
    const enough = held >= all * (1 - 1e-9)
    if (!enough || k < (p.min_sites ?? 0) || k > (p.max_sites ?? Number.POSITIVE_INFINITY))
      return Number.POSITIVE_INFINITY
    return stockUnits(p.stock, k) * (p.stock?.holding ?? 0)
  })
}

const bandsOf = (
  { bands = [], ways, clusters }: NetworkProblem,
  pairs: readonly (readonly [number, number])[],
  cluster: Int32Array,
  demand: Float64Array,
): Facility['bands'] => {
  const all = demand.reduce((sum, one) => sum + one, 0)
  return bands
    .filter(({ share }) => share > 0)
    .map(({ hours, share }) => {
      const within = new Uint8Array(pairs.length * cluster.length)
      for (const [i, [s]] of pairs.entries())
        for (const [j, c] of cluster.entries())
          within[i * cluster.length + j] = ways.hours![s * clusters.length + c]! <= hours ? 1 : 0
      return { need: share * all, within }
    })
}
