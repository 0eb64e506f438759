import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRandom } from '../../numerics/random.ts'
import { negativeBinomialDemand, poissonDemand } from '../demand/counts.ts'
import { discreteDemand } from '../demand/discrete.ts'
import { gammaDemand } from '../demand/gamma.ts'
import { leadTimesSeen } from '../demand/leadTime.ts'
import { normalDemand } from '../demand/normal.ts'
import { protectByConvolution } from '../demand/protect.ts'
import { reorderInLots, simulate } from '../simulate/simulate.ts'
import { bestPoint, itemCurve } from './itemCurve.ts'
import { reorderPoint, type ServiceTarget } from './reorderPoint.ts'
import { optimalReorderPoint, optimalRQ, optimalRQDiscrete, rQCost, rQCostDiscrete } from './rQ.ts'
import { optimalSS, powerApproximation, sSCost } from './sS.ts'

const near = (got: number, wanted: number, within: number) =>
  assert.ok(Math.abs(got - wanted) <= within * Math.max(1, Math.abs(wanted)), `${got} is not ${wanted}`)
const cost = fc.integer({ min: 1, max: 40 })

test('the exact (s, S) is the cheapest of all small ones', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 60 }),
      cost,
      cost,
      fc
        .array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 6 })
        .filter((w) => w.slice(1).some((x) => x > 0)),
      fc.integer({ min: 0, max: 2 }),
      (K, h, p, weights, lead) => {
        const demand = discreteDemand(weights)
        const over = protectByConvolution(demand, [{ days: 1 + lead, weight: 1 }], 1).through
        const best = optimalSS(K, h, p, demand, over)
        let least = Number.POSITIVE_INFINITY
        for (let s = -25; s < 25; s += 1)
          for (let S = s + 1; S <= 30; S += 1) least = Math.min(least, sSCost(K, h, p, demand, [s, S], over))
        near(best.cost, least, 1e-9)
        near(sSCost(K, h, p, demand, [best.s, best.S], over), least, 1e-9)
      },
    ),
    { numRuns: 25 },
  )
})

test('the renewal cost of (s, S) is what a long run costs', () => {
  const demand = poissonDemand(3)
  const random = seededRandom(5)
  let [position, spent, periods] = [10, 0, 200_000]
  for (let t = 0; t < periods; t += 1) {
    if (position <= 2) {
      spent += 20
      position = 10
    }
    position -= demand.quantile(random.uniform())
    spent += position > 0 ? position : -5 * position
  }
  near(spent / periods, sSCost(20, 1, 5, demand, [2, 10]), 0.01)
})

test('whole (r, Q): none nearby is cheaper; continuous: Q and r are both best', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 200 }),
      cost,
      cost,
      fc.integer({ min: 1, max: 12 }),
      (order, holding, backorder, mean) => {
        const costs = { order, holding, backorder }
        const over = negativeBinomialDemand(mean, 2 * mean)
        const best = optimalRQDiscrete(costs, mean, over)
        near(rQCostDiscrete(costs, mean, over, [best.r, best.Q]), best.cost, 1e-9)
        for (let r = best.r - 12; r <= best.r + 12; r += 1)
          for (let Q = 1; Q <= best.Q + 12; Q += 1)
            assert.ok(rQCostDiscrete(costs, mean, over, [r, Q]) >= best.cost - 1e-9)
      },
    ),
    { numRuns: 20 },
  )
  const costs = { order: 8, holding: 0.225, backorder: 7.5 }
  const over = normalDemand(1300 / 12, 150 / Math.sqrt(12))
  const best = optimalRQ(costs, 1300, over)
  for (const dr of [-2, 0, 2])
    for (const dQ of [-8, 0, 8]) assert.ok(rQCost(costs, 1300, over, [best.r + dr, best.Q + dQ]) >= best.cost - 1e-9)
  const r = optimalReorderPoint(costs, over, 200)
  for (const by of [-1, 1]) assert.ok(rQCost(costs, 1300, over, [r + by, 200]) > rQCost(costs, 1300, over, [r, 200]))
})

