/** Row 38: a promise that nobody waited for, an exception that nobody caught. The process ends as one that failed, whole, and starts clean. */
import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isAlive } from '../../src/core/database/supervisor/process.ts'
import { ROOT } from '../steps.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'entrepot-fault-'))
let child: ChildProcess | null = null
after(() => {
  child?.kill('SIGKILL')
  rmSync(dataDir, { recursive: true, force: true })
})

const start = async () => {
  const started = fork(join(ROOT, 'test/trust/faultyNode.ts'), [], {
    env: { PATH: process.env.PATH, DATA_DIR: dataDir, LOG_LEVEL: 'info', MIN_FREE_MB: '0', RESERVE_MB: '0' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  child = started
  let said = ''
  for (const stream of [started.stdout!, started.stderr!])
    stream.on('data', (bytes: Buffer) => {
      said += bytes
    })
  // Not `exit`: by then all it said has been read.
  const closed = once(started, 'close') as Promise<[number | null, string | null]>
  const [url] = (await Promise.race([
    once(started, 'message'),
    closed.then(() => {
      throw new Error(`ended before it listened: ${said}`)
    }),
  ])) as [string]
  return { url, child: started, closed, said: () => said }
}
/** What a caller hears: a whole answer, or nothing. */
const ask = (url: string): Promise<string | null> =>
  fetch(`${url}/rpc/sales/orders`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })
    .then(async (reply) => `${reply.status} ${await reply.text()}`)
    .catch(() => null)

for (const how of ['rejection', 'exception'])
  test(`a process with an unhandled ${how} ends as failed, takes its database with it, tells callers nothing, and starts clean again`, {
    timeout: 120_000,
  }, async () => {
    const node = await start()
    const postmaster = Number(readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0])
    assert.ok(isAlive(postmaster))
    assert.match((await ask(node.url))!, /^401 /)
    // A caller who never comes to an end must not keep it half alive.
    const { hostname, port } = new URL(node.url)
    const half = connect(Number(port), hostname)
    half.on('error', () => {})
    half.write(
      'POST /rpc/sales/orders HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
    )
    const heard: (string | null)[] = []
    let over = false
    const callers = Array.from({ length: 4 }, async () => {
      while (!over) heard.push(await ask(node.url))
    })
    node.child.send(how)
    const [code, signal] = await node.closed
    over = true
    await Promise.all(callers)
    half.destroy()
    assert.deepEqual([code, signal], [1, null], node.said())
    assert.match(node.said(), /Error: select secret/, 'whoever runs it is told')
    assert.equal(isAlive(postmaster), false, 'the database is left behind')
    assert.equal(await ask(node.url), null, 'somebody still answers')
    for (const answer of heard)
      assert.ok(answer === null || /^(401|503) \{"type":"\/docs#\w+"/.test(answer), `a caller heard ${answer}`)
    for (const answer of heard) assert.doesNotMatch(answer ?? '', /secret|select|\.ts|node_modules|\bat /)

    const again = await start()
    const ready = await fetch(`${again.url}/readyz`)
    assert.deepEqual([ready.status, JSON.parse(await ready.text()).ready], [200, true])
    again.child.kill('SIGTERM')
    assert.deepEqual(await again.closed, [0, null], again.said())
  })
