import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRandom } from '../../numerics/random.ts'
import { readAtFill, totalOf } from './exchangeCurve.ts'
import { orderUpTo, reorderInLots, type Simulation, simulate } from './simulate.ts'

const fixed = (over: Partial<Simulation> & { r?: number; Q?: number } = {}): Simulation => ({
  demand: [0, 4, 0, 3, 9, 0, 2, 5],
  startStock: 10,
  order: reorderInLots(
    () => over.r ?? 5,
    () => over.Q ?? 8,
  ),
  leadTime: () => 2,
  short: 'lost',
  ...over,
})

test('by hand: receipts in the morning, demand, then the review in the evening', () => {
  // Stock in the evening: 10 6 6 3 | order 8 on day 3, there on day 5 | 0 (6 of 9 short) 8 6 1; order 8 on day 7.
  const lost = simulate(fixed({ price: 2 }))
  assert.deepEqual(
    [lost.units, lost.filledUnits, lost.lines, lost.filledLines, lost.stockUnitDays, lost.orders, lost.stockOutDays],
    [23, 17, 5, 4, 40, 2, 1],
  )
  assert.deepEqual([lost.value, lost.filledValue, lost.averageStockValue], [46, 34, 10])
  assert.deepEqual(lost.ledger, {
    start: 10,
    ordered: 16,
    received: 8,
    demanded: 23,
    shipped: 17,
    lost: 6,
    onHand: 1,
    onOrder: 8,
    backordered: 0,
  })
  // The 6 short wait: on day 4 the position is 2, so 8 more are ordered; 8 come on day 5 and 6 of them leave at once.
  const waits = simulate(fixed({ short: 'backorder' }))
  assert.deepEqual([waits.ledger.lost, waits.ledger.shipped, waits.filledUnits, waits.orders], [0, 23, 17, 3])
})

test('by hand: an emergency order on the evening that ends without stock, unless as much speed is on its way already', () => {
  const expedite = { leadTime: 1, orderCost: 30, unitCost: 2, order: () => 5 }
  // Empty on the evening of day 4 (6 of 9 short); the order of day 3 comes on day 5: nothing to hurry for.
  const coming = simulate(fixed({ expedite }))
  assert.deepEqual([coming.expedites, coming.expediteCost], [0, 0])
  // With four days of lead time it comes on day 7: 5 in a hurry are there on day 5, 2 of them go on day 6, 5 of 11 on day 7.
  const late = {
    leadTime: () => 4,
    order: reorderInLots(
      () => 5,
      () => 8,
    ),
  }
  const run = simulate(fixed({ ...late, expedite }))
  assert.deepEqual([run.expedites, run.expeditedUnits, run.expediteCost], [1, 5, 40])
  assert.deepEqual([run.orders, run.filledUnits, run.stockOutDays], [1, 17, 1])
  assert.equal(run.ledger.ordered, run.orderedUnits + run.expeditedUnits)
  const without = simulate(fixed(late))
  assert.deepEqual([without.expedites, without.expeditedUnits, without.expediteCost], [0, 0, 0])
  assert.ok(without.filledUnits < run.filledUnits && without.stockOutDays > 1)
  // Whole packs, but no least order; not wanted, not bought; days that do not count do not count.
  assert.equal(simulate(fixed({ ...late, expedite, pack: 4, moq: 8 })).expeditedUnits, 8)
  assert.equal(simulate(fixed({ ...late, expedite: { ...expedite, order: () => 0 } })).expedites, 0)
  assert.equal(simulate(fixed({ ...late, expedite, countFrom: 5 })).expedites, 0)
  const total = totalOf([run, run, without])
  assert.deepEqual([total.expedites, total.expediteCost], [2, 80])
})

test('units are conserved, whatever happens', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(12), { minLength: 1, maxLength: 60 }),
      fc.record({
        r: fc.integer({ min: -1, max: 30 }),
        Q: fc.integer({ min: 1, max: 25 }),
        startStock: fc.nat(40),
        moq: fc.nat(15),
        pack: fc.integer({ min: 1, max: 6 }),
        week: fc.integer({ min: 1, max: 7 }),
        seed: fc.nat(),
        upTo: fc.boolean(),
        hurry: fc.nat(3),
      }),
      fc.constantFrom('lost' as const, 'backorder' as const),
      (demand, { r, Q, startStock, moq, pack, week, seed, upTo, hurry }, short) => {
        const random = seededRandom(seed)
        let [watched, had] = [0, 0]
        const run = simulate({
          demand,
          startStock,
          moq,
          pack,
          short,
          order: upTo
            ? orderUpTo(
                () => r,
                () => r + Q,
              )
            : reorderInLots(
                () => r,
                () => Q,
              ),
          leadTime: () => Math.max(1, Math.round(random.gamma(6, 0.6))),
          review: (day) => day % week === 0,
          ...(hurry > 0 && {
            expedite: {
              leadTime: hurry,
              orderCost: 1,
              unitCost: 0,
              order: ({ onHand, backordered }) => Q - onHand + backordered,
            },
          }),
          watch: (_, asked, filled) => {
            watched += asked
            had += filled
          },
        })
        const { ledger } = run
        assert.equal(ledger.start + ledger.received, ledger.shipped + ledger.onHand)
        assert.equal(ledger.ordered, ledger.received + ledger.onOrder)
        assert.equal(ledger.demanded, ledger.shipped + ledger.lost + ledger.backordered)
        assert.deepEqual([watched, had], [run.units, run.filledUnits])
        assert.equal(
          ledger.demanded,
          demand.reduce((sum, one) => sum + one, 0),
        )
        assert.ok(ledger.onHand >= 0 && (ledger.onHand === 0 || ledger.backordered === 0))
        assert.equal(ledger.ordered % pack, 0)
        assert.equal(ledger.ordered, run.orderedUnits + run.expeditedUnits)
        assert.equal(run.expediteCost, run.expedites)
        assert.ok(run.expedites <= run.stockOutDays && (hurry > 0 || run.expedites === 0))
        assert.ok(run.orders === 0 || run.orderedUnits >= run.orders * moq)
        assert.equal(short === 'lost' ? ledger.backordered : ledger.lost, 0)
      },
    ),
    { numRuns: 150 },
  )
})

