import { command, query } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal, refuseTwice } from '../../../core/refusal.ts'
import { NIL, t } from '../../../core/t.ts'
import { type Preference, preferences } from '../../../math/source/chooseSites.ts'

export const mostSplits = t.int({ min: 1, max: 20, title: 'From how many sites at most' })

const siteFields = {
  siteId: t.id('site'),
  /** From there to the customer; null: as many days as from the order's own site. */
  routeDays: t.nullable(t.int({ min: 0, max: 365, title: 'Days to the customer' })),
  /** Of one shipment, in minor units; by these sites are compared. */
  shipmentCost: t.int({ min: 0, max: 1_000_000_000, title: 'Cost of one shipment' }),
}
const Site = t.object(siteFields)

/**
 * From how many sites an order may be sent, from which, in order, and what is preferred among the ways that leave least
 * waiting: for one customer, or for all who have no policy of their own. The order's own site goes first, listed or not.
 */
export const saveSources = command({
  title: 'Save from which sites orders may be sent',
  route: 'POST /promise/sources',
  permission: 'promise.rules',
  admits: { partyId: 'party', 'sites.siteId': 'site' },
  input: t.object({
    /** Left out: all customers without a policy of their own. */
    partyId: t.optional(t.id('party')),
    /** Null: the policy is taken away. */
    maxSplits: t.nullable(mostSplits),
    prefer: t.optional(t.oneOf(preferences)),
    /** In order. Of a customer: left out or empty, the company's list holds. */
    sites: t.optional(t.list(Site, { max: 20 })),
  }),
  output: t.object({ maxSplits: t.nullable(mostSplits) }),
  async run({ partyId = NIL, maxSplits, prefer = 'fewest', sites = [] }, ctx) {
    const { sql, company } = ctx
    refuseTwice(
      'sites',
      sites.map((site) => site.siteId),
    )
    if (maxSplits !== null) await refuseNonsense(ctx, partyId, maxSplits, sites)
    await sql`delete from source_site where company_id = ${company} and party_id = ${partyId}`
    if (maxSplits === null) await sql`delete from source_policy where company_id = ${company} and party_id = ${partyId}`
    else {
      await sql`
        insert into source_policy (company_id, party_id, max_splits, prefer)
        values (${company}, ${partyId}, ${maxSplits}, ${prefer})
        on conflict (company_id, party_id) do update
           set max_splits = excluded.max_splits, prefer = excluded.prefer`
      const rows = sites.map((site, at) => ({ companyId: company, partyId, rank: at + 1, ...site }))
      await sql`
        insert into source_site
        select * from json_populate_recordset(null::source_site, ${rowsJson(rows)}::text::json)`
    }
    return { maxSplits }
  },
})

const refuseNonsense = async (
  { sql, company }: Ctx,
  partyId: string,
  maxSplits: number,
  sites: readonly { readonly siteId: string }[],
): Promise<void> => {
  const [facts] = await sql<{ customer: boolean; listed: number }[]>`
    select ${partyId} = ${NIL} or exists (select 1 from party where company_id = ${company} and id = ${partyId} and is_customer) as customer,
           (select count(*)::int from source_site where company_id = ${company} and party_id = ${NIL} and ${partyId} <> ${NIL}) as listed`
  if (!facts!.customer)
    throw new Refusal('not_a_customer', 'Orders are sent to customers; this party is none.', 422, [
      { path: 'partyId', message: 'a customer is needed' },
    ])
  const listed = sites.length > 0 ? sites.length : facts!.listed
  if (maxSplits > 1 && listed === 0)
    throw new Refusal(
      'no_source_sites',
      'Say which sites may send beside the order’s own: nothing can be split over none.',
      422,
      [{ path: 'sites', message: 'at least one site is needed' }],
    )
  if (maxSplits > listed + 1)
    throw new Refusal(
      'more_splits_than_sites',
      `${maxSplits} shipments from ${listed} listed sites and the order’s own cannot be: list more sites, or say at most ${listed + 1}.`,
      422,
      [{ path: 'maxSplits', message: `at most ${listed + 1}` }],
    )
}

const Policy = t.object({
  maxSplits: mostSplits,
  prefer: t.oneOf(preferences),
  sites: t.list(
    t.object({
      ...siteFields,
      shipmentCost: t.needs('cost.read', siteFields.shipmentCost),
      code: t.text(),
      name: t.text({ max: 300 }),
    }),
    { max: 20 },
  ),
})

/** What is said of one customer, or of all; and what holds, from where. */
export const sources = query({
  title: 'From which sites orders may be sent',
  route: 'GET /promise/sources',
  permission: 'promise.read',
  admits: { partyId: 'party' },
  input: t.object({ partyId: t.optional(t.id('party')) }),
  output: t.object({
    /** Null: nothing is said of this customer alone. */
    own: t.nullable(Policy),
    /** Of all customers without a policy of their own; null: from the order's own site alone. */
    company: t.nullable(Policy),
  }),
  async run({ partyId = NIL }, { sql, company }) {
    const ids = [...new Set([NIL, partyId])]
    const [policies, sites] = await Promise.all([
      sql<{ partyId: string; maxSplits: number; prefer: Preference }[]>`
        select party_id, max_splits, prefer
          from source_policy
         where company_id = ${company} and party_id = any (${ids}::uuid[])`,
      sql<
        {
          partyId: string
          siteId: string
          routeDays: number | null
          shipmentCost: number
          code: string
          name: string
        }[]
      >`
        select listed.party_id, listed.site_id, listed.route_days, listed.shipment_cost, site.code, site.name
          from source_site listed
          join site on site.company_id = ${company} and site.id = listed.site_id
         where listed.company_id = ${company} and listed.party_id = any (${ids}::uuid[])
         order by listed.party_id, listed.rank`,
    ])
    const of = (id: string) => {
      const policy = policies.find((one) => one.partyId === id)
      if (!policy) return null
      const { maxSplits, prefer } = policy
      return {
        maxSplits,
        prefer,
        sites: sites.flatMap(({ partyId: owner, ...site }) => (owner === id ? [site] : [])),
      }
    }
    return { own: partyId === NIL ? null : of(partyId), company: of(NIL) }
  },
})
