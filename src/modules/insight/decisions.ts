import type { Ctx } from '../../core/ctx.ts'

interface Decision {
  id: string
  tone: 'bad' | 'warn' | 'info'
  label: string
  kind: string
  refId: string
  ref: string
  party: string
  detail: string
  riskMinor: number | null
  action: { label: string; capability: string | null; input: Record<string, unknown> | null; to: string | null }
}
interface Row {
  id: string
  number: string
  party: string
  risk: number
  detail: string
}
const MOST = 200

/** What waits for a person, dearest first: each with the money at risk and the one action that mends it. */
export const decisionsOf = async (
  { sql, company, now }: Ctx,
  day: string,
  site: string | null,
  /** Of invoices, which have no site of their own: the one asked for, else those the caller is limited to, else null. */
  sites: readonly string[] | null,
): Promise<Decision[]> => {
  const [held, late, short, unbilled, overdue] = await Promise.all([
    sql<Row[]>`
      select o.id, o.number, party.name as party, o.gross as risk, coalesce(o.credit_hold_reason, '') as detail
        from sales_order o
        join party on party.company_id = o.company_id and party.id = o.party_id
       where o.company_id = ${company} and o.state = 'confirmed' and o.credit_held_at is not null and o.released_at is null and (${site}::uuid is null or o.site_id = ${site})
       order by o.gross desc
       limit ${MOST}`,
    sql<Row[]>`
      select o.id, o.number, party.name as party, sum(line.net * (demand.qty - demand.shipped - demand.cancelled) / demand.qty * demand.line_qty / line.qty)::int8 as risk,
             'promised ' || min(demand.latest_promise_on) || ', ' || count(distinct line.id) || ' lines not shipped' as detail
        from demand_line demand
        join sales_order_line line on line.company_id = demand.company_id and line.id = demand.order_line_id and demand.component <= 1
        join sales_order o on o.company_id = line.company_id and o.id = line.order_id
        join party on party.company_id = o.company_id and party.id = o.party_id
       where demand.company_id = ${company} and demand.latest_promise_on < ${day} and demand.qty > demand.shipped + demand.cancelled and (${site}::uuid is null or demand.site_id = ${site})
       group by o.id, o.number, party.name
       order by risk desc
       limit ${MOST}`,
    sql<(Row & { itemId: string })[]>`
      select item.id as item_id, item.id, item.sku as number, item.name as party, sum(line.net * demand.backordered / demand.qty * demand.line_qty / line.qty)::int8 as risk,
             sum(demand.backordered) || ' units on ' || count(distinct demand.ref_id) || ' orders without any supply' as detail
        from demand_line demand
        join sales_order_line line on line.company_id = demand.company_id and line.id = demand.order_line_id
        join item on item.company_id = demand.company_id and item.id = demand.item_id
       where demand.company_id = ${company} and demand.backordered > 0 and (${site}::uuid is null or demand.site_id = ${site})
       group by item.id, item.sku, item.name
       order by risk desc
       limit ${MOST}`,
    sql<Row[]>`
      select sh.id, sh.number, party.name as party, sh.gross as risk, 'shipped ' || sh.shipped_on || ', not invoiced' as detail
        from shipment sh
        join party on party.company_id = sh.company_id and party.id = sh.party_id
       where sh.company_id = ${company} and sh.shipped_at < ${now}::timestamptz - interval '1 hour' and sh.invoiced_at is null and party.invoice_trigger = 'ship' and (${site}::uuid is null or sh.site_id = ${site})
       order by sh.gross desc
       limit ${MOST}`,
    sql<Row[]>`
      select invoice.id, invoice.number, party.name as party, invoice.open as risk, (${day}::date - invoice.due_on) || ' days overdue' as detail
        from invoice
        join party on party.company_id = invoice.company_id and party.id = invoice.party_id
       where invoice.company_id = ${company} and invoice.kind = 'invoice' and invoice.open > 0 and invoice.due_on < ${day}
         and (${sites as string[] | null}::uuid[] is null or exists (
               select 1
                 from invoice_line line
                 join sales_order_line ordered on ordered.company_id = ${company} and ordered.id = line.order_line_id and ordered.site_id = any (${sites as string[] | null}::uuid[])
                where line.company_id = ${company} and line.invoice_id = invoice.id))
       order by invoice.open desc
       limit ${MOST}`,
  ])
  const all: Decision[] = [
    ...held.map(
      (r): Decision => ({
        id: `credit ${r.id}`,
        tone: 'warn',
        label: 'Credit',
        kind: 'sales_order',
        refId: r.id,
        ref: r.number,
        party: r.party,
        detail: r.detail,
        riskMinor: r.risk,
        action: { label: 'Review', capability: null, input: null, to: `/orders/${r.id}` },
      }),
    ),
    ...late.map(
      (r): Decision => ({
        id: `late ${r.id}`,
        tone: 'bad',
        label: 'Late',
        kind: 'sales_order',
        refId: r.id,
        ref: r.number,
        party: r.party,
        detail: r.detail,
        riskMinor: r.risk,
        action: { label: 'Open', capability: null, input: null, to: `/orders/${r.id}` },
      }),
    ),
    ...short.map(
      (r): Decision => ({
        id: `short ${r.id}`,
        tone: 'bad',
        label: 'Short',
        kind: 'item',
        refId: r.itemId,
        ref: r.number,
        party: r.party,
        detail: r.detail,
        riskMinor: r.risk,
        action: { label: 'See stock', capability: null, input: null, to: `/stock/${r.itemId}` },
      }),
    ),
    ...unbilled.map(
      (r): Decision => ({
        id: `bill ${r.id}`,
        tone: 'info',
        label: 'Not invoiced',
        kind: 'shipment',
        refId: r.id,
        ref: r.number,
        party: r.party,
        detail: r.detail,
        riskMinor: r.risk,
        action: { label: 'Invoice', capability: 'finance.invoiceShipments', input: { shipmentIds: [r.id] }, to: null },
      }),
    ),
    ...overdue.map(
      (r): Decision => ({
        id: `due ${r.id}`,
        tone: 'warn',
        label: 'Overdue',
        kind: 'invoice',
        refId: r.id,
        ref: r.number,
        party: r.party,
        detail: r.detail,
        riskMinor: r.risk,
        action: { label: 'Open', capability: null, input: null, to: `/invoices/${r.id}` },
      }),
    ),
  ]
  return all.sort((a, b) => (b.riskMinor ?? 0) - (a.riskMinor ?? 0))
}
