import type { Logger } from 'pino'
import type { Module } from '../capability.ts'
import { type Clock, elapsed } from '../clock.ts'
import type { Pool, Sql } from '../database/pool.ts'
import { stopPoint } from '../stopPoints.ts'
import type { PositionedEvent } from './event.ts'
import { addJobs, type Job, MAX_TRIES } from './jobs/jobs.ts'
import { REPLAYED, replayedJobs } from './jobs/parked.ts'
import { ownerTransaction } from './owner.ts'
import { enqueueDeliveries, openEndpoints } from './webhooks/enqueue.ts'

/** Any constant will do, as long as every version of the app takes the same one. */
const RELAY_LOCK = 4_800_11
const BATCH = 1_000
const POLL_MS = 250
/** Pokes within this time become one step: a step costs about 1 ms, and nobody sees whether a list is a tenth of a second old. */
const STEP_PAUSE_MS = 100
const STEP_DEADLINE_MS = 30_000

/** The planner has no statistics on a queue that is empty at most times: it must not meet a large outbox by a scan. */
const SETTINGS = `set local enable_hashjoin = off; set local enable_mergejoin = off; set local enable_seqscan = off; select pg_advisory_xact_lock(${RELAY_LOCK})`

export interface RelayOptions {
  readonly pool: Pool
  readonly modules: readonly Module[]
  readonly clock: Clock
  readonly log: Logger
  /** After the commit that gave the positions: wakes the hubs. */
  readonly relayed: (events: readonly PositionedEvent[]) => void
  readonly batch?: number
  readonly pollMs?: number
  readonly maxTries?: number
}
export interface Relay {
  /** Something was committed on this node. Never waits. */
  poke(): void
  stop(): Promise<void>
}

interface Subscription {
  readonly run: string
  readonly input: (event: { id: string }) => unknown
}

/**
 * Gives positions after commit. The relay is one over all nodes by an advisory lock that lasts for one step: whichever
 * node was poked takes it, and a node that dies leaves nothing held (a session's lock would have to be found dead first).
 * Read committed takes the step's snapshot after the lock, so a step sees all that the step before it did.
 */
export const startRelay = (options: RelayOptions): Relay => {
  const { pool, log } = options
  const subscriptions = subscriptionsOf(options.modules)
  const batch = options.batch ?? BATCH
  let poked = false
  let stopped = false
  let running: Promise<void> | null = null
  let lastStep = -STEP_PAUSE_MS

  const run = async (): Promise<void> => {
    while (poked && !stopped) {
      const early = lastStep + STEP_PAUSE_MS - elapsed()
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early))
      poked = false
      lastStep = elapsed()
      const events = await relayStep(options, subscriptions, batch)
      if (events.length > 0) options.relayed(events)
      if (events.length === batch) poked = true
    }
  }
  const start = (): void => {
    if (running || stopped) return
    running = run()
      .catch((err: unknown) => log.warn({ err }, 'relay: step failed, the next poll tries again'))
      .finally(() => {
        running = null
      })
  }
  const poke = (): void => {
    poked = true
    start()
  }
  /** For what a dead node left behind, and after a step that failed. */
  const poll = async (): Promise<void> => {
    const [waiting] = await pool.plain(5_000, (sql) => sql`select from outbox where position is null limit 1`)
    if (waiting) poke()
  }
  let polling = false
  const timer = setInterval(() => {
    if (polling || running) return
    polling = true
    poll()
      .catch((err: unknown) => log.debug({ err }, 'relay: poll failed'))
      .finally(() => {
        polling = false
      })
  }, options.pollMs ?? POLL_MS)

  return {
    poke,
    stop: async () => {
      stopped = true
      clearInterval(timer)
      await running
    },
  }
}

