import { query } from '../../core/capability.ts'
import { listPage } from '../../core/lists.ts'
import { notFound } from '../../core/refusal.ts'
import { listInput, page, type Static, t } from '../../core/t.ts'

const Status = t.oneOf(['open', 'part_paid', 'paid', 'overdue', 'credited'])
const head = {
  id: t.id('invoice'),
  number: t.text(),
  kind: t.oneOf(['invoice', 'credit_note']),
  customerId: t.id('party'),
  customer: t.text(),
  order: t.nullable(t.text()),
  orderId: t.nullable(t.id('sales_order')),
  status: Status,
  invoicedOn: t.date(),
  dueOn: t.date(),
  netMinor: t.amount(),
  taxMinor: t.amount(),
  grossMinor: t.amount(),
  openMinor: t.amount(),
  currency: t.currency(),
  overdueDays: t.int(),
}
const Row = t.object(head)

/** Overdue is a day in the company's zone. `credited`: nothing was paid and nothing is left, a credit note took it all. */
const from = `invoice
  join party on party.company_id = invoice.company_id and party.id = invoice.party_id
  join company on company.company_id = invoice.company_id
  left join sales_order on sales_order.company_id = invoice.company_id and sales_order.id = invoice.order_id
  left join lateral (
       select coalesce(sum(paid.amount), 0)::int8 as paid
         from payment_application paid
        where paid.company_id = invoice.company_id and paid.invoice_id = invoice.id) settled on true`
const overdueDays = (today: string) =>
  `case when invoice.open > 0 and invoice.kind = 'invoice' then greatest((($TODAY at time zone company.zone)::date - invoice.due_on), 0) else 0 end`.replace(
    '$TODAY',
    `'${today}'::timestamptz`,
  )
const status = (today: string) => `case
    when invoice.open = 0 and settled.paid = 0 and invoice.gross > 0 and invoice.kind = 'invoice' then 'credited'
    when invoice.open = 0 then 'paid'
    when ${overdueDays(today)} > 0 then 'overdue'
    when invoice.open < invoice.gross then 'part_paid'
    else 'open' end`

const list = (now: Date, where: string) => {
  const today = now.toISOString()
  return {
    from,
    where: `invoice.company_id = $1${where}`,
    select: `invoice.id, invoice.number, invoice.kind, invoice.party_id as customer_id, party.name as customer, sales_order.number as "order", invoice.order_id,
      ${status(today)} as status, invoice.issued_on as invoiced_on, invoice.due_on, invoice.net as net_minor, invoice.tax as tax_minor, invoice.gross as gross_minor,
      invoice.open as open_minor, invoice.currency, ${overdueDays(today)}::int as overdue_days`,
    id: 'invoice.id',
    columns: {
      number: { sql: 'invoice.number', type: 'code' },
      kind: { sql: 'invoice.kind', type: 'code' },
      customer: { sql: 'party.name', type: 'text' },
      order: { sql: 'sales_order.number', type: 'code', nullable: true },
      status: { sql: status(today), type: 'code', unsorted: true },
      invoicedOn: { sql: 'invoice.issued_on', type: 'date' },
      dueOn: { sql: 'invoice.due_on', type: 'date' },
      total: { sql: 'invoice.gross', type: 'minor' },
      grossMinor: { sql: 'invoice.gross', type: 'minor' },
      open: { sql: 'invoice.open', type: 'minor' },
      openMinor: { sql: 'invoice.open', type: 'minor' },
      currency: { sql: 'invoice.currency', type: 'code' },
      overdueDays: { sql: overdueDays(today), type: 'int', unsorted: true },
    },
    defaultSort: '-invoicedOn',
    words: ['invoice.number', 'party.name', "coalesce(sales_order.number, '')"],
  } as const
}

export const invoices = query({
  title: 'Invoices and credit notes',
  route: 'GET /finance/invoices',
  permission: 'finance.read',
  admits: { customerId: 'party' },
  input: listInput({ customerId: t.optional(t.id('party')) }),
  output: page(Row),
  run: ({ customerId, ...input }, ctx) =>
    listPage(
      ctx,
      list(ctx.now, customerId === undefined ? '' : ` and invoice.party_id = '${customerId}'`),
      input,
    ) as never,
})

