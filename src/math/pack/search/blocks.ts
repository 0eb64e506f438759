/**
 * Blocks: many boxes placed as one. A simple block is nx × ny × nz boxes of one kind and orientation (columns, layers); a combined one
 * two blocks side by side that fill their hull nearly (Fanslau & Bortfeldt 2010). Sorted by volume, largest first.
 */
import type { Kind, Problem, Stand } from '../problem.ts'
import type { Placement } from '../types.ts'

export interface Block {
  readonly length: number
  readonly width: number
  readonly height: number
  /** Of its boxes, without gaps. */
  readonly volume: number
  readonly weight: number
  /** Gram-millimetres along x, from its own corner. */
  readonly moment: number
  readonly boxes: number
  /** Kind and number, in turns. */
  readonly need: readonly number[]
  readonly stop: number
  readonly layout: Layout
}
type Layout =
  | { readonly stand: Stand; readonly kind: number; readonly nx: number; readonly ny: number; readonly nz: number }
  | { readonly first: Block; readonly second: Block; readonly dx: number; readonly dy: number; readonly dz: number }

/** Loads are reckoned box by box: larger blocks would keep a cancelled search waiting. */
const MOST_LOADED = 200

/** All counts up to eight; beyond, ever thinner, with the most that go in. */
const countsUpTo = (most: number): number[] => {
  const counts: number[] = []
  for (let n = 1; n <= most; n += n < 8 ? 1 : Math.ceil(n / 6)) counts.push(n)
  if (counts.at(-1) !== most) counts.push(most)
  return counts
}

/** How many may stand on each other: the lowest box carries all the others. */
const mostHigh = (kind: Kind): number => {
  if (kind.fragile) return 1
  return kind.weight === 0 || kind.maxLoad === Number.POSITIVE_INFINITY
    ? kind.quantity
    : 1 + Math.floor(kind.maxLoad / kind.weight)
}

const simpleBlocks = (problem: Problem, at: number, into: Block[], ended: () => boolean): void => {
  const kind = problem.kinds[at]!
  const { length, width, height } = problem.container
  for (const stand of kind.stands) {
    const mostZ = Math.min(Math.floor(height / stand.height), kind.quantity, mostHigh(kind))
    for (const nz of countsUpTo(mostZ)) {
      if (ended()) return
      for (const ny of countsUpTo(Math.min(Math.floor(width / stand.width), Math.floor(kind.quantity / nz))))
        for (const nx of countsUpTo(Math.min(Math.floor(length / stand.length), Math.floor(kind.quantity / nz / ny)))) {
          const boxes = nx * ny * nz
          if (boxes * kind.weight > problem.maxWeight || (problem.limitsLoads && boxes > MOST_LOADED)) continue
          into.push({
            length: nx * stand.length,
            width: ny * stand.width,
            height: nz * stand.height,
            volume: boxes * kind.volume,
            weight: boxes * kind.weight,
            moment: (boxes * kind.weight * nx * stand.length) / 2,
            boxes,
            need: [at, boxes],
            stop: kind.stop,
            layout: { stand, kind: at, nx, ny, nz },
          })
        }
    }
  }
}

const sumOfNeeds = (problem: Problem, a: Block, b: Block): number[] | null => {
  const need = [...a.need]
  for (let i = 0; i < b.need.length; i += 2) {
    const at = need.findIndex((kind, n) => n % 2 === 0 && kind === b.need[i])
    if (at < 0) need.push(b.need[i]!, b.need[i + 1]!)
    else need[at + 1]! += b.need[i + 1]!
  }
  for (let i = 0; i < need.length; i += 2) if (need[i + 1]! > problem.kinds[need[i]!]!.quantity) return null
  return need
}

/** With full support nothing of a hull may stay empty: boxes will stand on it. */
const leastFill = (problem: Problem): number => (problem.fullSupport ? 1 : 0.98)

