/** Row 30 of the trust list: files made to hurt. Each is refused with one sentence, soon, and costs little memory. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32, deflateRawSync, gzipSync } from 'node:zlib'
import { collect, FileRefused, kindOf, readTable, type TableLimits, writeXlsx } from './index.ts'

type Part = { name: string; body: Buffer; method?: number; size?: number; flags?: number; offset?: number }

/** A ZIP as the attacker wants it: any declared size, flags, offsets. */
function zip(parts: Part[], count = parts.length): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, body, method = 8, size, flags = 0, offset: claimed } of parts) {
    const packed = method === 8 ? deflateRawSync(body) : body
    const head = Buffer.alloc(30 + Buffer.byteLength(name))
    head.writeUInt32LE(0x04034b50)
    head.writeUInt16LE(method, 8)
    head.writeUInt16LE(Buffer.byteLength(name), 26)
    head.write(name, 30)
    const entry = Buffer.alloc(46 + Buffer.byteLength(name))
    entry.writeUInt32LE(0x02014b50)
    entry.writeUInt16LE(flags, 8)
    entry.writeUInt16LE(method, 10)
    entry.writeUInt32LE(crc32(body), 16)
    entry.writeUInt32LE(packed.length, 20)
    entry.writeUInt32LE(size ?? body.length, 24)
    entry.writeUInt16LE(Buffer.byteLength(name), 28)
    entry.writeUInt32LE(claimed ?? offset, 42)
    entry.write(name, 46)
    locals.push(head, packed)
    directory.push(entry)
    offset += head.length + packed.length
  }
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50)
  end.writeUInt16LE(count, 10)
  end.writeUInt32LE(
    directory.reduce((n, b) => n + b.length, 0),
    12,
  )
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, ...directory, end])
}

const NS =
  'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
const workbook = (sheetXml: string | Buffer, more: Part[] = [], sheet: Partial<Part> = {}) =>
  zip([
    {
      name: 'xl/workbook.xml',
      body: Buffer.from(`<workbook ${NS}><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`),
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      body: Buffer.from('<Relationships><Relationship Id="r1" Target="worksheets/s.xml"/></Relationships>'),
    },
    { name: 'xl/worksheets/s.xml', body: Buffer.from(sheetXml), ...sheet },
    ...more,
  ])
const rowsXml = (inner: string) => `<worksheet ${NS}><sheetData>${inner}</sheetData></worksheet>`
const head = '<row><c t="inlineStr"><is><t>a</t></is></c></row>'

/** A workbook part of `mb` zero bytes packs 1000:1; made once, in pieces, so that the test itself stays small. */
const zeros = (mb: number) => Buffer.alloc(mb * 2 ** 20)

const LAUGHS = `<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "${'&lol;'.repeat(10)}">]><worksheet>&lol2;</worksheet>`
const EXTERNAL =
  '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet><sheetData><row><c t="str"><v>&e;</v></c></row></sheetData></worksheet>'

