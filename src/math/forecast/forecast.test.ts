import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRandom } from '../numerics/random.ts'
import { calibrate, forecast } from './forecast.ts'

const demand = fc.oneof(
  fc.array(fc.nat(50), { maxLength: 60 }),
  fc.array(fc.double({ min: 0, max: 1e4, noNaN: true }), { maxLength: 60 }),
  fc.array(fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(20) }), { maxLength: 60 }),
  fc.array(fc.oneof(fc.constant(Number.NaN), fc.nat(9)), { maxLength: 60 }),
)
const period = fc.constantFrom(1, 4, 7, 12, 52)
const LEVELS = [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99]

/** Sales around 100 with a season of 12, from a seed. */
const seasonal = (seed: number, n: number): number[] => {
  const random = seededRandom(seed).uniform
  return Array.from({ length: n }, (_, t) => 100 + t + 30 * Math.sin((2 * Math.PI * t) / 12) + 10 * random())
}

test('whatever the past, means and quantiles are finite, never negative, and quantiles ascend, by period and in sum', () => {
  fc.assert(
    fc.property(demand, period, fc.integer({ min: 1, max: 30 }), (y, season, horizon) => {
      const made = forecast(y, { horizon, period: season })
      assert.equal(made.mean.length, horizon)
      for (const value of made.mean) assert.ok(Number.isFinite(value) && value >= 0, `mean ${value}`)
      let before: Float64Array = new Float64Array(horizon)
      let below = 0
      for (const p of LEVELS) {
        const now = made.quantile(p)
        now.forEach((value, h) => {
          assert.ok(Number.isFinite(value) && value >= before[h]!, `${p}: ${value} < ${before[h]}`)
        })
        const sum = made.cumulative(0, horizon).quantile(p)
        assert.ok(Number.isFinite(sum) && sum >= below)
        before = now
        below = sum
      }
      assert.ok(made.explain().lines.length >= 4)
    }),
    { numRuns: 120 },
  )
})

test('a thousand times the demand is a thousand times the forecast, quantiles too', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 5, max: 70 }), (seed, n) => {
      const y = seasonal(seed, n)
      const [one, large] = [y, y.map((value) => 1000 * value)].map((series) =>
        forecast(series, { horizon: 12, period: 12 }),
      )
      const near = (a: number, b: number) =>
        assert.ok(Math.abs(1000 * a - b) <= 1e-4 * b + 1e-6, `${1000 * a} and ${b}`)
      one!.mean.forEach((value, h) => {
        near(value, large!.mean[h]!)
      })
      for (const p of LEVELS) near(one!.cumulative(2, 6).quantile(p), large!.cumulative(2, 6).quantile(p))
    }),
    { numRuns: 30 },
  )
})

test('a constant series forecasts itself, with no band, up to a thousand million', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.001, max: 1e9, noNaN: true }),
      fc.integer({ min: 1, max: 50 }),
      period,
      (level, n, season) => {
        const made = forecast(new Array(n).fill(level), { horizon: 6, period: season })
        for (const value of made.mean) assert.ok(Math.abs(value - level) <= 1e-3 * level, `${value} for ${level}`)
        if (n >= 13) for (const value of made.quantile(0.95)) assert.ok(Math.abs(value - level) <= 0.01 * level)
      },
    ),
    { numRuns: 60 },
  )
})

test('without demand, or without a past at all, nothing is expected', () => {
  for (const y of [[], [0], new Array(40).fill(0), [Number.NaN], new Array(9).fill(Number.NaN)]) {
    const made = forecast(y, { horizon: 5, period: 12 })
    assert.deepEqual([...made.mean], [0, 0, 0, 0, 0])
    assert.deepEqual([...made.quantile(0.99)], [0, 0, 0, 0, 0])
  }
})

test('one point is all that is known: it goes on', () => {
  assert.deepEqual([...forecast([7], { horizon: 3, period: 12 }).mean], [7, 7, 7])
})

test('what falls steadily ends at nothing, not below', () => {
  const made = forecast(
    Array.from({ length: 30 }, (_, t) => 100 - 3.2 * t),
    { horizon: 30, period: 1, models: 'ets' },
  )
  assert.equal(made.mean[29], 0)
  assert.ok(made.mean.every((value) => value >= 0) && made.quantile(0.1).every((value) => value >= 0))
})

test('what is not known is not zero: months without stock leave the forecast where it was', () => {
  const y = seasonal(1, 60)
  const holes = y.map((value, t) => (t % 9 === 4 ? Number.NaN : value))
  const zeros = y.map((value, t) => (t % 9 === 4 ? 0 : value))
  const [whole, unknown, wrong] = [y, holes, zeros].map(
    (one) => forecast(one, { horizon: 12, period: 12 }).cumulative(0, 12).mean,
  )
  assert.ok(Math.abs(unknown! / whole! - 1) < 0.03, `${unknown} and ${whole}`)
  assert.ok(Math.abs(wrong! / whole! - 1) > 0.05)
})

test('a season and a trend are found and go on', () => {
  const y = seasonal(3, 72)
  const made = forecast(y, { horizon: 12, period: 12 })
  made.mean.forEach((value, h) => {
    const truth = 105 + 72 + h + 30 * Math.sin((2 * Math.PI * (72 + h)) / 12)
    assert.ok(Math.abs(value - truth) < 12, `${value} for ${truth}`)
  })
  const { season, lines } = made.explain()
  assert.ok(season && season.high > 1.08 && season.low < 0.92)
  assert.match(lines.join(' '), /Season/)
})

test('a year of weeks in a long series: the season of 52 is found by its harmonics', () => {
  const random = seededRandom(5).uniform
  const at = (t: number) => 200 + 80 * Math.sin((2 * Math.PI * t) / 52)
  const y = Array.from({ length: 130 }, (_, t) => at(t) + 30 * (random() - 0.5))
  const { mean } = forecast(y, { horizon: 26, period: 52 })
  const error = mean.reduce((sum, value, h) => sum + Math.abs(value - at(130 + h)) / 26, 0)
  assert.ok(error < 20, `mean error ${error}`)
})

test('5,000 periods are no trouble', () => {
  const y = seasonal(2, 5_000)
  const started = process.cpuUsage()
  const made = forecast(y, { horizon: 24, period: 12 })
  assert.ok(made.mean.every((value) => value > 4_000 && value < 6_000))
  const { user } = process.cpuUsage(started)
  assert.ok(user < 4e6, `${user} µs`)
})

test('the same series and options give the same forecast, byte for byte', () => {
  const y = seasonal(4, 50)
  const panel = [1, 2, 3, 4, 5].map((seed) => seasonal(seed, 60))
  const make = () => {
    const calibration = calibrate(panel, { horizon: 6, period: 12, origins: 2 })
    const made = forecast(y, { horizon: 6, period: 12, calibration: JSON.parse(JSON.stringify(calibration)) })
    return JSON.stringify([[...made.mean], [...made.quantile(0.9)], made.explain()])
  }
  assert.equal(make(), make())
})

test('input that makes no sense is refused by name', () => {
  const y = [1, 2, 3]
  assert.throws(() => forecast([1, -2], { horizon: 3, period: 1 }), /demand of period 1 is -2/)
  assert.throws(() => forecast(y, { horizon: 0, period: 1 }), /horizon 0/)
  assert.throws(() => forecast(y, { horizon: 3, period: 0.5 }), /period 0.5/)
  assert.throws(() => forecast(y, { horizon: 3, period: 1 }).quantile(1), /not between 0 and 1/)
  assert.throws(() => forecast(y, { horizon: 3, period: 1 }).cumulative(2, 2), /does not fit/)
})
