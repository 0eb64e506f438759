/** One container, filled as full as the search finds. */
import { type Problem, readProblem } from './problem.ts'
import { type Budget, search } from './search/beam.ts'
import { boxesOf } from './search/blocks.ts'
import { axleLoadsOf } from './search/limits.ts'
import { makeTable, type State } from './search/state.ts'
import type { Container, Item, Packing, PackOptions, Placement, Unpacked } from './types.ts'

const ITERATIONS = 60
/** Combined blocks are made up to so many in all; where boxes are few, they are not worth their time. */
const MOST_BLOCKS = 3000

/** @throws RangeError on a limit that is none */
const budgetOf = (options: PackOptions): Budget => {
  const { iterations, seconds, now, stop } = options
  if (iterations !== undefined && !(iterations >= 1))
    throw new RangeError(`iterations must be at least 1, not ${iterations}`)
  if ((seconds === undefined) !== (now === undefined)) throw new RangeError('seconds and the clock now come together')
  if (seconds !== undefined && !(seconds > 0)) throw new RangeError(`seconds must be above 0, not ${seconds}`)
  let left = iterations ?? (seconds === undefined ? ITERATIONS : Number.POSITIVE_INFINITY)
  const until = now && seconds !== undefined ? now() + 1000 * seconds : Number.POSITIVE_INFINITY
  let over = false
  const ended = (): boolean => {
    over ||= (now !== undefined && now() >= until) || (stop?.() ?? false)
    return over
  }
  return {
    ended,
    more: () => {
      left -= 1
      over ||= left < 0
      return !ended()
    },
  }
}

const emptyPacking = (container: Container, unpacked: readonly Unpacked[]): Packing => ({
  container,
  placements: [],
  unpacked,
  volume: 0,
  weight: 0,
  use: 0,
  centreOfMass: null,
  axleLoads: container.axles ? [container.axles[0].emptyLoad, container.axles[1].emptyLoad] : null,
})

const massOf = (placements: readonly Placement[], weightOf: (item: string) => number) => {
  let [weight, x, y, z] = [0, 0, 0, 0]
  for (const box of placements) {
    const own = weightOf(box.item)
    weight += own
    x += own * (box.x + box.length / 2)
    y += own * (box.y + box.width / 2)
    z += own * (box.z + box.height / 2)
  }
  return { weight, moment: x, centreOfMass: weight === 0 ? null : { x: x / weight, y: y / weight, z: z / weight } }
}

const reasonFor = (problem: Problem, weight: number, boxWeight: number): string => {
  if (weight + boxWeight > problem.maxWeight) return `${problem.container.id} may hold no more weight`
  const rules = [
    problem.container.axles && 'axle loads',
    problem.limitsLoads && 'loads on boxes',
    problem.ordered && 'the order of unloading',
  ]
  const named = rules.filter(Boolean)
  return `no room was found${named.length > 0 ? ` that keeps ${named.join(', ')}` : ''}`
}

/** A packing from what the search ended with: the facts about it, and why what is left was left. */
export const packingOf = (problem: Problem, placements: readonly Placement[], left: readonly number[]): Packing => {
  const { container, kinds } = problem
  const weights = new Map(kinds.map((kind) => [kind.item.id, kind.weight]))
  const { weight, moment, centreOfMass } = massOf(placements, (item) => weights.get(item) ?? 0)
  const volume = placements.reduce((sum, box) => sum + box.length * box.width * box.height, 0)
  const unpacked = kinds.flatMap((kind, n) =>
    left[n]! > 0 ? [{ item: kind.item.id, quantity: left[n]!, reason: reasonFor(problem, weight, kind.weight) }] : [],
  )
  return {
    container,
    placements,
    unpacked: [...problem.unpackable, ...unpacked],
    volume,
    weight,
    use: volume / (container.length * container.width * container.height),
    centreOfMass,
    axleLoads: container.axles ? axleLoadsOf(container.axles, weight, moment) : null,
  }
}

const placementsOf = (problem: Problem, state: State): Placement[] => {
  const placements: Placement[] = []
  const order = []
  for (let one = state.placed; one; one = one.before) order.push(one)
  for (const { block, at } of order.reverse()) boxesOf(problem, block, at.x1, at.y1, at.z1, placements)
  return placements
}

/** `packContainer` with combined blocks up to `mostBlocks` in all. */
export const packWith = (
  container: Container,
  items: readonly Item[],
  options: PackOptions,
  mostBlocks: number,
): Packing => {
  const problem = readProblem(container, items, options)
  const budget = budgetOf(options)
  if (problem.kinds.length === 0) return emptyPacking(container, problem.unpackable)
  const table = makeTable(problem, mostBlocks, budget.ended)
  const state = search(table, options.seed ?? 1, budget)
  return packingOf(problem, placementsOf(problem, state), [...state.left])
}

/**
 * Packs as much volume as it can. Placements are in the order of loading: with full support, what a box
 * stands on comes before it.
 * @returns the same for the same input, seed and iterations; what does not go in is named with a reason
 * @throws RangeError that names what is wrong with an input
 */
export const packContainer = (container: Container, items: readonly Item[], options: PackOptions = {}): Packing =>
  packWith(container, items, options, MOST_BLOCKS)