const Seller = t.object({ name: t.text(), lines: t.list(t.text()), taxNumber: t.nullable(t.text()) })
const Line = t.object({
  id: t.id('invoice_line'),
  no: t.int(),
  kind: t.text(),
  sku: t.nullable(t.text()),
  description: t.text(),
  qty: t.int(),
  uom: t.text(),
  /** As weighed, of goods billed by weight. */
  weightG: t.nullable(t.int()),
  priceMicro: t.int(),
  perUom: t.text(),
  netMinor: t.amount(),
  taxCode: t.text(),
  taxPpm: t.int(),
})
const Tax = t.object({ category: t.text(), ratePpm: t.int(), baseMinor: t.amount(), taxMinor: t.amount() })
const Paid = t.object({
  id: t.id('payment'),
  number: t.text(),
  on: t.date(),
  amountMinor: t.amount(),
  method: t.text(),
})
const Document = t.object({
  kind: t.text(),
  id: t.id('document'),
  number: t.text(),
  on: t.date(),
  amountMinor: t.nullable(t.amount()),
})

export const invoice = query({
  title: 'An invoice, as it is printed',
  route: 'GET /finance/invoices/:id',
  permission: 'finance.read',
  admits: { id: 'invoice' },
  input: t.object({ id: t.id('invoice') }),
  output: t.object({
    ...head,
    terms: t.text(),
    customerPo: t.nullable(t.text()),
    seller: Seller,
    billTo: Seller,
    lines: t.list(Line, { max: 10_000 }),
    taxes: t.list(Tax),
    payments: t.list(Paid),
    documents: t.list(Document),
  }),
  async run({ id }, ctx) {
    const { sql, company } = ctx
    const [
      {
        rows: [row],
      },
      [words],
      lines,
      taxes,
      payments,
      documents,
    ] = await Promise.all([
      listPage<Static<typeof Row>>(ctx, list(ctx.now, ` and invoice.id = '${id}'`), { limit: 1 }),
      sql<
        {
          seller: string
          sellerTax: string | null
          sellerLines: string[] | null
          taxNumber: string | null
          lines: string[] | null
          terms: string
          customerPo: string | null
        }[]
      >`
        select entity.name as seller, entity.tax_number as seller_tax,
               array(select jsonb_array_elements_text(case jsonb_typeof(company.settings -> 'sellerLines') when 'array' then company.settings -> 'sellerLines' else '[]' end)) as seller_lines,
               party.tax_number, bill_to.lines, invoice.customer_po,
               case when invoice.due_on = invoice.issued_on then 'Due at once' else (invoice.due_on - invoice.issued_on) || ' days' end as terms
          from invoice
          join company on company.company_id = invoice.company_id
          join entity on entity.company_id = ${company} and entity.id = invoice.entity_id
          join party on party.company_id = ${company} and party.id = invoice.party_id
          left join lateral (
               select array_remove(array[address.line1, address.line2, address.postcode || ' ' || address.city, country.name], null) as lines
                 from address
                 join country on country.code = address.country
                where address.company_id = ${company} and address.party_id = invoice.party_id and address.active
                order by address.kind = 'ship_to', address.id
                limit 1) bill_to on true
         where invoice.company_id = ${company} and invoice.id = ${id}`,
      sql<Static<typeof Line>[]>`
        select line.id, line.line_no as no, line.kind, item.sku, line.description, line.qty, line.uom, line.weight_g, line.price_micro, line.price_uom as per_uom, line.net as net_minor,
               line.tax_category as tax_code, line.tax_rate_ppm as tax_ppm
          from invoice_line line
          left join item on item.company_id = ${company} and item.id = line.item_id
         where line.company_id = ${company} and line.invoice_id = ${id}
         order by line.line_no`,
      sql<Static<typeof Tax>[]>`
        select category, rate_ppm, taxable as base_minor, tax as tax_minor
          from invoice_tax
         where company_id = ${company} and invoice_id = ${id}
         order by category, rate_ppm desc`,
      sql<Static<typeof Paid>[]>`
        select payment.id, payment.number, payment.received_on as "on", paid.amount as amount_minor, payment.method
          from payment_application paid
          join payment on payment.company_id = ${company} and payment.id = paid.payment_id
         where paid.company_id = ${company} and paid.invoice_id = ${id}
         order by paid.id`,
      sql<Static<typeof Document>[]>`
        select 'sales_order' as kind, o.id, o.number, o.ordered_on as "on", o.gross as amount_minor
          from document_link link
          join sales_order o on o.company_id = ${company} and o.id = link.from_id
         where link.company_id = ${company} and link.to_id = ${id}
         union all
        select 'shipment', s.id, s.number, s.shipped_on, null
          from document_link link
          join shipment s on s.company_id = ${company} and s.id = link.from_id
         where link.company_id = ${company} and link.to_id = ${id}
         union all
        select other.kind, other.id, other.number, other.issued_on, other.gross
          from document_link link
          join invoice other on other.company_id = ${company} and other.id = case when link.to_id = ${id} then link.from_id else link.to_id end
         where link.company_id = ${company} and link.kind = 'credited_by' and (link.to_id = ${id} or link.from_id = ${id})`,
    ])
    if (!row || !words) throw notFound('invoice')
    return {
      ...row,
      terms: words.terms,
      customerPo: words.customerPo,
      seller: { name: words.seller, lines: words.sellerLines ?? [], taxNumber: words.sellerTax },
      billTo: { name: row.customer, lines: words.lines ?? [], taxNumber: words.taxNumber },
      lines,
      taxes,
      payments,
      documents,
    }
  },
})

