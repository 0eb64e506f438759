/** Round trips: what goes out as CSV or XLSX comes back as the same text, and nothing in it can run. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { csvParser, dialectOf } from './formats/csv.ts'
import { serialDate } from './formats/xlsx.ts'
import { markFormula, unmarkFormula } from './formula.ts'
import { DEFAULT_LIMITS } from './gate.ts'
import {
  type Cell,
  cleanName,
  collect,
  contentDisposition,
  readTable,
  type Sheet,
  writeCsv,
  writeXlsx,
} from './index.ts'

const read = async (bytes: Uint8Array, options: { sheet?: string } = {}) => {
  const rows: string[][] = []
  const shape = await readTable(bytes, { ...options, onRows: (batch) => void rows.push(...batch) })
  return { ...shape, table: rows }
}

/** Text that tempts: formula signs, quotes, line ends, odd spaces, escapes of the workbook format, emoji. */
const nasty = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc
    .array(
      fc.constantFrom(
        '=',
        '+',
        '-',
        '@',
        '\t',
        '\r',
        '\n',
        "'",
        '"',
        ',',
        ';',
        '|',
        ' ',
        '\u00a0',
        '_x000D_',
        '_',
        'x',
        '<',
        '&',
        ']]>',
        '1',
        '💥',
        '＝',
      ),
      { maxLength: 8 },
    )
    .map((a) => a.join('')),
)
const cell: fc.Arbitrary<Cell> = fc.oneof(
  nasty,
  fc.integer(),
  fc
    .double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 })
    .filter((n) => !String(n).includes('e') && !Object.is(n, -0)),
  fc.boolean(),
  fc.constant(null),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
)
const asText = (value: Cell) =>
  value === null ? '' : typeof value === 'boolean' ? String(value).toUpperCase() : String(value)
const sheet = fc.array(
  fc.array(cell, { minLength: 4, maxLength: 4 }).filter((row) => row.some((c) => asText(c) !== '')),
  { maxLength: 12 },
)
const header = ['=name', 'note', 'qty', '-x']

test('a table written as CSV or XLSX is read back cell by cell the same', async () => {
  await fc.assert(
    fc.asyncProperty(sheet, async (rows) => {
      const expected = rows.map((row) => row.map(asText))
      for (const bytes of [await collect(writeCsv({ header, rows })), await collect(writeXlsx({ header, rows }))]) {
        const back = await read(bytes)
        assert.deepEqual(back.header, header)
        assert.deepEqual(back.table, expected)
      }
    }),
    { numRuns: 12 },
  )
})

test('no text cell of an exported CSV starts a formula, and a negative number stays a number', async () => {
  const text = Buffer.from(
    await collect(
      writeCsv({
        header: ['a', 'b'],
        rows: [
          ['=1+1', -5],
          ['@SUM(A1)', 2.5],
          ['\t=1', null],
          ["'=x", 1n],
        ],
      }),
    ),
  ).toString()
  assert.equal(text, "\ufeffa,b\r\n'=1+1,-5\r\n'@SUM(A1),2.5\r\n\"'\t=1\",\r\n''=x,1\r\n")
  fc.assert(
    fc.property(nasty, (s) => unmarkFormula(markFormula(s)) === s && !/^[=+\-@\t\r\n＝]/.test(markFormula(s))),
    { numRuns: 2000 },
  )
})

test('an apostrophe that belongs to a name is left alone in both directions', () => {
  for (const name of ["'s-Hertogenbosch", "'", "O'Neill", '', "''quoted''"]) {
    assert.equal(markFormula(name), name)
    assert.equal(unmarkFormula(name), name)
  }
})

