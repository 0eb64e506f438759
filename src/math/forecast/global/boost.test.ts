import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRandom } from '../../numerics/random.ts'
import { binEdges, binOf } from './bins.ts'
import { type BoostModel, boostPredictor, trainBoost } from './boost.ts'
import type { PanelSeries } from './features.ts'
import { forecastGlobal, trainGlobal } from './globalModel.ts'

/** One tree on all rows and features, no ridge: what a plain regression tree is. */
const ONE_TREE = { trees: 1, rate: 1, lambda: 0, rowShare: 1, featureShare: 1 } as const

const sse = (y: readonly number[]): number => {
  const mean = y.reduce((a, b) => a + b, 0) / y.length
  return y.reduce((sum, value) => sum + (value - mean) ** 2, 0)
}

/** Every split of every feature at every value, tried one by one. */
const exhaustive = (columns: readonly (readonly number[])[], y: readonly number[], minRows: number): number => {
  let least = sse(y)
  for (const column of columns)
    for (const cut of column) {
      const left = y.filter((_, row) => column[row]! <= cut)
      const right = y.filter((_, row) => column[row]! > cut)
      if (left.length >= minRows && right.length >= minRows) least = Math.min(least, sse(left) + sse(right))
    }
  return least
}

test('the first split is the best of all there are, as an exhaustive search finds it', () => {
  const data = fc.integer({ min: 2, max: 25 }).chain((n) =>
    fc.record({
      columns: fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: n, maxLength: n }), {
        minLength: 1,
        maxLength: 3,
      }),
      y: fc.array(fc.integer({ min: -50, max: 50 }), { minLength: n, maxLength: n }),
      minRows: fc.integer({ min: 1, max: 3 }),
    }),
  )
  fc.assert(
    fc.property(data, ({ columns, y, minRows }) => {
      const typed = columns.map((column) => Float64Array.from(column))
      const model = trainBoost(typed, Float64Array.from(y), {
        ...ONE_TREE,
        objective: { kind: 'squared' },
        leaves: 2,
        minRows,
      })
      const predict = boostPredictor(model)
      const left = y.reduce((sum, value, row) => sum + (value - predict(columns.map((c) => c[row]!))) ** 2, 0)
      assert.ok(Math.abs(left - exhaustive(columns, y, minRows)) < 1e-6 * (1 + sse(y)), `${left}`)
    }),
    { numRuns: 300 },
  )
})

/** Leaf by leaf, always the one whose best split gains most, every split tried: the slow way. */
const slowTree = (columns: readonly (readonly number[])[], y: readonly number[], leaves: number): number => {
  const open = [y.map((_, row) => row)]
  const of = (rows: readonly number[]) => sse(rows.map((row) => y[row]!))
  while (open.length < leaves) {
    let best: { at: number; left: number[]; right: number[]; gain: number } | null = null
    open.forEach((rows, at) => {
      for (const column of columns)
        for (const cut of rows.map((row) => column[row]!)) {
          const left = rows.filter((row) => column[row]! <= cut)
          const right = rows.filter((row) => column[row]! > cut)
          if (right.length === 0) continue
          const gain = of(rows) - of(left) - of(right)
          if (gain > (best?.gain ?? 1e-9)) best = { at, left, right, gain }
        }
    })
    if (!best) break
    const { at, left, right } = best as { at: number; left: number[]; right: number[] }
    open.splice(at, 1, left, right)
  }
  return open.reduce((sum, rows) => sum + of(rows), 0)
}

test('a whole tree, leaf by leaf, fits as well as the one grown the slow way', () => {
  const random = seededRandom(21).uniform
  for (let k = 0; k < 40; k += 1) {
    const columns = [0, 1].map(() => Array.from({ length: 30 }, () => random()))
    const y = Array.from({ length: 30 }, () => random())
    const model = trainBoost(
      columns.map((column) => Float64Array.from(column)),
      Float64Array.from(y),
      { ...ONE_TREE, objective: { kind: 'squared' }, leaves: 6, minRows: 1 },
    )
    const predict = boostPredictor(model)
    const left = y.reduce((sum, value, row) => sum + (value - predict(columns.map((c) => c[row]!))) ** 2, 0)
    assert.ok(Math.abs(left - slowTree(columns, y, 6)) < 1e-9, `${left} and ${slowTree(columns, y, 6)}`)
  }
})

test('a value is in the bin whose edges are around it, unknown in bin 0, at most 64 bins', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 300 }),
      (values) => {
        const edges = binEdges(Float64Array.from(values))
        assert.ok(edges.length <= 62)
        for (const value of values) {
          const bin = binOf(edges, value)
          assert.ok(
            bin >= 1 && (bin === 1 || value > edges[bin - 2]!) && (bin > edges.length || value <= edges[bin - 1]!),
          )
        }
        assert.equal(binOf(edges, Number.NaN), 0)
      },
    ),
  )
})

