/** The profile "online-retail" on the road: documents of the file become sales history, in order of time. */

import type { Ctx } from '../../../core/ctx.ts'
import { readTable } from '../../../core/data/index.ts'
import { stopPoint } from '../../../core/stopPoints.ts'
import { storeItems } from '../../catalog/index.ts'
import { storeParties } from '../../parties/index.ts'
import {
  countryCode,
  type Document,
  FATES,
  kindOfCode,
  onlineRetail,
  type RetailReader,
  type RetailResult,
} from '../onlineRetail.ts'
import type { StagedRow } from '../runs/stage.ts'
import type { Findings, Group, Profile, Teller } from './profile.ts'

/** Rows per chunk: 5,000 take about a second, so a kill costs at most that, and whole documents (705 lines at most) fit. */
const CHUNK_ROWS = 5000

type Value = {
  kind: 'invoice' | 'cancellation' | 'adjustment'
  lineNo: number
  at: string
  code: string
  /** the name the item is usually sold under, for an item that is new */
  item: string
  text: string
  qty: number
  priceMicro: number
  net: number
  party: string | null
  named: boolean
  country: string
  takesBack: { id: string; qty: number }[]
}

export const onlineRetailProfile: Profile = {
  name: 'online-retail',
  title: 'Sales history: Online Retail',
  hint: 'Invoice lines of a wholesaler (InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country) become closed sales history; items and customers that are new are made.',
  permission: 'sales.order',

  async check(ctx, _call, run, bytes, stage) {
    const result = await classify(ctx, bytes, run.options.sheet)
    const known = await knownDocuments(ctx, result)
    const wanted = result.documents.filter((doc) => !known.has(doc.number) && within(doc, run.options))
    const groups = documentGroups(wanted)
    const ids = new Map<number, string>()
    for (const { documents } of groups)
      for (const doc of documents) for (const line of doc.lines) ids.set(line.row, stage.id())
    let chunk = 0
    let filled = 0
    let rows: StagedRow[] = []
    for (const group of groups) {
      if (filled > 0 && filled + group.lines > CHUNK_ROWS) {
        chunk++
        filled = 0
      }
      filled += group.lines
      rows.push(...stagedDocuments(group.documents, chunk, ids, result.names, run.options.shiftWeeks ?? 0))
      if (rows.length < CHUNK_ROWS) continue
      await stage.add(rows)
      rows = []
    }
    await stage.add([...rows, ...setAside(result, known)])
    return { ...(await findings(ctx, result, known, wanted)), chunkCount: groups.length === 0 ? 0 : chunk + 1 }
  },

  async apply(ctx, call, run, chunk) {
    const items = await itemIdsOf(ctx, call, run.id, chunk)
    const parties = await partyIdsOf(ctx, call, run.id, chunk)
    await writeHistory(ctx, run.id, chunk, items, parties)
    stopPoint('import_mid_chunk')
    await linkReturns(ctx, run.id, chunk)
  },
}

async function classify(ctx: Ctx, bytes: Uint8Array, sheet: string | undefined): Promise<RetailResult> {
  let reader: RetailReader | undefined
  await readTable(bytes, {
    sheet,
    onHeader: ({ header }) => {
      reader = onlineRetail(header)
    },
    onRows: async (rows, first) => {
      reader!.add(rows, first)
      // the database ends a transaction that says nothing for a minute; a file of a million rows takes longer
      if (first % 50_000 === 1) await ctx.sql`select`
    },
  })
  return reader!.finish()
}

/** Documents that an earlier import brought: the same file twice changes nothing. */
async function knownDocuments({ sql, company }: Ctx, { documents }: RetailResult): Promise<Set<string>> {
  const rows = await sql<{ document: string }[]>`
    select distinct document
      from sales_history
     where company_id = ${company} and document = any (${[...new Set(documents.map((doc) => doc.number))]}::text[])`
  return new Set(rows.map((row) => row.document))
}

type Days = { from?: string; until?: string }
const within = (doc: Document, { from, until }: Days): boolean => {
  const day = doc.at.slice(0, 10)
  return (from === undefined || day >= from) && (until === undefined || day <= until)
}

/** The time of day stays. */
const movedBy = (at: string, weeks: number): string =>
  weeks === 0 ? at : new Date(Date.parse(`${at}Z`) + weeks * 7 * 86_400_000).toISOString().slice(0, 19)

/** A number's sales document and stock document stay together. */
function documentGroups(documents: Document[]): { documents: Document[]; lines: number }[] {
  return [...Map.groupBy(documents, (doc) => doc.number).values()].map((group) => ({
    documents: group,
    lines: group.reduce((n, doc) => n + doc.lines.length, 0),
  }))
}

