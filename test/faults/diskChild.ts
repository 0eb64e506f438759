/** One disk case, inside its own mount namespace: a small disk, a database on it, the app and its callers; then it fills up. */
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pino } from 'pino'
import { createApp } from '../../src/app.ts'
import { check, invariantsOf } from '../../src/core/check/check.ts'
import { systemClock } from '../../src/core/clock.ts'
import { readConfig } from '../../src/core/config.ts'
import { createPool } from '../../src/core/database/pool.ts'
import { startPostgres } from '../../src/core/database/supervisor/index.ts'
import { modules } from '../../src/modules.ts'
import { startClients } from './clients.ts'
import { accepting, relayed, withDatabase } from './database.ts'
import { type DiskCase, type DiskResult, NO_MOUNT } from './disk.ts'
import { judge } from './history.ts'
import { openStage } from './stage.ts'

const which = process.argv[2] as DiskCase
const MB = 1024 * 1024
const DISK_MB = 400
/** Scaled from 512 and 128 MB to the size of this disk. */
const SPACE = {
  watermark: { minFreeMb: 48, reserveMb: 16, leaveMb: 40 },
  data: { minFreeMb: 0, reserveMb: 0, leaveMb: 0 },
  wal: { minFreeMb: 48, reserveMb: 40, leaveMb: 60 },
}[which]
/** Until the full disk is felt; row 7 and row 8 give 5 s and 10 s from new space to new writing. */
const FELT_WITHIN_MS = 30_000
const WRITING_WITHIN_MS = { watermark: 5_000, data: 5_000, wal: 10_000 }[which]
const READS_WITHIN_MS = { watermark: 5_000, data: 5_000, wal: 60_000 }[which]

