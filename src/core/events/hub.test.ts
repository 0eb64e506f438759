import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import fastify, { type FastifyInstance } from 'fastify'
import type { Actor } from '../capability.ts'
import { createPool } from '../database/pool.ts'
import type { PositionedEvent } from './event.ts'
import { registerEvents } from './http.ts'
import { type CloseReason, createHub, type Hub } from './hub.ts'
import { createTeller, listenToNodes } from './jobs/nodes.ts'
import { type Relay, startRelay } from './relay.ts'
import { actorOf, type Kit, newId, openKit, quiet, relayBase, until } from './testKit.ts'

let kit: Kit
let hub: Hub
let relay: Relay
const wake = (events: readonly PositionedEvent[]) => hub.wake([...new Set(events.map((event) => event.company))])
before(async () => {
  kit = await openKit()
  hub = createHub({ pool: kit.owner, log: quiet, stalledMs: 700 })
  relay = startRelay({ ...relayBase(kit), relayed: wake })
})
after(async () => {
  hub.stop()
  await relay.stop()
  await kit.close()
})
const say = async (company: string, options = {}, document = newId()): Promise<string> => {
  await kit.change(company, document, options)
  relay.poke()
  return document
}

interface Reader {
  positions: number[]
  text: string
  closed: CloseReason | null
  peak: number
  reads: boolean
  buffered: number
  end(): void
}
/** A reader in this process: `reads: false` takes nothing, so that all that is written stays in the buffer. */
const read = async (
  actor: Actor,
  fromPosition: number | null = null,
  reads = true,
  credential = newId(),
): Promise<Reader> => {
  const reader: Reader = {
    positions: [],
    text: '',
    closed: null,
    peak: 0,
    reads,
    buffered: 0,
    end: () => {},
  }
  const { end } = await hub.stream({
    actor,
    fromPosition,
    credential,
    write: (text) => {
      reader.text += text
      reader.positions.push(...positionsIn(text))
      if (!reader.reads) reader.buffered += text.length
      reader.peak = Math.max(reader.peak, reader.buffered)
    },
    buffered: () => reader.buffered,
    close: (reason) => {
      reader.closed = reason
    },
  })
  reader.end = end
  return reader
}
const positionsIn = (text: string): number[] => [...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]))
const upTo = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)

test('a reader hears each event once, in order, and from where it left off after a break', async () => {
  const company = await kit.company()
  const reader = await read(actorOf(company), 0)
  for (let i = 0; i < 30; i += 1) await say(company)
  await until('all are heard', () => reader.positions.length === 30)
  reader.end()
  await say(company, { times: 1_500 })
  await until('all have positions', async () => (await kit.positions(company)).every((row) => row.position !== null))
  const again = await read(actorOf(company), 30)
  await until('what was missed is heard', () => again.positions.length === 1_500)
  await say(company)
  await until('what is new is heard', () => again.positions.length === 1_501)
  assert.deepEqual([...reader.positions, ...again.positions], upTo(1, 1_531))
  again.end()
})

test('an event on the wire says what happened and to which row, and no more', async () => {
  const company = await kit.company()
  const reader = await read(actorOf(company))
  const document = await say(company, { siteId: newId(), partyId: newId() })
  await until('it is heard', () => reader.text !== '')
  assert.equal(
    reader.text,
    `id: 1\ndata: ${JSON.stringify({ position: 1, type: 'order.changed', kind: 'thing', id: document, version: 1 })}\n\n`,
  )
})

test('a reader hears only its company, its permissions, its sites and its parties', async () => {
  const company = await kit.company()
  const stranger = await kit.company()
  const [site, party] = [newId(), newId()]
  const limited = await read(
    actorOf(company, { permissions: new Set(['things.read']), sites: [site], parties: [party] }),
  )
  const all = await read(actorOf(company))
  const other = await read(actorOf(stranger))
  await say(company, { siteId: newId(), partyId: party })
  await say(company, { siteId: site, partyId: newId() })
  await say(company, { siteId: site, partyId: party, permission: 'finance.read' })
  const mine = await say(company, { siteId: site, partyId: party })
  await until('all are heard by who may', () => all.positions.length === 4)
  assert.deepEqual(limited.positions, [4])
  assert.ok(limited.text.includes(mine))
  assert.deepEqual(other.positions, [])
})

