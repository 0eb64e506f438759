import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../numerics/random.ts'
import { exactRouter } from '../pick/exact/router.ts'
import type { Layout } from '../pick/layout.ts'
import { exchangeByTours, trialOf } from './exchange.ts'
import { gatherFamilies, popularFirst } from './families.ts'
import { fitTable, type Slot, type SlotItem, whyNot } from './fit.ts'
import { historyOf, popularity } from './history.ts'
import { bestMoves } from './moves.ts'
import { metresPerOrder, predictSaving, type SlottingProblem, slotItems } from './slotting.ts'
import { byClass, byCubePerOrder, byPopularity, fillInOrder, type Slotting, slotsFromDepot } from './start.ts'

const layout: Layout = { aisles_mm: [0, 4_000, 8_000, 12_000], lines_mm: [0, 20_000], depot: { aisle: 1, line: 0 } }
const item = (id: string, more: Partial<SlotItem> = {}): SlotItem => ({
  id,
  space_cm3: 100,
  weight_g: 500,
  temperature: 'ambient',
  hazard: null,
  ...more,
})
const slot = (n: number, more: Partial<Slot> = {}): Slot => ({
  id: `s${n}`,
  place: { aisle: n % 4, along_mm: 1_000 + 3_000 * Math.floor(n / 4) },
  space_cm3: 1_000,
  most_weight_g: 10_000,
  temperature: 'ambient',
  hazards: [],
  ...more,
})

/** Cold, dangerous, heavy and bulky items among others, and slots for each, some of them empty. */
const mixed = (seed: number): SlottingProblem & { uniform: () => number } => {
  const { uniform } = seededRandom(seed, 2)
  const slots = Array.from({ length: 24 }, (_, n) =>
    slot(n, {
      temperature: n % 6 === 0 ? 'chilled' : 'ambient',
      hazards: n % 4 === 3 ? ['3'] : [],
      most_weight_g: n % 3 === 0 ? 20_000 : 5_000,
      space_cm3: n % 5 === 0 ? 5_000 : 1_000,
    }),
  )
  const items = Array.from({ length: 16 }, (_, n) =>
    item(`i${String(n).padStart(2, '0')}`, {
      temperature: n < 2 ? 'chilled' : 'ambient',
      hazard: n >= 2 && n < 4 ? '3' : null,
      weight_g: n >= 4 && n < 7 ? 15_000 : 500,
      space_cm3: n >= 7 && n < 9 ? 4_000 : 100,
    }),
  )
  const orders = Array.from({ length: 120 }, () => {
    const family = Math.floor(uniform() * 4)
    return [
      ...new Set(
        Array.from({ length: 1 + Math.floor(uniform() * 5) }, () => (family * 4 + Math.floor(uniform() ** 2 * 6)) % 16),
      ),
    ]
  })
  return { layout, slots, items, orders, uniform }
}
const keepsLimits = ({ slots, items }: SlottingProblem, slotting: Slotting): void => {
  assert.equal(new Set(slotting).size, items.length, 'one item a slot')
  for (const [at, one] of items.entries()) assert.equal(whyNot(one, slots[slotting[at]!]!), null)
}

test('weight, temperature, hazard and room are kept by every start and every search', () => {
  for (let seed = 0; seed < 30; seed += 1) {
    const problem = mixed(seed)
    const { slots, items, orders, uniform } = problem
    const fits = fitTable(items, slots)
    const history = historyOf(orders, { halfLife: 50, last: 100 })
    const picks = popularity(history, items.length)
    const near = slotsFromDepot(layout, slots)
    for (const order of [byCubePerOrder(items, picks), byPopularity(items, picks), byClass(items, picks, uniform)])
      keepsLimits(problem, fillInOrder(items, order, near, fits))
    const start = fillInOrder(items, byCubePerOrder(items, picks), near, fits)
    const gathered = gatherFamilies(layout, slots, history, start, { fits, uniform, tries: 2_000 })
    keepsLimits(problem, gathered)
    keepsLimits(problem, popularFirst(layout, slots, picks, gathered, fits))
    keepsLimits(problem, exchangeByTours(exactRouter(layout), slots, history, gathered, { fits, uniform, tries: 200 }))
    keepsLimits(problem, slotItems(problem, { uniform, familyTries: 2_000, tourTries: 200 }))
  }
})

