import { command, query } from '../../capability.ts'
import { type Static, t } from '../../t.ts'
import { mayHear, type PositionedEvent } from '../event.ts'
import { MAY_READ } from './deliver.ts'
import { admitsId, byId, lockEndpoint, MAY_MANAGE } from './endpoints.ts'
import { insertDeliveries } from './enqueue.ts'

const REPLAY_MAX = 5_000
const KEPT_DAYS = 30

const Delivery = t.object({
  eventId: t.text(),
  position: t.int(),
  type: t.text(),
  kind: t.text(),
  refId: t.text(),
  state: t.oneOf(['waiting', 'delivered', 'parked']),
  tries: t.int(),
  firstAt: t.moment(),
  nextAt: t.moment(),
  status: t.nullable(t.int()),
  cause: t.nullable(t.text({ max: 300 })),
})

export const deliveries = query({
  title: 'List what was sent to a webhook',
  route: 'GET /webhooks/:id/deliveries',
  permission: MAY_READ,
  admits: admitsId,
  input: t.object({
    id: t.id('webhook_endpoint'),
    state: t.optional(t.oneOf(['waiting', 'delivered', 'parked'])),
    before: t.optional(t.int({ min: 0, title: 'Position: older ones only' })),
    limit: t.optional(t.int({ min: 1, max: 500 })),
  }),
  output: t.object({ rows: t.list(Delivery, { max: 500 }) }),
  run: async ({ id, state, before, limit }, ctx, actor) => ({
    rows: await ctx.sql<Static<typeof Delivery>[]>`
      select d.event_id, d.position, d.type, d.kind, d.ref_id, d.state, d.tries, d.first_at, d.next_at, d.status, d.cause
        from webhook_endpoint e
        join webhook_delivery d on d.company_id = e.company_id and d.endpoint_id = e.id
       where e.company_id = ${ctx.company}
         and e.id = ${id}
         and (${actor.sites as string[] | null}::uuid[] is null or e.sites <@ ${actor.sites as string[] | null}::uuid[])
         and (${actor.parties as string[] | null}::uuid[] is null or e.parties <@ ${actor.parties as string[] | null}::uuid[])
         and (${state ?? null}::text is null or d.state = ${state ?? null})
         and (${before ?? null}::int8 is null or d.position < ${before ?? null})
       order by d.position desc, d.event_id desc
       limit ${limit ?? 100}`,
  }),
})

export const replay = command({
  title: 'Send events to a webhook again',
  route: 'POST /webhooks/:id/replay',
  permission: MAY_MANAGE,
  admits: admitsId,
  input: t.object({
    id: t.id('webhook_endpoint'),
    from: t.int({ min: 1, title: 'First position' }),
    to: t.optional(t.int({ min: 1, title: 'Last position' })),
    parkedOnly: t.optional(t.bool()),
  }),
  output: t.object({
    queued: t.int(),
    next: t.nullable(t.int({ title: 'Where to go on: a call takes 5,000 positions' })),
  }),
  run: async ({ id, from, to, parkedOnly = false }, ctx, call) => {
    const endpoint = await lockEndpoint(ctx, call.actor, id)
    const last = Math.min(to ?? from + REPLAY_MAX - 1, from + REPLAY_MAX - 1)
    const events = await ctx.sql<PositionedEvent[]>`
      select o.company_id as company, o.id as event_id, o.position, o.type, o.kind, o.ref_id, o.version, o.permission, o.site_id, o.other_site_id, o.party_id
        from outbox o
       where o.company_id = ${ctx.company}
         and o.position between ${from} and ${last}
         and o.type = any (${endpoint.eventTypes}::text[])
         and (not ${parkedOnly} or exists (
             select from webhook_delivery d
              where d.company_id = o.company_id and d.endpoint_id = ${id} and d.event_id = o.id and d.state = 'parked'))
       order by o.position`
    const [end] = await ctx.sql<{ more: boolean }[]>`
      select exists (select from outbox where company_id = ${ctx.company} and position > ${last}) as more`
    const listener = { ...endpoint, permissions: new Set(endpoint.permissions) }
    const wanted = events.filter((event) => event.refId !== id && mayHear(listener, event))
    await insertDeliveries(
      ctx.sql,
      wanted.map((event) => ({ ...event, endpoint: id })),
      ctx.now,
    )
    return { queued: wanted.length, next: end!.more && (to === undefined || last < to) ? last + 1 : null }
  },
})

export const test = command({
  title: 'Send a test event to a webhook',
  route: 'POST /webhooks/:id/test',
  permission: MAY_MANAGE,
  admits: admitsId,
  input: byId,
  output: t.object({ eventId: t.text() }),
  run: async ({ id }, ctx, call) => {
    await lockEndpoint(ctx, call.actor, id)
    const eventId = ctx.id()
    const event = { company: ctx.company, endpoint: id, eventId, position: 0, type: 'webhook.test' }
    await insertDeliveries(ctx.sql, [{ ...event, kind: 'webhook_endpoint', refId: id, version: 1 }], ctx.now)
    return { eventId }
  },
})

export const prune = command({
  title: 'Forget deliveries older than a month',
  route: 'POST /webhooks/prune',
  permission: MAY_MANAGE,
  input: t.object({}),
  output: t.object({ removed: t.int() }),
  run: async (_input, ctx) => {
    const before = new Date(ctx.now.getTime() - KEPT_DAYS * 86_400_000)
    const rows = await ctx.sql`
      delete from webhook_delivery
       where company_id = ${ctx.company} and state = 'delivered' and next_at < ${before}`
    return { removed: rows.count }
  },
})
