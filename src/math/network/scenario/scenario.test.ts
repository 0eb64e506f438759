import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../numerics/random.ts'
import { checkPlan } from '../check/checkPlan.ts'
import { smallProblem } from '../check/testProblems.ts'
import { measure, pooledSafety } from '../measure.ts'
import { nearCentresOfGravity } from '../place/centreOfGravity.ts'
import { clusterCustomers } from '../place/clusterCustomers.ts'
import type { NetworkProblem } from '../problem.ts'
import { solveNetwork } from '../solveNetwork.ts'
import { applyScenario, asIs, solveScenarios } from './scenario.ts'
import { scaled, sensitivity } from './sensitivity.ts'

/** Two towns, 10 apart; north is the larger. One site in each, one between. */
const towns: NetworkProblem = {
  sites: [
    { id: 'north', place: { lat: 50, lon: 10 }, now: 'own', close: 40, variants: [{ id: 'own', fixed: 100, unit: 1 }] },
    { id: 'south', place: { lat: 48, lon: 10 }, variants: [{ id: '3pl', fixed: 0, unit: 4, open: 30 }] },
    { id: 'middle', place: { lat: 49, lon: 10 }, variants: [{ id: 'leased', fixed: 500, unit: 1 }] },
  ],
  clusters: [
    { id: 'N', place: { lat: 50, lon: 10 }, demand: 60, sd: 12 },
    { id: 'S', place: { lat: 48, lon: 10 }, demand: 40, sd: 9 },
  ],
  ways: { cost: Float64Array.from([1, 10, 10, 1, 5, 5]), hours: Float64Array.from([4, 30, 30, 4, 20, 20]) },
  stock: { safety: 15, cycle: 20, holding: 2 },
}

test('what a plan costs, part by part, is what one reckons by hand', () => {
  const { plan, measured } = solveNetwork(towns)
  assert.deepEqual(
    plan!.open.map(({ site }) => site),
    ['north', 'south'],
  )
  const { fixed, change, handling, outbound, stock, total, stock_units } = measured!
  // 60 · 1 + 40 · 4 of handling; 100 units at 1; 20 + 15 · √2 units at 2.
  assert.deepEqual([fixed, change, handling, outbound], [100, 30, 220, 100])
  assert.ok(Math.abs(stock_units - (20 + 15 * Math.SQRT2)) < 1e-12 && Math.abs(stock - 2 * stock_units) < 1e-12)
  assert.ok(Math.abs(total - (450 + stock)) < 1e-9)
  assert.deepEqual(measure(towns, plan!, [5, 24]).within, [
    { hours: 5, share: 1 },
    { hours: 24, share: 1 },
  ])
  // Two sites with a town each: z (12 + 9); one with both: z √(144 + 81).
  assert.equal(pooledSafety(towns, plan!, 2), 42)
  const one = solveNetwork(applyScenario(towns, asIs(towns)))
  assert.equal(pooledSafety(towns, one.plan!, 2), 30)
  assert.deepEqual(
    one.plan!.open.map(({ site }) => site),
    ['north'],
  )
})

test('scenarios are the same model with some sites given; giving up what stands is paid for', () => {
  const all = solveScenarios(towns, [
    asIs(towns),
    { name: 'middle only', only: ['middle'], open: ['middle'] },
    { name: '24 hours', bands: [{ hours: 24, share: 1 }], max_sites: 1 },
    { name: 'free' },
  ])
  for (const { problem, solved } of all) assert.deepEqual(checkPlan(problem, solved.plan!).violations, [])
  const [now, middle, fast, free] = all.map(({ solved }) => solved.measured!)
  assert.deepEqual([now!.change, middle!.change, free!.change], [0, 40, 30])
  assert.equal(fast!.within[0]!.share, 1)
  assert.ok([now, middle, fast].every((one) => free!.total <= one!.total))
  assert.throws(() => applyScenario(towns, { name: 'x', open: ['west'] }), /scenario x names site west, which is none/)
  assert.throws(() => applyScenario(towns, { name: 'x', variants: { north: ['3pl'] } }), /names variant 3pl/)
})

