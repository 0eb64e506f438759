/** Rows → whole documents, and cancellations → the sales they take back. */
import type { RawRow } from './columns.ts'
import { anonymousCustomer, type Fate, kindOfCode } from './fates.ts'

export type Line = {
  row: number
  fate: Fate
  code: string
  name: string
  qty: number
  priceMicro: number
  /** qty × price in minor units, rounded half away from zero once per line */
  amount: number
  at: string
  /** for returns: the rows taken back and how much of each */
  takesBack: { row: number; qty: number }[]
}

export type Document = {
  number: string
  kind: 'invoice' | 'credit_note' | 'bad_debt' | 'stock'
  at: string
  customer: string
  /** false: the account is made up for buyers the file does not name */
  named: boolean
  country: string
  web: boolean
  lines: Line[]
  total: number
}

export type Row = RawRow & { at: string }

/** Half away from zero. A product past 2^53 goes by BigInt. */
export function lineAmount(qty: number, priceMicro: number): number {
  const product = qty * priceMicro
  if (Number.isSafeInteger(product))
    return product < 0 ? -Math.floor((-product + 5000) / 10_000) : Math.floor((product + 5000) / 10_000)
  const exact = BigInt(qty) * BigInt(priceMicro)
  const size = ((exact < 0n ? -exact : exact) + 5000n) / 10_000n
  return Number(exact < 0n ? -size : size)
}

/**
 * The same document twice (two sheets of a workbook that overlap by some days): its rows stand in the file as two
 * separate runs with the same lines. One repeated line inside a run is no such thing, see `exactDuplicates`.
 */
export function repeatedRows(rows: Row[]): Set<number> {
  const repeated = new Set<number>()
  const runs: Row[][] = []
  for (const row of rows) {
    const last = runs.at(-1)
    if (last && last.at(-1)!.no === row.no - 1) last.push(row)
    else runs.push([row])
  }
  const print = (run: Row[]) =>
    run
      .map((r) => `${r.code}|${r.qty}|${r.priceMicro}|${r.at}|${r.customer}`)
      .sort()
      .join('\n')
  const seen = new Set<string>()
  for (const run of runs) {
    const key = print(run)
    if (seen.has(key)) for (const row of run) repeated.add(row.no)
    seen.add(key)
  }
  return repeated
}

/** One invoice number's rows → a sales document, a stock document, or both; `fates` gets the fate of every row. */
export function documentsOf(rows: Row[], soldNames: Map<string, Set<string>>, fates: Map<number, Fate>): Document[] {
  const repeated = rows.at(-1)!.no - rows[0]!.no === rows.length - 1 ? new Set<number>() : repeatedRows(rows)
  const kept = rows.filter((row) => !repeated.has(row.no))
  for (const row of repeated) fates.set(row, 'repeated')
  const first = kept[0]!
  const named = kept.some((row) => row.customer !== null)
  const money = kept.some((row) => row.priceMicro !== 0)
  const web = kept.some((row) => row.code === 'DOT')
  const sales: Line[] = []
  const stock: Line[] = []
  for (const row of kept) {
    const fate = fateOf(row, named || money || soldNames.get(row.code)?.has(row.name) === true)
    fates.set(row.no, fate)
    if (fate === 'no_effect' || fate === 'test') continue
    const line = {
      row: row.no,
      fate,
      code: row.code,
      name: row.name,
      qty: row.qty,
      priceMicro: row.priceMicro,
      amount: lineAmount(row.qty, row.priceMicro),
      at: row.at,
      takesBack: [],
    }
    ;(fate === 'stock_found' || fate === 'stock_lost' ? stock : sales).push(line)
  }
  const head = {
    number: first.invoice,
    at: kept.map((row) => row.at).sort()[0]!,
    customer: kept.find((row) => row.customer !== null)?.customer ?? anonymousCustomer(first.country, web),
    named,
    country: first.country,
    web,
  }
  const letter = /^[A-Z]/.exec(first.invoice)?.[0]
  const kind = sales.some((line) => line.fate === 'bad_debt') ? 'bad_debt' : letter === 'C' ? 'credit_note' : 'invoice'
  const total = (lines: Line[]) => lines.reduce((sum, line) => sum + line.amount, 0)
  const documents: Document[] = []
  if (sales.length > 0) documents.push({ ...head, kind, lines: sales, total: total(sales) })
  if (stock.length > 0) documents.push({ ...head, kind: 'stock', lines: stock, total: 0 })
  return documents
}

/**
 * The fate of one row. Returns start as blind; `matchReturns` finds their sales. Goods at price 0: on a document with a
 * customer or with money, or under the very name the item is sold by, they were given away; alone, without customer and
 * named "found", "?", "damaged" or nothing, they are a stock correction.
 */
function fateOf(row: Row, given: boolean): Fate {
  const kind = kindOfCode(row.code)
  if (kind === 'test') return 'test'
  if (kind === 'bad_debt' || row.invoice.startsWith('A')) return 'bad_debt'
  if (row.qty === 0) return 'no_effect'
  if (kind !== 'goods') {
    if (row.priceMicro === 0) return 'no_effect'
    if (kind === 'discount') return 'discount'
    return row.qty * row.priceMicro < 0 ? 'reversal' : kind
  }
  if (row.priceMicro < 0) return 'discount'
  if (row.qty < 0 && row.priceMicro === 0 && !row.invoice.startsWith('C')) return 'stock_lost'
  if (row.qty < 0) return 'return_blind'
  if (row.priceMicro > 0) return 'sale'
  return given ? 'free' : 'stock_found'
}

/**
 * Matches each return to earlier sales of the same customer and item: those at the same price first, then any, latest
 * first in both. Buyers the file does not name are never matched: a return of "somebody" to a sale of "somebody" would
 * be invented. Sorted by time; within one moment by row.
 */
export function matchReturns(documents: Document[], fates: Map<number, Fate>): void {
  type Lot = { row: number; priceMicro: number; left: number }
  const sold = new Map<string, Lot[]>()
  const lines = documents
    .filter((doc) => doc.named && doc.kind !== 'stock')
    .flatMap((doc) =>
      doc.lines
        .filter((line) => line.fate === 'sale' || line.fate === 'free' || line.fate === 'return_blind')
        .map((line) => ({ line, key: `${doc.customer}|${line.code}` })),
    )
    .sort((a, b) => (a.line.at < b.line.at ? -1 : a.line.at > b.line.at ? 1 : a.line.row - b.line.row))
  for (const { line, key } of lines) {
    const lots = sold.get(key) ?? []
    if (line.fate !== 'return_blind') {
      lots.push({ row: line.row, priceMicro: line.priceMicro, left: line.qty })
      sold.set(key, lots)
      continue
    }
    let open = -line.qty
    const latest = lots.toReversed()
    for (const lot of [
      ...latest.filter((l) => l.priceMicro === line.priceMicro),
      ...latest.filter((l) => l.priceMicro !== line.priceMicro),
    ]) {
      const qty = Math.min(open, lot.left)
      if (qty === 0) continue
      lot.left -= qty
      open -= qty
      line.takesBack.push({ row: lot.row, qty })
    }
    line.fate = open === 0 ? 'return_matched' : line.takesBack.length > 0 ? 'return_part' : 'return_blind'
    fates.set(line.row, line.fate)
  }
}
