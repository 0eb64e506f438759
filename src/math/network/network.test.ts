import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRandom } from '../numerics/random.ts'
import { checkPlan } from './check/checkPlan.ts'
import { bestOfAll, smallProblem } from './check/testProblems.ts'
import type { NetworkProblem } from './problem.ts'
import { type Solved, solveNetwork } from './solveNetwork.ts'

const close = (a: number, b: number, what: string): void =>
  assert.ok(Math.abs(a - b) <= 1e-7 * Math.max(1, Math.abs(b)), `${what}: ${a} and not ${b}`)

/** The plan keeps all rules, costs what is said, and no less than the bound. */
const sound = (p: NetworkProblem, { plan, measured, bound }: Solved): number => {
  const { cost, violations } = checkPlan(p, plan!)
  assert.deepEqual(violations, [])
  close(measured!.total, cost, 'cost')
  assert.ok(bound <= cost * (1 + 1e-9) + 1e-9, `the bound ${bound} is above ${cost}`)
  return cost
}

test('small networks are as cheap as the cheapest of all plans, and proven so', () => {
  let [solved, none] = [0, 0]
  for (let seed = 1; seed <= 120; seed += 1) {
    const p = smallProblem(seed, seed % 2 === 0)
    const best = bestOfAll(p)
    const found = solveNetwork(p)
    if (best === null) {
      none += 1
      assert.equal(found.plan, null, `seed ${seed}`)
      assert.ok(found.reasons.length > 0)
      continue
    }
    solved += 1
    assert.ok(found.plan, `seed ${seed}: ${JSON.stringify(found.reasons)}`)
    close(sound(p, found), best, `seed ${seed}`)
    assert.equal(found.within_pct, 0, `seed ${seed}`)
  }
  assert.ok(solved > 60 && none > 3, `${solved} solved, ${none} impossible`)
})

test('demand within reach is kept, and the bound lies below every plan in whole units', () => {
  let kept = 0
  for (let seed = 1; seed <= 80; seed += 1) {
    const bands =
      seed % 3 === 0
        ? [
            { hours: 5, share: 0.3 },
            { hours: 14, share: 0.8 },
          ]
        : [{ hours: 10, share: 0.7 }]
    const p = { ...smallProblem(seed, seed % 2 === 0), bands }
    const best = bestOfAllWithin(p)
    const found = solveNetwork(p)
    if (found.plan === null) {
      assert.equal(best, null, `seed ${seed}: ${JSON.stringify(found.reasons)}`)
      continue
    }
    kept += 1
    const cost = sound(p, found)
    if (best === null) continue
    assert.ok(found.bound <= best + 1e-7, `seed ${seed}`)
    if (bands.length === 1) assert.ok(cost <= best + 1e-6, `seed ${seed}: ${cost} against ${best} in whole units`)
  }
  assert.ok(kept > 20, `${kept}`)
})
/** The oracle knows no bands: it tries all ways to name who is near, by closing the far ways of those. */
const bestOfAllWithin = (p: NetworkProblem): number | null => {
  const n = p.clusters.length
  const [band, second] = p.bands!
  if (second) return null
  let best: number | null = null
  for (let mask = 0; mask < 1 << n; mask += 1) {
    const near = p.clusters.filter((_, c) => (mask >> c) & 1).reduce((sum, one) => sum + one.demand, 0)
    const all = p.clusters.reduce((sum, one) => sum + one.demand, 0)
    if (near < band!.share * all) continue
    const cost = p.ways.cost.map((one, at) =>
      (mask >> (at % n)) & 1 && p.ways.hours![at]! > band!.hours ? Number.POSITIVE_INFINITY : one,
    )
    const { bands: _, ...bare } = p
    const found = bestOfAll({ ...bare, ways: { ...p.ways, cost } })
    if (found !== null && (best === null || found < best)) best = found
  }
  return best
}

