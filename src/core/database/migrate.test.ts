import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freshDatabase } from '../../../test/harness.ts'
import { systemClock } from '../clock.ts'
import { type MigrationFile, migrate, readMigrations } from './migrate.ts'
import type { ConnectionOptions } from './pool.ts'
import { connectOnce } from './roles.ts'
import { statementsOf } from './statements.ts'

const file = (name: string, text: string): MigrationFile => ({
  name,
  text,
  hash: createHash('sha256').update(text).digest('hex'),
})
const options = (files: MigrationFile[], told: string[] = []) => ({
  clock: systemClock,
  log: (line: string) => void told.push(line),
  files,
})
const added = (text: string, name = '9001_stock_probe.sql') => [...readMigrations(), file(name, text)]

const tables = async (owner: ConnectionOptions): Promise<string[]> => {
  const sql = connectOnce(owner)
  const rows = await sql<
    { name: string }[]
  >`select relname as name from pg_class where relname like 'probe%' and relkind = 'r' order by 1`
  await sql.end()
  return rows.map((row) => row.name)
}
const PROBE = 'create table probe (company_id uuid not null, id uuid not null, primary key (company_id, id));'

test('a statement is cut at its own semicolon, not at one inside a text, a comment or a function body', () => {
  const text =
    "-- one; two\ncreate table a (b text default ';');\n/* ; */ create function f() returns int language sql as $x$ select 1; $x$;\n\ninsert into a values ('it''s;');\n-- end;\n"
  assert.deepEqual(
    statementsOf(text).map(({ sql, line }) => [line, sql.slice(0, 14)]),
    [
      [2, 'create table a'],
      [3, 'create functio'],
      [5, 'insert into a '],
    ],
  )
})

test('a new migration is applied once and its table stands behind the wall at once', async () => {
  const { owner, app } = await freshDatabase()
  assert.deepEqual(await migrate(owner, options(added(PROBE))), ['9001_stock_probe.sql'])
  assert.deepEqual(await migrate(owner, options(added(PROBE))), [])
  const sql = connectOnce(app)
  await assert.rejects(sql`select * from probe`, /app\.company_id/)
  await sql.end()
})

test('a migration that fails in its third statement leaves nothing of its first two', async () => {
  const { owner } = await freshDatabase()
  const broken = added(`${PROBE}\ncreate table probe_two (company_id uuid primary key);\nselect 1 / 0;`)
  await assert.rejects(migrate(owner, options(broken)), /9001_stock_probe\.sql line 3: division by zero/)
  assert.deepEqual(await tables(owner), [])
  assert.deepEqual(await migrate(owner, options(added(PROBE))), ['9001_stock_probe.sql'])
})

test('a migration killed at any of its stop points is wholly there or wholly not, and runs through the next time', async () => {
  const child = fileURLToPath(new URL('migrateChild.ts', import.meta.url))
  for (let passage = 1; passage <= 5; passage++) {
    const { owner } = await freshDatabase()
    const env = { ...process.env, ENTREPOT_STOP_AT: `migrate_mid:${passage}`, OWNER: JSON.stringify(owner) }
    const signal = await new Promise((resolve) =>
      spawn(process.execPath, [child], { env, stdio: 'inherit' }).once('exit', (_, name) => resolve(name)),
    )
    // Passages 1 to 4 are before the four writes of the file, 5 is after the wall was written and before its commit.
    assert.equal(signal, 'SIGKILL')
    assert.deepEqual(await tables(owner), passage <= 4 ? [] : ['probe', 'probe_two'])
    const files = added(
      `${PROBE} create table probe_two (company_id uuid primary key); insert into probe_two values (gen_random_uuid());`,
    )
    await migrate(owner, options(files))
    assert.deepEqual(await tables(owner), ['probe', 'probe_two'])
  }
})

test('two nodes that migrate at the same moment apply every file once', async () => {
  const { owner } = await freshDatabase()
  const results = await Promise.all([1, 2, 3].map(() => migrate(owner, options(added(PROBE)))))
  assert.deepEqual(results.flat(), ['9001_stock_probe.sql'])
})

test('a migration waits for a long report and holds no writer up for longer than its lock time-out', async () => {
  const { owner } = await freshDatabase()
  await migrate(owner, options(added(PROBE)))
  const report = connectOnce(owner)
  const writer = connectOnce(owner)
  const told: string[] = []
  const files = [...added(PROBE), file('9002_stock_more.sql', 'alter table probe add column more int;')]
  let migrated: Promise<string[]> = Promise.resolve([])
  let blockedMs = 0
  await report.begin(async (tx) => {
    await tx`select count(*) from probe`
    migrated = migrate(owner, options(files, told))
    while (told.length === 0) {
      const started = performance.now()
      await writer`insert into probe values (gen_random_uuid(), gen_random_uuid())`
      blockedMs = Math.max(blockedMs, performance.now() - started)
    }
  })
  assert.deepEqual(await migrated, ['9002_stock_more.sql'])
  assert.match(told[0]!, /waits for a lock/)
  assert.ok(blockedMs <= 5000, `a writer waited ${Math.round(blockedMs)} ms`)
  await report.end()
  await writer.end()
})

test('an applied migration that was edited, and a database of a newer version, are refused in a sentence', async () => {
  const { owner } = await freshDatabase()
  await migrate(owner, options(added(PROBE)))
  await assert.rejects(
    migrate(owner, options(added(`${PROBE} select 1;`))),
    /9001_stock_probe\.sql was changed after it was applied/,
  )
  await assert.rejects(
    migrate(owner, options(readMigrations())),
    /newer version of entrepot \(9001_stock_probe\.sql is unknown here\)/,
  )
  await assert.rejects(
    migrate(owner, options([...added(PROBE), file('9000_stock_late.sql', 'select 1;')])),
    /9000_stock_late\.sql comes before/,
  )
})

test('a migration that would end its own transaction is refused', async () => {
  const { owner } = await freshDatabase()
  await assert.rejects(migrate(owner, options(added(`${PROBE}\ncommit;`))), /line 2: a migration is one transaction/)
  assert.deepEqual(await tables(owner), [])
})