test('why an item may not lie in a slot is said; an item without any slot is named; others make room where they can', () => {
  assert.match(whyNot(item('ice', { temperature: 'frozen' }), slot(1))!, /ice is frozen, s1 is ambient/)
  assert.match(whyNot(item('paint', { hazard: '3' }), slot(1))!, /not for hazard 3/)
  assert.match(whyNot(item('anvil', { weight_g: 50_000 }), slot(1))!, /too heavy/)
  assert.match(whyNot(item('sofa', { space_cm3: 9_999 }), slot(1))!, /more room/)
  const slots = [slot(0), slot(1, { most_weight_g: 50_000 })]
  const items = [item('cup'), item('anvil', { weight_g: 50_000 })]
  // The cup takes the strong shelf first and has to leave it again.
  assert.deepEqual([...fillInOrder(items, [0, 1], [1, 0], fitTable(items, slots))], [0, 1])
  const cold = [item('cup'), item('ice', { temperature: 'frozen' })]
  assert.throws(() => fillInOrder(cold, [0, 1], [0, 1], fitTable(cold, slots)), /no slot for ice/)
})

test('what an exchange is said to save is what it saves, and nothing changes by asking', () => {
  for (let seed = 0; seed < 20; seed += 1) {
    const { slots, items, orders, uniform } = mixed(seed)
    const fits = fitTable(items, slots)
    const history = historyOf(orders, { halfLife: 40, last: 80 })
    const start = fillInOrder(items, [...items.keys()], slotsFromDepot(layout, slots), fits)
    const trial = trialOf(exactRouter(layout), slots, history, start)
    for (let n = 0; n < 20; n += 1) {
      const [one, to] = [Math.floor(uniform() * items.length), Math.floor(uniform() * slots.length)]
      const before = trial.total()
      const { saved_m } = trial.saving(one, to)
      assert.equal(trial.total(), before)
      if (trial.itemAt[to] === one) continue
      trial.exchange(one, to)
      assert.ok(Math.abs(before - trial.total() - saved_m) < 1e-6)
      // From scratch, by another trial.
      assert.ok(Math.abs(trialOf(exactRouter(layout), slots, history, trial.slotting).total() - trial.total()) < 1e-6)
    }
  }
})

test('the swap search never makes the orders it looks at walk more', () => {
  for (let seed = 0; seed < 20; seed += 1) {
    const { slots, items, orders, uniform } = mixed(seed)
    const fits = fitTable(items, slots)
    const history = historyOf(orders, { halfLife: 1e9, last: 100 })
    const start = fillInOrder(items, [...items.keys()], slotsFromDepot(layout, slots), fits)
    const router = exactRouter(layout)
    const found = exchangeByTours(router, slots, history, start, { fits, uniform, tries: 300 })
    assert.ok(trialOf(router, slots, history, found).total() <= trialOf(router, slots, history, start).total() + 1e-9)
  }
})

test('small warehouses: within 8 % of the best of all storages on average, and never below it', () => {
  const slots = Array.from({ length: 6 }, (_, n) =>
    slot(n, { place: { aisle: n % 3, along_mm: n < 3 ? 2_000 : 15_000 } }),
  )
  const items = Array.from({ length: 6 }, (_, n) => item(`i${n}`))
  const router = exactRouter(layout)
  const permutations = (rest: readonly number[]): number[][] =>
    rest.length === 0
      ? [[]]
      : rest.flatMap((one, at) => permutations(rest.toSpliced(at, 1)).map((tail) => [one, ...tail]))
  const storages = permutations([0, 1, 2, 3, 4, 5]).map((one) => Int32Array.from(one))
  let [ours, best] = [0, 0]
  for (let seed = 0; seed < 8; seed += 1) {
    const { uniform } = seededRandom(seed, 6)
    const some = Array.from({ length: 6 }, () => [
      ...new Set(Array.from({ length: 1 + Math.floor(uniform() * 3) }, () => Math.floor(uniform() * 6))),
    ])
    const orders = Array.from({ length: 60 }, (_, n) => some[n % 6]!)
    const found = metresPerOrder(
      router,
      slots,
      slotItems({ layout, slots, items, orders }, { uniform, familyTries: 3_000, tourTries: 400 }),
      some,
    )
    const least = Math.min(...storages.map((one) => metresPerOrder(router, slots, one, some)))
    assert.ok(found >= least - 1e-9)
    ours += found
    best += least
  }
  assert.ok(ours <= 1.08 * best, `${((100 * ours) / best - 100).toFixed(1)} % over`)
})

