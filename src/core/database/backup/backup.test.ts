import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { systemClock } from '../../clock.ts'
import { connectOnce } from '../roles.ts'
import { type Supervised, startPostgres } from '../supervisor/supervisor.ts'
import { verify } from './manifest.ts'
import { PAGE_BYTES, pageChecksum, pageIsWhole } from './pages.ts'
import { DamagedBackup, restoreBackup } from './restore.ts'
import { backupsIn, takeBackup, thinOut } from './take.ts'
import { segmentsIn, walFolder } from './wal.ts'

const top = mkdtempSync(join(tmpdir(), 'entrepot-backup-'))
after(() => rmSync(top, { recursive: true, force: true }))

const quick = { log: () => {}, minFreeMb: 0, reserveMb: 0 }
const superuserOf = (running: Supervised) => ({
  host: running.socketDir,
  port: running.port,
  database: running.database,
  user: running.superuser,
})
const connect = (running: Supervised) => connectOnce({ ...superuserOf(running), database: 'postgres' })
const backUp = (running: Supervised, into: string, name: string) =>
  takeBackup(superuserOf(running), running.folder, into, name, systemClock.now)
const open = async (dataDir: string) => {
  const running = await startPostgres({ dataDir, ...quick })
  return { running, sql: connect(running) }
}
const flip = (file: string, at: number) => {
  const bytes = readFileSync(file)
  bytes[at] = bytes[at]! ^ 0x40
  writeFileSync(file, bytes)
}

/** One row after another, each acknowledged with the moment the database gives it. */
const writeOn = (running: Supervised) => {
  const sql = connect(running)
  const acknowledged: { n: number; at: string }[] = []
  let going = true
  const done = (async () => {
    for (let n = 1; going; n++) {
      await sql`insert into ledger (n, qty) values (${n}, ${n % 97})`
      const [{ at } = { at: '' }] = await sql<{ at: string }[]>`
        select to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at`
      acknowledged.push({ n, at })
    }
  })()
  return {
    acknowledged,
    /** Waits until this many more are acknowledged. @returns how many there are */
    more: async (count: number) => {
      const wanted = acknowledged.length + count
      while (acknowledged.length < wanted) await wait(5)
      return acknowledged.length
    },
    stop: async () => {
      going = false
      await done
      await sql.end({ timeout: 1 })
    },
  }
}

test('a backup taken while rows are written restores to its end, to any moment after it, and to all there is; nothing acknowledged is missing', async () => {
  const [dataDir, backups] = [join(top, 'live'), join(top, 'it’s a backup, ü')]
  const running = await startPostgres({ dataDir, ...quick, walDir: walFolder(backups) })
  const sql = connect(running)
  await sql`create table ledger (n int primary key, qty int not null)`
  const writer = writeOn(running)
  const before = await writer.more(10)
  const taken = await backUp(running, backups, '1')
  assert.ok(taken.segments >= 1 && taken.files > 900, JSON.stringify(taken))
  const moments: { n: number; at: string }[] = []
  for (let n = 0; n < 5; n++) {
    await writer.more(3 + n)
    moments.push(writer.acknowledged.at(-1)!)
  }
  await writer.stop()
  await sql.end()
  // The server's own shutdown hands the last segment over.
  await running.stop()
  const last = writer.acknowledged.length
  assert.ok(last >= moments[4]!.n)

  const logs = [join(backups, 'wal')]
  const restored = async (name: string, until: string | null | 'end') => {
    const to = join(top, name)
    await restoreBackup({ backup: join(backups, '1'), to, logs, until })
    const { running: again, sql: read } = await open(to)
    const [found] = await read<{ count: number; max: number; sum: number }[]>`
      select count(*)::int as count, max(n) as max, sum(qty)::int as sum from ledger`
    await read.end()
    await again.stop()
    assert.equal(found!.count, found!.max, 'rows from the first to the last, none missing')
    assert.equal(
      found!.sum,
      Array.from({ length: found!.count }, (_, i) => (i + 1) % 97).reduce((a, b) => a + b, 0),
    )
    return found!.count
  }
  assert.ok((await restored('at-end', 'end')) >= before)
  assert.equal(await restored('all', null), last)
  for (const [i, { n, at }] of moments.entries()) {
    const count = await restored(`moment-${i}`, at)
    // What was acknowledged at that moment is there; one more may have been committed in the same microseconds.
    assert.ok(count >= n && count <= n + 1, `${count} rows as of ${at}, acknowledged ${n}`)
  }
  await assert.rejects(restored('too-late', '2999-01-01T00:00:00Z'), /the log ends before the moment asked for/)
  await assert.rejects(restored('too-early', '2001-01-01T00:00:00Z'), /take an older one/)
  await assert.rejects(
    restoreBackup({ backup: join(backups, '1'), to: join(top, 'all'), logs, until: null }),
    /is not empty/,
  )
})

