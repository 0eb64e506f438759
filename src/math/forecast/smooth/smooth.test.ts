import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { leastSquares } from '../../numerics/leastSquares.ts'
import { nelderMead } from '../../numerics/nelderMead.ts'
import { seededRandom } from '../../numerics/random.ts'
import { onAllLevels } from './aggregate.ts'
import { akaikeMean } from './akaikeMean.ts'
import { autoregression } from './autoregression.ts'
import { fitCes, isStable } from './ces.ts'
import { smoothForecast } from './combine.ts'
import { cumulativeSigma, type EtsFit, etsMean, fitEts } from './ets.ts'
import { naive2, seasonalNaive, theta } from './naive.ts'
import { deseasonalise, isSeasonal, seasonalFigures } from './season/seasonal.ts'
import { dynamicTheta } from './theta.ts'

const near = (a: number, b: number, by: number, what = ''): void =>
  assert.ok(Math.abs(a - b) <= by, `${what} ${a} is not ${b} ± ${by}`)

test('the simplex finds the valley of Rosenbrock and keeps out of where it may not go', () => {
  const x = Float64Array.of(-1.2, 1)
  const limits = { evaluations: 2_000, tolerance: 1e-12 }
  const found = nelderMead(([a, b]) => (1 - a!) ** 2 + 100 * (b! - a! * a!) ** 2, x, Float64Array.of(0.5, 0.5), limits)
  near(found, 0, 1e-9)
  near(x[0]!, 1, 1e-4)
  const edge = Float64Array.of(1)
  nelderMead(([a]) => (a! < 0.5 ? Infinity : a!), edge, Float64Array.of(-0.2), limits)
  near(edge[0]!, 0.5, 0.01)
})

test('least squares are those of the normal equations; a dependent column does no harm', () => {
  const [one, t] = [new Float64Array(20).fill(1), Float64Array.from({ length: 20 }, (_, i) => i)]
  const line = leastSquares(
    [one, t],
    t.map((i) => 3 + 2 * i),
  )
  near(line[0]!, 3, 1e-5)
  near(line[1]!, 2, 1e-6)
  const twice = leastSquares([t, t], t)
  near(twice[0]! + twice[1]!, 1, 1e-4)
})

const figures = [1.3, 0.8, 0.6, 1.3]
const quarters = (n: number, level = (t: number) => 1 + 0.01 * t): Float64Array =>
  Float64Array.from({ length: n }, (_, t) => level(t) * figures[t % 4]!)

test('classical decomposition gives back the figures a series was made of, and the test sees that there are some', () => {
  const y = quarters(40)
  assert.ok(isSeasonal(y, 4))
  const found = seasonalFigures(y, 4, true, 'plain')!
  found.forEach((figure, i) => {
    near(figure, figures[i]!, 0.01)
  })
  const random = seededRandom(1).uniform
  let alarms = 0
  for (let k = 0; k < 300; k += 1)
    if (
      isSeasonal(
        Float64Array.from({ length: 60 }, () => random()),
        12,
      )
    )
      alarms += 1
  assert.ok(alarms < 60, `${alarms} false alarms of 300 at the 90 % level`)
})

test('shrunk figures of pure noise are nearer to none than unshrunk ones, those of a clear season stay', () => {
  const random = seededRandom(9).uniform
  const noise = Float64Array.from({ length: 48 }, () => 1 + random())
  const far = (found: Float64Array) => found.reduce((sum, figure) => sum + Math.abs(figure - 1), 0)
  assert.ok(far(seasonalFigures(noise, 12, true)!) < 0.75 * far(seasonalFigures(noise, 12, true, 'plain')!))
  near(far(seasonalFigures(quarters(40), 4, true)!), far(seasonalFigures(quarters(40), 4, true, 'plain')!), 0.01)
})

test('three years of a season too weak for the test: shrunk figures find a good part, and little where there is none', () => {
  const wave = (i: number): number => 0.3 * Math.sin((2 * Math.PI * i) / 12)
  let [missed, found, alarms] = [0, 0, 0]
  for (let seed = 1; seed <= 60; seed += 1) {
    const random = seededRandom(seed).uniform
    const noise = Float64Array.from({ length: 40 }, () => 2 + 1.2 * (random() - 0.5))
    const y = noise.map((value, t) => value + wave(t))
    if (!isSeasonal(y, 12)) missed += 1
    // Share of the wave in the figures: by projection.
    const share = (x: Float64Array) =>
      deseasonalise(x, 12).figures!.reduce((sum, figure, i) => sum + ((figure - 1) * 2 * wave(i)) / 0.54, 0)
    found += share(y) / 60
    alarms += Math.abs(share(noise)) / 60
  }
  assert.ok(missed > 12, `the test misses only ${missed} of 60`)
  assert.ok(found > 0.4 && found < 1, `found ${found}`)
  assert.ok(alarms < found / 3, `${alarms} where there is none`)
})

