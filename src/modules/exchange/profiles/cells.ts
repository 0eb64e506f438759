/** Cells of a table as typed values: which column is which field, and what its text means. */
import { FileRefused } from '../../../core/data/index.ts'

/** `micro` and `minor` are written as decimals (2.55) and become millionths, or hundredths of the currency. */
export type Field = {
  name: string
  type: 'text' | 'int' | 'bool' | 'date' | 'micro' | 'minor'
  required?: boolean
  aliases?: readonly string[]
}
export type Values = Record<string, string | number | boolean>

type Column = { at: number; field: Field }

const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** @throws FileRefused naming all columns that are missing, or those that nobody knows */
export function headerFields(header: string[], fields: readonly Field[]): Column[] {
  const columns = header.flatMap((name, at): Column[] => {
    const field = fields.find((f) => [f.name, ...(f.aliases ?? [])].some((alias) => plain(alias) === plain(name)))
    return field ? [{ at, field }] : []
  })
  const missing = fields.filter((f) => f.required && !columns.some((c) => c.field === f))
  if (missing.length > 0)
    throw new FileRefused('columns_missing', `The file lacks the columns ${missing.map((f) => f.name).join(', ')}.`)
  const double = columns.find((c, i) => columns.some((other, j) => j < i && other.field === c.field))
  if (double) throw new FileRefused('header_double', `Two columns mean ${double.field.name}.`)
  return columns
}

/** Blank cells are left out: what is not said stays as it is. */
export function inputOf(cells: string[], columns: Column[]): { values: Values; errors: string[] } {
  const values: Values = {}
  const errors: string[] = []
  for (const { at, field } of columns) {
    const text = (cells[at] ?? '').trim()
    if (text === '') {
      if (field.required) errors.push(`${field.name} is needed`)
      continue
    }
    const value = READ[field.type](text)
    if (value === null) errors.push(`${field.name} "${text.slice(0, 40)}" is ${WANTED[field.type]}`)
    else values[field.name] = value
  }
  return { values, errors }
}

const WANTED = {
  text: 'no text',
  int: 'no whole number',
  bool: 'neither yes nor no',
  date: 'no day like 2026-11-22',
  micro: 'no price like 2.55',
  minor: 'no amount like 2.55',
} as const

const READ: Record<Field['type'], (text: string) => string | number | boolean | null> = {
  text: (text) => text,
  int: (text) => (/^-?\d{1,13}(\.0{1,6})?$/.test(text) ? Number(text) + 0 : null),
  bool: (text) => (/^(true|yes|y|1|x)$/i.test(text) ? true : /^(false|no|n|0)$/i.test(text) ? false : null),
  date: (text) => {
    const day = /^(\d{4}-\d{2}-\d{2})( 00:00:00)?$/.exec(text)?.[1]
    return day && !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day) ? day : null
  },
  micro: (text) => scaled(text, 6),
  minor: (text) => scaled(text, 2),
}

/** Exact: a decimal with more places than the unit has is refused, not rounded. */
function scaled(text: string, places: number): number | null {
  const parts = /^(-?)(\d{1,10})(?:\.(\d{1,9}))?$/.exec(text)
  if (!parts) return null
  const decimals = (parts[3] ?? '').replace(/(?<!0)0+$/, '')
  if (decimals.length > places) return null
  const n = Number(parts[2]) * 10 ** places + Number(decimals.padEnd(places, '0') || 0)
  return parts[1] === '-' && n !== 0 ? -n : n
}