test('the item curve tells what long runs with backorders show: fill, stock and lines, lead times that vary, review of a week', () => {
  const daily = discreteDemand([60, 20, 10, 0, 0, 5, 0, 0, 0, 0, 5])
  for (const reviewDays of [1, 7]) {
    const leads = [3, 9]
    const protectedDemand = protectByConvolution(daily, leadTimesSeen(leads), reviewDays)
    const [r, Q] = [9, 12]
    const predicted = itemCurve(protectedDemand, Q, 400).at(r)
    const random = seededRandom(3, reviewDays)
    const days = 120_000
    const demand = Int32Array.from({ length: days }, () => daily.quantile(random.uniform()))
    // Orders that cross change nothing in the mean: the formula holds for lead times independent of each other.
    const run = simulate({
      demand,
      startStock: 20,
      short: 'backorder',
      order: reorderInLots(
        () => r,
        () => Q,
      ),
      leadTime: () => leads[random.uniform() < 0.5 ? 0 : 1]!,
      review: (day) => day % reviewDays === 0,
    })
    near(run.filledUnits / run.units, 1 - predicted.short / daily.mean, 0.012)
    near(run.stockUnitDays / run.days, predicted.stock, reviewDays === 1 ? 0.02 : 0.04)
    if (reviewDays > 1) continue
    const lines = reorderPoint(protectedDemand, Q, { measure: 'lineFill', level: run.filledLines / run.lines })
    near(lines.r, r, 0.12)
  }
})

test('a higher promise never lowers the reorder point, and each is kept by the least that keeps it', () => {
  const measures = ['cycle', 'unitFill', 'lineFill'] as const
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 80 }),
      fc.constantFrom(...measures),
      fc.integer({ min: 50, max: 99 }),
      (mean, Q, measure, percent) => {
        const demand = protectByConvolution(negativeBinomialDemand(mean / 20, mean / 8), leadTimesSeen([4, 6, 12]), 1)
        const ask = (level: number) => reorderPoint(demand, Q, { measure, level } satisfies ServiceTarget)
        const answer = ask(percent / 100)
        assert.ok(ask(Math.min(0.999, percent / 100 + 0.01)).r >= answer.r)
        assert.ok(answer.expected >= percent / 100 - 1e-9)
        if (measure === 'unitFill' && answer.r > 0)
          assert.ok(itemCurve(demand, Q).at(answer.r - 1).short > (itemCurve(demand, Q).perDay * (100 - percent)) / 100)
      },
    ),
    { numRuns: 60 },
  )
})

test('the cycle promise is the quantile of the whole distribution, not μ + zσ', () => {
  const demand = protectByConvolution(negativeBinomialDemand(1, 8), leadTimesSeen([5, 5, 30]), 1)
  const answer = reorderPoint(demand, 10, { measure: 'cycle', level: 0.95 })
  assert.equal(answer.r, demand.through.quantile(0.95))
  assert.ok(Math.abs(answer.r - (demand.through.mean + 1.645 * Math.sqrt(demand.through.variance))) > 2)
  assert.match(
    answer.reasons[0]!,
    /^stock has to last 13.33 days, lead time and 1 day to the next look: 13.33 expected, give or take/,
  )
  assert.match(answer.reasons[1]!, /in 95 % of cycles demand stays at or below/)
  assert.match(answer.reasons[2]!, /for safety; ordered 10 at a time/)
  const large = reorderPoint(demand, 500, { measure: 'unitFill', level: 0.9 })
  assert.ok(large.safetyStock < 0)
  assert.match(large.reasons[2]!, /^\d+ is [\d.]+ below what is expected: ordered 500 at a time/)
})

