import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Candidate, chooseSource, type SiteCandidate, type SupplierCandidate, surplusOf } from './chooseSource.ts'

const dc2 = (over: Partial<SiteCandidate> = {}): SiteCandidate => ({
  kind: 'transfer',
  id: 'dc2',
  name: 'DC2',
  available: 1_800,
  position: 1_800,
  keeps: 600,
  keepsWhy: 'reorder rule',
  days: 2,
  unitCostMicro: 50_000,
  kgCostMicro: 100_000,
  shipmentCostMicro: 60_000_000,
  unitWeightG: 500,
  ...over,
})
const supplier = (over: Partial<SupplierCandidate> = {}): SupplierCandidate => ({
  kind: 'buy',
  id: 'supplier',
  name: 'Supplier',
  unitCostMicro: 2_250_000,
  days: 9,
  moq: 1_200,
  pack: 600,
  ...over,
})
const ask = { uom: 'EA', qty: 1_200, withinDays: null }
const first = (candidates: readonly Candidate[], more: object = {}) => chooseSource({ ...ask, ...more }, candidates)[0]!

test('DC2 with 1,200 to spare at 0.15 a unit comes before buying at 2.25', () => {
  const [one, two] = chooseSource(ask, [supplier(), dc2()])
  assert.deepEqual(
    [one!.name, one!.qty, one!.surplus, one!.costMicro, one!.unitCostMicro, one!.days],
    ['DC2', 1_200, 1_200, 180_000_000, 150_000, 2],
  )
  assert.deepEqual(one!.reasons, [
    'DC2 can spare 1200 EA: 1800 free now, position 1800 − 600 it keeps (reorder rule), the smaller of 1800 and 1200',
    'covers all 1200 EA',
    '2 days on the road',
    'first choice',
  ])
  assert.equal(
    one!.costReason,
    'carriage 1200 × 0.05 + 600 kg × 0.10 + 60.00 for the shipment = 180.00, 0.15 a unit; the goods are paid for',
  )
  assert.deepEqual([two!.name, two!.qty, two!.costMicro], ['Supplier', 1_200, 2_700_000_000])
  assert.deepEqual(two!.reasons.at(-1), 'behind DC2, which costs less a unit')
})

test('one unit less than is needed and buying comes first; what the transfer would cover is said', () => {
  const [one, two] = chooseSource(ask, [dc2({ available: 1_199 }), supplier()])
  assert.equal(one!.name, 'Supplier')
  assert.deepEqual([two!.name, two!.covers], ['DC2', 1_199])
  assert.ok(two!.reasons.includes('covers 1199 of 1200 EA'))
  assert.equal(two!.reasons.at(-1), 'behind Supplier, which covers all of it')
})

test('a dearer carriage than the price of new goods is no bargain, and time counts when it is asked for', () => {
  assert.equal(first([dc2({ unitCostMicro: 2_200_000 }), supplier()]).name, 'Supplier')
  assert.equal(first([dc2({ days: 12 }), supplier()], { withinDays: 10 }).name, 'Supplier')
  assert.equal(first([dc2({ days: 12 }), supplier({ days: null })], { withinDays: 12 }).name, 'DC2')
})

test('a site spares what stands there free and is above what it keeps, never what is only due in', () => {
  assert.equal(surplusOf({ available: 100, position: 900, keeps: 200 }), 100)
  assert.equal(surplusOf({ available: 900, position: 300, keeps: 200 }), 100)
  assert.equal(surplusOf({ available: 900, position: 100, keeps: 200 }), 0)
})

test('buying is in whole packs, at least the least quantity', () => {
  assert.equal(first([supplier()], { qty: 100 }).qty, 1_200)
  assert.equal(first([supplier()], { qty: 1_201 }).qty, 1_800)
  assert.equal(first([supplier({ moq: 1, pack: 1 })], { qty: 7 }).qty, 7)
})

test('whatever the order of the candidates, the ranking is the same, and none that covers all stands behind one that does not', () => {
  const int = (max: number) => fc.integer({ min: 0, max })
  const site = fc.record({ available: int(50), position: int(50), keeps: int(50), days: int(9), unitCostMicro: int(9) })
  const buy = fc.record({ unitCostMicro: int(9), days: int(9), moq: int(60), pack: fc.integer({ min: 1, max: 9 }) })
  fc.assert(
    fc.property(
      fc.array(site, { maxLength: 5 }),
      fc.array(buy, { maxLength: 3 }),
      fc.integer({ min: 1, max: 40 }),
      (sites, buys, qty) => {
        const candidates = [
          ...sites.map((s, n) => dc2({ ...s, id: `s${n}`, name: `S${n}`, kgCostMicro: 0, shipmentCostMicro: 0 })),
          ...buys.map((b, n) => supplier({ ...b, id: `b${n}`, name: `B${n}` })),
        ]
        const ranked = chooseSource({ uom: 'EA', qty, withinDays: 5 }, candidates)
        assert.deepEqual(ranked, chooseSource({ uom: 'EA', qty, withinDays: 5 }, candidates.toReversed()))
        assert.equal(ranked.length, candidates.length)
        const wholes = ranked.map((o) => o.covers >= qty)
        assert.ok(wholes.every((whole, n) => whole || !wholes.slice(n).includes(true)))
        for (const o of ranked) {
          assert.ok(o.covers <= Math.min(qty, o.surplus ?? qty) && o.qty >= o.covers)
          if (o.kind === 'buy') assert.ok(o.qty >= qty)
        }
      },
    ),
  )
})
