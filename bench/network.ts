/**
 * Sites of a network: OR-Library's warehouses and p-medians as gaps to the best known; 50 sites × 2,000 clusters with capacities,
 * stock and reach as gaps to our own bound; beside greedy, the centre of gravity and HiGHS. Then four scenarios of a wholesaler and
 * what would turn the answer. Every plan goes through the checker. Needs no database. `--dir PATH` for other instances (files and a
 * BKS.csv), `--seconds N` for the large ones, `--seeds N`.
 */
import { highs } from '../src/core/solver/highs.ts'
import { checkPlan } from '../src/math/network/check/checkPlan.ts'
import { proveNetwork } from '../src/math/network/mip/proveNetwork.ts'
import { nearCentresOfGravity } from '../src/math/network/place/centreOfGravity.ts'
import type { NetworkProblem } from '../src/math/network/problem.ts'
import { applyScenario } from '../src/math/network/scenario/scenario.ts'
import { type Found, solveFacility } from '../src/math/network/search/solveFacility.ts'
import { type Solved, solveNetwork } from '../src/math/network/solveNetwork.ts'
import { numberOption, say } from './kit/report.ts'
import { type Given, openCapacity, readCap, readGiven } from './network/given.ts'
import { askScenarios, cpu } from './network/scenarios.ts'
import { type Made, madeNetwork } from './network/synthetic.ts'
import { folderOf } from './route/given.ts'

const round = (x: number, digits = 2): number => Number(x.toFixed(digits))
const pct = (cost: number, least: number): number => round(100 * (cost / least - 1), 4)
const most = (values: readonly number[]): number | null => (values.length === 0 ? null : Math.max(...values))
const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : round(values.reduce((sum, one) => sum + one, 0) / values.length, 4)
const ENDLESS = 1_000_000

interface Row {
  readonly file: string
  readonly family: Given['family']
  readonly gap_pct: number
  readonly proven_within_pct: number
  readonly greedy_gap_pct: number | null
  readonly cpu_s: number
}

const solveGiven = (given: Given, seconds: number, seed: number): Row => {
  const facility = given.read()
  const began = cpu()
  const found: Found = solveFacility(facility, { seed, nodes: ENDLESS, stop: () => cpu() - began > seconds })
  const row = {
    file: given.file,
    family: given.family,
    gap_pct: pct(found.cost, given.best),
    // What is proven to the last digit is 0, not the noise of floating point.
    proven_within_pct: round(100 * (found.cost / found.bound - 1), 4),
    greedy_gap_pct: Number.isFinite(found.greedy) ? pct(found.greedy, given.best) : null,
    cpu_s: round(cpu() - began),
  }
  say(
    `${given.file.padEnd(34)} gap ${row.gap_pct} % (greedy ${row.greedy_gap_pct ?? 'none'}), proven within ${row.proven_within_pct} %, ${row.cpu_s} s`,
  )
  return row
}

/** Each site holds a 7.3rd of demand: eight have to be open, and eight are nearly full. */
const solveTight = (text: string, seconds: number) => {
  const demand = readCap(text, () => Number.POSITIVE_INFINITY).demand.reduce((sum, one) => sum + one, 0)
  const facility = readCap(text, () => Math.ceil(demand / 7.3))
  const began = cpu()
  const found = solveFacility(facility, { nodes: ENDLESS, stop: () => cpu() - began > seconds })
  const within = round(100 * (found.cost / found.bound - 1), 3)
  say(`100 × 1,000 with tight capacities: ${Math.round(found.cost)}, proven within ${within} % in ${seconds} s`)
  return {
    cost: Math.round(found.cost),
    proven_within_pct: within,
    sites: found.open.length,
    cpu_s: round(cpu() - began),
  }
}

const KINDS: Readonly<Record<string, Pick<Made, 'capacity' | 'bands'>>> = {
  'without limits': { capacity: null },
  'with capacities': { capacity: 0.2 },
  'tight capacities': { capacity: 0.06 },
  '95 % within 24 h': { capacity: null, bands: [{ hours: 24, share: 0.95 }] },
  'two bands, capacities': {
    capacity: 0.15,
    bands: [
      { hours: 14, share: 0.7 },
      { hours: 24, share: 0.95 },
    ],
  },
}

/** Sites of the naive answer: as many as ours, near the centres of gravity, each run as is cheapest. null: that cannot be. */
const gravityCost = (p: NetworkProblem, sites: number): number | null => {
  const only = nearCentresOfGravity(p, sites)
  return (
    solveNetwork(applyScenario(p, { name: 'centre of gravity', only, open: only }), { nodes: 50 }).measured?.total ??
    null
  )
}

