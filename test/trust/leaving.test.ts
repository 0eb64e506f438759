/** Row 19: a node that stops. Whoever is on a line with it is answered; whoever comes anew finds the port shut and asks another node. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { until } from '../../src/core/events/testKit.ts'
import { createLeaving } from '../../src/core/http/leaving.ts'
import { createDoor } from '../../src/core/http/overload.ts'
import { createHttp } from '../../src/core/http/server.ts'
import { actorIn, newId, openTill, quiet, seen, type Till } from '../../src/core/road/testKit.ts'

let till: Till
before(async () => {
  till = await openTill()
})
after(() => till.close())

/** A line that stays open: each word sent on it is one request. */
const dial = async (port: number) => {
  const socket: Socket = connect(port, '127.0.0.1')
  let text = ''
  let ended = false
  socket.on('data', (bytes: Buffer) => {
    text += bytes
  })
  for (const end of ['end', 'close'])
    socket.on(end, () => {
      ended = true
    })
  socket.on('error', () => {})
  await once(socket, 'connect')
  const send = (body: string) =>
    socket.write(
      `POST /till/withdrawals HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ent_x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    )
  return { send, text: () => text, ended: () => ended }
}
const answered = /^HTTP\/1\.1 200 OK\r\n(?:.+\r\n)+\r\n\{"left":\d+,"by":"Ann"\}$/

test('a node that stops answers every line it has, tells each to take another, and lets nobody new in', async () => {
  const { company, sites } = await till.company(1, 100)
  const door = createDoor()
  // Longer than the test: no line is ended for being idle.
  const leaving = createLeaving({ idleMs: 60_000 })
  const app = await createHttp({
    ...{ runner: till.runner, log: quiet, secure: false, trustProxy: false, requestsPerMinute: 0, door, leaving },
    sessions: { actorOfSession: async () => null, actorOfKey: async () => actorIn(company) },
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as { port: number }
  const withdrawal = (tag: number) => JSON.stringify({ siteId: sites[0], slipId: newId(), qty: 1, tag })

  const idle = await dial(port)
  idle.send(withdrawal(50))
  await until('the line has been used', () => answered.test(idle.text()))
  assert.doesNotMatch(idle.text(), /connection: close/i)
  const used = idle.text().length
  const { promise, resolve: openGate } = Promise.withResolvers<void>()
  seen.gates.set(51, promise)
  const busy = await dial(port)
  busy.send(withdrawal(51))
  await until('a request is under way', () => door.counts().underWay === 1)
  const silent = await dial(port)

  const left = leaving.leave()
  await until('the port is shut', () => !app.server.listening)
  await assert.rejects(dial(port), { code: 'ECONNREFUSED' })
  idle.send(withdrawal(52))
  silent.send(withdrawal(53))
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.deepEqual([busy.ended(), silent.ended(), idle.ended()], [false, false, false])
  openGate()
  await left
  await until('all lines are ended', () => busy.ended() && silent.ended() && idle.ended())
  for (const text of [busy.text(), silent.text(), idle.text().slice(used)]) {
    assert.match(text, answered)
    assert.match(text, /\r\nconnection: close\r\n/i)
  }
  await app.close()
})

test('lines on which nothing comes do not hold up a node that stops', async () => {
  const leaving = createLeaving({ idleMs: 20 })
  const app = await createHttp({
    ...{ runner: till.runner, log: quiet, secure: false, trustProxy: false, requestsPerMinute: 0, leaving },
    sessions: { actorOfSession: async () => null, actorOfKey: async () => null },
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as { port: number }
  const used = await dial(port)
  used.send('{}')
  await until('it has been used', () => used.text().startsWith('HTTP/1.1 401'))
  const silent = await dial(port)
  await leaving.leave()
  await until('the used one is ended', used.ended)
  await app.close()
  await until('the silent one too', silent.ended)
})
