import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Plan, Route, RouteProblem, Step } from '../model/problem.ts'
import { solveRoutes } from '../solve/solve.ts'
import { checkPlan } from './check.ts'
import { testTravel } from './testProblems.ts'

const points = [
  [0, 0],
  [1_000, 0],
  [2_000, 0],
  [0, 3_000],
  [0, 5_000],
] as const
const problem: RouteProblem = {
  locations: points.length,
  travel: { car: testTravel(points) },
  stops: [
    { id: 'a', location: 1, deliver: [4], windows: [[100, 5_000]], service: 60, skills: ['lift'] },
    { id: 'b', location: 2, deliver: [4], service: 60, setup: 30 },
    { id: 'c', location: 3, collect: [5], service: 60, goods: 'frozen' },
  ],
  shipments: [{ id: 'd', amount: [2], pickup: { location: 3 }, delivery: { location: 4, service: 10 } }],
  vehicles: [
    {
      id: 'van',
      start: 0,
      end: 0,
      capacity: [10],
      shift: [0, 20_000],
      skills: ['lift'],
      goods: ['frozen'],
      costs: { fixed: 5, perKm: 2, perHour: 10 },
      maxDistance: 30_000,
      breaks: [{ windows: [[500, 900]], duration: 300 }],
      fixedStops: ['b'],
    },
  ],
}
const { plan } = solveRoutes(problem, { iterations: 50 })
const route = plan.routes[0]!

const changed = (steps: (steps: readonly Step[]) => readonly Step[], more: Partial<Route> = {}): Plan => ({
  ...plan,
  routes: [{ ...route, ...more, steps: steps(route.steps) }],
})
const broken = (what: RegExp, changedPlan: Plan, of: RouteProblem = problem): void => {
  const { violations } = checkPlan(of, changedPlan)
  assert.ok(
    violations.some((one) => what.test(one)),
    `${what} among ${JSON.stringify(violations)}`,
  )
}
const withVehicle = (more: object): RouteProblem => ({ ...problem, vehicles: [{ ...problem.vehicles[0]!, ...more }] })
const shift = (steps: readonly Step[], by: number): Step[] =>
  steps.map((s) => ({ ...s, arrival: s.arrival + by, begin: s.begin + by, finish: s.finish + by }))

test('a plan of the solver holds, and costs what the checker makes of it', () => {
  const checked = checkPlan(problem, plan)
  assert.deepEqual(checked.violations, [])
  assert.ok(Math.abs(checked.cost - plan.cost) < 1e-9)
  assert.equal(plan.unassigned.length, 0)
})

test('a stop left out, served twice or unknown is found', () => {
  broken(
    /stop a is neither served/,
    changed((steps) => steps.filter(({ id }) => id !== 'a')),
  )
  broken(/stop a is there 2 times/, { ...plan, unassigned: [{ id: 'a', reason: 'prize', detail: '' }] })
  broken(
    /not in the problem/,
    changed((steps) => steps.map((s) => (s.id === 'a' ? { ...s, id: 'x' } : s))),
  )
  broken(/drives two routes/, { ...plan, routes: [route, route] })
})

test('times that do not follow from one another are found', () => {
  broken(
    /is reached at/,
    changed((steps) => [...steps.slice(0, 2), ...shift(steps.slice(2), 50)]),
  )
  broken(
    /takes 60 s, not 0/,
    changed((steps) => steps.map((s) => (s.id === 'b' ? { ...s, finish: s.begin } : s))),
  )
  broken(
    /before its set-up/,
    changed((steps) => steps.map((s) => (s.id === 'b' ? { ...s, begin: s.arrival } : s))),
  )
  broken(
    /outside its windows/,
    changed((steps) => shift(steps, 6_000)),
  )
  broken(
    /after 20000/,
    changed((steps) => shift(steps, 19_000)),
  )
  broken(
    /before its shift/,
    changed((steps) => shift(steps, -1_000)),
  )
  broken(/no way from/, plan, {
    ...problem,
    travel: { car: { ...problem.travel.car!, distances: new Int32Array(25).fill(-1) } },
  })
})

test('rules of vehicle and order that are broken are found', () => {
  broken(/lacks lift for a/, plan, withVehicle({ skills: [] }))
  broken(/cannot carry frozen/, plan, withVehicle({ goods: [] }))
  broken(/carries 8 of quantity 0/, plan, withVehicle({ capacity: [7] }))
  broken(/more than 10$/, plan, withVehicle({ maxDuration: 10 }))
  broken(/at the wheel|drives [0-9]+ s, more than 10/, plan, withVehicle({ maxDriving: 10 }))
  broken(/m, more than 10/, plan, withVehicle({ maxDistance: 10 }))
  broken(/serves 5 stops/, plan, withVehicle({ maxTasks: 4 }))
  broken(
    /takes no break of 300/,
    changed((steps) => steps.filter(({ kind }) => kind !== 'break')),
  )
  broken(/fixed stop b is not number 2/, plan, withVehicle({ fixedStops: ['a', 'b'] }))
  broken(/drives [0-9]+ s without rest/, plan, withVehicle({ drivingBreak: { after: 100, duration: 1_000 } }))
  broken(/carries frozen and/, plan, { ...problem, apart: [['frozen', '']] })
  broken(
    /cost of .* is/,
    changed((steps) => steps, { cost: 1 }),
  )
  broken(/loads at/, plan, { ...problem, stops: problem.stops.map((s) => ({ ...s, release: 15_000 })) })
  broken(
    /delivers d before it picks it up/,
    changed((steps) => {
      const [p, d] = [steps.findIndex((s) => s.kind === 'pickup'), steps.findIndex((s) => s.kind === 'delivery')]
      return steps.map((s, k) => (k === p ? steps[d]! : k === d ? steps[p]! : s))
    }),
  )
})
