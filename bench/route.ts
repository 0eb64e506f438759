/**
 * Vehicle routes on the public instances of nine families, as gaps to the best known costs: our savings or greedy start, and the
 * search after 1 and 10 s of CPU. Every plan goes through the checker. Needs no database. `--dir PATH` for other instances
 * (files and a BKS.csv), `--seconds N` for that budget alone, `--seeds N`, `--only family`, `--every N` for each Nth instance.
 * Without `--only` also days of real size, scaling, cancelling and days that nobody can drive. `--peer vroom`: VROOM beside ours.
 */
import { checkPlan } from '../src/math/route/check/check.ts'
import type { Plan } from '../src/math/route/model/problem.ts'
import { moveCosts } from '../src/math/route/plan/moveCost.ts'
import { solveRoutes } from '../src/math/route/solve/solve.ts'
import { ownCpuMs as cpuMs } from './kit/cpu.ts'
import { numberOption, say, textOption } from './kit/report.ts'
import { FAMILIES, type Family, folderOf, type Given, readGiven } from './route/given.ts'
import type { Instance } from './route/instance.ts'
import { besideVroom, wantsVroom } from './route/peer.ts'
import { cancelling, realSize, scaling, settling, worstCases } from './route/realSize.ts'

/** What is wanted of each family: at 1 s and at 10 s, in per cent; null: told, not judged. */
const WANTED: Readonly<Record<Family, readonly [number | null, number | null]>> = {
  x_small: [1.5, 0.5],
  x_medium: [1.5, 0.8],
  x_large: [4, 1.6],
  solomon: [null, 0.4],
  gh1000: [null, 2.5],
  pdptw: [null, 1.5],
  mdvrp: [null, 1.5],
  hfvrp: [null, 1.5],
  vrpb: [null, 1.5],
  gh200_800: [null, null],
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, one) => sum + one, 0) / values.length
const round = (x: number | null, digits = 2): number | null => (x === null ? null : Number(x.toFixed(digits)))
const shown = (x: number | null): string => (x === null ? '—' : x.toFixed(2)).padStart(8)

/**
 * Gap in per cent. Where vehicles count first, one more than the best known has weighs as its share of the fleet: a plan with more
 * vehicles and fewer kilometres is no better plan.
 */
const gapOf = (given: Given, cost: number, routes: number): number => {
  const gap = 100 * (cost / given.best - 1)
  return given.vehicles !== null && routes > given.vehicles ? Math.max(gap, 100 * (routes / given.vehicles - 1)) : gap
}

interface Run {
  readonly given: Given
  readonly start: number | null
  readonly gaps: Readonly<Record<number, readonly number[]>>
  readonly moreVehicles: number
}

const solved = (given: Given, instance: Instance, plan: Plan, violations: string[]): number | null => {
  const checked = checkPlan(instance.problem, plan)
  violations.push(...checked.violations.map((one) => `${given.file}: ${one}`))
  if (plan.unassigned.length > 0) return null
  return gapOf(given, checked.cost / instance.scale, checked.vehicles)
}

const runOne = (given: Given, budgets: readonly number[], seeds: number, violations: string[]): Run => {
  const instance = given.read()
  const start = solved(given, instance, solveRoutes(instance.problem, { iterations: 0 }).plan, violations)
  const gaps: Record<number, number[]> = {}
  let moreVehicles = 0
  for (const seconds of budgets) {
    gaps[seconds] = []
    for (let seed = 1; seed <= seeds; seed += 1) {
      const clock = { now: cpuMs, limit_ms: 1000 * seconds }
      const { plan } = solveRoutes(instance.problem, { seed, clock })
      const gap = solved(given, instance, plan, violations)
      if (gap === null) violations.push(`${given.file}: ${plan.unassigned.length} stops are left over`)
      else gaps[seconds].push(gap)
      if (given.vehicles !== null && plan.routes.length > given.vehicles) moreVehicles += 1
    }
  }
  const all = budgets.map((seconds) => shown(mean(gaps[seconds]!))).join('')
  say(`${given.file.padEnd(44)} start ${shown(start)}   ${budgets.map((s) => `${s} s`).join(', ')} ${all}`)
  return { given, start, gaps, moreVehicles }
}

