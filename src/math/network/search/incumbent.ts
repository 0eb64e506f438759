import type { Random } from '../../numerics/random.ts'
import { type Facility, isPlain, never, type Stop } from '../core/facility.ts'
import { plainCost, serve } from '../core/serve.ts'
import { interchange } from './interchange.ts'
import type { Choice } from './relax.ts'

/** The best network yet, and the ways to a better one. */
export interface Incumbent {
  readonly open: () => readonly number[]
  readonly cost: () => number
  /** open × customers. */
  readonly units: () => Float64Array
  /** Looks at one set of options, at most once. @returns whether it is the best yet. */
  readonly offer: (open: readonly number[]) => boolean
  /** Makes a network of what a relaxation opens, and improves it. */
  readonly hear: (chosen: readonly number[], priced: Priced, thorough: boolean) => void
  /** Moves from the best, cheapest by price first. */
  readonly polish: (priced: Priced, tries: number) => void
  /** Interchange from these; of options without limits only. */
  readonly improve: (open: readonly number[]) => boolean
  /** Interchange from the best shaken, so many times; of options without limits only. */
  readonly shake: (random: Random, tries: number) => void
}
/** What a set of options costs at least: `base` + its rho + the cost of its number. */
export interface Priced {
  readonly base: number
  readonly rho: Float64Array
}

/** Precision of the price of reach while many networks are compared. */
const ROUGH = 1e-3

export const createIncumbent = (f: Facility, choice: Choice, stop: Stop): Incumbent => {
  const plain = isPlain(f)
  const seen = new Set<string>()
  let best: readonly number[] = []
  let cost = Number.POSITIVE_INFINITY
  let units: Float64Array = new Float64Array(0)

  const offer = (open: readonly number[]): boolean => {
    const sorted = [...open].sort((a, b) => a - b)
    const key = sorted.join()
    if (seen.has(key)) return false
    seen.add(key)
    if (plain) {
      const found = plainCost(f, sorted)
      if (!(found < cost) || found >= f.none) return false
      best = sorted
      cost = found
      return true
    }
    const rough = serve(f, sorted, stop, ROUGH)
    if (!(rough.cost < cost)) return false
    // What is kept is reckoned to the last digit, unless time is up.
    const fine = f.bands.length > 0 ? serve(f, sorted, stop) : rough
    const kept = fine.cost < rough.cost ? fine : rough
    best = sorted
    cost = kept.cost
    units = kept.units
    return true
  }
  const improve = (start: readonly number[], from = 0): boolean => {
    const open = [...start]
    interchange({ ...f, allowed: choice.allowed, must: choice.must }, open, from, stop)
    return offer(open)
  }
  const polish = (priced: Priced, tries: number): void => {
    for (let left = tries; left > 0 && !stop(); ) {
      const moves = movesFrom(f, choice, best, priced, cost)
      let better = false
      for (const open of moves.slice(0, left)) {
        left -= 1
        better = offer(open)
        if (better || stop()) break
      }
      if (!better) return
    }
  }
  const hear = (chosen: readonly number[], priced: Priced, thorough: boolean): void => {
    if (plain) {
      if (offer(chosen) || thorough) improve(chosen)
      return
    }
    if (offer(chosen) || cost < Number.POSITIVE_INFINITY) return
    // Nothing feasible yet: more is opened, best priced first, until it is.
    const open = [...chosen]
    const taken = new Set(open.map((i) => f.group[i]!))
    const rest = Array.from(f.fixed.keys())
      .filter((i) => choice.allowed[i] === 1)
      .sort((a, b) => priced.rho[a]! - priced.rho[b]! || a - b)
    for (const i of rest) {
      const at = open.findIndex((one) => f.group[one] === f.group[i])
      if (at < 0) open.push(i)
      else if (f.capacity[i]! > f.capacity[open[at]!]!) open[at] = i
      else continue
      taken.add(f.group[i]!)
      if (stop() || offer(open)) return
    }
  }
  const shake = (random: Random, tries: number): void => {
    for (let k = 0; k < tries && !stop(); k += 1) {
      const open = [...best]
      // Small shakes mostly, larger ones now and then.
      const strength = 1 + Math.floor(random.uniform() * Math.min(6, 1 + open.length / 3))
      for (let s = 0; s < strength; s += 1) jolt(f, choice, open, random)
      improve(open, Math.floor(random.uniform() * f.options))
    }
  }
  return {
    open: () => best,
    cost: () => cost,
    units: () => (plain ? serve(f, best).units : units),
    offer,
    hear,
    polish,
    improve,
    shake,
  }
}