const rows = (n: number, seed: number) => {
  const random = seededRandom(seed).uniform
  const x = Float64Array.from({ length: n }, () => random() * 4)
  const noise = Float64Array.from({ length: n }, () => random())
  return { x, noise, random }
}
const meanError = (model: BoostModel, x: Float64Array, truth: (x: number) => number): number => {
  const predict = boostPredictor(model)
  return x.reduce((sum, value) => sum + Math.abs(predict([value, 0]) - truth(value)) / x.length, 0)
}

test('each loss finds what it is the loss of: mean, rate, quantile', () => {
  const { x, noise } = rows(2_000, 7)
  const other = new Float64Array(x.length)
  const train = (y: Float64Array, objective: BoostModel['objective']) =>
    trainBoost([x, other], y, { objective, trees: 120, leaves: 8 })
  const exponential = Float64Array.from(x, (value, i) => -(1 + value) * Math.log(1 - 0.999 * noise[i]!))
  assert.ok(meanError(train(exponential, { kind: 'squared' }), x, (v) => 1 + v) < 0.6)
  assert.ok(meanError(train(exponential, { kind: 'poisson' }), x, (v) => 1 + v) < 0.6)
  assert.ok(meanError(train(exponential, { kind: 'tweedie', power: 1.5 }), x, (v) => 1 + v) < 0.6)
  assert.ok(meanError(train(exponential, { kind: 'quantile', p: 0.5 }), x, (v) => Math.LN2 * (1 + v)) < 0.5)
  assert.ok(meanError(train(exponential, { kind: 'quantile', p: 0.9 }), x, (v) => Math.log(10) * (1 + v)) < 1.2)
})

test('it stops early where there is nothing to learn, is the same for the same seed, and survives JSON', () => {
  const { x, noise } = rows(600, 3)
  const spec = { objective: { kind: 'squared' }, trees: 300, patience: 20, seed: 5 } as const
  const late = (row: number) => row % 3 === 0
  const model = trainBoost([x], noise, spec, undefined, late)
  const held = (trees: BoostModel['trees']) => {
    const predict = boostPredictor({ ...model, trees })
    return x.reduce((sum, value, row) => sum + (late(row) ? (noise[row]! - predict([value])) ** 2 : 0), 0)
  }
  for (let trees = 1; trees < model.trees.length; trees += 1)
    assert.ok(held(model.trees) <= held(model.trees.slice(0, trees)), 'what came after the best tree is dropped')
  assert.ok(model.trees.length < 60, `${model.trees.length} trees on noise`)
  assert.deepEqual(trainBoost([x], noise, spec, undefined, late), model)
  const [one, other] = [model, JSON.parse(JSON.stringify(model))].map(boostPredictor)
  for (const value of x.slice(0, 50)) assert.equal(one!([value]), other!([value]))
})

test('a promotion that is known ahead lifts the forecast of the panel by what it did before', () => {
  const random = seededRandom(11).uniform
  const [weeks, horizon] = [70, 4]
  const panel = Array.from({ length: 25 }, (_, i): PanelSeries & { truth: number } => {
    const level = 20 + 200 * random()
    const flag = Float64Array.from({ length: weeks + horizon }, (_, t) => (t >= weeks ? t % 2 : random() < 0.2 ? 1 : 0))
    const y = Float64Array.from({ length: weeks }, (_, t) => level * (1 + 2 * flag[t]!) * (0.9 + 0.2 * random()))
    return { id: String(i), y, known: [flag], flags: [0], groups: [i % 3], start: 0, truth: level }
  })
  const model = trainGlobal(panel, { horizon, period: 52, trees: 120 })
  const made = forecastGlobal(JSON.parse(JSON.stringify(model)), panel)
  panel.forEach(({ truth }, i) => {
    for (let h = 0; h < horizon; h += 1) {
      const wanted = truth * ((weeks + h) % 2 === 1 ? 3 : 1)
      assert.ok(Math.abs(made[i]![h]! / wanted - 1) < 0.3, `${made[i]![h]} for ${wanted}`)
    }
  })
})

test('a model without rows, or with a loss out of its range, is refused', () => {
  assert.throws(() => trainBoost([], new Float64Array(0), { objective: { kind: 'squared' } }), /rows to learn from/)
  const y = Float64Array.of(1, 2)
  assert.throws(() => trainBoost([y], y, { objective: { kind: 'tweedie', power: 2 } }), /between 1 and 2/)
  assert.throws(() => trainBoost([y], y, { objective: { kind: 'quantile', p: 1 } }), /between 0 and 1/)
  assert.throws(() => trainGlobal([], { horizon: 4, period: 52 }), /no series/)
})
