/** Whether one carton holds given boxes: bounds first, then a short search, then, for few boxes, the exact answer. */
import { packingOf, packWith } from '../packContainer.ts'
import { fits, readProblem, standsOf } from '../problem.ts'
import type { Container, Item, Packing, PackOptions, Placement } from '../types.ts'
import { exactFit } from './exactFit.ts'

export interface Tried {
  /** Everything is in; null where no way was found. */
  readonly packing: Packing | null
  /** The answer is certain, also where it is no. */
  readonly certain: boolean
  /** As much as the search got in, where it was tried. */
  readonly part: Packing | null
}

const MOST_EXACT = 6
/** A few tenths of a second at worst; tight cases of six end after some thousand. */
const MOST_NODES = 200_000

const volumeOf = (box: { length: number; width: number; height: number }): number => box.length * box.width * box.height
const NO: Tried = { packing: null, certain: true, part: null }

const cannot = (carton: Container, items: readonly Item[]): boolean => {
  const weight = items.reduce((sum, item) => sum + item.quantity * (item.weight ?? 0), 0)
  const volume = items.reduce((sum, item) => sum + item.quantity * volumeOf(item), 0)
  if (weight > (carton.maxWeight ?? Number.POSITIVE_INFINITY) || volume > volumeOf(carton)) return true
  return items.some((item) => !standsOf(item).some((stand) => fits(stand, carton)))
}

/** Each box let down, lowest first, onto what lies below it: a chain of the exact search may end in the air. */
const settled = (placements: readonly Placement[]): Placement[] => {
  const down: Placement[] = []
  for (const box of [...placements].sort((a, b) => a.z - b.z)) {
    const below = down.filter(
      (other) =>
        other.x < box.x + box.length &&
        box.x < other.x + other.length &&
        other.y < box.y + box.width &&
        box.y < other.y + other.width,
    )
    down.push({ ...box, z: Math.max(0, ...below.map((other) => other.z + other.height)) })
  }
  return down
}

const exact = (carton: Container, items: readonly Item[], options: PackOptions, shapeOnly: boolean): Tried => {
  const problem = readProblem(carton, items, options)
  const kinds = [...problem.kinds].sort((a, b) => b.volume - a.volume)
  const boxes = kinds.flatMap((kind) => Array.from({ length: kind.quantity }, () => kind))
  const ways = boxes.map((kind) => kind.stands)
  const found = exactFit(carton, ways, MOST_NODES)
  if (found === 'none') return NO
  if (found === 'unknown' || !shapeOnly) return { packing: null, certain: false, part: null }
  const placements = boxes.map((kind, n): Placement => {
    const [x, y, z] = found.at[n]!
    return { item: kind.item.id, ...kind.stands[found.stand[n]!]!, x, y, z }
  })
  const packing = packingOf(
    problem,
    settled(placements),
    problem.kinds.map(() => 0),
  )
  return { packing, certain: true, part: null }
}

/** @param items of quantity 1 or more that were checked */
export const tryCarton = (
  carton: Container,
  items: readonly Item[],
  options: PackOptions,
  iterations: number,
): Tried => {
  if (cannot(carton, items)) return NO
  const boxes = items.reduce((sum, item) => sum + item.quantity, 0)
  const few = boxes <= MOST_EXACT
  const shapeOnly =
    !options.fullSupport && !carton.axles && !items.some((item) => item.fragile || item.maxLoad !== undefined)
  // Of a few boxes without further rules the exact search says more, and sooner, than many fillings.
  const tries = few && shapeOnly ? Math.min(iterations, 2) : iterations
  const part = packWith(carton, items, { ...options, iterations: tries }, 0)
  if (part.unpacked.length === 0) return { packing: part, certain: true, part }
  if (!few || options.stop?.()) return { packing: null, certain: false, part }
  return { ...exact(carton, items, options, shapeOnly), part }
}
