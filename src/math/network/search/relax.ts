import { type Facility, reachOf, reachPrices } from '../core/facility.ts'

/** What is still open to choice: part of a search tree. */
export interface Choice {
  /** By option. */
  readonly allowed: Uint8Array
  /** By site: one of its options is open. */
  readonly must: Uint8Array
}
/** What being served is worth, by customer; what reach is worth, by band, for one unit of demand. */
export interface Prices {
  readonly served: Float64Array
  readonly reach: Float64Array
}
/** The relaxation's answer at given prices. */
export interface Relaxed {
  /** No network costs less. */
  value: number
  /** By option: its cost with what it earns at these prices; Infinity: not allowed. */
  readonly rho: Float64Array
  /** By site: its best option, −1: none. */
  readonly best: Int32Array
  /** Options that the relaxation opens. */
  readonly chosen: number[]
  /** By customer: 1 − what of it the chosen serve. */
  readonly slack: Float64Array
  /** By band: demand it still needs. */
  readonly lack: Float64Array
}

export const createRelaxed = (f: Facility): Relaxed => ({
  value: Number.NEGATIVE_INFINITY,
  rho: new Float64Array(f.options),
  best: new Int32Array(f.groups),
  chosen: [],
  slack: new Float64Array(f.customers),
  lack: new Float64Array(f.bands.length),
})

/**
 * Lagrangian relaxation of "every customer is served" and of the bands (Cornuéjols, Fisher & Nemhauser 1977; with capacities, where
 * each option fills itself with whoever pays best for room, Cornuéjols, Sridharan & Thizy 1991). As strong as the linear programme
 * with x ≤ y, and more where the number of sites has a price of its own.
 */
export const relax = (f: Facility, choice: Choice, prices: Prices, out: Relaxed, fill: Fill): void => {
  const { rho, best, slack, lack } = out
  let value = 0
  for (const one of prices.served) value += one
  for (const [b, band] of f.bands.entries()) {
    value += prices.reach[b]! * band.need
    lack[b] = band.need
  }
  best.fill(-1)
  for (let i = 0; i < f.options; i += 1) {
    if (choice.allowed[i] === 0) {
      rho[i] = Number.POSITIVE_INFINITY
      continue
    }
    rho[i] = f.fixed[i]! + fill.earn(i, prices)
    const g = f.group[i]!
    if (best[g] === -1 || rho[i]! < rho[best[g]!]!) best[g] = i
  }
  out.value = value + choose(f, choice, out)
  slack.fill(1)
  for (const i of out.chosen) fill.use(i, prices, slack, lack)
}

/** The sites that must be, and as many of the others as pay with what their number costs. */
const choose = (f: Facility, { must }: Choice, { rho, best, chosen }: Relaxed): number => {
  chosen.length = 0
  let sum = 0
  const free: number[] = []
  for (let g = 0; g < f.groups; g += 1) {
    const i = best[g]!
    if (must[g] === 0) {
      if (i >= 0) free.push(i)
      continue
    }
    if (i < 0) return Number.POSITIVE_INFINITY
    sum += rho[i]!
    chosen.push(i)
  }
  free.sort((a, b) => rho[a]! - rho[b]! || a - b)
  const base = chosen.length
  let [least, most, running] = [sum + f.count[base]!, 0, sum]
  for (const [k, i] of free.entries()) {
    running += rho[i]!
    const all = running + f.count[base + k + 1]!
    if (all < least) [least, most] = [all, k + 1]
  }
  for (let k = 0; k < most; k += 1) chosen.push(free[k]!)
  return least
}

/** What customers bring an option at given prices. */
export interface Fill {
  /** The least that serving customers adds to what the option costs: zero or below. */
  earn(i: number, prices: Prices): number
  /** Takes off what the option serves of whom. */
  use(i: number, prices: Prices, slack: Float64Array, lack: Float64Array): void
}

export const createFill = (f: Facility): Fill => {
  const n = f.customers
  const key = new Float64Array(n)
  const who = new Int32Array(n)
  const bits = reachOf(f)
  /** Who would pay to be served, in front; how much room they want, and what they bring. */
  const willing = (i: number, { served, reach }: Prices): { count: number; room: number; sum: number } => {
    let [count, room, sum] = [0, 0, 0]
    const row = i * n
    const earns = bits === null ? null : reachPrices(reach)
    for (let j = 0; j < n; j += 1) {
      let r = f.cost[row + j]! - served[j]!
      if (earns !== null) r -= f.demand[j]! * earns[bits![row + j]!]!
      if (r >= 0) continue
      key[count] = r / f.demand[j]!
      who[count] = j
      count += 1
      room += f.demand[j]!
      sum += r
    }
    return { count, room, sum }
  }
  const plain = (i: number, { served }: Prices): number => {
    let sum = 0
    const row = i * n
    for (let j = 0; j < n; j += 1) {
      const r = f.cost[row + j]! - served[j]!
      if (r < 0) sum += r
    }
    return sum
  }
  return {
    earn(i, prices) {
      const cap = f.capacity[i]!
      if (cap === Number.POSITIVE_INFINITY && f.bands.length === 0) return plain(i, prices)
      const { count, room, sum } = willing(i, prices)
      if (room <= cap) return sum
      const { full, part } = fillUp(f, cap, key, who, count)
      let earned = 0
      for (let at = 0; at < full; at += 1) earned += key[at]! * f.demand[who[at]!]!
      return part > 0 ? earned + key[full]! * part : earned
    },
    use(i, prices, slack, lack) {
      const { count, room } = willing(i, prices)
      const cap = f.capacity[i]!
      const { full, part } = room <= cap ? { full: count, part: 0 } : fillUp(f, cap, key, who, count)
      const take = (j: number, share: number): void => {
        slack[j]! -= share
        for (let b = 0; b < lack.length; b += 1) lack[b]! -= share * f.demand[j]! * f.bands[b]!.within[i * n + j]!
      }
      for (let at = 0; at < full; at += 1) take(who[at]!, 1)
      if (part > 0) take(who[full]!, part / f.demand[who[full]!]!)
    },
  }
}

/**
 * Of those who pay to be served, the best payers that fill the room, brought to the front by weighted selection (quickselect of
 * Hoare 1961): `full` of them whole and of the next `part` units.
 */
const fillUp = (f: Facility, cap: number, key: Float64Array, who: Int32Array, count: number) => {
  let [low, high, room] = [0, count, cap]
  while (high - low > 1) {
    const pivot = key[(low + high) >> 1]!
    let [a, b] = [low, high - 1]
    while (a <= b) {
      while (key[a]! < pivot) a += 1
      while (key[b]! > pivot) b -= 1
      if (a > b) break
      const [k, w] = [key[a]!, who[a]!]
      key[a] = key[b]!
      who[a] = who[b]!
      key[b] = k
      who[b] = w
      a += 1
      b -= 1
    }
    // Before the cut all pay at least as well as behind it; there is something on both sides of it.
    const cut = a < high ? a : b + 1
    let front = 0
    for (let at = low; at < cut; at += 1) front += f.demand[who[at]!]!
    if (front <= room) {
      room -= front
      low = cut
    } else high = cut
  }
  return { full: low, part: low < count ? Math.min(room, f.demand[who[low]!]!) : 0 }
}
