import { checkPlan } from '../../src/math/network/check/checkPlan.ts'
import { measure } from '../../src/math/network/measure.ts'
import type { NetworkProblem, Site } from '../../src/math/network/problem.ts'
import { asIs, type Scenario, solveScenarios } from '../../src/math/network/scenario/scenario.ts'
import { type Driver, sensitivity } from '../../src/math/network/scenario/sensitivity.ts'
import { say } from '../kit/report.ts'
import { madeNetwork } from './synthetic.ts'

/** Seconds of CPU of this process. */
export const cpu = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
const round = (x: number, digits = 2): number => Number(x.toFixed(digits))

/** As it is; all from one; one large and two more; the north as it is and the south by a third party. */
const scenariosOf = ({ sites, ...p }: NetworkProblem): Scenario[] => {
  const lats = sites.map(({ place }) => place!.lat).sort((a, b) => a - b)
  const middle = lats[lats.length >> 1]!
  const isSouth = ({ place }: Site): boolean => place!.lat < middle
  const north = sites.filter((site) => site.now !== undefined && !isSouth(site)).map(({ id }) => id)
  const south = sites.filter(isSouth).map(({ id }) => id)
  return [
    asIs({ sites, ...p }),
    { name: 'one DC', min_sites: 1, max_sites: 1 },
    { name: 'one DC, two hubs', min_sites: 3, max_sites: 3 },
    {
      name: '3PL south',
      open: north,
      only: [...north, ...south],
      variants: {
        ...Object.fromEntries(south.map((id) => [id, ['3pl']])),
        ...Object.fromEntries(north.map((id) => [id, ['own']])),
      },
      min_sites: north.length + 1,
    },
  ]
}

/** A wholesaler of 15 candidate sites and 2,000 customers asks four questions, and what would turn the answer. */
export const askScenarios = (seed: number) => {
  const began = cpu()
  const p = madeNetwork({ sites: 15, customers: 2000, clusters: 300, seed, capacity: 1.2 })
  const scenarios = scenariosOf(p)
  const table = solveScenarios(p, scenarios).map(({ name, problem, solved }) => {
    if (!solved.plan) throw new Error(`${name}: ${solved.reasons.map(({ detail }) => detail).join('; ')}`)
    const { violations } = checkPlan(problem, solved.plan)
    if (violations.length > 0) throw new Error(`${name}: ${violations.join('; ')}`)
    const m = measure(problem, solved.plan, [24])
    const row = {
      name,
      sites: m.sites,
      cost: Math.round(m.total),
      within_24h_pct: round(100 * m.within[0]!.share, 1),
      stock_units: Math.round(m.stock_units),
      co2_t: Math.round(m.co2_kg / 1000),
      proven_within_pct: round(solved.within_pct!, 4),
    }
    say(
      `${name.padEnd(18)} ${row.sites} sites, ${row.cost} a year, ${row.within_24h_pct} % within 24 h, stock ${row.stock_units}, ${row.co2_t} t CO2e, proven within ${row.proven_within_pct} %`,
    )
    return row
  })
  const drivers: Readonly<Record<Exclude<Driver, 'fixed'>, readonly number[]>> = {
    fuel: [0.5, 1.2, 2, 4],
    demand: [0.5, 0.8, 1.2, 2],
    rates: [0.8, 1.2, 2],
  }
  const turns = (Object.keys(drivers) as (keyof typeof drivers)[]).map((driver) => {
    const found = sensitivity(p, scenarios, driver, { factors: drivers[driver] })
    const [base, fifth] = [1, 1.2].map((factor) => found.rows.find((row) => row.factor === factor)!)
    const kept = base!.winner === fifth!.winner
    say(
      `${driver} +20 %: ${kept ? `${base!.winner} stays the cheapest` : `${fifth!.winner} takes over from ${base!.winner}`}${fifth!.sure ? ' (proven)' : ''}; ${
        found.flips.map(({ factor, from, to }) => `${from} → ${to} at ×${round(factor, 2)}`).join(', ') ||
        `no change from ×${drivers[driver][0]} to ×${drivers[driver].at(-1)}`
      }`,
    )
    return { driver, plus_20_pct: fifth!.winner, keeps_at_plus_20_pct: kept, sure: fifth!.sure, flips: found.flips }
  })
  return { table, sensitivity: turns, cpu_s: round(cpu() - began, 1) }
}
