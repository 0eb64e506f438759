import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRandom } from '../numerics/random.ts'
import { fillUnknown } from './clean.ts'
import { bottomUp, categoryProfile, changePoint, classify, clean, forecast, topDown, trackingSignal } from './index.ts'

test('the four classes by their limits, and what is new or dying', () => {
  const kind = (y: number[], period = 12) => classify(y, period).kind
  const every = (n: number, f: (t: number) => number) => Array.from({ length: n }, (_, t) => f(t))
  assert.equal(kind(every(24, (t) => 10 + (t % 3))), 'smooth')
  assert.equal(kind(every(24, (t) => (t % 6 === 0 ? 100 : 5))), 'erratic')
  assert.equal(kind(every(24, (t) => (t % 3 === 0 ? 5 : 0))), 'intermittent')
  assert.equal(kind(every(24, (t) => (t % 3 === 0 ? (t % 2 === 0 ? 1 : 40) : 0))), 'lumpy')
  // On either side of the limits: an interval of 1.32, CV² of 0.49.
  assert.equal(kind(every(24, (t) => (t % 5 < 4 ? 5 : 0))), 'smooth')
  assert.equal(kind(every(24, (t) => (t % 10 < 7 ? 5 : 0))), 'intermittent')
  assert.equal(kind(every(24, (t) => (t % 2 ? 10 : 3))), 'smooth')
  assert.equal(kind(every(24, (t) => (t % 2 ? 10 : 1.5))), 'erratic')
  assert.equal(kind([...every(20, () => 0), 5, 6, 5]), 'new')
  assert.equal(kind([...every(30, () => 9), ...every(14, () => 0)]), 'dying')
  assert.equal(kind([0, 0]), 'dying')
  // Zeros before the launch and unknown periods count for nothing.
  const facts = classify([0, 0, 4, Number.NaN, 0, 4], 1)
  assert.deepEqual([facts.first, facts.demands, facts.adi], [2, 2, 1.5])
})

test('returns are set off against the demand before them, one-off orders come out, stock-outs are unknown', () => {
  const { y, returned, unknown } = clean([5, 3, -4, 10, -1, 100, 0], {
    oneOff: [{ at: 5, units: 90 }],
    unavailable: [false, false, false, false, false, false, true],
  })
  assert.deepEqual([...y], [4, 0, 0, 9, 0, 10, Number.NaN])
  assert.deepEqual([returned, unknown], [5, 1])
  assert.throws(() => clean([1], { oneOff: [{ at: 3, units: 1 }] }), /period 3 of 1/)
})

test('cleaning neither makes nor loses units that were sold', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -20, max: 40 }), { maxLength: 30 }), (sold) => {
      const { y } = clean(sold)
      const sum = y.reduce((a, b) => a + b, 0)
      const net = sold.reduce((a, b) => a + b, 0)
      assert.ok(y.every((value) => value >= 0) && sum >= net)
      // Returns that nothing stands before are all that may be dropped.
      let [carried, lost] = [0, 0]
      for (const value of sold) {
        carried += value
        if (carried < 0) {
          lost -= carried
          carried = 0
        }
      }
      assert.equal(sum, net + lost)
    }),
  )
})

test('an unknown period is filled from its season, or between its neighbours', () => {
  const nan = Number.NaN
  assert.deepEqual([...fillUnknown(Float64Array.of(1, nan, 3), 1)], [1, 2, 3])
  assert.deepEqual([...fillUnknown(Float64Array.of(nan, 2, nan), 1)], [2, 2, 2])
  assert.deepEqual([...fillUnknown(Float64Array.of(nan, nan), 4)], [0, 0])
  const seasonal = Float64Array.from({ length: 24 }, (_, t) => (t % 4 === 1 ? 50 : 10))
  seasonal[9] = nan
  assert.ok(Math.abs(fillUnknown(seasonal, 4)[9]! - 50) < 12)
})

const nodes = [
  { id: 'all', parent: null },
  { id: 'north', parent: 'all' },
  { id: 'south', parent: 'all' },
  { id: 'a', parent: 'north' },
  { id: 'b', parent: 'north' },
]
test('bottom-up and top-down add up at every node and period', () => {
  const row = fc.array(fc.nat(100), { minLength: 3, maxLength: 3 }).map((values) => Float64Array.from(values))
  fc.assert(
    fc.property(fc.tuple(row, row, row, row, row), (rows) => {
      const own = new Map(nodes.map(({ id }, i) => [id, rows[i]!]))
      for (const all of [bottomUp(nodes, own), topDown(nodes, own)])
        for (let h = 0; h < 3; h += 1) {
          const at = (id: string) => all.get(id)![h]!
          assert.ok(Math.abs(at('all') - at('north') - at('south')) < 1e-9)
          assert.ok(Math.abs(at('north') - at('a') - at('b')) < 1e-9)
        }
      assert.deepEqual(topDown(nodes, own).get('all'), rows[0])
      assert.deepEqual(bottomUp(nodes, own).get('a'), rows[3])
    }),
  )
  assert.throws(() => bottomUp(nodes, new Map()), /leaf a has no forecast/)
  assert.throws(() => bottomUp([{ id: 'x', parent: 'y' }], new Map()), /parent y/)
  const circle = [
    { id: 'x', parent: 'y' },
    { id: 'y', parent: 'x' },
  ]
  assert.throws(() => topDown(circle, new Map()), /circle/)
})

test('the tracking signal is 1 for errors of one sign, near 0 for errors that even out', () => {
  assert.equal(trackingSignal([3, 1, 2]), 1)
  assert.equal(trackingSignal([-3, Number.NaN, -2]), -1)
  assert.equal(trackingSignal([]), 0)
  assert.ok(Math.abs(trackingSignal(Array.from({ length: 60 }, (_, t) => (t % 2 ? 1 : -1)))) < 0.1)
})

test('a change of level is found where it was, and hardly ever where there was none', () => {
  const random = seededRandom(6).uniform
  const noise = (n: number) => Array.from({ length: n }, () => 10 + 4 * random())
  const found = changePoint([...noise(30), ...noise(20).map((value) => value + 8)])
  assert.ok(found && Math.abs(found.at - 30) <= 1 && found.after - found.before > 6, JSON.stringify(found))
  let alarms = 0
  for (let k = 0; k < 200; k += 1) if (changePoint(noise(40))) alarms += 1
  assert.ok(alarms <= 8, `${alarms} of 200`)
  assert.equal(changePoint(new Array(50).fill(3)), null)
})

test('a new item starts at its category and comes to itself with its own past', () => {
  const random = seededRandom(12).uniform
  const category = categoryProfile(
    Array.from({ length: 40 }, () => {
      const rate = 5 + 10 * random()
      return Array.from({ length: 30 }, (_, t) => Math.round(rate * (t < 4 ? 2 : 1) * (0.5 + random())))
    }),
    8,
  )
  const options = { horizon: 4, period: 12, category }
  const [none, few] = [[], [40, 42, 38]].map((y) => forecast(y, options))
  // Launches of this category begin at twice their rate.
  assert.ok(none!.mean[0]! > 1.5 * category.mean && none!.mean[0]! < 2.2 * category.mean)
  assert.ok(few!.mean[1]! > 1.2 * category.mean, 'an item that starts high is expected to go on higher')
  assert.match(few!.explain().lines.join(' '), /category/)
  assert.ok(none!.cumulative(0, 4).quantile(0.95) > none!.cumulative(0, 4).mean)
  assert.throws(() => categoryProfile([], 4), /a category needs/)
})
