import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../numerics/random.ts'
import { boundByPrices } from './bound.ts'
import { sourceOrder } from './oneOrder.ts'
import { checkWave, planCost, planProblem, type Wave, type WaveOrder } from './problem.ts'
import { greedyWave, sourceWave } from './sourceWave.ts'
import { bestByTrial, randomWave } from './testWaves.ts'

test('one order is sourced as well as by trying everything', () => {
  for (let seed = 0; seed < 150; seed += 1) {
    const wave = randomWave(seed, 1, 3, 3)
    const { takes, priced } = sourceOrder(
      wave.orders[0]!,
      wave.sites,
      (item, site) => wave.stock[item]![site]!,
      () => 0,
    )
    assert.equal(planProblem(wave, [takes]), null)
    assert.equal(planCost(wave, [takes]), bestByTrial(wave), `seed ${seed}`)
    assert.ok(Math.abs(priced - planCost(wave, [takes])) < 1e-9)
  }
})

test('small waves: bound ≤ best of all plans ≤ ours ≤ greedy, ours within 1 % of the best on average', () => {
  let [ours, best, greedy] = [0, 0, 0]
  for (let seed = 0; seed < 60; seed += 1) {
    const wave = randomWave(seed, 3, 2, 2)
    const answer = sourceWave(wave, { uniform: seededRandom(seed).uniform, tries: 150 })
    const least = bestByTrial(wave)
    assert.equal(planProblem(wave, answer.plan), null)
    assert.ok(
      answer.bound <= least + 1e-6 && least <= answer.cost + 1e-9 && answer.cost <= answer.greedy + 1e-9,
      `seed ${seed}`,
    )
    ours += answer.cost
    best += least
    greedy += answer.greedy
  }
  assert.ok(ours <= 1.01 * best, `${((100 * ours) / best - 100).toFixed(2)} % over`)
  assert.ok(greedy > 1.01 * best, 'greedy leaves something to find')
})

test('larger waves keep all limits, never cost more than greedy, and the same seed gives the same plan', () => {
  for (let seed = 0; seed < 8; seed += 1) {
    const wave = randomWave(seed, 40, 12, 5)
    const answer = sourceWave(wave, { uniform: seededRandom(seed).uniform, tries: 400 })
    assert.equal(planProblem(wave, answer.plan), null)
    assert.equal(planProblem(wave, greedyWave(wave)), null)
    assert.ok(Math.abs(answer.cost - planCost(wave, answer.plan)) < 1e-6)
    assert.ok(Math.abs(answer.greedy - planCost(wave, greedyWave(wave))) < 1e-6)
    assert.ok(answer.bound <= answer.cost + 1e-6 && answer.cost <= answer.greedy + 1e-9)
    assert.deepEqual(sourceWave(wave, { uniform: seededRandom(seed).uniform, tries: 400 }), answer)
  }
})

test('the last unit goes to whom it is worth most, though another comes first', () => {
  const one = (id: string, short_cost: number): WaveOrder => ({
    id,
    lines: [{ item: 0, units: 1, short_cost }],
    shipment: [2],
    unit: [0],
    maxSplits: 1,
  })
  const wave: Wave = { sites: 1, stock: [[1]], orders: [one('first', 5), one('dear', 50)] }
  assert.equal(planCost(wave, greedyWave(wave)), 52)
  const { plan, cost, bound } = sourceWave(wave, { uniform: seededRandom(1).uniform, tries: 50 })
  assert.deepEqual([plan[0], cost], [[], 7])
  assert.ok(bound > 6.9)
  assert.ok(boundByPrices(wave, 52, 1).bound <= 7)
})

test('plenty of stock: greedy is the best there is, and the bound says so', () => {
  const wave = randomWave(5, 30, 6, 4)
  const rich: Wave = { ...wave, stock: wave.stock.map((row) => row.map(() => 1_000)) }
  const { cost, greedy, bound } = sourceWave(rich, { uniform: seededRandom(1).uniform, tries: 50 })
  assert.equal(cost, greedy)
  assert.ok(Math.abs(bound - greedy) < 1e-6)
})

test('what is wrong with a wave or a plan is said', () => {
  const wave = randomWave(1, 2, 2, 2)
  assert.throws(() => checkWave({ ...wave, sites: 13 }), /1 to 12 sites/)
  assert.throws(() => checkWave({ ...wave, stock: [[1]] }), /stock of item 0/)
  const twice: WaveOrder = {
    ...wave.orders[0]!,
    lines: [
      { item: 0, units: 1, short_cost: 1 },
      { item: 0, units: 1, short_cost: 1 },
    ],
  }
  assert.throws(() => checkWave({ ...wave, orders: [twice] }), /names an item twice/)
  const poor: Wave = {
    sites: 1,
    stock: [[0]],
    orders: [{ id: 'a', lines: [{ item: 0, units: 1, short_cost: 1 }], shipment: [1], unit: [0], maxSplits: 1 }],
  }
  assert.match(planProblem(poor, [[{ line: 0, site: 0, units: 1 }]])!, /more of item 0/)
  assert.match(planProblem(poor, [[{ line: 0, site: 0, units: 2 }]])!, /more than it ordered/)
})

test('told to stop at any moment, a wave has a plan that holds, never above greedy', () => {
  const wave = randomWave(3, 30, 10, 4)
  for (const after of [0, 1, 10, 100, 1_000]) {
    let asked = 0
    const answer = sourceWave(wave, { uniform: seededRandom(2).uniform, tries: 1e9, stop: () => ++asked > after })
    assert.equal(planProblem(wave, answer.plan), null)
    assert.ok(answer.cost <= answer.greedy + 1e-9 && answer.bound <= answer.cost + 1e-6)
  }
})
