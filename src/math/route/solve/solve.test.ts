import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../numerics/random.ts'
import { checkPlan } from '../check/check.ts'
import { testLeanProblem, testRichProblem, testTravel } from '../check/testProblems.ts'
import type { Plan, RouteProblem, Stop, Vehicle } from '../model/problem.ts'
import { bestOf, solveSlice } from './slice.ts'
import { solveRoutes } from './solve.ts'

const holds = (problem: RouteProblem, plan: Plan, label: string): void => {
  const checked = checkPlan(problem, plan)
  assert.deepEqual(checked.violations, [], label)
  assert.ok(Math.abs(checked.cost - plan.cost) < 1e-6 * Math.max(1, plan.cost), label)
}

test('120 problems with every rule there is: the checker finds nothing', () => {
  let [served, left] = [0, 0]
  for (let seed = 1; seed <= 120; seed += 1) {
    const problem = testRichProblem(seed)
    const { plan } = solveRoutes(problem, { seed, iterations: 40 })
    holds(problem, plan, `seed ${seed}`)
    left += plan.unassigned.length
    served += problem.stops.length + problem.shipments!.length - plan.unassigned.length
  }
  assert.ok(served > 3 * left, `${served} served, ${left} left over`)
})

test('80 lean problems (several depots, kinds, windows, limits, backhauls, fewest vehicles): the checker finds nothing', () => {
  for (let seed = 1; seed <= 80; seed += 1) {
    const problem = testLeanProblem(seed)
    holds(problem, solveRoutes(problem, { seed, iterations: 150 }).plan, `seed ${seed}`)
  }
})

/** Least cost by trying every order on every vehicle: the rules are those of the checker. */
const bruteForce = (problem: RouteProblem): number => {
  const [van] = problem.vehicles
  const { travel, locations, stops } = problem
  const { distances, durations } = travel.car!
  const cheapest = new Array<number>(1 << stops.length).fill(Number.POSITIVE_INFINITY)
  const drive = (set: number, at: number, t: number, load: number, metres: number): void => {
    const back = metres + distances[at * locations]!
    if (set !== 0 && t + durations[at * locations]! <= van!.shift![1]) cheapest[set] = Math.min(cheapest[set]!, back)
    for (const [k, { location, windows, service, deliver }] of stops.entries()) {
      if ((set >> k) & 1) continue
      const begin = Math.max(windows![0]![0], t + durations[at * locations + location]!)
      const full = load + deliver![0]!
      if (begin > windows![0]![1] || full > van!.capacity![0]!) continue
      drive(set | (1 << k), location, begin + service!, full, metres + distances[at * locations + location]!)
    }
  }
  drive(0, 0, 0, 0, 0)
  const best = new Array<number>(1 << stops.length).fill(Number.POSITIVE_INFINITY)
  best[0] = 0
  for (let set = 1; set < best.length; set += 1)
    for (let part = set; part > 0; part = (part - 1) & set)
      best[set] = Math.min(best[set]!, best[set ^ part]! + van!.costs!.fixed! + cheapest[part]! / 1000)
  return best.at(-1)!
}

test('as good as brute force on 40 small problems with windows', () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const random = seededRandom(seed, 3)
    const points = Array.from({ length: 8 }, () => [random.uniform() * 9_000, random.uniform() * 9_000] as const)
    const stops = points.slice(1).map((_, k): Stop => {
      const open = Math.floor(random.uniform() * 3_000)
      return {
        id: String(k),
        location: k + 1,
        deliver: [1 + Math.floor(random.uniform() * 5)],
        windows: [[open, open + 2_000]],
        service: 100,
      }
    })
    const vehicles = stops.map(
      (_, k): Vehicle => ({
        id: String(k),
        start: 0,
        end: 0,
        capacity: [10],
        shift: [0, 9_000],
        costs: { fixed: 2, perKm: 1 },
      }),
    )
    const problem = { locations: 8, travel: { car: testTravel(points, seed % 2 ? 0.2 : 0) }, stops, vehicles }
    const { plan } = solveRoutes(problem, { seed, iterations: 1_500 })
    holds(problem, plan, `seed ${seed}`)
    assert.equal(plan.unassigned.length, 0)
    assert.ok(
      Math.abs(plan.cost - bruteForce(problem)) < 1e-9,
      `seed ${seed}: ${plan.cost} where ${bruteForce(problem)} can be`,
    )
  }
})

test('the same seed and iterations give the same bytes, another seed another search', () => {
  for (const problem of [testRichProblem(5), testLeanProblem(5), testLeanProblem(6)]) {
    const once = solveRoutes(problem, { seed: 3, iterations: 200 })
    assert.equal(JSON.stringify(solveRoutes(problem, { seed: 3, iterations: 200 })), JSON.stringify(once))
  }
  const searched = (seed: number): string => {
    const costs: number[] = []
    solveRoutes(testLeanProblem(6), { seed, iterations: 200, watch: ({ cost }) => costs.push(cost) })
    return costs.join()
  }
  assert.notEqual(searched(1), searched(2))
})

