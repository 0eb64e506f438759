import type { Invariant } from '../../core/capability.ts'

export const invariants: readonly Invariant[] = [
  {
    name: 'invoiced_within_shipped',
    promise:
      'No order line is invoiced beyond what was shipped of it, or beyond what was ordered where the customer pays first (5).',
    differing: `
      with invoiced as (
        select line.company_id, line.order_line_id, sum(line.qty)::int8 as qty
          from invoice_line line
          join invoice on invoice.company_id = line.company_id and invoice.id = line.invoice_id and invoice.kind = 'invoice'
         where line.kind = 'goods' and line.order_line_id is not null
         group by 1, 2
      ), at_site as (
        -- At each site as many kits as the scarcest component is for.
        select company_id, order_line_id, party_id, min(line_qty) as qty, min(div(shipped::numeric * line_qty, qty))::int8 as shipped
          from demand_line
         where order_line_id is not null
         group by company_id, order_line_id, party_id, site_id
      ), demand as (
        select company_id, order_line_id, party_id, sum(qty)::int8 as qty, sum(shipped)::int8 as shipped
          from at_site
         group by company_id, order_line_id, party_id
      )
      select invoiced.company_id, invoiced.order_line_id, invoiced.qty
        from invoiced
        join demand using (company_id, order_line_id)
        join party on party.company_id = demand.company_id and party.id = demand.party_id
       where invoiced.qty > case when party.invoice_trigger = 'prepaid' then demand.qty else demand.shipped end`,
    examined: `select count(*)::int8 as count from invoice_line where kind = 'goods'`,
  },
  {
    name: 'invoiced_on_trigger',
    promise:
      'A shipment marked as invoiced stands on an invoice, was billed before it left, or had nothing to bill; none is billed on two (5).',
    differing: `
      select shipment.company_id, shipment.id, shipment.number
        from shipment
        left join lateral (
             select count(*)::int8 as n
               from document_link link
              where link.company_id = shipment.company_id and link.from_id = shipment.id and link.to_kind = 'invoice') billed on true
       where billed.n > 1 or (billed.n = 1 and shipment.invoiced_at is null) or (shipment.invoiced_at is not null and billed.n = 0 and shipment.gross <> 0)`,
    examined: 'select count(*)::int8 as count from shipment where shipped_at is not null',
  },
  {
    name: 'billed_by_weight',
    promise:
      'Goods priced by weight are billed as weighed: weight times price, to the minor unit, and no more weight than was shipped.',
    differing: `
      with billed as (
        select line.company_id, line.id, line.order_line_id, line.weight_g, line.net, line.price_micro, code.num, code.den, currency.digits
          from invoice_line line
          join invoice on invoice.company_id = line.company_id and invoice.id = line.invoice_id and invoice.kind = 'invoice'
          join currency on currency.code = invoice.currency
          join unit_code code on code.code = line.price_uom
         where line.weight_g is not null
      ), shipped as (
        select line.company_id, line.order_line_id, sum(line.weight_g)::int8 as weight_g
          from shipment_line line
          join shipment on shipment.company_id = line.company_id and shipment.id = line.shipment_id and shipment.shipped_at is not null
         where line.weight_g is not null
         group by 1, 2
      )
      select company_id, id
        from billed
       where net <> round(weight_g::numeric * den * price_micro * 10 ^ digits / (num::numeric * 1000000))
       union all
      select billed.company_id, billed.order_line_id
        from (select company_id, order_line_id, sum(weight_g)::int8 as weight_g from billed group by 1, 2) billed
        left join shipped using (company_id, order_line_id)
       where billed.weight_g > coalesce(shipped.weight_g, 0)`,
    examined: 'select count(*)::int8 as count from invoice_line where weight_g is not null',
  },
  {
    name: 'gapless_numbers',
    promise: 'Numbers of invoices and of credit notes of an entity run from 1 without gap.',
    differing: `
      select series.company_id, series.entity_id, series.kind, series.next, count(invoice.id)::int8 as issued
        from number_series series
        left join invoice on invoice.company_id = series.company_id and invoice.entity_id = series.entity_id and invoice.kind = series.kind
       where series.gapless
       group by series.company_id, series.entity_id, series.kind, series.prefix, series.next
      having count(invoice.id) <> series.next - 1
          or count(invoice.id) filter (where invoice.number = series.prefix || (substr(invoice.number, length(series.prefix) + 1))::int8
                                         and substr(invoice.number, length(series.prefix) + 1)::int8 between 1 and series.next - 1) <> count(invoice.id)`,
    examined: 'select count(*)::int8 as count from invoice',
  },
  {
    name: 'invoice_is_its_lines',
    promise: 'An invoice is the sum of its lines and of its taxes; each tax stands on its lines.',
    differing: `
      select invoice.company_id, invoice.id, invoice.number
        from invoice
        left join (select company_id, invoice_id, sum(net)::int8 as net from invoice_line group by 1, 2) lines
               on lines.company_id = invoice.company_id and lines.invoice_id = invoice.id
        left join (select company_id, invoice_id, sum(taxable)::int8 as taxable, sum(tax)::int8 as tax from invoice_tax group by 1, 2) taxes
               on taxes.company_id = invoice.company_id and taxes.invoice_id = invoice.id
       where invoice.net <> coalesce(lines.net, 0) or invoice.tax <> coalesce(taxes.tax, 0) or coalesce(taxes.taxable, 0) <> coalesce(lines.net, 0)
          or invoice.gross <> invoice.net + invoice.tax
       union all
      select tax.company_id, tax.invoice_id, tax.category
        from invoice_tax tax
        left join (select company_id, invoice_id, tax_category, tax_rate_ppm, sum(net)::int8 as net from invoice_line group by 1, 2, 3, 4) lines
               on lines.company_id = tax.company_id and lines.invoice_id = tax.invoice_id and lines.tax_category = tax.category and lines.tax_rate_ppm = tax.rate_ppm
       where tax.taxable <> coalesce(lines.net, 0)`,
    examined: 'select count(*)::int8 as count from invoice_line',
  },
  {
    name: 'open_is_what_is_left',
    promise: 'What is open of an invoice is its gross less what was paid and what was credited.',
    differing: `
      with paid as (
        select company_id, invoice_id, sum(amount)::int8 as amount
          from payment_application
         group by company_id, invoice_id
      ), links as (
        select company_id, 'invoice' as side, from_id as id, qty from document_link where kind = 'credited_by'
         union all
        select company_id, 'credit_note', to_id, qty from document_link where kind = 'credited_by'
      ), credited as (
        select company_id, side, id, sum(qty)::int8 as amount
          from links
         group by company_id, side, id
      )
      select invoice.company_id, invoice.id, invoice.number
        from invoice
        left join paid on paid.company_id = invoice.company_id and paid.invoice_id = invoice.id
        left join credited on credited.company_id = invoice.company_id and credited.side = invoice.kind and credited.id = invoice.id
       where invoice.open <> invoice.gross - coalesce(paid.amount, 0) - coalesce(credited.amount, 0)`,
    examined: 'select count(*)::int8 as count from invoice',
  },
  {
    name: 'payments_are_spent_once',
    promise: 'A payment is what it pays and what is unapplied.',
    differing: `
      with spent as (
        select company_id, payment_id, sum(amount)::int8 as amount
          from payment_application
         group by company_id, payment_id
      )
      select payment.company_id, payment.id, payment.number
        from payment
        left join spent on spent.company_id = payment.company_id and spent.payment_id = payment.id
       where payment.amount <> coalesce(spent.amount, 0) + payment.unapplied`,
    examined: 'select count(*)::int8 as count from payment',
  },
  {
    name: 'credit_billing_replay',
    promise:
      'An account’s unbilled goods, receivables and unapplied cash are what its shipments, invoices and payments say (13).',
    differing: `
      with unbilled as (
        select shipment.company_id, sales_order.entity_id, shipment.party_id, sum(shipment.gross)::int8 as amount
          from shipment
          join sales_order on sales_order.company_id = shipment.company_id and sales_order.id = shipment.order_id
         where shipment.shipped_at is not null and shipment.invoiced_at is null
         group by 1, 2, 3
      ), billed as (
        select company_id, entity_id, party_id,
               coalesce(sum(open) filter (where kind = 'invoice'), 0)::int8 as receivable, coalesce(sum(open) filter (where kind = 'credit_note'), 0)::int8 as owed
          from invoice
         group by 1, 2, 3
      ), cash as (
        select company_id, entity_id, party_id, sum(unapplied)::int8 as amount
          from payment
         group by 1, 2, 3
      )
      select account.company_id, account.id, account.party_id
        from credit_account account
        left join unbilled on unbilled.company_id = account.company_id and unbilled.entity_id = account.entity_id and unbilled.party_id = account.party_id
        left join billed on billed.company_id = account.company_id and billed.entity_id = account.entity_id and billed.party_id = account.party_id
        left join cash on cash.company_id = account.company_id and cash.entity_id = account.entity_id and cash.party_id = account.party_id
       where account.shipped_unbilled <> coalesce(unbilled.amount, 0) or account.open_receivables <> coalesce(billed.receivable, 0)
          or account.unapplied_cash <> coalesce(billed.owed, 0) + coalesce(cash.amount, 0)`,
    examined: 'select count(*)::int8 as count from credit_account',
  },
]
