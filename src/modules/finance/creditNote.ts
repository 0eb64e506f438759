import { command } from '../../core/capability.ts'
import type { Ctx } from '../../core/ctx.ts'
import { notFound, Refusal } from '../../core/refusal.ts'
import { t } from '../../core/t.ts'
import { sliceOf, taxOn } from '../../math/price/bill.ts'
import { shareOf } from '../../math/weight/catchWeight.ts'
import { type DraftLine, issue, totalsOfDraft } from './issue.ts'

interface InvoiceRow {
  id: string
  number: string
  entityId: string
  partyId: string
  orderId: string | null
  currency: string
  customerPo: string | null
  open: number
  issuedOn: string
}
interface LineRow extends Omit<DraftLine, 'id'> {
  id: string
  lineNo: number
  credited: number
  creditedWeightG: number
}

const lockInvoice = async ({ sql, company, now }: Ctx, id: string): Promise<InvoiceRow> => {
  const [row] = await sql<InvoiceRow[]>`
    with locked as (
      select *
        from invoice
       where company_id = ${company} and id = ${id} and kind = 'invoice'
         for update
    )
    select locked.id, locked.number, locked.entity_id, locked.party_id, locked.order_id, locked.currency, locked.customer_po, locked.open,
           (${now}::timestamptz at time zone company.zone)::date as issued_on
      from locked
      join company on company.company_id = ${company}`
  if (!row) throw notFound('invoice')
  return row
}

/** Lines of the invoice with what earlier credit notes gave back of each, in base units, and by weight. */
const linesOf = ({ sql, company }: Ctx, invoiceId: string) => sql<LineRow[]>`
  select line.id, line.line_no, line.order_line_id, line.item_id, line.kind, line.description, line.uom, line.qty, line.weight_g, line.price_micro, line.price_uom, line.net,
         line.tax_category, line.tax_rate_ppm, coalesce(given.qty, 0) as credited, coalesce(given.weight_g, 0) as credited_weight_g
    from invoice_line line
    left join lateral (
         select sum(link.qty)::int8 as qty, sum(noted.weight_g)::int8 as weight_g
           from document_link link
           join invoice_line noted on noted.company_id = ${company} and noted.id = link.to_id
          where link.company_id = ${company} and link.from_id = line.id and link.kind = 'credits') given on true
   where line.company_id = ${company} and line.invoice_id = ${invoiceId}
   order by line.line_no`

/** Net that earlier credit notes gave back, by tax category and rate: the tax of this one is the next part of the invoice's. */
const creditedNet = async ({ sql, company }: Ctx, invoiceId: string): Promise<Map<string, number>> => {
  const rows = await sql<{ category: string; ratePpm: number; net: number }[]>`
    select tax.category, tax.rate_ppm, sum(tax.taxable)::int8 as net
      from document_link link
      join invoice_tax tax on tax.company_id = ${company} and tax.invoice_id = link.to_id
     where link.company_id = ${company} and link.from_id = ${invoiceId} and link.to_kind = 'credit_note' and link.kind = 'credited_by'
     group by tax.category, tax.rate_ppm`
  return new Map(rows.map((row) => [`${row.category} ${row.ratePpm}`, row.net]))
}

/**
 * What is given back for `qty` units: the next part of the line's net, by quantity, or by weight where it was billed by
 * weight. Parts sum to the net to the minor unit; the last takes what is left of the weight.
 */
const backOf = (row: LineRow, qty: number, asked: number | undefined): DraftLine => {
  const { lineNo, credited, creditedWeightG, ...rest } = row
  if (rest.weightG === null) {
    if (asked !== undefined)
      throw new Refusal('not_weighed', `Line ${lineNo} was not billed by weight; leave the weight out.`, 422)
    return { ...rest, qty, net: sliceOf(row.net, credited, qty, row.qty) }
  }
  const left = rest.weightG - creditedWeightG
  const weightG = asked ?? shareOf(left, qty, row.qty - credited)
  if (weightG > left) throw new Refusal('over_credited', `Line ${lineNo} has ${left} g left to credit, not ${weightG}.`)
  return { ...rest, qty, weightG, net: sliceOf(row.net, creditedWeightG, weightG, rest.weightG) }
}