test('one more candidate never makes the best network dearer; costs a thousandfold make it so', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.boolean(), (seed, capacitated) => {
      const p = smallProblem(seed, capacitated)
      const without = { ...p, sites: p.sites.map((one, s) => (s === 2 ? { ...one, variants: [] } : one)) }
      const [more, fewer] = [solveNetwork(p), solveNetwork(without)]
      if (fewer.plan && more.plan) assert.ok(more.measured!.total <= fewer.measured!.total * (1 + 1e-8) + 1e-8)
      assert.ok(!fewer.plan || more.plan)
      const dear = solveNetwork(thousandfold(p))
      assert.equal(dear.plan === null, more.plan === null)
      if (more.plan) close(dear.measured!.total, 1000 * more.measured!.total, 'a thousandfold')
    }),
    { numRuns: 60, seed: 7 },
  )
})
const thousandfold = (p: NetworkProblem): NetworkProblem => ({
  ...p,
  ways: { ...p.ways, cost: p.ways.cost.map((one) => 1000 * one) },
  co2_price: 1000 * (p.co2_price ?? 0),
  ...(p.stock ? { stock: { ...p.stock, holding: 1000 * p.stock.holding } } : {}),
  sites: p.sites.map((site) => ({
    ...site,
    inbound: 1000 * (site.inbound ?? 0),
    close: 1000 * (site.close ?? 0),
    variants: site.variants.map((one) => ({
      ...one,
      fixed: 1000 * one.fixed,
      unit: 1000 * one.unit,
      open: 1000 * (one.open ?? 0),
    })),
  })),
})

/** Sites and clusters at random in a square. */
const square = (sites: number, clusters: number, seed: number, capacity?: number): NetworkProblem => {
  const { uniform } = seededRandom(seed, 6)
  const at = Array.from({ length: sites + clusters }, () => [uniform(), uniform()] as const)
  return {
    sites: Array.from({ length: sites }, (_, s) => ({
      id: `S${s}`,
      variants: [{ id: 'own', fixed: 60 + 60 * uniform(), unit: 1, ...(capacity ? { capacity } : {}) }],
    })),
    clusters: Array.from({ length: clusters }, (_, c) => ({ id: `C${c}`, demand: 1 + 9 * uniform() })),
    ways: {
      cost: Float64Array.from({ length: sites * clusters }, (_, k) => {
        const [a, b] = [at[Math.floor(k / clusters)]!, at[sites + (k % clusters)]!]
        return 5 * Math.hypot(a[0] - b[0], a[1] - b[1])
      }),
    },
  }
}

test('the same seed gives the same bytes; being stopped ends it with a plan and a true bound', () => {
  for (const capacity of [undefined, 180]) {
    const p = square(25, 150, 3, capacity)
    const [a, b] = [1, 2].map(() => JSON.stringify(solveNetwork(p, { seed: 4, nodes: 20 })))
    assert.equal(a, b)
    const full = solveNetwork(p, { nodes: 200 })
    for (const asks of [1, 10, 200]) {
      let left = asks
      const found = solveNetwork(p, { stop: () => --left < 0 })
      if (found.plan) sound(p, found)
      assert.ok(found.bound <= full.measured!.total * (1 + 1e-9), `a bound after ${asks} looks is none`)
    }
  }
})

/** Of this process: what else the machine does is not the search's. */
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

test('a stop ends the search within 50 ms, whatever it is at', () => {
  const p = square(60, 700, 5, 300)
  for (const limit of [5, 60, 250, 600]) {
    const began = cpuMs()
    let asked = 0
    solveNetwork(p, {
      stop: () => {
        const over = cpuMs() - began > limit
        if (over && asked === 0) asked = cpuMs()
        return over
      },
    })
    // Twice what is promised: collecting garbage counts, on all threads.
    if (asked > 0) assert.ok(cpuMs() - asked < 100, `${cpuMs() - asked} ms`)
  }
})

