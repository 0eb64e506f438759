import type { MixedInteger } from '../../numerics/mixedInteger.ts'
import type { Facility } from '../core/facility.ts'
import type { Choice } from '../search/relax.ts'

/** A facility problem as a mixed-integer programme, and where to find what in its columns. */
export interface Programme {
  readonly model: MixedInteger
  /** Options that have a column; the first columns are theirs. */
  readonly options: readonly number[]
  /** Columns of shares: option (its place among `options`) and customer. */
  readonly from: number
  readonly pairs: readonly (readonly [option: number, customer: number])[]
}

/** Numbers a programme of this facility holds in its matrix, about: what says whether it is worth a try. */
export const sizeOf = (f: Facility, { allowed }: Choice): number =>
  f.customers * allowed.reduce((sum, one) => sum + one, 0) * (4 + f.bands.length)

/**
 * Σ share = 1 by customer; share ≤ open, each by itself (the strong form, Krarup & Pruzan 1983); capacity; one option a site; reach;
 * where the number of sites has a price, one column for each number.
 */
export const programmeOf = (f: Facility, choice: Choice, start?: readonly number[]): Programme => {
  const options = Array.from(choice.allowed.keys()).filter((i) => choice.allowed[i] === 1)
  const pairs = options.flatMap((i, a) =>
    Array.from({ length: f.customers }, (_, j) => [a, j] as const).filter(
      ([, j]) => f.cost[i * f.customers + j]! < f.none,
    ),
  )
  const numbers = Array.from(f.count.keys()).filter((k) => f.count[k]! < Number.POSITIVE_INFINITY)
  const from = options.length + numbers.length
  const rows = new Rows()
  served(f, rows, options, pairs, from)
  limits(f, rows, options, pairs, from)
  sites(f, choice, rows, options, numbers)
  const width = from + pairs.length
  const cost = new Float64Array(width)
  for (const [a, i] of options.entries()) cost[a] = f.fixed[i]!
  for (const [b, k] of numbers.entries()) cost[options.length + b] = f.count[k]!
  for (const [c, [a, j]] of pairs.entries()) cost[from + c] = f.cost[options[a]! * f.customers + j]!
  const begin = start ? startValues(f, start, options, numbers, pairs, from) : null
  return {
    options,
    from,
    pairs,
    model: {
      cost,
      lower: new Float64Array(width),
      upper: new Float64Array(width).fill(1),
      whole: new Uint8Array(width).fill(1, 0, from),
      ...rows.done(),
      ...(begin ? { start: begin } : {}),
    },
  }
}

class Rows {
  private readonly lower: number[] = []
  private readonly upper: number[] = []
  private readonly starts: number[] = [0]
  private readonly columns: number[] = []
  private readonly values: number[] = []

  add(lower: number, upper: number, entries: readonly (readonly [column: number, value: number])[]): void {
    this.lower.push(lower)
    this.upper.push(upper)
    for (const [column, value] of entries) {
      this.columns.push(column)
      this.values.push(value)
    }
    this.starts.push(this.columns.length)
  }

  done() {
    return {
      rowLower: Float64Array.from(this.lower),
      rowUpper: Float64Array.from(this.upper),
      starts: Int32Array.from(this.starts),
      columns: Int32Array.from(this.columns),
      values: Float64Array.from(this.values),
    }
  }
}

type Pairs = Programme['pairs']

const served = (f: Facility, rows: Rows, options: readonly number[], pairs: Pairs, from: number): void => {
  const of: [number, number][][] = Array.from({ length: f.customers }, () => [])
  for (const [c, [a, j]] of pairs.entries()) {
    of[j]!.push([from + c, 1])
    rows.add(Number.NEGATIVE_INFINITY, 0, [
      [from + c, 1],
      [a, -1],
    ])
  }
  for (const entries of of) rows.add(1, 1, entries)
  const holds: [number, number][][] = options.map(() => [])
  for (const [c, [a, j]] of pairs.entries()) holds[a]!.push([from + c, f.demand[j]!])
  for (const [a, i] of options.entries())
    if (f.capacity[i]! < Number.POSITIVE_INFINITY)
      rows.add(Number.NEGATIVE_INFINITY, 0, [...holds[a]!, [a, -f.capacity[i]!]])
}

const limits = (f: Facility, rows: Rows, options: readonly number[], pairs: Pairs, from: number): void => {
  for (const { need, within } of f.bands) {
    const near = pairs.flatMap(([a, j], c) =>
      within[options[a]! * f.customers + j] === 1 ? [[from + c, f.demand[j]!] as const] : [],
    )
    rows.add(need, Number.POSITIVE_INFINITY, near)
  }
}

const sites = (
  f: Facility,
  choice: Choice,
  rows: Rows,
  options: readonly number[],
  numbers: readonly number[],
): void => {
  for (let g = 0; g < f.groups; g += 1) {
    const own = options.flatMap((i, a) => (f.group[i] === g ? [[a, 1] as const] : []))
    if (own.length > 1 || choice.must[g] === 1) rows.add(choice.must[g]!, 1, own)
  }
  const count = numbers.map((_, b) => [options.length + b, 1] as const)
  rows.add(1, 1, count)
  rows.add(0, 0, [
    ...options.map((_, a) => [a, 1] as const),
    ...numbers.map((k, b) => [options.length + b, -k] as const),
  ])
}

/** Which sites are open is told; who is served from where the solver finds. null: they are not all in the programme. */
const startValues = (
  f: Facility,
  start: readonly number[],
  options: readonly number[],
  numbers: readonly number[],
  pairs: Pairs,
  from: number,
): Float64Array | null => {
  const open = new Set(start)
  if (start.some((i) => !options.includes(i))) return null
  if (f.bands.length > 0 || start.some((i) => f.capacity[i]! < Number.POSITIVE_INFINITY)) return null
  const values = new Float64Array(from + pairs.length)
  for (const [a, i] of options.entries()) if (open.has(i)) values[a] = 1
  const at = numbers.indexOf(start.length)
  if (at < 0) return null
  values[options.length + at] = 1
  const nearest = new Int32Array(f.customers).fill(-1)
  const cost = (c: number): number => f.cost[options[pairs[c]![0]]! * f.customers + pairs[c]![1]]!
  for (const [c, [a, j]] of pairs.entries())
    if (open.has(options[a]!) && (nearest[j]! < 0 || cost(c) < cost(nearest[j]!))) nearest[j] = c
  for (const c of nearest) if (c >= 0) values[from + c] = 1
  return values
}
