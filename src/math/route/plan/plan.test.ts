import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkPlan } from '../check/check.ts'
import { testLeanProblem, testRichProblem, testTravel } from '../check/testProblems.ts'
import type { Reason, RouteProblem, Stop, Vehicle } from '../model/problem.ts'
import { solveRoutes } from '../solve/solve.ts'
import { planAsGiven } from './asGiven.ts'
import { moveCosts } from './moveCost.ts'
import { settle } from './settle.ts'

const points = [
  [0, 0],
  [1_000, 0],
  [2_000, 0],
  [3_000, 0],
] as const
const travel = { car: testTravel(points) }
const van: Vehicle = { id: 'van', start: 0, end: 0, capacity: [10], shift: [0, 3_600] }
const stop = (id: string, more: Partial<Stop> = {}): Stop => ({ id, location: 1, deliver: [1], ...more })
const base: RouteProblem = { locations: 4, travel, stops: [], vehicles: [van] }
const reasonOf = (problem: RouteProblem): Reason | undefined => {
  const { plan } = solveRoutes(problem, { iterations: 30 })
  assert.deepEqual(checkPlan(problem, plan).violations, [])
  assert.ok(plan.unassigned.every(({ detail }) => detail.length > 10))
  return plan.unassigned[0]?.reason
}

test('a stop that is left over names its reason', () => {
  const one = (more: Partial<Stop>, vehicle: Partial<Vehicle> = {}) =>
    reasonOf({ ...base, stops: [stop('a', more)], vehicles: [{ ...van, ...vehicle }] })
  assert.equal(one({}), undefined)
  assert.equal(one({ skills: ['lift'] }), 'skill')
  assert.equal(one({ goods: 'frozen' }), 'goods')
  assert.equal(one({ deliver: [11] }), 'capacity')
  assert.equal(one({ windows: [[0, 50]] }), 'window')
  assert.equal(one({ service: 3_500 }), 'shift')
  assert.equal(one({}, { maxDistance: 1_999 }), 'distance')
  assert.equal(one({}, { maxDuration: 199 }), 'shift')
  assert.equal(one({ prize: 1 }), 'prize')
  assert.equal(one({ prize: 3 }), undefined)
  assert.equal(reasonOf({ ...base, stops: [stop('a')], vehicles: [] }), 'no vehicle')
  assert.equal(
    reasonOf({ ...base, stops: [stop('a', { deliver: [6] }), stop('b', { deliver: [6] })] }),
    'fleet used up',
  )
  const collectOnly = {
    ...base,
    stops: [{ id: 'a', location: 1, collect: [1] }],
    backhaulsLast: true,
    noBackhaulOnly: true,
  }
  assert.equal(reasonOf(collectOnly), 'backhaul')
})

test('an island that no way leads to is left over, the others are served', () => {
  const cut = { distances: travel.car.distances.slice(), durations: travel.car.durations.slice() }
  for (let i = 0; i < 3; i += 1) for (const cell of [i * 4 + 3, 12 + i]) cut.distances[cell] = -1
  const stops = [stop('a'), stop('b', { location: 2 }), stop('island', { location: 3 })]
  const { plan } = solveRoutes({ ...base, travel: { car: cut }, stops }, { iterations: 50 })
  assert.deepEqual(
    plan.unassigned.map(({ id, reason }) => [id, reason]),
    [['island', 'unreachable']],
  )
})

test('who has priority is served when not all can be', () => {
  const stops = Array.from({ length: 8 }, (_, k) =>
    stop(`s${k}`, { deliver: [5], priority: k === 6 || k === 3 ? 50 : 0 }),
  )
  const { plan } = solveRoutes({ ...base, stops }, { iterations: 200 })
  assert.equal(plan.unassigned.length, 6)
  assert.ok(plan.unassigned.every(({ id }) => id !== 's3' && id !== 's6'))
})

test('all windows impossible: everything is left over, with the reason', () => {
  const stops = Array.from({ length: 50 }, (_, k) => stop(`s${k}`, { windows: [[0, 10]] }))
  const { plan } = solveRoutes({ ...base, stops }, { iterations: 20 })
  assert.equal(plan.routes.length, 0)
  assert.ok(plan.unassigned.length === 50 && plan.unassigned.every(({ reason }) => reason === 'window'))
})

