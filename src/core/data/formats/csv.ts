/**
 * CSV (RFC 4180) as a stream of text in, batches of records out. Quotes, doubled quotes, line ends inside quotes;
 * `,` `;` tab and `|`; LF, CRLF and the old Mac's CR. Records without any text
 * (blank lines, the `,,,,` that spreadsheets append) carry nothing and are skipped.
 */
import { FileRefused, type TableLimits } from '../gate.ts'

export type Dialect = { delimiter: string; newline: '\n' | '\r' }

/** The delimiter that splits the first lines most evenly: seen outside quotes, in as many lines as possible. */
export function dialectOf(sample: string): Dialect {
  const newline = sample.includes('\n') || !sample.includes('\r') ? '\n' : '\r'
  const lines = sample
    .replace(/"[^"]*"/g, '')
    .split(newline)
    .filter((line) => line.trim() !== '')
    .slice(0, 20)
  const score = (delimiter: string) => {
    const counts = lines.map((line) => line.split(delimiter).length - 1)
    const first = counts[0] ?? 0
    return first === 0 ? 0 : first + 1000 * counts.filter((n) => n === first).length
  }
  const best = [',', ';', '\t', '|'].map((d) => ({ d, s: score(d) })).reduce((a, b) => (b.s > a.s ? b : a))
  return { delimiter: best.s > 0 ? best.d : ',', newline }
}

export type CsvParser = { push(text: string): string[][]; end(): string[][] }

/** `push` returns the records completed by this text. A record is refused once it outgrows `recordChars`. */
export function csvParser({ delimiter, newline }: Dialect, limits: TableLimits): CsvParser {
  let rest = ''
  let record = 0

  const cells = (line: string): string[] | null => {
    const row = line.includes('"') ? splitQuoted(line, delimiter, record + 1) : line.split(delimiter)
    return row.some((cell) => cell !== '') ? row : null
  }

  const take = (text: string, final: boolean): string[][] => {
    const out: string[][] = []
    let from = 0
    let quote = text.indexOf('"')
    while (from < text.length) {
      if (quote >= 0 && quote < from) quote = text.indexOf('"', from)
      const end = text.indexOf(newline, from)
      const to = quote < 0 || (end >= 0 && end < quote) ? end : endOfQuoted(text, from, delimiter, newline)
      if (to < 0 && !final) break
      const stop = to < 0 ? text.length : to
      const raw = text.slice(from, stop)
      if (raw.length > limits.recordChars) throw tooLong(record + 1, limits)
      const row = cells(newline === '\n' && raw.endsWith('\r') ? raw.slice(0, -1) : raw)
      from = stop + 1
      if (!row) continue
      record++
      if (row.length > limits.columns)
        throw new FileRefused(
          'too_many_columns',
          `Record ${record} has ${row.length} columns; ${limits.columns} is the most that is read.`,
        )
      if (raw.length > limits.cellChars && row.some((cell) => cell.length > limits.cellChars))
        throw new FileRefused(
          'cell_too_long',
          `Record ${record} has a cell of more than ${limits.cellChars} characters.`,
        )
      out.push(row)
    }
    rest = text.slice(from)
    if (rest.length > limits.recordChars) throw tooLong(record + 1, limits)
    return out
  }

  return { push: (text) => take(rest + text, false), end: () => take(rest, true) }
}

const tooLong = (record: number, limits: TableLimits) =>
  new FileRefused(
    'record_too_long',
    `Record ${record} has more than ${limits.recordChars} characters: a quote is never closed, or lines do not end.`,
  )

/**
 * Position of the line end that closes the quoted record starting at `from`; -1 if it is not in this text. Character by
 * character: indexOf for a delimiter that is rare would read the rest of the text again for every record.
 */
function endOfQuoted(text: string, from: number, delimiter: string, newline: string): number {
  let fresh = true
  for (let at = from; at < text.length; at++) {
    const c = text[at]
    if (fresh && c === '"') {
      at = closingQuote(text, at)
      if (at < 0) return -1
    } else if (c === newline) return at
    fresh = c === delimiter
  }
  return -1
}

function closingQuote(text: string, open: number): number {
  for (let at = open + 1; ; at += 2) {
    at = text.indexOf('"', at)
    if (at < 0) return -1
    if (text[at + 1] !== '"') return at
  }
}

function splitQuoted(line: string, delimiter: string, record: number): string[] {
  const cells: string[] = []
  let at = 0
  for (;;) {
    if (line[at] === '"') {
      const close = closingQuote(line, at)
      if (close < 0) throw new FileRefused('quote_open', `Record ${record} opens a quote and never closes it.`)
      cells.push(line.slice(at + 1, close).replaceAll('""', '"'))
      at = close + 1
      if (at === line.length) return cells
      if (line[at] !== delimiter)
        throw new FileRefused('quote_text', `Record ${record} has text after a closing quote.`)
    } else {
      const next = line.indexOf(delimiter, at)
      cells.push(line.slice(at, next < 0 ? undefined : next))
      if (next < 0) return cells
      at = next
    }
    at++
  }
}