const relayStep = (
  { pool, clock, maxTries = MAX_TRIES }: RelayOptions,
  subscriptions: ReadonlyMap<string, readonly Subscription[]>,
  batch: number,
): Promise<readonly PositionedEvent[]> =>
  ownerTransaction(
    pool,
    STEP_DEADLINE_MS,
    async (sql) => {
      const events = await givePositions(sql, batch)
      if (events.length === 0) return events
      stopPoint('relay_before_send')
      const companies = [...new Set(events.map((event) => event.company))]
      const [quiet, endpoints] = await Promise.all([
        replaying(sql, companies),
        openEndpoints(sql, companies),
        writePositions(sql, companies, events),
      ])
      const news = quiet.size === 0 ? events : events.filter((event) => !quiet.has(event.company))
      await addJobs(sql, jobsFor(news, subscriptions), maxTries)
      await addJobs(
        sql,
        await replayedJobs(
          sql,
          events.filter((event) => event.type === REPLAYED),
        ),
        maxTries,
      )
      await enqueueDeliveries(sql, endpoints, news, clock.now())
      stopPoint('relay_after_send_before_mark')
      return events
    },
    SETTINGS,
  )

/**
 * Dense per company, in the order of `seq`. A writer of a document takes its `seq` after the document's lock, so of two
 * writers of one document the later one has the higher `seq` and is never seen without the earlier one. Writers of
 * different documents may commit in any order: whoever is late gets a later position, nobody is skipped.
 */
const givePositions = async (sql: Sql, batch: number): Promise<PositionedEvent[]> => {
  const waiting = await sql<Omit<PositionedEvent, 'position'>[]>`
    select company_id as company, id as event_id, type, kind, ref_id, version, permission, site_id, other_site_id, party_id
      from outbox
     where position is null
     order by seq
     limit ${batch}`
  if (waiting.length === 0) return []
  const byCompany = Map.groupBy(waiting, (event) => event.company)
  const companies = [...byCompany.keys()].sort()
  const counted = await sql<{ company: string; last: number }[]>`
    insert into outbox_counter (company_id, last)
    select company_id, n
      from unnest(${companies}::uuid[], ${companies.map((company) => byCompany.get(company)!.length)}::int8[]) as given (company_id, n)
    on conflict (company_id) do update set last = outbox_counter.last + excluded.last
    returning company_id as company, last`
  const events = counted.flatMap(({ company, last }) => {
    const own = byCompany.get(company)!
    return own.map((event, n) => ({ ...event, position: last - own.length + n + 1 }))
  })
  return events.sort((x, y) => (x.company === y.company ? x.position - y.position : x.company < y.company ? -1 : 1))
}

/**
 * `id = any` leads: a join alone was planned over the whole outbox when its statistics were those of an empty table, and one
 * step of a demo load took longer than its deadline.
 */
const writePositions = (sql: Sql, companies: readonly string[], events: readonly PositionedEvent[]) => {
  const ids = events.map((event) => event.eventId)
  return sql`
    update outbox
       set position = given.position
      from unnest(${events.map((event) => event.company)}::uuid[], ${ids}::uuid[], ${events.map((event) => event.position)}::int8[]) as given (company_id, id, position)
     where outbox.company_id = any (${companies}::uuid[])
       and outbox.id = any (${ids}::uuid[])
       and outbox.company_id = given.company_id
       and outbox.id = given.id`
}

/**
 * A company whose past is being replayed (demo, migration from another system) does by itself what its events would
 * start, each on its own past day: they are told and get positions, but start no jobs and call no receivers.
 */
const replaying = async (sql: Sql, companies: readonly string[]): Promise<ReadonlySet<string>> => {
  const rows = await sql<{ company: string }[]>`
    select company_id as company
      from company
     where company_id = any (${companies as string[]}) and settings ? 'replaying'`
  return new Set(rows.map((row) => row.company))
}

const subscriptionsOf = (modules: readonly Module[]): ReadonlyMap<string, readonly Subscription[]> => {
  const found = new Map<string, Subscription[]>()
  for (const { on } of modules)
    for (const { event, run, input } of on) {
      const list = found.get(event) ?? []
      // The key of the call is position and capability: a second one of the same name would be taken for a repeat.
      if (list.some((other) => other.run === run)) throw new Error(`${run} is subscribed to ${event} twice`)
      found.set(event, [...list, { run, input }])
    }
  return found
}

const jobsFor = (
  events: readonly PositionedEvent[],
  subscriptions: ReadonlyMap<string, readonly Subscription[]>,
): Job[] =>
  events.flatMap((event) =>
    (subscriptions.get(event.type) ?? []).map(({ run, input }) => ({
      company: event.company,
      capability: run,
      ref: event.refId,
      job: `job:${event.position}:${run}`,
      key: `job:${event.position}:${run}`,
      input: input({ id: event.refId }),
    })),
  )
