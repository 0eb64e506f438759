import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkPlan } from '../../math/network/check/checkPlan.ts'
import { smallProblem } from '../../math/network/check/testProblems.ts'
import { proveNetwork } from '../../math/network/mip/proveNetwork.ts'
import type { NetworkProblem } from '../../math/network/problem.ts'
import { solveNetwork } from '../../math/network/solveNetwork.ts'
import type { MixedInteger } from '../../math/numerics/mixedInteger.ts'
import { seededRandom } from '../../math/numerics/random.ts'
import { planCost, planProblem } from '../../math/source/wave/problem.ts'
import { proveWave } from '../../math/source/wave/proveWave.ts'
import { greedyWave } from '../../math/source/wave/sourceWave.ts'
import { bestByTrial, randomWave } from '../../math/source/wave/testWaves.ts'
import { highs } from './highs.ts'

/** Max Σ worth of what fits: a knapsack in the form the solver takes. */
const knapsack = (
  worth: readonly number[],
  weight: readonly number[],
  room: number,
  integral = true,
): MixedInteger => ({
  cost: Float64Array.from(worth, (one) => -one),
  lower: new Float64Array(worth.length),
  upper: new Float64Array(worth.length).fill(1),
  whole: new Uint8Array(worth.length).fill(integral ? 1 : 0),
  rowLower: Float64Array.of(Number.NEGATIVE_INFINITY),
  rowUpper: Float64Array.of(room),
  starts: Int32Array.of(0, worth.length),
  columns: Int32Array.from(worth.keys()),
  values: Float64Array.from(weight),
})

test('a programme comes back solved, in whole numbers where they are asked for; what cannot be is told', async () => {
  const whole = await highs(knapsack([10, 13, 7], [3, 4, 2], 6), { seconds: 10 })
  assert.equal(whole.status, 'optimal')
  assert.deepEqual([whole.cost, whole.bound, [...whole.values!].map(Math.round)], [-20, -20, [0, 1, 1]])
  const broken = await highs(knapsack([10, 13, 7], [3, 4, 2], 6, false), { seconds: 10 })
  assert.ok(Math.abs(broken.cost - -(7 + 10 + 13 / 4)) < 1e-9)
  const none = await highs(
    { ...knapsack([1], [1], 1), rowLower: Float64Array.of(2), rowUpper: Float64Array.of(3) },
    { seconds: 10 },
  )
  assert.deepEqual([none.status, none.values], ['infeasible', null])
})

test('a signal ends a solver that would go on, at once', async () => {
  // The weights share no factor and the room is odd: years of branching.
  const weight = Array.from({ length: 50 }, (_, k) => 2 * (500_000 + Math.floor(1e6 * seededRandom(k).uniform())))
  const hard: MixedInteger = {
    ...knapsack(weight, weight, 0),
    rowLower: Float64Array.of(25_000_001),
    rowUpper: Float64Array.of(25_000_001.5),
  }
  const stop = new AbortController()
  setTimeout(() => stop.abort(new Error('enough')), 300)
  const began = performance.now()
  await highs(hard, { seconds: 60, signal: stop.signal }).then(
    // Should presolve see through it, that is an answer too.
    ({ status }) => assert.equal(status, 'infeasible'),
    (error: Error) => assert.equal(error.message, 'enough'),
  )
  assert.ok(performance.now() - began < 5000)
})

test('with bands the solver and the search agree: neither bound lies above the other’s network', async () => {
  let asked = 0
  for (let seed = 1; seed <= 16; seed += 1) {
    const p: NetworkProblem = {
      ...smallProblem(seed, seed % 2 === 0),
      bands: [
        { hours: 5, share: 0.35 },
        { hours: 12, share: 0.75 },
      ],
    }
    // The search is kept short, so that the solver has something to do.
    const proved = await proveNetwork(p, highs, { nodes: 1, rounds: 3, shakes: 0, limits: { seconds: 20 } })
    const searched = solveNetwork(p)
    if (proved.solver !== 'not asked') asked += 1
    assert.equal(proved.plan === null, searched.plan === null, `seed ${seed}: ${proved.solver}`)
    if (proved.plan === null) continue
    const { violations, cost } = checkPlan(p, proved.plan)
    assert.deepEqual(violations, [], `seed ${seed}`)
    const slack = 1e-5 * Math.abs(cost)
    assert.ok(searched.bound <= cost + slack, `seed ${seed}: ${searched.bound} > ${cost}`)
    assert.ok(proved.bound <= searched.measured!.total + slack, `seed ${seed}`)
    assert.ok(proved.measured!.total <= searched.measured!.total + slack, `seed ${seed}: the solver is exact`)
  }
  assert.ok(asked >= 5, `the solver was asked ${asked} times`)
})

test('of a wave of orders the solver finds the best plan that trying everything finds, and no bound above it', async () => {
  let bettered = 0
  for (let seed = 0; seed < 25; seed += 1) {
    const wave = randomWave(seed, 3, 2, 2)
    const plan = greedyWave(wave)
    const cost = planCost(wave, plan)
    // From the habit's plan and no bound at all: all of it is the solver's work.
    const proved = await proveWave(wave, { plan, cost, greedy: cost, bound: 0 }, highs, { seconds: 20 })
    const best = bestByTrial(wave)
    assert.equal(planProblem(wave, proved.plan), null)
    assert.ok(Math.abs(proved.cost - best) < 1e-6, `seed ${seed}: ${proved.cost}, not ${best} (${proved.solver})`)
    assert.ok(proved.bound <= best + 1e-6 && proved.bound >= best - 1e-3, `seed ${seed}: bound ${proved.bound}`)
    if (proved.cost < cost - 1e-9) bettered += 1
  }
  assert.ok(bettered >= 3, `${bettered} plans of the habit were bettered`)
})