test('the factor at which the winner flips is where two costs meet', () => {
  // One site costs 100 + 20 f·…: with freight f the north alone costs 100 + 100 + f (60 + 400), both 100 + 30 + 220 + 100 f.
  const { stock: _, ...bare } = towns
  const scenarios = [asIs(towns), { name: 'both', open: ['north', 'south'], closed: ['middle'] }]
  const found = sensitivity(bare, scenarios, 'rates', { factors: [0.1, 0.5, 2] })
  // 200 + 460 f = 350 + 100 f at f = 5 / 12.
  assert.equal(found.flips.length, 1)
  const [flip] = found.flips
  assert.deepEqual([flip!.from, flip!.to], ['as-is', 'both'])
  assert.ok(Math.abs(flip!.factor - 5 / 12) <= 0.005, `${flip!.factor}`)
  assert.equal(found.keeps, false)
  assert.ok(found.rows.every(({ sure }) => sure))
  const fuel = sensitivity(bare, scenarios, 'fuel', { factors: [1.2] })
  assert.deepEqual([fuel.keeps, fuel.flips], [true, []])
  assert.throws(() => scaled(bare, 'demand', 0), /factor 0 is not above zero/)
})

test('demand twice as high, or each thing twice as dear, changes what it says and no more', () => {
  const p = smallProblem(12, false)
  const plan = solveNetwork(p).plan!
  const of = (one: NetworkProblem) => measure(one, plan)
  const base = of(p)
  assert.ok(Math.abs(of(scaled(p, 'fixed', 2)).fixed - 2 * base.fixed) < 1e-9)
  const dear = of(scaled(p, 'fuel', 2, 0.3))
  assert.ok(Math.abs(dear.outbound - 1.3 * base.outbound) < 1e-9 && Math.abs(dear.inbound - 1.3 * base.inbound) < 1e-9)
  assert.equal(scaled(p, 'demand', 2).clusters[0]!.demand, 2 * p.clusters[0]!.demand)
})

test('customers are grouped near each other, none is lost, and the same seed groups alike', () => {
  const { uniform, normal } = seededRandom(3)
  const towns = Array.from({ length: 5 }, () => ({ lat: 45 + 10 * uniform(), lon: 20 * uniform() }))
  const customers = Array.from({ length: 600 }, (_, k) => ({
    place: { lat: towns[k % 5]!.lat + 0.02 * normal(), lon: towns[k % 5]!.lon + 0.02 * normal() },
    demand: uniform(),
  }))
  const { clusters, of, mean_km } = clusterCustomers(customers, 5)
  assert.equal(clusters.length, 5)
  for (let k = 5; k < 600; k += 1) assert.equal(of[k], of[k % 5], 'one town, one cluster')
  assert.ok(mean_km < 5, `${mean_km}`)
  const sum = (all: readonly { demand: number }[]) => all.reduce((total, one) => total + one.demand, 0)
  assert.ok(Math.abs(sum(clusters) - sum(customers)) < 1e-9)
  const near = [10, 100].map((count) => clusterCustomers(customers, count).mean_km)
  assert.ok(near[1]! < near[0]! && near[0]! < mean_km, 'more clusters blur less')
  assert.equal(clusterCustomers(customers, 600).mean_km < 1e-6, true)
  assert.equal(JSON.stringify(clusterCustomers(customers, 40, 9)), JSON.stringify(clusterCustomers(customers, 40, 9)))
  const alike = Array.from({ length: 10_000 }, () => ({ place: { lat: 1, lon: 2 }, demand: 1 }))
  const [one] = clusterCustomers(alike, 50).clusters
  assert.ok(one!.demand === 10_000 && Math.abs(one!.place.lat - 1) < 1e-9 && Math.abs(one!.place.lon - 2) < 1e-9)
  assert.deepEqual(clusterCustomers([], 3).clusters, [])
  assert.throws(() => clusterCustomers([{ place: { lat: 91, lon: 0 }, demand: 1 }], 1), /customer 0 at 91, 0/)
  assert.throws(() => clusterCustomers([{ place: { lat: 0, lon: 0 }, demand: -1 }], 1), /demand of customer 0 is -1/)
})

test('across the date line near is near', () => {
  const customers = [179.9, -179.9, 0].map((lon) => ({ place: { lat: 0, lon }, demand: 1 }))
  const { of, clusters } = clusterCustomers(customers, 2)
  assert.ok(of[0] === of[1] && of[2] !== of[0])
  assert.ok(Math.abs(Math.abs(clusters[of[0]!]!.place.lon) - 180) < 1e-6)
})

test('the centre of gravity looks at places alone', () => {
  assert.deepEqual(nearCentresOfGravity(towns, 1), ['middle'])
  assert.deepEqual(nearCentresOfGravity(towns, 2).toSorted(), ['north', 'south'])
  const { place: _, ...lost } = towns.clusters[0]!
  assert.throws(() => nearCentresOfGravity({ ...towns, clusters: [lost] }, 1), /N has no place/)
})
