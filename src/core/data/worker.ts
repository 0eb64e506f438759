/**
 * The thread that touches hostile bytes. It has its own small heap (`resourceLimits`): what kills it kills one import.
 * It sends at most `WINDOW` batches ahead of the receiver, so a slow receiver costs a bounded buffer.
 */
import { readFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { createGunzip } from 'node:zlib'
import { csvParser, dialectOf } from './formats/csv.ts'
import { openWorkbook, sheetRows } from './formats/xlsx.ts'
import { unmarkFormula } from './formula.ts'
import { admitTable, FileRefused, mb, type TableLimits } from './gate.ts'

export type WorkerInput = { source: string | Uint8Array; limits: TableLimits; sheet?: string }
export type Shape = {
  header: string[]
  format: 'csv' | 'xlsx'
  delimiter?: string
  encoding?: string
  sheets?: string[]
}
export type FromWorker =
  | { kind: 'shape'; shape: Shape }
  | { kind: 'rows'; rows: string[][] }
  | { kind: 'done' }
  | { kind: 'refused'; code: string; sentence: string }

const WINDOW = 4
const BATCH = 1000

const { source, limits, sheet } = workerData as WorkerInput
let ahead = 0
let wake: (() => void) | null = null
parentPort!.on('message', () => {
  ahead--
  wake?.()
})

const say = (message: FromWorker) => parentPort!.postMessage(message)

async function send(rows: string[][]): Promise<void> {
  while (ahead >= WINDOW) await new Promise<void>((resolve) => (wake = resolve))
  ahead++
  say({ kind: 'rows', rows })
}

/** The bytes of the table, unpacked when they come as .gz, cut off at the limit. */
async function* plain(bytes: Uint8Array, packed: boolean): AsyncGenerator<Uint8Array> {
  if (!packed) {
    for (let at = 0; at < bytes.length; at += 262_144) yield bytes.subarray(at, at + 262_144)
    return
  }
  const stream = createGunzip({ chunkSize: 262_144 })
  stream.end(bytes)
  let size = 0
  try {
    for await (const chunk of stream) {
      size += chunk.length
      if (size > limits.unpackedBytes)
        throw new FileRefused(
          'archive_bomb',
          `Unpacked, this file has more than ${mb(limits.unpackedBytes)}; reading was stopped there.`,
        )
      yield chunk
    }
  } catch (error) {
    throw error instanceof FileRefused
      ? error
      : new FileRefused('archive_damaged', 'The .gz file is damaged or not complete.')
  }
}

/**
 * First pass: nothing is parsed until every byte was seen once. Refuses NUL, UTF-16 and lines without end; tells UTF-8
 * from Windows-1252, the other encoding that spreadsheets still write.
 */
async function survey(bytes: Uint8Array, packed: boolean): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let utf8 = true
  let line = 0
  let first = true
  for await (const chunk of plain(bytes, packed)) {
    if (first) {
      const inner = packed ? admitTable(chunk, 0, limits) : 'text'
      if (inner !== 'text')
        throw new FileRefused('archive_nested', 'The .gz file holds another archive; send the table itself.')
      first = false
    }
    if (chunk.includes(0))
      throw new FileRefused(
        'file_encoding',
        'The text holds NUL bytes: it is damaged or UTF-16; save it as "CSV UTF-8".',
      )
    line = longestOpenLine(chunk, line)
    try {
      if (utf8) decoder.decode(chunk, { stream: true })
    } catch {
      utf8 = false
    }
  }
  if (first) throw new FileRefused('file_empty', 'The file is empty.')
  try {
    if (utf8) decoder.decode()
  } catch {
    utf8 = false
  }
  return utf8 ? 'utf-8' : 'windows-1252'
}

/** Length of the line still open at the end of this chunk. CR ends a line here too, as in old Mac files. */
function longestOpenLine(chunk: Uint8Array, open: number): number {
  const lf = chunk.lastIndexOf(10)
  const end = lf >= 0 ? lf : chunk.lastIndexOf(13)
  const length = end >= 0 ? chunk.length - end : open + chunk.length
  if (length > limits.recordChars * 4)
    throw new FileRefused('record_too_long', `The file has a line of more than ${limits.recordChars} characters.`)
  return length
}

