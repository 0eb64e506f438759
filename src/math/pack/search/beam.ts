/**
 * Beam search over blocks (BSG: Araya & Riff 2014): each state is judged by what a greedy filling makes of it. The width grows for as
 * long as the budget lasts, so that any budget is used.
 */
import { seededRandom } from '../../numerics/random.ts'
import { branches, step, type Taste } from './choose.ts'
import { copyState, type State, startState, type Table } from './state.ts'

export interface Budget {
  /** One more greedy filling is due; false ends the search. */
  readonly more: () => boolean
  /** Asked at every block. */
  readonly ended: () => boolean
}

const TASTES: readonly Taste[] = [
  { loss: 4, touch: 1, boxes: 0.04 },
  { loss: 2, touch: 0.5, boxes: 0.1 },
  { loss: 8, touch: 1, boxes: 0.02 },
  { loss: 1, touch: 2, boxes: 0.2 },
]

/** Everything is in: nothing is left to win. */
const complete = (state: State): boolean => state.left.every((n) => n === 0)

export const search = (table: Table, seed: number, budget: Budget): State => {
  let best = startState(table)
  const random = seededRandom(seed)
  const take = (state: State): void => {
    if (state.volume > best.volume) best = state
  }
  const fill = (state: State, taste: Taste): State => {
    while (step(table, state, taste, budget.ended));
    take(state)
    return state
  }
  let [bestTaste, most] = [TASTES[0]!, -1]
  for (const taste of TASTES) {
    if (!budget.more() || complete(best)) return best
    const { volume } = fill(startState(table), taste)
    if (volume > most) [bestTaste, most] = [taste, volume]
  }
  const level = (states: readonly State[], taste: Taste, width: number): State[] => {
    const next: { state: State; volume: number }[] = []
    const seen = new Set<number>()
    for (const state of states)
      for (const child of branches(table, state, taste, width, budget.ended)) {
        if (!budget.more() || complete(best)) return []
        const { volume } = fill(copyState(child), taste)
        if (seen.has(volume)) continue
        seen.add(volume)
        next.push({ state: child, volume })
      }
    return next
      .sort((a, b) => b.volume - a.volume)
      .slice(0, width)
      .map(({ state }) => state)
  }
  for (let round = 0; !budget.ended(); round += 1) {
    const width = Math.ceil(2 ** (round / 2 + 0.5))
    // No taste is best everywhere: later rounds draw theirs.
    const draw = (low: number, high: number): number => low * (high / low) ** random.uniform()
    const taste = round === 0 ? bestTaste : { loss: draw(0.5, 10), touch: draw(0.1, 3), boxes: draw(0.01, 0.3) }
    let states = [startState(table)]
    while (states.length > 0) states = level(states, taste, width)
    if (complete(best) || !budget.more()) return best
  }
  return best
}