test('what is always ordered together comes to lie in one aisle', () => {
  const slots = Array.from({ length: 12 }, (_, n) => slot(n))
  const items = Array.from({ length: 12 }, (_, n) => item(`i${String(n).padStart(2, '0')}`))
  const families = [0, 1, 2, 3].map((family) => [family, family + 4, family + 8])
  const orders = Array.from({ length: 100 }, (_, n) => families[n % 4]!)
  // Each aisle at first holds one of each family.
  const start = Int32Array.from(items, (_, n) =>
    n % 4 === 0 ? n : ((n + Math.floor(n / 4)) % 4) + 4 * Math.floor(n / 4),
  )
  const history = historyOf(orders, { halfLife: 1e9, last: 100 })
  const { uniform } = seededRandom(4)
  const found = gatherFamilies(layout, slots, history, start, { fits: () => true, uniform, tries: 20_000 })
  for (const family of families) assert.equal(new Set(family.map((one) => slots[found[one]!]!.place.aisle)).size, 1)
})

test('moves keep to their budget, come best first, and save together what they say', () => {
  for (let seed = 0; seed < 15; seed += 1) {
    const { slots, items, orders, uniform } = mixed(seed)
    const fits = fitTable(items, slots)
    const history = historyOf(orders, { halfLife: 1e9, last: 100 })
    const start = fillInOrder(items, [...items.keys()].reverse(), slotsFromDepot(layout, slots).reverse(), fits)
    const router = exactRouter(layout)
    const moves = bestMoves(router, slots, history, start, 7, { fits, uniform, tries: 400 })
    assert.ok(moves.length > 0 && moves.reduce((sum, one) => sum + one.moves, 0) <= 7)
    const after = start.slice()
    for (const { item: one, from, to, other, moves: trips, saved_m } of moves) {
      assert.ok(saved_m > 0)
      assert.equal(after[one], from)
      assert.equal(trips, other === null ? 1 : 2)
      after[one] = to
      if (other !== null) after[other] = from
    }
    keepsLimits({ layout, slots, items, orders }, after)
    const saved = trialOf(router, slots, history, start).total() - trialOf(router, slots, history, after).total()
    assert.ok(Math.abs(saved - moves.reduce((sum, one) => sum + one.saved_m, 0)) < 1e-6)
  }
})

test('same seed, same slotting; a prediction is made on orders that were not learnt from', () => {
  const problem = mixed(3)
  const options = (seed: number) => ({ uniform: seededRandom(seed).uniform, familyTries: 3_000, tourTries: 300 })
  assert.deepEqual(slotItems(problem, options(1)), slotItems(problem, options(1)))
  const present = fillInOrder(
    problem.items,
    [...problem.items.keys()].reverse(),
    slotsFromDepot(layout, problem.slots).reverse(),
    fitTable(problem.items, problem.slots),
  )
  const predicted = predictSaving(problem, present, options(1))
  assert.ok(predicted > 0.05 && predicted < 0.9, `${predicted}`)
  assert.throws(() => predictSaving({ ...problem, orders: [[1]] }, present, options(1)), /too few orders/)
  assert.throws(() => historyOf([], { halfLife: 0, last: 1 }), RangeError)
})

test('cube-per-order index, popularity and classes put first what they should', () => {
  const items = [
    item('bulky', { space_cm3: 1_000 }),
    item('small', { space_cm3: 10 }),
    item('never'),
    item('often', { space_cm3: 1_000 }),
  ]
  const picks = Float64Array.of(10, 5, 0, 100)
  assert.deepEqual(
    byCubePerOrder(items, picks).map((at) => items[at]!.id),
    ['small', 'often', 'bulky', 'never'],
  )
  assert.deepEqual(
    byPopularity(items, picks).map((at) => items[at]!.id),
    ['often', 'bulky', 'small', 'never'],
  )
  assert.equal(byClass(items, picks, seededRandom(1).uniform)[0], 3)
  const weights = historyOf([[0], [0], [0]], { halfLife: 1, last: 2 })
  assert.deepEqual([...popularity(weights, 1)], [1.5])
})

test('told to stop at any moment, a slotting fits', () => {
  const problem = mixed(5)
  for (const after of [0, 1, 50, 2_000, 5_000]) {
    let asked = 0
    const options = {
      uniform: seededRandom(4).uniform,
      familyTries: 4_000,
      tourTries: 1e9,
      stop: () => ++asked > after,
    }
    keepsLimits(problem, slotItems(problem, options))
  }
})
