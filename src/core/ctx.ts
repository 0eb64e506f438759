import type { Logger } from 'pino'
import type { Sql } from './database/pool.ts'

/** The only handle on the world: database, time, ids, randomness, events. First argument of every function, always. */
export interface Ctx {
  readonly sql: Sql
  readonly company: string
  /** The moment of this transaction; the same for all it writes. */
  readonly now: Date
  id(): string
  random(): number
  /** `otherSiteId`: the second site of a row that two may see. */
  emit(
    call: { no: number },
    type: string,
    row: { id: string; siteId?: string | null; otherSiteId?: string | null; partyId?: string | null },
  ): void
  /** Human numbers (orders, tasks, waves …) of an entity's series, from this process's block; gaps allowed. */
  numbers(entityId: string, kind: string, count: number): Promise<string[]>
  readonly log: Logger
  /** Milliseconds left before the request's deadline destroys its connection. */
  left(): number
}