test('a CSV cut into any pieces gives the same records', () => {
  const field = fc
    .array(fc.constantFrom('a', 'b', '"', ',', '\n', '\r\n', ' '), { maxLength: 6 })
    .map((a) => a.join(''))
  const quoted = (s: string) => `"${s.replaceAll('"', '""')}"`
  fc.assert(
    fc.property(
      fc.array(fc.array(field, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 8 }),
      fc.array(fc.nat(40)),
      (rows, cuts) => {
        const text = rows.map((row) => row.map(quoted).join(',')).join('\r\n')
        const parser = csvParser({ delimiter: ',', newline: '\n' }, DEFAULT_LIMITS)
        const out: string[][] = []
        let at = 0
        for (const cut of cuts) {
          out.push(...parser.push(text.slice(at, at + cut)))
          at += cut
        }
        out.push(...parser.push(text.slice(at)), ...parser.end())
        assert.deepEqual(
          out,
          rows.filter((row) => row.some((c) => c !== '')),
        )
      },
    ),
    { numRuns: 300 },
  )
})

test('delimiter, byte order mark, line ends, Windows-1252 and .gz are found by content', async () => {
  const table = [['85123A', 'gift £10', '2,55']]
  const cases: [string, Uint8Array][] = [
    ['semicolon', Buffer.from('code;name;price\n85123A;gift £10;2,55\n')],
    ['bom', Buffer.from('\ufeffcode,name,price\r\n85123A,gift £10,"2,55"\r\n\r\n,,\r\n')],
    ['tab', Buffer.from('code\tname\tprice\r85123A\tgift £10\t2,55')],
    ['windows', Buffer.from('code|name|price\n85123A|gift £10|2,55', 'latin1')],
    ['gz', gzipSync('code;name;price\n85123A;gift £10;2,55')],
  ]
  for (const [name, bytes] of cases) {
    const back = await read(bytes)
    assert.deepEqual(back.header, ['code', 'name', 'price'], name)
    assert.deepEqual(back.table, table, name)
  }
  assert.equal(dialectOf('one column\nhello\n').delimiter, ',')
})

test('spreadsheet dates come as text of the day and second', () => {
  assert.equal(serialDate(40513.3513888889), '2010-12-01 08:26:00')
  assert.equal(serialDate(1), '1900-01-01 00:00:00')
  assert.equal(serialDate(61), '1900-03-01 00:00:00')
})

test('rows arrive in batches that wait for the receiver, numbered from one', async () => {
  const rows = function* () {
    for (let i = 1; i <= 12_345; i++) yield [i, `row ${i}`]
  }
  let expected = 1
  let busy = false
  await readTable(await collect(writeCsv({ header: ['n', 't'], rows: rows() } as Sheet)), {
    onRows: async (batch, firstRow) => {
      assert.equal(busy, false)
      busy = true
      assert.equal(firstRow, expected)
      assert.deepEqual(batch[0], [String(firstRow), `row ${firstRow}`])
      expected += batch.length
      await new Promise((resolve) => setTimeout(resolve, 1))
      busy = false
    },
  })
  assert.equal(expected, 12_346)
})

test('what the receiver throws ends the reading and reaches the caller', async () => {
  const bytes = await collect(writeCsv({ header: ['n'], rows: Array.from({ length: 9000 }, (_, i) => [i]) }))
  await assert.rejects(readTable(bytes, { onRows: () => Promise.reject(new Error('no room')) }), /no room/)
})

test('5.3.2 a file name is data: paths, devices, overrides and controls become a plain name', () => {
  const names: [string, string][] = [
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\boot.ini', 'boot.ini'],
    ['con.txt', '_con.txt'],
    ['a\0b\r\nset-cookie: x.csv', 'abset-cookie_ x.csv'],
    ['invoice\u202egpj.exe', 'invoicegpj.exe'],
    ['...', 'file'],
    [`${'x'.repeat(300)}.xlsx`, `${'x'.repeat(115)}.xlsx`],
  ]
  for (const [given, kept] of names) assert.equal(cleanName(given), kept)
})

test('5.4.1 a download is named in both forms of RFC 6266 and no name can add a header', () => {
  assert.equal(
    contentDisposition('naïve "€" 💥.csv'),
    `attachment; filename="na_ve ___ __.csv"; filename*=UTF-8''na%C3%AFve%20_%E2%82%AC_%20%F0%9F%92%A5.csv`,
  )
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (name) =>
      /^attachment; filename="[\x20-\x7e]*"; filename\*=UTF-8''[\w.!~%$&+^`|-]+$/.test(contentDisposition(name)),
    ),
    { numRuns: 1000 },
  )
})
