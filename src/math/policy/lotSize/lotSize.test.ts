import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { negativeBinomialDemand } from '../demand/counts.ts'
import { empiricalDemand } from '../demand/empirical.ts'
import {
  economicOrderQuantity,
  economicOrderQuantityAllUnits,
  economicOrderQuantityIncremental,
  economicOrderQuantityWithBackorders,
} from './eoq.ts'
import { newsvendor, newsvendorCost } from './newsvendor.ts'
import { wagnerWhitin } from './wagnerWhitin.ts'

const cost = fc.integer({ min: 1, max: 50 })

test('Wagner–Whitin is the cheapest of all plans, and covers demand', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 7 }),
      fc.array(cost, { minLength: 7, maxLength: 7 }),
      fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 7, maxLength: 7 }),
      (demand, fixed, holding) => {
        const T = demand.length
        const plan = wagnerWhitin(demand, fixed.slice(0, T), holding.slice(0, T))
        let least = Number.POSITIVE_INFINITY
        // Every set of periods with an order; each order covers demand to the next.
        for (let set = 0; set < 2 ** T; set += 1) {
          let [sum, since] = [0, -1]
          for (let t = 0; t < T; t += 1) {
            if ((set >> t) & 1) {
              since = t
              sum += fixed[t]!
            }
            if (demand[t]! === 0) continue
            if (since < 0) sum = Number.POSITIVE_INFINITY
            else for (let held = since; held < t; held += 1) sum += demand[t]! * holding[held]!
          }
          least = Math.min(least, sum)
        }
        assert.ok(Math.abs(plan.cost - least) < 1e-9, `${plan.cost} is not ${least}`)
        let [stock, paid] = [0, 0]
        for (let t = 0; t < T; t += 1) {
          if (plan.orders[t]! > 0) paid += fixed[t]!
          stock += plan.orders[t]! - demand[t]!
          assert.ok(stock >= 0)
          paid += stock * holding[t]!
        }
        assert.equal(stock, 0)
        assert.ok(Math.abs(paid - plan.cost) < 1e-9)
      },
    ),
    { numRuns: 80 },
  )
})

/** What Q units cost, goods included, when each price holds for all, or for the units above its break. */
const goods = (Q: number, breaks: readonly { from: number; unitCost: number }[], all: boolean): number =>
  all
    ? Q * breaks.findLast(({ from }) => from <= Q)!.unitCost
    : breaks.reduce(
        (sum, { from, unitCost }, at) => sum + Math.max(0, Math.min(Q, breaks[at + 1]?.from ?? Q) - from) * unitCost,
        0,
      )

test('discounts: no quantity is cheaper than the one answered, and its cost is what it costs', () => {
  fc.assert(
    fc.property(
      cost,
      cost,
      fc.integer({ min: 5, max: 800 }),
      fc.integer({ min: 10, max: 300 }),
      (K, D, first, second) => {
        const breaks = [
          { from: 0, unitCost: 2 },
          { from: first, unitCost: 1.8 },
          { from: first + second, unitCost: 1.5 },
        ]
        for (const all of [true, false]) {
          const answer = (all ? economicOrderQuantityAllUnits : economicOrderQuantityIncremental)(K, 0.2, D, breaks)
          const costOf = (Q: number) =>
            (goods(Q, breaks, all) * D) / Q + (K * D) / Q + (0.2 * goods(Q, breaks, all)) / 2
          assert.ok(Math.abs(costOf(answer.quantity) - answer.cost) < 1e-9 * answer.cost)
          for (let Q = 1; Q < 1500; Q += 7) assert.ok(costOf(Q) >= answer.cost - 1e-9, `${Q} is cheaper`)
          assert.ok(answer.reasons.some((one) => one.endsWith('the least')))
        }
      },
    ),
    { numRuns: 40 },
  )
})

test('EOQ with backorders costs less than without, and nothing near it costs less', () => {
  const [K, h, p, D] = [8, 0.225, 7.5, 1300]
  const answer = economicOrderQuantityWithBackorders(K, h, p, D)
  assert.ok(answer.cost < economicOrderQuantity(K, h, D).cost)
  const costOf = (Q: number, b: number) => (K * D) / Q + (h * (Q - b) ** 2) / (2 * Q) + (p * b * b) / (2 * Q)
  assert.ok(Math.abs(costOf(answer.quantity, answer.largestBackorder) - answer.cost) < 1e-9)
  for (const dQ of [0.97, 1.03])
    for (const db of [0.9, 1.1]) assert.ok(costOf(answer.quantity * dQ, answer.largestBackorder * db) > answer.cost)
})

test('the newsvendor’s quantity is the cheapest whole one for any distribution', () => {
  fc.assert(
    fc.property(
      cost,
      cost,
      fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 15 }),
      (h, p, seen) => {
        for (const demand of [empiricalDemand(seen), negativeBinomialDemand(1 + seen.length, 3 * (1 + seen.length))]) {
          const { quantity, cost: least } = newsvendor(h, p, demand)
          assert.ok(Number.isInteger(quantity))
          for (let x = 0; x <= 60; x += 1) assert.ok(newsvendorCost(h, p, demand, x) >= least - 1e-9)
        }
      },
    ),
    { numRuns: 60 },
  )
})

test('answers carry their arithmetic; bad input is named', () => {
  assert.deepEqual(economicOrderQuantity(8, 0.225, 1300).reasons, [
    '√(2 × 8 an order × 1300 demand ÷ 0.225 holding) = 304.047',
    'ordering 34.2053 + holding 34.2053 = 68.4105: at this quantity the two are alike',
  ])
  assert.match(newsvendor(1, 4, empiricalDemand([1, 2, 3])).reasons[0]!, /4 ÷ \(4 \+ 1\) = 80 % of cases/)
  assert.match(wagnerWhitin([90, 120, 80, 70], 500, 2).reasons[0]!, /period 1: 210 for periods 1 to 2/)
  assert.throws(() => economicOrderQuantity(-1, 1, 1), { name: 'RangeError', message: /order cost must be .* not -1/ })
  assert.throws(() => economicOrderQuantity(1, 0, 1), { name: 'RangeError', message: /holding cost/ })
  assert.throws(() => economicOrderQuantityAllUnits(1, 1, 1, []), { message: /price breaks must not be empty/ })
  const falling = [
    { from: 10, unitCost: 2 },
    { from: 5, unitCost: 1 },
  ]
  assert.throws(() => economicOrderQuantityIncremental(1, 1, 1, falling), {
    name: 'RangeError',
    message: /5 stands after 10/,
  })
  const rising = [
    { from: 0, unitCost: 1 },
    { from: 5, unitCost: 2 },
  ]
  assert.throws(() => economicOrderQuantityAllUnits(1, 1, 1, rising), { message: /price from 5 must be below/ })
  assert.throws(() => wagnerWhitin([1, -2], 1, 1), { name: 'RangeError', message: /demand .* not -2/ })
  assert.throws(() => wagnerWhitin([1, 2], [1], 1), { message: /order cost is given for 1 of 2 periods/ })
  assert.throws(() => wagnerWhitin([], 1, 1), { message: /demand must not be empty/ })
  assert.throws(() => newsvendor(0, 1, empiricalDemand([1])), { message: /overage cost/ })
})
