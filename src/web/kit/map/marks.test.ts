import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { crowded, inOrder, placed, placesKey, type Shown, shownBounds, sideFor } from './marks.ts'
import type { MapStop } from './routeMap.tsx'

const stop = (id: string, seq: number | null, tone: MapStop['tone'] = 'normal'): MapStop => ({
  id,
  lat: 52 + (seq ?? 0) / 10,
  lon: -1,
  seq,
  label: id,
  tone,
})
const [a, b, c] = [stop('a', 1), stop('b', 2, 'late'), stop('c', 1)]
const route = (id: string, stops: MapStop[]) => ({
  id,
  name: id,
  colour: `var(--${id})`,
  stops,
  line: stops.map(({ lon, lat }) => [lon, lat] as const),
})
const shown = (first: MapStop[], second: MapStop[], loose = [stop('l', null, 'loose')]): Shown => ({
  depots: [{ id: 'd', name: 'Yard', lat: 51, lon: 0 }],
  routes: [route('one', first), route('two', second)],
  loose,
})

test('a stop that changes its route moves no map; one that comes, goes or moves does', () => {
  const before = placesKey(shown([a, b], [c]))
  assert.equal(placesKey(shown([b], [a, c])), before)
  assert.notEqual(placesKey(shown([a, b], [])), before)
  assert.notEqual(placesKey(shown([{ ...a, lat: 50 }, b], [c])), before)
})

test('what is looked at first: depots and routes, with stops on no route only where they lie about them', () => {
  const routes = { west: -1, south: 51, east: 0, north: 52.2 }
  const at = (lat: number, lon: number) => [{ ...stop('l', null, 'loose'), lat, lon }]
  assert.deepEqual(shownBounds(shown([a, b], [c], at(40, 20))), routes)
  assert.deepEqual(shownBounds(shown([a, b], [c], at(51.5, -1.2))), { ...routes, west: -1.2 })
  assert.deepEqual(shownBounds(shown([], [], at(40, 20))), { west: 0, south: 40, east: 20, north: 51 })
  assert.equal(shownBounds({ depots: [], routes: [], loose: [] }), null)
})

test('places lie on that side of the date line where the others are', () => {
  const [one] = placed({ depots: [], routes: [route('one', [{ ...a, lon: -179 }])], loose: [] }, 180)
  assert.ok(Math.abs(one!.x - 361 / 360) < 1e-9)
})

test('late stops lie above others, and the first stop of a route above its later ones', () => {
  const stops = [stop('1', 1), stop('2', 2, 'late'), stop('3', 3)]
  assert.deepEqual(
    inOrder(stops).map(({ id }) => id),
    ['3', '1', '2'],
  )
})

test('stops in a row with room are no crowd, however many; half of them on top of each other are one', () => {
  const row = (count: number, step: number) => Array.from({ length: count }, (_, i) => ({ x: i * step, y: 7 }))
  assert.ok(!crowded([]) && !crowded(row(1, 0)))
  assert.ok(!crowded(row(40, 24)))
  assert.ok(crowded(row(40, 9)))
  assert.ok(crowded([...row(20, 24), ...row(20, 24)]))
})

test('a name goes where it covers no stop, then where it crosses the fewest ways, and stays in the picture', () => {
  const [at, name, picture] = [
    { x: 400, y: 300 },
    { width: 80, height: 18 },
    { width: 800, height: 600 },
  ]
  const way = (x: number, y: number) => [at, { x, y }]
  assert.equal(sideFor(at, name, [], [], picture), 'right')
  assert.equal(sideFor(at, name, [], [way(600, 300)], picture), 'left')
  assert.equal(sideFor(at, name, [{ x: 450, y: 305 }], [way(200, 300)], picture), 'below')
  assert.equal(sideFor({ x: 760, y: 300 }, name, [], [], picture), 'left')
  // A way that only passes: both its ends lie outside the name.
  const passing = [
    { x: 440, y: 0 },
    { x: 460, y: 600 },
  ]
  assert.equal(sideFor(at, name, [], [passing], picture), 'left')
  const point = fc.record({ x: fc.integer({ min: 0, max: 800 }), y: fc.integer({ min: 0, max: 600 }) })
  fc.assert(
    fc.property(fc.array(point, { maxLength: 6 }), (stops) => {
      const onRight = stops.some(({ x, y }) => x > 404 && x < 504 && y > 281 && y < 319)
      if (!onRight) assert.equal(sideFor(at, name, stops, [], picture), 'right')
    }),
  )
})