const sound = (what: string, p: NetworkProblem, { plan, reasons }: Solved): number => {
  if (!plan) throw new Error(`${what}: ${reasons.map(({ detail }) => detail).join('; ')}`)
  const { cost, violations } = checkPlan(p, plan)
  if (violations.length > 0) throw new Error(`${what}: ${violations.slice(0, 5).join('; ')}`)
  return cost
}

const solveMade = (kind: string, seed: number, seconds: number) => {
  const p = madeNetwork({ sites: 50, customers: 20_000, clusters: 2000, seed, ...KINDS[kind]! })
  const began = cpu()
  let good: number | null = null
  const solved = solveNetwork(p, {
    seed,
    nodes: ENDLESS,
    stop: () => cpu() - began > seconds,
    watch: ({ cost, bound }) => {
      if (good === null && cost <= 1.01 * bound) good = round(cpu() - began)
    },
  })
  const cpu_s = round(cpu() - began)
  const cost = sound(kind, p, solved)
  const gravity = gravityCost(p, solved.plan!.open.length)
  const row = {
    kind,
    seed,
    sites: solved.plan!.open.length,
    proven_within_pct: round(solved.within_pct!, 4),
    s_to_1_pct: good,
    cpu_s,
    greedy_above_pct: solved.greedy === null ? null : pct(solved.greedy, cost),
    gravity_above_pct: gravity === null ? null : pct(gravity, cost),
  }
  say(
    `50 × 2,000 ${kind}, seed ${seed}: ${row.sites} sites, proven within ${row.proven_within_pct} % in ${cpu_s} s (1 % after ${good ?? '—'} s); greedy ${row.greedy_above_pct ?? 'cannot'}, centre of gravity ${row.gravity_above_pct ?? 'cannot'} % above`,
  )
  return row
}

/** The same programme by the search alone and by HiGHS alone, on sizes that HiGHS can take. */
const besideHighs = async (seconds: number) => {
  const rows = []
  const bands = [
    { hours: 14, share: 0.5 },
    { hours: 24, share: 0.8 },
  ]
  for (const [kind, limits] of Object.entries({
    'tight capacities': { capacity: 0.15 },
    'two bands': { capacity: null, bands },
    'two bands, capacities': { capacity: 0.4, bands },
  })) {
    const p = madeNetwork({ sites: 20, customers: 1000, clusters: 100, seed: 1, ...limits })
    const began = cpu()
    const own = solveNetwork(p, { nodes: ENDLESS, stop: () => cpu() - began > seconds })
    const own_s = round(cpu() - began)
    const started = performance.now()
    // One round, no tree: what is left is the solver's.
    const proved = await proveNetwork(p, highs, { nodes: 1, rounds: 1, shakes: 0, limits: { seconds } })
    const solver_s = round((performance.now() - started) / 1000)
    const row = {
      kind,
      own_cost: Math.round(sound(kind, p, own)),
      own_within_pct: round(own.within_pct!, 4),
      own_s,
      highs: proved.solver,
      highs_cost: proved.plan ? Math.round(sound(kind, p, proved)) : null,
      highs_within_pct: proved.within_pct === null ? null : round(proved.within_pct, 4),
      highs_s: solver_s,
    }
    say(
      `20 × 100 ${kind}: search ${row.own_cost}, within ${row.own_within_pct} % in ${own_s} s; HiGHS ${row.highs_cost}, within ${row.highs_within_pct} % in ${solver_s} s (${row.highs})`,
    )
    rows.push(row)
  }
  return rows
}

/** The longest that a search goes on after it was told to stop, in ms; whether a seed gives the same bytes. */
const manners = () => {
  const p = madeNetwork({ sites: 50, customers: 4000, clusters: 2000, seed: 9, ...KINDS['two bands, capacities']! })
  let slowest = 0
  for (const limit of [20, 100, 300, 700, 1500, 4000]) {
    const began = performance.now()
    let told = 0
    solveNetwork(p, {
      stop: () => {
        if (told === 0 && performance.now() - began > limit) told = performance.now()
        return told > 0
      },
    })
    if (told > 0) slowest = Math.max(slowest, performance.now() - told)
  }
  const small = madeNetwork({ sites: 20, customers: 400, clusters: 200, seed: 9, capacity: 0.2 })
  const [a, b] = [1, 2].map(() => JSON.stringify(solveNetwork(small, { seed: 3, nodes: 30 })))
  say(
    `told to stop, it goes on for ${round(slowest, 0)} ms at most; the same seed gives ${a === b ? 'the same' : 'OTHER'} bytes`,
  )
  return { stop_ms: round(slowest, 0), same_bytes: a === b }
}

