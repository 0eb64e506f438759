import { command, type Invariant, query } from '../../capability.ts'
import { elapsed } from '../../clock.ts'
import { page, t } from '../../t.ts'

/** A day is sealed this long after its end: what was begun before it has been committed or broken off by then. */
const SETTLE_MS = 1_800_000
/** Work of one call; the days that are left are sealed by the next. */
const ENOUGH_MS = 8_000
const DAY_MS = 86_400_000

/**
 * Seals the days of the audit log that have ended, oldest first, each over its rows and the seal before it (a hash chain).
 * The app can only add seals, never change one; `entrepot check` computes all of them again.
 */
export const sealAudit = command({
  title: 'Seal the audit log',
  route: 'POST /people/audit/seals',
  permission: 'audit.seal',
  input: t.object({}),
  output: t.object({ sealed: t.int(), through: t.nullable(t.date()) }),
  deadlineMs: 120_000,
  async run(_, ctx, call) {
    const { sql, company, now } = ctx
    // Two that seal at once: the second waits here and finds the days done.
    const [firm] = await sql<{ replaying: boolean }[]>`
      select settings ? 'replaying' as replaying
        from company
       where company_id = ${company}
         for no key update`
    // The demo's days are played one after the other, each recorded on its own day: none is over before the last is.
    if (firm!.replaying) return { sealed: 0, through: null }
    const [last] = await sql<{ day: string; seal: string }[]>`
      select day, encode(seal, 'hex') as seal from audit_seal where company_id = ${company} order by day desc limit 1`
    const [first] = last
      ? []
      : await sql<{ day: string }[]>`
          select (recorded_at at time zone 'UTC')::date as day from audit_event where company_id = ${company} order by id limit 1`
    const from = last ? Date.parse(last.day) + DAY_MS : first ? Date.parse(first.day) : null
    const until = elapsed() + ENOUGH_MS
    let through = last?.day ?? null
    let before = last?.seal ?? null
    let sealed = 0
    for (let at = from; at !== null && at + DAY_MS + SETTLE_MS <= now.getTime() && elapsed() < until; at += DAY_MS) {
      const day = new Date(at).toISOString().slice(0, 10)
      const id = ctx.id()
      const [row] = await sql<{ seal: string }[]>`
        insert into audit_seal (company_id, id, day, rows, seal, recorded_at)
        select ${company}, ${id}, ${day}, made.rows, made.seal, ${now}
          from audit_seal_of(${company}, ${day}::date, decode(${before}::text, 'hex')) made
        returning encode(seal, 'hex') as seal`
      before = row!.seal
      through = day
      sealed += 1
      ctx.emit(call, 'audit.sealed', { id })
    }
    return { sealed, through }
  },
})

/** The newest first, to be kept where the server’s administrators cannot write: who has one can tell that the log before it stands. */
export const auditSeals = query({
  title: 'Seals of the audit log',
  route: 'GET /people/audit/seals',
  permission: 'audit.read',
  input: t.object({ before: t.optional(t.date()), limit: t.optional(t.int({ min: 1, max: 500 })) }),
  output: page(t.object({ id: t.id('audit_seal'), day: t.date(), rows: t.int(), seal: t.text() })),
  async run({ before = null, limit = 100 }, { sql, company }) {
    const rows = await sql<{ id: string; day: string; rows: number; seal: string }[]>`
      select id, day, rows, encode(seal, 'hex') as seal
        from audit_seal
       where company_id = ${company} and (${before}::date is null or day < ${before})
       order by day desc
       limit ${limit + 1}`
    const shown = rows.slice(0, limit)
    return { rows: shown, next: rows.length > limit ? shown.at(-1)!.day : null, total: shown.length }
  },
})

export const sealed: Invariant = {
  name: 'people.audit_sealed',
  promise: 'No row of a sealed day of the audit log was changed, taken out or added since, and no day lacks its seal.',
  differing: `
    select seals.company_id, seals.day, seals.rows, now.rows as rows_now
      from (select seal.*, lag(seal) over days as before, lag(day) over days as day_before
              from audit_seal seal
            window days as (partition by company_id order by day)) seals
     cross join lateral audit_seal_of(seals.company_id, seals.day, seals.before) now
     where now.seal <> seals.seal or seals.day_before <> seals.day - 1`,
  examined: 'select coalesce(sum(rows), 0)::int8 as count from audit_seal',
}
