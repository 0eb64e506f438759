/** Row 2, seen by callers: the postmaster is killed under load, its supervisor starts it again, and the app goes on by itself. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { connectOnce } from '../../src/core/database/roles.ts'
import { endNode, type Node, openCluster, openStage, type Stage, startNode } from './stage.ts'

let cluster: Awaited<ReturnType<typeof openCluster>>
let stage: Stage
let node: Node
before(async () => {
  cluster = await openCluster()
  stage = await openStage({ items: 2, stock: 50 })
  node = await startNode(stage.database)
})
after(async () => {
  if (node) await endNode(node)
  await stage?.kernel.close()
  await cluster?.close()
})

interface Heard {
  readonly path: string
  readonly at: number
  readonly status: number
  readonly body: string
}
const ask = async (path: string, body?: unknown): Promise<Heard> => {
  const reply = await fetch(`${node.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${stage.whole.key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  })
  return { path, status: reply.status, body: await reply.text(), at: performance.now() }
}
/** When the database takes connections again, asked of itself. */
const accepting = async (): Promise<number> => {
  for (;;) {
    const sql = connectOnce(stage.database.superuser)
    const ok = await sql`select 1`.then(
      () => true,
      () => false,
    )
    await sql.end({ timeout: 0 }).catch(() => {})
    if (ok) return performance.now()
    await wait(20)
  }
}

test('three seconds after a killed database is back everything is answered again, and nobody heard worse than a coded 503', {
  timeout: 120_000,
}, async (t) => {
  for (let round = 0; round < 2; round += 1) {
    const heard: Heard[] = []
    let running = true
    const caller = async (path: string, body?: () => unknown) => {
      while (running) {
        heard.push(
          await ask(path, body?.()).catch((error: Error) => {
            running = false
            throw error
          }),
        )
        await wait(10)
      }
    }
    const order = () => ({
      partyId: stage.partyIds[0],
      siteId: stage.siteId,
      lines: [{ itemId: stage.itemIds[0], uom: 'EA', uomQty: 1 }],
    })
    const callers = [
      caller('/readyz'),
      ...Array.from({ length: 4 }, () => caller('/rpc/sales/orders', () => ({}))),
      ...Array.from({ length: 4 }, () => caller('/rpc/sales/createOrder', order)),
    ]
    await wait(400)
    const old = cluster.server.postmasterPid()!
    process.kill(old, 'SIGKILL')
    await wait(100)
    const back = await accepting()
    await wait(3_000)
    running = false
    await Promise.all(callers)

    const worse = heard.filter(
      ({ path, status, body }) =>
        status !== 200 &&
        !(status === 503 && (path === '/readyz' ? /"ready":false/ : /"code":"(database_unavailable|busy)"/).test(body)),
    )
    assert.deepEqual(worse, [], JSON.stringify(worse.slice(0, 5)))
    const firstGood = (path: string) =>
      Math.round(heard.find((h) => h.path === path && h.status === 200 && h.at >= back)!.at - back)
    const late = heard.filter((h) => h.status !== 200 && h.at > back + 3_000)
    const figures = ['/readyz', '/rpc/sales/orders', '/rpc/sales/createOrder'].map(
      (path) => `${path} ${firstGood(path)}`,
    )
    const no = heard.filter((h) => h.status !== 200)
    t.diagnostic(
      `${heard.length} answers, ${no.length} × 503; first good after ${figures.join(', ')} ms; last 503 after ${Math.round(Math.max(0, ...no.map((h) => h.at - back)))} ms`,
    )
    assert.ok(no.length > 0, 'the database was never away')
    assert.deepEqual(late, [])
    for (const path of ['/readyz', '/rpc/sales/orders', '/rpc/sales/createOrder'])
      assert.ok(firstGood(path) <= 3_000, `${path} after ${firstGood(path)} ms`)
  }
})