test('the best point weighs stock against shortage; no demand needs none; coarse lattices tell the same as fine ones', () => {
  const demand = protectByConvolution(poissonDemand(2), leadTimesSeen([7]), 1)
  const curve = itemCurve(demand, 14)
  assert.equal(bestPoint(curve, 1, 0).r, -1)
  let last = -1
  for (const penalty of [1, 10, 100, 1000, 1e6]) {
    const point = bestPoint(curve, 1, penalty)
    assert.ok(point.r >= last)
    for (const other of curve.points)
      assert.ok(other.stock + penalty * other.short >= point.stock + penalty * point.short - 1e-9)
    last = point.r
  }
  assert.deepEqual(
    itemCurve({ before: discreteDemand([1]), through: discreteDemand([1]), reviewDays: 1, days: 5 }, 3).points,
    [{ r: -1, stock: 0, short: 0 }],
  )
  const wide = { before: gammaDemand(900, 90_000), through: gammaDemand(1000, 100_000), reviewDays: 1, days: 10 }
  for (const r of [800, 1500, 2100]) {
    near(itemCurve(wide, 400).at(r).short, itemCurve(wide, 400, 3000).at(r).short, 0.02)
    near(itemCurve(wide, 400).at(r).stock, itemCurve(wide, 400, 3000).at(r).stock, 0.008)
  }
})

test('(r, Q) and (s, S) say what they cost and why', () => {
  const lots = optimalRQDiscrete({ order: 100, holding: 20, backorder: 150 }, 1.5, poissonDemand(3))
  assert.deepEqual(lots.reasons, [
    'order 5 at a time: 0.3 orders at 100 are 30',
    'when 3 are there or on their way: 3 are expected to be asked for until they come, 0 more are kept',
    'holding at 20 and waiting customers at 150 are 77.924; 107.92 in all',
  ])
  const levels = optimalSS(5, 1, 4, poissonDemand(6))
  assert.match(
    levels.reasons[0]!,
    /^order when 4 or fewer are there or on their way, up to 10: 6 or more at a time share the 5/,
  )
  assert.match(levels.reasons[2]!, /^8.0341 a period in all/)
})

test('power approximation: within two per cent of the exact cost where it is made for, and bounded for small orders', () => {
  const demand = poissonDemand(20)
  const exact = optimalSS(200, 1, 9, demand)
  const near2 = powerApproximation(200, 1, 9, 20, Math.sqrt(20))
  const got = sSCost(200, 1, 9, demand, [Math.round(near2.s), Math.round(near2.S)])
  assert.ok(got >= exact.cost - 1e-9 && got < 1.02 * exact.cost, `${got} beside ${exact.cost}`)
  const bounded = powerApproximation(2.5, 0.18, 0.7, 50, 8, 0, true)
  near(bounded.S, 56.60395592743389, 1e-9)
})

test('bad input is named', () => {
  const demand = protectByConvolution(poissonDemand(2), leadTimesSeen([7]), 1)
  assert.throws(() => reorderPoint(demand, 5, { measure: 'cycle', level: 95 }), {
    name: 'RangeError',
    message: /service level .* not 95/,
  })
  assert.throws(() => reorderPoint(demand, 0, { measure: 'cycle', level: 0.9 }), { message: /order quantity .* not 0/ })
  assert.throws(() => reorderPoint({ ...demand, reviewDays: 7 }, 5, { measure: 'lineFill', level: 0.9 }), {
    message: /line fill needs/,
  })
  assert.throws(() => itemCurve(demand, 1.5), { name: 'RangeError', message: /order quantity must be a whole number/ })
  assert.throws(() => optimalSS(1, 1, 1, discreteDemand([1])), { name: 'RangeError', message: /there is no demand/ })
  assert.throws(() => sSCost(1, 1, 1, poissonDemand(2), [5, 5]), { message: /s below S, not 5 and 5/ })
  assert.throws(() => optimalReorderPoint({ order: 1, holding: 0, backorder: 1 }, normalDemand(1, 1), 5), {
    message: /holding cost/,
  })
  assert.throws(() => powerApproximation(1, 1, 1, 0, 1), { message: /mean must be a number above 0/ })
})
