/** What happens on each day of the replay: the file's documents, dates moved to the present. Pure. */
import type { Document, RetailResult } from '../../src/modules/exchange/index.ts'
import { addDays, shiftWeeks, weeksToShift } from '../calendar.ts'
import { REPLAY_WEEKS } from '../master.ts'

type Line = Document['lines'][number]

export type Size = 'small' | 'full'

export type PlannedDay = {
  day: string
  /** sales of the day in order of time */
  orders: Document[]
  /** credits of goods that were sold within the replay, matched row by row */
  credits: Document[]
  /** row of the file → the order line it became, over all days */
  soldAs: Map<number, { document: string; lineNo: number }>
  /** write-offs and finds */
  corrections: Document[]
}

export type Plan = {
  /** whole weeks that every date moves */
  weeks: number
  /** first replayed day and last day, as they will stand in the books */
  from: string
  to: string
  /** documents before this day (as in the file) become history */
  fileFrom: string
  days: PlannedDay[]
  /**
   * Rows of the replayed weeks that no order, credit or correction stands for: credits of goods sold before them or to
   * nobody named, credited fees, discounts. They become history, so that every row of the file is in the books once.
   * Two lines that are credited in part stay with their credit. None in the small demo, which is a sample.
   */
  aside: Set<number>
}

/** The small demo: the last five trading days, every third order, none above 60 lines. */
const SMALL = { days: 6, nth: 3, maxLines: 60 }

export function planOf(file: RetailResult, today: string, size: Size, replayWeeks = REPLAY_WEEKS): Plan {
  const lastDay = file.accounting.period.to!.slice(0, 10)
  const weeks = weeksToShift(lastDay, today)
  const fileFrom = addDays(lastDay, 1 - (size === 'full' ? 7 * replayWeeks : SMALL.days))
  const documents = file.documents.filter((doc) => doc.at.slice(0, 10) >= fileFrom).map((doc) => moved(doc, weeks))
  const invoices = documents.filter((doc) => doc.kind === 'invoice')
  const orders =
    size === 'full' ? invoices : invoices.filter((doc, i) => i % SMALL.nth === 0 && doc.lines.length <= SMALL.maxLines)
  const soldAs = new Map(
    orders.flatMap((doc) =>
      orderLines(doc).map((line, i) => [line.row, { document: doc.number, lineNo: i + 1 }] as const),
    ),
  )
  const credited = (line: Line) => line.takesBack.some((part) => soldAs.has(part.row))
  const credits = documents.filter((doc) => doc.kind === 'credit_note' && doc.lines.some(credited))
  const corrections = size === 'full' ? documents.filter((doc) => doc.kind === 'stock') : []
  const days = new Map<string, PlannedDay>()
  for (let day = shiftWeeks(fileFrom, weeks); day <= shiftWeeks(lastDay, weeks); day = addDays(day, 1))
    days.set(day, { day, orders: [], credits: [], soldAs, corrections: [] })
  for (const doc of orders) days.get(doc.at.slice(0, 10))!.orders.push(doc)
  for (const doc of credits) days.get(doc.at.slice(0, 10))!.credits.push(doc)
  for (const doc of corrections) days.get(doc.at.slice(0, 10))!.corrections.push(doc)
  const aside = documents
    .filter((doc) => size === 'full' && doc.kind !== 'stock')
    .flatMap((doc) => doc.lines.filter((line) => !soldAs.has(line.row) && !credited(line)).map((line) => line.row))
  return {
    weeks,
    from: shiftWeeks(fileFrom, weeks),
    to: shiftWeeks(lastDay, weeks),
    fileFrom,
    days: [...days.values()],
    aside: new Set(aside),
  }
}

const moved = (doc: Document, weeks: number): Document => ({
  ...doc,
  at: shiftWeeks(doc.at, weeks),
  lines: doc.lines.map((line) => ({ ...line, at: shiftWeeks(line.at, weeks) })),
})

/** The lines of an invoice that an order can have been the cause of: something was asked for, at no negative price. */
export const orderLines = (doc: Document): Document['lines'] =>
  doc.lines.filter((line) => line.qty > 0 && line.priceMicro >= 0)