const folder = mkdtempSync(join(tmpdir(), 'entrepot-disk-'))
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m,mode=0700`, 'tmpfs', folder], {
  encoding: 'utf8',
})
if (mounted.status !== 0) {
  console.error(mounted.stderr)
  rmSync(folder, { recursive: true })
  process.exit(NO_MOUNT)
}
const freeMb = async () => {
  const { bavail, bsize } = await statfs(folder)
  return (bavail * bsize) / MB
}
const ballast = join(folder, 'ballast')
/** Takes space until so much is left. At once: callers and reads go on in this process. */
const fill = async (leaveMb: number) => {
  const bytes = Math.floor(((await freeMb()) - Math.max(2, leaveMb)) * MB)
  const { status, stderr } = spawnSync('fallocate', ['-l', String(bytes), ballast], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`the ballast could not be laid: ${stderr}`)
  if (leaveMb > 0) return
  // What was given back in the meantime goes too.
  const file = openSync(ballast, 'a')
  try {
    for (const page = Buffer.alloc(4_096); ; ) writeSync(file, page)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  } finally {
    closeSync(file)
  }
}

const wrong: string[] = []
let restarts = 0
const server = await startPostgres({
  dataDir: join(folder, 'data'),
  log: (line) => {
    if (/the database is back/.test(line)) restarts += 1
    if (process.env.TEST_LOG) console.error(line)
  },
  url: null,
  minFreeMb: SPACE.minFreeMb,
  reserveMb: SPACE.reserveMb,
  settings: {
    // No checkpoint takes log away while the disk is being filled; the `data` case has its log laid out before.
    max_wal_size: '2GB',
    min_wal_size: which === 'data' ? '96MB' : '32MB',
    checkpoint_timeout: '1h',
    shared_buffers: '32MB',
  },
})
process.env.TEST_DATABASE_SOCKET = server.socketDir
const stage = await openStage({ items: 4, stock: 1_000 })
const { superuser, app: appRole, owner } = stage.database
const sql = (text: string) => withDatabase(superuser, (db) => db.query(text))
// Half-empty pages: an update finds its room in place, and only the log grows.
await sql('create table eater with (fillfactor = 30) as select n, 0 as v from generate_series(1, 5000) as n')
// New segments are made now and used again later, so that it is the tables that find no room.
if (which === 'data') for (let n = 0; n < 8; n += 1) await sql('select pg_switch_wal()').then(() => sql('checkpoint'))

const app = await createApp({
  database: { app: appRole, owner, kind: 'external', writable: server.writable },
  config: readConfig({ LOG_LEVEL: 'silent', REQUESTS_PER_MINUTE: '0' }, process.cwd()),
  clock: systemClock,
  log: pino({ level: 'error' }, pino.destination({ dest: 2, sync: true })),
  tls: null,
  dev: false,
})
const url = await app.listen({ host: '127.0.0.1', port: 0 })
const clients = startClients(stage, () => [url], { count: 8, seed: 7, thinkMs: 50 })

const reads = { good: 0, failed: 0, away: 0, last: performance.now() }
let reading = true
const reader = (async () => {
  while (reading) {
    const status = await fetch(`${url}/rpc/sales/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${stage.whole.key}` },
      body: '{"limit":5}',
      signal: AbortSignal.timeout(20_000),
    }).then(
      (reply) => reply.arrayBuffer().then(() => reply.status),
      () => 0,
    )
    if (status === 200) {
      reads.away = Math.max(reads.away, performance.now() - reads.last)
      reads.last = performance.now()
      reads.good += 1
    } else reads.failed += 1
    await wait(30)
  }
  reads.away = Math.max(reads.away, performance.now() - reads.last)
})()
/** Rows updated in place make log and nothing else; past the app and its watermark, until there is no room for it. */
const eatLog = async () => {
  for (let n = 0; n < 500; n += 1) await sql('update eater set v = v + 1')
}
const felt = () =>
  which === 'wal' ? restarts > 0 || server.postmasterPid() === null : clients.history.some((a) => a.status === 507)

await wait(2_000)
const before = server.postmasterPid()
await fill(SPACE.leaveMb)
if (which === 'wal') await eatLog().catch(() => {})
const until = performance.now() + FELT_WITHIN_MS
while (!felt() && performance.now() < until) await wait(20)
if (!felt()) wrong.push(`nobody felt the full disk (${Math.round(await freeMb())} MB free)`)
await wait(which === 'wal' ? 15_000 : 5_000)
// Row 8: reads come back before anybody made space, from the reserve alone.
if (which === 'wal' && performance.now() - reads.last > 5_000)
  wrong.push(`without new space no read was answered for ${Math.round(performance.now() - reads.last)} ms`)
const doneWhileFull = clients.history.filter((a) => a.outcome === 'ok' && a.at > performance.now() - 3_000).length
if (which === 'watermark' && doneWhileFull > 0) wrong.push(`${doneWhileFull} commands were done below the watermark`)

rmSync(ballast)
const freed = performance.now()
const writing = () => clients.history.find((a) => a.outcome === 'ok' && a.at - a.ms > freed)
while (!writing() && performance.now() < freed + 60_000) await wait(20)
const again = Math.round((writing()?.at ?? Number.POSITIVE_INFINITY) - freed)
await wait(2_000)
reading = false
await reader
await accepting(superuser)
await clients.stop()
await clients.settle()
await relayed(superuser, stage.company)

const verdict = await judge(
  { host: superuser.host, port: superuser.port, user: superuser.user, database: superuser.database },
  stage.company,
  stage.whole.id,
  clients.history,
  { units: stage.units, deadlineMs: 16_000, orders: [stage.elsewhere] },
)
const pool = createPool(owner, 'entrepot_owner', 1)
const broken = (await check(pool, invariantsOf(modules), { company: stage.company })).filter((c) => c.differing > 0)
await pool.close()
if (again > WRITING_WITHIN_MS) wrong.push(`writing again ${again} ms after there was space`)
if (reads.away > READS_WITHIN_MS) wrong.push(`no read was answered for ${Math.round(reads.away)} ms`)
if (which !== 'wal' && reads.failed > 0) wrong.push(`${reads.failed} reads failed`)
if (which !== 'wal' && server.postmasterPid() !== before) wrong.push('the database was started again')
const result: DiskResult = {
  case: which,
  not_run: null,
  acknowledged: verdict.acknowledged,
  lost: verdict.lost,
  doubled: verdict.doubled,
  refused_507: clients.history.filter((a) => a.status === 507).length,
  reads: reads.good,
  reads_failed: reads.failed,
  reads_away_ms: Math.round(reads.away),
  writing_again_ms: again,
  database_restarts: restarts,
  wrong: [...wrong, ...verdict.wrong, ...broken.map((c) => `${c.name}: ${c.differing} rows differ`)],
}
await app.close()
await stage.kernel.close()
await server.stop()
spawnSync('umount', [folder])
rmSync(folder, { recursive: true, force: true })
console.log(JSON.stringify(result))
process.exit(0)
