import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { type Pool, wholeCompany } from '../database/pool.ts'
import { uuidv7 } from '../ids.ts'
import { NIL } from '../t.ts'

export type SecurityOutcome = 'denied' | 'sign_in' | 'sign_in_failed' | 'sign_out' | 'done'
export interface Person {
  readonly company: string
  readonly id: string
  readonly name: string
}
/** Tries on accounts that do not exist are kept under the nil company, so that they cost what tries on real ones cost. */
export const nobody: Person = { company: NIL, id: NIL, name: 'unknown' }

export type SecurityAudit = (
  person: Person,
  capability: string,
  outcome: SecurityOutcome,
  input: Record<string, string | boolean>,
) => Promise<void>

/** Security events in a transaction of their own: the refusal they tell of rolls nothing of them back. */
export const createSecurityAudit =
  (pool: Pool, clock: Clock, log: Logger | undefined): SecurityAudit =>
  async (person, capability, outcome, input) => {
    const now = clock.now()
    log?.info({ company: person.company, user: person.id, capability, outcome, ...input }, 'security')
    await pool.transaction(
      wholeCompany(person.company),
      5_000,
      (sql) => sql`
        insert into audit_event (company_id, id, recorded_at, actor_kind, actor_id, actor_name, device, capability, key, input, outcome)
        values (${person.company}, ${uuidv7(now.getTime())}, ${now}, 'user', ${person.id}, ${person.name}, null, ${capability}, null,
                ${JSON.stringify(input)}::text::jsonb, ${outcome})`,
    )
  }
