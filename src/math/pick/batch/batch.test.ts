import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../numerics/random.ts'
import { exactRouter } from '../exact/router.ts'
import type { Layout, Place } from '../layout.ts'
import { type Batch, batchOf, bySavings, type Cart, firstCome, fits, improveBatches, type PickOrder } from './batch.ts'
import { durationOf, type Pace, schedule, standingOf, worse } from './schedule.ts'

const layout: Layout = {
  aisles_mm: Array.from({ length: 10 }, (_, n) => 4_000 * n),
  lines_mm: [0, 30_000],
  depot: { aisle: 0, line: 0 },
}
const router = exactRouter(layout)
const length = (places: readonly Place[]): number => router.length_mm(places)
const cart: Cart = { cube_cm3: 1_000, lines: 12 }

const wave = (seed: number, n: number, due: boolean): PickOrder[] => {
  const random = seededRandom(seed, 9)
  const below = (most: number): number => Math.floor(random.uniform() * most)
  return Array.from({ length: n }, (_, at) => ({
    id: `o${at}`,
    places: Array.from({ length: 1 + below(4) }, () => ({ aisle: below(10), along_mm: below(30_000) })),
    cube_cm3: 50 + below(300),
    due_s: due && random.uniform() < 0.5 ? 120 + below(900) : null,
  }))
}
const total = (batches: readonly Batch[]): number => batches.reduce((sum, one) => sum + one.length_mm, 0)
const search = (seed: number, tries: number, pace: Pace | null = null) => ({
  cart,
  length,
  pace,
  uniform: seededRandom(seed).uniform,
  tries,
})

test('every order is in one batch, every batch fits the cart, and lengths are those of its tour', () => {
  for (let seed = 0; seed < 20; seed += 1) {
    const orders = wave(seed, 30, false)
    const saved = bySavings(orders, cart, length)
    for (const batches of [firstCome(orders, cart, length), saved, improveBatches(saved, search(seed, 300))]) {
      assert.deepEqual(
        batches.flatMap((one) => one.orders.map(({ id }) => id)).sort(),
        orders.map(({ id }) => id).sort(),
      )
      for (const one of batches) {
        assert.ok(fits(one.orders, cart))
        assert.equal(one.length_mm, batchOf(one.orders, length).length_mm)
      }
    }
  }
})

test('savings walk less than first come, and local search never more than what it began with', () => {
  let [first, saved, better] = [0, 0, 0]
  for (let seed = 0; seed < 20; seed += 1) {
    const orders = wave(seed, 30, false)
    const start = bySavings(orders, cart, length)
    const improved = improveBatches(start, search(seed, 500))
    assert.ok(total(improved) <= total(start))
    first += total(firstCome(orders, cart, length))
    saved += total(start)
    better += total(improved)
  }
  assert.ok(saved < 0.85 * first, `${saved} of ${first}`)
  assert.ok(better < saved)
})

/** Every way to divide orders among carts. */
const shortestPartition = (orders: readonly PickOrder[]): number => {
  const divide = (at: number, groups: readonly (readonly PickOrder[])[]): number => {
    if (at === orders.length) return total(groups.map((group) => batchOf(group, length)))
    const one = orders[at]!
    return Math.min(
      divide(at + 1, [...groups, [one]]),
      ...groups.flatMap((group, n) =>
        fits([...group, one], cart) ? [divide(at + 1, groups.with(n, [...group, one]))] : [],
      ),
    )
  }
  return divide(0, [])
}

test('small waves: within 2 % of the best of all divisions on average, and never below it', () => {
  let [ours, best] = [0, 0]
  for (let seed = 0; seed < 15; seed += 1) {
    const orders = wave(seed, 7, false)
    const found = total(improveBatches(bySavings(orders, cart, length), search(seed, 1_000)))
    const least = shortestPartition(orders)
    assert.ok(found >= least)
    ours += found
    best += least
  }
  assert.ok(ours <= 1.02 * best, `${((100 * ours) / best - 100).toFixed(2)} % over`)
})

test('due times: the search makes a wave less late before it makes it shorter', () => {
  const pace: Pace = { pickers: 2, mm_per_s: 1_000, setup_s: 60, line_s: 10 }
  let helped = 0
  for (let seed = 0; seed < 15; seed += 1) {
    const orders = wave(seed, 25, true)
    const start = bySavings(orders, cart, length, { pace })
    const found = improveBatches(start, search(seed, 400, pace))
    const [before, after] = [standingOf(start, pace), standingOf(found, pace)]
    assert.ok(!worse(after, before))
    if (after.late_s < before.late_s) helped += 1
  }
  assert.ok(helped > 3)
})

test('a schedule takes the earliest due first, each picker one batch after another', () => {
  const pace: Pace = { pickers: 1, mm_per_s: 1_000, setup_s: 10, line_s: 5 }
  const one = (id: string, due_s: number | null): Batch =>
    batchOf([{ id, places: [{ aisle: 0, along_mm: 10_000 }], cube_cm3: 1, due_s }], length)
  const late = one('late', 30)
  const soon = one('soon', 40)
  assert.equal(durationOf(late, pace), 10 + 20 + 5)
  const planned = schedule([one('any', null), soon, late], pace)
  assert.deepEqual(
    planned.map(({ batch, from_s, to_s }) => [batch.orders[0]!.id, from_s, to_s]),
    [
      ['late', 0, 35],
      ['soon', 35, 70],
      ['any', 70, 105],
    ],
  )
  assert.deepEqual(standingOf([soon, late], pace), { late_s: 35, length_mm: 40_000 })
  assert.throws(() => schedule([late], { ...pace, pickers: 0 }), RangeError)
})

test('an order that no cart can take is named', () => {
  const large: PickOrder = { id: 'sofa', places: [{ aisle: 0, along_mm: 1 }], cube_cm3: 2_000, due_s: null }
  assert.throws(() => firstCome([large], cart, length), /order sofa does not fit a cart/)
  assert.throws(() => bySavings([large], cart, length), /order sofa/)
})

test('told to stop at any moment, every order is in one batch that fits', () => {
  const orders = wave(6, 40, false)
  for (const after of [0, 5, 45, 60, 500]) {
    let asked = 0
    const stop = () => ++asked > after
    const batches = improveBatches(bySavings(orders, cart, length, { stop }), { ...search(1, 1e9), stop })
    const inBatches = batches.flatMap((one) => one.orders.map(({ id }) => id)).sort()
    assert.deepEqual(inBatches, orders.map(({ id }) => id).sort())
    for (const one of batches) assert.ok(fits(one.orders, cart))
  }
})
