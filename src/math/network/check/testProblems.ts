import { seededRandom } from '../../numerics/random.ts'
import type { NetworkPlan, NetworkProblem } from '../problem.ts'
import { checkPlan } from './checkPlan.ts'

/** A small problem with something of everything: variants, capacities, what stands today, stock, CO2. */
export const smallProblem = (seed: number, capacitated: boolean): NetworkProblem => {
  const { uniform } = seededRandom(seed, 5)
  const whole = (most: number): number => Math.floor(most * uniform())
  const places = Array.from({ length: 8 }, () => [uniform(), uniform()] as const)
  const sites = Array.from({ length: 4 }, (_, s) => ({
    id: `S${s}`,
    inbound: whole(3),
    inbound_co2: uniform(),
    ...(s < 2 ? { now: 'own', close: whole(20) } : {}),
    ...(s === 3 && uniform() < 0.2 ? { must: true } : {}),
    variants: [
      { id: 'own', fixed: 10 + whole(30), unit: whole(3), open: whole(10) },
      { id: '3pl', fixed: whole(8), unit: 2 + whole(6) },
    ].map((one) => (capacitated ? { ...one, capacity: 1 + whole(4) } : one)),
  }))
  const clusters = Array.from({ length: 4 }, (_, c) => ({ id: `C${c}`, demand: 1 + whole(3) }))
  const far = sites.flatMap((_, s) =>
    clusters.map((__, c) => Math.hypot(places[s]![0] - places[4 + c]![0], places[s]![1] - places[4 + c]![1])),
  )
  return {
    sites,
    clusters,
    ways: {
      cost: Float64Array.from(far, (d) => (uniform() < 0.2 ? Number.POSITIVE_INFINITY : Math.round(30 * d))),
      hours: Float64Array.from(far, (d) => 24 * d),
      co2: Float64Array.from(far, (d) => d),
    },
    co2_price: 2,
    ...(uniform() < 0.5 ? { stock: { safety: 10, cycle: 3, holding: uniform() } } : {}),
    ...(uniform() < 0.3 ? { max_sites: 2 } : {}),
  }
}

/**
 * The best of all plans in whole units: every choice of variants with every way to send each unit, capacities kept. null: none.
 * Where demand and capacities are whole and nothing has to be within reach, no plan is cheaper (flows are integral).
 */
export const bestOfAll = (p: NetworkProblem): number | null => {
  let best: number | null = null
  const choose = (s: number, open: NetworkPlan['open']): void => {
    if (s < p.sites.length) {
      choose(s + 1, open)
      for (const { id } of p.sites[s]!.variants) choose(s + 1, [...open, { site: p.sites[s]!.id, variant: id }])
      return
    }
    const cost = cheapestUnits(p, open)
    if (cost !== null && (best === null || cost < best)) best = cost
  }
  choose(0, [])
  return best
}

/** Unit by unit, by room left at each open site. */
const cheapestUnits = (p: NetworkProblem, open: NetworkPlan['open']): number | null => {
  const room = open.map(({ site, variant }) => {
    const { capacity } = p.sites.find(({ id }) => id === site)!.variants.find(({ id }) => id === variant)!
    return capacity ?? 99
  })
  const wanted = p.clusters.flatMap(({ id, demand }) => Array.from({ length: demand }, () => id))
  const bare = checkPlan(p, { open, flows: [] })
  if (bare.violations.some((one) => !one.includes('wants') && !one.includes('units are within'))) return null
  const unit = new Map<string, number>()
  for (const { site, variant } of open)
    for (const { id } of p.clusters) {
      const flows = [{ site, cluster: id, units: 1 }]
      unit.set(
        `${site} ${id}`,
        checkPlan(p, { open: [{ site, variant }], flows }).cost -
          checkPlan(p, { open: [{ site, variant }], flows: [] }).cost,
      )
    }
  const known = new Map<string, number>()
  const least = (k: number, left: readonly number[]): number => {
    if (k === wanted.length) return 0
    const key = `${k}:${left.join()}`
    const had = known.get(key)
    if (had !== undefined) return had
    let low = Number.POSITIVE_INFINITY
    for (const [a, { site }] of open.entries()) {
      if (left[a] === 0) continue
      const rest = left.map((one, b) => (b === a ? one - 1 : one))
      low = Math.min(low, unit.get(`${site} ${wanted[k]}`)! + least(k + 1, rest))
    }
    known.set(key, low)
    return low
  }
  const cost = bare.cost + least(0, room)
  return Number.isFinite(cost) ? cost : null
}
