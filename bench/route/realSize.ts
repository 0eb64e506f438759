/** What a dispatcher has on an ordinary day and on the worst one: size, scaling, cancelling, input that nobody can serve. */
import { seededRandom } from '../../src/math/numerics/random.ts'
import { checkPlan } from '../../src/math/route/check/check.ts'
import type { RouteProblem, Stop, Vehicle } from '../../src/math/route/model/problem.ts'
import { settle } from '../../src/math/route/plan/settle.ts'
import { solveRoutes } from '../../src/math/route/solve/solve.ts'
import { estimateTravel } from '../../src/math/route/travel/estimate.ts'
import { say } from '../kit/report.ts'

const HOUR = 3_600
const round = (x: number): number => Math.round(x * 10) / 10

/** A region of 33 × 30 km, doors with one of four windows, two kinds of vehicles, kilograms and litres. Seeded. */
const daySized = (stops: number, vehicles: number, seed = 1): RouteProblem => {
  const random = seededRandom(seed)
  const whole = (from: number, to: number): number => from + Math.floor(random.uniform() * (to - from + 1))
  const near = (): { lat: number; lon: number } => ({
    lat: 53.65 + 0.3 * random.uniform(),
    lon: -1.75 + 0.45 * random.uniform(),
  })
  const points = [{ lat: 53.8, lon: -1.5 }, ...Array.from({ length: stops }, near)]
  const windows = [
    [8, 17],
    [8, 12],
    [9, 13],
    [12, 17],
  ].map(([open, close]) => [[open! * HOUR, close! * HOUR]] as const)
  const van: Omit<Vehicle, 'id'> = {
    start: 0,
    end: 0,
    shift: [6 * HOUR, 16.5 * HOUR],
    capacity: [1_200, 9_000],
    costs: { fixed: 45, perHour: 17.5, perKm: 0.24 },
  }
  const truck = { ...van, capacity: [2_600, 28_000], costs: { fixed: 90, perHour: 19.5, perKm: 0.46 } }
  return {
    locations: points.length,
    travel: { car: estimateTravel(points) },
    stops: Array.from({ length: stops }, (_, k): Stop => {
      return {
        id: `s${k}`,
        location: k + 1,
        deliver: [whole(5, 60), whole(30, 500)],
        windows: windows[whole(0, 9) < 6 ? 0 : whole(1, 3)]!,
        service: 60 * whole(3, 8),
      }
    }),
    vehicles: Array.from({ length: vehicles }, (_, k) => ({ id: `v${k}`, ...(k % 5 === 4 ? truck : van) })),
  }
}

export const realSize = (cpuMs: () => number) => {
  const problem = daySized(500, 20)
  const at = (limit: number | null) => {
    const started = cpuMs()
    const { plan } = solveRoutes(
      problem,
      limit === null ? { iterations: 0 } : { clock: { now: cpuMs, limit_ms: limit } },
    )
    const { violations } = checkPlan(problem, plan)
    return { plan, violations: violations.length, s: round((cpuMs() - started) / 1000) }
  }
  const [start, short, long] = [at(null), at(1_000), at(9_000)]
  const told = [start, short, long].map(
    ({ plan, s }) => `${s} s: ${500 - plan.unassigned.length} served, ${Math.round(plan.cost)}`,
  )
  say(`\n500 stops with windows, 20 vehicles of two kinds: ${told.join('; ')}`)
  return {
    seconds: long.s,
    served: 500 - long.plan.unassigned.length,
    cost: { start: Math.round(start.plan.cost), s1: Math.round(short.plan.cost), s9: Math.round(long.plan.cost) },
    violations: start.violations + short.violations + long.violations,
  }
}