test('one byte flipped in a table, in the kept log or in a backup is found and named, and no wrong number is served', async () => {
  const [dataDir, backups] = [join(top, 'damaged'), join(top, 'damaged-backups')]
  let { running, sql } = await open(dataDir)
  await sql`create table stock (sku int, qty int)`
  await sql`insert into stock select n, 1000 + n from generate_series(1, 5000) n`
  const [{ path } = { path: '' }] = await sql<{ path: string }[]>`select pg_relation_filepath('stock') as path`
  await sql`checkpoint`
  await backUp(running, backups, '1')

  // A table: the page refuses to be read, and no backup carries it on.
  await sql.end()
  await running.stop()
  flip(join(running.folder, path), 3 * PAGE_BYTES + 5000)
  ;({ running, sql } = await open(dataDir))
  await assert.rejects(sql`select sum(qty) from stock`, (error: { code?: string }) => error.code === 'XX001')
  await assert.rejects(backUp(running, backups, '2'), new RegExp(`${path}, page 3`))
  assert.deepEqual(readdirSync(backups).sort(), ['1'], 'neither a backup nor a part of one is left')
  await sql.end()
  await running.stop()

  // A backup: a byte, a file too few, a file too many, a manifest touched.
  const backup = join(backups, '1')
  const refused = async (says: RegExp) => {
    const to = join(top, 'never')
    await assert.rejects(
      restoreBackup({ backup, to, logs: [], until: 'end' }),
      (error) => error instanceof DamagedBackup && says.test(error.message),
    )
    assert.equal(existsSync(to), false)
  }
  const file = join(backup, 'data', path)
  flip(file, 4321)
  await refused(/was changed/)
  flip(file, 4321)
  assert.deepEqual((await verify(backup)).wrong, [])
  const whole = readFileSync(file)
  writeFileSync(file, whole.subarray(1))
  await refused(/instead of/)
  rmSync(file)
  await refused(/is missing/)
  writeFileSync(file, whole)
  writeFileSync(join(backup, 'data', 'stranger'), 'x')
  await refused(/does not belong/)
  rmSync(join(backup, 'data', 'stranger'))
  const manifest = join(backup, 'manifest.json')
  writeFileSync(
    manifest,
    readFileSync(manifest, 'utf8').replace(`"bytes":${whole.length}`, `"bytes":${whole.length + 1}`),
  )
  await refused(/changed after it was written/)
})

test('a flipped byte in the kept log stops the restore that needs it', async () => {
  const [dataDir, backups] = [join(top, 'log'), join(top, 'log-backups')]
  const running = await startPostgres({ dataDir, ...quick, walDir: walFolder(backups) })
  const sql = connect(running)
  await sql`create table kept (n int)`
  await backUp(running, backups, '1')
  await sql`insert into kept select generate_series(1, 1000)`
  await sql.end()
  await running.stop()
  const wal = join(backups, 'wal')
  const segment = `${segmentsIn(wal).at(-1)!}.gz`
  flip(join(wal, segment), 2000)
  await assert.rejects(
    restoreBackup({ backup: join(backups, '1'), to: join(top, 'log-restored'), logs: [wal], until: null }),
    (error) => error instanceof DamagedBackup && error.message.includes(segment),
  )
})

test('a backup broken off leaves nothing that could be taken for one, and the next one works', async () => {
  const [dataDir, backups] = [join(top, 'broken-off'), join(top, 'broken-off-backups')]
  const { running, sql } = await open(dataDir)
  const main = fileURLToPath(new URL('../../../main.ts', import.meta.url))
  const code = await new Promise((resolve) => {
    const child = spawn(process.execPath, [main, 'backup', backups], {
      env: { ...process.env, DATA_DIR: dataDir, ENTREPOT_STOP_AT: 'backup_mid:300' },
      stdio: 'ignore',
    })
    child.once('exit', (exit, signal) => resolve(exit ?? signal))
  })
  assert.equal(code, 'SIGKILL')
  assert.deepEqual(backupsIn(backups), [])
  assert.equal((await verify(join(backups, readdirSync(backups)[0]!))).manifest, null)
  await backUp(running, backups, '2')
  await backUp(running, backups, '3')
  await backUp(running, backups, '4')
  assert.deepEqual(backupsIn(backups), ['2', '3', '4'])
  assert.deepEqual(
    thinOut(backups, 2, () => '000000010000000000000001'),
    ['2'],
  )
  assert.deepEqual(backupsIn(backups), ['3', '4'])
  await sql.end()
  await running.stop()
})

test('a page is whole when its sum is that of its bytes, its number and nothing else', () => {
  const page = new Uint8Array(PAGE_BYTES).fill(7)
  const view = new DataView(page.buffer)
  view.setUint16(8, pageChecksum(page, 12), true)
  assert.equal(pageIsWhole(page, 12, 2n ** 63n), true)
  assert.equal(pageIsWhole(page, 13, 2n ** 63n), false)
  page[5000] = 8
  assert.equal(pageIsWhole(page, 12, 2n ** 63n), false)
  assert.equal(pageIsWhole(new Uint8Array(PAGE_BYTES), 12, 1n), true)
  assert.ok(gzipSync(page).length < PAGE_BYTES)
})
