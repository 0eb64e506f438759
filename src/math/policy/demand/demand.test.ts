import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { normalCdf, normalLoss, normalQuantile } from '../../numerics/normal.ts'
import { negativeBinomialDemand, poissonDemand } from './counts.ts'
import { convolve, discreteDemand } from './discrete.ts'
import { type DemandDistribution, leftOver } from './distribution.ts'
import { empiricalDemand, quantileDemand } from './empirical.ts'
import { gammaDemand } from './gamma.ts'
import { logGamma } from './gammaFunction.ts'
import { dailyMoments, protectByHistory, withForecast } from './history.ts'
import { demandOverLeadTime, leadTimesSeen } from './leadTime.ts'
import { mixtureDemand } from './mixture.ts'
import { normalDemand } from './normal.ts'
import { protectByConvolution, protectByForecast } from './protect.ts'

const near = (got: number, wanted: number, within = 1e-9) =>
  assert.ok(Math.abs(got - wanted) <= within * Math.max(1, Math.abs(wanted)), `${got} is not ${wanted}`)

test('normal distribution, quantile and loss as tabulated', () => {
  near(normalCdf(1.96), 0.9750021048517795, 1e-14)
  near(normalCdf(-4) / 3.167124183311992e-5, 1, 1e-12)
  near(normalQuantile(0.95), 1.6448536269514722, 1e-13)
  near(normalQuantile(1e-9), -5.997807015007687, 1e-10)
  near(normalLoss(0), 0.3989422804014327, 1e-14)
  near(normalLoss(2), 0.008490702616829618, 1e-11)
  near(normalLoss(-2), 2.00849070261683, 1e-12)
  near(normalLoss(4) / 7.145258e-6, 1, 1e-6)
})

test('log gamma and gamma demand: exponential demand has the loss m·e^(−x/m)', () => {
  near(logGamma(10), Math.log(362_880), 1e-13)
  near(logGamma(0.5), Math.log(Math.PI) / 2, 1e-13)
  const demand = gammaDemand(4, 16)
  for (const x of [0.1, 1, 4, 12, 40]) {
    near(demand.loss(x), 4 * Math.exp(-x / 4), 1e-11)
    near(demand.cdf(x), 1 - Math.exp(-x / 4), 1e-11)
  }
  near(demand.quantile(0.9), -4 * Math.log(0.1), 1e-9)
  near(gammaDemand(50, 64).loss(50), 3.184737034, 1e-8)
})

test('Poisson and negative binomial have their moments, and the textbook probabilities', () => {
  near(poissonDemand(6).pmf[6]!, 0.16062314104798, 1e-12)
  near(poissonDemand(6).cdf(8), 0.8472374939926, 1e-10)
  for (const demand of [
    negativeBinomialDemand(3, 12),
    negativeBinomialDemand(0.2, 0.9),
    negativeBinomialDemand(800, 9000),
  ])
    near(
      demand.pmf.reduce((sum, p) => sum + p, 0),
      1,
    )
  near(negativeBinomialDemand(3, 12).mean, 3)
  near(negativeBinomialDemand(3, 12).variance, 12)
  near(negativeBinomialDemand(3, 12).pmf[0]!, 0.25, 1e-12)
  near(negativeBinomialDemand(800, 9000).variance, 9000, 1e-8)
  near(poissonDemand(90_000).mean, 90_000, 1e-9)
})

const weights = fc
  .array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 12 })
  .filter((w) => w.some((x) => x > 0))

test('discrete and empirical demand: loss is the sum it stands for, quantiles are the least that suffice', () => {
  fc.assert(
    fc.property(weights, fc.integer({ min: -3, max: 15 }), fc.integer({ min: 1, max: 99 }), (w, x, percent) => {
      const total = w.reduce((sum, one) => sum + one, 0)
      const values = w.map((_, k) => k)
      const wanted = w.reduce((sum, one, k) => sum + (one / total) * Math.max(0, k - x), 0)
      for (const demand of [discreteDemand(w), empiricalDemand(values, w)]) {
        near(demand.loss(x), wanted)
        near(
          demand.cdf(x),
          w.reduce((sum, one, k) => sum + (k <= x ? one / total : 0), 0),
        )
        near(
          leftOver(demand, x),
          w.reduce((sum, one, k) => sum + (one / total) * Math.max(0, x - k), 0),
        )
        const q = demand.quantile(percent / 100)
        assert.ok(demand.cdf(q) >= percent / 100 - 1e-9 && (q === 0 || demand.cdf(q - 1) < percent / 100 + 1e-9))
        near(
          demand.variance,
          w.reduce((sum, one, k) => sum + (one / total) * (k - demand.mean) ** 2, 0),
        )
      }
    }),
    { numRuns: 60 },
  )
})