/** CPU seconds of the start and steps of the search a second, by stops. */
export const scaling = (cpuMs: () => number) =>
  [100, 200, 500, 1_000, 2_000, 5_000].map((stops) => {
    const problem = daySized(stops, Math.ceil(stops / 22))
    const started = cpuMs()
    const first = solveRoutes(problem, { iterations: 0 })
    const start_s = round((cpuMs() - started) / 1000)
    const again = cpuMs()
    const { plan, iterations } = solveRoutes(problem, { clock: { now: cpuMs, limit_ms: 1000 * start_s + 2_000 } })
    const per_s = Math.round(iterations / ((cpuMs() - again) / 1000))
    const rss_mb = Math.round(process.memoryUsage().rss / 1e6)
    const served = stops - plan.unassigned.length
    say(
      `${String(stops).padStart(5)} stops: start ${start_s} s (${stops - first.plan.unassigned.length} served), then ${per_s} steps/s, ${served} served, ${rss_mb} MB`,
    )
    return { stops, start_s, iterations_per_s: per_s, served, rss_mb }
  })

/** What the dispatcher's last touch takes off a plan of so many search steps, in per cent, and its CPU seconds. */
export const settling = (cpuMs: () => number) =>
  [40, 80, 150].map((stops) => {
    const problem = daySized(stops, Math.ceil(stops / 12), 2)
    const { plan } = solveRoutes(problem, { iterations: 1_000 })
    const started = cpuMs()
    const settled = settle(problem, plan)
    const s = round((cpuMs() - started) / 1000)
    const violations = checkPlan(problem, settled).violations.length
    const off_pct = Math.round(10_000 * (1 - settled.cost / plan.cost)) / 100
    say(`settled, ${stops} stops after 1,000 steps: ${off_pct} % less in ${s} s, ${violations} violations`)
    return { stops, off_pct, s, violations }
  })

/** Wall ms from the moment somebody says stop to the plan. */
export const cancelling = (): number => {
  const late = [200, 1_000, 2_000].map((stops) => {
    const problem = daySized(stops, Math.ceil(stops / 22))
    const until = performance.now() + 1_500
    let asked = 0
    solveRoutes(problem, {
      iterations: 10_000_000,
      stop: () => {
        const now = performance.now()
        if (now < until) return false
        asked ||= now
        return true
      },
    })
    // The longest wait of whoever says it: until it is asked for, and from then on.
    return performance.now() - Math.min(asked, until)
  })
  say(`stopped after ${late.map((ms) => `${Math.round(ms)}`).join(', ')} ms with 200, 1,000, 2,000 stops`)
  return Math.round(Math.max(...late))
}

/** Days that nobody can drive: each gives a plan with reasons, or says what is wrong with the input. */
export const worstCases = (): Record<string, string> => {
  const base = daySized(60, 4)
  const same = { ...base.stops[0]!, windows: [[0, 24 * HOUR]] as const, service: 0 }
  const island = { ...base.travel.car!, distances: base.travel.car!.distances.slice() }
  for (let k = 0; k < base.locations; k += 1) if (k !== 7) island.distances[k * base.locations + 7] = -1
  const cases: Record<string, RouteProblem> = {
    'all windows impossible': { ...base, stops: base.stops.map((stop) => ({ ...stop, windows: [[0, HOUR]] })) },
    'no vehicle': { ...base, vehicles: [] },
    '10,000 identical stops': {
      ...base,
      stops: Array.from({ length: 10_000 }, (_, k) => ({ ...same, id: `s${k}`, deliver: [1, 1] })),
    },
    'an island': { ...base, travel: { car: island } },
    'negative demand': { ...base, stops: [{ ...base.stops[0]!, deliver: [-5, 0] }] },
  }
  return Object.fromEntries(
    Object.entries(cases).map(([name, problem]) => {
      const said = answerTo(problem)
      say(`${name}: ${said}`)
      return [name, said]
    }),
  )
}

const answerTo = (problem: RouteProblem): string => {
  const started = performance.now()
  try {
    const { plan } = solveRoutes(problem, { iterations: 200 })
    const broken = checkPlan(problem, plan).violations.length
    const reasons = [...new Set(plan.unassigned.map(({ reason }) => reason))].join(', ')
    const left = plan.unassigned.length === 0 ? 'all served' : `${plan.unassigned.length} left over (${reasons})`
    return `${left}, ${broken} violations, ${Math.round(performance.now() - started)} ms`
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return `refused: ${error.message.slice(0, 100)}`
  }
}
