import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fillToMinimum } from './jointMinimum.ts'
import { type OrderTerms, roundOrder } from './rounding.ts'

const terms = (over: Partial<OrderTerms> = {}): OrderTerms => ({
  prices: [{ from: 0, unitCost: 2 }],
  perDay: 10,
  holdingPerDay: 0.25 / 365,
  ...over,
})

test('rounding is never below the need, takes whole packs and the least quantity, and takes the cheapest option', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: 1, max: 24 }),
      fc.integer({ min: 10, max: 400 }),
      fc.integer({ min: 0, max: 50 }),
      (need, moq, pack, pallet, saving) => {
        const rounded = roundOrder(
          need,
          terms({
            moq,
            pack,
            pallet: { units: pallet, savingPerPallet: saving },
            prices: [
              { from: 0, unitCost: 2 },
              { from: 250, unitCost: 1.8 },
            ],
          }),
        )
        assert.ok(rounded.quantity >= need && rounded.quantity >= moq && rounded.quantity % pack === 0)
        for (const option of rounded.options) {
          assert.ok(option.quantity >= need && option.quantity % pack === 0 && option.extraCost >= rounded.extraCost)
        }
      },
    ),
    { numRuns: 100 },
  )
})

test('a break that saves more than holding costs is taken, one that does not is shown and left', () => {
  const prices = [
    { from: 0, unitCost: 2 },
    { from: 200, unitCost: 1.8 },
  ]
  const taken = roundOrder(180, terms({ prices }))
  assert.equal(taken.quantity, 200)
  // 180 cheaper by 0.20; the 20 more are bought 0.20 cheaper too and lie there for 180/10 + 1 days.
  assert.ok(Math.abs(taken.extraCost - (-40 + 20 * 1.8 * (0.25 / 365) * 19)) < 1e-9)
  assert.deepEqual(taken.reasons, [
    '180 (180 as needed): 0 more than needed, at 2.00 costs nothing more',
    '200 (the price of 1.80 from 200 on): 20 more than needed, at 1.80 saves 39.53; taken',
  ])
  const slow = roundOrder(20, terms({ prices, perDay: 0.05 }))
  assert.equal(slow.quantity, 20)
  assert.match(slow.reasons[1]!, /180 more than needed, at 1.80 costs [\d.]+ more than the need alone$/)
  assert.match(
    roundOrder(7, terms({ moq: 12, pack: 6 })).reasons[0]!,
    /^12 \(at least 12, packs of 6\): 5 more than needed/,
  )
  const pallet = roundOrder(90, terms({ pack: 10, pallet: { units: 100, savingPerPallet: 15 } }))
  assert.equal(pallet.quantity, 100)
  assert.match(pallet.reasons[1]!, /100 \(1 full pallet of 100\).*taken$/)
})

const line = (id: string, over = {}) => ({ id, quantity: 0, pack: 6, unitCost: 2, position: 60, perDay: 2, ...over })

test('a joint minimum is filled with what runs out first, in packs, and says what holding it costs', () => {
  const order = fillToMinimum(
    [line('a', { quantity: 12 }), line('b', { position: 10 }), line('c', { perDay: 0, position: 0 })],
    100,
    0.001,
  )
  assert.ok(order.reached && order.value >= 100 && order.value < 112)
  assert.deepEqual([order.lines.get('c'), order.lines.get('b')! > 0], [0, true])
  assert.match(order.reasons[0]!, /^24.00 is due of a minimum of 100.00: 84.00 added, [\d.]+ to hold it$/)
  assert.ok(order.extraCost > 0)
  assert.equal(fillToMinimum([line('a', { quantity: 60 })], 100, 0.001).extraCost, 0)
  assert.equal(fillToMinimum([line('a', { perDay: 0 })], 100, 0.001).reached, false)
  fc.assert(
    fc.property(
      fc.array(fc.record({ quantity: fc.nat(20), perDay: fc.nat(5), position: fc.nat(99) }), {
        minLength: 1,
        maxLength: 5,
      }),
      fc.nat(400),
      (drawn, minimum) => {
        const lines = drawn.map((one, k) => line(String(k), { ...one, quantity: one.quantity * 6 }))
        const filled = fillToMinimum(lines, minimum, 0.001)
        for (const one of lines)
          assert.ok(filled.lines.get(one.id)! >= one.quantity && filled.lines.get(one.id)! % 6 === 0)
        assert.equal(filled.reached, filled.value >= minimum)
        if (drawn.some(({ perDay }) => perDay > 0)) assert.ok(filled.reached)
      },
    ),
    { numRuns: 60 },
  )
})

test('bad input is named', () => {
  assert.throws(() => roundOrder(0, terms()), {
    name: 'RangeError',
    message: /need must be a whole number of at least 1, not 0/,
  })
  assert.throws(() => roundOrder(5, terms({ pack: 0 })), { message: /pack/ })
  assert.throws(() => roundOrder(5, terms({ prices: [] })), { message: /prices must not be empty/ })
  const twice = [
    { from: 5, unitCost: 1 },
    { from: 5, unitCost: 1 },
  ]
  assert.throws(() => roundOrder(5, terms({ prices: twice })), { message: /price breaks must rise/ })
  assert.throws(() => fillToMinimum([], 1, 0), { message: /lines must not be empty/ })
  assert.throws(() => fillToMinimum([line('a', { unitCost: 0 })], 1, 0), {
    name: 'RangeError',
    message: /unit cost of a/,
  })
})

test('A line that may not grow further is left as it is, and a minimum that cannot be reached is told', () => {
  const line = { pack: 10, unitCost: 1, position: 0, perDay: 1 }
  const answer = fillToMinimum(
    [
      { id: 'a', quantity: 10, most: 30, ...line },
      { id: 'b', quantity: 0, most: 15, ...line },
    ],
    1_000,
    0.001,
  )
  assert.deepEqual(
    [...answer.lines],
    [
      ['a', 30],
      ['b', 10],
    ],
  )
  assert.equal(answer.reached, false)
})