/** One random swap, opening or closing that is allowed. */
const jolt = (f: Facility, choice: Choice, open: number[], random: Random): void => {
  const i = Math.floor(random.uniform() * f.options)
  if (choice.allowed[i] === 0 || open.includes(i)) return
  const mate = open.findIndex((one) => f.group[one] === f.group[i])
  const way = random.uniform()
  const out = mate >= 0 ? mate : Math.floor(random.uniform() * open.length)
  if (mate < 0 && (open.length === 0 || (way < 0.25 && f.count[open.length + 1]! < Number.POSITIVE_INFINITY))) {
    open.push(i)
    return
  }
  if (mate < 0 && choice.must[f.group[open[out]!]!] === 1) return
  open[out] = i
}

/** Openings, closings and swaps that may cost less than `cost` by their price, cheapest first. */
const movesFrom = (f: Facility, { allowed, must }: Choice, open: readonly number[], priced: Priced, cost: number) => {
  const { base, rho } = priced
  const isOpen = new Set(open)
  const mate = new Map(open.map((i) => [f.group[i]!, i]))
  const now = base + open.reduce((sum, i) => sum + rho[i]!, 0) + f.count[open.length]!
  const found: { readonly value: number; readonly into: number; readonly out: number }[] = []
  const note = (value: number, into: number, out: number): void => {
    if (value < cost) found.push({ value, into, out })
  }
  const step = (to: number): number => (f.count[to] ?? Number.POSITIVE_INFINITY) - f.count[open.length]!
  for (const k of open) if (must[f.group[k]!] === 0) note(now - rho[k]! + step(open.length - 1), -1, k)
  for (let i = 0; i < f.options; i += 1) {
    if (allowed[i] === 0 || isOpen.has(i)) continue
    const own = mate.get(f.group[i]!)
    if (own === undefined) note(now + rho[i]! + step(open.length + 1), i, -1)
    for (const k of own === undefined ? open : [own])
      if (own !== undefined || must[f.group[k]!] === 0) note(now + rho[i]! - rho[k]!, i, k)
  }
  found.sort((a, b) => a.value - b.value || a.into - b.into || a.out - b.out)
  return found.map(({ into, out }) => [...open.filter((i) => i !== out), ...(into < 0 ? [] : [into])])
}

/** Sites that have to be open and then whatever pays, one by one: the naive start. */
export const greedy = (f: Facility, stop: Stop = never): number[] => {
  const n = f.customers
  const open: number[] = []
  const near = new Float64Array(n).fill(f.none)
  const left = new Set(Array.from(f.fixed.keys()).filter((i) => f.allowed[i] === 1))
  const add = (musts: boolean): boolean => {
    let [best, pick] = [musts || !(f.count[open.length]! < Number.POSITIVE_INFINITY) ? Number.POSITIVE_INFINITY : 0, -1]
    for (const i of left) {
      if (musts && f.must[f.group[i]!] === 0) continue
      let delta = f.fixed[i]! + (f.count[open.length + 1]! < Number.POSITIVE_INFINITY ? f.count[open.length + 1]! : 0)
      if (f.count[open.length]! < Number.POSITIVE_INFINITY) delta -= f.count[open.length]!
      if (f.count[open.length + 1] === Number.POSITIVE_INFINITY && f.count[open.length]! < Number.POSITIVE_INFINITY)
        continue
      for (let j = 0; j < n; j += 1) if (f.cost[i * n + j]! < near[j]!) delta += f.cost[i * n + j]! - near[j]!
      if (delta < best) [best, pick] = [delta, i]
    }
    if (pick < 0) return false
    open.push(pick)
    for (const i of [...left]) if (f.group[i] === f.group[pick]) left.delete(i)
    for (let j = 0; j < n; j += 1) near[j] = Math.min(near[j]!, f.cost[pick * n + j]!)
    return true
  }
  while (!stop() && add(true));
  while (!stop() && add(false));
  return open
}