const KINDS = { invoice: 'invoice', credit_note: 'cancellation', bad_debt: 'adjustment', stock: 'adjustment' } as const

function stagedDocuments(
  documents: Document[],
  chunk: number,
  ids: Map<number, string>,
  names: Map<string, string>,
  weeks: number,
): StagedRow[] {
  const lines = documents
    .flatMap((doc) => doc.lines.map((line) => ({ doc, line })))
    .sort((a, b) => a.line.row - b.line.row)
  return lines.map(({ doc, line }, i) => {
    const value: Value = {
      kind: KINDS[doc.kind],
      lineNo: i + 1,
      at: movedBy(line.at, weeks),
      code: line.code,
      item: names.get(line.code) ?? line.code,
      text: line.name,
      qty: line.qty,
      priceMicro: line.priceMicro,
      net: line.amount,
      party: doc.kind === 'stock' ? null : doc.customer,
      named: doc.named,
      country: countryCode(doc.country),
      // sales that an earlier import brought have no row here: the link is left out, the quantity is still matched
      takesBack: line.takesBack.flatMap(({ row, qty }) => (ids.has(row) ? [{ id: ids.get(row)!, qty }] : [])),
    }
    return {
      rowNo: line.row,
      chunk,
      document: doc.number,
      fate: line.fate,
      action: 'create',
      message: null,
      changes: null,
      value,
      refId: ids.get(line.row)!,
    }
  })
}

function setAside(result: RetailResult, known: Set<string>): StagedRow[] {
  const aside = (
    rowNo: number,
    document: string | null,
    fate: string,
    action: StagedRow['action'],
    message: string,
  ): StagedRow => ({ rowNo, chunk: null, document, fate, action, message, changes: null, value: {}, refId: null })
  const again = result.documents
    .filter((doc) => known.has(doc.number))
    .flatMap((doc) =>
      doc.lines.map((line) =>
        aside(line.row, doc.number, line.fate, 'same', 'this document is in the sales history already'),
      ),
    )
  const reasons = new Map(result.refused.map(({ row, reason }) => [row, reason]))
  const nothing = [...result.fates].filter(([, fate]) => FATES[fate].posts === 'nothing')
  return [
    ...again,
    ...nothing.map(([row, fate]) =>
      aside(row, null, fate, fate === 'refused' ? 'refused' : 'set_aside', reasons.get(row) ?? FATES[fate].says),
    ),
  ]
}

const BECOMES = { sales: 'sales history', stock: 'stock correction in history', nothing: 'set aside' } as const

async function findings(
  ctx: Ctx,
  result: RetailResult,
  known: Set<string>,
  fresh: Document[],
): Promise<Omit<Findings, 'chunkCount'>> {
  const { accounting } = result
  const codes = new Set(fresh.flatMap((doc) => doc.lines.map((line) => line.code)))
  const customers = new Set(fresh.filter((doc) => doc.kind !== 'stock').map((doc) => doc.customer))
  const [there] = await ctx.sql<{ items: number; parties: number }[]>`
    select (select count(*)::int8 from item where company_id = ${ctx.company} and sku = any (${[...codes]}::text[])) as items,
           (select count(*)::int8 from party where company_id = ${ctx.company} and code = any (${[...customers]}::text[])) as parties`
  const groups: Group[] = Object.entries(accounting.rows_by_fate)
    .filter(([, fate]) => fate.rows > 0)
    .map(([group, fate]) => ({
      group,
      label: fate.says,
      rows: fate.rows,
      units: fate.units,
      amountMinor: fate.revenue_minor,
      becomes: BECOMES[fate.posts as keyof typeof BECOMES],
    }))
  const lines = fresh.reduce((n, doc) => n + doc.lines.length, 0)
  return {
    rowCount: accounting.rows,
    errorCount: result.refused.length,
    accounting: {
      ...accounting,
      already_there: { documents: known.size },
      // rows of days that were not asked for are counted here and not staged one by one
      outside_days: outsideDays(result, known, fresh),
      groups,
      months: accounting.months.map((m) => ({ ...m, amountMinor: m.revenue_minor })),
      diff: {
        creates: [
          { kind: 'sales_history', count: lines },
          { kind: 'item', count: codes.size - there!.items },
          { kind: 'party', count: customers.size - there!.parties },
        ],
        updates: [],
        unchanged: there!.items + there!.parties,
        sample: [],
      },
    },
  }
}

function outsideDays({ documents }: RetailResult, known: Set<string>, fresh: Document[]) {
  const wanted = new Set(fresh)
  const outside = documents.filter((doc) => !wanted.has(doc) && !known.has(doc.number))
  return { documents: outside.length, rows: outside.reduce((n, doc) => n + doc.lines.length, 0) }
}

/** Code → id, for every code of a chunk. */
type Ids = Record<string, string>

