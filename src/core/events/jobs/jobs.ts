import { EventEmitter } from 'node:events'
import { Logger as GraphileLogger, type Runner, runMigrations, run as runWorkers } from 'graphile-worker'
import pg from 'pg'
import type { Logger } from 'pino'
import type { Clock } from '../../clock.ts'
import type { ConnectionOptions, Pool, Sql } from '../../database/pool.ts'
import { Refusal } from '../../refusal.ts'
import { stopPoint } from '../../stopPoints.ts'
import { createLease, freeDeadWorkers } from './leases.ts'
import { park, parkExhausted } from './parked.ts'

/**
 * Jobs are graphile-worker's, in its own schema, over its own driver and two connections (one listens, one works); no
 * other file knows. What a job does is one call on the one road under a fixed key, so that running it twice does it once.
 */
export interface Job {
  readonly company: string
  /** `promise.replan` */
  readonly capability: string
  readonly ref: string | null
  /** The job's name for ever: `job:<position or slot>:<capability>`. */
  readonly job: string
  /** The idempotency key of the call: the job's name, but another after a refusal was replayed. */
  readonly key: string
  readonly input: unknown
}

/** Throws a Refusal when the answer is no, anything else when there is no answer. */
export type CallCapability = (company: string, capability: string, input: unknown, key: string) => Promise<unknown>

/** Waits of 3 s, 7 s, 20 s, 55 s, 2.5 min, 7 min, 18 min between them: half an hour in all. */
export const MAX_TRIES = 8
const TASK = 'capability'
const LEASE_MS = 30_000
/** Longer than any capability's own deadline (reports 120 s): this one is for a call that hangs past it. */
const TIME_LIMIT_MS = 130_000

const poolOf = (options: ConnectionOptions, broken: (error: Error) => void): pg.Pool => {
  const pool = new pg.Pool({
    host: options.host,
    port: options.port,
    database: options.database,
    user: options.user,
    password: options.password,
    ssl: typeof options.ssl === 'string' ? true : (options.ssl ?? false),
    max: 2,
    application_name: 'entrepot jobs',
    options: '-c role=entrepot_owner',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  })
  pool.on('error', broken)
  pool.on('connect', (client) => client.on('error', broken))
  return pool
}

/** graphile-worker's tables, made or brought up to date by its own migrations. With `entrepot migrate`, as owner. */
export const migrateJobs = async (options: ConnectionOptions): Promise<void> => {
  const pgPool = poolOf(options, () => {})
  try {
    await runMigrations({ pgPool, logger: new GraphileLogger(() => () => {}) })
  } finally {
    await pgPool.end()
  }
}

/** In the transaction that decided that they shall run: there is no moment between the event and its job. */
export const addJobs = async (sql: Sql, jobs: readonly Job[], maxTries: number): Promise<void> => {
  if (jobs.length === 0) return
  await sql`
    select count(*)::int8
      from graphile_worker.add_jobs(array(
           select row(${TASK}::text, payload, null, null, ${maxTries}::int, null, null, null)::graphile_worker.job_spec
             from json_array_elements(${JSON.stringify(jobs)}::text::json) as payload))`
}

export interface JobsOptions {
  readonly pgOptions: ConnectionOptions
  readonly ownerPool: Pool
  readonly clock: Clock
  readonly log: Logger
  readonly call: CallCapability
  /** Parking tells the world: the relay. */
  readonly poke: () => void
  readonly node?: string
  readonly concurrency?: number
  readonly leaseMs?: number
  readonly timeLimitMs?: number
}

export const startJobs = async (options: JobsOptions): Promise<{ stop(): Promise<void> }> => {
  const { ownerPool, clock, log } = options
  const leaseMs = options.leaseMs ?? LEASE_MS
  const lease = createLease({ ownerPool, clock, log, leaseMs, node: options.node ?? `pid ${process.pid}` })
  const suspects = new Set<string>()
  const sweep = async (): Promise<void> => {
    await freeDeadWorkers(ownerPool, clock, log, suspects)
    if ((await parkExhausted(ownerPool, clock, log)) > 0) options.poke()
  }
  const swallow = (what: string) => (err: unknown) => log.warn({ err }, `jobs: ${what} failed, tried again later`)

  let stopped = false
  let runner: Runner | null = null
  let pgPool: pg.Pool | null = null
  const open = async (): Promise<void> => {
    const events = new EventEmitter()
    // Told in the same turn as the pool is made, before a worker asks for its first job.
    events.on('pool:create', ({ workerPool }: { workerPool: { id: string } }) => lease.take(workerPool.id))
    pgPool = poolOf(options.pgOptions, (err) => log.warn({ err }, 'jobs: connection lost'))
    runner = await runWorkers({
      pgPool,
      events: events as never,
      taskList: { [TASK]: (payload, helpers) => work(options, payload as Job, helpers.job) },
      concurrency: options.concurrency ?? 2,
      parsedCronItems: [],
      noHandleSignals: true,
      pollInterval: 1_000,
      logger: logTo(log),
    })
    void runner.promise
      .catch(swallow('worker pool'))
      .then(close)
      .then(() => reopen())
  }
  /** The library's pool gives up when the database goes away in the wrong moment; ours comes back. */
  const reopen = async (): Promise<void> => {
    while (!stopped) {
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      if (stopped) return
      try {
        await open()
        return
      } catch (err) {
        swallow('worker start')(err)
        await close()
      }
    }
  }
  // One after the other: the stop below waits for the close that the library's own end began.
  let closed: Promise<void> = Promise.resolve()
  const close = (): Promise<void> => {
    closed = closed.then(closeOnce)
    return closed
  }
  const closeOnce = async (): Promise<void> => {
    const closing = pgPool
    pgPool = null
    runner = null
    await lease.drop().catch(swallow('giving back the lease'))
    await closing?.end().catch(swallow('closing'))
  }

  await sweep()
  await open()
  const timer = setInterval(() => void sweep().catch(swallow('sweep')), leaseMs / 2)
  return {
    stop: async () => {
      stopped = true
      clearInterval(timer)
      await runner?.stop().catch(swallow('stop'))
      await close()
      lease.stop()
    },
  }
}

const work = async (
  options: JobsOptions,
  job: Job,
  attempt: { attempts: number; max_attempts: number },
): Promise<void> => {
  try {
    await limited(options.call(job.company, job.capability, job.input, job.key), options.timeLimitMs ?? TIME_LIMIT_MS)
    stopPoint('job_mid')
  } catch (error) {
    const last = attempt.attempts >= attempt.max_attempts
    // A refusal is stored under the key: asking again would get the same no.
    if (!(error instanceof Refusal) && !last) throw error
    await park(options.ownerPool, options.clock, job, error, attempt.attempts)
    options.log.warn({ err: error, job: job.job, company: job.company }, 'job parked')
    options.poke()
  }
}

const limited = async <R>(work: Promise<R>, ms: number): Promise<R> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the job took longer than ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

const logTo = (log: Logger): GraphileLogger =>
  new GraphileLogger(() => (level, message) => {
    // A try that failed is told by us when it is the last; its text may hold what a log should not.
    if (level === 'error' && !message.startsWith('Failed task')) log.error(`jobs: ${message}`)
    else if (level === 'warning') log.warn(`jobs: ${message}`)
  })
