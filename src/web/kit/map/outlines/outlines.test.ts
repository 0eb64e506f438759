import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Bounds, LonLat } from '../geo.ts'
import { atlasOf, linesIn, outlinesIn, ringIn } from './outlines.ts'

const read = (scale: string) =>
  atlasOf(JSON.parse(readFileSync(new URL(import.meta.resolve(`world-atlas/countries-${scale}.json`)), 'utf8')))
const world = read('110m')
const coarse = read('50m')
const all: Bounds = { west: -180, south: -90, east: 180, north: 90 }

/** Even–odd rule over all rings, as it is painted. */
const isLand = (rings: readonly (readonly LonLat[])[], [lon, lat]: LonLat): boolean => {
  let odd = false
  for (const ring of rings)
    for (let i = 1; i < ring.length; i++) {
      const [a, b] = [ring[i - 1]!, ring[i]!]
      if (a[1] > lat !== b[1] > lat && lon < a[0] + ((lat - a[1]) / (b[1] - a[1])) * (b[0] - a[0])) odd = !odd
    }
  return odd
}

test('towns are on land and the middle of seas is not, whatever box they are asked in', () => {
  const places: [string, LonLat, boolean][] = [
    ['Birmingham', [-1.9, 52.48], true],
    ['Chicago', [-87.9, 41.85], true],
    ['Anadyr, beyond the date line', [176, 66.5], true],
    ['Chukotka, still further', [-173, 66.3], true],
    ['Antarctica, all around a pole', [10, -80], true],
    ['the North Pole', [10, 89], false],
    ['the North Sea', [3, 56], false],
    ['the Caspian, a hole in the land', [50.5, 41.5], false],
    ['the Pacific', [-150, 0], false],
  ]
  for (const [name, [lon, lat], land] of places) {
    const box = { west: lon - 6, east: lon + 6, south: Math.max(-90, lat - 4), north: Math.min(90, lat + 4) }
    assert.equal(isLand(outlinesIn(coarse, box).land.flat(), [lon, lat]), land, `${name}, near by`)
    const turned = { ...box, west: box.west + 360, east: box.east + 360 }
    if (turned.east <= 540) assert.equal(isLand(outlinesIn(coarse, turned).land.flat(), [lon + 360, lat]), land, name)
  }
})

test('no edge runs around the world: over the date line land goes on, at the poles it is closed outside the map', () => {
  for (const atlas of [world, coarse])
    for (const ring of outlinesIn(atlas, all).land.flat())
      for (let i = 1; i < ring.length; i++) {
        const [a, b] = [ring[i - 1]!, ring[i]!]
        assert.ok(Math.abs(a[0] - b[0]) < 180 || (a[1] < -85 && b[1] < -85), `${a} to ${b}`)
      }
})

test('a view takes little of the atlas, and what it takes stays about its box', () => {
  const box = { west: -4, south: 50, east: 2, north: 54 }
  const { land, coasts, borders } = outlinesIn(coarse, box)
  const points = land.flat(2)
  assert.ok(points.length > 100 && points.length < outlinesIn(coarse, all).land.flat(2).length / 50, `${points.length}`)
  assert.ok(points.every(([lon, lat]) => lon >= -5.2 && lon <= 3.2 && lat >= 49.2 && lat <= 54.8))
  assert.ok(coasts.length > 0)
  assert.equal(borders.length, 0, 'no border in the south of England')
  assert.ok(outlinesIn(coarse, { west: 5, south: 45, east: 9, north: 49 }).borders.length > 0, 'borders of Switzerland')
})

test('a ring outside is nothing; one around the box is the box; a line is cut to what is seen and leads out of it', () => {
  const box = { west: 0, south: 0, east: 10, north: 10 }
  const square = (from: number, to: number): [number, number][] => [
    [from, from],
    [to, from],
    [to, to],
    [from, to],
    [from, from],
  ]
  assert.equal(ringIn(square(20, 30), box), null)
  assert.deepEqual(ringIn(square(-5, 15), box), square(0, 10))
  const way: [number, number][] = [-20, -5, 5, 15, 25].map((lon) => [lon, 5])
  assert.deepEqual(linesIn(way, 0, box), [way.slice(1, 4)])
  assert.deepEqual(linesIn(way, 100, box), [])
  const seam: [number, number][] = [
    [180, 1],
    [180, 2],
    [179, 3],
  ]
  assert.deepEqual(linesIn(seam, -175, box), [
    [
      [5, 2],
      [4, 3],
    ],
  ])
})
