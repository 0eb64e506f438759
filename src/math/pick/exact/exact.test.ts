import assert from 'node:assert/strict'
import { test } from 'node:test'
import { depotOf, type Layout, pathLength_mm } from '../layout.ts'
import { randomWarehouse, shortestByTrial, walksOf } from '../testWarehouse.ts'
import { machineOf } from './machine.ts'
import { exactRouter } from './router.ts'

test('tours of one, two, three and four blocks are as short as brute force finds, in 1,000 random warehouses', () => {
  for (let seed = 0; seed < 1_000; seed += 1) {
    const { layout, places } = randomWarehouse(seed)
    assert.equal(exactRouter(layout).length_mm(places), shortestByTrial(walksOf(layout, places)), `seed ${seed}`)
  }
})

test('the tour itself visits every place once, closes at the depot, and is as long as it says', () => {
  for (let seed = 0; seed < 400; seed += 1) {
    const { layout, places } = randomWarehouse(seed)
    const { length_mm, order, path } = exactRouter(layout).route(places)
    assert.deepEqual(
      [...order].sort((a, b) => a - b),
      places.map((_, at) => at),
      `seed ${seed}`,
    )
    assert.deepEqual([path[0], path.at(-1)], [depotOf(layout), depotOf(layout)])
    assert.equal(pathLength_mm(layout, path), length_mm, `seed ${seed}`)
    // The walk through the places alone cannot be shorter: then it would not be the shortest.
    const visited = [depotOf(layout), ...order.map((at) => places[at]!), depotOf(layout)]
    assert.equal(pathLength_mm(layout, visited), length_mm, `seed ${seed}`)
    const stops = path.map((place) => `${place.aisle}/${place.along_mm}`)
    for (const at of order) assert.ok(stops.includes(`${places[at]!.aisle}/${places[at]!.along_mm}`))
  }
})

test('two cross aisles make the seven classes of Ratliff & Rosenthal, three the 25 of Roodbergen & de Koster', () => {
  assert.deepEqual(
    [2, 3, 4, 5].map((lines) => machineOf(lines).states),
    [7, 25, 113, 569],
  )
})

test('no places, no walk; what lies outside or has too many cross aisles is refused', () => {
  const layout: Layout = { aisles_mm: [0, 4_000], lines_mm: [0, 20_000], depot: { aisle: 0, line: 0 } }
  const router = exactRouter(layout)
  assert.deepEqual([router.length_mm([]), router.route([]).order], [0, []])
  assert.equal(router.length_mm([{ aisle: 1, along_mm: 5_000 }]), 18_000)
  assert.throws(() => router.length_mm([{ aisle: 2, along_mm: 5_000 }]), /no place 5000 mm along aisle 2/)
  assert.throws(() => router.length_mm([{ aisle: 0, along_mm: 20_001 }]), RangeError)
  assert.throws(() => exactRouter({ ...layout, lines_mm: [0, 1, 2, 3, 4, 5] }), /at most 5 cross aisles/)
  assert.throws(() => exactRouter({ ...layout, lines_mm: [0] }), /two cross aisles/)
  assert.throws(() => exactRouter({ ...layout, depot: { aisle: 2, line: 0 } }), /depot/)
})
