import type { Ctx } from '../../core/ctx.ts'
import { stageJoins, stageSql, type stages } from './stage.ts'

export interface HeadRow {
  id: string
  number: string
  version: number
  state: string
  status: (typeof stages)[number]
  partyId: string
  partyCode: string
  partyName: string
  termsDays: number
  siteId: string
  siteCode: string
  siteName: string
  channel: string | null
  customerPo: string | null
  source: string
  orderedOn: string
  requestedOn: string
  promisedOn: string | null
  currency: string
  digits: number
  net: number
  tax: number
  gross: number
  creditHeldAt: string | null
  creditHoldReason: string | null
  releasedAt: string | null
  picking: number | null
  open: number | null
  toName: string | null
  toLine1: string | null
  toLine2: string | null
  toPostcode: string | null
  toCity: string | null
  toCountry: string | null
}
export interface LineRow {
  id: string
  no: number
  kind: string
  itemId: string | null
  sku: string | null
  description: string
  uomQty: number
  uom: string
  qty: number
  baseUom: string | null
  priceMicro: number
  perUom: string
  netMinor: number
  taxPpm: number
  taxCode: string
  taxCategory: string
  explain: Record<string, unknown>
  costMicro: number
  invoiced: number
}

export const headText = `
  select o.id, o.number, o.version, o.state, ${stageSql} as status, o.party_id, p.code as party_code, p.name as party_name, p.terms_days, o.site_id, site.code as site_code, site.name as site_name,
         channel.name as channel, o.customer_po, o.source, o.ordered_on, o.requested_on, d.promised_on, o.currency, c.digits, o.net, o.tax, o.gross, o.credit_held_at, o.credit_hold_reason, o.released_at,
         d.picking, d.open, a.name as to_name, a.line1 as to_line1, a.line2 as to_line2, a.postcode as to_postcode, a.city as to_city, a.country as to_country
    from sales_order o
    join party p on p.company_id = o.company_id and p.id = o.party_id
    join site on site.company_id = o.company_id and site.id = o.site_id
    join currency c on c.code = o.currency
    left join channel on channel.company_id = o.company_id and channel.id = o.channel_id
    left join address a on a.company_id = o.company_id and a.id = o.ship_to_id${stageJoins}
   where o.company_id = $1 and o.id = $2`

export const documentsOf = ({ sql, company }: Ctx, orderId: string) => sql<
  { kind: string; id: string; number: string; status: string; on: string | null; amountMinor: number | null }[]
>`
  select 'wave' as kind, wave.id, wave.number, case when bool_and(task.ended_at is not null) then 'picked' else 'picking' end as status, min(wave.recorded_at)::date as on, null::int8 as amount_minor
    from task join wave on wave.company_id = task.company_id and wave.id = task.wave_id
   where task.company_id = ${company} and task.order_id = ${orderId}
   group by wave.id, wave.number
  union all
  select 'shipment', id, number, case when delivered_at is not null then 'delivered' when shipped_at is not null then 'shipped' else 'packed' end, shipped_on, gross
    from shipment where company_id = ${company} and order_id = ${orderId}
  union all
  select kind, id, number, case when open = 0 then 'paid' when open < gross then 'part paid' else 'open' end, issued_on, gross
    from invoice where company_id = ${company} and order_id = ${orderId}
  union all
  select 'payment', payment.id, payment.number, payment.method, payment.received_on, sum(paid.amount)::int8
    from invoice
    join payment_application paid on paid.company_id = invoice.company_id and paid.invoice_id = invoice.id
    join payment on payment.company_id = paid.company_id and payment.id = paid.payment_id
   where invoice.company_id = ${company} and invoice.order_id = ${orderId}
   group by payment.id, payment.number, payment.method, payment.received_on`

export const timelineOf = ({ sql, company }: Ctx, ids: readonly string[]) => sql<
  { at: string; by: string | null; what: string; kind: string; id: string }[]
>`
  select outbox.recorded_at as at, audit.actor_name as by, outbox.type as what, outbox.kind, outbox.ref_id as id
    from outbox
    left join audit_event audit on audit.company_id = outbox.company_id and audit.id = outbox.audit_id
   where outbox.company_id = ${company} and outbox.ref_id = any (${ids as string[]})
   order by outbox.recorded_at, outbox.seq
   limit 500`
