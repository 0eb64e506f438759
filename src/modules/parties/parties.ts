import { query } from '../../core/capability.ts'
import { type ListDefinition, listPage } from '../../core/lists.ts'
import { notFound } from '../../core/refusal.ts'
import { findRows } from '../../core/search.ts'
import { listInput, page, type Static, t } from '../../core/t.ts'
import { Party, PartyRow } from './fields.ts'

/** Where a party is: the city of its oldest address. */
const CITY = `(select a.city from address a where a.company_id = p.company_id and a.party_id = p.id order by a.id limit 1)`
const list: ListDefinition = {
  from: 'party p left join channel c on c.company_id = p.company_id and c.id = p.channel_id',
  where: 'p.company_id = $1',
  select: `p.id, p.code, p.name, p.is_customer, p.is_supplier, p.country, p.currency, p.terms_days, p.tax_status, p.price_group,
    c.name as channel, ${CITY} as city, p.active, p.version`,
  id: 'p.id',
  columns: {
    code: { sql: 'p.code', type: 'code' },
    name: { sql: 'p.name', type: 'text' },
    customer: { sql: 'p.is_customer', type: 'bool' },
    supplier: { sql: 'p.is_supplier', type: 'bool' },
    country: { sql: 'p.country', type: 'code' },
    currency: { sql: 'p.currency', type: 'code' },
    termsDays: { sql: 'p.terms_days', type: 'int' },
    taxStatus: { sql: 'p.tax_status', type: 'code' },
    priceGroup: { sql: 'p.price_group', type: 'code', nullable: true },
    channel: { sql: 'c.name', type: 'code', nullable: true },
    serviceClass: { sql: 'p.service_class', type: 'int' },
    active: { sql: 'p.active', type: 'bool' },
  },
  defaultSort: 'code',
  search: ['customer', 'supplier', 'carrier'],
}

export const listParties = query({
  title: 'Customers, suppliers and carriers',
  route: 'GET /parties',
  permission: 'parties.read',
  input: listInput(),
  output: page(PartyRow),
  run: (input, ctx) => listPage<Static<typeof PartyRow>>(ctx, list, input),
})

export const party = query({
  title: 'Party with its addresses',
  route: 'GET /parties/:id',
  permission: 'parties.read',
  admits: { id: 'party' },
  input: t.object({ id: t.id('party') }),
  output: Party,
  run: async ({ id }, { sql, company }) => {
    const [row] = await sql<Static<typeof Party>[]>`
      select p.id, p.code, p.name, p.is_customer, p.is_supplier, p.is_carrier, p.parent_id, p.bill_to_id, p.channel_id,
             c.name as channel, p.price_group, p.gln, p.currency, p.country, p.tax_status, p.tax_number, p.exempt_until,
             p.terms_days, p.invoice_trigger, p.partial_policy, p.service_class, p.min_shelf_days, p.substitutes, p.successors, p.email, p.active,
             p.assumed, p.custom, p.version
        from party p
        left join channel c on c.company_id = p.company_id and c.id = p.channel_id
       where p.company_id = ${company} and p.id = ${id}`
    if (!row) throw notFound('party')
    const addresses = await sql<Static<typeof Party>['addresses']>`
      select id, kind, name, line1, line2, city, postcode, country, lat_e7, lon_e7, route_days, active
        from address
       where company_id = ${company} and party_id = ${id}
       order by id
       limit 500`
    return { ...row, addresses: [...addresses] }
  },
})

const Found = t.object({
  id: t.id('party'),
  code: t.text(),
  name: t.text(),
  city: t.nullable(t.text()),
  country: t.text(),
  terms: t.text(),
  currency: t.text(),
})
/** `30 days net`, as it stands on documents. */
export const termsText = (days: number): string => (days === 0 ? 'on receipt' : `${days} days net`)

export const findCustomer = query({
  title: 'Find a customer by code, name or place',
  route: 'GET /parties/find-customer',
  permission: 'parties.read',
  input: t.object({ text: t.text({ max: 200 }), limit: t.optional(t.int({ min: 1, max: 50 })) }),
  output: t.object({ rows: t.list(Found, { max: 50 }) }),
  run: async ({ text, limit }, ctx) => {
    const { sql, company } = ctx
    const hits = await findRows(ctx, text, ['customer'], limit ?? 12)
    const rows = await sql<(Static<typeof Found> & { termsDays: number })[]>`
      select p.id, p.code, p.name,
             (select a.city
                from address a
               where a.company_id = p.company_id and a.party_id = p.id
               order by a.id
               limit 1) as city,
             p.country, p.terms_days, p.currency
        from party p
       where p.company_id = ${company} and p.id = any (${hits.map((hit) => hit.id)}::uuid[]) and p.active`
    const byId = new Map(rows.map(({ termsDays, ...row }) => [row.id, { ...row, terms: termsText(termsDays) }]))
    return { rows: hits.flatMap((hit) => byId.get(hit.id) ?? []) }
  },
})

const ShipTo = t.object({
  id: t.id('address'),
  name: t.text(),
  lines: t.list(t.text(), { max: 4 }),
  city: t.text(),
  postcode: t.text(),
  country: t.text(),
  default: t.bool(),
})

export const customer = query({
  title: 'Customer as an order needs it',
  route: 'GET /parties/customers/:id',
  permission: 'parties.read',
  admits: { id: 'party' },
  input: t.object({ id: t.id('party') }),
  output: t.object({
    id: t.id('party'),
    code: t.text(),
    name: t.text(),
    currency: t.text(),
    terms: t.text(),
    taxStatus: t.text(),
    shipTos: t.list(ShipTo, { max: 500 }),
  }),
  run: async ({ id }, { sql, company }) => {
    const [row] = await sql<
      { id: string; code: string; name: string; currency: string; termsDays: number; taxStatus: string }[]
    >`
      select id, code, name, currency, terms_days, tax_status
        from party
       where company_id = ${company} and id = ${id} and is_customer`
    if (!row) throw notFound('customer')
    const places = await sql<
      (Omit<Static<typeof ShipTo>, 'lines' | 'default'> & { line1: string; line2: string | null })[]
    >`
      select id, name, line1, line2, city, postcode, country
        from address
       where company_id = ${company} and party_id = ${id} and kind in ('ship_to', 'both') and active
       order by id
       limit 500`
    const { termsDays, ...rest } = row
    return {
      ...rest,
      terms: termsText(termsDays),
      shipTos: places.map(({ line1, line2, ...place }, at) => ({
        ...place,
        lines: [line1, line2].filter((line): line is string => Boolean(line)),
        default: at === 0,
      })),
    }
  },
})
