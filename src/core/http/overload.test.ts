/** Row 17: a node with two places. Who comes beyond them is told so at once, and no place is ever lost. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { systemClock } from '../clock.ts'
import { registerEvents } from '../events/http.ts'
import { createHub } from '../events/hub.ts'
import { until } from '../events/testKit.ts'
import { actorIn, newId, openTill, quiet, seen, type Till } from '../road/testKit.ts'
import { mountHealth } from './health.ts'
import { createDoor, type Door } from './overload.ts'
import { createHttp } from './server.ts'

let till: Till
let company: string
let siteId: string
const opened: { app: FastifyInstance; stop(): void }[] = []
before(async () => {
  till = await openTill()
  const made = await till.company(1, 1_000)
  company = made.company
  siteId = made.sites[0]!
})
after(async () => {
  for (const { app, stop } of opened) {
    stop()
    await app.close()
  }
  await till.close()
})

/** Requests whose head a node has heard, by its port. */
const heads = new Map<number, number>()
const open = async (door: Door): Promise<number> => {
  const actor = actorIn(company)
  const app = await createHttp({
    ...{ runner: till.runner, log: quiet, secure: false, trustProxy: false, requestsPerMinute: 0, door },
    sessions: { actorOfSession: async () => null, actorOfKey: async () => actor },
  })
  const hub = createHub({ pool: till.owner, log: quiet })
  registerEvents(app, { hub, actorOf: async () => actor, onRevoked: async () => () => {} })
  mountHealth(app, {
    ...{ pool: till.pool, side: till.side, ownerPool: till.owner, writable: () => true, clock: systemClock, door },
    config: { METRICS_TOKEN: null, production: false },
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  opened.push({ app, stop: hub.stop })
  const { port } = app.server.address() as { port: number }
  app.server.on('request', () => heads.set(port, (heads.get(port) ?? 0) + 1))
  return port
}

interface Heard {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}
const heardOf = async (sent: ClientRequest): Promise<Heard> => {
  const [reply] = (await once(sent, 'response')) as [IncomingMessage]
  let text = ''
  for await (const part of reply) text += part
  return { status: reply.statusCode!, headers: reply.headers, text }
}
const begin = (port: number, path: string, method = 'POST'): ClientRequest =>
  request({
    ...{ port, path, method, agent: false },
    headers: { authorization: 'Bearer ent_x', ...(method === 'POST' ? { 'content-type': 'application/json' } : {}) },
  })
const get = (port: number, path: string): Promise<Heard> => {
  const sent = begin(port, path, 'GET')
  sent.end()
  return heardOf(sent)
}
const withdrawal = (tag: number) => JSON.stringify({ siteId, slipId: newId(), qty: 1, tag })
const withdraw = (port: number, tag: number): Promise<Heard> => {
  const sent = begin(port, '/till/withdrawals')
  sent.end(withdrawal(tag))
  return heardOf(sent)
}
/** Whoever withdraws under this tag waits until the gate is opened. */
const gate = (tag: number): (() => void) => {
  const { promise, resolve } = Promise.withResolvers<void>()
  seen.gates.set(tag, promise)
  return resolve
}

test('beyond the places of a node a request is told at once to come back; streams and watchers always get in', async () => {
  const door = createDoor({ least: 2, most: 2 })
  const port = await open(door)
  const openGate = gate(1)
  let answered = 0
  const held = [1, 1].map(async (tag) => {
    const heard = await withdraw(port, tag)
    answered += 1
    return heard
  })
  await until('both places are taken', () => door.counts().underWay === 2)
  const stream = begin(port, '/events', 'GET')
  stream.end()
  const [events] = (await once(stream, 'response')) as [IncomingMessage]
  assert.equal(events.statusCode, 200)
  for (const path of ['/healthz', '/readyz', '/metrics']) assert.equal((await get(port, path)).status, 200, path)
  for (const refused of [await withdraw(port, 3), await get(port, '/till/notes'), await get(port, '/nowhere')]) {
    assert.equal(refused.status, 503)
    assert.match(refused.headers['content-type']!, /^application\/problem\+json/)
    assert.equal(refused.headers['retry-after'], '2')
    assert.equal(refused.headers['x-content-type-options'], 'nosniff')
    assert.equal(refused.headers['cache-control'], 'no-store')
    assert.ok(refused.headers['x-request-id'])
    const { type, title, status, code, detail } = JSON.parse(refused.text)
    assert.deepEqual([type, title, status, code], ['/docs#busy', 'busy', 503, 'busy'])
    assert.match(detail, /try again/)
  }
  assert.equal(answered, 0, 'they were not told in their turn, but before')
  assert.ok(!seen.tags.includes(3), 'nothing of it was done')
  assert.match((await get(port, '/metrics')).text, /^entrepot_requests_turned_away_total 3$/m)
  openGate()
  assert.deepEqual(
    (await Promise.all(held)).map(({ status }) => status),
    [200, 200],
  )
  assert.equal((await withdraw(port, 4)).status, 200)
  assert.deepEqual(door.counts(), { underWay: 0, highest: 2, turnedAway: 3 })
  events.destroy()
})

test('whose body comes a byte at a time takes no place, and is turned away at its end when there is none left', async () => {
  const door = createDoor({ least: 1, most: 1 })
  const port = await open(door)
  const bodies = Array.from({ length: 5 }, () => withdrawal(10))
  const slow = bodies.map((body) => {
    const sent = begin(port, '/till/withdrawals')
    sent.setHeader('content-length', body.length)
    sent.write(body.slice(0, 20))
    return { sent, heard: heardOf(sent), rest: body.slice(20) }
  })
  await until('all five are let in', () => heads.get(port) === 5)
  assert.equal((await withdraw(port, 11)).status, 200)
  const openGate = gate(12)
  const held = withdraw(port, 12)
  await until('the place is taken', () => door.counts().underWay === 1)
  slow[0]!.sent.end(slow[0]!.rest)
  assert.equal((await slow[0]!.heard).status, 503)
  openGate()
  assert.equal((await held).status, 200)
  for (const { sent, heard, rest } of slow.slice(1)) {
    sent.end(rest)
    assert.equal((await heard).status, 200)
  }
  assert.deepEqual(door.counts(), { underWay: 0, highest: 1, turnedAway: 1 })
})

test('a place is given back after every kind of end; who hangs up gives it back when the work is done', async () => {
  const door = createDoor({ least: 1, most: 1 })
  const port = await open(door)
  const note = (how: string) => JSON.stringify({ refId: newId(), body: 'a', how })
  const endings = [
    ['/till/notes', note('throw'), 500],
    ['/till/notes', note('refuse'), 409],
    ['/till/notes', '{"nonsense":1}', 422],
    ['/till/notes', '{"a":', 400],
    ['/nowhere', '{}', 404],
  ] as const
  for (const [path, body, status] of endings) {
    const sent = begin(port, path)
    sent.end(body)
    assert.equal((await heardOf(sent)).status, status, body)
    assert.equal(door.counts().underWay, 0, body)
  }
  const openGate = gate(20)
  const gone = begin(port, '/till/withdrawals')
  gone.on('error', () => {})
  gone.end(withdrawal(20))
  await until('it has its place', () => door.counts().underWay === 1)
  gone.destroy()
  const half = begin(port, '/till/withdrawals')
  half.on('error', () => {})
  half.setHeader('content-length', 500)
  half.write('{"siteId"')
  half.destroy()
  assert.equal((await withdraw(port, 21)).status, 503, 'its work goes on')
  openGate()
  await until('the place is back', () => door.counts().underWay === 0)
  assert.equal((await withdraw(port, 22)).status, 200)
})

test('as many are let in as were answered of late, never fewer than the least', async () => {
  let now = 50_000
  const door = createDoor({ least: 1, most: 12, now: () => now })
  const port = await open(door)
  const hold = async (tag: number, wanted: number): Promise<number> => {
    const openGate = gate(tag)
    const all = Array.from({ length: wanted }, () => withdraw(port, tag))
    const { turnedAway } = door.counts()
    await until('all are in or away', () => {
      const counts = door.counts()
      return counts.underWay + counts.turnedAway - turnedAway === wanted
    })
    const { underWay } = door.counts()
    openGate()
    await Promise.all(all)
    return underWay
  }
  assert.equal(await hold(30, 20), 1, 'nothing is known yet')
  now += 5_000
  for (let n = 0; n < 8; n += 1) assert.equal((await withdraw(port, 31)).status, 200)
  assert.equal(await hold(32, 20), 4, 'half of the eight of the last second')
  for (let n = 0; n < 20; n += 1) assert.equal((await withdraw(port, 33)).status, 200)
  assert.equal(await hold(34, 20), 12, 'never more than the most')
  now += 900
  assert.equal(await hold(35, 20), 12, 'still of the last second')
  now += 5_000
  assert.equal(await hold(36, 20), 1, 'long ago')
})
