import type { Ctx } from '../../../core/ctx.ts'
import { NIL } from '../../../core/t.ts'
import type { Preference } from '../../../math/source/chooseSites.ts'

/** From where one order may be sent, and what is preferred. */
export interface Sourcing {
  readonly maxSplits: number
  readonly prefer: Preference
  /** The order's own site first. */
  readonly sites: readonly SourcingSite[]
}
export interface SourcingSite {
  readonly siteId: string
  readonly routeDays: number
  readonly shipmentCost: number
}
/** An order that may be sent from several sites. */
export interface Sourced {
  readonly id: string
  readonly partyId: string
  readonly siteId: string
  readonly routeDays: number
  readonly maxSplits: number
  readonly prefer: Preference
  /** The order's own list; null: the customer's, else the company's. */
  readonly sourceSites: readonly string[] | null
}
interface SiteRow {
  readonly id: string
  readonly entityId: string
  readonly country: string
}
interface Ranked {
  readonly partyId: string
  readonly siteId: string
  readonly routeDays: number | null
  readonly shipmentCost: number
}

/**
 * The sites that may send each order: its own first, then as its own list says, else its customer's, else the company's.
 * Sites of another legal entity would be another seller, and those in another country another tax: they are left out.
 * Orders for which no other site is left are not among what is answered.
 */
export const readSources = async (
  { sql, company }: Ctx,
  orders: readonly Sourced[],
): Promise<ReadonlyMap<string, Sourcing>> => {
  if (orders.length === 0) return new Map()
  const parties = [NIL, ...new Set(orders.map((order) => order.partyId))]
  const [ranked, sites] = await Promise.all([
    sql<Ranked[]>`
      select party_id, site_id, route_days, shipment_cost
        from source_site
       where company_id = ${company} and party_id = any (${parties}::uuid[])
       order by party_id, rank`,
    sql<SiteRow[]>`
      select id, entity_id, country
        from site
       where company_id = ${company}`,
  ])
  const site = new Map(sites.map((one) => [one.id, one]))
  const lists = Map.groupBy(ranked, (one) => one.partyId)
  const out = new Map<string, Sourcing>()
  for (const order of orders) {
    const known = lists.get(order.partyId) ?? lists.get(NIL) ?? []
    const home = site.get(order.siteId)!
    const listed = order.sourceSites ?? known.map((one) => one.siteId)
    const others = [...new Set(listed)].filter((id) => {
      const other = site.get(id)
      return other && id !== home.id && other.entityId === home.entityId && other.country === home.country
    })
    if (others.length === 0) continue
    const factsOf = (siteId: string): SourcingSite => {
      const said = [...known, ...(lists.get(NIL) ?? [])].find((one) => one.siteId === siteId)
      return {
        siteId,
        routeDays: siteId === home.id ? order.routeDays : (said?.routeDays ?? order.routeDays),
        shipmentCost: said?.shipmentCost ?? 0,
      }
    }
    out.set(order.id, {
      maxSplits: order.maxSplits,
      prefer: order.prefer,
      sites: [home.id, ...others].map(factsOf),
    })
  }
  return out
}
