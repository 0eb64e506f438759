/** Tables out: CSV and XLSX as streams, text cells that can never run, numbers that stay numbers. */
import { crc32, createDeflateRaw } from 'node:zlib'
import { escapeControls } from './formats/xlsx.ts'
import { encodeEntities } from './formats/xml.ts'
import { markFormula } from './formula.ts'
import { FileRefused } from './gate.ts'

export type Cell = string | number | bigint | boolean | null
export type Sheet = { header: string[]; rows: Iterable<Cell[]> | AsyncIterable<Cell[]> }

const numberText = (n: number | bigint): string => {
  if (typeof n === 'number' && !Number.isFinite(n)) throw new Error('a table cell must be a finite number')
  return String(n)
}

/** RFC 4180 with BOM (spreadsheets read UTF-8 by it), CRLF. Read back by `readTable` it gives the same text cell by cell. */
export async function* writeCsv(sheet: Sheet, delimiter: ',' | ';' | '\t' = ','): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  const cell = (value: Cell): string => {
    if (value === null) return ''
    if (typeof value !== 'string') return typeof value === 'boolean' ? (value ? 'TRUE' : 'FALSE') : numberText(value)
    const text = markFormula(value)
    return /[",;|\t\r\n]|^\s|\s$|^\ufeff/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  const line = (row: Cell[]) => `${row.map(cell).join(delimiter)}\r\n`
  let text = `\ufeff${line(sheet.header)}`
  for await (const row of sheet.rows) {
    text += line(row)
    if (text.length > 65_536) {
      yield encoder.encode(text)
      text = ''
    }
  }
  yield encoder.encode(text)
}

const ROWS = 1_048_576
const CELL_CHARS = 32_767
const XMLNS = 'http://schemas.openxmlformats.org'

/** One sheet, first row frozen and bold. Strings are inline and typed: no spreadsheet takes them for formulas. */
export async function* writeXlsx(sheet: Sheet, name = 'Sheet1'): AsyncGenerator<Uint8Array> {
  const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
  const rel = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${XMLNS}/officeDocument/2006/relationships/${type}" Target="${target}"/>`
  const part = (path: string, type: string) =>
    `<Override PartName="${path}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.${type}+xml"/>`
  const title = encodeEntities(name.replace(/[[\]:*?/\\]/g, ' ').slice(0, 31)) || 'Sheet1'
  yield* zipStream([
    [
      '[Content_Types].xml',
      `${head}<Types xmlns="${XMLNS}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>${part('/xl/workbook.xml', 'sheet.main')}${part('/xl/worksheets/sheet1.xml', 'worksheet')}${part('/xl/styles.xml', 'styles')}</Types>`,
    ],
    [
      '_rels/.rels',
      `${head}<Relationships xmlns="${XMLNS}/package/2006/relationships">${rel('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      `${head}<Relationships xmlns="${XMLNS}/package/2006/relationships">${rel('rId1', 'worksheet', 'worksheets/sheet1.xml')}${rel('rId2', 'styles', 'styles.xml')}</Relationships>`,
    ],
    [
      'xl/workbook.xml',
      `${head}<workbook xmlns="${XMLNS}/spreadsheetml/2006/main" xmlns:r="${XMLNS}/officeDocument/2006/relationships"><sheets><sheet name="${title}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ],
    [
      'xl/styles.xml',
      `${head}<styleSheet xmlns="${XMLNS}/spreadsheetml/2006/main"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf fontId="1" applyFont="1"/><xf numFmtId="49" applyNumberFormat="1"/></cellXfs></styleSheet>`,
    ],
    ['xl/worksheets/sheet1.xml', sheetXml(head, sheet)],
  ])
}

async function* sheetXml(head: string, sheet: Sheet): AsyncGenerator<string> {
  const cell = (value: Cell, style: number): string => {
    if (value === null || value === '') return '<c/>'
    if (typeof value === 'boolean') return `<c t="b"><v>${value ? 1 : 0}</v></c>`
    if (typeof value !== 'string') {
      const text = numberText(value)
      // a spreadsheet number is a double: what it would round stays text
      if (typeof value === 'bigint' && !Number.isSafeInteger(Number(value)))
        return `<c t="inlineStr" s="2"><is><t>${text}</t></is></c>`
      return `<c><v>${text}</v></c>`
    }
    if (value.length > CELL_CHARS)
      throw new FileRefused('cell_too_long', `A cell has more than ${CELL_CHARS} characters; export as CSV.`)
    return `<c t="inlineStr" s="${style}"><is><t xml:space="preserve">${encodeEntities(escapeControls(value))}</t></is></c>`
  }
  const line = (row: Cell[], style: number) => `<row>${row.map((value) => cell(value, style)).join('')}</row>`
  yield `${head}<worksheet xmlns="${XMLNS}/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>${line(sheet.header, 1)}`
  let text = ''
  let rows = 1
  for await (const row of sheet.rows) {
    if (++rows > ROWS) throw new FileRefused('too_many_rows', `A sheet holds ${ROWS} rows; export as CSV.`)
    text += line(row, 2)
    if (text.length > 65_536) {
      yield text
      text = ''
    }
  }
  yield `${text}</sheetData></worksheet>`
}

/** ZIP written in one pass: sizes follow each part in a data descriptor. Times are fixed, so equal tables are equal files. */
async function* zipStream(parts: [name: string, body: string | AsyncGenerator<string>][]): AsyncGenerator<Uint8Array> {
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, body] of parts) {
    const header = Buffer.alloc(30 + name.length)
    header.writeUInt32LE(0x04034b50)
    header.writeUInt16LE(20, 4)
    header.writeUInt16LE(0x0808, 6)
    header.writeUInt16LE(8, 8)
    header.writeUInt16LE(0x21, 12)
    header.writeUInt16LE(name.length, 26)
    header.write(name, 30, 'latin1')
    const start = offset
    offset += header.length
    yield header
    let crc = 0
    let size = 0
    let packed = 0
    const counted = async function* () {
      for await (const text of typeof body === 'string' ? [body] : body) {
        const bytes = Buffer.from(text)
        crc = crc32(bytes, crc)
        size += bytes.length
        yield bytes
      }
    }
    for await (const chunk of deflated(counted())) {
      packed += chunk.length
      yield chunk
    }
    const sizes = Buffer.alloc(16)
    sizes.writeUInt32LE(0x08074b50)
    sizes.writeUInt32LE(crc, 4)
    sizes.writeUInt32LE(packed, 8)
    sizes.writeUInt32LE(size, 12)
    offset += packed + 16
    yield sizes
    const entry = Buffer.alloc(46 + name.length)
    entry.writeUInt32LE(0x02014b50)
    entry.writeUInt16LE(20, 4)
    header.copy(entry, 6, 4, 14)
    sizes.copy(entry, 16, 4, 16)
    entry.writeUInt16LE(name.length, 28)
    entry.writeUInt32LE(start, 42)
    entry.write(name, 46, 'latin1')
    directory.push(entry)
  }
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50)
  end.writeUInt16LE(parts.length, 8)
  end.writeUInt16LE(parts.length, 10)
  end.writeUInt32LE(
    directory.reduce((n, entry) => n + entry.length, 0),
    12,
  )
  end.writeUInt32LE(offset, 16)
  yield Buffer.concat([...directory, end])
}

async function* deflated(source: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const stream = createDeflateRaw({ level: 6 })
  const feed = (async () => {
    try {
      for await (const chunk of source)
        if (!stream.write(chunk)) await new Promise((resolve) => stream.once('drain', resolve))
      stream.end()
    } catch (error) {
      stream.destroy(error as Error)
    }
  })()
  yield* stream as AsyncIterable<Buffer>
  await feed
}

/** A whole table in memory, for small exports and tests. */
export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts)
}
