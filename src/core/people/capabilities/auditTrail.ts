import { query } from '../../capability.ts'
import { page, t } from '../../t.ts'

interface Row {
  id: string
  recordedAt: string
  actorKind: string
  actorId: string
  actorName: string
  device: string | null
  capability: string
  outcome: string
  input: Record<string, unknown>
}

/** Newest first; the id is its time, so the cursor is the last id seen. Rows can be read here, and changed nowhere. */
export const auditTrail = query({
  title: 'Who did what',
  route: 'GET /people/audit',
  permission: 'audit.read',
  input: t.object({
    actorId: t.optional(t.id('app_user')),
    capability: t.optional(t.text({ max: 80 })),
    outcome: t.optional(t.oneOf(['done', 'denied', 'key_reused', 'sign_in', 'sign_in_failed', 'sign_out'])),
    cursor: t.optional(t.id('audit_event')),
    limit: t.optional(t.int({ min: 1, max: 500 })),
  }),
  output: page(
    t.object({
      id: t.id('audit_event'),
      recordedAt: t.moment(),
      actorKind: t.text(),
      actorId: t.id('app_user'),
      actorName: t.text(),
      device: t.nullable(t.text()),
      capability: t.text(),
      outcome: t.text(),
      input: t.json(),
    }),
  ),
  async run({ actorId = null, capability = null, outcome = null, cursor = null, limit = 100 }, { sql, company }) {
    const rows = await sql<Row[]>`
      select id, recorded_at, actor_kind, actor_id, actor_name, device, capability, outcome, input
        from audit_event
       where company_id = ${company}
         and (${actorId}::uuid is null or actor_id = ${actorId})
         and (${capability}::text is null or capability = ${capability})
         and (${outcome}::text is null or outcome = ${outcome})
         and (${cursor}::uuid is null or id < ${cursor})
       order by id desc
       limit ${limit + 1}`
    const shown = rows.slice(0, limit)
    // Counting years of audit for a number nobody reads is not worth its time: the total is of this page.
    return { rows: shown, next: rows.length > limit ? shown.at(-1)!.id : null, total: shown.length }
  },
})
