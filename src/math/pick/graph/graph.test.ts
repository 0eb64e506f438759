import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../numerics/random.ts'
import { exactRouter } from '../exact/router.ts'
import { randomWarehouse, shortestByTrial } from '../testWarehouse.ts'
import { type AisleGraph, type Direction, graphOf, graphRoute } from './aisleGraph.ts'
import { shortTour, tourLength } from './tour.ts'

/** All shortest ways (Floyd 1962, Warshall 1962): shares nothing with the heap. */
const floyd = ({ nodes, arcs }: AisleGraph): number[][] => {
  const far = Array.from({ length: nodes }, (_, a) =>
    Array.from({ length: nodes }, (_, b): number => (a === b ? 0 : 1e12)),
  )
  for (const { from, to, length_mm } of arcs) far[from]![to] = Math.min(far[from]![to]!, length_mm)
  for (let via = 0; via < nodes; via += 1)
    for (let a = 0; a < nodes; a += 1)
      for (let b = 0; b < nodes; b += 1) far[a]![b] = Math.min(far[a]![b]!, far[a]![via]! + far[via]![b]!)
  return far
}

test('the graph of a layout gives the tours of the exact router, with up to six blocks those of trial', () => {
  for (let seed = 0; seed < 200; seed += 1) {
    const { layout, places } = randomWarehouse(seed, 1 + (seed % 6))
    const { graph, depot, stops } = graphOf(layout, places)
    const { length_mm, order } = graphRoute(graph, depot, stops)
    assert.deepEqual(
      [...order].sort((a, b) => a - b),
      places.map((_, at) => at),
    )
    if (layout.lines_mm.length <= 5) assert.equal(length_mm, exactRouter(layout).length_mm(places), `seed ${seed}`)
  }
})

test('one-way aisles: as short as trial over all orders of visit, and nobody walks against an arrow', () => {
  let longer = 0
  for (let seed = 0; seed < 300; seed += 1) {
    const { layout, places } = randomWarehouse(seed)
    const random = seededRandom(seed, 3)
    const directions = layout.aisles_mm.map(
      (): Direction => (['both', 'up', 'down'] as const)[Math.floor(random.uniform() * 3)]!,
    )
    // Somebody has to come back: the first aisle is open both ways.
    directions[0] = 'both'
    const { graph, depot, stops } = graphOf(layout, places, directions)
    const { length_mm } = graphRoute(graph, depot, stops)
    const far = floyd(graph)
    const rows = [depot, ...stops]
    assert.equal(length_mm, shortestByTrial(rows.map((a) => rows.map((b) => far[a]![b]!))), `seed ${seed}`)
    const free = exactRouter(layout).length_mm(places)
    assert.ok(length_mm >= free)
    if (length_mm > free) longer += 1
  }
  assert.ok(longer > 50, 'arrows made some tours longer')
})

test('more stops than can be tried: within 5 % of the exact tour on average, and never shorter', () => {
  let [ours, best] = [0, 0]
  for (let seed = 0; seed < 30; seed += 1) {
    const { layout } = randomWarehouse(seed, 1 + (seed % 2))
    const random = seededRandom(seed, 5)
    const length = layout.lines_mm.at(-1)! - layout.lines_mm[0]!
    const places = Array.from({ length: 20 }, () => ({
      aisle: Math.floor(random.uniform() * layout.aisles_mm.length),
      along_mm: layout.lines_mm[0]! + Math.floor(random.uniform() * length),
    }))
    const { graph, depot, stops } = graphOf(layout, places)
    const { length_mm } = graphRoute(graph, depot, stops)
    const exact = exactRouter(layout).length_mm(places)
    assert.ok(length_mm >= exact)
    ours += length_mm
    best += exact
  }
  assert.ok(ours <= 1.05 * best, `${((100 * ours) / best - 100).toFixed(1)} % over`)
})

test('what cannot be reached, or left again, is said', () => {
  const graph: AisleGraph = {
    nodes: 3,
    arcs: [
      { from: 0, to: 1, length_mm: 5 },
      { from: 1, to: 0, length_mm: 7 },
      { from: 1, to: 2, length_mm: 1 },
    ],
  }
  assert.deepEqual(graphRoute(graph, 0, [1]), { length_mm: 12, order: [0] })
  assert.throws(() => graphRoute(graph, 0, [2]), /stop 2 cannot be reached from the depot and left again/)
  assert.throws(() => graphRoute(graph, 0, [3]), /no point 3/)
  assert.throws(() => graphRoute({ nodes: 1, arcs: [{ from: 0, to: 1, length_mm: 1 }] }, 0, []), /is none/)
  assert.deepEqual([shortTour([Float64Array.of(0)]), tourLength([Float64Array.of(0)], [])], [[], 0])
})
