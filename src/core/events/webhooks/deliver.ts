import type { Logger } from 'pino'
import type { Clock } from '../../clock.ts'
import type { Pool, Sql } from '../../database/pool.ts'
import { uuidv7 } from '../../ids.ts'
import { onTheWire } from '../event.ts'
import type { Outbound } from '../outbound/outbound.ts'
import { ownerTransaction, tell } from '../owner.ts'
import { signedHeaders } from './signature.ts'

export const PARKED = 'webhook.parked'
export const DISABLED = 'webhook.disabled'
export const MAY_READ = 'webhooks.read'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
/** Waits between tries; the last is repeated until three days after the first try have passed. */
export const WAITS_MS = [
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
] as const
export const GIVE_UP_MS = 73 * HOUR
const TIMEOUT_MS = 15 * SECOND
/** A node that dies while it sends leaves its deliveries to the others after this. */
const LEASE_MS = 60 * SECOND
const POLL_MS = 500
const AT_ONCE = 64
/** An endpoint in good health; one that failed last time gets one try at a time, so that it holds up nobody. */
const AT_ONCE_EACH = 4

export interface DeliverOptions {
  readonly pool: Pool
  readonly clock: Clock
  readonly log: Logger
  readonly outbound: Outbound
  readonly random: () => number
  readonly poke: () => void
  readonly timeoutMs?: number
  readonly pollMs?: number
  readonly waitsMs?: readonly number[]
  readonly giveUpMs?: number
}
interface Due {
  readonly company: string
  readonly endpoint: string
  readonly eventId: string
  readonly position: number
  readonly type: string
  readonly kind: string
  readonly refId: string
  readonly version: number
  readonly tries: number
  readonly firstAt: string
  readonly url: string
  readonly secret: Uint8Array
  readonly oldSecret: Uint8Array | null
}

/**
 * Sends what is due. Claiming moves `next_at` on by a lease, so that each node may do it and one that dies loses
 * nothing; the receiver may get a message twice and knows it by its id. Sixty-four at a time, four of one endpoint.
 */
export const startDeliveries = (options: DeliverOptions): { wake(): void; stop(): Promise<void> } => {
  const { pool, clock, log } = options
  const sending = new Map<string, number>()
  const flights = new Set<Promise<void>>()
  let stopped = false
  let claiming: Promise<void> | null = null
  let again = false

  const claim = async (): Promise<void> => {
    while (again && !stopped) {
      again = false
      const room = AT_ONCE - flights.size
      if (room <= 0) return
      const busy = [...sending]
      const due = await pool.plain(10_000, (sql) => claimDue(sql, clock.now(), busy, room))
      for (const delivery of due) {
        sending.set(delivery.endpoint, (sending.get(delivery.endpoint) ?? 0) + 1)
        const flight: Promise<void> = deliver(options, delivery)
          .catch((err: unknown) =>
            log.warn({ err, endpoint: delivery.endpoint }, 'webhooks: tried again after its lease'),
          )
          .finally(() => {
            flights.delete(flight)
            const left = (sending.get(delivery.endpoint) ?? 1) - 1
            if (left > 0) sending.set(delivery.endpoint, left)
            else sending.delete(delivery.endpoint)
            wake()
          })
        flights.add(flight)
      }
    }
  }
  const wake = (): void => {
    again = true
    if (claiming || stopped) return
    claiming = claim()
      .catch((err: unknown) => log.warn({ err }, 'webhooks: nothing could be claimed, tried again'))
      .finally(() => {
        claiming = null
      })
  }
  const timer = setInterval(wake, options.pollMs ?? POLL_MS)
  return {
    wake,
    stop: async () => {
      stopped = true
      clearInterval(timer)
      await claiming
      await Promise.all(flights)
    },
  }
}

/**
 * Due deliveries, some of each endpoint, oldest position first, and of each document only the oldest that waits: its
 * events arrive in order, while those of other documents pass. `tries` counts the try that now begins.
 */
const claimDue = (sql: Sql, now: Date, busy: readonly (readonly [string, number])[], room: number): Promise<Due[]> => {
  const lease = new Date(now.getTime() + LEASE_MS)
  return sql<Due[]>`
    with busy as (
      select * from unnest(${busy.map(([id]) => id)}::uuid[], ${busy.map(([, n]) => n)}::int[]) as b (endpoint_id, n)
    ), open as (
      select e.company_id, e.id, (case when e.failures > 0 then 1 else ${AT_ONCE_EACH}::int end) - coalesce(busy.n, 0) as room
        from webhook_endpoint e
        left join busy on busy.endpoint_id = e.id
       where e.enabled
    ), due as (
      select picked.*
        from open
        cross join lateral (
          select d.company_id, d.endpoint_id, d.event_id
            from webhook_delivery d
           where d.company_id = open.company_id
             and d.endpoint_id = open.id
             and d.state = 'waiting'
             and d.next_at <= ${now}
             and not exists (
                 select from webhook_delivery earlier
                  where earlier.company_id = d.company_id
                    and earlier.endpoint_id = d.endpoint_id
                    and earlier.ref_id = d.ref_id
                    and earlier.state = 'waiting'
                    and earlier.position < d.position)
           order by d.next_at, d.position
           limit greatest(open.room, 0)
             for update skip locked
        ) picked
       limit ${room}
    )
    update webhook_delivery d
       set next_at = ${lease}, tries = d.tries + 1
      from due
      join webhook_endpoint e on e.company_id = due.company_id and e.id = due.endpoint_id
     where d.company_id = due.company_id
       and d.endpoint_id = due.endpoint_id
       and d.event_id = due.event_id
    returning d.company_id as company, d.endpoint_id as endpoint, d.event_id, d.position, d.type, d.kind, d.ref_id, d.version,
              d.tries, d.first_at, e.url, e.secret,
              case when e.old_secret_until > ${now} then e.old_secret end as old_secret`
}

