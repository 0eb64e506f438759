import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { boundsOf, mercator, near } from './geo.ts'
import {
  between,
  boundsOfView,
  fit,
  kept,
  onto,
  path,
  project,
  scaleBar,
  showing,
  unproject,
  type View,
  viewAt,
  zoomed,
} from './view.ts'

const size = { width: 800, height: 600 }
const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const place = fc.tuple(number(-180, 180), number(-80, 80))
const pixel = fc.record({ x: number(0, 800), y: number(0, 600) })
const views = fc
  .record({ power: number(10, 21), x: number(-0.2, 1.2), y: number(0, 1) })
  .map(({ power, x, y }): View => ({ scale: 2 ** power, x: 400 - x * 2 ** power, y: 300 - y * 2 ** power }))
const close = (a: number, b: number, what: string, by = 1e-6) =>
  assert.ok(Math.abs(a - b) < by, `${what}: ${a}, not ${b}`)

test('a picture fitted to places shows all of them inside its margin, and knows what it shows', () => {
  fc.assert(
    fc.property(fc.array(place, { minLength: 1, maxLength: 12 }), (places) => {
      const bounds = boundsOf(places)!
      const view = fit(bounds, size, 40)
      const middle = (bounds.west + bounds.east) / 2
      // What is wider than a turn of the world has no room for a margin.
      if (view.scale === size.width) return
      for (const [lon, lat] of places) {
        const { x, y } = project(view, mercator([near(lon, middle), lat]))
        assert.ok(x > 39.99 && x < 760.01 && y > 39.99 && y < 560.01, `${x} ${y}`)
      }
      const seen = boundsOfView(view, size)
      const corner = project(view, mercator([seen.west, Math.min(85, seen.north)]))
      close(corner.x, 0, 'left edge')
      if (seen.north < 85) close(corner.y, 0, 'top edge')
    }),
  )
  const small = fit({ west: 0, south: 50, east: 1, north: 51 }, { width: 60, height: 50 }, 40)
  assert.ok(small.scale > 0 && Number.isFinite(small.x), 'a box smaller than its margins')
})

test('zooming keeps the place under the pointer there, and ends at the whole world and at a few metres', () => {
  fc.assert(
    fc.property(views, pixel, number(0.2, 5), (view, at, by) => {
      const after = zoomed(view, by, at, size)
      const under = project(after, unproject(view, at))
      close(under.x, at.x, 'x', 1e-3)
      close(under.y, at.y, 'y', 1e-3)
    }),
  )
  const view = fit({ west: 0, south: 50, east: 1, north: 51 }, size, 40)
  assert.equal(zoomed(view, 1e-9, { x: 10, y: 10 }, size).scale, size.width)
  assert.equal(zoomed(view, 1e9, { x: 10, y: 10 }, size).scale, 2 ** 22)
})

test('the middle of the picture stays on the world and within half a turn of the places', () => {
  fc.assert(
    fc.property(views, number(-1e6, 1e6), number(-1e6, 1e6), number(0, 1), (view, dx, dy, meridian) => {
      const held = kept({ ...view, x: view.x + dx, y: view.y + dy }, size, meridian)
      const { x, y } = unproject(held, { x: 400, y: 300 })
      assert.ok(y > -1e-9 && y < 1 + 1e-9 && Math.abs(x - meridian) < 0.5 + 1e-9, `${x} ${y}`)
      assert.equal(held.scale, view.scale)
    }),
  )
})

test('a place that is seen moves nothing; one outside comes in, no further than it must', () => {
  const view: View = { scale: 1000, x: 0, y: 0 }
  assert.equal(showing(view, { x: 0.79, y: 0.3 }, size, 70), view)
  assert.deepEqual(showing(view, { x: 0.9, y: 0.3 }, size, 70), { scale: 1000, x: -170, y: 0 })
  assert.deepEqual(showing(view, { x: -0.1, y: 0.9 }, size, 70), { scale: 1000, x: 170, y: -370 })
})

test('a flight begins and ends where it should, and what stands still in the end stands still all the way', () => {
  fc.assert(
    fc.property(views, pixel, number(0.3, 3), number(0, 0.99), (view, at, by, part) => {
      const to = zoomed(view, by, at, size)
      assert.equal(between(view, to, 1, size), to)
      const start = between(view, to, 0, size)
      close(start.x, view.x, 'start', 1e-3 + Math.abs(view.x) * 1e-9)
      const under = project(between(view, to, part, size), unproject(view, at))
      close(under.x, at.x, 'x', 0.01)
      close(under.y, at.y, 'y', 0.01)
    }),
  )
  const moved = between({ scale: 1000, x: 0, y: 0 }, { scale: 1000, x: 100, y: -40 }, 0.25, size)
  close(moved.x, 25, 'a quarter of the way')
  close(moved.y, -10, 'a quarter of the way')
})

test('what is laid out for one view lies where another one has it', () => {
  fc.assert(
    fc.property(views, views, number(0, 1), number(0, 1), (laid, view, x, y) => {
      const [a, , , d, e, f] = /^matrix\((.*)\)$/.exec(onto(laid, view))![1]!.split(' ').map(Number) as number[]
      const [from, to] = [project(laid, { x, y }), project(view, { x, y })]
      close(from.x * a! + e!, to.x, 'x', 1e-2)
      close(from.y * d! + f!, to.y, 'y', 1e-2)
    }),
  )
  const own = viewAt({ x: 0.3, y: 0.6 })
  close(project(own, { x: 0.3, y: 0.6 }).x, 0, 'begins at its own place')
})

test('a path leaves out steps too short to be seen, never its ends', () => {
  const world: View = { scale: 3600, x: 0, y: 0 }
  // 0.1 pixels a step
  const line = Array.from({ length: 101 }, (_, i) => [i / 100, 0] as const)
  const drawn = path(world, [line]).split('L')
  assert.equal(drawn[0], 'M1800.0 1800.0')
  assert.equal(drawn.at(-1), '1810.0 1800.0')
  assert.ok(drawn.length > 10 && drawn.length < 25, `${drawn.length} points`)
  assert.equal(path(world, []), '')
})

test('the scale is a round distance, as long as it is on the ground in the middle', () => {
  // At 60° a degree of longitude is half of the equator's 111.32 km; here 1000 pixels are one degree.
  const view: View = { scale: 360_000, x: 0, y: 300 - mercator([0, 60]).y * 360_000 }
  const { label, width } = scaleBar(view, size, 96)
  assert.equal(label, '5 km')
  close(width, (5 / (111.3194908 / 2)) * 1000, 'pixels', 0.2)
  fc.assert(
    fc.property(views, (any) => {
      const bar = scaleBar(any, size, 96)
      assert.match(bar.label, /^[1235]0* k?m$/)
      assert.ok(bar.width <= 96.001 && bar.width > 45, `${bar.width}`)
    }),
  )
})