const Bucket = t.object({
  customerId: t.id('party'),
  customer: t.text(),
  currency: t.currency(),
  notDueMinor: t.amount(),
  days1to30Minor: t.amount(),
  days31to60Minor: t.amount(),
  days61to90Minor: t.amount(),
  over90Minor: t.amount(),
  openMinor: t.amount(),
  unappliedMinor: t.amount(),
})

export const aging = query({
  title: 'Open receivables by age',
  route: 'GET /finance/aging',
  permission: 'finance.read',
  input: t.object({ on: t.optional(t.date()) }),
  output: t.object({ on: t.date(), rows: t.list(Bucket, { max: 5000 }) }),
  async run({ on }, ctx) {
    const { sql, company, now } = ctx
    const [today] = await sql<{ day: string }[]>`
      select coalesce(${on ?? null}::date, (${now}::timestamptz at time zone zone)::date) as day
        from company
       where company_id = ${company}`
    const rows = await sql<Static<typeof Bucket>[]>`
      with late as (
        select party_id, currency, open, ${today!.day}::date - due_on as days
          from invoice
         where company_id = ${company} and kind = 'invoice' and open > 0
      ), owed as (
        select party_id, currency, coalesce(sum(open) filter (where days <= 0), 0)::int8 as not_due, coalesce(sum(open) filter (where days between 1 and 30), 0)::int8 as d30,
               coalesce(sum(open) filter (where days between 31 and 60), 0)::int8 as d60, coalesce(sum(open) filter (where days between 61 and 90), 0)::int8 as d90,
               coalesce(sum(open) filter (where days > 90), 0)::int8 as older, sum(open)::int8 as open
          from late
         group by party_id, currency
      ), held as (
        -- Cash without invoice and credit notes not yet given or set off.
        select party_id, currency, sum(amount)::int8 as unapplied
          from (
               select party_id, currency, unapplied as amount from payment where company_id = ${company} and unapplied > 0
                union all
               select party_id, currency, open from invoice where company_id = ${company} and kind = 'credit_note' and open > 0
               ) cash
         group by party_id, currency
      )
      select party.id as customer_id, party.name as customer, coalesce(owed.currency, held.currency) as currency, coalesce(owed.not_due, 0) as not_due_minor, coalesce(owed.d30, 0) as days1to30_minor,
             coalesce(owed.d60, 0) as days31to60_minor, coalesce(owed.d90, 0) as days61to90_minor, coalesce(owed.older, 0) as over90_minor,
             coalesce(owed.open, 0) as open_minor, coalesce(held.unapplied, 0) as unapplied_minor
        from owed
        full join held using (party_id, currency)
        join party on party.company_id = ${company} and party.id = party_id
       order by coalesce(owed.open, 0) desc, party.name
       limit 5000`
    return { on: today!.day, rows }
  },
})
