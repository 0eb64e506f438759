import type { Logger } from 'pino'
import type { Clock } from '../../clock.ts'
import type { Pool } from '../../database/pool.ts'

interface LeaseOptions {
  readonly ownerPool: Pool
  readonly clock: Clock
  readonly log: Logger
  readonly leaseMs: number
  readonly node: string
}

/** A worker's sign of life, renewed at a third of its length. One worker pool at a time. */
export const createLease = ({ ownerPool, clock, log, leaseMs, node }: LeaseOptions) => {
  let held: string | null = null
  const renew = (): Promise<unknown> => {
    if (held === null) return Promise.resolve()
    const until = new Date(clock.now().getTime() + leaseMs)
    return ownerPool
      .plain(
        5_000,
        (sql) => sql`
          insert into worker_lease (worker_id, node, lease_until)
          values (${held}, ${node}, ${until})
          on conflict (worker_id) do update set lease_until = excluded.lease_until`,
      )
      .catch((err: unknown) => log.warn({ err }, 'jobs: the lease could not be renewed'))
  }
  const timer = setInterval(() => void renew(), leaseMs / 3)
  return {
    take: (worker: string): void => {
      held = worker
      void renew()
    },
    /** The worker ended by itself: what it still holds is free at once. */
    drop: async (): Promise<void> => {
      const worker = held
      held = null
      if (worker === null) return
      await ownerPool.plain(5_000, async (sql) => {
        await sql`select graphile_worker.force_unlock_workers(array[${worker}]::text[])`
        await sql`delete from worker_lease where worker_id = ${worker}`
      })
    },
    stop: (): void => clearInterval(timer),
  }
}

/**
 * Frees the jobs of workers whose lease ran out; graphile-worker alone keeps them locked for four hours. Who holds jobs
 * but no lease at all may be a worker just starting: freed when it is met a second time. Freeing a worker that lives
 * (its clock jumped) does no harm: the job's key makes its effect once.
 */
export const freeDeadWorkers = async (
  ownerPool: Pool,
  clock: Clock,
  log: Logger,
  suspects: Set<string>,
): Promise<void> => {
  const now = clock.now()
  const dead = await ownerPool.plain(10_000, async (sql) => {
    const expired = await sql<{ worker: string }[]>`
      delete from worker_lease where lease_until < ${now} returning worker_id as worker`
    const unknown = await sql<{ worker: string }[]>`
      select distinct locked_by as worker
        from graphile_worker._private_jobs
       where locked_by is not null
         and locked_by not in (select worker_id from worker_lease)`
    const found = new Set(expired.map(({ worker }) => worker))
    for (const { worker } of unknown) if (suspects.has(worker)) found.add(worker)
    suspects.clear()
    for (const { worker } of unknown) suspects.add(worker)
    if (found.size > 0) await sql`select graphile_worker.force_unlock_workers(${[...found]}::text[])`
    return [...found]
  })
  if (dead.length > 0) log.warn({ workers: dead }, 'jobs of dead workers were freed')
}
