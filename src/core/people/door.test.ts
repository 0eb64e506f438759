import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { elapsed } from '../clock.ts'
import { createPool, type Pool } from '../database/pool.ts'
import { registerEvents } from '../events/http.ts'
import { createHub, type Hub } from '../events/hub.ts'
import { mountActions } from '../http/actions.ts'
import { actorOfRequest, createHttp, credentialOf } from '../http/server.ts'
import { createNumberBlocks } from '../numbers.ts'
import { createRegistry } from '../road/registry.ts'
import { createRunner } from '../road/runner.ts'
import { auth, people } from './index.ts'
import type { Sessions } from './sessions/sessions.ts'
import { authActions } from './sessions/signIn.ts'
import { from, type Nodes, PASSWORD, testCompany, twoNodes } from './testKit.ts'

const log = pino({ level: 'silent' })
const COOKIE = '__Host-entrepot'
let nodes: Nodes
let owner: Pool
const doors: { app: FastifyInstance; hub: Hub }[] = []

const door = async (sessions: Sessions) => {
  const { pool, clock } = sessions
  const registry = createRegistry([auth, people])
  const runner = createRunner({
    registry,
    pool,
    side: pool,
    numbers: createNumberBlocks(pool),
    clock,
    log,
    checkOutputs: true,
  })
  const app = await createHttp({ runner, sessions, log, secure: true, trustProxy: false, requestsPerMinute: 0 })
  const hub = createHub({ pool: owner, log })
  mountActions(app, sessions, authActions(sessions), true)
  registerEvents(app, {
    hub,
    actorOf: actorOfRequest(sessions, true),
    onRevoked: (request, ended) => sessions.onRevoked(credentialOf(request, true) ?? '', ended),
  })
  doors.push({ app, hub })
  return app
}
let one: FastifyInstance
let two: FastifyInstance
before(async () => {
  nodes = await twoNodes()
  owner = createPool(nodes.database.owner, 'entrepot_owner', 2)
  one = await door(nodes.one)
  two = await door(nodes.two)
})
after(async () => {
  for (const { app, hub } of doors) {
    hub.stop()
    await app.close()
  }
  await owner.close()
  await nodes.stop()
})

const post = (app: FastifyInstance, url: string, payload: object, headers: Record<string, string> = {}) =>
  app.inject({
    method: 'POST',
    url,
    payload,
    headers: { host: 'shop.example', ...headers },
    remoteAddress: from().address,
  })
const tokenOf = (response: { cookies: { name: string; value: string }[] }): string =>
  response.cookies.find(({ name }) => name === COOKIE)?.value ?? ''

test('the token travels in a __Host- cookie that scripts cannot read, and in no body', async () => {
  const company = await testCompany(nodes)
  const response = await post(one, '/auth/sign-in', { email: company.ownerEmail, password: PASSWORD })
  assert.equal(response.statusCode, 200)
  assert.equal(response.headers['cache-control'], 'no-store')
  assert.equal(response.cookies.length, 2)
  for (const cookie of response.cookies) {
    assert.match(cookie.name, /^__Host-/)
    assert.deepEqual([cookie.httpOnly, cookie.secure, cookie.path], [true, true, '/'])
    assert.match(String(cookie.sameSite), /^(Lax|Strict)$/i)
    assert.equal(response.body.includes(cookie.value), false)
  }
  const me = await two.inject({ url: '/auth/me', headers: { cookie: `${COOKIE}=${tokenOf(response)}` } })
  assert.equal(me.json().user.id, company.owner)
  const asBearer = await two.inject({ url: '/auth/me', headers: { authorization: `Bearer ${tokenOf(response)}` } })
  assert.equal(asBearer.statusCode, 401, 'a session is no API key')
})

