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
  serviceClass: number
  partialPolicy: string
  cancelBy: string | null
  maxSplits: number
  ownSplits: number | null
  sourceSites: string[] | null
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
  partialPolicy: string
  cancelBy: string | null
  fillOrKill: boolean
  /** Units that other lines stand for; `netMinor` is of the rest. */
  replaced: number
  insteadOf: InsteadOf | null
}
export interface InsteadOf {
  readonly itemId: string
  readonly sku: string
  readonly qty: number
  readonly uom: string
  readonly lineNo: number | null
  readonly agreedBy: string | null
  readonly dearer: string | null
}

export const headText = `
  select o.id, o.number, o.version, o.state, ${stageSql} as status, o.party_id, p.code as party_code, p.name as party_name, p.terms_days, o.site_id, site.code as site_code, site.name as site_name,
         channel.name as channel, o.customer_po, o.source, o.ordered_on, o.requested_on, d.promised_on,
         coalesce(o.priority, p.service_class) as service_class, coalesce(o.partial_policy, p.partial_policy) as partial_policy, o.cancel_by, coalesce(o.max_splits, own.max_splits, firm.max_splits, 1)::int as max_splits, o.max_splits as own_splits,
         (select array_agg(coalesce(other.code, '…') order by named.at) from unnest(o.source_sites) with ordinality as named (id, at) left join site other on other.company_id = o.company_id and other.id = named.id) as source_sites,
         o.currency, c.digits, o.net, o.tax, o.gross, o.credit_held_at, o.credit_hold_reason, o.released_at,
         d.picking, d.open, a.name as to_name, a.line1 as to_line1, a.line2 as to_line2, a.postcode as to_postcode, a.city as to_city, a.country as to_country
    from sales_order o
    join party p on p.company_id = o.company_id and p.id = o.party_id
    join site on site.company_id = o.company_id and site.id = o.site_id
    join currency c on c.code = o.currency
    left join channel on channel.company_id = o.company_id and channel.id = o.channel_id
    left join source_policy own on own.company_id = o.company_id and own.party_id = o.party_id
    left join source_policy firm on firm.company_id = o.company_id and firm.party_id = '00000000-0000-0000-0000-000000000000'
    left join address a on a.company_id = o.company_id and a.id = o.ship_to_id${stageJoins}
   where o.company_id = $1 and o.id = $2`

/** Lines as ordered; what is not said on a line is the order's, then the customer's. */
export const linesOf = ({ sql, company }: Ctx, orderId: string) => sql<LineRow[]>`
  select line.id, line.line_no as no, line.kind, line.item_id, item.sku, line.description, line.uom_qty, line.uom, line.qty, item.base_uom, line.price_micro, line.price_uom as per_uom,
         line.net - line.replaced_net as net_minor, line.replaced, line.tax_rate_ppm as tax_ppm, line.tax_code, line.tax_category, line.explain, line.cost_micro, coalesce(billed.qty, 0) as invoiced,
         case when ordered.id is not null
              then json_build_object('itemId', ordered.id, 'sku', ordered.sku, 'qty', line.instead_qty, 'uom', ordered.base_uom, 'lineNo', original.line_no, 'agreedBy', line.instead_agreed, 'dearer', line.instead_dearer) end as instead_of,
         coalesce(line.partial_policy, o.partial_policy, p.partial_policy) as partial_policy, coalesce(line.cancel_by, o.cancel_by) as cancel_by, line.fill_or_kill
    from sales_order_line line
    join sales_order o on o.company_id = line.company_id and o.id = line.order_id
    join party p on p.company_id = o.company_id and p.id = o.party_id
    left join item on item.company_id = line.company_id and item.id = line.item_id
    left join item ordered on ordered.company_id = line.company_id and ordered.id = line.instead_item_id
    left join sales_order_line original on original.company_id = line.company_id and original.id = line.instead_line_id
    left join lateral (select sum(case when i.kind = 'invoice' then il.qty else -il.qty end)::int8 as qty
                         from invoice_line il join invoice i on i.company_id = il.company_id and i.id = il.invoice_id
                        where il.company_id = line.company_id and il.order_line_id = line.id) billed on true
   where line.company_id = ${company} and line.order_id = ${orderId}
   order by line.line_no`

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
