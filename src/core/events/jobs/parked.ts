import type { Logger } from 'pino'
import { command, query } from '../../capability.ts'
import type { Clock } from '../../clock.ts'
import type { Pool, Sql } from '../../database/pool.ts'
import { uuidv7 } from '../../ids.ts'
import { notFound, Refusal } from '../../refusal.ts'
import { type Static, t } from '../../t.ts'
import type { PositionedEvent } from '../event.ts'
import { ownerTransaction, tell } from '../owner.ts'
import type { Job } from './jobs.ts'

/** What will not go by itself is put aside with its cause, told, and waits for a person; everything else goes on. */
export const PARKED = 'job.parked'
export const REPLAYED = 'job.replayed'
export const MAY_OPERATE = 'events.operate'

export const park = (pool: Pool, clock: Clock, job: Job, error: unknown, tries: number): Promise<unknown> =>
  ownerTransaction(pool, 10_000, (sql) => parkIn(sql, clock.now(), job, causeOf(error), tries))

const causeOf = (error: unknown): { code: string; cause: string } => ({
  code: error instanceof Refusal ? error.code : 'failed',
  cause: (error instanceof Refusal ? error.detail : error instanceof Error ? error.message : String(error)).slice(
    0,
    500,
  ),
})

/** Twice is once: a worker killed after parking and before saying so parks again. */
const parkIn = async (
  sql: Sql,
  now: Date,
  job: Job,
  { code, cause }: { code: string; cause: string },
  tries: number,
): Promise<void> => {
  const [row] = await sql<{ id: string }[]>`
    insert into parked_job (company_id, id, job, capability, owner, ref_id, input, code, cause, tries, replays, state, parked_at)
    values (${job.company}, ${uuidv7(now.getTime())}, ${job.job}, ${job.capability}, ${job.capability.split('.')[0]!}, ${job.ref},
            ${JSON.stringify(job.input ?? {})}::text::jsonb, ${code}, ${cause}, ${tries}, 0, 'parked', ${now})
    on conflict (company_id, job) do update
       set state = 'parked', code = excluded.code, cause = excluded.cause, tries = excluded.tries, parked_at = excluded.parked_at
     where parked_job.state = 'replayed'
    returning id`
  if (!row) return
  await tell(sql, {
    company: job.company,
    auditId: uuidv7(now.getTime()),
    eventId: uuidv7(now.getTime()),
    now,
    type: PARKED,
    kind: 'parked_job',
    refId: row.id,
    permission: MAY_OPERATE,
    capability: 'events.park',
    input: { job: job.job, code },
  })
}

/** A job that killed its worker at every try (memory) never came back to say so: found by its count of tries. */
export const parkExhausted = (pool: Pool, clock: Clock, log: Logger): Promise<number> =>
  ownerTransaction(pool, 10_000, async (sql) => {
    const dead = await sql<{ payload: Job; attempts: number; cause: string | null }[]>`
      delete from graphile_worker._private_jobs
       where id in (select id from graphile_worker._private_jobs
                     where attempts >= max_attempts and locked_at is null
                     order by id limit 100 for update skip locked)
      returning payload, attempts::int4, last_error as cause`
    for (const { payload, attempts, cause } of dead) {
      await parkIn(
        sql,
        clock.now(),
        payload,
        { code: 'failed', cause: cause ?? 'The worker died at every try.' },
        attempts,
      )
      log.warn({ job: payload.job, company: payload.company }, 'job parked: its workers died')
    }
    return dead.length
  })

/**
 * Jobs for what `events.replayParked` told. After a refusal the key is a new one, as the old one answers no for ever and
 * wrote nothing; after a failure it is the old one, as the call may have been done and only its end was lost.
 */
export const replayedJobs = async (sql: Sql, events: readonly PositionedEvent[]): Promise<Job[]> => {
  if (events.length === 0) return []
  return sql<Job[]>`
    select parked.company_id as company, parked.capability, parked.ref_id as ref, parked.job, parked.input,
           case when parked.code = 'failed' then parked.job else parked.job || ':r' || parked.replays end as key
      from unnest(${events.map((e) => e.company)}::uuid[], ${events.map((e) => e.refId)}::uuid[]) as told (company_id, id)
      join parked_job parked using (company_id, id)
     where parked.state = 'replayed'`
}

const ParkedJob = t.object({
  id: t.id('parked_job'),
  job: t.text({ max: 300 }),
  capability: t.text(),
  owner: t.text(),
  refId: t.nullable(t.text()),
  code: t.text(),
  cause: t.text({ max: 500 }),
  tries: t.int(),
  replays: t.int(),
  parkedAt: t.moment(),
})

export const listParked = query({
  title: 'List jobs that wait for a person',
  route: 'GET /events/parked',
  permission: MAY_OPERATE,
  input: t.object({
    owner: t.optional(t.code({ title: 'Module whose jobs they are' })),
    after: t.optional(t.id('parked_job')),
    limit: t.optional(t.int({ min: 1, max: 500 })),
  }),
  output: t.object({ rows: t.list(ParkedJob, { max: 500 }), total: t.int() }),
  run: async ({ owner, after, limit }, { sql, company }) => {
    const rows = await sql<Static<typeof ParkedJob>[]>`
      select id, job, capability, owner, ref_id, code, cause, tries, replays, parked_at
        from parked_job
       where company_id = ${company}
         and state = 'parked'
         and (${owner ?? null}::text is null or owner = ${owner ?? null})
         and (${after ?? null}::uuid is null or id > ${after ?? null})
       order by id
       limit ${limit ?? 100}`
    const [count] = await sql<{ total: number }[]>`
      select count(*) as total
        from parked_job
       where company_id = ${company} and state = 'parked' and (${owner ?? null}::text is null or owner = ${owner ?? null})`
    return { rows, total: count!.total }
  },
})

export const replayParked = command({
  title: 'Try parked jobs again',
  route: 'POST /events/parked/replay',
  permission: MAY_OPERATE,
  admits: { ids: 'parked_job' },
  emits: [REPLAYED],
  input: t.object({ ids: t.list(t.id('parked_job'), { min: 1, max: 500 }) }),
  output: t.object({ replayed: t.int() }),
  run: async ({ ids }, ctx, call) => {
    const rows = await ctx.sql<{ id: string }[]>`
      update parked_job
         set state = 'replayed', replays = replays + 1
       where company_id = ${ctx.company} and id = any (${ids}::uuid[]) and state = 'parked'
      returning id`
    if (rows.length === 0) throw notFound('parked job')
    for (const row of rows) ctx.emit(call, REPLAYED, row)
    return { replayed: rows.length }
  },
})
