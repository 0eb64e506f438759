import { type Facility, type Stop, standingCost } from '../core/facility.ts'

/**
 * Open, close and swap, as long as one pays, where every customer goes to the nearest: the interchange of Teitz & Bart (1968) in
 * the fast form of Whitaker (1983) and Resende & Werneck (2007), in which one pass over the customers prices an option against every
 * one that might close. First improvement.
 * @param open is changed. @param from of the option to look at first. @returns the cost.
 */
export const interchange = (f: Facility, open: number[], from: number, stop: Stop): number => {
  const s = new Nearest(f, open)
  while (s.dropPaying()) if (stop()) break
  for (let quiet = 0, i = from; quiet < f.options; i = (i + 1) % f.options) {
    quiet += 1
    if ((i & 7) === 0 && stop()) break
    if (f.allowed[i] === 0 || s.isOpen[i] === 1 || !s.tryOption(i)) continue
    quiet = 0
    while (s.dropPaying()) if (stop()) break
  }
  open.splice(0, open.length, ...s.open)
  return s.cost()
}

/** A saving that is less than noise is none. */
const EPS = 1e-9

class Nearest {
  readonly open: number[]
  readonly isOpen: Uint8Array
  private readonly f: Facility
  private readonly mate: Int32Array
  /** Nearest and second nearest open option of each customer, and how far. */
  private readonly a1: Int32Array
  private readonly d1: Float64Array
  private readonly d2: Float64Array
  private readonly a2: Int32Array
  private readonly swap: Float64Array
  private readonly loss: Float64Array
  private readonly tiny: number

  constructor(f: Facility, open: readonly number[]) {
    const n = f.customers
    this.f = f
    this.open = [...open]
    this.isOpen = new Uint8Array(f.options)
    this.mate = new Int32Array(f.groups).fill(-1)
    this.a1 = new Int32Array(n)
    this.a2 = new Int32Array(n)
    this.d1 = new Float64Array(n)
    this.d2 = new Float64Array(n)
    this.swap = new Float64Array(f.options)
    this.loss = new Float64Array(f.options)
    for (const i of open) {
      this.isOpen[i] = 1
      this.mate[f.group[i]!] = i
    }
    for (let j = 0; j < n; j += 1) this.look(j)
    this.tiny = EPS * (1 + Math.abs(this.cost()) / (1 + n))
    this.losses()
  }

  cost(): number {
    let sum = standingCost(this.f, this.open)
    for (const one of this.d1) sum += one
    return sum
  }

  private look(j: number): void {
    const { cost, customers: n, none } = this.f
    let [i1, i2, c1, c2] = [-1, -1, none, none]
    for (const i of this.open) {
      const c = cost[i * n + j]!
      if (i1 < 0 || c < c1) {
        i2 = i1
        c2 = i1 < 0 ? none : c1
        i1 = i
        c1 = c
      } else if (i2 < 0 || c < c2) {
        i2 = i
        c2 = c
      }
    }
    this.a1[j] = i1
    this.d1[j] = c1
    this.a2[j] = i2
    this.d2[j] = c2
  }

  /** What the customers of each open option lose when it closes. */
  private losses(): void {
    for (const i of this.open) this.loss[i] = 0
    for (let j = 0; j < this.d1.length; j += 1)
      if (this.a1[j]! >= 0) this.loss[this.a1[j]!]! += this.d2[j]! - this.d1[j]!
  }

  private change(into: number, out: number): void {
    if (out >= 0) {
      this.open.splice(this.open.indexOf(out), 1)
      this.isOpen[out] = 0
      this.mate[this.f.group[out]!] = -1
    }
    if (into >= 0) {
      this.open.push(into)
      this.isOpen[into] = 1
      this.mate[this.f.group[into]!] = into
    }
    const { cost, customers: n } = this.f
    for (let j = 0; j < n; j += 1) {
      if (out >= 0 && (this.a1[j] === out || this.a2[j] === out)) {
        this.look(j)
        continue
      }
      if (into < 0) continue
      const c = cost[into * n + j]!
      if (this.a1[j]! < 0 || c < this.d1[j]!) {
        this.a2[j] = this.a1[j]!
        this.d2[j] = this.d1[j]!
        this.a1[j] = into
        this.d1[j] = c
      } else if (this.a2[j]! < 0 || c < this.d2[j]!) {
        this.a2[j] = into
        this.d2[j] = c
      }
    }
    this.losses()
  }

  /** Closes the option whose closing saves most, if any does. */
  dropPaying(): boolean {
    const { fixed, count, must, group } = this.f
    const step = count[this.open.length - 1]! - count[this.open.length]!
    if (!(step < Number.POSITIVE_INFINITY)) return false
    let [best, out] = [-this.tiny, -1]
    for (const k of this.open) {
      if (must[group[k]!] === 1) continue
      const delta = this.loss[k]! - fixed[k]! + step
      if (delta < best) [best, out] = [delta, k]
    }
    if (out < 0) return false
    this.change(-1, out)
    return true
  }

  /** Opens option `i`, alone or in the place of another, if that pays; the best of those. */
  tryOption(i: number): boolean {
    const { f, a1, d1, d2, swap, open } = this
    const n = f.customers
    for (const k of open) swap[k] = 0
    let gain = 0
    const row = i * n
    for (let j = 0; j < n; j += 1) {
      const c = f.cost[row + j]!
      const d = d1[j]!
      if (c < d) {
        gain += d - c
        // Who moves to i loses nothing by the closing of where it was.
        if (a1[j]! >= 0) swap[a1[j]!]! += d2[j]! - d
      } else if (c < d2[j]!) swap[a1[j]!]! += d2[j]! - c
    }
    const mate = this.mate[f.group[i]!]!
    let [best, out] = [-this.tiny, -2]
    if (mate < 0) {
      const step = f.count[open.length + 1]! - f.count[open.length]!
      const delta = f.fixed[i]! - gain + step
      if (delta < best) [best, out] = [delta, -1]
    }
    for (const k of open) {
      if (mate >= 0 ? k !== mate : f.must[f.group[k]!] === 1) continue
      const delta = f.fixed[i]! - f.fixed[k]! - gain + this.loss[k]! - swap[k]!
      if (delta < best) [best, out] = [delta, k]
    }
    if (out === -2) return false
    this.change(i, out)
    return true
  }
}