test('more iterations are never worse than the start, and mostly better', () => {
  let better = 0
  for (let seed = 1; seed <= 12; seed += 1) {
    const problem = { ...testLeanProblem(seed), objective: 'cost' as const }
    const costs: number[] = []
    const { plan } = solveRoutes(problem, { seed, iterations: 1_000, watch: ({ cost }) => costs.push(cost) })
    assert.ok(costs.every((cost, k) => k === 0 || cost < costs[k - 1]!))
    assert.ok(plan.cost + plan.forgone <= costs.at(-1)! + 1e-6)
    if (costs.length > 1) better += 1
  }
  assert.ok(better >= 10, `${better} of 12`)
})

test('a plan to go on from is kept where it is good, and fixed stops stay first', () => {
  const problem = testLeanProblem(11)
  const first = solveRoutes(problem, { seed: 1, iterations: 800 }).plan
  const again = solveRoutes(problem, { seed: 2, iterations: 0, start: first }).plan
  assert.ok(again.cost + again.forgone <= first.cost + first.forgone + 1e-9)
  const route = first.routes.find(({ steps }) => steps.length > 5)!
  const done = route.steps
    .filter(({ kind }) => kind === 'stop')
    .slice(0, 2)
    .map(({ id }) => id)
  const frozen = {
    ...problem,
    vehicles: problem.vehicles.map((v) => (v.id === route.vehicle ? { ...v, fixedStops: done } : v)),
  }
  const { plan } = solveRoutes(frozen, { seed: 3, iterations: 400, start: first })
  holds(frozen, plan, 'frozen')
  const kept = plan.routes.find(({ vehicle }) => vehicle === route.vehicle)!
  assert.deepEqual(
    kept.steps.slice(1, 3).map(({ id }) => id),
    done,
  )
})

test('fewer vehicles where that is asked', () => {
  let fewer = 0
  for (let seed = 1; seed <= 6; seed += 1) {
    const base = testLeanProblem(seed)
    const count = (objective: 'cost' | 'vehicles'): number =>
      solveRoutes({ ...base, objective }, { seed, iterations: 800 }).plan.routes.length
    const [least, cheapest] = [count('vehicles'), count('cost')]
    assert.ok(least <= cheapest, `seed ${seed}: ${least} and ${cheapest}`)
    if (least < cheapest) fewer += 1
  }
  assert.ok(fewer >= 1)
})

test('with few vehicles no stop is left over for the sake of fewer still', () => {
  let tight = 0
  for (let seed = 1; seed <= 12; seed += 1) {
    const base = testLeanProblem(seed)
    const most = solveRoutes(base, { seed, iterations: 300 }).plan.routes.map(({ vehicle }) => vehicle)
    const problem = { ...base, vehicles: base.vehicles.filter(({ id }) => most.includes(id)) }
    const left = (objective: 'cost' | 'vehicles', iterations: number): number =>
      solveRoutes({ ...problem, objective }, { seed, iterations }).plan.unassigned.filter(
        ({ reason }) => reason !== 'prize',
      ).length
    if (left('vehicles', 0) > 0) tight += 1
    assert.equal(left('vehicles', 1_000), left('cost', 1_000), `seed ${seed}`)
  }
  assert.ok(tight >= 1, 'the start leaves some over')
})

test('a vehicle that may come back to load makes several trips', () => {
  const points = [
    [0, 0],
    [1_000, 0],
    [0, 1_000],
    [-1_000, 0],
  ] as const
  const problem: RouteProblem = {
    locations: 4,
    travel: { car: testTravel(points) },
    stops: [1, 2, 3].map((k) => ({ id: String(k), location: k, deliver: [6] })),
    vehicles: [{ id: 'van', start: 0, end: 0, capacity: [10], reload: { location: 0, duration: 300, maxTrips: 3 } }],
  }
  const { plan } = solveRoutes(problem, { iterations: 200 })
  holds(problem, plan, 'trips')
  assert.equal(plan.unassigned.length, 0)
  assert.equal(plan.routes[0]!.steps.filter(({ kind }) => kind === 'reload').length, 2)
  assert.ok(Math.abs(plan.cost - 6) < 1e-9)
})

test('workers that share a search: no part ends worse than the one before', () => {
  for (const seed of [2, 3]) {
    const problem = testLeanProblem(seed)
    let best: Plan | undefined
    for (let part = 0; part < 3; part += 1) {
      const plans = [1, 2].map((worker) => {
        const slice = { part, parts: 3, seed: 10 * part + worker, iterations: 300, ...(best ? { start: best } : {}) }
        return solveSlice(problem, slice).plan
      })
      const next = bestOf(problem, plans)
      holds(problem, next, `part ${part}`)
      if (best) assert.equal(bestOf(problem, [next, best]), next)
      best = next
    }
  }
  assert.throws(() => solveSlice(testLeanProblem(1), { part: 3, parts: 3 }), /part 3 of 3/)
})
