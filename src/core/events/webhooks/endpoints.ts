import { type Actor, command, query } from '../../capability.ts'
import type { Ctx } from '../../ctx.ts'
import { notFound, Refusal } from '../../refusal.ts'
import { type Static, t } from '../../t.ts'
import { createOutbound, OutboundRefused } from '../outbound/outbound.ts'
import { MAY_READ } from './deliver.ts'
import { newSecret, secretText } from './signature.ts'

export const MAY_MANAGE = 'webhooks.manage'
export const CHANGED = 'webhook.changed'
const DEFAULT_OVERLAP_HOURS = 24

const Endpoint = t.object({
  id: t.id('webhook_endpoint'),
  url: t.text({ max: 2000 }),
  description: t.text(),
  eventTypes: t.list(t.code(), { max: 200 }),
  enabled: t.bool(),
  disabledReason: t.nullable(t.text()),
  failures: t.int(),
  waiting: t.int(),
  parked: t.int(),
  createdAt: t.moment(),
})
export const byId = t.object({ id: t.id('webhook_endpoint') })
export const admitsId = { id: 'webhook_endpoint' } as const

/**
 * An endpoint hears no more than its maker did; who is limited to some sites sees only endpoints within them. Written out
 * in each statement: a transaction sends what is written at once, so a piece of a statement cannot be passed about.
 */
export interface StoredEndpoint {
  readonly id: string
  readonly eventTypes: string[]
  readonly permissions: string[]
  readonly sites: string[] | null
  readonly parties: string[] | null
}
/** The row, locked; the same `not_found` for one that is not there and one that is not yours. */
export const lockEndpoint = async (ctx: Ctx, actor: Actor, id: string): Promise<StoredEndpoint> => {
  const [row] = await ctx.sql<StoredEndpoint[]>`
    select e.id, e.event_types, e.permissions, e.sites, e.parties
      from webhook_endpoint e
     where e.company_id = ${ctx.company} and e.id = ${id} and (${actor.sites as string[] | null}::uuid[] is null or e.sites <@ ${actor.sites as string[] | null}::uuid[])
       and (${actor.parties as string[] | null}::uuid[] is null or e.parties <@ ${actor.parties as string[] | null}::uuid[])
       for update`
  if (!row) throw notFound('webhook')
  return row
}

export const list = query({
  title: 'List webhooks',
  route: 'GET /webhooks',
  permission: MAY_READ,
  input: t.object({}),
  output: t.object({ rows: t.list(Endpoint, { max: 500 }) }),
  run: async (_input, ctx, actor) => ({
    rows: await ctx.sql<Static<typeof Endpoint>[]>`
      select e.id, e.url, e.description, e.event_types, e.enabled, e.disabled_reason, e.failures::int8 as failures, e.created_at,
             (select count(*) from webhook_delivery d where d.company_id = e.company_id and d.endpoint_id = e.id and d.state = 'waiting') as waiting,
             (select count(*) from webhook_delivery d where d.company_id = e.company_id and d.endpoint_id = e.id and d.state = 'parked') as parked
        from webhook_endpoint e
       where e.company_id = ${ctx.company} and (${actor.sites as string[] | null}::uuid[] is null or e.sites <@ ${actor.sites as string[] | null}::uuid[])
         and (${actor.parties as string[] | null}::uuid[] is null or e.parties <@ ${actor.parties as string[] | null}::uuid[])
       order by e.id
       limit 500`,
  }),
})

const outbound = createOutbound()
const checkUrl = (url: string): void => {
  try {
    outbound.checkUrl(url)
  } catch (error) {
    if (!(error instanceof OutboundRefused)) throw error
    throw new Refusal('invalid_input', error.message, 422, [{ path: 'url', message: error.message }])
  }
}

