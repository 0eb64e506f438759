import { type Random, seededRandom } from '../../numerics/random.ts'
import { type Facility, isPlain, never, type Stop } from '../core/facility.ts'
import { ascend, createWorkshop, settle, type Workshop } from './ascend.ts'
import { createIncumbent, greedy, type Incumbent, type Priced } from './incumbent.ts'
import { type Choice, type Prices, relax } from './relax.ts'

export interface SearchOptions {
  readonly seed?: number
  /** Shakes of the interchange before prices are sought. Default 30. */
  readonly shakes?: number
  /** Rounds of prices at the root and at each further node. Default 600 and 60. */
  readonly rounds?: number
  readonly nodeRounds?: number
  /** Nodes of the search tree. Default 2,000. */
  readonly nodes?: number
  /** Part of the cost by which an answer may miss the best and still count as proven. Default 0: proven to the last digit that counts. */
  readonly gap?: number
  /** Asked all the time: true ends the search within 50 ms, with the best yet. A limit of time is given this way. */
  readonly stop?: Stop
  /** Hears of better networks and bounds. */
  readonly watch?: (found: { readonly cost: number; readonly bound: number; readonly nodes: number }) => void
  /** Options of a network to begin with. */
  readonly start?: readonly number[]
}
export interface Found {
  /** Options that are open, ascending; empty with cost Infinity: none was found. */
  readonly open: readonly number[]
  readonly cost: number
  /** open × customers: units. */
  readonly units: Float64Array
  /** No network costs less. Infinity: there is none. */
  readonly bound: number
  readonly nodes: number
  /** Cost of the naive start, Infinity where it does not serve all. */
  readonly greedy: number
  /** What the search has settled at the root: options that cannot, sites that must be open. */
  readonly choice: Choice
}

const SHAKES = 30
const SHAKES_A_NODE = 2

const AT_ROOT = { scale: 1, patience: 20 }
const BELOW = { scale: 0.5, patience: 8 }

interface Node extends Choice {
  readonly prices: Prices
  readonly bound: number
  readonly often: Float64Array
}

/**
 * Greedy, interchange with shakes (variable neighbourhood search, Hansen & Mladenović 1997), then a search tree whose bounds are
 * Lagrangian and whose reduced costs settle options for good (Beasley 1993). The same seed and numbers give the same answer unless
 * `stop` ends it.
 */
export const solveFacility = (f: Facility, options: SearchOptions = {}): Found => {
  const { seed = 1, shakes = SHAKES, gap = 0, stop = never } = options
  const random = seededRandom(seed, 77)
  const choice: Choice = { allowed: f.allowed.slice(), must: f.must.slice() }
  const best = createIncumbent(f, choice, stop)
  const naive = greedy(f, stop)
  best.offer(naive)
  const greedyCost = best.cost()
  if (options.start) best.offer(options.start)
  const start = best.cost() < Number.POSITIVE_INFINITY ? best.open() : naive
  if (isPlain(f)) {
    best.improve(start)
    best.shake(random, shakes)
  }
  const tree = new Tree(f, best, choice, { ...options, gap, stop }, start, random)
  tree.run()
  return {
    open: best.open(),
    cost: best.cost(),
    units: best.units(),
    bound: Math.min(tree.bound(), best.cost()),
    nodes: tree.nodes,
    greedy: greedyCost,
    choice,
  }
}

/** Prices to begin with: between the nearest and the next of a network, where the best prices lie. */
const firstPrices = (f: Facility, open: readonly number[]): Prices => {
  const n = f.customers
  const served = new Float64Array(n)
  for (let j = 0; j < n; j += 1) {
    let [c1, c2] = [f.none, f.none]
    for (const i of open) {
      const c = f.cost[i * n + j]!
      if (c < c1) [c1, c2] = [c, c1]
      else if (c < c2) c2 = c
    }
    served[j] = c2 < f.none ? (c1 + c2) / 2 : c1 < f.none ? c1 : 0
  }
  return { served, reach: new Float64Array(f.bands.length) }
}

