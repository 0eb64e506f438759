import { type Facility, never, type Stop } from './facility.ts'
import { Moves } from './moves.ts'

/** Prices of reach: `reachOf` a facility, and `reachPrices`. */
export interface Reach {
  readonly bits: Uint8Array
  readonly prices: Float64Array
}
/** Who is served from where, from given open options. */
export interface Served {
  /** open × customers: units. */
  readonly units: Float64Array
  /** Demand that no capacity is left for. */
  readonly lacking: number
}

/**
 * The cheapest way to serve all from the options that are open, within their capacities: everyone to the cheapest at first, then
 * what is too much is pushed on along the cheapest chain of customers that change their site (successive shortest paths of
 * Busacker & Gowen 1960 on a graph of sites alone, for there are few of them). Exact; a customer may be split.
 * @param reach what being within bands earns.
 * @param stop true: leave it, with what is too much still lacking.
 */
export const transport = (
  f: Facility,
  open: readonly number[],
  reach: Reach | null = null,
  stop: Stop = never,
): Served => {
  const flow = new Flow(f, open, reach)
  for (let a = flow.pushFrom(), k = 0; a >= 0; a = flow.pushFrom(), k += 1)
    if (!flow.push(a) || ((k & 15) === 0 && stop())) break
  return { units: flow.units, lacking: flow.lacking() }
}

class Flow {
  readonly units: Float64Array
  private readonly n: number
  private readonly k: number
  private readonly unit: Float64Array
  private readonly demand: Float64Array
  private readonly load: Float64Array
  private readonly cap: Float64Array
  /** k × k: of moving one unit of whoever it costs least for, and who that is. */
  private readonly move: Float64Array
  private readonly who: Int32Array
  private readonly far: Float64Array
  private readonly via: Int32Array
  private readonly tiny: number
  /** Less than this is noise of floating point, not a cheaper way. */
  private readonly noise: number
  private moves: Moves | null = null

  constructor(f: Facility, open: readonly number[], reach: Reach | null) {
    const [n, k] = [f.customers, open.length]
    this.n = n
    this.k = k
    this.demand = f.demand
    this.unit = new Float64Array(k * n)
    this.units = new Float64Array(k * n)
    this.load = new Float64Array(k)
    this.cap = Float64Array.from(open, (i) => f.capacity[i]!)
    this.move = new Float64Array(k * k)
    this.who = new Int32Array(k * k)
    this.far = new Float64Array(k)
    this.via = new Int32Array(k)
    let all = 0
    let price = 0
    for (let j = 0; j < n; j += 1) {
      let best = 0
      for (let a = 0; a < k; a += 1) {
        const at = open[a]! * n + j
        let c = f.cost[at]! / f.demand[j]!
        if (reach !== null && f.cost[at]! < f.none) c -= reach.prices[reach.bits[at]!]!
        this.unit[a * n + j] = c
        if (c < this.unit[best * n + j]!) best = a
      }
      all += f.demand[j]!
      if (k === 0) continue
      price += Math.abs(this.unit[best * n + j]!) / n
      this.units[best * n + j] = f.demand[j]!
      this.load[best]! += f.demand[j]!
    }
    this.tiny = 1e-9 * all
    this.noise = 1e-11 * price
  }

  /** An option that has more than it holds; −1: none. */
  pushFrom(): number {
    for (let a = 0; a < this.k; a += 1) if (this.load[a]! > this.cap[a]! + this.tiny) return a
    return -1
  }

  /** Moves as much as goes at once from any overfull option to any with room. @returns false: there is no room. */
  push(from: number): boolean {
    if (this.moves === null) {
      this.moves = new Moves(this.n, this.k, this.unit, this.units)
      for (let a = 0; a < this.k; a += 1) this.look(a)
    }
    const to = this.path(from)
    if (to < 0) return false
    let amount = this.cap[to]! - this.load[to]!
    for (let b = to; b !== from; b = this.via[b]!) {
      const a = this.via[b]!
      amount = Math.min(amount, this.units[a * this.n + this.who[a * this.k + b]!]!)
    }
    amount = Math.min(amount, this.load[from]! - this.cap[from]!)
    const changed: number[] = []
    for (let b = to; b !== from; b = this.via[b]!) {
      const a = this.via[b]!
      const j = this.who[a * this.k + b]!
      if (this.units[b * this.n + j] === 0) this.moves.arrive(j, b)
      this.units[b * this.n + j]! += amount
      const left = this.units[a * this.n + j]! - amount
      this.units[a * this.n + j] = left <= 1e-12 * this.demand[j]! ? 0 : left
      changed.push(a)
    }
    this.load[from]! -= amount
    this.load[to]! += amount
    this.look(to)
    for (const a of changed) this.look(a)
    return true
  }

  /** Bellman–Ford from one overfull option: some ways cost less than nothing once customers have been moved. */
  private path(from: number): number {
    const { k, far, via, noise } = this
    far.fill(Number.POSITIVE_INFINITY)
    far[from] = 0
    for (let round = 0, changed = true; changed && round < k; round += 1) {
      changed = false
      for (let a = 0; a < k; a += 1) {
        if (far[a] === Number.POSITIVE_INFINITY) continue
        for (let b = 0; b < k; b += 1) {
          if (b === from || far[a]! + this.move[a * k + b]! >= far[b]! - noise) continue
          far[b] = far[a]! + this.move[a * k + b]!
          via[b] = a
          changed = true
        }
      }
    }
    let to = -1
    for (let b = 0; b < k; b += 1)
      if (this.load[b]! < this.cap[b]! - this.tiny && (to < 0 || far[b]! < far[to]!)) to = b
    return to < 0 || far[to] === Number.POSITIVE_INFINITY ? -1 : to
  }

  private look(a: number): void {
    const { k, move, who } = this
    const moves = this.moves!
    for (let b = 0; b < k; b += 1) {
      const j = a === b ? -1 : moves.who(a, b)
      who[a * k + b] = j
      move[a * k + b] = j < 0 ? Number.POSITIVE_INFINITY : moves.cost(j, a, b)
    }
  }

  lacking(): number {
    if (this.k === 0) return this.demand.reduce((sum, one) => sum + one, 0)
    let sum = 0
    for (let a = 0; a < this.k; a += 1) sum += Math.max(0, this.load[a]! - this.cap[a]!)
    return sum <= this.tiny * this.k ? 0 : sum
  }
}