test('lead-time demand is the sum over every path: days of demand for each lead time, weighted', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 3 }).filter((w) => w.some((x) => x > 0)),
      fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 }),
      (w, seen) => {
        const daily = discreteDemand(w)
        const got = demandOverLeadTime(daily, leadTimesSeen(seen), 1)
        const wanted: number[] = []
        const walk = (days: number, units: number, p: number): void => {
          if (days === 0) wanted[units] = (wanted[units] ?? 0) + p
          else daily.pmf.forEach((q, k) => void (q > 0 && walk(days - 1, units + k, p * q)))
        }
        for (const days of seen) walk(days + 1, 0, 1 / seen.length)
        for (let k = 0; k < wanted.length; k += 1) near(got.pmf[k] ?? 0, wanted[k] ?? 0, 1e-10)
      },
    ),
    { numRuns: 40 },
  )
  const [L, sd] = [10, 3]
  const over = demandOverLeadTime(
    poissonDemand(4),
    [
      { days: L - sd, weight: 1 },
      { days: L + sd, weight: 1 },
    ],
    0,
  )
  near(over.variance, L * 4 + 16 * sd * sd, 1e-8)
  assert.deepEqual([...convolve(Float64Array.of(0.5, 0.5), Float64Array.of(0.5, 0.5))], [0.25, 0.5, 0.25])
})

test('a mixture has the mean, the spread and the loss of its parts together', () => {
  const mixed = mixtureDemand([
    { weight: 1, demand: poissonDemand(2) },
    { weight: 3, demand: poissonDemand(10) },
  ])
  near(mixed.mean, 8)
  near(mixed.variance, 8 + 12)
  near(mixed.loss(9), poissonDemand(2).loss(9) / 4 + (3 * poissonDemand(10).loss(9)) / 4)
  assert.equal(mixed.quantile(0.5), 9)
})

test('a forecast that answers quantiles, and one handed in by days, stand behind the same interface', () => {
  const normal = normalDemand(100, 20)
  const read = quantileDemand((p) => normal.quantile(p))
  near(read.mean, 100, 1e-6)
  near(read.loss(120), normal.loss(120), 0.01)
  const lead = leadTimesSeen([3, 5])
  const byForecast = protectByForecast((days) => poissonDemand(2 * days), lead, 1)
  const byDays = protectByConvolution(poissonDemand(2), lead, 1)
  for (const x of [0, 4, 9, 15]) {
    near(byForecast.through.loss(x), byDays.through.loss(x), 1e-9)
    near(byForecast.before.loss(x), byDays.before.loss(x), 1e-9)
  }
  assert.deepEqual([byForecast.days, byDays.days], [4, 4])
})

test('history: nothing from the day on is read; a flat past is its own level; the latest counts most', () => {
  const flat = new Array<number>(200).fill(6)
  const known = dailyMoments([...flat.slice(0, 100), ...new Array<number>(100).fill(9_999)], 0, 100)
  near(known.mean, 6)
  near(known.variance, 0)
  const rising = flat.map((_, day) => (day < 150 ? 1 : 10))
  assert.ok(dailyMoments(rising, 0, 200).mean > 6)
  assert.deepEqual(dailyMoments(flat, 30, 30), { mean: 0, variance: 0, levelVariance: 0, quietDay: 1 })
  const none = protectByHistory([0, 0, 0], 0, 3, leadTimesSeen([2]), 1)
  assert.deepEqual([none.through.mean, none.through.loss(0)], [0, 0])
  const twice = protectByHistory(flat, 0, 200, leadTimesSeen([4, 8]), 7)
  near(twice.through.mean, 6 * 12)
  near(twice.before.mean, 6 * 5)
  assert.equal(twice.days, 12)
  // Of a level that is known and stands still, only the lead time varies: 6² × 2² of it, around 12 days.
  const still = protectByHistory(flat, 0, 200, leadTimesSeen([4, 8]), 7, { levelVariation: 0 })
  near(still.through.variance, 36 * 4, 1e-9)
})