/** Known items, and new ones made. */
async function itemIdsOf(ctx: Ctx, call: Teller, importId: string, chunk: number): Promise<Ids> {
  const { sql, company } = ctx
  const wanted = await sql<{ code: string; name: string }[]>`
    select value ->> 'code' as code, min(value ->> 'item') as name
      from import_row
     where company_id = ${company} and import_id = ${importId} and chunk = ${chunk}
     group by 1
     order by 1`
  const there = await sql<{ sku: string; id: string }[]>`
    select sku, id
      from item
     where company_id = ${company} and sku = any (${wanted.map((w) => w.code)}::text[])`
  const ids = Object.fromEntries(there.map(({ sku, id }) => [sku, id]))
  const items = wanted
    .filter(({ code }) => !Object.hasOwn(ids, code))
    .map(({ code, name }) => {
      const kind = kindOfCode(code)
      return {
        sku: code,
        name: name.slice(0, 200),
        kind: kind === 'goods' || kind === 'charge' ? kind : ('service' as const),
      }
    })
  if (items.length > 0) for (const { sku, id } of await storeItems(ctx, call, items)) ids[sku] = id
  return ids
}

/** Known customers, and new ones made. */
async function partyIdsOf(ctx: Ctx, call: Teller, importId: string, chunk: number): Promise<Ids> {
  const { sql, company } = ctx
  const wanted = await sql<{ code: string; named: boolean; country: string }[]>`
    select value ->> 'party' as code, bool_or((value ->> 'named')::boolean) as named, max(value ->> 'country') as country
      from import_row
     where company_id = ${company} and import_id = ${importId} and chunk = ${chunk} and value ->> 'party' is not null
     group by 1
     order by 1`
  const there = await sql<{ code: string; id: string }[]>`
    select code, id
      from party
     where company_id = ${company} and code = any (${wanted.map((w) => w.code)}::text[])`
  const ids = Object.fromEntries(there.map(({ code, id }) => [code, id]))
  const parties = wanted
    .filter(({ code }) => !Object.hasOwn(ids, code))
    .map(({ code, named, country }) => ({
      code,
      name: named ? `Customer ${code}` : `${code.startsWith('WEB-') ? 'Web shop' : 'Counter sales'} ${country}`,
      isCustomer: true,
      country,
      taxStatus: named ? ('business' as const) : ('consumer' as const),
      assumed: named ? ['name', 'taxStatus'] : ['taxStatus'],
    }))
  if (parties.length > 0) for (const { code, id } of await storeParties(ctx, call, parties)) ids[code] = id
  return ids
}

/**
 * Wall times of the file are times in the company's zone. Items and parties are looked up in one JSON object each, whose
 * keys are searched by halves: 0.2 s a chunk. Joined to their tables it took 2 s, as a plan made on young tables reads
 * all items of the company for every row.
 */
async function writeHistory(
  { sql, company }: Ctx,
  importId: string,
  chunk: number,
  items: Ids,
  parties: Ids,
): Promise<void> {
  await sql`
    with known as materialized (
      select zone, ${JSON.stringify(items)}::text::jsonb as items, ${JSON.stringify(parties)}::text::jsonb as parties
        from company
       where company_id = ${company}
    )
    insert into sales_history (company_id, id, import_id, document, document_kind, line_no, fate, sold_at, sold_on, party_id, site_id,
                               item_id, code, description, qty, price_micro, net, country)
    select r.company_id, r.ref_id, r.import_id, r.document, v.kind, v."lineNo", r.fate, v.at::timestamp at time zone known.zone, v.at::date,
           (known.parties ->> v.party)::uuid, null, (known.items ->> v.code)::uuid, v.code, v.text, v.qty, v."priceMicro", v.net, v.country
      from known
     cross join import_row r
     cross join lateral jsonb_to_record(r.value)
           as v (kind text, "lineNo" int4, at text, code text, text text, qty int8, "priceMicro" int8, net int8, party text, country text)
     where r.company_id = ${company} and r.import_id = ${importId} and r.chunk = ${chunk}
     order by r.row_no`
}

/** Returns name the sales they take back: rows of this chunk or an earlier one, since chunks are in order of time. */
async function linkReturns({ sql, company, now }: Ctx, importId: string, chunk: number): Promise<void> {
  await sql`
    insert into document_link (company_id, from_kind, from_id, to_kind, to_id, kind, qty, recorded_at)
    select r.company_id, 'sales_history', r.ref_id, 'sales_history', back.id, 'takes_back', back.qty, ${now}
      from import_row r
     cross join lateral jsonb_to_recordset(r.value -> 'takesBack') as back (id uuid, qty int8)
     where r.company_id = ${company} and r.import_id = ${importId} and r.chunk = ${chunk}`
}
