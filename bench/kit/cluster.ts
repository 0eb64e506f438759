import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { connectOnce, type OneConnection } from '../../src/core/database/roles.ts'
import { startPostgres } from '../../src/core/database/supervisor/index.ts'
import { type TestDatabase, testDatabase } from '../../test/harness.ts'

export interface Cluster {
  readonly postmaster: number
  readonly database: TestDatabase
  /** The superuser's own connection: VACUUM, ANALYZE, CHECKPOINT, and counts over all companies. */
  readonly sql: OneConnection
  /** Statistics and a clean WAL, so that a measurement pays for its own work only. */
  settle(): Promise<void>
  /** Work that fills empty tables: PostgreSQL looks at what grew once a minute, and until then plans for no rows at all. */
  filling<R>(work: () => Promise<R>): Promise<R>
  stop(): Promise<void>
}

/** A database of the bench's own, with every setting the app itself starts it with: fsync, full page writes, checksums. */
export const startCluster = async (settings: Record<string, string> = {}): Promise<Cluster> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'entrepot-bench-'))
  const postgres = await startPostgres({ dataDir, log: () => {}, minFreeMb: 0, reserveMb: 0, settings })
  process.env.TEST_DATABASE_SOCKET = postgres.socketDir
  const database = await testDatabase()
  const sql = connectOnce(database.superuser)
  await sql`grant create on database ${sql(database.superuser.database)} to entrepot_owner`
  const [fsync] = await sql<{ fsync: string }[]>`show fsync`
  if (fsync?.fsync !== 'on') throw new Error('a bench without fsync says nothing')
  return {
    postmaster: postgres.postmasterPid()!,
    database,
    sql,
    settle: async () => {
      await sql`vacuum analyze`
      await sql`checkpoint`
    },
    filling: async (work) => {
      const ended = new AbortController()
      const looking = (async () => {
        while (!ended.signal.aborted) {
          await sql`analyze`
          await wait(500, undefined, { signal: ended.signal }).catch(() => {})
        }
      })()
      return work().finally(() => {
        ended.abort()
        return looking
      })
    },
    stop: async () => {
      await sql.end({ timeout: 1 })
      await postgres.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
