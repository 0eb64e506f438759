/** A place on earth, in degrees. */
export interface Place {
  readonly lat: number
  readonly lon: number
}
/** One way to run a site: own, leased, by a third party (3PL). Money is any one unit, the same throughout, a year. */
export interface Variant {
  readonly id: string
  readonly fixed: number
  /** Of each unit that goes through. */
  readonly unit: number
  /** Units a year; left out: as much as is wanted. */
  readonly capacity?: number
  /** Of opening it where it does not stand today, as a year's share. */
  readonly open?: number
}
export interface Site {
  readonly id: string
  readonly place?: Place
  /** One at most is run. None: the site stays closed. */
  readonly variants: readonly Variant[]
  /** Of bringing a unit there: money, and kg of CO2e. */
  readonly inbound?: number
  readonly inbound_co2?: number
  /** The variant that stands today. */
  readonly now?: string
  /** Of giving up what stands today, as a year's share. */
  readonly close?: number
  /** It is to be open, in one of its variants. */
  readonly must?: boolean
}
/** Customers that are served alike. */
export interface Cluster {
  readonly id: string
  readonly place?: Place
  /** Units a year. */
  readonly demand: number
  /** Standard deviation of demand over a lead time, in units; for `pooledSafety` alone. */
  readonly sd?: number
}
/** sites × clusters, site by site. */
export interface Ways {
  /** Money a unit; Infinity: no way leads there. */
  readonly cost: Float64Array
  /** From order to door. */
  readonly hours?: Float64Array
  /** Kg of CO2e a unit. */
  readonly co2?: Float64Array
}
/** At least `share` of all demand is within `hours` of the site it comes from. */
export interface ServiceBand {
  readonly hours: number
  readonly share: number
}
/** Square-root law (Maister 1976): what n sites hold for safety is √n times what one would. */
export interface StockLaw {
  /** Units that one site would hold for safety, and units that the number of sites does not change. */
  readonly safety: number
  readonly cycle?: number
  /** Of holding one unit for a year. */
  readonly holding: number
}
export interface NetworkProblem {
  readonly sites: readonly Site[]
  readonly clusters: readonly Cluster[]
  readonly ways: Ways
  /** Money a kg of CO2e. */
  readonly co2_price?: number
  readonly bands?: readonly ServiceBand[]
  readonly min_sites?: number
  readonly max_sites?: number
  readonly stock?: StockLaw
}
export interface Flow {
  readonly site: string
  readonly cluster: string
  readonly units: number
}
export interface NetworkPlan {
  readonly open: readonly { readonly site: string; readonly variant: string }[]
  /** Every cluster with demand comes from one site, or is split where capacity or reach ask for it. */
  readonly flows: readonly Flow[]
}

/** @throws RangeError that names all that is wrong with a problem (the first twenty). */
export const validate = (p: NetworkProblem): void => {
  const wrong: string[] = []
  const amount = (what: string, x: number | undefined): void => {
    if (x !== undefined && !(x >= 0 && x < Number.POSITIVE_INFINITY)) wrong.push(`${what} is ${x}: zero or above`)
  }
  const named = (what: string, ids: readonly string[]): void => {
    if (new Set(ids).size < ids.length) wrong.push(`${what} has an id twice`)
  }
  named('sites', idsOf(p.sites))
  named('clusters', idsOf(p.clusters))
  for (const site of p.sites) {
    named(`site ${site.id}`, idsOf(site.variants))
    amount(`inbound of ${site.id}`, site.inbound)
    amount(`inbound CO2 of ${site.id}`, site.inbound_co2)
    amount(`closing of ${site.id}`, site.close)
    for (const { id, fixed, unit, capacity, open } of site.variants) {
      amount(`fixed cost of ${site.id} ${id}`, fixed)
      amount(`unit cost of ${site.id} ${id}`, unit)
      amount(`capacity of ${site.id} ${id}`, capacity)
      amount(`opening of ${site.id} ${id}`, open)
    }
  }
  for (const { id, demand, sd } of p.clusters) {
    amount(`demand of ${id}`, demand)
    amount(`deviation of ${id}`, sd)
  }
  amount('price of CO2', p.co2_price)
  amount('stock for safety', p.stock?.safety)
  amount('stock of cycles', p.stock?.cycle)
  amount('holding', p.stock?.holding)
  wrong.push(...wrongWays(p), ...wrongRules(p))
  if (wrong.length > 0) throw new RangeError(wrong.slice(0, 20).join('; '))
}
const idsOf = (all: readonly { readonly id: string }[]): string[] => all.map(({ id }) => id)

const wrongWays = ({ sites, clusters, ways }: NetworkProblem): string[] =>
  (['cost', 'hours', 'co2'] as const).flatMap((what) => {
    const table = ways[what]
    if (table === undefined) return []
    if (table.length !== sites.length * clusters.length)
      return [`${what} has ${table.length} ways, not sites × clusters`]
    const at = table.findIndex((x) => !(x >= 0) || (what === 'co2' && x === Number.POSITIVE_INFINITY))
    if (at < 0) return []
    const [site, cluster] = [sites[Math.floor(at / clusters.length)]!.id, clusters[at % clusters.length]!.id]
    return [`${what} from ${site} to ${cluster} is ${table[at]}: zero or above`]
  })

const MOST_BANDS = 8
const wrongRules = ({ bands = [], ways, min_sites, max_sites }: NetworkProblem): string[] => [
  ...bands
    .filter(({ hours, share }) => !(hours >= 0) || !(share >= 0 && share <= 1))
    .map(({ hours, share }) => `a band of ${share} within ${hours} hours is none`),
  ...(bands.length > MOST_BANDS ? [`${bands.length} bands are more than ${MOST_BANDS}`] : []),
  ...(bands.length > 0 && ways.hours === undefined ? ['bands need the hours of all ways'] : []),
  ...[min_sites, max_sites]
    .filter((x) => x !== undefined && !(Number.isInteger(x) && x >= 0))
    .map((x) => `${x} is no number of sites`),
]

/** What the number of open sites costs by itself. */
export const stockUnits = (stock: StockLaw | undefined, sites: number): number =>
  stock === undefined || sites === 0 ? 0 : (stock.cycle ?? 0) + stock.safety * Math.sqrt(sites)
