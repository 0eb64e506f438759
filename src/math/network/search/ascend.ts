import type { Facility, Stop } from '../core/facility.ts'
import { type Choice, createFill, createRelaxed, type Fill, type Prices, type Relaxed, relax } from './relax.ts'

/** Arrays that are used over and over. */
export interface Workshop {
  readonly fill: Fill
  readonly now: Relaxed
  readonly step: Float64Array
}
export const createWorkshop = (f: Facility): Workshop => ({
  fill: createFill(f),
  now: createRelaxed(f),
  step: new Float64Array(f.customers),
})

export interface Ascent {
  /** No network within the choice costs less. */
  readonly bound: number
  readonly prices: Prices
  /** By option: in which part of the later rounds the relaxation opened it. */
  readonly often: Float64Array
}
export interface AscendOptions {
  readonly rounds: number
  /** Of the first steps; 1 where little is known of the prices, less where they come from the node above. */
  readonly scale: number
  /** How much of the last direction goes into the next: less zigzag (Camerini, Fratta & Maffioli 1975). */
  readonly keep: number
  /** Rounds without a better bound after which steps become half as long. */
  readonly patience: number
  /** A bound from here on is as good as any. */
  readonly cutoff: () => number
  readonly stop: Stop
  /** Hears what the relaxation opens: a network may be made of it. */
  readonly hear: (chosen: readonly number[], round: number) => void
}

/** Steps so short end it. */
const SHORTEST = 0.002

/**
 * Better prices by subgradient steps of Polyak's length (1969): who is served too little becomes dearer to leave, who is served twice
 * cheaper. Ends early when the bound reaches the cutoff.
 */
export const ascend = (f: Facility, choice: Choice, from: Prices, work: Workshop, options: AscendOptions): Ascent => {
  const n = f.customers
  // All demand out of reach weighs half as much as all customers not served: its price overshoots more easily.
  const weight = (2 * f.demand.reduce((sum, one) => sum + one, 0)) / Math.sqrt(Math.max(1, n))
  const prices: Prices = { served: from.served.slice(), reach: from.reach.slice() }
  const { now, step } = work
  step.fill(0)
  let best: Prices = from
  let bound = Number.NEGATIVE_INFINITY
  let [scale, stale, counted] = [options.scale, 0, 0]
  const often = new Float64Array(f.options)
  for (let round = 0; round < options.rounds; round += 1) {
    relax(f, choice, prices, now, work.fill)
    if (now.value > bound) {
      if (now.value > bound + 1e-5 * Math.abs(bound)) stale = 0
      bound = now.value
      best = { served: prices.served.slice(), reach: prices.reach.slice() }
    } else stale += 1
    if (bound >= options.cutoff() || options.stop()) break
    options.hear(now.chosen, round)
    if (2 * round >= options.rounds || scale < 0.1) {
      counted += 1
      for (const i of now.chosen) often[i]! += 1
    }
    if (stale >= options.patience) {
      stale = 0
      scale /= 2
      if (scale < SHORTEST) break
      prices.served.set(best.served)
      prices.reach.set(best.reach)
      step.fill(0)
      continue
    }
    if (
      !move(now, prices, step, {
        weight,
        scale,
        keep: options.keep,
        target: targetOf(f, now, prices, options.cutoff()),
      })
    )
      break
  }
  if (counted > 0) for (let i = 0; i < often.length; i += 1) often[i]! /= counted
  return { bound, prices: best, often }
}

/** How far a step aims: at the best network; while there is none, a little above. */
const targetOf = (f: Facility, { value }: Relaxed, { served }: Prices, cutoff: number): number => {
  if (cutoff < f.none) return cutoff
  return value + AIM * served.reduce((sum, one) => sum + Math.abs(one), Math.abs(value))
}
const AIM = 0.05

interface Step {
  readonly weight: number
  readonly scale: number
  readonly keep: number
  readonly target: number
}
/** One step. @returns false: the relaxation serves everyone just once: it cannot get better. */
const move = (now: Relaxed, prices: Prices, step: Float64Array, { weight, scale, keep, target }: Step): boolean => {
  let norm = 0
  let slackNorm = 0
  for (let j = 0; j < step.length; j += 1) {
    step[j] = (1 - keep) * now.slack[j]! + keep * step[j]!
    norm += step[j]! * step[j]!
    slackNorm += now.slack[j]! * now.slack[j]!
  }
  let reachNorm = 0
  for (const [b, lack] of now.lack.entries()) if (lack > 0 || prices.reach[b]! > 0) reachNorm += (lack / weight) ** 2
  if (slackNorm + reachNorm < 1e-18 || norm + reachNorm < 1e-18) return false
  const length = (scale * Math.max(target - now.value, 1e-9)) / (norm + reachNorm)
  for (let j = 0; j < step.length; j += 1) prices.served[j]! += length * step[j]!
  for (const [b, lack] of now.lack.entries())
    prices.reach[b] = Math.max(0, prices.reach[b]! + (length * lack) / weight ** 2)
  return true
}

/**
 * What cannot be part of any network below the cutoff is taken out of the choice, and what must be is put in: each option is
 * opened, each site closed, against the relaxation at given prices. @returns how many were settled.
 */
export const settle = (f: Facility, choice: Choice, prices: Prices, cutoff: number, work: Workshop): number => {
  relax(f, choice, prices, work.now, work.fill)
  const { value, rho, best, chosen } = work.now
  if (!(value < cutoff)) return 0
  const served = value - chosen.reduce((sum, i) => sum + rho[i]!, 0) - f.count[chosen.length]!
  const free: number[] = []
  let [base, musts] = [served, 0]
  for (let g = 0; g < f.groups; g += 1) {
    if (choice.must[g] === 1) {
      base += rho[best[g]!]!
      musts += 1
    } else if (best[g]! >= 0) free.push(best[g]!)
  }
  free.sort((a, b) => rho[a]! - rho[b]! || a - b)
  /** The least with `more` sites open besides and one of the free left out. */
  const without = (left: number, more: number): number => {
    let least = Number.POSITIVE_INFINITY
    let [running, sites] = [base, musts + more]
    least = running + f.count[sites]!
    for (const i of free) {
      if (i === left) continue
      running += rho[i]!
      sites += 1
      if (sites < f.count.length) least = Math.min(least, running + f.count[sites]!)
    }
    return least
  }
  let settled = 0
  const isChosen = new Set(chosen)
  for (let i = 0; i < f.options; i += 1) {
    if (choice.allowed[i] === 0) continue
    const g = f.group[i]!
    const lead = best[g]!
    const opened =
      choice.must[g] === 1 ? value - rho[lead]! + rho[i]! : isChosen.has(i) ? value : without(lead, 1) + rho[i]!
    if (opened >= cutoff) {
      choice.allowed[i] = 0
      settled += 1
    }
  }
  for (const i of free) {
    const g = f.group[i]!
    if (!isChosen.has(i) || without(i, 0) < cutoff) continue
    choice.must[g] = 1
    settled += 1
  }
  return settled
}