test('two hundred streams, fifty of which never read: their memory is bounded, the others miss nothing and are not slowed', async () => {
  const company = await kit.company()
  const readers = await Promise.all(Array.from({ length: 200 }, (_, i) => read(actorOf(company), 0, i % 4 !== 0)))
  const started = performance.now()
  for (let i = 0; i < 20; i += 1) await say(company, { times: 100 })
  const quick = readers.filter((_, i) => i % 4 !== 0)
  const slow = readers.filter((_, i) => i % 4 === 0)
  await until('the readers have all', () => quick.every((reader) => reader.positions.length === 2_000), 10_000)
  assert.ok(performance.now() - started < 8_000)
  await until('who does not read is cut', () => slow.every((reader) => reader.closed === 'slow'))
  const peak = Math.max(...slow.map((reader) => reader.peak))
  assert.ok(peak > 32 * 1024 && peak <= 256 * 1024, `held ${peak} bytes`)
  assert.ok(quick.every((reader) => reader.closed === null))
  const late = slow[0]!
  const back = await read(actorOf(company), late.positions.at(-1)!)
  await until('it comes back and misses nothing', () => late.positions.length + back.positions.length === 2_000)
  assert.deepEqual([...late.positions, ...back.positions], upTo(1, 2_000))
  for (const reader of [...quick, back]) reader.end()
})

test('what another node relayed is heard at once, and also when the word between the nodes is lost', async () => {
  const company = await kit.company()
  await relay.stop()
  const far = createPool(kit.database.owner, 'entrepot_owner', 2, 'far node')
  const teller = createTeller(far, quiet)
  let deaf = false
  const listening = listenToNodes(kit.database.owner, quiet, (companies) => {
    if (!deaf) hub.wake(companies)
  })
  await wait(200)
  const other = startRelay({
    ...relayBase(kit),
    pool: far,
    relayed: (events) => teller.tell(events.map((event) => event.company)),
  })
  const reader = await read(actorOf(company))
  const took: number[] = []
  for (const lost of [false, true]) {
    deaf = lost
    const started = performance.now()
    const heard = reader.positions.length
    await kit.change(company, newId())
    other.poke()
    await until('it is heard', () => reader.positions.length > heard)
    took.push(performance.now() - started)
  }
  assert.ok(took[0]! < 500 && took[1]! < 2_500, `${took}`)
  await other.stop()
  teller.stop()
  await listening.stop()
  await far.close()
  relay = startRelay({ ...relayBase(kit), relayed: wake })
})

const revoke = new Set<() => void>()
const server = async (actors: Map<string, Actor>): Promise<{ app: FastifyInstance; port: number }> => {
  const app = fastify({ forceCloseConnections: true })
  app.setErrorHandler((error, _request, reply) => reply.code((error as { status?: number }).status ?? 500).send({}))
  registerEvents(app, {
    hub,
    actorOf: async (request) => actors.get(request.headers.authorization ?? '') ?? null,
    onRevoked: async (_request, ended) => {
      revoke.add(ended)
      return () => void revoke.delete(ended)
    },
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { app, port: (app.server.address() as { port: number }).port }
}
const dial = (port: number, headers: string): { socket: Socket; text: () => string; ended: () => boolean } => {
  let text = ''
  let ended = false
  const socket = connect(port, '127.0.0.1')
  socket.write(`GET /events HTTP/1.1\r\nhost: x\r\n${headers}\r\n\r\n`)
  socket.on('data', (chunk) => {
    text += chunk
  })
  socket.on('close', () => {
    ended = true
  })
  socket.on('error', () => {})
  return { socket, text: () => text, ended: () => ended }
}

test('over HTTP: nobody is refused, Last-Event-ID goes on, a revoked session ends the stream', async () => {
  const company = await kit.company()
  const actors = new Map([['one', actorOf(company)]])
  const { app, port } = await server(actors)
  const nobody = dial(port, 'connection: close')
  await until('nobody is answered', nobody.ended)
  assert.match(nobody.text(), /^HTTP\/1\.1 401/)
  const wrong = dial(port, 'authorization: one\r\nlast-event-id: 1e3\r\nconnection: close')
  await until('a bad position is answered', wrong.ended)
  assert.match(wrong.text(), /^HTTP\/1\.1 422/)

  for (let i = 0; i < 5; i += 1) await say(company)
  // A reader can only come back from a position that was given.
  await until(
    'all five have their position',
    async () => (await kit.positions(company)).filter((e) => e.position).length === 5,
  )
  const stream = dial(port, 'authorization: one\r\nlast-event-id: 2\r\nconnection: close')
  await until('it goes on', () => positionsIn(stream.text()).length === 3)
  assert.match(stream.text(), /content-type: text\/event-stream/)
  assert.deepEqual(positionsIn(stream.text()), [3, 4, 5])
  const open = hub.count()
  for (const ended of [...revoke]) ended()
  await until('it is ended', stream.ended, 3_000)
  assert.deepEqual([hub.count(), revoke.size], [open - 1, 0])
  await app.close()
})

test('over HTTP: a reader that hangs up leaves nothing behind', async () => {
  const company = await kit.company()
  const { app, port } = await server(new Map([['one', actorOf(company)]]))
  const before = hub.count()
  const streams = Array.from({ length: 10 }, () => dial(port, 'authorization: one'))
  await until('all are open', () => hub.count() === before + 10)
  for (const { socket } of streams) socket.destroy()
  await until('all are gone', () => hub.count() === before)
  await app.close()
})
