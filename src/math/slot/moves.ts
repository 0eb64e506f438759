import type { Router } from '../pick/exact/router.ts'
import { proposer, trialOf } from './exchange.ts'
import { NEVER, type Search } from './families.ts'
import type { Slot } from './fit.ts'
import type { History } from './history.ts'
import type { Slotting } from './start.ts'

/** One relocation, or two items that change places. */
export interface Move {
  readonly item: number
  readonly from: number
  readonly to: number
  /** What lies there and comes back; null: the slot is empty. */
  readonly other: number | null
  /** Trips to carry it out: 1 into an empty slot, 2 for an exchange. */
  readonly moves: 1 | 2
  /** Weighted metres that the orders of the history would have saved, after the moves before it. */
  readonly saved_m: number
}

/**
 * The best relocations for a budget of moves, greedily by metres saved per move, each judged after those before it: what to do
 * first when there is time for so many. Savings of two moves overlap, so each is looked at anew before it is taken (lazy
 * greedy, Minoux 1978). @param search `tries`: so many exchanges are looked at.
 */
export const bestMoves = (
  router: Router,
  slots: readonly Slot[],
  history: History,
  start: Slotting,
  budget: number,
  { fits, uniform, tries, stop = NEVER }: Search,
): Move[] => {
  const trial = trialOf(router, slots, history, start, stop)
  const propose = proposer(slots, history, start.length, uniform)
  const seen = new Set<string>()
  const queue: { item: number; slot: number; perMove: number }[] = []
  const allowed = (item: number, slot: number): boolean => {
    const other = trial.itemAt[slot]!
    return other !== item && fits(item, slot) && (other < 0 || fits(other, trial.slotting[item]!))
  }
  const size = (slot: number): 1 | 2 => (trial.itemAt[slot]! < 0 ? 1 : 2)
  for (let n = 0; n < tries && !stop(); n += 1) {
    const tried = propose(trial)
    if (tried === null) break
    const { item, slot } = tried
    const key = `${item}/${slot}`
    if (seen.has(key) || !allowed(item, slot)) continue
    seen.add(key)
    const perMove = trial.saving(item, slot).saved_m / size(slot)
    if (perMove > 0) queue.push({ item, slot, perMove })
  }
  queue.sort((a, b) => b.perMove - a.perMove)
  const moves: Move[] = []
  let left = budget
  while (queue.length > 0 && left > 0 && !stop()) {
    const { item, slot } = queue.shift()!
    if (!allowed(item, slot) || size(slot) > left) continue
    const { saved_m } = trial.saving(item, slot)
    const perMove = saved_m / size(slot)
    if (perMove <= 1e-9) continue
    if (queue.length > 0 && perMove < queue[0]!.perMove) {
      // It saves less after the moves before it: back into the queue, by what it saves now.
      const at = queue.findIndex((one) => one.perMove <= perMove)
      queue.splice(at < 0 ? queue.length : at, 0, { item, slot, perMove })
      continue
    }
    const other = trial.itemAt[slot]!
    moves.push({
      item,
      from: trial.slotting[item]!,
      to: slot,
      other: other < 0 ? null : other,
      moves: size(slot),
      saved_m,
    })
    left -= size(slot)
    trial.exchange(item, slot)
  }
  return moves
}
