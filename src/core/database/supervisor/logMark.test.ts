/** Row 9 of the promises: a byte flipped in the log of the living database. Recovery ends there without a word; we do not. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { connectOnce } from '../roles.ts'
import { findBinaries } from './binaries.ts'
import { SUPERUSER, startPostmaster } from './cluster.ts'
import { logMark } from './logMark.ts'
import { socketFolder, tempFolder } from './paths.ts'
import { startPostgres } from './supervisor.ts'

const top = mkdtempSync(join(tmpdir(), 'entrepot-log-mark-'))
after(() => rmSync(top, { recursive: true, force: true }))

const quick = { log: () => {}, minFreeMb: 0, reserveMb: 0 }
const connect = ({ socketDir, port }: { readonly socketDir: string; readonly port: number }) =>
  connectOnce({ host: socketDir, port, user: SUPERUSER, database: 'postgres' })
const ROWS = 50

const exists = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/**
 * A database with `ROWS` acknowledged rows since its last checkpoint, all of them marked; then it is killed.
 * @returns the log file and where in it the row in the middle was written.
 */
const crashed = async (dataDir: string) => {
  const made = await startPostgres({ dataDir, ...quick })
  await made.stop()
  // By hand: a supervisor would start it again before a byte could be changed.
  const binaries = findBinaries(tempFolder())
  const postmaster = await startPostmaster(made.folder, socketFolder(dataDir, binaries.runner), binaries, {})
  const sql = connect(postmaster)
  await sql`create table acknowledged (n int)`
  await sql`checkpoint`
  let middle = { file: '', at: 0 }
  for (let n = 1; n <= ROWS; n += 1) {
    if (n === ROWS / 2) {
      const [row] = await sql<{ file: string; at: number }[]>`
        select file_name as file, file_offset as at from pg_walfile_name_offset(pg_current_wal_insert_lsn())`
      middle = { ...row! }
    }
    await sql`insert into acknowledged values (${n})`
  }
  const mark = logMark(dataDir)
  // As often as it takes: something else may have been written in between and not be on disk yet.
  rmSync(join(dataDir, 'log-mark'), { force: true })
  while (!existsSync(join(dataDir, 'log-mark'))) {
    await mark.look(postmaster)
    await wait(20)
  }
  const all = await sql<{ pid: number }[]>`select pid from pg_stat_activity`
  await sql.end({ timeout: 1 })
  process.kill(postmaster.pid, 'SIGKILL')
  // Until it is not even a zombie, and its processes have let go of its memory: else it counts as running.
  while ([postmaster, ...all].some(({ pid }) => exists(pid))) await wait(10)
  return { path: join(made.folder, 'pg_wal', middle.file), at: middle.at }
}
const rowsAt = async (dataDir: string): Promise<number> => {
  const running = await startPostgres({ dataDir, ...quick })
  const sql = connect(running)
  try {
    return (await sql`select n from acknowledged`).length
  } finally {
    await sql.end({ timeout: 1 })
    await running.stop()
  }
}

test('one byte flipped in the log of a killed database: the next start says which rows cannot be read, and serves none', async () => {
  const dataDir = join(top, 'flipped')
  const { path, at } = await crashed(dataDir)
  const bytes = readFileSync(path)
  bytes[at + 30] = bytes[at + 30]! ^ 0x40
  writeFileSync(path, bytes)
  const said =
    /log is damaged: it was on disk up to \S+ and could be read up to \S+ only, .*entrepot restore\); .*remove .*log-mark/
  await assert.rejects(startPostgres({ dataDir, ...quick }), said)
  // By then the log has grown past the mark again: it is said all the same.
  await assert.rejects(startPostgres({ dataDir, ...quick }), said)
  // Whoever decides to go on without them sees what PostgreSQL alone would have shown.
  rmSync(join(dataDir, 'log-mark'))
  assert.equal(await rowsAt(dataDir), ROWS / 2 - 1)
})

test('the same kill without a damaged byte starts with every row, again and again', async () => {
  const dataDir = join(top, 'whole')
  await crashed(dataDir)
  assert.equal(await rowsAt(dataDir), ROWS)
  assert.equal(await rowsAt(dataDir), ROWS)
})
