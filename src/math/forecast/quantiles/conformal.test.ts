import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Random, seededRandom } from '../../numerics/random.ts'
import { calibrate, forecast } from '../forecast.ts'

const [PAST, HORIZON] = [24, 4]
const LEVELS = [0.8, 0.9, 0.95]

/** Demand of one period after the other, by families whose distribution is known and is not what the method believes in. */
const families: Readonly<Record<string, (random: Random, level: number) => () => number>> = {
  normal: (random, level) => () => Math.max(0, level * (1 + 0.3 * random.normal())),
  'skewed (gamma)': (random, level) => () => random.gamma(level, 0.6),
  'heavy tail (lognormal)': (random, level) => () => level * Math.exp(0.7 * random.normal()),
  'a level that wanders': (random, level) => {
    let now = level
    return () => {
      now *= Math.exp(0.1 * random.normal())
      return now * Math.exp(0.1 * random.normal())
    }
  },
  'swings (autoregression, −0.6)': (random, level) => {
    let before = 0
    return () => {
      before = -0.6 * before + 0.2 * random.normal()
      return Math.max(0, level * (1 + before))
    }
  },
  'now and then': (random, level) => () => (random.uniform() < 0.5 ? random.gamma(level, 0.8) : 0),
}

const panelOf = (seed: number, each: number): number[][] =>
  Object.values(families).flatMap((family, kind) =>
    Array.from({ length: each }, (_, i) => {
      const random = seededRandom(seed, kind, i)
      const next = family(random, 20 + 100 * random.uniform())
      return Array.from({ length: PAST + HORIZON }, next)
    }),
  )

test('calibrated quantiles cover what they say to a point: 24,000 held-out series of six kinds', () => {
  const options = { horizon: HORIZON, period: 1, models: 'ses' } as const
  const each = 4_000
  const calibration = calibrate(panelOf(1, each), options)
  const judged = panelOf(2, each)
  const hits = LEVELS.map(() => ({ sum: 0, one: 0 }))
  let plain = 0
  for (const one of judged) {
    const past = one.slice(0, PAST)
    const future = one.slice(PAST)
    const made = forecast(past, { ...options, calibration })
    const sum = future.reduce((a, b) => a + b, 0)
    if (sum <= forecast(past, options).cumulative(0, HORIZON).quantile(0.95)) plain += 1 / judged.length
    LEVELS.forEach((p, i) => {
      const hit = hits[i]!
      if (sum <= made.cumulative(0, HORIZON).quantile(p)) hit.sum += 1 / judged.length
      for (const [h, quantile] of made.quantile(p).entries())
        if (future[h]! <= quantile) hit.one += 1 / judged.length / HORIZON
    })
  }
  // One standard error of 24,000 judged and as many scores is 0.37 points at 0.8, less above.
  LEVELS.forEach((p, i) => {
    for (const share of [hits[i]!.sum, hits[i]!.one])
      assert.ok(Math.abs(share - p) < 0.01, `${p}: ${JSON.stringify(hits[i])}`)
  })
  // It is the calibration that does it.
  assert.ok(plain < 0.93, `without it ${plain} at 0.95`)
})
