import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { boundsOf, contains, graticule, type LonLat, meets, mercator, near, nearest, unwrap, widen } from './geo.ts'

const place = fc.tuple(fc.double({ min: -180, max: 180, noNaN: true }), fc.double({ min: -80, max: 80, noNaN: true }))
const close = (a: number, b: number, what: string) => assert.ok(Math.abs(a - b) < 1e-6, `${what}: ${a}, not ${b}`)

test('Mercator: the corners of the square, and Greenwich by the published formula', () => {
  close(mercator([0, 0]).x, 0.5, 'equator')
  close(mercator([0, 0]).y, 0.5, 'equator')
  close(mercator([-180, 85.051129]).y, 0, 'top')
  assert.equal(mercator([0, 90]).y, mercator([0, 85.051129]).y)
  // EPSG guidance note 7-2, spherical: northing = R ln tan(π/4 + φ/2); here as part of 2πR, from the top.
  const phi = (51.4779 * Math.PI) / 180
  close(mercator([0, 51.4779]).y, 0.5 - Math.log(Math.tan(Math.PI / 4 + phi / 2)) / (2 * Math.PI), 'Greenwich')
})

test('the box around places holds each of them and is never wider than half a turn too much', () => {
  assert.equal(boundsOf([]), null)
  fc.assert(
    fc.property(fc.array(place, { minLength: 1, maxLength: 12 }), (places) => {
      const { west, south, east, north } = boundsOf(places)!
      const middle = (west + east) / 2
      for (const [lon, lat] of places) {
        const here = near(lon, middle)
        assert.ok(here >= west - 1e-9 && here <= east + 1e-9 && lat >= south && lat <= north)
      }
      const lons = places.map(([lon]) => lon)
      assert.ok(east - west <= Math.max(...lons) - Math.min(...lons) + 1e-9)
    }),
  )
  assert.deepEqual(
    boundsOf([
      [179, -17],
      [-179, -18],
    ]),
    { west: 179, south: -18, east: 181, north: -17 },
  )
})

test('a way over the date line has no step of half a turn, and the same places', () => {
  fc.assert(
    fc.property(fc.array(place, { maxLength: 12 }), (line) => {
      const flat = unwrap(line)
      flat.forEach(([lon, lat], i) => {
        close(near(lon, line[i]![0]), line[i]![0], 'place')
        assert.equal(lat, line[i]![1])
        if (i) assert.ok(Math.abs(lon - flat[i - 1]![0]) <= 180 + 1e-9)
      })
    }),
  )
})

test('boxes meet as they do on a globe', () => {
  const box = (west: number, east: number) => ({ west, east, south: 0, north: 10 })
  assert.ok(meets(box(170, 190), box(-175, -170)))
  assert.ok(!meets(box(170, 190), box(-160, -150)))
  assert.ok(meets(box(-180, 180), box(350, 352)))
  assert.ok(!meets(box(0, 10), { west: 0, east: 10, south: 11, north: 12 }))
  assert.ok(contains(box(170, 190), box(171, 190)) && !contains(box(170, 190), box(169, 180)))
  assert.deepEqual(widen(box(0, 10), 1), { west: -10, east: 20, south: -10, north: 20 })
})

test('the nearest place within reach, over the date line too', () => {
  const at = (lonLat: LonLat, id: string) => ({ ...mercator(lonLat), id })
  const places = [at([0, 0], 'a'), at([1, 0], 'b'), at([179.9, 0], 'c')]
  assert.equal(nearest(places, mercator([0.7, 0]), 0.01)?.id, 'b')
  assert.equal(nearest(places, mercator([-179.9, 0]), 0.01)?.id, 'c')
  assert.equal(nearest(places, mercator([90, 0]), 0.01), null)
})

test('a graticule has a few lines in any view, on round degrees', () => {
  for (const size of [0.1, 3, 40, 300]) {
    const bounds = { west: -size / 2, east: size / 2, south: -Math.min(80, size / 3), north: Math.min(80, size / 3) }
    const inside = graticule(bounds).filter(([a, b]) => a![0] === b![0] && Math.abs(a![0]) <= size / 2)
    assert.ok(inside.length >= 3 && inside.length <= 14, `${size}°: ${inside.length} meridians`)
    for (const [[lon] = [0]] of inside) close(lon * 50, Math.round(lon * 50), 'round')
  }
})
