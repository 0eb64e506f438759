/**
 * Reads one sheet of an XLSX workbook (ECMA-376) as a stream of rows of text. Formulas are never evaluated: a cell is
 * the value that was saved. Dates come as `YYYY-MM-DD HH:MM:SS`, numbers as the shortest text that gives the same double.
 */
import { FileRefused, type TableLimits } from '../gate.ts'
import { attribute, xmlScanner } from './xml.ts'
import { readDirectory, unpack, unpackText, type ZipEntry } from './zip.ts'

export type Workbook = {
  bytes: Uint8Array
  sheets: { name: string; entry: ZipEntry }[]
  shared: string[]
  dateStyles: boolean[]
  epoch: number
}

export async function openWorkbook(bytes: Uint8Array, limits: TableLimits): Promise<Workbook> {
  const entries = readDirectory(bytes, limits)
  const text = async (name: string) => {
    const entry = entries.get(name)
    return entry ? await unpackText(bytes, entry, limits) : ''
  }
  if (!entries.has('xl/workbook.xml'))
    throw new FileRefused('file_type', 'This is a ZIP archive, not a workbook; send CSV or XLSX.')
  const targets = new Map<string, string>()
  scan(await text('xl/_rels/workbook.xml.rels'), limits, (name, a) => {
    if (name === 'Relationship') targets.set(attribute(a, 'Id') ?? '', attribute(a, 'Target') ?? '')
  })
  const sheets: Workbook['sheets'] = []
  let date1904 = false
  scan(await text('xl/workbook.xml'), limits, (name, a) => {
    if (name === 'workbookPr') date1904 = /^(1|true)$/.test(attribute(a, 'date1904') ?? '')
    if (name !== 'sheet' || (attribute(a, 'state') ?? 'visible') !== 'visible') return
    const target = targets.get(attribute(a, 'id') ?? '') ?? ''
    const entry = entries.get(target.startsWith('/') ? target.slice(1) : `xl/${target}`)
    if (entry?.name.startsWith('xl/worksheets/')) sheets.push({ name: attribute(a, 'name') ?? '', entry })
  })
  if (sheets.length === 0) throw new FileRefused('workbook_empty', 'The workbook has no visible sheet.')
  return {
    bytes,
    sheets,
    shared: sharedStrings(await text('xl/sharedStrings.xml'), limits),
    dateStyles: dateStyles(await text('xl/styles.xml'), limits),
    epoch: date1904 ? 1462 : 0,
  }
}

function scan(xml: string, limits: TableLimits, open: (name: string, attributes: string) => void): void {
  const scanner = xmlScanner({ open, close() {}, text() {} }, limits.cellChars)
  scanner.push(xml)
  scanner.end()
}

function sharedStrings(xml: string, limits: TableLimits): string[] {
  const strings: string[] = []
  let current = ''
  let reading = false
  let phonetic = false
  const scanner = xmlScanner(
    {
      open(name) {
        if (name === 'si') current = ''
        if (name === 'rPh') phonetic = true
        reading = name === 't' && !phonetic
      },
      close(name) {
        if (name === 'si') strings.push(unescapeControls(current))
        if (name === 'rPh') phonetic = false
        reading = false
      },
      text(text) {
        if (reading) current += text
        if (current.length > limits.cellChars * 7) throw cellTooLong(limits)
      },
    },
    limits.cellChars,
  )
  scanner.push(xml)
  scanner.end()
  return strings
}

const cellTooLong = (limits: TableLimits) =>
  new FileRefused('cell_too_long', `The workbook has a cell of more than ${limits.cellChars} characters.`)

/** Built-in date formats of ECMA-376 §18.8.30, and any own format with a day, month, year, hour or second in it. */
function dateStyles(xml: string, limits: TableLimits): boolean[] {
  const own = new Map<string, boolean>()
  const styles: boolean[] = []
  let inCells = false
  scan(xml, limits, (name, a) => {
    if (name === 'numFmt') {
      const code = (attribute(a, 'formatCode') ?? '').replace(/"[^"]*"|\\.|\[[^\]]*\]/g, '')
      own.set(attribute(a, 'numFmtId') ?? '', /[dmyhs]/i.test(code) && !/general/i.test(code))
    }
    if (name === 'cellXfs') inCells = true
    if (name === 'cellStyles' || name === 'dxfs') inCells = false
    if (name !== 'xf' || !inCells) return
    const id = attribute(a, 'numFmtId') ?? '0'
    const n = Number(id)
    styles.push(
      own.get(id) ?? ((n >= 14 && n <= 22) || (n >= 27 && n <= 36) || (n >= 45 && n <= 47) || (n >= 50 && n <= 58)),
    )
  })
  return styles
}

