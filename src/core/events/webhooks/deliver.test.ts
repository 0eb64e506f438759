import assert from 'node:assert/strict'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { settableClock, systemClock } from '../../clock.ts'
import { Refusal } from '../../refusal.ts'
import { createOutbound } from '../outbound/outbound.ts'
import { actorOf, type Kit, newId, openKit, until } from '../testKit.ts'
import { startNode, systemActor } from '../testNode.ts'
import { secretBytes, verifies } from './signature.ts'

interface Message {
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly position: number
  readonly type: string
}
let kit: Kit
let node: Awaited<ReturnType<typeof startNode>>
const clock = settableClock(systemClock.now())
before(async () => {
  kit = await openKit()
  node = await startNode(kit.database.app, kit.database.owner, {
    work: false,
    clock,
    pollMs: 50,
    outbound: createOutbound({ onlyForTests: { addresses: ['127.0.0.1'] } }),
    deliver: { timeoutMs: 400, pollMs: 20, waitsMs: [30, 60] },
  })
})
const servers: { close(): void; closeAllConnections(): void }[] = []
after(async () => {
  await node.stop()
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  await kit.close()
})

const receiver = async (answer: (message: Message, response: ServerResponse, no: number) => void) => {
  const got: Message[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { position, type } = JSON.parse(body) as { position: number; type: string }
    const message = { headers: request.headers, body, position, type }
    got.push(message)
    answer(message, response, got.length)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` }
}
const ok = (_: Message, response: ServerResponse) => void response.writeHead(204).end()

/** Saved through the door, where only public https is let in; then pointed at the receiver of the test. */
const endpointFor = async (
  company: string,
  url: string,
  eventTypes = ['order.changed'],
  actor = systemActor(company),
) => {
  const { id } = await node.runner.run<{ id: string }>(actor, 'webhooks.save', {
    url: 'https://hooks.example.com/in',
    eventTypes,
  })
  await pointTo(id, url)
  return id
}
const pointTo = (id: string, url: string) =>
  kit.owner.plain(5_000, (sql) => sql`update webhook_endpoint set url = ${url} where id = ${id}`)
const secretOf = async (company: string, id: string) =>
  node.runner.run<{ secret: string; oldSecret: string | null }>(systemActor(company), 'webhooks.secret', { id })
const deliveries = async (company: string, id: string, state?: string) =>
  (
    await node.runner.run<{
      rows: { position: number; tries: number; state: string; cause: string | null; eventId: string }[]
    }>(systemActor(company), 'webhooks.deliveries', { id, limit: 500, ...(state ? { state } : {}) })
  ).rows
const say = async (company: string, document = newId(), options = {}) => {
  await kit.change(company, document, options)
  node.poke()
}
const seconds = () => Math.floor(clock.now().getTime() / 1000)

test('an event is delivered signed, as on the wire and nothing else', async () => {
  const company = await kit.company()
  const { got, url } = await receiver(ok)
  const id = await endpointFor(company, url)
  const document = newId()
  await say(company, document)
  await until('it is delivered', async () => (await deliveries(company, id, 'delivered')).length === 1)
  const message = got[0]!
  const { position } = message
  assert.equal(
    message.body,
    JSON.stringify({ position, type: 'order.changed', kind: 'thing', id: document, version: 1 }),
  )
  const { secret } = await secretOf(company, id)
  assert.ok(secret.startsWith('whsec_'))
  assert.ok(verifies(secretBytes(secret), message.headers, message.body, seconds()))
})

test('500s, silence and redirects are tried again under the same id until all is there, in order for each document', async () => {
  const company = await kit.company()
  const failed = new Set<string>()
  const { got, url } = await receiver((message, response, no) => {
    const id = String(message.headers['webhook-id'])
    if (!failed.has(id) && no % 2) {
      failed.add(id)
      if (no % 3 === 0) return // silent: the time limit ends it
      return void response.writeHead(no % 5 ? 500 : 302, { location: 'http://127.0.0.1:1/' }).end()
    }
    response.writeHead(200).end('{}')
  })
  const id = await endpointFor(company, url)
  const documents = [newId(), newId(), newId(), newId()]
  for (let i = 0; i < 40; i += 1) await say(company, documents[i % 4])
  const drive = setInterval(() => clock.advance(50), 20)
  try {
    await until('all are delivered', async () => (await deliveries(company, id, 'delivered')).length === 40, 30_000)
  } finally {
    clearInterval(drive)
  }
  assert.ok(failed.size >= 5)
  const ids = new Map<number, Set<string>>()
  for (const m of got) ids.set(m.position, (ids.get(m.position) ?? new Set()).add(String(m.headers['webhook-id'])))
  assert.ok(
    [...ids.values()].every((of) => of.size === 1),
    'one id for each event, on every try',
  )
  const last = new Map<string, number>()
  for (const { body, position } of got) {
    const document = (JSON.parse(body) as { id: string }).id
    assert.ok(position >= (last.get(document) ?? 0), 'out of order for a document')
    last.set(document, position)
  }
})

test('a receiver that answers 410 is switched off, and told; what waited is parked and can be replayed', async () => {
  const company = await kit.company()
  let gone = true
  const { got, url } = await receiver((_, response) => void response.writeHead(gone ? 410 : 200).end())
  const id = await endpointFor(company, url)
  await say(company, newId(), { times: 3 })
  await until('it is switched off', async () => {
    const { rows } = await node.runner.run<{ rows: { id: string; enabled: boolean; disabledReason: string }[] }>(
      systemActor(company),
      'webhooks.list',
      {},
    )
    return rows[0]!.enabled === false && /410/.test(rows[0]!.disabledReason)
  })
  await until('nothing waits', async () => (await deliveries(company, id, 'parked')).length === 3)
  const before = got.length
  await say(company, newId())
  await until('the fourth has its position', async () =>
    (await kit.positions(company)).every((e) => e.position !== null),
  )
  assert.equal((await deliveries(company, id)).length, 3, 'nothing is queued for it any more')
  assert.equal(got.length, before)
  const told = await kit.owner.plain(
    5_000,
    (sql) => sql`select 1 from outbox where company_id = ${company} and type = 'webhook.disabled' and ref_id = ${id}`,
  )
  assert.equal(told.length, 1)
  gone = false
  await node.runner.run(systemActor(company), 'webhooks.save', {
    id,
    url: 'https://hooks.example.com/in',
    eventTypes: ['order.changed'],
  })
  await pointTo(id, url)
  const { queued } = await node.runner.run<{ queued: number }>(systemActor(company), 'webhooks.replay', { id, from: 1 })
  assert.equal(queued, 4)
  await until('all are there', async () => (await deliveries(company, id, 'delivered')).length === 4)
})

test('a receiver that stays away is tried for three days, then its message is parked and somebody is told', async () => {
  const company = await kit.company()
  const { got, url } = await receiver((_, response) => void response.writeHead(503).end())
  const id = await endpointFor(company, url)
  await say(company)
  // The next try is dated from the answer: time may move on only when that is written down (a try counts as it begins).
  await until('the first answer is written down', async () => (await deliveries(company, id))[0]?.cause != null)
  clock.advance(71 * 3_600_000)
  await until('a try after 71 hours', () => got.length >= 2)
  await until('it waits on', async () => (await deliveries(company, id))[0]!.tries === got.length)
  assert.equal((await deliveries(company, id))[0]!.state, 'waiting')
  clock.advance(2 * 3_600_000 + 60_000)
  await until('it is parked', async () => (await deliveries(company, id, 'parked')).length === 1)
  const told = await kit.owner.plain(
    5_000,
    (sql) => sql`select 1 from outbox where company_id = ${company} and type = 'webhook.parked' and ref_id = ${id}`,
  )
  assert.equal(told.length, 1)
  assert.equal(new Set(got.map((m) => m.headers['webhook-id'])).size, 1)
})

test('while a secret changes both sign, afterwards only the new one', async () => {
  const company = await kit.company()
  const { got, url } = await receiver(ok)
  const id = await endpointFor(company, url)
  const old = secretBytes((await secretOf(company, id)).secret)
  await node.runner.run(systemActor(company), 'webhooks.rotateSecret', { id, overlapHours: 1 })
  const { secret, oldSecret } = await secretOf(company, id)
  assert.deepEqual(secretBytes(oldSecret!), old)
  await say(company)
  await until('it is there', () => got.length === 1)
  assert.ok(verifies(old, got[0]!.headers, got[0]!.body, seconds()))
  assert.ok(verifies(secretBytes(secret), got[0]!.headers, got[0]!.body, seconds()))
  clock.advance(3_601_000)
  await say(company)
  await until('it is there', () => got.length === 2)
  assert.ok(!verifies(old, got[1]!.headers, got[1]!.body, seconds()))
  assert.ok(verifies(secretBytes(secret), got[1]!.headers, got[1]!.body, seconds()))
  assert.equal((await secretOf(company, id)).oldSecret, null)
})

test('a receiver that takes one byte a second holds up nobody else', async () => {
  const slowCompany = await kit.company()
  const company = await kit.company()
  const slow = await receiver((_, response) => {
    const drip = setInterval(() => response.socket?.write('H'), 1_000)
    response.socket?.on('close', () => clearInterval(drip))
  })
  const slowId = await endpointFor(slowCompany, slow.url)
  for (let i = 0; i < 30; i += 1) await say(slowCompany)
  const quick = await receiver(ok)
  const id = await endpointFor(company, quick.url)
  const started = performance.now()
  for (let i = 0; i < 30; i += 1) await say(company)
  await until('the quick one has all', () => quick.got.length === 30, 5_000)
  const took = performance.now() - started
  assert.ok(took < 3_000, `took ${took} ms`)
  assert.equal((await deliveries(company, id, 'parked')).length, 0)
  assert.equal((await deliveries(slowCompany, slowId, 'delivered')).length, 0)
})

test('an endpoint hears only its types, what its maker might read, and the sites and parties its maker had', async () => {
  const company = await kit.company()
  const { got, url } = await receiver(ok)
  const [site, other, party] = [newId(), newId(), newId()]
  const maker = actorOf(company, {
    permissions: new Set(['things.read', 'webhooks.manage', 'webhooks.read']),
    sites: [site],
    parties: [party],
  })
  const id = await endpointFor(company, url, ['order.changed', 'order.secret'], maker)
  await say(company, newId(), { siteId: other, partyId: party })
  await say(company, newId(), { siteId: site, partyId: newId() })
  await say(company, newId(), { siteId: site, partyId: party, permission: 'finance.read' })
  await say(company, newId(), { siteId: site, partyId: party, type: 'order.shipped' })
  const mine = newId()
  await say(company, mine, { siteId: site, partyId: party })
  await until('its own is there', () => got.length >= 1)
  assert.deepEqual(
    got.map((m) => (JSON.parse(m.body) as { id: string }).id),
    [mine],
  )
  const stranger = actorOf(company, { sites: [other] })
  await assert.rejects(
    node.runner.run(stranger, 'webhooks.secret', { id }),
    (e: unknown) => (e as Refusal).code === 'not_found',
  )
  assert.deepEqual(await node.runner.run(stranger, 'webhooks.list', {}), { rows: [] })
  assert.equal((await deliveries(company, id)).length, 1)
})

test('a webhook into our own network is refused when it is saved', async () => {
  const company = await kit.company()
  for (const url of [
    'http://example.com/',
    'https://127.0.0.1/',
    'https://localhost/',
    'https://[::1]/',
    'https://a@example.com/',
    'x',
  ])
    await assert.rejects(
      node.runner.run(systemActor(company), 'webhooks.save', { url, eventTypes: ['order.changed'] }),
      (e: unknown) => e instanceof Refusal && e.status === 422,
      url,
    )
})

test('a test event goes to its endpoint alone and a removed endpoint gets nothing', async () => {
  const company = await kit.company()
  const { got, url } = await receiver(ok)
  const id = await endpointFor(company, url)
  await node.runner.run(systemActor(company), 'webhooks.test', { id })
  await until('the test event', () => got.length === 1)
  assert.equal(got[0]!.type, 'webhook.test')
  await node.runner.run(systemActor(company), 'webhooks.remove', { id })
  await say(company)
  await until('the event has its position', async () =>
    (await kit.positions(company)).every((row) => row.position !== null),
  )
  assert.equal(got.length, 1)
})
