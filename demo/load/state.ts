/** How far the demo is, kept with its company: a load that was broken off is found again and goes on. */
import type { Pool } from '../../src/core/database/pool.ts'
import type { Size } from './plan.ts'

export type DemoState = {
  size: Size
  today: string
  /** days replayed */
  days: number
  done: boolean
  /** logins have the known password; only so may they be told again */
  knownPasswords: boolean
}

/** @returns the demo company and its state; `others` when there are companies that are not ours to fill */
export async function findDemo(
  owner: Pool,
): Promise<{ demo: { company: string; state: DemoState } | null; others: boolean }> {
  const rows = await owner.plain(
    10_000,
    (sql) => sql<{ company: string; state: DemoState | null }[]>`
    select company_id as company, settings -> 'demo' as state
      from company
     order by created_at`,
  )
  const mine = rows.find((row) => row.state !== null)
  return {
    demo: mine ? { company: mine.company, state: mine.state! } : null,
    others: rows.some((row) => row.state === null),
  }
}

/** While `done` is false the company is being replayed: its events are told, but start no jobs (core/events/relay.ts). */
export async function saveState(owner: Pool, company: string, state: DemoState): Promise<void> {
  await owner.plain(
    10_000,
    (sql) => sql`
    update company
       set settings = (settings - 'replaying') || ${JSON.stringify({ demo: state, ...(state.done ? {} : { replaying: true }) })}::text::jsonb
     where company_id = ${company}`,
  )
}
