import type { ConnectionOptions } from '../../src/core/database/pool.ts'
import type { Wholesaler } from '../kit/wholesaler.ts'
import type { Gate, Tally } from './heat.ts'
import type { Goods } from './recountGoods.ts'

export interface Sum extends Tally {
  oversold: number
  lost: number
  unpromised: number
  lots: number
  serials: number
  /** Sessions that were seen to wait for the lock that was held over them. */
  waited: number
}

/** What a heat runs on: so many rounds, callers behind a gate, and the count when a round is over. */
export interface Field {
  readonly rounds: number
  readonly world: Wholesaler
  readonly gate: Gate
  readonly sum: Sum
  readonly superuser: ConnectionOptions
  readonly settle: (goods: Goods) => Promise<void>
}
