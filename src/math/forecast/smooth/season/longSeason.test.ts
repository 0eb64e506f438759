import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../../numerics/random.ts'
import { harmonicSeason } from './fourier.ts'
import { deseasonaliseLong } from './longSeason.ts'
import { stl } from './stl.ts'

test('STL is that of R 4.2.2 (stl with all jumps 1), robust or not, with figures that change or stay', () => {
  // Of an odd length: for even ones the median of R's robust weights is that of a partial sort and not always the median.
  const y = Float64Array.from(
    { length: 61 },
    (_, t) => 20 + 0.3 * t + 5 * Math.sin((2 * Math.PI * t) / 12) + 3 * Math.cos(t * t) + (t % 17 === 5 ? 20 : 0),
  )
  const published: readonly [seasonal: number, robust: number, first: number, later: number, trend: number][] = [
    [7, 0, 0.308205917961, 10.504032936104, 30.496215726611],
    [7, 15, 2.050673170882, 18.773320738177, 30.971248535893],
    [13, 3, 0.932076781466, 4.150740345018, 30.007018001794],
    [Infinity, 0, -1.229398483107, 6.070611793605, 29.971074585984],
    [Infinity, 15, 0.115644437843, 3.405944027335, 30.076988841769],
  ]
  for (const [seasonal, robust, first, later, middle] of published) {
    const { season, trend } = stl(y, 12, { seasonal, robust })
    for (const [got, wanted] of [
      [season[0]!, first],
      [season[17]!, later],
      [trend[30]!, middle],
    ])
      assert.ok(Math.abs(got! - wanted!) < 1e-9, `${seasonal}, ${robust}: ${got} for ${wanted}`)
  }
  assert.throws(() => stl(y.subarray(0, 23), 12, { seasonal: 7, robust: 0 }), /23 periods are less than two seasons/)
})

/** Four years of weeks: a level that wanders, noise, and what `season` adds. */
const weeks = (seed: number, season: (week: number) => number): Float64Array => {
  const random = seededRandom(seed).uniform
  let level = 5
  return Float64Array.from({ length: 208 }, (_, t) => {
    level += 0.1 * (random() - 0.5)
    return level + 0.4 * (random() - 0.5) + season(t % 52)
  })
}
const distance = (y: Float64Array, season: (week: number) => number): number => {
  const { kind, figures } = deseasonaliseLong(y, 52)
  const level = y.reduce((sum, value) => sum + value / y.length, 0)
  let squares = 0
  for (let week = 0; week < 52; week += 1) {
    const figure = !figures ? 0 : kind === 'additive' ? figures[week]! : level * (figures[week]! - 1)
    squares += (figure - season(week)) ** 2 / 52
  }
  return Math.sqrt(squares)
}

test('harmonics see no season in a level that wanders for four years, and one under it', () => {
  const random = seededRandom(31).uniform
  let [alarms, missed] = [0, 0]
  for (let k = 0; k < 60; k += 1) {
    let level = 5
    const walk = Float64Array.from({ length: 208 }, () => {
      level += 0.1 * (random() - 0.5)
      return level + 0.1 * random()
    })
    if (harmonicSeason(walk, 52).kind !== 'none') alarms += 1
    const season = walk.map((value, t) => value + Math.sin((2 * Math.PI * t) / 52))
    if (harmonicSeason(season, 52).kind === 'none') missed += 1
  }
  assert.ok(alarms <= 20 && missed <= 3, `${alarms} false, ${missed} missed of 60`)
})

test('with figures of single weeks, a level that wanders for four years is hardly a season of 52 weeks, a season under it is one', () => {
  let [alarm, missed] = [0, 0]
  const wave = (week: number) => Math.sin((2 * Math.PI * week) / 52)
  for (let seed = 1; seed <= 30; seed += 1) {
    alarm += distance(
      weeks(seed, () => 0),
      () => 0,
    )
    missed += distance(weeks(seed, wave), wave)
  }
  assert.ok(alarm / 30 < 0.07 && missed / 30 < 0.15, `${alarm / 30} and ${missed / 30} of 0.71`)
})

test('three weeks before Christmas are seen as they are: harmonics alone smear them over the quarter', () => {
  const peak = (week: number) => (week >= 48 && week < 51 ? 5 : 0)
  const centred = (week: number) => peak(week) - 15 / 52
  for (let seed = 1; seed <= 10; seed += 1) {
    const y = weeks(seed, peak)
    const smooth = harmonicSeason(y, 52).figures!
    const level = y.reduce((sum, value) => sum + value / y.length, 0)
    const smeared = Math.sqrt(
      smooth.reduce((sum, figure, week) => sum + (level * (figure - 1) - centred(week)) ** 2 / 52, 0),
    )
    assert.ok(distance(y, centred) < 0.5 * smeared, `${distance(y, centred)} and ${smeared}`)
  }
})

test('a week of long ago is not the week of now: nine years in, the peak that moved six years ago is where it is', () => {
  const random = seededRandom(3).uniform
  const y = Float64Array.from({ length: 470 }, (_, t) => {
    const at = t < 156 ? 10 : 40
    return 5 + 0.2 * random() + (t % 52 >= at && t % 52 < at + 2 ? 4 : 0)
  })
  const figures = deseasonaliseLong(y, 52).figures!
  assert.ok(figures[40]! > 1.6 && figures[10]! < 1.1, `${figures[40]} now, ${figures[10]} then`)
})