/** Ten thousand alike, 200 sites; all capacities too small; an island. */
const worstCases = () => {
  const alike: NetworkProblem = {
    sites: Array.from({ length: 200 }, (_, s) => ({ id: `S${s}`, variants: [{ id: 'own', fixed: 100, unit: 1 }] })),
    clusters: Array.from({ length: 10_000 }, (_, c) => ({ id: `C${c}`, demand: 1 })),
    ways: { cost: new Float64Array(2_000_000).fill(2) },
  }
  const began = cpu()
  const solved = solveNetwork(alike, { stop: () => cpu() - began > 30 })
  const row = { alike_10000_s: round(cpu() - began), alike_within_pct: round(solved.within_pct!, 4) }
  const small = madeNetwork({ sites: 5, customers: 100, clusters: 50, seed: 1, capacity: 0.01 })
  const { reasons } = solveNetwork(small)
  say(
    `10,000 customers alike × 200 sites alike: ${row.alike_10000_s} s, within ${row.alike_within_pct} %; too small: ${reasons[0]?.detail}`,
  )
  return { ...row, too_small: reasons[0]?.reason ?? null }
}

export const run = async (words: readonly string[]) => {
  const seconds = numberOption(words, 'seconds', 15)
  const seeds = numberOption(words, 'seeds', 1)
  const folder = folderOf(words)
  const rows = readGiven(folder).flatMap((given) =>
    Array.from({ length: seeds }, (_, k) => solveGiven(given, given.family === 'cap' ? 2 : seconds, k + 1)),
  )
  if (rows.length === 0) say(`${folder} names no warehouses and no p-medians: those are left out`)
  const of = (family: Given['family']) => rows.filter((row) => row.family === family)
  const text = openCapacity(folder)
  const tight = text === null ? null : solveTight(text, seconds)
  const made = Object.keys(KINDS).flatMap((kind) =>
    Array.from({ length: seeds }, (_, k) => solveMade(kind, k + 1, 2 * seconds)),
  )
  const highsRows = await besideHighs(60)
  const scenarios = askScenarios(1)
  const behaviour = manners()
  const worst = worstCases()
  const cap_exact = of('cap').filter((row) => row.gap_pct <= 0.0001 && row.proven_within_pct === 0).length
  const network = {
    cap_exact,
    cap_instances: of('cap').length,
    capa_gap_pct: most(of('capa').map((row) => row.gap_pct)),
    pmed_gap_pct: most(of('pmed').map((row) => row.gap_pct)),
    pmed_mean_gap_pct: mean(of('pmed').map((row) => row.gap_pct)),
    pmed_proven: of('pmed').filter((row) => row.proven_within_pct === 0).length,
    pmed_instances: of('pmed').length,
    synthetic_gap_pct: most(made.map((row) => row.proven_within_pct)),
    greedy_gap_pct: {
      capa: most(of('capa').map((row) => row.greedy_gap_pct ?? 0)),
      pmed: mean(of('pmed').map((row) => row.greedy_gap_pct ?? 0)),
    },
    seconds: {
      cap: most(of('cap').map((row) => row.cpu_s)),
      capa: most(of('capa').map((row) => row.cpu_s)),
      pmed_mean: mean(of('pmed').map((row) => row.cpu_s)),
      synthetic_to_1_pct: most(made.map((row) => row.s_to_1_pct ?? row.cpu_s)),
      scenarios: scenarios.cpu_s,
    },
  }
  return {
    network,
    instances: rows,
    tight_capacities: tight,
    made,
    beside_highs: highsRows,
    scenarios,
    ...behaviour,
    ...worst,
    rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
    goals: {
      'cap71–134 exact, each in 2 s': of('cap').every((row) => row.cpu_s <= 2) && cap_exact === of('cap').length,
      'capa–c within 0.1 % in 15 s': (network.capa_gap_pct ?? 0) <= 0.1,
      'p-median within 0.1 %': (network.pmed_gap_pct ?? 0) <= 0.1,
      '50 × 2,000 proven within 1 % in 30 s': made.every((row) => row.s_to_1_pct !== null && row.s_to_1_pct <= 30),
      'scenarios in 60 s': scenarios.cpu_s <= 60,
      'stops within 50 ms': behaviour.stop_ms <= 50,
    },
  }
}