/** Rows of one sheet, in order; rows without any text are skipped. Missing cells are ''. */
export async function* sheetRows(book: Workbook, entry: ZipEntry, limits: TableLimits): AsyncGenerator<string[][]> {
  let out: string[][] = []
  let row: string[] = []
  let rows = 0
  let column = 0
  let type = 'n'
  let style = 0
  let value = ''
  let reading = false
  let phonetic = false
  const scanner = xmlScanner(
    {
      open(name, a) {
        if (name === 'row') {
          row = []
          column = 0
        } else if (name === 'c') {
          column = columnOf(attribute(a, 'r'), column)
          if (column >= limits.columns)
            throw new FileRefused('too_many_columns', `The sheet uses more than ${limits.columns} columns.`)
          type = attribute(a, 't') ?? 'n'
          style = Number(attribute(a, 's') ?? 0)
          value = ''
        } else if (name === 'rPh') phonetic = true
        reading = (name === 'v' || name === 't') && !phonetic
      },
      close(name) {
        reading = false
        if (name === 'rPh') phonetic = false
        if (name === 'c') {
          if (value !== '' || type === 's') {
            while (row.length < column) row.push('')
            row[column] = cellText(book, type, style, value)
          }
          column++
        } else if (name === 'row' && row.some((cell) => cell !== '')) {
          if (++rows > limits.rows + 1)
            throw new FileRefused('too_many_rows', `The sheet has more than ${limits.rows} rows.`)
          out.push(row)
        }
      },
      text(text) {
        if (!reading) return
        value += text
        if (value.length > limits.cellChars * 7) throw cellTooLong(limits)
      },
    },
    limits.cellChars,
  )
  const decoder = new TextDecoder('utf-8')
  for await (const chunk of unpack(book.bytes, entry)) {
    scanner.push(decoder.decode(chunk, { stream: true }))
    if (out.length >= 1000) {
      yield out
      out = []
    }
  }
  scanner.end()
  if (out.length) yield out
}

/** `BC12` → 54. Without a reference the cell follows the one before. */
function columnOf(reference: string | undefined, next: number): number {
  if (reference === undefined) return next
  let n = 0
  for (let i = 0; i < reference.length; i++) {
    const c = reference.charCodeAt(i)
    if (c < 65 || c > 90) break
    n = n * 26 + c - 64
  }
  return n > 0 ? n - 1 : next
}

function cellText(book: Workbook, type: string, style: number, value: string): string {
  if (type === 's') {
    const text = book.shared[Number(value)]
    if (text === undefined)
      throw new FileRefused('workbook_damaged', 'The workbook is damaged: a cell points to a text that is not there.')
    return text
  }
  if (type === 'inlineStr' || type === 'str') return unescapeControls(value)
  if (type === 'b') return value === '1' ? 'TRUE' : 'FALSE'
  if (type !== 'n') return value
  const n = Number(value)
  if (!Number.isFinite(n)) return value
  if (book.dateStyles[style]) return serialDate(n + book.epoch)
  return /[.e]/i.test(value) ? plainDecimal(n) : value
}

/** 1e-7 → 0.0000001: no reader downstream has to know exponents. */
function plainDecimal(n: number): string {
  const text = String(n)
  return text.includes('e') ? n.toLocaleString('en-US', { useGrouping: false, maximumSignificantDigits: 17 }) : text
}

/** Serial day of the 1900 system → text, rounded to the second. Day 60 is a 29 February that never was. */
export function serialDate(serial: number): string {
  const days = serial < 60 ? serial + 1 : serial
  const at = new Date(Math.round((days - 25_569) * 86_400) * 1000)
  if (Number.isNaN(at.getTime())) return String(serial)
  return at.toISOString().slice(0, 19).replace('T', ' ')
}

/** `_x000D_` is how a workbook writes a character that XML cannot hold; `_x005F_` protects a literal underscore. */
export const unescapeControls = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text

/** What XML 1.0 cannot carry: controls but tab and line feed, half surrogate pairs, two non-characters. */
const UNWRITABLE = /[[\p{Cc}\p{Cs}\ufffe\uffff]--[\t\n]]/gv

export const escapeControls = (text: string): string =>
  text
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(UNWRITABLE, (c) => `_x${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`)