export const save = command({
  title: 'Save a webhook',
  route: 'POST /webhooks',
  permission: MAY_MANAGE,
  admits: admitsId,
  emits: [CHANGED],
  input: t.object({
    id: t.optional(t.id('webhook_endpoint')),
    url: t.text({ min: 1, max: 2000 }),
    description: t.optional(t.text()),
    eventTypes: t.list(t.code(), { min: 1, max: 200 }),
    enabled: t.optional(t.bool()),
  }),
  output: byId,
  run: async (input, ctx, call) => {
    checkUrl(input.url)
    if (input.id) await lockEndpoint(ctx, call.actor, input.id)
    const id = input.id ?? ctx.id()
    const { permissions, sites, parties, id: by } = call.actor
    const enabled = input.enabled ?? true
    await ctx.sql`
      insert into webhook_endpoint (company_id, id, url, description, event_types, permissions, sites, parties, secret, enabled, failures, created_at, created_by)
      values (${ctx.company}, ${id}, ${input.url}, ${input.description ?? ''}, ${input.eventTypes}::text[], ${[...permissions]}::text[],
              ${sites as string[] | null}::uuid[], ${parties as string[] | null}::uuid[], ${newSecret()}, ${enabled}, 0, ${ctx.now}, ${by})
      on conflict (company_id, id) do update
         set url = excluded.url, description = excluded.description, event_types = excluded.event_types, permissions = excluded.permissions,
             sites = excluded.sites, parties = excluded.parties, enabled = excluded.enabled, failures = 0,
             disabled_reason = case when excluded.enabled then null else 'Switched off.' end`
    ctx.emit(call, CHANGED, { id })
    return { id }
  },
})

export const remove = command({
  title: 'Remove a webhook',
  route: 'DELETE /webhooks/:id',
  permission: MAY_MANAGE,
  admits: admitsId,
  emits: [CHANGED],
  input: byId,
  output: byId,
  run: async ({ id }, ctx, call) => {
    await lockEndpoint(ctx, call.actor, id)
    await ctx.sql`delete from webhook_endpoint where company_id = ${ctx.company} and id = ${id}`
    ctx.emit(call, CHANGED, { id })
    return { id }
  },
})

/** Told by a query, so that no stored answer of a command keeps it. */
export const secret = query({
  title: 'Show the secret that signs a webhook',
  route: 'GET /webhooks/:id/secret',
  permission: MAY_MANAGE,
  admits: admitsId,
  input: byId,
  output: t.object({ secret: t.secret(), oldSecret: t.nullable(t.secret()), oldUntil: t.nullable(t.moment()) }),
  run: async ({ id }, ctx, actor) => {
    const [row] = await ctx.sql<{ secret: Uint8Array; old: Uint8Array | null; until: string | null }[]>`
      select e.secret, e.old_secret as old, e.old_secret_until as until
        from webhook_endpoint e
       where e.company_id = ${ctx.company} and e.id = ${id} and (${actor.sites as string[] | null}::uuid[] is null or e.sites <@ ${actor.sites as string[] | null}::uuid[])
         and (${actor.parties as string[] | null}::uuid[] is null or e.parties <@ ${actor.parties as string[] | null}::uuid[])`
    if (!row) throw notFound('webhook')
    const old = row.old && row.until && new Date(row.until) > ctx.now ? row.old : null
    return {
      secret: secretText(Buffer.from(row.secret)),
      oldSecret: old && secretText(Buffer.from(old)),
      oldUntil: old && row.until,
    }
  },
})

export const rotateSecret = command({
  title: 'Change the secret of a webhook',
  route: 'POST /webhooks/:id/rotate',
  permission: MAY_MANAGE,
  admits: admitsId,
  emits: [CHANGED],
  input: t.object({
    id: t.id('webhook_endpoint'),
    overlapHours: t.optional(t.int({ min: 0, max: 720, title: 'Hours in which both secrets sign' })),
  }),
  output: t.object({ id: t.id('webhook_endpoint'), oldUntil: t.moment() }),
  run: async ({ id, overlapHours = DEFAULT_OVERLAP_HOURS }, ctx, call) => {
    await lockEndpoint(ctx, call.actor, id)
    const until = new Date(ctx.now.getTime() + overlapHours * 3_600_000)
    await ctx.sql`
      update webhook_endpoint
         set old_secret = secret, old_secret_until = ${until}, secret = ${newSecret()}
       where company_id = ${ctx.company} and id = ${id}`
    ctx.emit(call, CHANGED, { id })
    return { id, oldUntil: until.toISOString() }
  },
})