export const creditNote = command({
  title: 'Give a credit note against an invoice',
  route: 'POST /finance/invoices/:invoiceId/credit-notes',
  permission: 'finance.invoice',
  admits: { invoiceId: 'invoice', 'lines.lineId': 'invoice_line' },
  emits: ['credit_note.issued'],
  input: t.object({
    invoiceId: t.id('invoice'),
    reason: t.text({ min: 1, max: 200 }),
    /** Left out: all that is not credited yet. */
    lines: t.optional(
      t.list(
        t.object({
          lineId: t.id('invoice_line'),
          qty: t.qty({ min: 1 }),
          /** Of goods billed by weight; left out: their share of what is not credited yet. */
          weightG: t.optional(t.int({ min: 1 })),
        }),
        { min: 1, max: 500 },
      ),
    ),
  }),
  output: t.object({
    id: t.id('invoice'),
    number: t.text(),
    netMinor: t.amount(),
    taxMinor: t.amount(),
    grossMinor: t.amount(),
    /** What the invoice took of it; the rest is the customer's to be given or set off. */
    appliedMinor: t.amount({ min: 0 }),
    openMinor: t.amount({ min: 0 }),
  }),
  async run({ invoiceId, reason, lines: wanted }, ctx, call) {
    const { sql, company } = ctx
    const invoice = await lockInvoice(ctx, invoiceId)
    const [rows, before] = await Promise.all([linesOf(ctx, invoiceId), creditedNet(ctx, invoiceId)])
    const byId = new Map(rows.map((row) => [row.id, row]))
    const asked: readonly { lineId: string; qty: number; weightG?: number }[] =
      wanted ??
      rows.filter((row) => row.qty > row.credited).map((row) => ({ lineId: row.id, qty: row.qty - row.credited }))
    if (asked.length === 0) throw new Refusal('nothing_to_credit', `Invoice ${invoice.number} is credited in full.`)
    if (new Set(asked.map((one) => one.lineId)).size !== asked.length)
      throw new Refusal('named_twice', 'Name each line once.', 422)
    const lines = asked.map(({ lineId, qty, weightG }): DraftLine => {
      const row = byId.get(lineId)
      if (!row) throw new Refusal('other_invoice', 'A line named is not of this invoice.', 422)
      if (qty > row.qty - row.credited)
        throw new Refusal(
          'over_credited',
          `Line ${row.lineNo} of ${invoice.number} has ${row.qty - row.credited} left to credit, not ${qty}.`,
        )
      return { ...backOf(row, qty, weightG), id: ctx.id() }
    })
    const taxes = [...Map.groupBy(lines, (line) => `${line.taxCategory} ${line.taxRatePpm}`)].map(([key, group]) => {
      const { taxCategory: category, taxRatePpm: ratePpm } = group[0]!
      const taxable = group.reduce((sum, line) => sum + line.net, 0)
      const gone = before.get(key) ?? 0
      return { category, ratePpm, taxable, tax: taxOn(gone + taxable, ratePpm) - taxOn(gone, ratePpm) }
    })
    const { net, tax, gross } = totalsOfDraft({ lines, taxes })
    if (gross < 0)
      throw new Refusal(
        'nothing_to_credit',
        'These lines together are worth less than nothing; credit others with them.',
        422,
      )
    const applied = Math.min(invoice.open, gross)
    const id = ctx.id()
    const { entityId, partyId, orderId, currency, customerPo, issuedOn } = invoice
    await sql`
      update invoice
         set open = open - ${applied}, version = version + 1
       where company_id = ${company} and id = ${invoiceId}`
    const lineLinks = lines.map((line, index) => ({ fromId: asked[index]!.lineId, toId: line.id, qty: line.qty }))
    await sql`
      insert into document_link (company_id, from_kind, from_id, to_kind, to_id, kind, qty, recorded_at)
      select ${company}, 'invoice_line', given.from_id, 'invoice_line', given.to_id, 'credits', given.qty, ${ctx.now}
        from unnest(${lineLinks.map((l) => l.fromId)}::uuid[], ${lineLinks.map((l) => l.toId)}::uuid[], ${lineLinks.map((l) => l.qty)}::int8[]) as given (from_id, to_id, qty)`
    await sql`
      insert into note (company_id, id, kind, ref_id, body, author_id, author_name, recorded_at)
      values (${company}, ${ctx.id()}, 'credit_note', ${id}, ${reason}, ${call.actor.id}, ${call.actor.name}, ${ctx.now})`
    const issued = await issue(ctx, 'credit_note', [
      {
        id,
        kind: 'credit_note',
        entityId,
        partyId,
        orderId,
        shipmentId: null,
        customerPo,
        currency,
        issuedOn,
        dueOn: issuedOn,
        lines,
        taxes,
        open: gross - applied,
        links: [{ fromKind: 'invoice', fromId: invoiceId, kind: 'credited_by', qty: applied }],
        exposure: [{ entityId, partyId, openReceivables: -applied, unappliedCash: gross - applied }],
      },
    ])
    ctx.emit(call, 'credit_note.issued', { id, partyId })
    return {
      id,
      number: issued.get(id)!.number,
      netMinor: net,
      taxMinor: tax,
      grossMinor: gross,
      appliedMinor: applied,
      openMinor: gross - applied,
    }
  },
})
