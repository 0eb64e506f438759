/** The assumed world around the demo file: the same seed gives the same world, and it stands on what the file says. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import fc from 'fast-check'
import { readTable } from '../src/core/data/index.ts'
import { onlineRetail, type RetailReader, type RetailResult } from '../src/modules/exchange/index.ts'
import { shiftWeeks, sundayOnOrBefore, utcOf, weeksToShift } from './calendar.ts'
import { dice, niceUp } from './dice.ts'
import { customerFacts } from './facts.ts'
import { categoryOf, gtin } from './items.ts'
import { type DemoWorld, demoWorld } from './master.ts'
import { PLACES } from './places.ts'

let file: RetailResult
let world: DemoWorld

before(async () => {
  let reader: RetailReader
  await readTable(new URL('data/online_retail_2010-12_2011-07.csv.gz', import.meta.url).pathname, {
    onHeader: ({ header }) => {
      reader = onlineRetail(header)
    },
    onRows: (rows, first) => reader.add(rows, first),
  })
  file = reader!.finish()
  world = demoWorld(file)
})

test('the last eight weeks of the file are 3,665 documents, 70,929 lines, and begin on a Monday', () => {
  assert.equal(world.replayFrom, '2011-06-06')
  const replayed = file.documents.filter((doc) => doc.at >= world.replayFrom)
  assert.equal(replayed.length, 3665)
  // one more row of these weeks has no effect at all and stands on no document
  assert.equal(
    replayed.reduce((sum, doc) => sum + doc.lines.length, 0),
    70_928,
  )
})

test('the same seed gives the same world, another seed another', () => {
  const strip = (w: DemoWorld) => JSON.stringify([w.items, w.customers, w.suppliers, w.policies, w.warehouse.locations])
  assert.equal(strip(demoWorld(file)), strip(world))
  assert.notEqual(strip(demoWorld(file, 7)), strip(world))
})

test('every item sold has a master with a positive cost below its list price, one supplier and one bin of its own', () => {
  const sold = new Set(file.documents.flatMap((doc) => doc.lines.filter((l) => l.fate === 'sale').map((l) => l.code)))
  const skus = new Set(world.items.map((item) => item.sku))
  assert.ok([...sold].every((code) => skus.has(code)))
  for (const item of world.items) {
    assert.ok(item.costMicro > 0 && item.costMicro <= Math.max(1000, item.listPriceMicro * 0.6), item.sku)
    assert.ok(item.weightG > 0 && item.volumeMl > 0 && item.caseSize >= 1)
    assert.equal(item.tracking === 'lot', item.shelfLifeDays !== null)
    if (item.breakPrice) assert.ok(item.breakPrice.minQty > 1 && item.breakPrice.priceMicro < item.listPriceMicro)
  }
  assert.equal(new Set(world.items.flatMap((item) => [item.gtin, item.caseGtin])).size, world.items.length * 2)
  assert.equal(world.suppliers.flatMap((s) => s.skus).length, world.items.length)
  assert.equal(new Set(world.warehouse.homeOf.values()).size, world.items.length)
  assert.equal(new Set(world.warehouse.locations.map((l) => l.code)).size, world.warehouse.locations.length)
})

test('the list price is what trade customers paid most often, the web price what web orders paid', () => {
  const holder = world.items.find((item) => item.sku === '85123A')!
  assert.equal(holder.name, 'WHITE HANGING HEART T-LIGHT HOLDER')
  assert.equal(holder.listPriceMicro, 2_950_000)
  assert.deepEqual(holder.breakPrice, { minQty: 32, priceMicro: 2_550_000 })
  assert.equal(holder.webPriceMicro, 5_790_000)
  assert.equal(holder.category, 'Candles and light')
})

test('a share of items is kept in lots, most categories are met, nothing real is marked assumed', () => {
  const lots = world.items.filter((item) => item.tracking === 'lot').length / world.items.length
  assert.ok(lots > 0.01 && lots < 0.15, String(lots))
  assert.ok(new Set(world.items.map((item) => item.category)).size >= 14)
  assert.ok(world.items.filter((item) => item.category === 'Giftware').length < world.items.length * 0.2)
  for (const item of world.items) assert.ok(!item.assumed.includes('name') && !item.assumed.includes('sku'))
  for (const customer of world.customers)
    assert.ok(!customer.assumed.includes('country') && !customer.assumed.includes('code'))
  assert.equal(categoryOf('VINTAGE CHRISTMAS GLASS BALL').category, 'Seasonal')
})

test('a customer is named once, and lives in a town of the country that the file names', () => {
  assert.equal(world.customers.length, 3193 + world.customers.filter((c) => c.channel !== 'TRADE').length)
  assert.equal(new Set(world.customers.map((c) => c.code)).size, world.customers.length)
  assert.equal(new Set(world.customers.map((c) => c.name)).size, world.customers.length)
  for (const customer of world.customers) {
    assert.ok(PLACES[customer.country], customer.country)
    assert.ok(PLACES[customer.country]!.some((p) => p.city === customer.address.city))
  }
})

test('nine of ten customers could buy their busiest month on account, some meet their limit', () => {
  const facts = new Map(customerFacts(file.documents).map((f) => [f.code, f]))
  const limited = world.customers.filter((customer) => customer.creditLimit !== null)
  const fit = limited.filter((customer) => customer.creditLimit! >= facts.get(customer.code)!.peak30 * 1.2)
  assert.ok(fit.length > limited.length * 0.9 && fit.length < limited.length, `${fit.length} of ${limited.length}`)
})

test('policy: A items are few and carry most revenue, every level is whole packs, reorder point below maximum', () => {
  const a = world.policies.filter((p) => p.abc === 'A')
  assert.ok(a.length < world.policies.length * 0.3)
  for (const policy of world.policies) {
    assert.ok(Number.isSafeInteger(policy.reorderPoint) && policy.reorderPoint >= 0)
    assert.ok(policy.maxQty > policy.reorderPoint && policy.maxQty % policy.packQty === 0)
    assert.ok(policy.openingQty >= policy.reorderPoint && policy.openingQty % policy.packQty === 0)
  }
})

test('a shift of whole weeks ends on the last Sunday before today and keeps weekday and time of day', () => {
  assert.equal(sundayOnOrBefore('2011-07-31'), '2011-07-31')
  for (const [today, last] of [
    ['2026-11-22', '2026-11-15'],
    ['2026-11-23', '2026-11-22'],
    ['2026-11-21', '2026-11-15'],
    ['2028-02-29', '2028-02-27'],
  ] as const)
    assert.equal(shiftWeeks('2011-07-31T16:04:00', weeksToShift('2011-07-31', today)), `${last}T16:04:00`)
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4000 }), fc.integer({ min: 0, max: 20_000 }), (weeks, day) => {
      const from = new Date(day * 86_400_000).toISOString().slice(0, 19)
      return new Date(`${shiftWeeks(from, weeks)}Z`).getUTCDay() === new Date(`${from}Z`).getUTCDay()
    }),
  )
})

test('wall time becomes UTC with the zone of its day, also in the hour that is skipped or doubled', () => {
  assert.equal(utcOf('2011-06-06T09:15:00', 'Europe/London').toISOString(), '2011-06-06T08:15:00.000Z')
  assert.equal(utcOf('2010-12-01T08:26:00', 'Europe/London').toISOString(), '2010-12-01T08:26:00.000Z')
  assert.equal(utcOf('2026-03-29T01:30:00', 'Europe/London').toISOString(), '2026-03-29T01:30:00.000Z')
  assert.equal(utcOf('2026-10-25T01:30:00', 'Europe/London').toISOString(), '2026-10-25T00:30:00.000Z')
})

test('dice are the same for one name and differ between names; GTINs carry their check digit', () => {
  assert.deepEqual([dice(1, 'a').random(), dice(1, 'a').random()].length, 2)
  assert.equal(dice(1, 'a').random(), dice(1, 'a').random())
  assert.notEqual(dice(1, 'a').random(), dice(1, 'b').random())
  assert.equal(gtin('629104150021'), '6291041500213')
  assert.deepEqual([1, 1.01, 3, 99, 251].map(niceUp), [1, 2, 5, 100, 500])
})