test('a season that grew half way is seen more as it is now than as it was', () => {
  const y = Float64Array.from({ length: 96 }, (_, t) => 10 + (t < 48 ? 1 : 3) * (t % 12 < 6 ? 1 : -1))
  const now = seasonalFigures(y, 12, false)!
  const plain = seasonalFigures(y, 12, false, 'plain')!
  near(plain[2]!, 2, 0.1)
  assert.ok(now[2]! > 2.1 && now[8]! < -2.1, `${now[2]} ${now[8]}`)
})

test('Akaike weights: forms as good count alike, one that is far off not at all', () => {
  const mean = akaikeMean(
    [2, 0, 0, 90].map((aicc, i) => ({ aicc, value: i === 3 ? 1e6 : i })) as [{ aicc: number; value: number }],
    1,
    ({ value }) => Float64Array.of(value),
  )
  near(mean[0]!, 3 / (2 + Math.exp(-1 / 4)), 1e-9)
})

test('at every level of aggregation a line goes on as the same line, and the season is put back', () => {
  const lastTwo = (y: Float64Array, ahead: number) =>
    Float64Array.from({ length: ahead }, (_, h) => y.at(-1)! + (h + 1) * (y.at(-1)! - y.at(-2)!))
  const line = Float64Array.from({ length: 80 }, (_, t) => 3 + 0.5 * t)
  onAllLevels(line, 12, 30, lastTwo).forEach((value, h) => {
    near(value, 3 + 0.5 * (80 + h), 1e-9, `period ${h}`)
  })
  const last = (y: Float64Array, ahead: number) => new Float64Array(ahead).fill(y.at(-1)!)
  onAllLevels(
    quarters(40, () => 1),
    4,
    8,
    last,
  ).forEach((value, h) => {
    near(value, figures[h % 4]!, 0.01)
  })
})

test('a series without noise of each form is continued by ETS to within a hundredth', () => {
  const made: [string, Float64Array, number, (t: number) => number][] = [
    ['level', new Float64Array(30).fill(1), 1, () => 1],
    ['trend', Float64Array.from({ length: 30 }, (_, t) => 0.5 + 0.03 * t), 1, (t) => 0.5 + 0.03 * t],
    ['season', quarters(40), 4, (t) => (1 + 0.01 * t) * figures[t % 4]!],
  ]
  for (const [name, y, period, truth] of made)
    etsMean(fitEts(y, period)[0], 8).forEach((value, h) => {
      near(value, truth(y.length + h), 0.03, name)
    })
})

test('the recursion of ETS(A,N,N) is simple exponential smoothing: level, errors and forecast by hand', () => {
  const random = seededRandom(4).uniform
  const y = Float64Array.from({ length: 40 }, () => 0.5 + random())
  const fit = fitEts(y, 1).find(({ form }) => form.error === 'A' && form.trend === 'N')!
  // Run backwards from the level at the end, the start is what the sum of weights leaves over.
  const start = [...y].reduceRight((level, value) => (level - fit.alpha * value) / (1 - fit.alpha), fit.level)
  let level = start
  let sse = 0
  for (const value of y) {
    sse += (value - level) ** 2
    level += fit.alpha * (value - level)
  }
  near(level, etsMean(fit, 1)[0]!, 1e-6)
  near(fit.sigma, Math.sqrt(sse / (y.length - 2)), 1e-6)
})

test('errors of cumulative demand grow as the simulated ones of the same model do', () => {
  const fit: EtsFit = {
    form: { error: 'A', trend: 'A', season: 'N' },
    ...{ alpha: 0.4, beta: 0.1, gamma: 0, phi: 1, level: 10, slope: 0.2, season: new Float64Array(0) },
    ...{ period: 1, n: 50, aicc: 0, sigma: 0.7 },
  }
  const random = seededRandom(8).uniform
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const [from, periods, runs] = [2, 5, 20_000]
  const mean = etsMean(fit, 7)
  const expected = mean.subarray(from).reduce((a, b) => a + b, 0)
  let squares = 0
  for (let k = 0; k < runs; k += 1) {
    let { level, slope } = fit
    let sum = 0
    for (let h = 0; h < from + periods; h += 1) {
      const e = 0.7 * normal()
      const value = level + slope + e
      level += slope + fit.alpha * e
      slope += fit.beta * e
      if (h >= from) sum += value
    }
    squares += (sum - expected) ** 2 / runs
  }
  near(cumulativeSigma(fit, mean, from, periods), Math.sqrt(squares), 0.03 * Math.sqrt(squares))
})

