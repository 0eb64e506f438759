import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import { watchDisk } from './disk.ts'
import { isPrivate, socketFolder, tempFolder } from './paths.ts'
import { isAlive, portHolder } from './process.ts'
import { type Supervised, startPostgres } from './supervisor.ts'

const folder = mkdtempSync(join(tmpdir(), 'entrepot-supervisor-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const quick = { log: () => {}, minFreeMb: 0, reserveMb: 0 }
const connect = (running: Pick<Supervised, 'socketDir' | 'port' | 'superuser'>) =>
  postgres({
    host: running.socketDir,
    port: running.port,
    username: running.superuser,
    database: 'postgres',
    max: 1,
    backoff: () => 0.05,
    onnotice: () => {},
  })

const APP = fileURLToPath(new URL('testApp.ts', import.meta.url))

/** A process that keeps the database of `dataDir` and can be killed. */
const startApp = async (dataDir: string): Promise<ChildProcess> => {
  const app = spawn(process.execPath, [APP, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise<void>((resolve, reject) => {
    app.stdout.on('data', (chunk: Buffer) => String(chunk).includes('ready') && resolve())
    app.once('exit', (code) => reject(new Error(`the app ended with ${code}`)))
  })
  return app
}

const killed = (app: ChildProcess, signal: NodeJS.Signals) =>
  new Promise<number | null>((resolve) => {
    app.once('exit', resolve)
    app.kill(signal)
  })

test('a database below a path with spaces, ü and more than 107 bytes starts, and a second start finds the same rows', async () => {
  const dataDir = join(folder, 'Großhändler & Söhne', 'd'.repeat(100), "it's here, ü")
  const first = await startPostgres({ dataDir, ...quick })
  assert.equal(first.adopted, false)
  assert.ok(Buffer.byteLength(join(first.socketDir, `.s.PGSQL.${first.port}`)) < 107)
  assert.equal(statSync(first.socketDir).mode & 0o777, 0o700)
  const sql = connect(first)
  const [facts] = await sql`
    select current_setting('listen_addresses') as tcp, current_setting('data_checksums') as checksums, current_setting('server_encoding') as encoding,
           (select datlocprovider::text || ' ' || datlocale from pg_database where datname = 'template1') as locale`
  assert.deepEqual({ ...facts }, { tcp: '', checksums: 'on', encoding: 'UTF8', locale: 'b C.UTF-8' })
  await sql`create table kept (n int)`
  await sql`insert into kept values (7)`
  await sql.end()
  await first.stop()
  assert.equal(existsSync(first.socketDir), false)

  const second = await startPostgres({ dataDir, ...quick })
  const again = connect(second)
  assert.deepEqual([...(await again`select n from kept`)], [{ n: 7 }])
  await again.end()
  await second.stop()
})

test('when the app is killed its database lives on, and the next app takes it over with every acknowledged row', async () => {
  const dataDir = join(folder, 'adopted')
  const app = await startApp(dataDir)
  await assert.rejects(startPostgres({ dataDir, ...quick }), /already running at http:\/\/localhost:4800 \(pid \d+\)/)

  const shared = await startPostgres({ dataDir, ...quick, share: true })
  const sql = connect(shared)
  await sql`create table acknowledged (n int)`
  await sql`insert into acknowledged values (1)`
  await killed(app, 'SIGKILL')
  await sql`insert into acknowledged values (2)`
  await sql.end()

  const next = await startPostgres({ dataDir, ...quick })
  assert.equal(next.adopted, true)
  assert.equal(next.postmasterPid(), shared.postmasterPid())
  const again = connect(next)
  assert.equal((await again`select n from acknowledged`).length, 2)
  await again.end()
  await next.stop()
})

test('a killed postmaster is started again by itself and has every acknowledged row', async () => {
  const running = await startPostgres({ dataDir: join(folder, 'restarted'), ...quick })
  const sql = connect(running)
  await sql`create table acknowledged (n int)`
  for (let n = 1; n <= 3; n++) {
    await sql`insert into acknowledged values (${n})`
    const old = running.postmasterPid()!
    process.kill(old, 'SIGKILL')
    while (running.postmasterPid() === old || running.postmasterPid() === null) await wait(10)
    await sql`select 1`.catch(() => {})
    assert.equal((await sql`select n from acknowledged`).length, n)
  }
  await sql.end()
  await running.stop()
})

test('an app that is asked to stop stops its database in order', async () => {
  const dataDir = join(folder, 'stopped')
  const app = await startApp(dataDir)
  const pid = Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0])
  assert.equal(await killed(app, 'SIGTERM'), 0)
  assert.equal(isAlive(pid), false)
  assert.match(
    readFileSync(join(dataDir, 'postgres.log'), 'utf8').trimEnd().split('\n').at(-1)!,
    /database system is shut down/,
  )
})

test('an initdb that was cut off half-way is thrown away and made again', async () => {
  const dataDir = join(folder, 'half')
  const app = spawn(process.execPath, [APP, dataDir], { stdio: 'ignore', detached: true })
  while (!existsSync(join(dataDir, `postgres.tmp-${app.pid}`, 'global'))) await wait(5)
  // Until it is reaped, a killed process still has its pid and looks alive.
  const reaped = once(app, 'exit')
  process.kill(-app.pid!, 'SIGKILL')
  await reaped
  assert.equal(existsSync(join(dataDir, 'postgres')), false)
  const running = await startPostgres({ dataDir, ...quick })
  const sql = connect(running)
  assert.equal((await sql`select 1 as n`)[0]?.n, 1)
  await sql.end()
  await running.stop()
  assert.equal(existsSync(join(dataDir, `postgres.tmp-${process.pid}`)), false)
})

test('a lock left by a process whose pid now belongs to another does not keep the app out', async () => {
  const dataDir = join(folder, 'stale')
  mkdirSync(dataDir)
  writeFileSync(
    join(dataDir, 'app.lock'),
    JSON.stringify({ pid: process.pid, start: 'another boot:1', url: 'http://localhost:1' }),
  )
  const running = await startPostgres({ dataDir, ...quick })
  await running.stop()
  assert.equal(existsSync(join(dataDir, 'app.lock')), false)
})

test('a socket folder that a stranger made first is not used', () => {
  const runner = { prefix: [] }
  const first = socketFolder('some data', runner)
  rmSync(first, { recursive: true })
  mkdirSync(first, { mode: 0o777 })
  const second = socketFolder('some data', runner)
  assert.notEqual(second, first)
  assert.ok(isPrivate(second, process.getuid?.()))
  for (const made of [first, second]) rmSync(made, { recursive: true })
})

test('a temp folder whose path is too long for a socket is replaced by /tmp', () => {
  const before = process.env.TMPDIR
  process.env.TMPDIR = join('/tmp', 'x'.repeat(90))
  assert.equal(tempFolder(), '/tmp')
  if (before === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = before
})

test('below the free-space watermark nothing may be written; the reserve is made with room and given up without', async () => {
  const dataDir = mkdtempSync(join(folder, 'disk-'))
  const told: string[] = []
  const tight = watchDisk({ folder: dataDir, minFreeMb: 1_000_000_000, reserveMb: 1, log: (line) => told.push(line) })
  while (tight.writable()) await wait(10)
  assert.match(told[0]!, /nothing is written until there is room/)
  assert.equal(existsSync(join(dataDir, 'reserve')), false)
  await tight.stop()

  const roomy = watchDisk({ folder: dataDir, minFreeMb: 1, reserveMb: 1, log: () => {} })
  while (!existsSync(join(dataDir, 'reserve'))) await wait(10)
  assert.equal(statSync(join(dataDir, 'reserve')).size, 1024 * 1024)
  assert.equal(roomy.writable(), true)
  assert.equal(roomy.giveReserve(), true)
  assert.equal(existsSync(join(dataDir, 'reserve')), false)
  await roomy.stop()
})

test('who holds a port is told by pid and command', async () => {
  const server = (await import('node:net')).createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  assert.match(portHolder(port) ?? '', new RegExp(`^pid ${process.pid} \\(`))
  server.close()
})