async function readCsv(bytes: Uint8Array, packed: boolean): Promise<void> {
  const encoding = await survey(bytes, packed)
  const decoder = new TextDecoder(encoding)
  let parser: ReturnType<typeof csvParser> | null = null
  let delimiter = ','
  let sample = ''
  const table = tableOut((header) => ({ header, format: 'csv', delimiter, encoding }))
  const feed = async (text: string, final: boolean) => {
    if (!parser) {
      sample += text
      if (sample.length < 65_536 && !final) return
      const dialect = dialectOf(sample.slice(0, 65_536))
      delimiter = dialect.delimiter
      parser = csvParser(dialect, limits)
      text = sample
      sample = ''
    }
    await table.add(parser.push(text).map((row) => row.map(unmarkFormula)))
    if (final) await table.add(parser.end().map((row) => row.map(unmarkFormula)))
  }
  for await (const chunk of plain(bytes, packed)) await feed(decoder.decode(chunk, { stream: true }), false)
  await feed(decoder.decode(), true)
  await table.end()
}

async function readXlsx(bytes: Uint8Array): Promise<void> {
  const book = await openWorkbook(bytes, limits)
  const chosen = sheet === undefined ? book.sheets[0] : book.sheets.find((s) => s.name === sheet)
  if (!chosen)
    throw new FileRefused(
      'sheet_unknown',
      `The workbook has no sheet of that name; it has ${book.sheets.map((s) => s.name).join(', ')}.`,
    )
  const table = tableOut((header) => ({ header, format: 'xlsx', sheets: book.sheets.map((s) => s.name) }))
  for await (const rows of sheetRows(book, chosen.entry, limits)) await table.add(rows)
  await table.end()
}

/** First record is the header; short rows are filled up, rows keep what they have beyond the header. */
function tableOut(shapeOf: (header: string[]) => Shape) {
  let header: string[] | null = null
  let batch: string[][] = []
  let count = 0
  const add = async (rows: string[][]) => {
    for (const row of rows) {
      if (!header) {
        header = checkHeader(row)
        say({ kind: 'shape', shape: shapeOf(header) })
        continue
      }
      if (++count > limits.rows) throw new FileRefused('too_many_rows', `The table has more than ${limits.rows} rows.`)
      while (row.length < header.length) row.push('')
      batch.push(row)
      if (batch.length < BATCH) continue
      await send(batch)
      batch = []
    }
  }
  const end = async () => {
    if (!header) throw new FileRefused('file_empty', 'The table has no header row.')
    if (batch.length) await send(batch)
  }
  return { add, end }
}

/** Column names become keys somewhere downstream: magic ones and doubles are refused here, once. */
function checkHeader(row: string[]): string[] {
  const header = row.map((name) => name.trim())
  while (header.at(-1) === '') header.pop()
  const seen = new Set<string>()
  for (const name of header) {
    if (['__proto__', 'constructor', 'prototype'].includes(name))
      throw new FileRefused('header_name', 'The header has a column name that is not allowed.')
    if (name !== '' && seen.has(name))
      throw new FileRefused('header_double', `The header has the column "${name.slice(0, 60)}" twice.`)
    seen.add(name)
  }
  return header
}

async function main(): Promise<void> {
  const bytes = typeof source === 'string' ? readFileSync(source) : source
  const kind = admitTable(bytes.subarray(0, 4096), bytes.length, limits)
  if (kind === 'zip') await readXlsx(bytes)
  else await readCsv(bytes, kind === 'gzip')
}

main()
  .then(() => say({ kind: 'done' }))
  .catch((error) => {
    if (!(error instanceof FileRefused)) throw error
    say({ kind: 'refused', code: error.code, sentence: error.detail })
  })
  .finally(() => parentPort!.unref())
