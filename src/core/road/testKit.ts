/**
 * A small module over kernel tables, for the tests of the road: a site's till holds units (`number_series.next` − 1, with
 * its CHECK), a slip takes some out once (`note`). A poisoned slip skips the decision and runs into the CHECK.
 */
import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { testDatabase } from '../../../test/harness.ts'
import { type Actor, batchCommand, type Call, command, done, module, query, refuse } from '../capability.ts'
import { systemClock } from '../clock.ts'
import type { Ctx } from '../ctx.ts'
import { createPool, wholeCompany } from '../database/pool.ts'
import { uuidv7 } from '../ids.ts'
import { createKernel, type KernelOptions } from '../kernel.ts'
import { createCompany } from '../people/company.ts'
import { Refusal } from '../refusal.ts'
import { t } from '../t.ts'

export const newId = () => uuidv7(systemClock.now().getTime())
export const quiet = pino({ level: process.env.TEST_LOG ?? 'silent' })

const Withdrawal = t.object({
  siteId: t.id('site'),
  slipId: t.id('slip'),
  qty: t.qty({ min: 1 }),
  tag: t.int(),
  poison: t.optional(t.bool()),
})
type Withdrawal = { siteId: string; slipId: string; qty: number; tag: number; poison?: boolean }

/** What a test sees of the inside: the order in which calls ran, how many ran together, and a gate that holds a batch. */
export const seen = { tags: [] as number[], batches: [] as number[], gates: new Map<number, Promise<void>>() }

const tillKind = (siteId: string) => `till:${siteId}`

const withdrawAll = async (calls: readonly Call<Withdrawal>[], ctx: Ctx) => {
  const { sql, company } = ctx
  seen.batches.push(calls.length)
  for (const { input } of calls) {
    seen.tags.push(input.tag)
    await seen.gates.get(input.tag)
  }
  const kinds = [...new Set(calls.map((c) => tillKind(c.input.siteId)))].sort()
  const tills = await sql<{ id: string; kind: string; next: number }[]>`
    select id, kind, next
      from number_series
     where company_id = ${company} and kind = any (${kinds})
     order by id
       for update`
  const used = await sql<{ refId: string }[]>`
    select ref_id
      from note
     where company_id = ${company} and ref_id = any (${calls.map((c) => c.input.slipId)}::uuid[])`
  const left = new Map(tills.map((till) => [till.kind, till.next - 1]))
  const slips = new Set(used.map((row) => row.refId))
  const decided = calls.map((call) => {
    const { siteId, slipId, qty, poison } = call.input
    const units = left.get(tillKind(siteId))!
    if (slips.has(slipId))
      return refuse<{ left: number; by: string }>(call, new Refusal('slip_used', 'This slip was used.'))
    if (qty > units && !poison)
      return refuse<{ left: number; by: string }>(call, new Refusal('too_little', `There are ${units} units left.`))
    left.set(tillKind(siteId), units - qty)
    slips.add(slipId)
    return done(call, { left: units - qty, by: call.actor.name })
  })
  const taken = decided.flatMap((outcome) => ('done' in outcome ? [calls.find((c) => c.no === outcome.call)!] : []))
  await sql`
    update number_series till
       set next = next - taken.qty
      from (select kind, sum(qty)::int8 as qty
              from unnest(${taken.map((c) => tillKind(c.input.siteId))}::text[], ${taken.map((c) => c.input.qty)}::int8[]) as each (kind, qty)
             group by kind) taken
     where till.company_id = ${company} and till.kind = taken.kind`
  await sql`
    insert into note (company_id, id, kind, ref_id, body, author_id, author_name, recorded_at)
    select ${company}, each.id, 'slip', each.slip, each.body, each.author, each.name, ${ctx.now}
      from unnest(${taken.map(() => ctx.id())}::uuid[], ${taken.map((c) => c.input.slipId)}::uuid[],
                  ${taken.map((c) => String(c.input.qty))}::text[], ${taken.map((c) => c.actor.id)}::uuid[],
                  ${taken.map((c) => c.actor.name)}::text[]) as each (id, slip, body, author, name)`
  for (const call of taken) ctx.emit(call, 'till.withdrawn', { id: call.input.slipId, siteId: call.input.siteId })
  return decided
}

