/**
 * One row of an "Online Retail" file as plain values. The data set circulates in several spellings: `InvoiceNo` or
 * `Invoice`, `CustomerID` as 14810, "14810.0" or blank, dates as ISO text, as 12/1/2010 8:26, or as a spreadsheet day.
 */
import { FileRefused } from '../../../core/data/index.ts'

export type Field = 'invoice' | 'code' | 'name' | 'qty' | 'date' | 'price' | 'customer' | 'country'

const ALIASES: Record<Field, string[]> = {
  invoice: ['invoiceno', 'invoice', 'invoicenumber'],
  code: ['stockcode', 'sku', 'itemcode', 'productcode'],
  name: ['description', 'productname'],
  qty: ['quantity', 'qty'],
  date: ['invoicedate', 'date', 'invoicedatetime'],
  price: ['unitprice', 'price'],
  customer: ['customerid', 'customer', 'customerno'],
  country: ['country'],
}

export type Columns = Record<Field, number>

/** Which cell holds what. @throws FileRefused naming every column that is missing, all at once */
export function columnsOf(header: string[]): Columns {
  const plain = header.map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, ''))
  const find = (field: Field) => plain.findIndex((name) => ALIASES[field].includes(name))
  const fields = Object.keys(ALIASES) as Field[]
  const missing = fields.filter((field) => find(field) < 0)
  if (missing.length > 0)
    throw new FileRefused(
      'columns_missing',
      `The file lacks columns for ${missing.join(', ')}; InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID and Country are needed.`,
    )
  return Object.fromEntries(fields.map((field) => [field, find(field)])) as Columns
}

/** A row as read. `date` stays as written until the whole file has shown whether days or months come first. */
export type RawRow = {
  no: number
  invoice: string
  /** item code in capitals: lower-case variants (85123a) occur only on web orders and name the same item */
  code: string
  name: string
  qty: number
  priceMicro: number
  date: string
  /** null: the file names nobody */
  customer: string | null
  country: string
  codeChanged: boolean
}

/** @returns the row, or why it cannot be read */
export function parseRow(cells: string[], at: Columns, no: number): RawRow | { refused: string } {
  const cell = (field: Field) => (cells[at[field]] ?? '').trim()
  const invoice = wholeNumber(cell('invoice')).toUpperCase()
  const qty = quantity(cell('qty'))
  const priceMicro = micro(cell('price'))
  const written = cell('code')
  if (invoice === '') return { refused: 'no invoice number' }
  if (written === '') return { refused: 'no stock code' }
  if (qty === null) return { refused: `quantity "${cell('qty').slice(0, 40)}" is no whole number` }
  if (priceMicro === null) return { refused: `price "${cell('price').slice(0, 40)}" is no number` }
  if (cell('date') === '') return { refused: 'no date' }
  const code = written.toUpperCase()
  return {
    no,
    invoice,
    code,
    name: cell('name').replace(/\s+/g, ' '),
    qty,
    priceMicro,
    date: cell('date'),
    customer: wholeNumber(cell('customer')) || null,
    country: cell('country') || 'Unspecified',
    codeChanged: code !== written,
  }
}

/** "14810.0" → "14810": a number that went through a float column. */
const wholeNumber = (text: string) => text.replace(/\.0+$/, '')

function quantity(text: string): number | null {
  if (!/^[+-]?\d{1,12}(\.0{1,6})?$/.test(text)) return null
  const n = Number(text)
  return n === 0 ? 0 : n
}

/** Millionths, exact up to six decimals; a seventh (a float's tail, 2.5499999999999998) rounds half away from zero. */
export function micro(text: string): number | null {
  const parts = /^([+-]?)(\d{1,9})(?:\.(\d{1,20}))?$/.exec(text)
  if (!parts) return null
  const decimals = (parts[3] ?? '').padEnd(7, '0')
  const value = Number(parts[2]) * 1_000_000 + Number(decimals.slice(0, 6)) + (decimals[6]! >= '5' ? 1 : 0)
  return parts[1] === '-' && value !== 0 ? -value : value
}

/** `2010-12-01T08:26:00`, local time of the wholesaler; null when unreadable or no day of the calendar. */
export function momentOf(text: string, dayFirst: boolean): string | null {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?)?Z?$/.exec(text)
  if (iso) return moment(iso[1]!, iso[2]!, iso[3]!, iso[4], iso[5], iso[6])
  const slash = slashed(text)
  if (slash) {
    const [, a, b, year, hour, minute, second, half] = slash
    const shifted = half ? String((Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0)) : hour
    const full = year!.length === 2 ? `20${year}` : year!
    return dayFirst ? moment(full, b!, a!, shifted, minute, second) : moment(full, a!, b!, shifted, minute, second)
  }
  if (/^\d{5}(\.\d{1,15})?$/.test(text))
    return new Date(Math.round((Number(text) - 25_569) * 86_400) * 1000).toISOString().slice(0, 19)
  return null
}

const slashed = (text: string) =>
  /^(\d{1,2})[/.](\d{1,2})[/.](\d{4}|\d{2})(?:,? (\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([AaPp][Mm]))?)?$/.exec(text)

function moment(year: string, month: string, day: string, hour = '0', minute = '0', second = '0'): string | null {
  const two = (text: string) => text.padStart(2, '0')
  const text = `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}`
  const at = new Date(`${text}Z`)
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 19) !== text ? null : text
}

/** 12/13/2010 can only be month first, 13/12/2010 only day first; a file that never says is month first, as published. */
export function isDayFirst(dates: Iterable<string>): boolean {
  let day = 0
  let month = 0
  for (const text of dates) {
    const parts = slashed(text)
    if (parts && Number(parts[1]) > 12) day++
    if (parts && Number(parts[2]) > 12) month++
  }
  return day > month
}