test('the same seed gives the same run; days before countFrom settle the stock and do not count', () => {
  const demand = Array.from({ length: 300 }, (_, day) => (day * 7) % 5)
  const run = (seed: number, countFrom = 0) => {
    const random = seededRandom(seed, 4)
    return simulate(fixed({ demand, countFrom, leadTime: () => Math.max(1, Math.round(random.gamma(5, 0.5))) }))
  }
  assert.deepEqual(run(1), run(1))
  assert.notDeepEqual(run(1), run(2))
  const part = run(1, 100)
  assert.deepEqual([part.days, part.units, run(1).units], [200, 400, 600])
  assert.deepEqual(part.ledger, run(1).ledger)
  assert.equal(simulate(fixed({ review: () => false })).orders, 0)
})

test('random variates have the moments they are drawn for', () => {
  for (const cv of [0.3, 0.6, 1.5]) {
    const random = seededRandom(9, cv * 10)
    const drawn = Array.from({ length: 40_000 }, () => random.gamma(10, cv))
    const mean = drawn.reduce((sum, x) => sum + x, 0) / drawn.length
    const sd = Math.sqrt(drawn.reduce((sum, x) => sum + (x - mean) ** 2, 0) / drawn.length)
    assert.ok(Math.abs(mean - 10) < 0.3 && Math.abs(sd / mean - cv) < 0.05, `${mean} ${sd}`)
  }
  assert.equal(seededRandom(1).gamma(7, 0), 7)
  const uniform = Array.from(
    { length: 20_000 },
    (() => {
      const random = seededRandom(2)
      return () => random.uniform()
    })(),
  )
  assert.ok(Math.abs(uniform.reduce((sum, x) => sum + x, 0) / 20_000 - 0.5) < 0.01)
  assert.ok(uniform.every((x) => x > 0 && x < 1))
})

test('exchange curves: totals weigh by units, value and lines; a curve is read between its points only', () => {
  const [cheap, dear] = [simulate(fixed({ price: 1 })), simulate(fixed({ price: 9, startStock: 40 }))]
  const total = totalOf([cheap, dear])
  assert.equal(total.unitFill, (17 + 23) / 46)
  assert.equal(total.valueFill, (17 + 9 * 23) / (23 + 9 * 23))
  assert.equal(total.lineFill, 9 / 10)
  assert.equal(total.stockValue, cheap.averageStockValue + dear.averageStockValue)
  const points = [
    { fill: 0.95, amount: 200 },
    { fill: 0.9, amount: 100 },
  ]
  assert.ok(Math.abs(readAtFill(points, 0.93)! - 160) < 1e-9)
  assert.deepEqual([readAtFill(points, 0.89), readAtFill(points, 0.96), readAtFill([], 0.9)], [null, null, null])
  assert.throws(() => totalOf([]), { name: 'RangeError', message: /results must not be empty/ })
})

test('bad input is named', () => {
  const bad = (over: Partial<Simulation>, message: RegExp) =>
    assert.throws(() => simulate(fixed(over)), { name: 'RangeError', message })
  bad({ demand: [1, -1] }, /demand of -1 on day 1/)
  bad({ demand: [1.5] }, /demand of 1.5 on day 0/)
  bad({ startStock: -1 }, /stock at the start/)
  bad({ to: 99 }, /there are 8 days of demand, not 99/)
  bad({ pack: 0 }, /pack/)
  bad({ leadTime: () => 0 }, /lead time on day \d+ must be a whole number of at least 1/)
  bad({ order: () => Number.NaN }, /an order of NaN on day 0/)
  const expedite = { leadTime: 1, orderCost: 1, unitCost: 1, order: () => 1 }
  bad({ expedite: { ...expedite, leadTime: 0 } }, /lead time of emergency orders/)
  bad({ expedite: { ...expedite, orderCost: -1 } }, /cost of an emergency order/)
  bad({ expedite: { ...expedite, unitCost: Number.NaN } }, /cost of an expedited unit/)
})
