import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkPlan } from '../check/check.ts'
import { solveRoutes } from '../solve/solve.ts'
import { readVroom, type VroomInput, writeVroom } from './vroom.ts'

const durations = [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => 100 * Math.abs(i - j)))
const input: VroomInput = {
  jobs: [
    { id: 1, location_index: 1, service: 60, delivery: [2], skills: [7], time_windows: [[500, 900]] },
    { id: 2, location_index: 2, pickup: [3], priority: 5 },
    { id: 9, location_index: 2, delivery: [1], skills: [8] },
  ],
  shipments: [{ pickup: { id: 4, location_index: 3 }, delivery: { id: 5, location_index: 1 }, amount: [1] }],
  vehicles: [
    {
      id: 11,
      start_index: 0,
      end_index: 0,
      capacity: [4],
      skills: [7],
      time_window: [0, 5_000],
      breaks: [{ id: 1, time_windows: [[600, 700]], service: 50 }],
    },
  ],
  matrices: { car: { durations } },
}

test('an input of VROOM is planned, and its output is as VROOM writes it', () => {
  const { problem, ignored } = readVroom(input)
  assert.deepEqual(ignored, [])
  const { plan } = solveRoutes(problem, { iterations: 100 })
  assert.deepEqual(checkPlan(problem, plan).violations, [])
  const out = writeVroom(plan) as {
    routes: { vehicle: number; duration: number; cost: number; steps: { type: string; id?: number }[] }[]
    unassigned: { id: number; type: string }[]
  }
  assert.deepEqual(
    out.unassigned.map(({ id, type }) => [id, type]),
    [[9, 'job']],
  )
  const [route] = out.routes
  assert.equal(route!.vehicle, 11)
  // A second at the wheel costs 1.
  assert.equal(route!.cost, route!.duration)
  const kinds = route!.steps.map(({ type }) => type)
  assert.deepEqual([kinds[0], kinds.at(-1)], ['start', 'end'])
  assert.deepEqual(kinds.filter((kind) => kind !== 'start' && kind !== 'end').sort(), [
    'break',
    'delivery',
    'job',
    'job',
    'pickup',
  ])
  assert.deepEqual(route!.steps.flatMap(({ id }) => (id === undefined ? [] : [id])).sort(), [1, 2, 4, 5])
})

test('coordinates without a matrix are estimated; what is not understood is named', () => {
  const { problem, ignored } = readVroom({
    jobs: [
      { id: 1, location: [13.4, 52.5] },
      { id: 2, location: [13.5, 52.5] },
    ],
    vehicles: [{ id: 1, start: [13.4, 52.5], ...({ speed_factor: 1.5 } as object) }],
  })
  assert.deepEqual(ignored, ['speed_factor of a vehicle'])
  assert.equal(problem.locations, 2)
  assert.ok(problem.travel.car!.distances[1]! > 8_000)
  const { plan } = solveRoutes(problem, { iterations: 20 })
  assert.deepEqual(checkPlan(problem, plan).violations, [])
  assert.throws(() => readVroom({ jobs: [{ id: 1 }], vehicles: [] }), /job 1 has neither/)
  assert.throws(() => readVroom({ vehicles: [], matrices: { car: { durations: [[0, 1]] } } }), /not 1 × 1/)
})
