/**
 * The database for tests: one cluster per `npm test` run, one for all single-file runs of a checkout in between.
 * Every test makes its own company in the migrated database, connects as the app role and never cleans up.
 */
import { spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../src/core/clock.ts'
import { migrate, schemaHash } from '../src/core/database/migrate.ts'
import type { ConnectionOptions } from '../src/core/database/pool.ts'
import { connectOnce, prepareEmbedded } from '../src/core/database/roles.ts'
import { readHolder } from '../src/core/database/supervisor/lock.ts'
import { startPostgres } from '../src/core/database/supervisor/supervisor.ts'

export type TestDatabase = { app: ConnectionOptions; owner: ConnectionOptions; superuser: ConnectionOptions }

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const CLUSTER = fileURLToPath(new URL('cluster.ts', import.meta.url))

let known: Promise<TestDatabase> | null = null

/** Connection options for the migrated test database, shared by all test files of a run. */
export const testDatabase = (): Promise<TestDatabase> => {
  known ??= cluster().then(migratedDatabase)
  return known
}

/** An empty, migrated database of one's own (100 ms), for tests that count whole tables or break things. */
export const freshDatabase = async (): Promise<TestDatabase> => {
  const { superuser } = await testDatabase()
  const name = `fresh_${randomUUID().replaceAll('-', '')}`
  const sql = connectOnce({ ...superuser, database: 'postgres' })
  try {
    await sql.unsafe(`create database ${name} template template_${schemaHash()}`)
  } finally {
    await sql.end({ timeout: 1 })
  }
  return as({ ...superuser, database: name })
}

const as = (superuser: ConnectionOptions): TestDatabase => ({
  superuser,
  app: { ...superuser, user: 'entrepot_app' },
  owner: { ...superuser, user: 'entrepot_owner' },
})

const cluster = async (): Promise<ConnectionOptions> => {
  const socket = process.env.TEST_DATABASE_SOCKET
  if (socket) return { host: socket, port: 5432, database: 'postgres', user: 'postgres' }
  const dataDir = join(
    tmpdir(),
    `entrepot-test-${createHash('sha256').update(`${ROOT} ${process.getuid?.()}`).digest('hex').slice(0, 12)}`,
  )
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  await startHolder(dataDir)
  const { socketDir, port, superuser } = await startPostgres({ dataDir, log: () => {}, share: true })
  return { host: socketDir, port, database: 'postgres', user: superuser }
}

/** Two files starting at once start two holders; the second finds the folder taken and ends. */
const startHolder = async (dataDir: string) => {
  if (readHolder(dataDir) !== null) return
  spawn(process.execPath, [CLUSTER, dataDir], { detached: true, stdio: 'ignore', cwd: dataDir }).unref()
  for (let waited = 0; waited < 30_000; waited += 20) {
    if (readHolder(dataDir) !== null) return
    await wait(20)
  }
  throw new Error(`the test database did not start: see ${dataDir}/postgres.log`)
}

/** `test_<hash>` is made last, from a template that nobody connects to: when it is there, it is whole. */
const migratedDatabase = async (superuser: ConnectionOptions): Promise<TestDatabase> => {
  const hash = schemaHash()
  const database = { ...superuser, database: `test_${hash}` }
  const sql = connectOnce(superuser)
  const isThere = async () => (await sql`select from pg_database where datname = ${database.database}`).length === 1
  try {
    if (await isThere()) return as(database)
    await sql`select pg_advisory_lock(1)`
    if (await isThere()) return as(database)
    await dropOld(sql)
    const template = { ...superuser, database: `template_${hash}` }
    await prepareEmbedded(superuser, template.database)
    await migrate(as(template).owner, { clock: systemClock, log: () => {} })
    await sql.unsafe(`create database ${database.database} template ${template.database}`)
    return as(database)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** Databases of earlier schemas go when a new one comes, the four youngest of each kind stay: someone may be on another branch. */
const dropOld = async (sql: ReturnType<typeof connectOnce>) => {
  const old = await sql<{ name: string }[]>`
    with ours as (
      select d.datname as name, row_number() over (partition by split_part(d.datname, '_', 1) order by d.oid desc) as age
        from pg_database d
       where d.datname like 'test\\_%' or d.datname like 'template\\_%' or d.datname like 'fresh\\_%'
    )
    select name
      from ours
     where age > 4
       and not exists (select from pg_stat_activity a where a.datname = ours.name)`
  for (const { name } of old) await sql.unsafe(`drop database if exists ${name}`).catch(() => {})
}
