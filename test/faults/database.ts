/** The database of a fault run, looked at and killed from outside: a driver of our own, never the product's pool. */
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import type { ConnectionOptions } from '../../src/core/database/pool.ts'

/** Runs over one connection and closes it; errors of the connection itself are the caller's `catch`. */
export const withDatabase = async <R>(
  { host, port, user, database }: ConnectionOptions,
  run: (db: pg.Client) => Promise<R>,
): Promise<R> => {
  const db = new pg.Client({ host, port, user, database })
  db.on('error', () => {})
  try {
    await db.connect()
    return await run(db)
  } finally {
    await db.end().catch(() => {})
  }
}

/** SIGKILL to one backend (the server recovers) or to the postmaster. */
export const killDatabase = async (
  kind: 'backend' | 'postmaster',
  superuser: ConnectionOptions,
  postmasterPid?: () => number | null,
): Promise<void> => {
  if (kind === 'postmaster') {
    const pid = postmasterPid?.()
    if (pid) process.kill(pid, 'SIGKILL')
    return
  }
  await withDatabase(superuser, async (db) => {
    const { rows } = await db.query(
      `select pid from pg_stat_activity where application_name = 'entrepot' and pid <> pg_backend_pid() order by state limit 1`,
    )
    if (rows[0]) process.kill(rows[0].pid, 'SIGKILL')
  })
}

/** PostgreSQL replays its log first; what is measured is how soon the app is back after it. */
export const accepting = async (superuser: ConnectionOptions, most = 30_000): Promise<void> => {
  const until = performance.now() + most
  while (performance.now() < until) {
    const ok = await withDatabase(superuser, (db) => db.query('select 1')).then(
      () => true,
      () => false,
    )
    if (ok) return
    await wait(30)
  }
  throw new Error(`the database did not come back within ${most / 1_000} s`)
}

/** The relay is given a moment to tell what was committed. */
export const relayed = (superuser: ConnectionOptions, company: string): Promise<void> =>
  withDatabase(superuser, async (db) => {
    for (let n = 0; n < 500; n += 1) {
      const { rows } = await db.query('select 1 from outbox where company_id = $1 and position is null limit 1', [
        company,
      ])
      if (rows.length === 0) return
      await wait(20)
    }
  })
