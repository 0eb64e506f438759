/** The profile "online-retail" on the road: documents of the file become sales history, in order of time. */

import type { Ctx } from '../../../core/ctx.ts'
import { readTable } from '../../../core/data/index.ts'
import {
  countryCode,
  type Document,
  FATES,
  onlineRetail,
  type RetailReader,
  type RetailResult,
} from '../onlineRetail.ts'
import type { StagedRow } from '../runs/stage.ts'
import type { Findings, Group, Profile } from './profile.ts'
import { type Value, writeChunk } from './retailHistory.ts'

/** Rows per chunk: 5,000 take about a second, so a kill costs at most that, and whole documents (705 lines at most) fit. */
const CHUNK_ROWS = 5000

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

  apply: (ctx, call, run, chunk) => writeChunk(ctx, call, run.id, chunk),
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