test('what cannot be is told with its reason', () => {
  const p = square(3, 4, 1, 4)
  const why = (problem: NetworkProblem): string => {
    const { plan, reasons, within_pct } = solveNetwork(problem)
    assert.equal(plan, null)
    assert.equal(within_pct, null)
    return reasons.map(({ reason, detail }) => `${reason}: ${detail}`).join('; ')
  }
  assert.match(why(p), /capacity: [\d.]+ units are wanted and the 3 largest sites hold 12/)
  const island = {
    ...square(3, 4, 1),
    ways: { cost: square(3, 4, 1).ways.cost.map((one, k) => (k % 4 === 2 ? Infinity : one)) },
  }
  assert.match(why(island), /unreachable: no way leads to C2 /)
  assert.match(why({ ...p, sites: [], ways: { cost: new Float64Array(0) } }), /no site/)
  const hours = new Float64Array(12).fill(30)
  const near = { ...square(3, 4, 1), bands: [{ hours: 24, share: 0.9 }] }
  assert.match(
    why({ ...near, ways: { ...near.ways, hours } }),
    /reach: with all sites open 0 % of demand is within 24 hours, not 90 %/,
  )
  assert.match(why({ ...square(3, 4, 1), min_sites: 4 }), /sites: 4 sites are to be open and 3 can be/)
  // Each of two can hold all and reaches one customer alone: not with one site.
  const cost = Float64Array.from([1, Infinity, Infinity, 1])
  const apart = { ...square(2, 2, 1), ways: { cost } }
  assert.match(why({ ...apart, max_sites: 1 }), /together/)
  assert.ok(solveNetwork(apart).plan)
})

test('what is no problem is refused by name', () => {
  const p = square(2, 2, 1)
  const wrong = (problem: NetworkProblem, says: RegExp) =>
    assert.throws(
      () => solveNetwork(problem),
      (e) => e instanceof RangeError && says.test(e.message),
    )
  wrong({ ...p, clusters: [{ id: 'Bern', demand: -3 }, p.clusters[1]!] }, /demand of Bern is -3/)
  wrong({ ...p, clusters: [p.clusters[0]!, p.clusters[0]!] }, /clusters has an id twice/)
  wrong({ ...p, ways: { cost: new Float64Array(3) } }, /cost has 3 ways/)
  wrong({ ...p, ways: { cost: Float64Array.from([1, 2, Number.NaN, 4]) } }, /cost from S1 to C0 is NaN/)
  wrong({ ...p, bands: [{ hours: 24, share: 0.9 }] }, /bands need the hours/)
  wrong(
    { ...p, sites: [{ id: 'X', variants: [{ id: 'own', fixed: Infinity, unit: 0 }] }, p.sites[1]!] },
    /fixed cost of X own is Infinity/,
  )
  wrong({ ...p, max_sites: 1.5 }, /1.5 is no number of sites/)
})

test('nothing to serve costs what has to be open; ten thousand alike are served alike', () => {
  const empty = solveNetwork({ sites: [], clusters: [], ways: { cost: new Float64Array(0) } })
  assert.deepEqual([empty.measured!.total, empty.bound, empty.plan!.open], [0, 0, []])
  const idle = square(3, 4, 1)
  const none = solveNetwork({ ...idle, clusters: idle.clusters.map((one) => ({ ...one, demand: 0 })) })
  assert.equal(none.measured!.total, 0)
  const alike: NetworkProblem = {
    sites: [7, 5, 6].map((fixed, s) => ({ id: `S${s}`, variants: [{ id: 'own', fixed, unit: 0 }] })),
    clusters: Array.from({ length: 10_000 }, (_, c) => ({ id: `C${c}`, demand: 1 })),
    ways: { cost: new Float64Array(30_000).fill(2) },
  }
  const found = solveNetwork(alike)
  assert.deepEqual(found.plan!.open, [{ site: 'S1', variant: 'own' }])
  assert.equal(found.within_pct, 0)
  close(found.measured!.total, 20_005, 'ten thousand alike')
})
