/**
 * `--peer vroom`: VROOM on the same instances, in the same run, one thread, its most thorough setting; then ours for the CPU
 * time that it took. Its plans go through the same checker. Nothing else needs VROOM.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkPlan } from '../../src/math/route/check/check.ts'
import type { Plan, Route, RouteProblem, Step, StepKind, Travel, Vehicle } from '../../src/math/route/model/problem.ts'
import { solveRoutes } from '../../src/math/route/solve/solve.ts'
import type { VroomInput } from '../../src/math/route/vroom/vroom.ts'
import { ownCpuMs as cpuMs, reapedCpu } from '../kit/cpu.ts'
import { say, textOption } from '../kit/report.ts'
import type { Family, Given } from './given.ts'

/** Found on the PATH, or not. */
const VROOM = 'vroom'
/** Its levels go from 0 to 5; 5 is the default of the program. */
const EXPLORATION = '5'
/** What it took less than this for is told, but a search of ours is not cut shorter: CPU time is read in steps of 10 ms. */
const LEAST_MS = 50

/** Is a peer wanted? @throws for one that there is not. */
export const wantsVroom = (words: readonly string[]): boolean => {
  const name = textOption(words, 'peer')
  if (name !== null && name !== 'vroom') throw new Error(`there is no peer ${name}: give --peer vroom`)
  return name !== null
}

interface VroomOutput {
  readonly code: number
  readonly error?: string
  readonly unassigned?: readonly { readonly id: number }[]
  readonly routes?: readonly {
    readonly vehicle: number
    readonly steps: readonly {
      readonly type: StepKind | 'job'
      readonly id?: number
      readonly location_index?: number
      readonly arrival: number
      readonly setup?: number
      readonly service?: number
      readonly waiting_time?: number
    }[]
  }[]
}

/** VROOM counts no vehicles first, knows no backhauls last and no limit of a whole shift's length; these instances have nothing else that it lacks. */
const canSay = (problem: RouteProblem): boolean =>
  problem.objective !== 'vehicles' &&
  !problem.backhaulsLast &&
  (problem.shipments ?? []).length === 0 &&
  problem.vehicles.every((one) => one.maxDuration === undefined && Number.isInteger(one.costs?.perKm ?? 1))

const rowsOf = (cells: Int32Array, size: number): number[][] =>
  Array.from({ length: size }, (_, i) => [...cells.subarray(i * size, (i + 1) * size)])

const inputOf = ({ travel, locations, stops, vehicles }: RouteProblem): VroomInput => {
  const [given] = Object.values(travel) as [Travel]
  return {
    jobs: stops.map(({ location, windows, service = 0, deliver, collect }, id) => ({
      ...{ id, location_index: location, service },
      ...(windows ? { time_windows: windows } : {}),
      ...(deliver ? { delivery: deliver } : {}),
      ...(collect ? { pickup: collect } : {}),
    })),
    vehicles: vehicles.map(({ start, end, capacity, shift, costs }, id) => ({
      ...{ id, profile: 'car' },
      ...(start === null || start === undefined ? {} : { start_index: start }),
      ...(end === null || end === undefined ? {} : { end_index: end }),
      ...(capacity ? { capacity } : {}),
      ...(shift ? { time_window: shift } : {}),
      costs: { fixed: costs?.fixed ?? 0, per_hour: 0, per_km: costs?.perKm ?? 1 },
    })),
    matrices: {
      car: { durations: rowsOf(given.durations, locations), distances: rowsOf(given.distances, locations) },
    },
  }
}