const deliver = async (options: DeliverOptions, due: Due): Promise<void> => {
  const { outbound, clock, timeoutMs = TIMEOUT_MS } = options
  const body = onTheWire(due)
  const secrets = [due.secret, ...(due.oldSecret ? [due.oldSecret] : [])].map((bytes) => Buffer.from(bytes))
  const headers = signedHeaders(secrets, due.eventId, Math.floor(clock.now().getTime() / SECOND), body)
  let status: number | null = null
  let cause: string | null = null
  try {
    const response = await outbound.send({ method: 'POST', url: due.url, headers, body, timeoutMs, maxBytes: 0 })
    status = response.status
    if (status < 200 || status > 299) cause = `answered ${status}`
  } catch (error) {
    cause = (error instanceof Error ? error.message : String(error)).slice(0, 300)
  }
  if (cause === null) await delivered(options, due, status)
  else if (status === 410) await disable(options, due)
  else await failed(options, due, status, cause)
}

const delivered = ({ pool, clock }: DeliverOptions, due: Due, status: number | null) =>
  pool.plain(
    10_000,
    (sql) => sql`
      with healthy as (
        update webhook_endpoint set failures = 0 where company_id = ${due.company} and id = ${due.endpoint} and failures > 0
      )
      update webhook_delivery
         set state = 'delivered', status = ${status}, cause = null, next_at = ${clock.now()}
       where company_id = ${due.company} and endpoint_id = ${due.endpoint} and event_id = ${due.eventId}`,
  )

const failed = async (options: DeliverOptions, due: Due, status: number | null, cause: string): Promise<void> => {
  const { pool, clock, random, waitsMs = WAITS_MS, giveUpMs = GIVE_UP_MS } = options
  const now = clock.now()
  const parked = now.getTime() - new Date(due.firstAt).getTime() >= giveUpMs
  const wait = waitsMs[Math.min(due.tries - 1, waitsMs.length - 1)]!
  // A fifth to either side: endpoints that went down together do not come back together.
  const next = new Date(now.getTime() + Math.round(wait * (0.8 + 0.4 * random())))
  await ownerTransaction(pool, 10_000, async (sql) => {
    await sql`
      update webhook_delivery
         set state = ${parked ? 'parked' : 'waiting'}, status = ${status}, cause = ${cause}, next_at = ${next}
       where company_id = ${due.company} and endpoint_id = ${due.endpoint} and event_id = ${due.eventId}`
    await sql`
      update webhook_endpoint set failures = failures + 1 where company_id = ${due.company} and id = ${due.endpoint}`
    if (parked) await tellOf(sql, now, PARKED, due, { position: due.position, cause })
  })
  if (parked) options.poke()
}

/** 410: the receiver says for good that it is gone. What still waits is parked, to be replayed if it comes back. */
const disable = async (options: DeliverOptions, due: Due): Promise<void> => {
  const now = options.clock.now()
  await ownerTransaction(options.pool, 10_000, async (sql) => {
    const [switched] = await sql<{ id: string }[]>`
      update webhook_endpoint
         set enabled = false, disabled_reason = 'The receiver answered 410 Gone.'
       where company_id = ${due.company} and id = ${due.endpoint} and enabled
      returning id`
    await sql`
      update webhook_delivery
         set state = 'parked', cause = 'answered 410', status = case when event_id = ${due.eventId} then 410 else status end
       where company_id = ${due.company} and endpoint_id = ${due.endpoint} and state = 'waiting'`
    if (switched) await tellOf(sql, now, DISABLED, due, { status: 410 })
  })
  options.poke()
}

const tellOf = (sql: Sql, now: Date, type: string, due: Due, input: object) =>
  tell(sql, {
    company: due.company,
    auditId: uuidv7(now.getTime()),
    eventId: uuidv7(now.getTime()),
    now,
    type,
    kind: 'webhook_endpoint',
    refId: due.endpoint,
    permission: MAY_READ,
    capability: 'webhooks.deliver',
    input: { endpoint: due.endpoint, ...input },
  })
