import { query } from '../../core/capability.ts'
import type { Ctx } from '../../core/ctx.ts'
import { type ListDefinition, type ListInput, listPage } from '../../core/lists.ts'
import { listInput, page, type Static, t } from '../../core/t.ts'
import { type PlaceAndTime, placeAndTime } from './placeAndTime.ts'

export const Decision = t.object({
  id: t.text(),
  type: t.oneOf(['credit', 'late', 'short', 'unbilled', 'overdue']),
  tone: t.oneOf(['bad', 'warn', 'info']),
  label: t.text(),
  kind: t.text(),
  refId: t.text(),
  ref: t.text(),
  party: t.text({ max: 300 }),
  detail: t.text({ max: 500 }),
  riskMinor: t.int(),
  action: t.object({
    label: t.text(),
    capability: t.nullable(t.text()),
    input: t.nullable(t.json()),
    to: t.nullable(t.text()),
  }),
})
type Decision = Static<typeof Decision>

/**
 * What waits for a person, each with the money at risk; the one definition of Today's list and of the whole list.
 * $2 day, $3 an hour ago, $4 sites or null.
 */
const decisionList = (day: string, hourAgo: string, sites: readonly string[] | null): ListDefinition => ({
  from: `(
       select 'credit' as type, o.id, o.number, party.name as party, o.gross as risk, coalesce(o.credit_hold_reason, '') as detail
         from sales_order o
         join party on party.company_id = o.company_id and party.id = o.party_id
        where o.company_id = $1 and o.state = 'confirmed' and o.credit_held_at is not null and o.released_at is null and ($4::uuid[] is null or o.site_id = any ($4::uuid[]))
       union all
       select 'late', o.id, o.number, party.name, sum(line.net * (demand.qty - demand.shipped - demand.cancelled) / demand.qty * demand.line_qty / line.qty)::int8,
              'promised ' || min(demand.latest_promise_on) || ', ' || count(distinct line.id) || ' lines not shipped'
         from demand_line demand
         join sales_order_line line on line.company_id = demand.company_id and line.id = demand.order_line_id and demand.component <= 1
         join sales_order o on o.company_id = line.company_id and o.id = line.order_id
         join party on party.company_id = o.company_id and party.id = o.party_id
        where demand.company_id = $1 and demand.latest_promise_on < $2::date and demand.qty > demand.shipped + demand.cancelled and ($4::uuid[] is null or demand.site_id = any ($4::uuid[]))
        group by o.id, o.number, party.name
       union all
       select 'short', item.id, item.sku, item.name, sum(line.net * demand.backordered / demand.qty * demand.line_qty / line.qty)::int8,
              sum(demand.backordered) || ' units on ' || count(distinct demand.ref_id) || ' orders without any supply'
         from demand_line demand
         join sales_order_line line on line.company_id = demand.company_id and line.id = demand.order_line_id
         join item on item.company_id = demand.company_id and item.id = demand.item_id
        where demand.company_id = $1 and demand.backordered > 0 and ($4::uuid[] is null or demand.site_id = any ($4::uuid[]))
        group by item.id, item.sku, item.name
       union all
       select 'unbilled', sh.id, sh.number, party.name, sh.gross, 'shipped ' || sh.shipped_on || ', not invoiced'
         from shipment sh
         join party on party.company_id = sh.company_id and party.id = sh.party_id
        where sh.company_id = $1 and sh.shipped_at < $3::timestamptz and sh.invoiced_at is null and party.invoice_trigger = 'ship' and ($4::uuid[] is null or sh.site_id = any ($4::uuid[]))
       union all
       select 'overdue', invoice.id, invoice.number, party.name, invoice.open, ($2::date - invoice.due_on) || ' days overdue'
         from invoice
         join party on party.company_id = invoice.company_id and party.id = invoice.party_id
        where invoice.company_id = $1 and invoice.kind = 'invoice' and invoice.open > 0 and invoice.due_on < $2::date
          and ($4::uuid[] is null or exists (
                select 1
                  from invoice_line line
                  join sales_order_line ordered on ordered.company_id = $1 and ordered.id = line.order_line_id and ordered.site_id = any ($4::uuid[])
                 where line.company_id = $1 and line.invoice_id = invoice.id))
       ) d`,
  where: 'true',
  params: [day, hourAgo, sites],
  // One order may be late and held at once: a row is known by both.
  select: `md5(d.type || d.id)::uuid as id, d.type, d.id as ref_id, d.number as ref, d.party, d.risk as risk_minor, d.detail`,
  id: 'md5(d.type || d.id)::uuid',
  columns: {
    type: { sql: 'd.type', type: 'code' },
    ref: { sql: 'd.number', type: 'code' },
    party: { sql: 'd.party', type: 'text' },
    risk: { sql: 'd.risk', type: 'minor' },
  },
  defaultSort: '-risk',
  words: ['d.number', 'd.party'],
  countsAll: true,
})

type Row = Pick<Decision, 'id' | 'type' | 'refId' | 'ref' | 'party' | 'riskMinor' | 'detail'>
/** How each type is worded, and the one action that mends it. */
const types: Readonly<
  Record<
    Decision['type'],
    Pick<Decision, 'tone' | 'label' | 'kind'> & { act: string; to: (id: string) => string | null }
  >
> = {
  credit: { tone: 'warn', label: 'Credit', kind: 'sales_order', act: 'Review', to: (id) => `/orders/${id}` },
  late: { tone: 'bad', label: 'Late', kind: 'sales_order', act: 'Open', to: (id) => `/orders/${id}` },
  short: { tone: 'bad', label: 'Short', kind: 'item', act: 'See stock', to: (id) => `/stock/${id}` },
  unbilled: { tone: 'info', label: 'Not invoiced', kind: 'shipment', act: 'Invoice', to: () => null },
  overdue: { tone: 'warn', label: 'Overdue', kind: 'invoice', act: 'Open', to: (id) => `/invoices/${id}` },
}
const worded = (row: Row): Decision => {
  const { act, to, ...rest } = types[row.type]
  const capability = row.type === 'unbilled' ? 'finance.invoiceShipments' : null
  return {
    ...row,
    ...rest,
    action: { label: act, capability, input: capability && { shipmentIds: [row.refId] }, to: to(row.refId) },
  }
}

/** One page of the decisions, dearest first unless sorted otherwise. */
export const decisionsOf = async (ctx: Ctx, { day, sites }: PlaceAndTime, input: ListInput) => {
  const hourAgo = new Date(ctx.now.getTime() - 3_600_000).toISOString()
  const { rows, ...rest } = await listPage<Row>(ctx, decisionList(day, hourAgo, sites), input)
  return { rows: rows.map(worded), ...rest }
}

export const decisions = query({
  title: 'What needs a decision, with the money at risk',
  route: 'GET /insight/decisions',
  permission: 'insight.read',
  admits: { siteId: 'site' },
  input: listInput({ siteId: t.optional(t.id('site')) }),
  output: page(Decision),
  run: async ({ siteId, ...input }, ctx, actor) => decisionsOf(ctx, await placeAndTime(ctx, siteId, actor), input),
})
