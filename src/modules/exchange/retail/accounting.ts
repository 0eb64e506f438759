/**
 * The accounting of a file, counted twice. `Tally` adds up the rows as they are read, in exact millionths by BigInt and
 * before anything is classified; `account` adds up the documents that came out. Both must agree, by month, to the cent.
 */
import { type Document, lineAmount, type Row } from './documents.ts'
import { FATES, type Fate, fateNames } from './fates.ts'
import { exactDuplicates, goods, none, noted, people, plus, returnsOf, type Sums } from './findings.ts'
import type { Tally } from './tally.ts'

export type Month = Sums & {
  month: string
  raw_micro: string
  rounding_micro: number
  posted: Sums
  set_aside: Sums
  by_fate: Partial<Record<Fate, Sums>>
}

export type Accounting = {
  rows: number
  rows_by_fate: Record<Fate, Sums & { says: string; posts: string }>
  documents: Record<Document['kind'], number>
  period: { from: string | null; to: string | null }
  customers: { named: number; anonymous_accounts: number; anonymous_documents: number; in_several_countries: number }
  items: { goods: number; not_goods: number; odd_codes: number }
  codes_not_goods: { code: string; kind: string; rows: number; revenue_minor: number }[]
  returns: { lines: number; matched_units: number; blind_units: number }
  exact_duplicates: Sums & { documents: number; rule: string }
  noted: {
    documents_in_file: number
    blank_description: number
    without_customer: number
    code_in_lower_case: number
    documents_with_two_times: number
    documents_scattered: number
  }
  months: Month[]
  total: Sums & { raw_micro: string; rounding_micro: number }
  refused: { row: number; reason: string }[]
  reconciles: boolean
  differences: string[]
}

export type Parts = {
  rows: Row[]
  refused: { row: number; reason: string }[]
  documents: Document[]
  fates: Map<number, Fate>
  tally: Tally
  momentOf: (date: string) => string
  counted: number
}

/** Path two: the documents, and what was set aside; then the comparison. */
export function account(parts: Parts): Accounting {
  const { rows, documents, fates } = parts
  const byFate = Object.fromEntries(
    fateNames.map((fate) => [fate, { ...none(), says: FATES[fate].says, posts: FATES[fate].posts }]),
  ) as Accounting['rows_by_fate']
  const months = new Map<string, Month>()
  const monthOf = (at: string) => {
    const key = at.slice(0, 7)
    const month = months.get(key) ?? {
      month: key,
      ...none(),
      raw_micro: '0',
      rounding_micro: 0,
      posted: none(),
      set_aside: none(),
      by_fate: {},
    }
    months.set(key, month)
    return month
  }
  const count = (at: string, fate: Fate, qty: number, minor: number, side: 'posted' | 'set_aside') => {
    const month = monthOf(at)
    month.by_fate[fate] ??= none()
    for (const sums of [byFate[fate], month, month[side], month.by_fate[fate]]) plus(sums, qty, minor)
  }
  for (const doc of documents) for (const line of doc.lines) count(line.at, line.fate, line.qty, line.amount, 'posted')
  for (const row of rows) {
    const fate = fates.get(row.no)!
    if (FATES[fate].posts === 'nothing') count(row.at, fate, row.qty, lineAmount(row.qty, row.priceMicro), 'set_aside')
  }
  byFate.refused.rows = parts.refused.length

  const differences: string[] = []
  const days = [...new Set(rows.map((row) => row.at))].sort()
  const straight = parts.tally.months((date) => parts.momentOf(date).slice(0, 7))
  const sorted = [...months.values()].sort((a, b) => (a.month < b.month ? -1 : 1))
  for (const key of new Set([...straight.keys(), ...months.keys()])) {
    const a = straight.get(key) ?? { rows: 0, units: 0n, micro: 0n, minor: 0n }
    const b = monthOf(key)
    b.raw_micro = String(a.micro)
    b.rounding_micro = Number(a.minor * 10_000n - a.micro)
    if (a.rows !== b.rows) differences.push(`${key}: ${a.rows} rows read, ${b.rows} accounted for`)
    if (a.units !== BigInt(b.units)) differences.push(`${key}: ${a.units} units read, ${b.units} accounted for`)
    if (a.minor !== BigInt(b.revenue_minor))
      differences.push(`${key}: ${a.minor} minor units read, ${b.revenue_minor} accounted for`)
  }
  const fated = fateNames.reduce((sum, fate) => sum + byFate[fate].rows, 0)
  if (fated !== parts.counted) differences.push(`${parts.counted} rows in the file, ${fated} with a fate`)
  for (const doc of documents)
    if (doc.lines.reduce((sum, line) => sum + line.amount, 0) !== doc.total)
      differences.push(`document ${doc.number}: total differs from its lines`)

  return {
    rows: parts.counted,
    rows_by_fate: byFate,
    documents: {
      invoice: 0,
      credit_note: 0,
      bad_debt: 0,
      stock: 0,
      ...tallyBy(documents, (doc) => doc.kind),
    } as Accounting['documents'],
    period: { from: days[0] ?? null, to: days.at(-1) ?? null },
    ...people(rows, documents),
    ...goods(rows),
    returns: returnsOf(documents),
    exact_duplicates: exactDuplicates(rows),
    noted: noted(rows),
    months: sorted,
    total: {
      ...sorted.reduce(
        (sum, m) => ({
          rows: sum.rows + m.rows,
          units: sum.units + m.units,
          revenue_minor: sum.revenue_minor + m.revenue_minor,
        }),
        none(),
      ),
      raw_micro: String(sorted.reduce((sum, m) => sum + BigInt(m.raw_micro), 0n)),
      rounding_micro: sorted.reduce((sum, m) => sum + m.rounding_micro, 0),
    },
    refused: parts.refused.slice(0, 1000),
    reconciles: differences.length === 0,
    differences,
  }
}

function tallyBy<T>(items: T[], key: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1
  return counts
}
