import type { NetworkProblem } from './problem.ts'

export interface Reason {
  readonly reason: 'no site' | 'unreachable' | 'capacity' | 'sites' | 'reach' | 'together' | 'not found'
  readonly detail: string
}

/** Why no network can be, as far as it can be told without a search; empty: nothing is known against it. */
export const impossible = (p: NetworkProblem): Reason[] => {
  const wanted = p.clusters.filter(({ demand }) => demand > 0)
  const usable = p.sites.filter(({ variants }) => variants.length > 0)
  const must = p.sites.filter((site) => site.must)
  if (wanted.length > 0 && usable.length === 0) return [{ reason: 'no site', detail: 'there is no site to serve from' }]
  const found: Reason[] = []
  for (const { id } of must.filter(({ variants }) => variants.length === 0))
    found.push({ reason: 'sites', detail: `${id} is to be open and has no variant` })
  const most = Math.min(p.max_sites ?? Number.POSITIVE_INFINITY, usable.length)
  if ((p.min_sites ?? 0) > most || must.length > most)
    found.push({
      reason: 'sites',
      detail: `${Math.max(p.min_sites ?? 0, must.length)} sites are to be open and ${most} can be`,
    })
  const cut = unreachable(p)
  if (cut.length > 0)
    found.push({ reason: 'unreachable', detail: `no way leads to ${named(cut)} from any site that may be open` })
  const demand = wanted.reduce((sum, one) => sum + one.demand, 0)
  const room = usable
    .map(({ variants }) => Math.max(...variants.map(({ capacity = Number.POSITIVE_INFINITY }) => capacity)))
    .sort((a, b) => b - a)
    .slice(0, most)
    .reduce((sum, one) => sum + one, 0)
  if (room < demand * (1 - 1e-9))
    found.push({
      reason: 'capacity',
      detail: `${round(demand)} units are wanted and the ${most} largest sites hold ${round(room)}`,
    })
  return cut.length > 0 ? found : [...found, ...outOfReach(p, demand)]
}
const round = (x: number): number => Math.round(x * 100) / 100
const named = (ids: readonly string[]): string =>
  ids.length <= 5 ? ids.join(', ') : `${ids.slice(0, 5).join(', ')} and ${ids.length - 5} more`

const reachable = ({ sites, clusters, ways }: NetworkProblem, c: number, hours: number): boolean =>
  sites.some(({ variants }, s) => {
    const at = s * clusters.length + c
    return variants.length > 0 && ways.cost[at]! < Number.POSITIVE_INFINITY && (ways.hours?.[at] ?? 0) <= hours
  })

const unreachable = (p: NetworkProblem): string[] =>
  p.clusters.filter(({ demand }, c) => demand > 0 && !reachable(p, c, Number.POSITIVE_INFINITY)).map(({ id }) => id)

const outOfReach = (p: NetworkProblem, demand: number): Reason[] =>
  (p.bands ?? []).flatMap(({ hours, share }): Reason[] => {
    const near = p.clusters.reduce((sum, one, c) => sum + (reachable(p, c, hours) ? one.demand : 0), 0)
    if (near >= share * demand * (1 - 1e-9)) return []
    const most = `${round((100 * near) / demand)} %`
    return [
      {
        reason: 'reach',
        detail: `with all sites open ${most} of demand is within ${hours} hours, not ${100 * share} %`,
      },
    ]
  })