test('nothing to do and nobody to do it', () => {
  assert.deepEqual(solveRoutes(base).plan, { routes: [], unassigned: [], cost: 0, forgone: 0 })
  assert.equal(solveRoutes({ locations: 0, travel: {}, stops: [], vehicles: [] }).plan.routes.length, 0)
})

test('everything that is wrong is named at once', () => {
  const wrong: RouteProblem = {
    locations: 4,
    travel: { car: { distances: travel.car.distances, durations: new Int32Array(3) } },
    stops: [
      stop('a', { deliver: [-1] }),
      stop('a', { location: 9, windows: [[5, 2]] }),
      stop('b', { service: Number.NaN, prize: -2, priority: 101, deliver: [1, 2] }),
    ],
    vehicles: [{ ...van, profile: 'bike', fixedStops: ['x'], costs: { perKm: Number.POSITIVE_INFINITY } }],
  }
  const parts = [
    'quantity -1',
    'stop a is there twice',
    'location 9',
    'closes before it opens',
    'service NaN',
    'prize -2',
    'priority 101',
    '2 quantities where capacities have 1',
    '3 durations where 4 × 4',
    'no travel matrix bike',
    'fixed stop x is unknown',
    'cost perKm',
  ]
  assert.throws(
    () => solveRoutes(wrong),
    (error: Error) => error instanceof RangeError && parts.every((part) => error.message.includes(part)),
  )
})

test('10,000 identical stops are served by about as many vehicles as they fill', () => {
  const stops = Array.from({ length: 10_000 }, (_, k) => stop(`s${k}`))
  const vehicles = Array.from({ length: 1_200 }, (_, k) => ({ ...van, id: `v${k}`, shift: [0, 30_000] as const }))
  const problem = { ...base, stops, vehicles }
  const { plan } = solveRoutes(problem, { iterations: 5 })
  assert.deepEqual(checkPlan(problem, plan).violations, [])
  assert.equal(plan.unassigned.length, 0)
  assert.ok(plan.routes.length <= 1_050, `${plan.routes.length} routes`)
})

test('stop() is heard within 50 ms, in a search with every rule, too', () => {
  for (const problem of [testRichProblem(3, 120), testLeanProblem(4, 400)]) {
    // CPU time: what a machine that is busy with others takes is not the search's.
    const cpuMs = (): number => process.cpuUsage().user / 1000
    const started = cpuMs()
    let [asked, looks, slow] = [started, 0, 0]
    const stop = (): boolean => {
      const now = cpuMs()
      looks += 1
      if (now - asked > 50) slow += 1
      asked = now
      return now - started > 600
    }
    const { plan } = solveRoutes(problem, { iterations: 1e9, stop })
    assert.deepEqual(checkPlan(problem, plan).violations, [])
    // One, for the collector and compiler, whose threads count here too.
    assert.ok(slow <= 1 && looks > 100, `${slow} of ${looks} looks came after more than 50 ms`)
  }
})

test('a move costs what the plan with it costs more', () => {
  let done = 0
  for (let seed = 1; seed <= 10; seed += 1) {
    const problem = testRichProblem(seed)
    const { plan } = solveRoutes(problem, { seed, iterations: 60 })
    const ask = moveCosts(problem, plan)
    const [from, to] = plan.routes
    const first = from?.steps.find(({ kind }) => kind === 'stop')
    if (!from || !to || !first) continue
    const move = ask({ id: first.id, vehicle: to.vehicle, position: 0 })
    if (move.fault !== null) continue
    done += 1
    const moved = to.steps.toSpliced(1, 0, first)
    const routes = [
      { ...from, steps: from.steps.filter((s) => s !== first) },
      { ...to, steps: moved },
    ]
    const alone = { ...problem, objective: 'cost' as const }
    const { plan: after } = solveRoutes(alone, {
      iterations: 0,
      start: { routes: [...routes, ...plan.routes.slice(2)] },
    })
    const change = after.cost - plan.cost
    if (after.unassigned.length === plan.unassigned.length)
      assert.ok(change <= move.cost + 1e-6, `seed ${seed}: ${move.cost} and ${change}`)
    const stay = ask({
      id: first.id,
      vehicle: from.vehicle,
      position: from.steps.filter(({ kind }) => kind !== 'start' && kind !== 'break').indexOf(first),
    })
    assert.deepEqual(
      { ...stay, cost: Math.abs(stay.cost) < 1e-9 },
      { fault: null, cost: true, distance_m: 0, duration_s: 0, parts: [{ vehicle: from.vehicle, distance_m: 0 }] },
    )
  }
  assert.ok(done >= 3, `${done} moves`)
})

