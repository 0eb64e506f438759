import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Rule, ruleRoute } from './baseline.ts'
import { exactRouter } from './exact/router.ts'
import { depotOf, type Layout, pathLength_mm } from './layout.ts'
import { randomWarehouse } from './testWarehouse.ts'
import { reversedForLoading, splitByZone } from './zones.ts'

const RULES: readonly Rule[] = ['sShape', 'return', 'largestGap']

test('rules of thumb visit every place once and never walk less than the shortest tour', () => {
  for (let seed = 0; seed < 600; seed += 1) {
    const { layout, places } = randomWarehouse(seed)
    const shortest = exactRouter(layout).length_mm(places)
    for (const rule of RULES) {
      const { length_mm, order, path } = ruleRoute(layout, places, rule)
      assert.deepEqual(
        [...order].sort((a, b) => a - b),
        places.map((_, at) => at),
        `${rule}, seed ${seed}`,
      )
      assert.deepEqual([path[0], path.at(-1)], [depotOf(layout), depotOf(layout)])
      assert.equal(pathLength_mm(layout, path), length_mm)
      assert.ok(length_mm >= shortest, `${rule}, seed ${seed}`)
    }
  }
})

const layout: Layout = { aisles_mm: [0, 4_000, 8_000, 12_000], lines_mm: [0, 30_000], depot: { aisle: 0, line: 0 } }
const at = (aisle: number, metres: number) => ({ aisle, along_mm: metres * 1_000 })

test('one block, by hand: walked through, in and out, and round the largest gap', () => {
  const places = [at(0, 5), at(1, 5), at(1, 25), at(2, 20), at(3, 10)]
  // Through four aisles and back along the front: 4 × 30 + 12 + 12.
  assert.equal(ruleRoute(layout, places, 'sShape').length_mm, 144_000)
  // To 5, 25, 20, 10 and back: 2 × 60 + 24.
  assert.equal(ruleRoute(layout, places, 'return').length_mm, 144_000)
  // Through the outer two; aisle 1: 5 from the front and 5 from the back; aisle 2: 10 from the back: 60 + 40 + 24.
  assert.equal(ruleRoute(layout, places, 'largestGap').length_mm, 124_000)
  // Into aisles 0 and 3 from the front (10 + 20), through 1 and 2: no rule mixes the two.
  assert.equal(exactRouter(layout).length_mm(places), 114_000)
})

test('an odd number of aisles: the last is walked as far as needed', () => {
  assert.equal(ruleRoute(layout, [at(0, 5), at(1, 5), at(2, 7)], 'sShape').length_mm, 60_000 + 14_000 + 16_000)
  assert.equal(ruleRoute(layout, [], 'sShape').length_mm, 0)
  assert.throws(() => ruleRoute(layout, [at(4, 1)], 'return'), RangeError)
})

test('lines are split by zone; orders for a truck are reversed, the last stop first', () => {
  const places = [at(0, 1), at(3, 1), at(1, 1)]
  const zones = [
    { id: 'left', fromAisle: 0, toAisle: 1 },
    { id: 'right', fromAisle: 2, toAisle: 3 },
  ]
  assert.deepEqual(
    [...splitByZone(places, zones)],
    [
      ['left', [0, 2]],
      ['right', [1]],
    ],
  )
  assert.throws(() => splitByZone(places, zones.slice(0, 1)), /aisle 3 lies in no zone/)
  assert.throws(() => splitByZone(places, [...zones, { id: 'x', fromAisle: 3, toAisle: 4 }]), /overlaps/)
  const orders = [
    { id: 'a', stop: 1 },
    { id: 'b', stop: 3 },
    { id: 'c', stop: 1 },
  ]
  assert.deepEqual(
    reversedForLoading(orders).map(({ id }) => id),
    ['b', 'a', 'c'],
  )
})
