import type { Ctx } from '../../core/ctx.ts'
import { rowsJson } from '../../core/database/pool.ts'
import { type TaxableLine, totalsOf } from '../../math/price/bill.ts'
import { changeExposure, type ExposureChange } from '../credit/index.ts'

/** A line of an invoice or credit note; `qty` in the item's base unit for goods. */
export interface DraftLine extends TaxableLine {
  readonly id: string
  readonly orderLineId: string | null
  readonly itemId: string | null
  readonly kind: string
  readonly description: string
  readonly uom: string
  readonly qty: number
  /** As weighed, of goods priced by weight. */
  readonly weightG: number | null
  readonly priceMicro: number
  readonly priceUom: string
}
export interface Draft {
  readonly id: string
  readonly kind: 'invoice' | 'credit_note'
  readonly entityId: string
  readonly partyId: string
  readonly orderId: string | null
  readonly shipmentId: string | null
  readonly customerPo: string | null
  readonly currency: string
  readonly issuedOn: string
  readonly dueOn: string
  readonly lines: readonly DraftLine[]
  /** What is still to be paid (given) once it is issued; left out: all of it. */
  readonly open?: number
  /** Given by a credit note, whose tax is the part of its invoice's; left out: computed once per category and rate. */
  readonly taxes?: readonly { category: string; ratePpm: number; taxable: number; tax: number }[]
  readonly links: readonly { fromKind: string; fromId: string; kind: string; qty?: number }[]
  readonly exposure: readonly ExposureChange[]
}
export interface Issued {
  readonly id: string
  readonly number: string
  readonly net: number
  readonly tax: number
  readonly gross: number
}

export const totalsOfDraft = (draft: Pick<Draft, 'lines' | 'taxes'>) => {
  if (!draft.taxes) return totalsOf(draft.lines)
  const net = draft.lines.reduce((sum, line) => sum + line.net, 0)
  const tax = draft.taxes.reduce((sum, row) => sum + row.tax, 0)
  return { net, tax, gross: net + tax, taxes: draft.taxes }
}

/**
 * Issues documents. Numbers are gapless per entity and series, so their counter is the last thing the transaction takes:
 * the statement that raises it inserts the documents too, and nothing but the road's own closing follows. Sixteen callers
 * then wait for one commit each, not for each other's whole work; a rolled-back document gives its number back.
 */
export const issue = async (ctx: Ctx, kind: Draft['kind'], drafts: readonly Draft[]): Promise<Map<string, Issued>> => {
  if (drafts.length === 0) return new Map()
  const { sql, company, now } = ctx
  const totals = new Map(drafts.map((draft) => [draft.id, totalsOfDraft(draft)]))
  const links = drafts.flatMap((draft) =>
    draft.links.map(({ qty, ...link }) => ({
      companyId: company,
      ...link,
      toKind: kind,
      toId: draft.id,
      qty: qty ?? null,
      recordedAt: now,
    })),
  )
  await changeExposure(
    ctx,
    drafts.flatMap((draft) => draft.exposure),
  )
  if (links.length > 0)
    await sql`
      insert into document_link
      select * from json_populate_recordset(null::document_link, ${rowsJson(links)}::text::json)
      on conflict do nothing`
  const documents = drafts.map(({ lines: _, links: __, exposure: ___, taxes: ____, open, ...draft }) => {
    const { net, tax, gross } = totals.get(draft.id)!
    return {
      companyId: company,
      ...draft,
      number: '',
      net,
      tax,
      gross,
      open: open ?? gross,
      recordedAt: now,
      version: 1,
    }
  })
  const lines = drafts.flatMap((draft) =>
    draft.lines.map((line, index) => ({
      companyId: company,
      ...line,
      invoiceId: draft.id,
      lineNo: index + 1,
      partyId: draft.partyId,
    })),
  )
  const taxes = drafts.flatMap((draft) =>
    totals.get(draft.id)!.taxes.map((row) => ({ companyId: company, invoiceId: draft.id, ...row })),
  )
  const counts = new Map<string, number>()
  for (const draft of drafts) counts.set(draft.entityId, (counts.get(draft.entityId) ?? 0) + 1)
  const rows = await sql<{ id: string; number: string }[]>`
    with locked as (
      select series.id, wanted.count
        from unnest(${[...counts.keys()]}::uuid[], ${[...counts.values()]}::int8[]) as wanted (entity_id, count)
        join number_series series on series.company_id = ${company} and series.entity_id = wanted.entity_id and series.kind = ${kind} and series.gapless
       order by series.entity_id
         for update of series
    ), taken as (
      update number_series series
         set next = series.next + locked.count
        from locked
       where series.company_id = ${company} and series.id = locked.id
      returning series.entity_id, series.prefix, series.next - locked.count as first
    ), issued as (
      insert into invoice (company_id, id, entity_id, kind, number, party_id, order_id, shipment_id, customer_po, currency, issued_on, due_on, net, tax, gross, open, recorded_at, version)
      select doc.company_id, doc.id, doc.entity_id, doc.kind, taken.prefix || (taken.first + row_number() over (partition by doc.entity_id order by doc.ordinality) - 1),
             doc.party_id, doc.order_id, doc.shipment_id, doc.customer_po, doc.currency, doc.issued_on, doc.due_on, doc.net, doc.tax, doc.gross, doc.open, doc.recorded_at, doc.version
        from json_populate_recordset(null::invoice, ${rowsJson(documents)}::text::json) with ordinality as doc
        join taken on taken.entity_id = doc.entity_id
      returning company_id, id, number, party_id
    ), lined as (
      insert into invoice_line
      select * from json_populate_recordset(null::invoice_line, ${rowsJson(lines)}::text::json)
    ), taxed as (
      insert into invoice_tax
      select * from json_populate_recordset(null::invoice_tax, ${rowsJson(taxes)}::text::json)
    ), findable as (
      -- Found by its number and by the number's digits; in this statement, since only it knows the number.
      insert into search_entry (company_id, kind, ref_id, word, ref, title, detail, rank, site_id, party_id)
      select issued.company_id, 'invoice', issued.id, known.word, issued.number, party.name, null, known.rank, null, issued.party_id
        from issued
        join party on party.company_id = issued.company_id and party.id = issued.party_id
       cross join lateral (
             values (lower(issued.number), 0::int2), (substring(issued.number from '[0-9]+$'), 1::int2)) as known (word, rank)
      on conflict do nothing
    )
    select id, number from issued`
  if (rows.length !== drafts.length) throw new Error(`an entity has no gapless number series ${kind}`)
  return new Map(rows.map(({ id, number }) => [id, { id, number, ...totals.get(id)! }]))
}