test('a move that is not allowed says what it would break', () => {
  const problem: RouteProblem = {
    ...base,
    stops: [
      stop('a', { deliver: [6] }),
      stop('b', { location: 2, deliver: [6] }),
      stop('c', { location: 3, skills: ['lift'] }),
    ],
    vehicles: [
      { ...van, skills: ['lift'] },
      { ...van, id: 'car' },
    ],
  }
  const { plan } = solveRoutes(problem, { iterations: 100 })
  const ask = moveCosts(problem, plan)
  const of = (id: string): string => plan.routes.find(({ steps }) => steps.some((s) => s.id === id))!.vehicle
  assert.equal(ask({ id: 'a', vehicle: of('b'), position: 0 }).fault, 'capacity')
  assert.equal(ask({ id: 'c', vehicle: 'car', position: 0 }).fault, 'skill')
  assert.throws(() => ask({ id: 'z', vehicle: 'car', position: 0 }), /there is no stop z/)
  assert.throws(() => ask({ id: 'a', vehicle: 'car', position: 7 }), /position 7/)
})

test('a plan laid by hand is kept as it is, and what cannot be driven is left over with its reason', () => {
  const stops = ['a', 'b', 'c'].map((id, k) => stop(id, { location: k + 1, deliver: [5] }))
  const problem = { ...base, stops, vehicles: [van, { ...van, id: 'other' }] }
  const plan = planAsGiven(problem, [
    { vehicle: 'other', stops: ['c', 'a'] },
    { vehicle: 'van', stops: ['b'] },
  ])
  assert.deepEqual(checkPlan(problem, plan).violations, [])
  assert.deepEqual(
    plan.routes.map(({ vehicle, distance_m }) => [vehicle, distance_m]),
    [
      ['van', 4_000],
      ['other', 6_000],
    ],
  )
  const move = moveCosts(problem, plan)({ id: 'b', vehicle: 'other', position: 1 })
  assert.equal(move.fault, 'capacity')
  const swap = moveCosts(problem, planAsGiven(problem, [{ vehicle: 'van', stops: ['b', 'a'] }]))
  assert.deepEqual(swap({ id: 'a', vehicle: 'other', position: 0 }).parts, [
    { vehicle: 'other', distance_m: 2_000 },
    { vehicle: 'van', distance_m: 0 },
  ])
  const full = planAsGiven(problem, [{ vehicle: 'van', stops: ['a', 'b', 'c'] }])
  assert.deepEqual([full.routes.length, full.unassigned.map(({ id }) => id)], [0, ['a', 'b', 'c']])
})

test('a settled plan is one that no single move betters, and never dearer than before', () => {
  let better = 0
  for (const seed of [1, 2, 3, 4]) {
    const problem = testLeanProblem(seed)
    const { plan } = solveRoutes(problem, { iterations: 5, seed })
    const settled = settle(problem, plan)
    assert.deepEqual(checkPlan(problem, settled).violations, [])
    assert.ok(settled.cost <= plan.cost + 1e-9)
    if (settled.cost < plan.cost - 1e-6) better += 1
    const ask = moveCosts(problem, settled)
    for (const { steps } of settled.routes)
      for (const { id } of steps.filter(({ kind }) => kind === 'stop'))
        for (const { vehicle, steps: there } of settled.routes) {
          const others = there.filter(({ kind, id: one }) => kind === 'stop' && one !== id)
          for (let position = 0; position <= others.length; position += 1) {
            const { fault, cost } = ask({ id, vehicle, position })
            assert.ok(fault !== null || cost > -1e-5, `seed ${seed}: ${cost}`)
          }
        }
  }
  assert.ok(better > 0, 'some plan was bettered')
})