test('every distribution: quantiles and cdf rise, loss falls to 0 and is the mean at 0', () => {
  const all: DemandDistribution[] = [
    gammaDemand(20, 300),
    poissonDemand(3.3),
    negativeBinomialDemand(5, 40),
    empiricalDemand([0, 0, 4, 9, 30]),
    mixtureDemand([
      { weight: 1, demand: gammaDemand(5, 5) },
      { weight: 1, demand: poissonDemand(8) },
    ]),
  ]
  for (const demand of all) {
    near(demand.loss(0), demand.mean, 1e-9)
    assert.ok(demand.loss(100_000) < 1e-9)
    for (let x = 0; x < 60; x += 1) {
      assert.ok(demand.loss(x + 1) <= demand.loss(x) + 1e-12 && demand.cdf(x + 1) >= demand.cdf(x) - 1e-12)
      assert.ok(demand.quantile((x + 1) / 62) <= demand.quantile((x + 2) / 62) + 1e-9)
    }
  }
})

test('what is wrong is said', () => {
  assert.throws(() => normalQuantile(1), { name: 'RangeError', message: /probability must be between 0 and 1.*not 1/ })
  assert.throws(() => normalDemand(5, 0), {
    name: 'RangeError',
    message: /standard deviation must be a number above 0/,
  })
  assert.throws(() => gammaDemand(0, 1), { name: 'RangeError', message: /mean/ })
  assert.throws(() => poissonDemand(-1), { name: 'RangeError', message: /mean must be a number of at least 0, not -1/ })
  assert.throws(() => poissonDemand(Number.NaN), RangeError)
  assert.throws(() => poissonDemand(1e9), { name: 'RangeError', message: /too large/ })
  assert.throws(() => discreteDemand([]), { name: 'RangeError', message: /must not be empty/ })
  assert.throws(() => discreteDemand([1, -1]), { name: 'RangeError', message: /probability of 1/ })
  assert.throws(() => discreteDemand([0, 0]), { name: 'RangeError', message: /not all be 0/ })
  assert.throws(() => empiricalDemand([1, 2], [1]), { name: 'RangeError', message: /2 values need 2 weights/ })
  assert.throws(() => empiricalDemand([Number.NaN]), { name: 'RangeError', message: /no demand/ })
  assert.throws(() => quantileDemand((p) => -p), { name: 'RangeError', message: /quantiles fall/ })
  assert.throws(() => leadTimesSeen([2.5]), { name: 'RangeError', message: /lead time must be a whole number/ })
  assert.throws(() => mixtureDemand([]), { name: 'RangeError', message: /parts must not be empty/ })
  assert.throws(() => dailyMoments([1, 2], 0, 3), { name: 'RangeError', message: /2 days of history, not 3/ })
  assert.throws(() => dailyMoments([1, 2], 2, 1), {
    name: 'RangeError',
    message: /day must be a whole number of at least 2/,
  })
  assert.throws(() => protectByConvolution(poissonDemand(1), [{ days: 0, weight: 1 }], 1), { message: /lead time/ })
})

test('A forecast moves the mean of demand and its spread with it, at most to double or half, and nothing where nothing sells', () => {
  const history = Array.from({ length: 120 }, (_, day) => (day % 3 === 0 ? 6 : 1))
  const past = protectByHistory(history, 0, 120, [{ days: 10, weight: 1 }], 1)
  const same = withForecast(past, past.through.mean)
  assert.ok(Math.abs(same.through.mean - past.through.mean) < 1e-9)
  const more = withForecast(past, past.through.mean * 1.5)
  assert.ok(Math.abs(more.through.mean / past.through.mean - 1.5) < 1e-9)
  assert.ok(Math.abs(more.before.mean / past.before.mean - 1.5) < 1e-9)
  assert.ok(Math.abs(more.through.variance / past.through.variance - 1.5 ** 1.5) < 1e-9)
  assert.ok(Math.abs(withForecast(past, past.through.mean * 9).through.mean / past.through.mean - 2) < 1e-9)
  assert.ok(Math.abs(withForecast(past, 0).through.mean / past.through.mean - 0.5) < 1e-9)
  const nothing = protectByHistory([], 0, 0, [{ days: 10, weight: 1 }], 1)
  assert.equal(withForecast(nothing, 5).through.mean, 0)
  assert.throws(() => withForecast(past, -1), RangeError)
})