class Tree {
  nodes = 0
  private readonly f: Facility
  private readonly best: Incumbent
  private readonly root: Choice
  private readonly o: SearchOptions & { readonly gap: number; readonly stop: Stop }
  private readonly random: Random
  private readonly work: Workshop
  private readonly first: Prices
  private readonly plain: boolean
  private open: Node[] = []
  /** The least bound of what could not be split any further. */
  private floor = Number.POSITIVE_INFINITY

  constructor(f: Facility, best: Incumbent, root: Choice, o: Tree['o'], start: readonly number[], random: Random) {
    this.f = f
    this.best = best
    this.root = root
    this.o = o
    this.random = random
    this.work = createWorkshop(f)
    this.first = firstPrices(f, start)
    this.plain = isPlain(f)
  }

  /** From here on a bound proves that nothing better is to be found. */
  private cutoff(): number {
    const cost = this.best.cost()
    // What costs more than any network is none.
    if (cost === Number.POSITIVE_INFINITY) return this.f.none
    const small = this.o.gap * Math.abs(cost) + 1e-9 * Math.abs(cost)
    return this.f.whole ? cost - Math.max(small, 1 - 1e-6) : cost - small
  }

  bound(): number {
    const cutoff = this.best.cost() === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : this.cutoff()
    // With `cutoff` as the last: all that was left out of the tree lies above it.
    const least = this.open.reduce((low, one) => Math.min(low, one.bound), Math.min(this.floor, cutoff))
    // Nothing lies between whole numbers.
    return this.f.whole && Number.isFinite(least) ? Math.ceil(least - 1e-7) : least
  }

  run(): void {
    const { nodes = 2000, rounds = 600, stop } = this.o
    this.open.push(this.lookAtRoot(rounds))
    this.tell()
    // What is settled at the root makes every shake cheaper from here on.
    if (this.plain && this.open[0]!.bound < this.cutoff()) this.best.shake(this.random, this.o.shakes ?? SHAKES)
    while (this.open.length > 0 && this.nodes < nodes && !stop()) {
      const node = this.takeLowest()
      if (node.bound >= this.cutoff()) continue
      this.split(node)
      if (this.plain) this.best.shake(this.random, SHAKES_A_NODE)
      this.tell()
    }
    this.open = this.open.filter((one) => one.bound < this.cutoff())
  }

  /** Where the first network came from the prices themselves, once more from its own: they are closer to the best. */
  private lookAtRoot(rounds: number): Node {
    const known = this.best.cost() < Number.POSITIVE_INFINITY
    const first = this.look(this.root, this.first, Number.NEGATIVE_INFINITY, rounds)
    if (this.plain || known || this.best.cost() === Number.POSITIVE_INFINITY || first.bound >= this.cutoff())
      return first
    const again = this.look(this.root, firstPrices(this.f, this.best.open()), Number.NEGATIVE_INFINITY, rounds)
    return again.bound > first.bound ? again : { ...first, allowed: again.allowed, must: again.must }
  }

  private tell(): void {
    this.o.watch?.({ cost: this.best.cost(), bound: this.bound(), nodes: this.nodes })
  }

  private takeLowest(): Node {
    let at = 0
    for (let k = 1; k < this.open.length; k += 1) if (this.open[k]!.bound < this.open[at]!.bound) at = k
    const node = this.open[at]!
    this.open[at] = this.open.at(-1)!
    this.open.pop()
    return node
  }