test('dynamic theta keeps half of a trend or more, and a season by its factors', () => {
  const { mean } = dynamicTheta(quarters(40), 4, 8)
  mean.forEach((value, h) => {
    near(value / figures[h % 4]!, 1.4 + 0.01 * h, 0.05)
  })
  assert.deepEqual([...dynamicTheta(Float64Array.of(3, 5), 1, 2).mean], [5, 5])
})

test('weights of CES are stable exactly where both eigenvalues of the discount matrix are inside the unit circle', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 3, noNaN: true }), fc.double({ min: -1, max: 3, noNaN: true }), (a0, a1) => {
      // F − g w′ of the paper; the larger modulus of the roots of λ² − trace λ + determinant.
      const trace = 2 - 2 * a0 + a1
      const determinant = (1 - a0 + a1) * (1 - a0) - (a1 - 1) * (1 - a0 - a1)
      const inner = trace * trace - 4 * determinant
      const modulus = inner < 0 ? Math.sqrt(determinant) : (Math.abs(trace) + Math.sqrt(inner)) / 2
      if (Math.abs(modulus - 1) > 1e-6) assert.equal(isStable(a0, a1), modulus < 1, `${a0} ${a1}: ${modulus}`)
    }),
    { numRuns: 3_000 },
  )
  for (let seed = 1; seed < 60; seed += 1) {
    const random = seededRandom(seed).uniform
    const fit = fitCes(
      Float64Array.from({ length: 10 + (seed % 9) }, (_, t) => 0.2 + 0.1 * t * random()),
      1,
      1,
    )![0]
    assert.ok(isStable(fit.weights[0]!, fit.weights[1]!), `${fit.weights}`)
  }
})

test('CES never explodes: twenty periods on, at most a few times what was ever seen', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.1, max: 2, noNaN: true }), { minLength: 10, maxLength: 40 }), (values) => {
      for (const { mean } of fitCes(Float64Array.from(values), 4, 20) ?? [])
        for (const value of mean) assert.ok(Math.abs(value) < 40, `${value}`)
    }),
    { numRuns: 300 },
  )
  const grown = fitCes(Float64Array.of(0.08, 0.1, 0.16, 0.2, 0.25, 0.45, 0.47, 0.8, 1.3, 2), 1, 6)![0]
  assert.ok(grown.mean[5]! < 12, `${grown.mean[5]}`)
})

test('an autoregression of demand that swings back each period swings on', () => {
  const random = seededRandom(2).uniform
  let last = 0
  const y = Float64Array.from({ length: 200 }, () => {
    last = -0.8 * last + 0.1 * (random() - 0.5)
    return 1 + last
  })
  const [next, after] = autoregression(y, 1, 2, false)
  near(next! - 1, -0.8 * (y[199]! - 1), 0.03)
  near(after! - 1, 0.64 * (y[199]! - 1), 0.03)
})

test('the baselines are what their names say', () => {
  const y = Float64Array.of(1, 2, 3, 4, 5, 6)
  assert.deepEqual([...seasonalNaive(y, 4, 6)], [3, 4, 5, 6, 3, 4])
  assert.deepEqual([...seasonalNaive(y, 12, 2)], [6, 6])
  assert.deepEqual([...naive2(y, 1, 2)], [6, 6])
  const line = Float64Array.from({ length: 30 }, (_, t) => 1 + t)
  // Half of the trend: that is the method.
  near(theta(line, 1, 2)[1]! - theta(line, 1, 2)[0]!, 0.5, 1e-9)
  near(naive2(quarters(40), 4, 4)[1]! / naive2(quarters(40), 4, 4)[0]!, 0.8 / 1.3, 0.01)
})

test('the combination lies between its parts, whatever one of them does', () => {
  const y = quarters(36, (t) => 1 + 0.02 * t)
  const { mean, parts } = smoothForecast(y, 4, 8)
  assert.equal(Object.keys(parts).length, 5)
  mean.forEach((value, h) => {
    const all = Object.values(parts).map((part) => part[h]!)
    assert.ok(value >= Math.min(...all) && value <= Math.max(...all))
  })
  assert.equal(deseasonalise(y, 4).kind, 'multiplicative')
})