/** Its steps under our names, and the sums of each route from the matrices. */
const planOf = (problem: RouteProblem, { routes = [], unassigned = [] }: VroomOutput): Plan => {
  const [given] = Object.values(problem.travel) as [Travel]
  const read = routes.map((one): Route => {
    const vehicle = problem.vehicles[one.vehicle] as Vehicle
    const steps = one.steps.map((step): Step => {
      const begin = step.arrival + (step.waiting_time ?? 0) + (step.setup ?? 0)
      return {
        kind: step.type === 'job' ? 'stop' : step.type,
        id: step.type === 'job' ? problem.stops[step.id!]!.id : '',
        location: step.location_index!,
        arrival: step.arrival,
        begin,
        finish: begin + (step.service ?? 0),
      }
    })
    const sum = (cells: Int32Array): number =>
      steps.slice(1).reduce((all, to, k) => all + cells[steps[k]!.location * problem.locations + to.location]!, 0)
    const distance_m = sum(given.distances)
    return {
      ...{ vehicle: vehicle.id, steps, distance_m, driving_s: sum(given.durations) },
      duration_s: steps.at(-1)!.arrival - steps[0]!.finish,
      cost: (vehicle.costs?.fixed ?? 0) + ((vehicle.costs?.perKm ?? 1) * distance_m) / 1000,
    }
  })
  return {
    routes: read,
    unassigned: unassigned.map(({ id }) => ({ id: problem.stops[id]!.id, reason: 'not tried', detail: 'by VROOM' })),
    cost: read.reduce((all, { cost }) => all + cost, 0),
    forgone: 0,
  }
}

/** Gaps to the best known by family, theirs and ours, and the CPU seconds that both had. */
export const besideVroom = (all: readonly Given[]) => {
  const asked = spawnSync(VROOM, ['--version'], { encoding: 'utf8' })
  if (asked.status !== 0) {
    say('peer vroom: there is no program `vroom` on the PATH (github.com/VROOM-Project/vroom); nothing is compared')
    return { peer_vroom: null }
  }
  const version = /[0-9]+(\.[0-9]+)+/.exec(asked.stdout)?.[0] ?? 'of an unknown version'
  const folder = mkdtempSync(join(tmpdir(), 'entrepot-vroom-'))
  const found = new Map<Family, { theirs: number; ours: number; seconds: number; violations: number }[]>()
  try {
    for (const given of all) {
      const { problem, scale } = given.read()
      if (!canSay(problem)) continue
      const file = join(folder, 'input.json')
      writeFileSync(file, JSON.stringify(inputOf(problem)))
      const before = reapedCpu(process.pid)
      const run = spawnSync(VROOM, ['-t', '1', '-x', EXPLORATION, '-i', file], { encoding: 'utf8', maxBuffer: 2 ** 28 })
      const spent = reapedCpu(process.pid) - before
      const output = JSON.parse(run.stdout || '{"code":1}') as VroomOutput
      if (run.status !== 0 || output.code !== 0)
        throw new Error(`VROOM on ${given.file}: ${output.error ?? run.stderr.slice(0, 500)}`)
      const plan = planOf(problem, output)
      const limit_ms = Math.max(LEAST_MS, spent)
      const own = solveRoutes(problem, { seed: 1, clock: { now: cpuMs, limit_ms } }).plan
      const [theirs, ours] = [plan, own].map((one) => {
        const checked = checkPlan(problem, one)
        const gap = 100 * (checked.cost / scale / given.best - 1)
        return { gap, violations: checked.violations.length + one.unassigned.length }
      }) as [{ gap: number; violations: number }, { gap: number; violations: number }]
      const row = { theirs: theirs.gap, ours: ours.gap, seconds: limit_ms / 1000, violations: theirs.violations }
      found.set(given.family, [...(found.get(given.family) ?? []), row])
      say(
        `${given.file.padEnd(44)} vroom ${version} ${row.theirs.toFixed(2)} %${row.violations > 0 ? ` (${row.violations} rules broken or stops left)` : ''}, ours ${row.ours.toFixed(2)} %, ${row.seconds.toFixed(2)} s of CPU each`,
      )
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const mean = (rows: readonly number[]): number =>
    Number((rows.reduce((sum, one) => sum + one, 0) / rows.length).toFixed(2))
  const families = [...found].map(([family, rows]) => [
    family,
    {
      instances: rows.length,
      vroom: mean(rows.map(({ theirs }) => theirs)),
      ours: mean(rows.map(({ ours }) => ours)),
      seconds: mean(rows.map(({ seconds }) => seconds)),
      vroom_violations: rows.reduce((sum, { violations }) => sum + violations, 0),
    },
  ])
  return { peer_vroom: { version, ...Object.fromEntries(families) } }
}
