import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { normalCdf, normalQuantile } from '../../numerics/normal.ts'
import { seededRandom } from '../../numerics/random.ts'
import { countQuantiles } from './countQuantiles.ts'
import { adida, croston, demandInterval, imapa, intermittentRate, tsb } from './rates.ts'
import { windowOf } from './spread.ts'

/** Demand with probability `p` of sizes 1 … `most`. */
const sporadic = (seed: number, n: number, p: number, most: number): Float64Array => {
  const random = seededRandom(seed).uniform
  return Float64Array.from({ length: n }, () => (random() < p ? 1 + Math.floor(random() * most) : 0))
}

test('Croston’s figures by hand: sizes 4 and 6, two and three periods apart', () => {
  const y = Float64Array.of(0, 4, 0, 0, 6)
  // Interval 2, then 2 + 0.1 (3 − 2); size 4, then 4 + 0.1 (6 − 4).
  assert.ok(Math.abs(croston(y, 0.1, false) - 4.2 / 2.1) < 1e-12)
  assert.ok(Math.abs(croston(y, 0.1, true) - (0.95 * 4.2) / 2.1) < 1e-12)
})

test('every rate is near the truth for a long steady past, nothing for no demand, never outside what was seen', () => {
  for (const [seed, p, most] of [
    [1, 0.1, 5],
    [2, 0.3, 20],
    [3, 0.05, 3],
  ] as const) {
    const y = sporadic(seed, 2_000, p, most)
    const truth = y.reduce((a, b) => a + b, 0) / y.length
    for (const rate of [croston(y, 0.02), tsb(y), adida(y), imapa(y), intermittentRate(y)])
      assert.ok(Math.abs(rate / truth - 1) < 0.45, `${rate} for ${truth}`)
  }
  fc.assert(
    fc.property(fc.array(fc.nat(30), { minLength: 1, maxLength: 60 }), (values) => {
      const y = Float64Array.from(values)
      const most = Math.max(...values)
      for (const rate of [croston(y), tsb(y), adida(y), imapa(y), intermittentRate(y)])
        assert.ok(rate >= 0 && rate <= most + 1e-9)
    }),
  )
  assert.equal(demandInterval(new Float64Array(5)), Infinity)
})

test('TSB forgets an item that died, Croston does not', () => {
  const y = Float64Array.from({ length: 80 }, (_, t) => (t < 40 && t % 3 === 0 ? 10 : 0))
  assert.ok(tsb(y) < 0.5 * croston(y), `${tsb(y)} and ${croston(y)}`)
})

test('negative binomial quantiles are those of the sum of its masses; Poisson where the variance is not above the mean', () => {
  // Geometric (r = 1, success ½): P(≤ k) = 1 − ½^(k + 1).
  assert.deepEqual(countQuantiles(1, 2, [0.3, 0.5, 0.7, 0.8, 0.9, 0.95]), [0, 0, 1, 2, 3, 4])
  // Poisson of mean 3: P(≤ 2) = 0.423, P(≤ 3) = 0.647, P(≤ 5) = 0.916, P(≤ 6) = 0.966.
  assert.deepEqual(countQuantiles(3, 3, [0.42, 0.43, 0.64, 0.66, 0.91, 0.95]), [2, 3, 3, 4, 5, 6])
  assert.deepEqual(countQuantiles(0, 0, [0.5]), [0])
  const [low, middle, high] = countQuantiles(1e6, 1e10, [0.1, 0.5, 0.9])
  assert.ok(Math.abs(low! - 8.75e5) < 5e3 && Math.abs(middle! - 9.967e5) < 3e3 && Math.abs(high! - 1.131e6) < 5e3)
})

test('the normal quantile turns its distribution round', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), (p) => {
      assert.ok(Math.abs(normalCdf(normalQuantile(p)) - p) < 1e-6)
    }),
  )
  assert.ok(Math.abs(normalQuantile(0.975) - 1.959963985) < 1e-8)
})

test('demand of a window: ascending quantiles, a mean that adds up, and the share of windows below a quantile is its level', () => {
  const y = sporadic(5, 400, 0.3, 9)
  const rate = y.reduce((a, b) => a + b, 0) / y.length
  const ahead = sporadic(6, 4_000, 0.3, 9)
  for (const periods of [1, 5, 10]) {
    const window = windowOf(y, 1, rate, 0, periods)
    assert.ok(Math.abs(window.mean / (rate * periods) - 1) < 0.2)
    let before = 0
    for (let p = 0.01; p < 1; p += 0.01) {
      const now = window.quantile(p)
      assert.ok(now >= before)
      before = now
    }
    let [hits, all] = [0, 0]
    for (let t = 0; t + periods <= ahead.length; t += periods) {
      const sum = ahead.subarray(t, t + periods).reduce((a, b) => a + b, 0)
      all += 1
      if (sum <= window.quantile(0.9)) hits += 1
    }
    assert.ok(Math.abs(hits / all - 0.9) < 0.06, `${periods}: ${hits / all}`)
  }
})

test('a day that is always closed has no demand, the days beside it have', () => {
  const y = Float64Array.from({ length: 210 }, (_, t) => (t % 7 === 6 ? 0 : 1 + ((t * 5) % 11)))
  assert.equal(windowOf(y, 7, 5, 6, 1).quantile(0.5) < windowOf(y, 7, 5, 0, 1).quantile(0.5), true)
  assert.ok(windowOf(y, 7, 5, 6, 1).quantile(0.3) < 1)
})
