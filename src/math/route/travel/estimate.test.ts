import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../numerics/random.ts'
import { calibrateTravel, DEFAULT_TRAVEL, estimateTravel, fillTravel, greatCircle } from './estimate.ts'

const berlin = { lat: 52.52, lon: 13.405 }
const hamburg = { lat: 53.5511, lon: 9.9937 }

test('great circles are those of the earth', () => {
  assert.ok(Math.abs(greatCircle(berlin, hamburg) - 255_300) < 500)
  assert.ok(Math.abs(greatCircle({ lat: 0, lon: 179.5 }, { lat: 0, lon: -179.5 }) - 111_195) < 10)
  assert.equal(greatCircle(berlin, berlin), 0)
})

test('a matrix is whole, symmetric and slower on short ways', () => {
  const { distances, durations } = estimateTravel([berlin, hamburg, { lat: 52.53, lon: 13.41 }])
  assert.equal(distances[0], 0)
  assert.equal(distances[1], distances[3])
  assert.ok(durations[1]! / distances[1]! < durations[2]! / distances[2]!)
  assert.throws(() => estimateTravel([{ lat: 91, lon: 0 }]), /point 0: 91, 0/)
  assert.throws(() => estimateTravel([{ lat: Number.NaN, lon: 0 }]), RangeError)
})

test('what trips say of a region is found again, though one in ten is a detour', () => {
  const random = seededRandom(4)
  const trips = Array.from({ length: 300 }, (_, k) => {
    const from = { lat: 50 + random.uniform(), lon: 8 + random.uniform() }
    const to = { lat: 50 + random.uniform(), lon: 8 + random.uniform() }
    const metres = 1.5 * greatCircle(from, to) * (k % 10 === 0 ? 3 : 1 + 0.1 * (random.uniform() - 0.5))
    return { from, to, metres, seconds: 60 + metres * 0.06 }
  })
  const model = calibrateTravel(trips)
  assert.ok(Math.abs(model.circuity - 1.5) < 0.03, String(model.circuity))
  assert.ok(Math.abs(model.speeds[3]!.kmh - 60) < 1)
  assert.equal(calibrateTravel(trips.slice(0, 3)), DEFAULT_TRAVEL)
})

test('cells that a matrix lacks are estimated, and marked', () => {
  const given = { distances: Int32Array.of(0, 700, -1, 0), durations: Int32Array.of(0, -1, 90, 0) }
  const { travel, estimated } = fillTravel(given, estimateTravel([berlin, hamburg]))
  assert.deepEqual([...estimated], [0, 1, 1, 0])
  assert.ok(travel.distances[1]! > 300_000 && travel.durations[2]! > 9_000)
  assert.throws(() => fillTravel(given, estimateTravel([berlin])), /4 cells are given, 1 estimated/)
})