test('another site can neither sign in nor do anything with a signed-in browser', async () => {
  const company = await testCompany(nodes)
  const cookie = `${COOKIE}=${tokenOf(await post(one, '/auth/sign-in', { email: company.ownerEmail, password: PASSWORD }))}`
  const role = { id: null, code: 'evil', name: 'Evil', permissions: [], needsSecondFactor: false, limitedBy: 'company' }
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'http://shop.example:8080' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
  ]
  let accepted = 0
  for (const headers of foreign)
    for (const [url, payload] of [
      ['/rpc/people/saveRole', role],
      ['/rpc/auth/signIn', { email: company.ownerEmail, password: PASSWORD }],
      ['/rpc/auth/signOut', {}],
    ] as const)
      if ((await post(one, url, payload, { cookie, ...headers })).statusCode < 400) accepted += 1
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json, text/plain',
    'application/json;x',
  ])
    for (const url of ['/rpc/people/saveRole', '/rpc/auth/signOut']) {
      const response = await one.inject({
        method: 'POST',
        url,
        payload: JSON.stringify(role),
        headers: { host: 'shop.example', cookie, 'content-type': type },
      })
      if (response.statusCode < 400) accepted += 1
    }
  for (const url of ['/rpc/auth/signOut', '/auth/sign-out', '/rpc/people/saveRole', '/people/roles?code=evil'])
    for (const method of ['GET', 'HEAD'] as const) {
      const response = await one.inject({ method, url, headers: { cookie } })
      if (response.statusCode < 400 && !url.startsWith('/people/roles')) accepted += 1
    }
  assert.equal(accepted, 0)
  const roles = await one.inject({ url: '/people/roles', headers: { cookie } })
  assert.equal(roles.statusCode, 200, 'still signed in')
  assert.equal(
    roles.json().rows.some(({ code }: { code: string }) => code === 'evil'),
    false,
  )
})

/** Opens the event stream and answers when it ended (ms since `acted`). */
const streamOf = async (app: FastifyInstance, cookie: string) => {
  const { port } = app.addresses()[0] as { port: number }
  const response = await fetch(`http://127.0.0.1:${port}/events`, { headers: { cookie } })
  assert.equal(response.status, 200)
  const reader = response.body!.getReader()
  await reader.read()
  return {
    ended: (async () => {
      while (!(await reader.read()).done);
      return elapsed()
    })(),
  }
}

test('signing out at one node cuts the live stream at the other within a second, and the stream cannot be opened again', async () => {
  const company = await testCompany(nodes)
  await two.listen({ port: 0, host: '127.0.0.1' })
  const cookie = `${COOKIE}=${tokenOf(await post(one, '/auth/sign-in', { email: company.ownerEmail, password: PASSWORD }))}`
  const { ended } = await streamOf(two, cookie)
  const out = await post(one, '/auth/sign-out', {}, { cookie })
  const acted = elapsed()
  assert.equal(out.cookies.find(({ name }) => name === COOKIE)?.value, '')
  const ms = (await ended) - acted
  assert.ok(ms <= 1_000, `cut after ${ms.toFixed(0)} ms`)
  await new Promise((resolve) => setTimeout(resolve, 950))
  assert.equal((await two.inject({ url: '/events', headers: { cookie } })).statusCode, 401)
})

test('an action that needs a session is refused without one, and a bad body before it is looked at', async () => {
  for (const name of ['reauthenticate', 'changePassword', 'enableTotp', 'confirmTotp', 'disableTotp']) {
    const payload = { password: 'x', newPassword: 'y', code: 'z' } as Record<string, string>
    const wanted = Object.keys(authActions(nodes.one)[`auth.${name}`]!.input.properties)
    const response = await post(
      one,
      `/rpc/auth/${name}`,
      Object.fromEntries(wanted.flatMap((key) => (payload[key] ? [[key, payload[key]]] : []))),
    )
    assert.equal(response.statusCode, 401, name)
  }
  const response = await post(one, '/rpc/auth/signIn', { email: 'a@b.example', password: 'x', admin: true })
  assert.equal(response.statusCode, 422)
})