  /** Bounds a part of the tree, hears what networks it suggests and settles what it can. */
  private look(choice: Choice, prices: Prices, above: number, rounds: number): Node {
    const { f, best, work, o } = this
    this.nodes += 1
    const every = this.plain ? 5 : 20
    const hear = (chosen: readonly number[], round: number): void => {
      if (round % every === 0) best.hear(chosen, this.priced(), round % 40 === 0)
    }
    const {
      bound,
      prices: after,
      often,
    } = ascend(f, choice, prices, work, {
      rounds,
      ...(choice === this.root ? AT_ROOT : BELOW),
      keep: this.plain ? 0.3 : 0.1,
      cutoff: () => this.cutoff(),
      stop: o.stop,
      hear,
    })
    const node: Node = { ...choice, prices: after, bound: Math.max(above, bound), often }
    if (node.bound >= this.cutoff() || o.stop()) return node
    if (!this.plain) {
      relax(f, choice, after, work.now, work.fill)
      best.hear(work.now.chosen, this.priced(), false)
      if (best.cost() < Number.POSITIVE_INFINITY) best.polish(this.priced(), choice === this.root ? 200 : 8)
    }
    settle(f, choice, after, this.cutoff(), work)
    return node
  }

  private priced(): Priced {
    const { value, rho, chosen } = this.work.now
    return { base: value - chosen.reduce((sum, i) => sum + rho[i]!, 0) - this.f.count[chosen.length]!, rho }
  }

  private split(node: Node): void {
    const site = this.undecided(node)
    if (site === null) {
      this.close(node)
      return
    }
    const { rounds, option } = { rounds: this.o.nodeRounds ?? 60, option: site.option }
    const children: Choice[] = [
      { allowed: node.allowed.slice(), must: node.must.slice() },
      { allowed: node.allowed.slice(), must: node.must.slice() },
    ]
    const [yes, no] = children as [Choice, Choice]
    if (node.must[site.group] === 0) {
      yes.must[site.group] = 1
      for (const i of this.optionsOf(site.group)) no.allowed[i] = 0
    } else {
      for (const i of this.optionsOf(site.group)) if (i !== option) yes.allowed[i] = 0
      no.allowed[option] = 0
    }
    for (const child of children) {
      if (this.o.stop()) {
        // Not looked at: it is as uncertain as what it comes from.
        this.open.push({ ...child, prices: node.prices, bound: node.bound, often: node.often })
        continue
      }
      const looked = this.look(child, node.prices, node.bound, rounds)
      if (looked.bound < this.cutoff()) this.open.push(looked)
    }
  }

  private optionsOf(group: number): number[] {
    return Array.from(this.f.group.keys()).filter((i) => this.f.group[i] === group)
  }

  /** The site about which the relaxation is least sure, and an option of it; null: nothing is left to choose. */
  private undecided({ allowed, must, often }: Node): { group: number; option: number } | null {
    const { f } = this
    const count = new Int32Array(f.groups)
    const sum = new Float64Array(f.groups)
    const lead = new Int32Array(f.groups).fill(-1)
    for (let i = 0; i < f.options; i += 1) {
      if (allowed[i] === 0) continue
      const g = f.group[i]!
      count[g]! += 1
      sum[g]! += often[i]!
      if (lead[g] === -1 || often[i]! > often[lead[g]!]!) lead[g] = i
    }
    let [best, sure] = [-1, Number.POSITIVE_INFINITY]
    for (let g = 0; g < f.groups; g += 1) {
      if (count[g] === 0 || (must[g] === 1 && count[g] === 1)) continue
      const at = Math.abs((must[g] === 1 ? often[lead[g]!]! : sum[g]!) - 0.5)
      if (at < sure) [best, sure] = [g, at]
    }
    return best < 0 ? null : { group: best, option: lead[best]! }
  }

  /** All is chosen: what it costs is known exactly, unless several bands leave the assignment to a heuristic. */
  private close({ allowed, bound }: Node): void {
    const open = Array.from(allowed.keys()).filter((i) => allowed[i] === 1)
    this.best.offer(open)
    if (this.f.bands.length > 0) this.floor = Math.min(this.floor, bound)
  }
}