/** CPU ms of the longest of a thousand questions on the plan with most stops, and of getting ready for them. */
const moveCostMs = (given: Given): { worst: number; ready: number } => {
  const { problem } = given.read()
  const { plan } = solveRoutes(problem, { iterations: 200 })
  const stops = plan.routes.flatMap(({ steps }) => steps.filter(({ kind }) => kind === 'stop' || kind === 'pickup'))
  const started = cpuMs()
  const ask = moveCosts(problem, plan)
  const ready = cpuMs() - started
  let worst = 0
  for (let k = 0; k < 1000; k += 1) {
    const before = cpuMs()
    ask({
      id: stops[(k * 37) % stops.length]!.id,
      vehicle: plan.routes[(k * 11) % plan.routes.length]!.vehicle,
      position: 0,
    })
    worst = Math.max(worst, cpuMs() - before)
  }
  return { worst, ready }
}

export const run = async (words: readonly string[]) => {
  const started = performance.now()
  const folder = folderOf(words)
  const only = textOption(words, 'only')
  if (only !== null && !FAMILIES.includes(only as Family)) throw new Error(`--only wants one of ${FAMILIES.join(', ')}`)
  const every = numberOption(words, 'every', 1)
  const seeds = numberOption(words, 'seeds', 1)
  const budgets = textOption(words, 'seconds') === null ? [1, 10] : [numberOption(words, 'seconds', 10)]
  const peer = wantsVroom(words)
  const all = readGiven(folder)
  const violations: string[] = []
  const gap_pct: Record<string, object> = {}
  const goals: Record<string, boolean> = {}
  const rows: string[] = []
  const taken: Given[] = []
  for (const family of FAMILIES) {
    if (only !== null && only !== family) continue
    const chosen = all.filter((one) => one.family === family).filter((_, k) => k % every === Math.floor(every / 2))
    if (chosen.length === 0) continue
    taken.push(...chosen)
    const runs = chosen.map((given) => runOne(given, budgets, seeds, violations))
    const of = (seconds: number): number[] => runs.flatMap(({ gaps }) => gaps[seconds] ?? [])
    const [s1, s10] = [mean(of(1)), mean(of(10))]
    const worst10 = of(10).length > 0 ? Math.max(...of(10)) : null
    const starts = runs.flatMap(({ start }) => (start === null ? [] : [start]))
    const other = budgets.filter((seconds) => seconds !== 1 && seconds !== 10)
    gap_pct[family] = {
      instances: runs.length,
      start: round(mean(starts)),
      s1: round(s1),
      s10: round(s10),
      worst10: round(worst10),
      ...Object.fromEntries(other.map((seconds) => [`s${seconds}`, round(mean(of(seconds)))])),
      ...(runs[0]!.given.vehicles === null
        ? {}
        : { runs_with_more_vehicles: runs.reduce((sum, r) => sum + r.moreVehicles, 0) }),
    }
    const [at1, at10] = WANTED[family]
    if (at1 !== null && s1 !== null) goals[`${family} ≤ ${at1} % at 1 s`] = s1 <= at1
    if (at10 !== null && s10 !== null) goals[`${family} ≤ ${at10} % at 10 s`] = s10 <= at10
    rows.push(
      `${family.padEnd(12)}${String(runs.length).padStart(5)}${[mean(starts), s1, s10, worst10].map(shown).join('  ')}`,
    )
  }
  const x = all.filter(({ family }) => family.startsWith('x_'))
  const largest = (x.length > 0 ? x : all).at(-1)
  const move = largest ? moveCostMs(largest) : null
  say(`\ngap to best known, %    start       1 s      10 s   worst at 10 s`)
  for (const row of rows) say(row)
  for (const one of violations.slice(0, 20)) say(`violation: ${one}`)
  if (move)
    say(`a move on ${largest!.file}: ready in ${move.ready.toFixed(1)} ms, then ${move.worst.toFixed(3)} ms at most`)
  const beside = peer ? besideVroom(taken) : null
  const whole =
    only === null
      ? {
          real_size: realSize(cpuMs),
          scaling: scaling(cpuMs),
          settled: settling(cpuMs),
          cancel_ms: cancelling(),
          worst: worstCases(),
        }
      : null
  if (whole) {
    goals['500 stops with windows on 20 vehicles in 10 s'] =
      whole.real_size.served === 500 && whole.real_size.seconds < 10
    goals['stopped within 50 ms'] = whole.cancel_ms <= 50
  }
  goals['0 violations'] = violations.length === 0 && (whole?.real_size.violations ?? 0) === 0
  if (move) goals['a move < 10 ms'] = move.worst < 10
  return {
    gap_pct,
    violations: violations.length,
    move_cost_ms: move && round(move.worst, 3),
    ...whole,
    ...beside,
    every,
    seeds,
    seconds: Math.round((performance.now() - started) / 1000),
    goals,
  }
}