const hostile: [what: string, bytes: () => Uint8Array, code: string, limits?: Partial<TableLimits>][] = [
  ['a zip bomb that declares 4 GB', () => workbook(rowsXml(head), [], { size: 0xfffffff0 }), 'archive_bomb'],
  [
    'a zip bomb of many parts',
    () =>
      workbook(
        rowsXml(head),
        Array.from({ length: 60 }, (_, i) => ({ name: `xl/media/${i}`, body: Buffer.from('x'), size: 2 ** 26 })),
      ),
    'archive_bomb',
  ],
  [
    'a part that unpacks to more than it declares',
    () => workbook(Buffer.concat([Buffer.from(rowsXml(head)), zeros(8)]), [], { size: 200 }),
    'archive_bomb',
  ],
  [
    'parts that overlap',
    () =>
      workbook(rowsXml(head), [
        { name: 'xl/a', body: Buffer.alloc(9000, 7), method: 0 },
        { name: 'xl/b', body: Buffer.alloc(9000, 7), method: 0, offset: 700 },
      ]),
    'archive_bomb',
  ],
  [
    'a zip of a million entries',
    () => zip(Array.from({ length: 60_000 }, (_, i) => ({ name: `f${i}`, body: Buffer.alloc(0), method: 0 }))),
    'archive_entries',
  ],
  [
    'a zip that says it is ZIP64 with more',
    () => zip([{ name: 'a', body: Buffer.from('x') }], 0xffff),
    'archive_too_large',
  ],
  [
    'zip slip by ..',
    () => workbook(rowsXml(head), [{ name: '../../etc/cron.d/x', body: Buffer.from('x') }]),
    'archive_path',
  ],
  [
    'zip slip by an absolute path',
    () => workbook(rowsXml(head), [{ name: '/etc/passwd', body: Buffer.from('x') }]),
    'archive_path',
  ],
  ['zip slip by backslash', () => workbook(rowsXml(head), [{ name: '..\\x', body: Buffer.from('x') }]), 'archive_path'],
  [
    'an encrypted zip',
    () => workbook(rowsXml(head), [{ name: 'xl/x', body: Buffer.from('x'), flags: 1 }]),
    'archive_encrypted',
  ],
  ['a zip that is no workbook', () => zip([{ name: 'readme.txt', body: Buffer.from('hi') }]), 'file_type'],
  ['a zip cut in half', () => workbook(rowsXml(head)).subarray(0, 300), 'archive_damaged'],
  ['billion laughs', () => workbook(LAUGHS), 'xml_doctype'],
  ['an external entity', () => workbook(EXTERNAL), 'xml_doctype'],
  ['an entity without DOCTYPE', () => workbook(rowsXml('<row><c t="str"><v>&lol;</v></c></row>')), 'xml_entity'],
  [
    'a sheet of 16,384 columns with merged cells',
    () =>
      workbook(
        `<worksheet ${NS}><sheetData><row>${'<c><v>1</v></c>'.repeat(16_384)}</row></sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>`,
      ),
    'too_many_columns',
  ],
  ['one cell at column XFD', () => workbook(rowsXml('<row><c r="XFD1"><v>1</v></c></row>')), 'too_many_columns'],
  [
    'one cell at a column that does not exist',
    () => workbook(rowsXml(`<row><c r="${'Z'.repeat(4000)}1"><v>1</v></c></row>`)),
    'too_many_columns',
  ],
  ['XML nested a thousand deep', () => workbook(`<worksheet>${'<x>'.repeat(1000)}`), 'workbook_damaged'],
  ['an XML tag that never ends', () => workbook(`<worksheet><row ${'a'.repeat(200_000)}`), 'workbook_damaged'],
  ['a sheet of zeros', () => workbook(Buffer.concat([Buffer.from('<worksheet>'), zeros(40)])), 'workbook_damaged'],
  [
    'shared strings larger than memory allows',
    () => workbook(rowsXml(head), [{ name: 'xl/sharedStrings.xml', body: zeros(97) }]),
    'archive_bomb',
  ],
  [
    'a cell that points to a text that is not there',
    () => workbook(rowsXml('<row><c t="s"><v>99999999</v></c></row>')),
    'workbook_damaged',
  ],
  ['a gzip bomb', () => gzipSync(Buffer.alloc(40 * 2 ** 20, 'a,b\n')), 'archive_bomb', { unpackedBytes: 16 * 2 ** 20 }],
  ['a gzip of one endless line', () => gzipSync(Buffer.alloc(60 * 2 ** 20, 65)), 'record_too_long'],
  ['a gzip in a gzip', () => gzipSync(gzipSync('a,b\n1,2\n')), 'archive_nested'],
  ['a workbook in a gzip', () => gzipSync(workbook(rowsXml(head))), 'archive_nested'],
  ['a gzip cut in half', () => gzipSync(Buffer.from('a,b\n'.repeat(9999))).subarray(0, 60), 'archive_damaged'],
  ['a CSV of one endless line', () => Buffer.alloc(30 * 2 ** 20, 65), 'record_too_long'],
  ['a CSV with a quote that never closes', () => Buffer.from(`a,b\n"${'x\n'.repeat(2_000_000)}`), 'record_too_long'],
  ['a CSV with a quote open at the end', () => Buffer.from('a,b\n"x,1\n'), 'quote_open'],
  ['a CSV of 100,000 columns', () => Buffer.from(`${'a,'.repeat(100_000)}\n`), 'too_many_columns'],
  ['a CSV cell of a megabyte', () => Buffer.from(`a,b\n1,${'x'.repeat(900_000)}\n`), 'cell_too_long'],
  ['a CSV of too many rows', () => Buffer.from(`a\n${'1\n'.repeat(5000)}`), 'too_many_rows', { rows: 4000 }],
  ['UTF-16', () => Buffer.from('\ufeffa,b\n1,2', 'utf16le'), 'file_encoding'],
  ['UTF-16 without mark', () => Buffer.from('a,b\n1,2\n'.repeat(600), 'utf16le'), 'file_type'],
  [
    'NUL bytes late in a CSV',
    () => Buffer.concat([Buffer.from('a,b\n1,2\n'.repeat(9000)), Buffer.from('1,\0\n')]),
    'file_encoding',
  ],
  ['a header named __proto__', () => Buffer.from('__proto__,b\n1,2\n'), 'header_name'],
  ['a header with one name twice', () => Buffer.from('a,a\n1,2\n'), 'header_double'],
  ['nothing at all', () => Buffer.alloc(0), 'file_empty'],
  ['only line ends', () => Buffer.from('\n\r\n\n'), 'file_empty'],
  ['a PDF', () => Buffer.from('%PDF-1.7\n'), 'file_type'],
  ['an HTML page', () => Buffer.from('\ufeff  <html><script>alert(1)</script>'), 'file_type'],
  ['an SVG', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>'), 'file_type'],
  ['an old Excel file', () => Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), 'file_type'],
  ['a program', () => Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]), 'file_type'],
  ['a file over the size limit', () => Buffer.alloc(3 * 2 ** 20, 65), 'file_too_large', { fileBytes: 2 ** 20 }],
]

