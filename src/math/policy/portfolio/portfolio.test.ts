import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { negativeBinomialDemand } from '../demand/counts.ts'
import { leadTimesSeen } from '../demand/leadTime.ts'
import { protectByConvolution } from '../demand/protect.ts'
import { bestPoint, type ItemCurve, itemCurve } from '../reorder/itemCurve.ts'
import { penaltyForFill } from './calibrate.ts'
import { optimisePortfolio, type PortfolioItem } from './portfolio.ts'

const curveOf = (perDay: number, spread: number, Q: number): ItemCurve =>
  itemCurve(protectByConvolution(negativeBinomialDemand(perDay, perDay * spread), leadTimesSeen([5, 8]), 1), Q)
const items: PortfolioItem[] = [
  { id: 'cheap', curve: curveOf(2, 2, 20), unitCost: 0.5, weight: 1 },
  { id: 'dear', curve: curveOf(1, 3, 10), unitCost: 40, weight: 1 },
  { id: 'lumpy', curve: curveOf(0.5, 9, 8), unitCost: 5, weight: 1 },
]
const sumsOf = (list: readonly PortfolioItem[], points: ReadonlyMap<string, { stock: number; short: number }>) => ({
  stock: list.reduce((sum, { id, unitCost }) => sum + unitCost * points.get(id)!.stock, 0),
  short: list.reduce((sum, { id, weight }) => sum + weight * points.get(id)!.short, 0),
})

test('no choice of points has as little shortage for less stock', () => {
  fc.assert(
    fc.property(fc.integer({ min: 50, max: 99 }), fc.boolean(), (percent, byValue) => {
      const list = items.map((item) => ({ ...item, weight: byValue ? item.unitCost : 1 }))
      const best = optimisePortfolio(list, { fill: percent / 100 })
      const got = sumsOf(list, best.points)
      assert.ok(Math.abs(got.stock - best.stockValue) < 1e-6)
      assert.ok(best.fill >= percent / 100 - 1e-9)
      for (const a of list[0]!.curve.points)
        for (const b of list[1]!.curve.points)
          for (const c of list[2]!.curve.points) {
            const other = sumsOf(
              list,
              new Map([
                ['cheap', a],
                ['dear', b],
                ['lumpy', c],
              ]),
            )
            assert.ok(other.short > got.short + 1e-12 || other.stock >= got.stock - 1e-9)
          }
    }),
    { numRuns: 6 },
  )
})

test('more fill takes more stock; a budget is kept, and buys the fill that the same stock is needed for', () => {
  let last = 0
  for (const fill of [0.5, 0.8, 0.9, 0.95, 0.99]) {
    const { stockValue, points, exchangeRate } = optimisePortfolio(items, { fill })
    assert.ok(stockValue > last)
    last = stockValue
    const back = optimisePortfolio(items, { budget: stockValue + 1e-9 })
    assert.deepEqual([...back.points], [...points])
    // The rate at which it stops is the penalty that chooses the same point for each item alone.
    for (const { id, curve, unitCost } of items) {
      const { r } = bestPoint(curve, unitCost, (1 + 1e-9) / exchangeRate)
      assert.equal(r, points.get(id)!.r)
    }
  }
  for (const budget of [0, 10, 55, 300]) assert.ok(optimisePortfolio(items, { budget }).stockValue <= budget)
  assert.equal(optimisePortfolio(items, { budget: 0 }).points.get('dear')!.r, -1)
})

test('a step that pays only together with the next is taken with it or not at all', () => {
  const at = (r: number) => ({ r, stock: r + 1, short: 0 })
  const curve: ItemCurve = {
    points: [
      { r: -1, stock: 0, short: 10 },
      { r: 0, stock: 1, short: 9.9 },
      { r: 1, stock: 2, short: 0 },
    ],
    at,
    Q: 1,
    perDay: 10,
  }
  const one = [{ id: 'one', curve, unitCost: 1, weight: 1 }]
  assert.equal(optimisePortfolio(one, { budget: 1.5 }).points.get('one')!.r, -1)
  assert.equal(optimisePortfolio(one, { budget: 2 }).points.get('one')!.r, 1)
  assert.equal(optimisePortfolio(one, { fill: 0.005 }).points.get('one')!.r, 1)
})

test('what is cheap is kept first when units count; the answer says what it is worth', () => {
  const { points, reasons } = optimisePortfolio(items, { fill: 0.6 })
  assert.ok(points.get('cheap')!.r > 0 && points.get('dear')!.r === -1)
  assert.match(reasons[0]!, /^\d of 3 items are kept, [\d.]+ of stock on average, for [\d.]+ % \(asked 60 %\)$/)
  assert.match(reasons[1]!, /the last 1.00 of stock prevents [\d.]+ of shortage a day/)
})

test('calibration reads the penalty between trials, in both directions, and levels noise', () => {
  const trials = [
    { penalty: 100, fill: 0.9 },
    { penalty: 1000, fill: 0.99 },
  ]
  assert.ok(Math.abs(penaltyForFill(trials, 0.9) - 100) < 1e-6)
  assert.ok(Math.abs(penaltyForFill(trials, 1 - 0.1 ** 1.5) - 100 * Math.sqrt(10)) < 1e-6)
  assert.ok(Math.abs(penaltyForFill(trials, 0.999999) - 4000) < 1e-6)
  assert.ok(Math.abs(penaltyForFill(trials, 0.1) - 25) < 1e-6)
  const noisy = [...trials, { penalty: 300, fill: 0.88 }]
  let last = 0
  for (let target = 0.85; target < 0.995; target += 0.01) {
    const penalty = penaltyForFill(noisy, target)
    assert.ok(penalty >= last)
    last = penalty
  }
  assert.ok(
    penaltyForFill(
      [
        { penalty: 5, fill: 0.9 },
        { penalty: 9, fill: 0.8 },
      ],
      0.95,
    ) > 0,
  )
})

test('bad input is named', () => {
  assert.throws(() => optimisePortfolio([], { fill: 0.9 }), { name: 'RangeError', message: /items must not be empty/ })
  assert.throws(() => optimisePortfolio(items, { fill: 95 }), { message: /fill target .* not 95/ })
  assert.throws(() => optimisePortfolio(items, { budget: -1 }), { message: /budget/ })
  assert.throws(() => optimisePortfolio([items[0]!, items[0]!], { fill: 0.9 }), { message: /same id/ })
  assert.throws(() => penaltyForFill([{ penalty: 1, fill: 0.9 }], 0.9), { message: /try at least two/ })
  assert.throws(
    () =>
      penaltyForFill(
        [
          { penalty: 0, fill: 0.9 },
          { penalty: 1, fill: 1 },
        ],
        0.9,
      ),
    { message: /penalty/ },
  )
})
