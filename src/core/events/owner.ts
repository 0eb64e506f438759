import type { Pool, Sql } from '../database/pool.ts'
import { NIL } from '../t.ts'

/**
 * One transaction as the owner, over all companies: what the relay, the workers and the cron do is no user's call and
 * stands beside the one road. `settings` are `set local` words of ours, sent with `begin` in one round trip.
 */
export const ownerTransaction = <R>(
  pool: Pool,
  deadlineMs: number,
  run: (sql: Sql) => Promise<R>,
  settings = '',
): Promise<R> =>
  pool.plain(deadlineMs, async (sql) => {
    const begun = sql.unsafe(`begin; ${settings}`)
    begun.catch(() => {})
    try {
      const running = run(sql)
      running.catch(() => {})
      await begun
      const result = await running
      await sql.unsafe('commit')
      return result
    } catch (error) {
      await sql.unsafe('rollback').catch(() => {})
      throw error
    }
  })

export interface Told {
  readonly company: string
  readonly auditId: string
  readonly eventId: string
  readonly now: Date
  readonly type: string
  readonly kind: string
  readonly refId: string
  readonly permission: string
  /** What did it, for the audit: `events.park`. */
  readonly capability: string
  readonly input: object
}

/** The kernel's own news (a job was parked, an endpoint switched off), audited and told like any command's. */
export const tell = (sql: Sql, told: Told) => sql`
  with audited as (
    insert into audit_event (company_id, id, recorded_at, actor_kind, actor_id, actor_name, capability, input, outcome)
    values (${told.company}, ${told.auditId}, ${told.now}, 'system', ${NIL}, 'kernel', ${told.capability}, ${JSON.stringify(told.input)}::text::jsonb, 'done')
  )
  insert into outbox (company_id, id, type, kind, ref_id, version, permission, capability, audit_id, recorded_at)
  values (${told.company}, ${told.eventId}, ${told.type}, ${told.kind}, ${told.refId}, 1, ${told.permission}, ${told.capability}, ${told.auditId}, ${told.now})`