for (const [what, bytes, code, limits] of hostile)
  test(`${what} is refused with one sentence`, async () => {
    const input = bytes()
    const before = process.memoryUsage().rss
    const start = performance.now()
    await assert.rejects(readTable(input, { limits, onRows: () => {} }), (error) => {
      assert.ok(error instanceof FileRefused, String(error))
      assert.equal(error.code, code, error.detail)
      assert.match(error.detail, /^[A-Z][^\n]{10,200}[.!]$/)
      assert.doesNotMatch(error.detail, /\/(etc|work|tmp)|node:|at \w+ \(/)
      return true
    })
    assert.ok(performance.now() - start < 10_000)
    assert.ok(process.memoryUsage().rss - before < 300 * 2 ** 20)
  })

test('a thread that runs out of memory ends one import, not the process', async () => {
  const rows = Array.from({ length: 60_000 }, (_, i) => `<si><t>${'x'.repeat(400)}${i}</t></si>`).join('')
  const book = workbook(rowsXml(head), [{ name: 'xl/sharedStrings.xml', body: Buffer.from(`<sst>${rows}</sst>`) }])
  await assert.rejects(readTable(book, { limits: { memoryMb: 24 }, onRows: () => {} }), { code: 'too_much_memory' })
})

test('a reader that hangs is given up at its time limit', async () => {
  const book = await collect(writeXlsx({ header: ['a'], rows: Array.from({ length: 200_000 }, (_, i) => [i]) }))
  await assert.rejects(readTable(book, { limits: { timeoutMs: 5 }, onRows: () => {} }), { code: 'too_slow' })
})

test('a polyglot is what its first bytes say, whatever it is called', () => {
  assert.equal(kindOf(Buffer.from('GIF89a<script>')), 'gif')
  assert.equal(kindOf(Buffer.from('MZ\x90\0')), 'binary')
  assert.equal(kindOf(Buffer.from([0x4d, 0x5a, 0x90, 0])), 'program')
  assert.equal(kindOf(Buffer.from('code,name\n')), 'text')
})
