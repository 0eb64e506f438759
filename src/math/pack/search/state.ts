/** A container half filled: what is in, what is left, which spaces are free. */
import type { Problem } from '../problem.ts'
import { type Block, makeBlocks } from './blocks.ts'
import { copyLimits, type Limits, startLimits } from './limits.ts'
import { type Cuboid, cutSpaces, type Space, type SpaceRules, spaceOf } from './spaces.ts'

/** Blocks in the order they came in, last first: branches share their beginnings. */
interface Placed {
  readonly block: Block
  readonly at: Cuboid
  readonly before: Placed | null
}
export interface State {
  left: Int32Array
  /** Blocks of the stop in hand, largest first, without most of those that what is left no longer makes. */
  blocks: readonly Block[]
  sinceSorted: number
  spaces: Space[]
  /** Spaces that nothing of this stop goes into; another stop's boxes may. */
  shelved: Space[]
  placed: Placed | null
  volume: number
  /** Place in `stops` of the table. */
  stopAt: number
  limits: Limits | null
}
/** What holds for every state of one problem. */
export interface Table {
  readonly problem: Problem
  readonly rules: SpaceRules
  readonly blocks: readonly Block[]
  /** Last stop first: it goes in first. */
  readonly stops: readonly number[]
  /** Of r free millimetres along x, y, z: the most that sizes of boxes make together. */
  readonly usable: readonly [Int32Array, Int32Array, Int32Array]
}

/** Beyond so many different sizes nearly every sum can be made, and is not worth the time. */
const MOST_SIZES = 60

const usableOf = (sizes: ReadonlySet<number>, span: number): Int32Array => {
  const most = new Int32Array(span + 1)
  const least = Math.min(...sizes)
  const each = [...sizes]
  for (let r = 1; r <= span; r += 1) {
    if (each.length > MOST_SIZES) {
      most[r] = r < least ? 0 : r
      continue
    }
    let top = 0
    for (const size of each) if (size <= r && size + most[r - size]! > top) top = size + most[r - size]!
    most[r] = top
  }
  return most
}

export const makeTable = (problem: Problem, mostBlocks: number, ended: () => boolean): Table => {
  const { container, kinds } = problem
  const stands = kinds.flatMap((kind) => kind.stands)
  const lengths = new Set(stands.map((s) => s.length))
  const widths = new Set(stands.map((s) => s.width))
  const heights = new Set(stands.map((s) => s.height))
  return {
    problem,
    rules: {
      length: container.length,
      width: container.width,
      height: container.height,
      fullSupport: problem.fullSupport,
      deepFirst: problem.ordered,
      leastLength: Math.min(...lengths),
      leastWidth: Math.min(...widths),
      leastHeight: Math.min(...heights),
    },
    blocks: makeBlocks(problem, mostBlocks, ended),
    stops: [...new Set(kinds.map((kind) => kind.stop))].sort((a, b) => b - a),
    usable: [
      usableOf(lengths, container.length),
      usableOf(widths, container.width),
      usableOf(heights, container.height),
    ],
  }
}

const blocksOfStop = (table: Table, stopAt: number): readonly Block[] =>
  table.stops.length === 1 ? table.blocks : table.blocks.filter((block) => block.stop === table.stops[stopAt])

export const startState = (table: Table): State => {
  const { length, width, height } = table.rules
  return {
    left: Int32Array.from(table.problem.kinds, (kind) => kind.quantity),
    blocks: blocksOfStop(table, 0),
    sinceSorted: 0,
    spaces: [spaceOf(table.rules, 0, 0, 0, length, width, height)],
    shelved: [],
    placed: null,
    volume: 0,
    stopAt: 0,
    limits: startLimits(table.problem),
  }
}

export const copyState = (state: State): State => ({
  ...state,
  left: state.left.slice(),
  spaces: state.spaces.slice(),
  shelved: state.shelved.slice(),
  limits: copyLimits(state.limits),
})

/** The next stop's turn; false after the last. */
export const nextStop = (table: Table, state: State): boolean => {
  if (state.stopAt + 1 >= table.stops.length) return false
  state.stopAt += 1
  state.blocks = blocksOfStop(table, state.stopAt)
  state.spaces.push(...state.shelved)
  state.shelved = []
  return true
}

/** What is left makes the block. */
export const enough = (left: Int32Array, block: Block): boolean => {
  const { need } = block
  for (let i = 0; i < need.length; i += 2) if (left[need[i]!]! < need[i + 1]!) return false
  return true
}

/** A block in the corner of a space that lies nearest to a corner of the container. */
export const cornerOf = (space: Space, block: Block): Cuboid => {
  const x1 = space.atX2 ? space.x2 - block.length : space.x1
  const y1 = space.atY2 ? space.y2 - block.width : space.y1
  const z1 = space.atZ2 ? space.z2 - block.height : space.z1
  return { x1, y1, z1, x2: x1 + block.length, y2: y1 + block.width, z2: z1 + block.height }
}

/** Puts a block in; the limits have been asked already. */
export const put = (table: Table, state: State, block: Block, at: Cuboid): void => {
  for (let i = 0; i < block.need.length; i += 2) state.left[block.need[i]!]! -= block.need[i + 1]!
  state.placed = { block, at, before: state.placed }
  state.volume += block.volume
  state.spaces = cutSpaces(table.rules, state.spaces, at)
  if (state.shelved.length > 0) state.shelved = cutSpaces(table.rules, state.shelved, at)
  // Choosing asks again; many blocks are sorted out now and then only.
  state.sinceSorted += 1
  if (state.blocks.length > 1000 * state.sinceSorted) return
  state.blocks = state.blocks.filter((one) => enough(state.left, one))
  state.sinceSorted = 0
}
