/** Every row of a wholesaler's file gets one fate, and the documents that come out add up to what went in. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readTable } from '../../core/data/index.ts'
import { type Fate, onlineRetail, type RetailReader } from './onlineRetail.ts'
import { account } from './retail/accounting.ts'
import { momentOf } from './retail/columns.ts'
import { type Document, documentsOf, lineAmount } from './retail/documents.ts'
import { Tally } from './retail/tally.ts'

const FILE = new URL('../../../demo/data/online_retail_2010-12_2011-07.csv.gz', import.meta.url).pathname
const HEADER = [
  'InvoiceNo',
  'StockCode',
  'Description',
  'Quantity',
  'InvoiceDate',
  'UnitPrice',
  'CustomerID',
  'Country',
]

type Cells = [
  invoice: string,
  code: string,
  name: string,
  qty: string | number,
  date: string,
  price: string,
  customer: string,
  country?: string,
]
const run = (rows: Cells[], header = HEADER) => {
  const reader = onlineRetail(header)
  reader.add(
    rows.map((row) => [...row, 'United Kingdom'].slice(0, 8).map(String)),
    1,
  )
  const result = reader.finish()
  assert.deepEqual(result.accounting.differences, [])
  return { ...result, fateList: rows.map((_, i) => result.fates.get(i + 1)) }
}
const DAY = '2011-03-01 10:00:00'

test('every row of the real file has one fate and revenue, units and lines reconcile to the cent in every month', async () => {
  let reader: RetailReader | undefined
  const monthly = new Map<string, { rows: number; units: number; milli: number }>()
  const start = performance.now()
  const { rows } = await readTable(FILE, {
    onHeader: ({ header }) => {
      reader = onlineRetail(header)
    },
    onRows: (batch, first) => {
      reader!.add(batch, first)
      for (const cells of batch) {
        const month = monthly.get(cells[4]!.slice(0, 7)) ?? { rows: 0, units: 0, milli: 0 }
        month.rows++
        month.units += Number(cells[3])
        month.milli += Math.round(Number(cells[3]) * Number(cells[5]) * 1000)
        monthly.set(cells[4]!.slice(0, 7), month)
      }
    },
  })
  const { accounting, documents, fates } = reader!.finish()
  const seconds = (performance.now() - start) / 1000
  assert.equal(rows, 285_421)
  assert.equal(fates.size, rows)
  assert.equal(
    Object.values(accounting.rows_by_fate).reduce((sum, fate) => sum + fate.rows, 0),
    rows,
  )
  assert.equal(accounting.reconciles, true)
  assert.equal(accounting.total.revenue_minor, 507_925_087)
  assert.equal(accounting.total.raw_micro, '5079250872000')
  assert.equal(accounting.months.length, 8)
  for (const month of accounting.months) {
    const own = monthly.get(month.month)!
    assert.deepEqual([month.rows, month.units], [own.rows, own.units])
    assert.equal(month.posted.rows + month.set_aside.rows, own.rows)
    assert.equal(Math.round((own.milli * 1000 + month.rounding_micro) / 10_000), month.revenue_minor)
    assert.ok(Math.abs(month.rounding_micro) < 10_000, 'less than a cent of rounding in any month')
  }
  const rowsOf = (fate: Fate) => accounting.rows_by_fate[fate].rows
  assert.equal(rowsOf('stock_lost'), 875)
  assert.equal(rowsOf('free') + rowsOf('stock_found') + rowsOf('no_effect'), 791)
  assert.equal(rowsOf('discount'), 40)
  assert.equal(accounting.noted.without_customer, 81_030)
  assert.equal(accounting.noted.documents_in_file, 14_722)
  assert.equal(accounting.customers.named, 3_193)
  assert.equal(accounting.exact_duplicates.rows, 2_263)
  assert.equal(
    documents.reduce((sum, doc) => sum + doc.total, 0),
    507_925_087,
  )
  assert.ok(seconds / (rows / 100_000) < 30, `${seconds} s`)
})

test('a line lost or a cent changed between file and documents is seen', () => {
  const parts = (tamper: (documents: Document[]) => void) => {
    const tally = new Tally()
    const rows = [1, 2].map((no) => {
      tally.add('2011-03', '2', '12.75')
      return {
        no,
        invoice: '1',
        code: '22423',
        name: 'CAKESTAND',
        qty: 2,
        priceMicro: 12_750_000,
        date: '2011-03',
        at: '2011-03-01T10:00:00',
        customer: '1',
        country: 'France',
        codeChanged: false,
      }
    })
    const fates = new Map<number, Fate>()
    const documents = documentsOf(rows, new Map(), fates)
    tamper(documents)
    return account({ rows, refused: [], documents, fates, tally, momentOf: (date) => date, counted: 2 })
  }
  assert.equal(parts(() => {}).reconciles, true)
  assert.deepEqual(parts((documents) => documents[0]!.lines.pop()).differences, [
    '2011-03: 2 rows read, 1 accounted for',
    '2011-03: 4 units read, 2 accounted for',
    '2011-03: 5100 minor units read, 2550 accounted for',
    '2 rows in the file, 1 with a fate',
    'document 1: total differs from its lines',
  ])
  const cent = parts((documents) => {
    documents[0]!.lines[0]!.amount++
    documents[0]!.total++
  })
  assert.deepEqual(cent.differences, ['2011-03: 5100 minor units read, 5101 accounted for'])
})

test('a cancellation takes back the latest sale of that customer and item, the same price first', () => {
  const { documents, fateList, accounting } = run([
    ['1', '22423', 'CAKESTAND', 10, '2011-03-01 10:00', '12.75', '100'],
    ['2', '22423', 'CAKESTAND', 10, '2011-03-02 10:00', '10.95', '100'],
    ['3', '22423', 'CAKESTAND', 10, '2011-03-03 10:00', '12.75', '100'],
    ['4', '22423', 'CAKESTAND', 99, '2011-03-03 10:00', '12.75', '200'],
    ['C5', '22423', 'CAKESTAND', -15, '2011-03-04 10:00', '12.75', '100'],
    ['C6', '22423', 'CAKESTAND', -20, '2011-03-05 10:00', '12.75', '100'],
    ['C7', '22423', 'CAKESTAND', -1, '2011-03-06 10:00', '12.75', '100'],
    ['C8', '22423', 'CAKESTAND', -1, '2011-03-06 10:00', '12.75', ''],
    ['9', '22423', 'CAKESTAND', 5, '2011-03-07 10:00', '12.75', '100'],
  ])
  assert.deepEqual(fateList, [
    'sale',
    'sale',
    'sale',
    'sale',
    'return_matched',
    'return_part',
    'return_blind',
    'return_blind',
    'sale',
  ])
  const back = (number: string) => documents.find((doc) => doc.number === number)!.lines[0]!.takesBack
  assert.deepEqual(back('C5'), [
    { row: 3, qty: 10 },
    { row: 1, qty: 5 },
  ])
  assert.deepEqual(back('C6'), [
    { row: 1, qty: 5 },
    { row: 2, qty: 10 },
  ])
  assert.deepEqual(accounting.returns, { lines: 4, matched_units: 30, blind_units: 7 })
})

test('no return ever takes back more than was sold, whatever the order of events', () => {
  const event = fc.record({
    credit: fc.boolean(),
    code: fc.constantFrom('22423', '85123A'),
    customer: fc.constantFrom('1', '2'),
    qty: fc.integer({ min: 1, max: 9 }),
    price: fc.constantFrom('1.00', '2.00', '0'),
    minute: fc.integer({ min: 10, max: 59 }),
  })
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      const { documents } = run(
        events.map((e, i) => [
          `${e.credit ? 'C' : ''}${1000 + i}`,
          e.code,
          'X',
          e.credit ? -e.qty : e.qty,
          `2011-03-01 10:${e.minute}`,
          e.price,
          e.customer,
        ]),
      )
      const lines = documents.flatMap((doc) => doc.lines.map((line) => ({ ...line, customer: doc.customer })))
      const taken = new Map<number, number>()
      for (const line of lines)
        for (const part of line.takesBack) {
          const sale = lines.find((l) => l.row === part.row)!
          assert.ok(sale.qty > 0 && sale.code === line.code && sale.customer === line.customer && sale.at <= line.at)
          taken.set(part.row, (taken.get(part.row) ?? 0) + part.qty)
        }
      for (const [row, qty] of taken) assert.ok(qty <= lines.find((l) => l.row === row)!.qty)
    }),
  )
})

test('codes that are no goods become charges, services, discounts and their reversals', () => {
  const { fateList, documents } = run([
    ['1', 'POST', 'POSTAGE', 1, DAY, '18.00', '1', 'France'],
    ['1', 'DOT', 'DOTCOM POSTAGE', 1, DAY, '5.00', '', 'France'],
    ['1', 'C2', 'CARRIAGE', 1, DAY, '50.00', '1', 'France'],
    ['1', 'm', 'Manual', 1, DAY, '2.55', '1', 'France'],
    ['1', 'gift_0001_20', 'Gift Voucher £20.00', 1, DAY, '16.67', '1', 'France'],
    ['1', 'PADS', 'PADS TO MATCH ALL CUSHIONS', 1, DAY, '0.001', '1', 'France'],
    ['C2', 'D', 'Discount', -1, DAY, '27.50', '1'],
    ['C2', 'AMAZONFEE', 'AMAZON FEE', -1, DAY, '16888.02', '1'],
    ['C2', 'CRUK', 'CRUK Commission', -1, DAY, '1.60', '1'],
    ['C2', 'BANK CHARGES', 'Bank Charges', -1, DAY, '15.00', '1'],
    ['C2', 'S', 'SAMPLES', -1, DAY, '33.05', '1'],
    ['3', 'ADJUST', 'Adjustment by john', 1, DAY, '10', '1'],
    ['C4', 'M', 'Manual', 1, DAY, '373.57', '1'],
    ['5', 'DOT', '', 1000, DAY, '0.0', ''],
    ['A563185', 'B', 'Adjust bad debt', 1, DAY, '11062.06', ''],
    ['A563186', 'B', 'Adjust bad debt', 1, DAY, '-11062.06', ''],
    ['6', 'TEST001', 'This is a test product.', 5, DAY, '4.5', '12346'],
  ])
  assert.deepEqual(fateList, [
    'charge',
    'charge',
    'charge',
    'service',
    'service',
    'service',
    'discount',
    'reversal',
    'reversal',
    'reversal',
    'reversal',
    'service',
    'service',
    'no_effect',
    'bad_debt',
    'bad_debt',
    'test',
  ])
  assert.deepEqual(
    documents.map((d) => [d.number, d.kind, d.total, d.web]),
    [
      ['1', 'invoice', 9222, true],
      ['C2', 'credit_note', -1696517, false],
      ['3', 'invoice', 1000, false],
      ['C4', 'credit_note', 37357, false],
      ['A563185', 'bad_debt', 1106206, false],
      ['A563186', 'bad_debt', -1106206, false],
    ],
  )
})

test('goods at price 0 are gifts on a real document and stock corrections on their own', () => {
  const { fateList, documents } = run([
    ['1', '22423', 'CAKESTAND', 1, DAY, '12.75', '1'],
    ['1', '22089', 'PAPER BUNTING', 1, DAY, '0', '1'],
    ['2', '22423', 'CAKESTAND', 4, DAY, '0', '7'],
    ['3', '22423', 'CAKESTAND ', 4, DAY, '0', ''],
    ['4', '22423', 'found', 4, DAY, '0', ''],
    ['5', '22423', '', 4, DAY, '0', ''],
    ['6', '22423', 'damaged', -4, DAY, '0', ''],
    ['7', '22423', '?', -9, DAY, '0.0', ''],
    ['8', '22423', '', 0, DAY, '0.0', ''],
  ])
  assert.deepEqual(fateList, [
    'sale',
    'free',
    'free',
    'free',
    'stock_found',
    'stock_found',
    'stock_lost',
    'stock_lost',
    'no_effect',
  ])
  assert.deepEqual(
    documents.map((d) => d.kind),
    ['invoice', 'invoice', 'invoice', 'stock', 'stock', 'stock', 'stock'],
  )
})

test('who buys without a name is one web or one cash account per country; item codes ignore case; ids lose their float', () => {
  const { documents, accounting } = run([
    ['536365', '85123a', 'WHITE  HANGING HEART ', 6, DAY, '2.55', '', 'EIRE'],
    ['536366', '85123A', 'WHITE HANGING HEART', 6, DAY, '2.55', '', 'United Kingdom'],
    ['536366', 'DOT', 'DOTCOM POSTAGE', 1, DAY, '1', '', 'United Kingdom'],
    ['536367', '85123A', 'WHITE HANGING HEART', 6, DAY, '2.55', '14810.0', 'European Community'],
    ['536368', '85123A', 'WHITE HANGING HEART', 6, DAY, '2.55', '14810', 'Germany'],
    ['536369', 'SP1002', "KID'S CHALK BOARD", 1, DAY, '2.55', '14810', 'Germany'],
  ])
  assert.deepEqual(
    documents.map((d) => d.customer),
    ['CASH-IE', 'WEB-GB', '14810', '14810', '14810'],
  )
  assert.deepEqual([...new Set(documents.flatMap((d) => d.lines.map((l) => l.code)))], ['85123A', 'DOT', 'SP1002'])
  assert.deepEqual(accounting.customers, {
    named: 1,
    anonymous_accounts: 2,
    anonymous_documents: 2,
    in_several_countries: 1,
  })
  assert.deepEqual([accounting.noted.code_in_lower_case, accounting.items.odd_codes], [1, 1])
})

test('equal lines on one document stay two lines; a whole document standing in the file twice counts once', () => {
  const line: Cells = ['1', '22698', 'TEACUP', 1, DAY, '2.95', '1']
  const other: Cells = ['2', '22423', 'CAKESTAND', 1, DAY, '12.75', '1']
  const { fateList, accounting, documents } = run([
    line,
    line,
    ['1', '22423', 'CAKESTAND', 2, DAY, '12.75', '1'],
    other,
    ['1', '22423', 'CAKESTAND', 2, DAY, '12.75', '1'],
    line,
    line,
  ])
  assert.deepEqual(fateList, ['sale', 'sale', 'sale', 'sale', 'repeated', 'repeated', 'repeated'])
  assert.deepEqual(
    documents.map((d) => d.total),
    [3140, 1275],
  )
  assert.deepEqual([accounting.total.revenue_minor, accounting.months[0]!.set_aside.revenue_minor], [7555, 3140])
  const scattered = run([line, other, ['1', '22423', 'CAKESTAND', 2, DAY, '12.75', '1']])
  assert.deepEqual(scattered.fateList, ['sale', 'sale', 'sale'], 'a document in pieces is whole')
})

test('the published spellings of header and date are all read', () => {
  const second = ['Invoice', 'StockCode', 'Description', 'Quantity', 'InvoiceDate', 'Price', 'Customer ID', 'Country']
  for (const date of [
    '2009-12-01 07:45:00',
    '12/1/2009 7:45',
    '12/01/2009 07:45 AM',
    '2009-12-01T07:45:00',
    '40148.3229166667',
    '12/1/09 7:45',
  ]) {
    const { documents } = run(
      [['489434', '85048', '15CM CHRISTMAS GLASS BALL 20 LIGHTS', '12.0', date, '6.95', '13085.0']],
      second,
    )
    assert.equal(documents[0]!.at, '2009-12-01T07:45:00', date)
  }
  assert.equal(
    run([
      ['1', '1', 'A', 1, '1/12/2010 8:26', '1', '1'],
      ['2', '1', 'A', 1, '13/12/2010 8:26', '1', '1'],
    ]).documents[0]!.at,
    '2010-12-01T08:26:00',
    'a 13th month means days come first',
  )
  assert.equal(momentOf('2011-02-29 10:00:00', false), null)
  assert.throws(
    () => onlineRetail(['Invoice', 'Quantity', 'Country']),
    /lacks columns for code, name, date, price, customer/,
  )
})

test('rows that cannot be read are refused with their reason and stop nothing', () => {
  const { accounting, refused } = run([
    ['1', '22423', 'CAKESTAND', 1, DAY, '12.75', '1'],
    ['1', '22423', 'CAKESTAND', 'two', DAY, '12.75', '1'],
    ['1', '22423', 'CAKESTAND', '1.5', DAY, '12.75', '1'],
    ['1', '22423', 'CAKESTAND', 1, DAY, '1e309', '1'],
    ['1', '22423', 'CAKESTAND', 1, DAY, 'NaN', '1'],
    ['1', '22423', 'CAKESTAND', 1, '2011-02-30 10:00', '1', '1'],
    ['', '22423', 'CAKESTAND', 1, DAY, '1', '1'],
    ['1', '', 'CAKESTAND', 1, DAY, '1', '1'],
    ['1', '22423', 'CAKESTAND', '9999999999999999', DAY, '1', '1'],
  ])
  assert.equal(refused.length, 8)
  assert.equal(accounting.rows_by_fate.refused.rows, 8)
  assert.equal(accounting.total.revenue_minor, 1275)
})

test('a line amount is rounded half away from zero, exactly, at any size', () => {
  assert.equal(lineAmount(1, 5000), 1)
  assert.equal(lineAmount(-1, 5000), -1)
  assert.equal(lineAmount(1, 4999), 0)
  assert.equal(lineAmount(3, 1_005_000), 302)
  assert.equal(lineAmount(999_999_999_999, 38_970_000_000), 3_896_999_999_996_103_000)
  fc.assert(
    fc.property(
      fc.integer({ min: -1e6, max: 1e6 }),
      fc.integer({ min: -1e9, max: 1e9 }),
      (q, p) => lineAmount(q, p) === -lineAmount(-q, p) + 0 || lineAmount(q, p) === 0,
    ),
  )
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 80_000 }),
      fc.integer({ min: 1, max: 4e10 }),
      (q, p) => Math.abs(lineAmount(q, p) - (q * p) / 10_000) <= 0.5000001,
    ),
  )
})
