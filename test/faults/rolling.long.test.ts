/** Row 19: two nodes are restarted one after the other under load. A caller who finds a door shut, or whose line breaks, asks the other one with the same key. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { broken } from '../broken.ts'
import { endNode, type Node, openCluster, openStage, readyAfter, type Stage, startNode } from './stage.ts'

let cluster: Awaited<ReturnType<typeof openCluster>>
let stage: Stage
let nodes: Node[]
before(async () => {
  cluster = await openCluster()
  stage = await openStage({ items: 2, stock: 2_000 })
  nodes = await Promise.all([startNode(stage.database), startNode(stage.database)])
})
after(async () => {
  for (const node of nodes ?? []) await endNode(node)
  await stage?.kernel.close()
  await cluster?.close()
})

interface Heard {
  readonly status: number
  readonly body: string
}
/** Every other caller keeps its line for the next request, as an integration does. */
const kept = new Agent({ keepAlive: true })
/** Status −1: nobody listened, nothing was sent; 0: the line broke, and nobody knows whether it was done. */
const post = (url: string, key: string, path: string, input: object, agent: Agent | false): Promise<Heard> =>
  new Promise((resolve) => {
    const body = JSON.stringify(input)
    const headers = {
      ...{ authorization: `Bearer ${stage.whole.key}`, 'content-type': 'application/json' },
      ...{ 'content-length': Buffer.byteLength(body), 'idempotency-key': key },
      ...(agent ? {} : { connection: 'close' }),
    }
    const sent = request(`${url}${path}`, { method: 'POST', agent, headers }, (reply) => {
      const chunks: Buffer[] = []
      reply.on('data', (chunk: Buffer) => chunks.push(chunk))
      reply.on('end', () => resolve({ status: reply.statusCode!, body: Buffer.concat(chunks).toString() }))
      reply.on('error', (error) => resolve({ status: 0, body: String(error) }))
    })
    sent.on('error', (error: NodeJS.ErrnoException) =>
      resolve({ status: error.code === 'ECONNREFUSED' ? -1 : 0, body: String(error) }),
    )
    sent.end(body)
  })

test('two nodes restarted one after the other under load: everybody is answered, nothing is lost or done twice', {
  timeout: 120_000,
}, async (t) => {
  const wrong: Heard[] = []
  let answered = 0
  let turned = 0
  let cut = 0
  let running = true
  const ask = async (n: number, path: string, input: object, agent: Agent | false): Promise<Heard> => {
    const key = randomUUID()
    for (let door = n; ; door += 1) {
      const heard = await post(nodes[door % 2]!.url, key, path, input, agent)
      if (heard.status <= 0 && door < n + 20) {
        if (heard.status < 0) turned += 1
        else cut += 1
        await wait(20)
        continue
      }
      answered += 1
      if (heard.status !== 200) wrong.push(heard)
      return heard
    }
  }
  const orders: string[] = []
  let made = 0
  const caller = async (n: number) => {
    const agent = n % 2 === 0 && kept
    for (let at = n; running; at += 1) {
      const lines = [{ itemId: stage.itemIds[at % 2], uom: 'EA', uomQty: 1 }]
      const order = { partyId: stage.partyIds[0], siteId: stage.siteId, lines }
      const entered = await ask(at, '/rpc/sales/createOrder', order, agent)
      if (entered.status !== 200) continue
      made += 1
      const orderId: string = JSON.parse(entered.body).id
      if ((await ask(at + 1, '/rpc/sales/confirm', { orderId }, agent)).status === 200) orders.push(orderId)
      await wait(20)
    }
  }
  const callers = Array.from({ length: 6 }, (_, n) => caller(n))
  for (const n of [0, 1]) {
    await wait(700)
    const old = nodes[n]!
    const ended = once(old.child, 'exit')
    old.child.kill('SIGTERM')
    const [code] = await ended
    assert.equal(code, 0, old.end())
    const started = performance.now()
    nodes[n] = await startNode(stage.database)
    await readyAfter(nodes[n]!.url, started)
  }
  await wait(500)
  running = false
  await Promise.all(callers)
  t.diagnostic(
    `${answered} answers, ${turned} times a shut door, ${cut} lines broken, ${orders.length} orders confirmed`,
  )
  assert.deepEqual(wrong, [])
  assert.ok(turned > 0, 'no door was ever shut')
  const [there] = await stage.sql<{ n: number }>(
    `select count(*)::int as n from demand_line where company_id = $1 and ref_id = any ($2::uuid[])`,
    stage.company,
    orders,
  )
  assert.equal(there!.n, orders.length)
  const [entered] = await stage.sql<{ n: number }>(
    `select count(*)::int as n from sales_order where company_id = $1 and id <> $2`,
    stage.company,
    stage.elsewhere,
  )
  assert.equal(entered!.n, made, 'as many orders as were acknowledged')
  assert.deepEqual(await broken(stage), [])
})