export const till = module({
  name: 'till',
  events: { 'till.withdrawn': { kind: 'slip', permission: 'till.read', version: 1 } },
  capabilities: {
    withdraw: batchCommand({
      title: 'Take units out of a till',
      route: 'POST /till/withdrawals',
      permission: 'till.withdraw',
      admits: { siteId: 'site' },
      input: Withdrawal,
      output: t.object({ left: t.qty(), by: t.text() }),
      emits: ['till.withdrawn'],
      guard: ({ slipId }) => [slipId],
      run: withdrawAll,
    }),
    /** One at a time: writes first, then may refuse. */
    note: command({
      title: 'Leave a note',
      route: 'POST /till/notes',
      permission: 'till.note',
      input: t.object({
        refId: t.id('slip'),
        body: t.text({ max: 100 }),
        how: t.oneOf(['done', 'refuse', 'throw', 'number', 'silent']),
        secret: t.optional(t.secret()),
      }),
      output: t.object({
        id: t.id('note'),
        cost: t.needs('till.cost', t.amount()),
        number: t.nullable(t.text()),
        code: t.secret(),
      }),
      emits: ['till.withdrawn'],
      run: async ({ refId, body, how }, ctx, call) => {
        const id = ctx.id()
        await ctx.sql`
          insert into note (company_id, id, kind, ref_id, body, author_id, author_name, recorded_at)
          values (${ctx.company}, ${id}, 'slip', ${refId}, ${body}, ${call.actor.id}, ${call.actor.name}, ${ctx.now})`
        if (how !== 'silent') ctx.emit(call, 'till.withdrawn', { id: refId })
        if (how === 'refuse') throw new Refusal('not_today', 'Not today.')
        if (how === 'throw') throw new Error('a bug')
        let number: string | null = null
        if (how === 'number') {
          const [entity] = await ctx.sql<{ id: string }[]>`select id from entity where company_id = ${ctx.company}`
          number = (await ctx.numbers(entity!.id, 'order', 1))[0]!
        }
        return { id, cost: 1234, number, code: 'told-once' }
      },
    }),
    notes: query({
      title: 'Notes of a slip',
      route: 'GET /till/notes',
      permission: 'till.read',
      input: t.object({ refId: t.id('slip') }),
      output: t.object({ rows: t.list(t.object({ body: t.text(), cost: t.needs('till.cost', t.amount()) })) }),
      run: async ({ refId }, { sql, company }) => {
        const rows = await sql<{ body: string }[]>`
          select body from note where company_id = ${company} and ref_id = ${refId} order by id`
        return { rows: rows.map(({ body }) => ({ body, cost: 1234 })) }
      },
    }),
    slow: query({
      title: 'A query that takes its time',
      route: 'GET /till/slow',
      permission: 'till.read',
      input: t.object({ seconds: t.int({ min: 0, max: 100 }) }),
      output: t.object({ ok: t.bool() }),
      run: async ({ seconds }, { sql }) => {
        await sql`select pg_sleep(${seconds})::text as slept`
        return { ok: true }
      },
    }),
  },
})

export const actorIn = (company: string, more: Partial<Actor> = {}): Actor => ({
  kind: 'user',
  id: newId(),
  name: 'Ann',
  company,
  permissions: new Set(['till.*']),
  sites: null,
  parties: null,
  ...more,
})

/** One node over the test database, with its own company of `sites` tills of `units` each. */
export const openTill = async (options: Partial<KernelOptions> = {}) => {
  const database = await testDatabase()
  const kernel = createKernel({
    app: database.app,
    modules: [till],
    clock: systemClock,
    log: quiet,
    poolSize: 4,
    checkOutputs: true,
    ...options,
  })
  const owner = createPool(database.owner, 'entrepot_owner', 2, 'test owner')
  return {
    ...kernel,
    database,
    owner,
    company: async (sites: number, units: number) => {
      const company = newId()
      const siteIds = Array.from({ length: sites }, newId)
      await kernel.pool.transaction(wholeCompany(company), 10_000, async (sql) => {
        const { entity } = await createCompany(
          sql,
          company,
          { now: systemClock.now(), id: newId },
          {
            name: 'Till Ltd',
            currency: 'GBP',
            country: 'GB',
            zone: 'Europe/London',
            owner: { name: 'Olive', email: `${randomUUID()}@till.example`, passwordHash: null },
          },
        )
        for (const [n, id] of siteIds.entries()) {
          await sql`
            insert into site (company_id, id, entity_id, code, name, kind, zone, country, cutoff_minutes, work_days, dock_to_stock_days)
            values (${company}, ${id}, ${entity}, ${`S${n}`}, ${`Site ${n}`}, 'dc', 'Europe/London', 'GB', 960, '{1,2,3,4,5}', 0)`
          await sql`
            insert into number_series (company_id, id, entity_id, kind, prefix, next, gapless)
            values (${company}, ${newId()}, ${entity}, ${tillKind(id)}, '', ${units + 1}, true)`
        }
      })
      return { company, sites: siteIds }
    },
    /** Everything a company's road wrote, by what it means: sites and slips as their places in the given lists. */
    state: (company: string, names: ReadonlyMap<string, string>) =>
      owner.plain(20_000, async (sql) => {
        const readable = (value: unknown) =>
          JSON.parse(JSON.stringify(value).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, (id) => names.get(id) ?? id))
        const rows = (found: readonly unknown[]) => found.map((row) => JSON.stringify(readable(row))).sort()
        return {
          tills: rows(
            await sql`select kind, next from number_series where company_id = ${company} and kind like 'till:%'`,
          ),
          notes: rows(await sql`select ref_id, body, author_name from note where company_id = ${company}`),
          answers: rows(
            await sql`select key, status, body from answer where company_id = ${company} and key not like 'gate%'`,
          ),
          audit: rows(
            await sql`select actor_name, capability, key, input, outcome from audit_event where company_id = ${company}`,
          ),
          outbox: rows(
            await sql`
            select o.type, o.kind, o.ref_id, o.site_id, o.capability, a.actor_name, a.key
              from outbox o
              join audit_event a on a.company_id = o.company_id and a.id = o.audit_id
             where o.company_id = ${company}`,
          ),
        }
      }),
    close: async () => {
      await Promise.all([kernel.close(), owner.close()])
    },
  }
}
export type Till = Awaited<ReturnType<typeof openTill>>
