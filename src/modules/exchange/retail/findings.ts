/** What is worth knowing of a file beside its totals: people, codes, returns, doubles, oddities. */
import { type Document, lineAmount, type Row } from './documents.ts'
import { isOddCode, kindOfCode } from './fates.ts'

export type Sums = { rows: number; units: number; revenue_minor: number }
export const none = (): Sums => ({ rows: 0, units: 0, revenue_minor: 0 })
export const plus = (sums: Sums, qty: number, minor: number) => {
  sums.rows++
  sums.units += qty
  sums.revenue_minor += minor
}

export const DUPLICATE_RULE =
  'A line that stands twice on one document is two lines: of 3,732 repeats of an item at one price on one document, 1,785 differ in quantity, so repeats are how orders were keyed; only 390 of 2,263 equal ones are neighbours; and without them five cancellations would take back more than was sold. They are kept and counted.'

export function people(rows: Row[], documents: Document[]) {
  const countries = new Map<string, Set<string>>()
  for (const row of rows)
    if (row.customer) countries.set(row.customer, (countries.get(row.customer) ?? new Set()).add(row.country))
  const anonymous = documents.filter((doc) => !doc.named && doc.kind !== 'stock')
  return {
    customers: {
      named: countries.size,
      anonymous_accounts: new Set(anonymous.map((doc) => doc.customer)).size,
      anonymous_documents: anonymous.length,
      in_several_countries: [...countries.values()].filter((set) => set.size > 1).length,
    },
  }
}

export function goods(rows: Row[]) {
  const codes = new Map<string, { rows: number; revenue_minor: number }>()
  for (const row of rows) {
    const entry = codes.get(row.code) ?? { rows: 0, revenue_minor: 0 }
    entry.rows++
    entry.revenue_minor += lineAmount(row.qty, row.priceMicro)
    codes.set(row.code, entry)
  }
  const not = [...codes].filter(([code]) => kindOfCode(code) !== 'goods').sort((a, b) => b[1].rows - a[1].rows)
  return {
    items: {
      goods: codes.size - not.length,
      not_goods: not.length,
      odd_codes: [...codes.keys()].filter(isOddCode).length,
    },
    codes_not_goods: not.map(([code, entry]) => ({ code, kind: kindOfCode(code), ...entry })),
  }
}

export function returnsOf(documents: Document[]) {
  const lines = documents.flatMap((doc) => doc.lines).filter((line) => line.fate.startsWith('return_'))
  const matched = lines.reduce((sum, line) => sum + line.takesBack.reduce((n, part) => n + part.qty, 0), 0)
  return {
    lines: lines.length,
    matched_units: matched,
    blind_units: lines.reduce((sum, line) => sum - line.qty, 0) - matched,
  }
}

export function exactDuplicates(rows: Row[]) {
  const seen = new Set<string>()
  const sums = none()
  const documents = new Set<string>()
  for (const row of rows) {
    const key = `${row.invoice}|${row.code}|${row.name}|${row.qty}|${row.at}|${row.priceMicro}`
    if (seen.has(key)) {
      plus(sums, row.qty, lineAmount(row.qty, row.priceMicro))
      documents.add(row.invoice)
    }
    seen.add(key)
  }
  return { ...sums, documents: documents.size, rule: DUPLICATE_RULE }
}

export function noted(rows: Row[]) {
  const first = new Map<string, Row>()
  const last = new Map<string, number>()
  const times = new Set<string>()
  const scattered = new Set<string>()
  for (const row of rows) {
    const begun = first.get(row.invoice)
    if (!begun) first.set(row.invoice, row)
    else if (begun.at !== row.at) times.add(row.invoice)
    if (begun && last.get(row.invoice) !== row.no - 1) scattered.add(row.invoice)
    last.set(row.invoice, row.no)
  }
  return {
    documents_in_file: first.size,
    blank_description: rows.filter((row) => row.name === '').length,
    without_customer: rows.filter((row) => row.customer === null).length,
    code_in_lower_case: rows.filter((row) => row.codeChanged).length,
    documents_with_two_times: times.size,
    documents_scattered: scattered.size,
  }
}
