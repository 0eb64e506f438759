/**
 * The profile "online-retail": invoice lines of a UK giftware wholesaler (UCI "Online Retail" and "Online Retail II") →
 * whole documents, every row with exactly one fate, and an accounting that was counted twice. Pure: rows in, result out.
 */
import { type Accounting, account } from './retail/accounting.ts'
import { columnsOf, isDayFirst, momentOf, parseRow, type RawRow } from './retail/columns.ts'
import { type Document, documentsOf, matchReturns, type Row } from './retail/documents.ts'
import type { Fate } from './retail/fates.ts'
import { Tally } from './retail/tally.ts'

export type { Accounting } from './retail/accounting.ts'
export type { Document } from './retail/documents.ts'
export { countryCode, FATES, type Fate, kindOfCode } from './retail/fates.ts'

export type RetailResult = {
  /** in order of time */
  documents: Document[]
  /** row number (data rows count from 1) → what became of it */
  fates: Map<number, Fate>
  refused: { row: number; reason: string }[]
  /** item code → the name it is most often sold under */
  names: Map<string, string>
  accounting: Accounting
}

export type RetailReader = { add(rows: string[][], firstRow: number): void; finish(): RetailResult }

/** @throws FileRefused when the header lacks columns; a bad row never throws, it is refused and counted */
export function onlineRetail(header: string[]): RetailReader {
  const columns = columnsOf(header)
  const raw: RawRow[] = []
  const refused: { row: number; reason: string }[] = []
  const tally = new Tally()
  const once = interning()
  let counted = 0

  const add = (rows: string[][], firstRow: number) => {
    rows.forEach((cells, i) => {
      counted++
      const row = parseRow(cells, columns, firstRow + i)
      if ('refused' in row) {
        refused.push({ row: firstRow + i, reason: row.refused })
        return
      }
      for (const field of ['invoice', 'code', 'name', 'date', 'country'] as const) row[field] = once(row[field])
      if (row.customer) row.customer = once(row.customer)
      raw.push(row)
      tally.add(row.date, cells[columns.qty]!, cells[columns.price]!)
    })
  }

  const finish = (): RetailResult => {
    const moments = momentsOf(raw)
    const rows: Row[] = []
    for (const row of raw) {
      const at = moments.get(row.date)
      if (at) rows.push(Object.assign(row, { at }))
      else refused.push({ row: row.no, reason: `date "${row.date.slice(0, 40)}" is no day of the calendar` })
    }
    tally.drop((date) => !moments.get(date))
    const fates = new Map<number, Fate>(refused.map(({ row }) => [row, 'refused']))
    const names = namesOf(rows)
    const documents = [...groupBy(rows, (row) => row.invoice).values()].flatMap((group) =>
      documentsOf(group, names.sold, fates),
    )
    documents.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.lines[0]!.row - b.lines[0]!.row))
    matchReturns(documents, fates)
    const accounting = account({
      rows,
      refused,
      documents,
      fates,
      tally,
      momentOf: (date) => moments.get(date)!,
      counted,
    })
    return { documents, fates, refused, names: names.best, accounting }
  }
  return { add, finish }
}

/** Equal texts become one string: a million rows share a few thousand codes, names and dates. */
function interning() {
  const pool = new Map<string, string>()
  return (text: string): string => {
    const known = pool.get(text)
    if (known !== undefined) return known
    pool.set(text, text)
    return text
  }
}

function momentsOf(rows: RawRow[]): Map<string, string | null> {
  const dates = new Set(rows.map((row) => row.date))
  const dayFirst = isDayFirst(dates)
  return new Map([...dates].map((date) => [date, momentOf(date, dayFirst)]))
}

/** Names count only where the item was sold at a price: at price 0 the field holds remarks ("damaged", "?", "found"). */
function namesOf(rows: Row[]): { sold: Map<string, Set<string>>; best: Map<string, string> } {
  const counts = new Map<string, Map<string, number>>()
  for (const row of rows) {
    if (row.name === '' || row.priceMicro === 0) continue
    const names = counts.get(row.code) ?? new Map<string, number>()
    names.set(row.name, (names.get(row.name) ?? 0) + 1)
    counts.set(row.code, names)
  }
  const best = new Map(
    [...counts].map(([code, names]) => [code, [...names].reduce((a, b) => (b[1] > a[1] ? b : a))[0]]),
  )
  const sold = new Map([...counts].map(([code, names]) => [code, new Set(names.keys())]))
  for (const row of rows) if (!best.has(row.code)) best.set(row.code, row.name || `Item ${row.code}`)
  return { sold, best }
}

function groupBy<T>(items: T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(key(item))
    if (group) group.push(item)
    else groups.set(key(item), [item])
  }
  return groups
}
