import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Clock } from '../clock.ts'
import { appendOnlyTables, kernelTables, scopedTables, sharedTables } from '../scope.ts'
import { stopPoint } from '../stopPoints.ts'
import type { ConnectionOptions, Sql } from './pool.ts'
import { connectOnce, type OneConnection } from './roles.ts'
import { statementsOf } from './statements.ts'
import { raiseWall } from './wall.ts'

const MIGRATIONS = fileURLToPath(new URL('../../../migrations', import.meta.url))
/** Any constant will do, as long as every version of the app takes the same one. */
const ADVISORY_LOCK = 4_800_18
/** While a statement waits for a lock, every later one queues behind it: no writer is held up longer than this. */
const LOCK_TIMEOUT_MS = 4_000
const LOCK_TRIES = 60
const LOCK_PAUSE_MS = 1_000

export type MigrationFile = { name: string; text: string; hash: string }
export class MigrationRefused extends Error {}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** All migrations in order: `NNNN_module_what.sql`; a number stands once, gaps keep room for modules to come. */
export const readMigrations = (folder = MIGRATIONS): MigrationFile[] => {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
  const twice = names.find((name, n) => n > 0 && name.slice(0, 4) === names[n - 1]!.slice(0, 4))
  if (twice) throw new Error(`migration ${twice} has a number that another has already: give it the next free one`)
  return names.map((name) => {
    if (!/^\d{4}_[a-z0-9]+(_[a-z0-9]+)*\.sql$/.test(name))
      throw new Error(`migration ${name} must be named NNNN_module_what.sql`)
    const text = readFileSync(join(folder, name), 'utf8')
    return { name, text, hash: sha256(text) }
  })
}

/** What the wall is made from; when it changes, the wall is put up again even without a new migration. */
const wallHash = (files: MigrationFile[]) => {
  const builder = readFileSync(fileURLToPath(new URL('wall.ts', import.meta.url)), 'utf8')
  const tables = [scopedTables, appendOnlyTables, sharedTables, kernelTables]
  return sha256(JSON.stringify([tables, files.map((file) => file.hash), builder]))
}

/** One word for the whole schema: a test database carries it in its name. */
export const schemaHash = (files = readMigrations()): string => wallHash(files).slice(0, 12)

type Applied = { name: string; hash: string }
const WALL = 'wall'

export type MigrateOptions = {
  clock: Clock
  log: (line: string) => void
  files?: MigrationFile[]
  /** False: no wall. A test brings a database to an older build's tables, which do not have all that today's wall names. */
  wall?: boolean
}

/**
 * Brings the database to this version: the files it lacks, each in one transaction, then the wall, then fresh statistics.
 * Two nodes never migrate at once. Returns the names applied. Throws MigrationRefused for an applied file that was
 * changed and for a database of a newer version.
 */
export const migrate = async (
  owner: ConnectionOptions,
  { clock, log, files = readMigrations(), wall: walled = true }: MigrateOptions,
): Promise<string[]> => {
  const sql = connectOnce(owner, 'entrepot_owner')
  try {
    await takeTurn(sql, log)
    await sql`create table if not exists schema_migration (name text primary key, hash text not null, applied_at timestamptz not null)`
    const applied = await sql<Applied[]>`select name, hash from schema_migration order by name`
    refuseStrangers(files, applied)
    const pending = files.filter((file) => !applied.some((row) => row.name === file.name))
    for (const file of pending) {
      await withLockRetry(log, file.name, () => apply(sql, file, clock))
      log(`migrated ${file.name}`)
    }
    if (!walled) return pending.map((file) => file.name)
    const wall = wallHash(files)
    if (applied.some((row) => row.name === WALL && row.hash === wall)) return []
    await withLockRetry(log, WALL, () => putUpWall(sql, wall, clock))
    await sql`analyze`
    return pending.map((file) => file.name)
  } finally {
    await sql.end({ timeout: 2 })
  }
}

const takeTurn = async (sql: OneConnection, log: (line: string) => void) => {
  for (let n = 0; ; n++) {
    const [row] = await sql<{ mine: boolean }[]>`select pg_try_advisory_lock(${ADVISORY_LOCK}) as mine`
    if (row?.mine) return
    if (n === 0) log('another node is migrating this database: waiting for it')
    await wait(100)
  }
}

export const refuseStrangers = (files: MigrationFile[], applied: Applied[]) => {
  for (const row of applied) {
    if (row.name === WALL) continue
    const file = files.find(({ name }) => name === row.name)
    if (file === undefined)
      throw new MigrationRefused(
        `the database was migrated by a newer version of entrepot (${row.name} is unknown here): start that version`,
      )
    if (file.hash !== row.hash)
      throw new MigrationRefused(
        `migration ${row.name} was changed after it was applied to this database: migrations are only added, never edited`,
      )
  }
  const last = applied.filter((row) => row.name !== WALL).at(-1)?.name ?? ''
  const late = files.find((file) => file.name < last && !applied.some((row) => row.name === file.name))
  if (late)
    throw new MigrationRefused(
      `migration ${late.name} comes before ${last}, which is applied already: give it the next number`,
    )
}

const apply = (sql: OneConnection, file: MigrationFile, clock: Clock) =>
  sql.begin(async (tx) => {
    await tx.unsafe(`set local lock_timeout = ${LOCK_TIMEOUT_MS}`)
    for (const statement of statementsOf(file.text)) {
      if (/^(begin|commit|rollback|vacuum|create\s+(unique\s+)?index\s+concurrently)\b/i.test(statement.sql))
        throw new Error(
          `${file.name} line ${statement.line}: a migration is one transaction and cannot hold "${statement.sql.slice(0, 40)}"`,
        )
      stopPoint('migrate_mid')
      await tx.unsafe(statement.sql).catch((error: Error & { code?: string }) => {
        throw Object.assign(new Error(`${file.name} line ${statement.line}: ${error.message}`), { code: error.code })
      })
    }
    await tx`insert into schema_migration (name, hash, applied_at) values (${file.name}, ${file.hash}, ${clock.now().toISOString()})`
    stopPoint('migrate_mid')
  })

/** New tables have no rights for the app role until this ran: a start killed in between leaves them closed, not open. */
const putUpWall = (sql: OneConnection, hash: string, clock: Clock) =>
  sql.begin(async (tx) => {
    await tx.unsafe(`set local lock_timeout = ${LOCK_TIMEOUT_MS}`)
    await raiseWall(tx as unknown as Sql)
    stopPoint('migrate_mid')
    await tx`
      insert into schema_migration (name, hash, applied_at) values (${WALL}, ${hash}, ${clock.now().toISOString()})
      on conflict (name) do update set hash = excluded.hash, applied_at = excluded.applied_at`
  })

const withLockRetry = async (log: (line: string) => void, what: string, run: () => Promise<unknown>) => {
  for (let n = 1; ; n++) {
    try {
      await run()
      return
    } catch (error) {
      const code = (error as { code?: string }).code
      if ((code !== '55P03' && code !== '40P01') || n === LOCK_TRIES) throw error
      log(`${what} waits for a lock that something else holds (try ${n})`)
      await wait(LOCK_PAUSE_MS)
    }
  }
}