const combine = (problem: Problem, a: Block, b: Block, axis: 0 | 1 | 2): Block | null => {
  const { container } = problem
  const length = axis === 0 ? a.length + b.length : Math.max(a.length, b.length)
  const width = axis === 1 ? a.width + b.width : Math.max(a.width, b.width)
  const height = axis === 2 ? a.height + b.height : Math.max(a.height, b.height)
  const volume = a.volume + b.volume
  if (length > container.length || width > container.width || height > container.height) return null
  if (volume < leastFill(problem) * length * width * height || a.stop !== b.stop) return null
  const weight = a.weight + b.weight
  const need = weight > problem.maxWeight ? null : sumOfNeeds(problem, a, b)
  if (!need) return null
  const layout = {
    first: a,
    second: b,
    dx: axis === 0 ? a.length : 0,
    dy: axis === 1 ? a.width : 0,
    dz: axis === 2 ? a.height : 0,
  }
  const moment = a.moment + b.moment + b.weight * layout.dx
  return { length, width, height, volume, weight, moment, boxes: a.boxes + b.boxes, need, stop: a.stop, layout }
}

const keyOf = (block: Block): string => {
  const pairs: string[] = []
  for (let i = 0; i < block.need.length; i += 2) pairs.push(`${block.need[i]}:${block.need[i + 1]}`)
  return `${block.length},${block.width},${block.height},${pairs.sort()}`
}

/** Adds blocks of two until there are `most`. Each pair is met once: `b` comes from all, `a` from the last round. */
const combineAll = (problem: Problem, blocks: Block[], most: number, ended: () => boolean): void => {
  const seen = new Set(blocks.map(keyOf))
  let fresh = [...blocks]
  const fill = leastFill(problem)
  while (fresh.length > 0 && blocks.length < most) {
    const byWidth = [...blocks].sort((p, q) => p.width - q.width)
    const byLength = [...blocks].sort((p, q) => p.length - q.length)
    const next: Block[] = []
    const meet = (a: Block, sorted: readonly Block[], size: 'width' | 'length', axes: readonly (0 | 1 | 2)[]): void => {
      for (let n = firstAtLeast(sorted, size, a[size] * fill); n < sorted.length; n += 1) {
        const b = sorted[n]!
        if (b[size] * fill > a[size]) return
        for (const axis of axes) {
          if (blocks.length + next.length >= most) return
          const one = combine(problem, a, b, axis)
          if (!one) continue
          const key = keyOf(one)
          if (!seen.has(key)) {
            seen.add(key)
            next.push(one)
          }
        }
      }
    }
    for (const a of fresh) {
      if (ended()) return
      meet(a, byWidth, 'width', [0, 2])
      meet(a, byLength, 'length', [1])
    }
    blocks.push(...next)
    fresh = next
  }
}

const firstAtLeast = (sorted: readonly Block[], size: 'width' | 'length', value: number): number => {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]![size] < value) low = middle + 1
    else high = middle
  }
  return low
}

/** @param most stop combining at so many; simple blocks are all made, unless the search has `ended` */
export const makeBlocks = (problem: Problem, most: number, ended: () => boolean): Block[] => {
  const blocks: Block[] = []
  for (let at = 0; at < problem.kinds.length && !ended(); at += 1) simpleBlocks(problem, at, blocks, ended)
  if (blocks.length < most) combineAll(problem, blocks, most, ended)
  return blocks.sort((a, b) => b.volume - a.volume || a.boxes - b.boxes)
}

/** The boxes of a block that stands at (x, y, z), lower ones first within a simple block. */
export const boxesOf = (problem: Problem, block: Block, x: number, y: number, z: number, into: Placement[]): void => {
  const { layout } = block
  if ('first' in layout) {
    boxesOf(problem, layout.first, x, y, z, into)
    boxesOf(problem, layout.second, x + layout.dx, y + layout.dy, z + layout.dz, into)
    return
  }
  const { stand, nx, ny, nz } = layout
  const { orientation, length, width, height } = stand
  const item = problem.kinds[layout.kind]!.item.id
  for (let k = 0; k < nz; k += 1)
    for (let i = 0; i < nx; i += 1)
      for (let j = 0; j < ny; j += 1)
        into.push({ item, orientation, x: x + i * length, y: y + j * width, z: z + k * height, length, width, height })
}
