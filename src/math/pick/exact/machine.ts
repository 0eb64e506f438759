/**
 * What may become of a part of a tour, aisle by aisle: Ratliff & Rosenthal (1983, Operations Research 31(3)) for one block,
 * Roodbergen & de Koster (2001, EJOR 133(1)) for two, and in the same way for more (Cambazard & Catusse 2018, EJOR 270(2)).
 *
 * All that counts of the edges to the left is, at each crossing of the present aisle, whether their number there is zero,
 * odd or even, and which crossings they join. For two crossings that makes the 7 classes of Ratliff & Rosenthal.
 */

/** How a stretch of aisle between two cross aisles is walked. */
export const WAYS = ['none', 'through', 'fromFront', 'fromBack', 'bothEnds', 'twice'] as const
type Way = (typeof WAYS)[number]

export interface Machine {
  readonly states: number
  readonly start: number
  readonly done: number
  /** By block, then way × states: the next state, -1: not allowed. */
  readonly along: readonly Int16Array[]
  /** By cross aisle: the state once its crossing has to be on the tour. */
  readonly mark: readonly Int16Array[]
  /** Ways on to the next aisle: from, to, and in bits how often each cross aisle is walked (two bits each). */
  readonly across: {
    readonly from: Int16Array
    readonly to: Int16Array
    readonly steps: Int32Array
    readonly edges: Uint8Array
  }
}

/** Edges at each crossing (0 none, 1 odd, 2 even) and the component it belongs to (0 none). */
interface State {
  readonly degree: readonly (0 | 1 | 2)[]
  readonly part: readonly number[]
  /** The tour is closed: nothing may be added. */
  readonly done: boolean
}

/** Components are named in the order in which they appear, so that equal states have one name. */
const named = (state: State): State => {
  const names = new Map<number, number>()
  const part = state.part.map((one) => {
    if (one === 0) return 0
    if (!names.has(one)) names.set(one, names.size + 1)
    return names.get(one)!
  })
  return { ...state, part }
}
const keyOf = ({ degree, part, done }: State): string => `${degree.join('')}/${part.join('')}/${done}`

const fresh = ({ part }: State): number => Math.max(0, ...part) + 1

/** Adds 1 or 2 edges at a crossing. */
const add = (state: State, line: number, edges: 1 | 2): State => {
  const had = state.degree[line]!
  const next = edges === 2 ? (had === 0 ? 2 : had) : had === 1 ? 2 : 1
  return {
    ...state,
    degree: state.degree.with(line, next as 0 | 1 | 2),
    part: state.part[line] === 0 ? state.part.with(line, fresh(state)) : state.part,
  }
}
const join = (state: State, a: number, b: number): State => {
  const [keep, gone] = [state.part[a]!, state.part[b]!]
  return { ...state, part: state.part.map((one) => (one === gone ? keep : one)) }
}

const walked = (state: State, block: number, way: Way): State | null => {
  if (way === 'none') return state
  if (state.done) return null
  const [front, back] = [block, block + 1]
  if (way === 'fromFront') return add(state, front, 2)
  if (way === 'fromBack') return add(state, back, 2)
  if (way === 'bothEnds') return add(add(state, front, 2), back, 2)
  const edges = way === 'through' ? 1 : 2
  return join(add(add(state, front, edges), back, edges), front, back)
}

/** How often each cross aisle may be walked from here: what is odd once, what is even twice or not at all. */
const choices = ({ degree }: State): number[][] =>
  degree.reduce<number[][]>(
    (all, one) =>
      all.flatMap((so) =>
        one === 0
          ? [[...so, 0]]
          : one === 1
            ? [[...so, 1]]
            : [
                [...so, 0],
                [...so, 2],
              ],
      ),
    [[]],
  )

/** Each component has to go on, unless it is the whole tour. */
const crossed = (state: State, steps: readonly number[]): State | null => {
  const parts = new Set(state.part.filter((one) => one > 0))
  const going = new Set(state.part.filter((one, line) => one > 0 && steps[line]! > 0))
  const none = state.part.map(() => 0)
  if (state.done || parts.size === 0) return state
  if (going.size === 0) return parts.size === 1 ? { degree: none as (0 | 1 | 2)[], part: none, done: true } : null
  if (going.size < parts.size) return null
  return {
    degree: steps as (0 | 1 | 2)[],
    part: state.part.map((one, line) => (steps[line]! > 0 ? one : 0)),
    done: false,
  }
}

/** All states that can be reached with so many cross aisles, and how one follows another. */
const build = (lines: number): Machine => {
  const none = Array.from({ length: lines }, () => 0)
  const states: State[] = []
  const index = new Map<string, number>()
  const at = (state: State | null): number => {
    if (state === null) return -1
    const one = named(state)
    const key = keyOf(one)
    if (!index.has(key)) {
      index.set(key, states.length)
      states.push(one)
    }
    return index.get(key)!
  }
  const start = at({ degree: none as (0 | 1 | 2)[], part: none, done: false })
  const done = at({ degree: none as (0 | 1 | 2)[], part: none, done: true })
  const along: number[][][] = Array.from({ length: lines - 1 }, () => WAYS.map(() => []))
  const mark: number[][] = Array.from({ length: lines }, () => [])
  const across: [from: number, to: number, steps: number, edges: number][] = []
  for (let from = 0; from < states.length; from += 1) {
    const state = states[from]!
    for (let block = 0; block < lines - 1; block += 1)
      for (const [way, name] of WAYS.entries()) along[block]![way]!.push(at(walked(state, block, name)))
    for (let line = 0; line < lines; line += 1) mark[line]!.push(at(state.done ? null : add(state, line, 2)))
    for (const steps of choices(state)) {
      const to = at(crossed(state, steps))
      const edges = steps.reduce((sum, one) => sum + one, 0)
      if (to >= 0) across.push([from, to, steps.reduce((bits, one, line) => bits | (one << (2 * line)), 0), edges])
    }
  }
  return {
    states: states.length,
    start,
    done,
    along: along.map((ways) => Int16Array.from(ways.flat())),
    mark: mark.map((row) => Int16Array.from(row)),
    across: {
      from: Int16Array.from(across, ([from]) => from),
      to: Int16Array.from(across, ([, to]) => to),
      steps: Int32Array.from(across, ([, , steps]) => steps),
      edges: Uint8Array.from(across, ([, , , edges]) => edges),
    },
  }
}

const machines = new Map<number, Machine>()
/** Built once for each number of cross aisles. */
export const machineOf = (lines: number): Machine => {
  const known = machines.get(lines) ?? build(lines)
  machines.set(lines, known)
  return known
}
