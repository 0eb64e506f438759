/** As it stands in production, behind a proxy or not: closed addresses, forwarded headers, and secrets that no log, answer or table repeats. */
import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { after, before, test } from 'node:test'
import { pino } from 'pino'
import { type App, createApp } from '../../src/app.ts'
import { systemClock } from '../../src/core/clock.ts'
import { readConfig } from '../../src/core/config.ts'
import { wholeCompany } from '../../src/core/database/pool.ts'
import { connectOnce } from '../../src/core/database/roles.ts'
import { uuidv7 } from '../../src/core/ids.ts'
import { createUser } from '../../src/core/people/company.ts'
import { hashPassword } from '../../src/core/people/secrets/passwords.ts'
import { newWorld, type World } from '../world.ts'

const METRICS = 'metrics-token-of-this-very-test'
const PASSWORD = 'harbour-crane-lantern-71'
let w: World
let email: string
const apps: App[] = []
const logged: string[] = []

const open = async (settings: Record<string, string>): Promise<App> => {
  const keep = new Writable({
    write: (bytes, _, done) => {
      logged.push(String(bytes))
      done()
    },
  })
  const app = await createApp({
    database: { app: w.database.app, owner: w.database.owner, kind: 'external', writable: () => true },
    config: readConfig({ NODE_ENV: 'production', METRICS_TOKEN: METRICS, ...settings }, process.cwd()),
    clock: systemClock,
    log: pino({ level: 'trace' }, keep),
    tls: null,
    dev: false,
    poolSize: 2,
  })
  apps.push(app)
  return app
}
before(async () => {
  w = await newWorld({ items: 1, stock: 5 })
  const superuser = connectOnce(w.database.superuser)
  await superuser.unsafe(`grant create on database ${w.database.superuser.database} to entrepot_owner`)
  await superuser.end()
  email = `pat@${w.company}.example`
  const moment = { now: systemClock.now(), id: () => uuidv7(systemClock.now().getTime()) }
  const passwordHash = await hashPassword(PASSWORD)
  await w.kernel.pool.transaction(wholeCompany(w.company), 10_000, (sql) =>
    createUser(sql, w.company, moment, {
      name: 'Pat Owner',
      email,
      passwordHash,
      roleIds: [w.created.roles.owner!],
      sites: null,
      parties: null,
    }),
  )
})
after(async () => {
  for (const app of apps) await app.close()
  await w.kernel.close()
})

interface Asked {
  readonly method?: string
  readonly from?: string
  readonly headers?: Record<string, string>
  readonly body?: unknown
}
const ask = (app: App, path: string, { method = 'POST', from = '203.0.113.9', headers = {}, body }: Asked = {}) =>
  app.http.inject({
    method: method as 'POST',
    url: path,
    remoteAddress: from,
    headers: {
      host: 'shop.example',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    payload: body === undefined ? undefined : JSON.stringify(body),
  })

test('in production the reference, the metrics and tracing are closed to strangers, and nothing is listed', async () => {
  const app = await open({ REQUESTS_PER_MINUTE: '0' })
  const get = async (path: string, headers = {}, from = '127.0.0.1') =>
    (await ask(app, path, { method: 'GET', headers, from })).statusCode
  for (const path of ['/docs', '/openapi.json']) {
    assert.equal(await get(path), 401, path)
    assert.equal(await get(path, { authorization: 'Bearer ent_nonsense' }), 401, path)
  }
  assert.equal(await get('/metrics'), 404, 'not even this machine without the token')
  assert.equal(await get('/metrics', { authorization: `Bearer ${METRICS}x` }), 404)
  assert.equal(await get('/metrics', { authorization: `Bearer ${METRICS}` }), 200)
  const ready = await ask(app, '/readyz', { method: 'GET' })
  assert.deepEqual(Object.keys(ready.json()).sort(), ['ready', 'writable'], 'no versions')
  const page = await ask(app, '/app/', { method: 'GET' })
  for (const path of [
    '/app/assets/',
    '/app/assets',
    '/files/',
    '/exports/',
    '/.git/config',
    '/package.json',
    '/src/',
  ]) {
    const { statusCode, body } = await ask(app, path, { method: 'GET' })
    assert.ok(statusCode >= 400 ? statusCode < 500 : body === page.body, `${path}: ${statusCode} ${body.slice(0, 80)}`)
  }
  for (const path of ['/', '/docs', '/auth/sign-in', '/rpc/auth/me']) {
    const traced = await ask(app, path, { method: 'TRACE', headers: { 'x-canary': 'canary' } }).catch(() => null)
    assert.ok(traced === null || (traced.statusCode >= 400 && !traced.body.includes('canary')), path)
  }
  const signedIn = await signIn(app)
  assert.equal(await get('/docs', signedIn), 200)
  assert.equal(await get('/openapi.json', signedIn), 200)
})

const signIn = async (app: App, from?: string) => {
  const reply = await ask(app, '/auth/sign-in', { body: { email, password: PASSWORD }, from })
  assert.equal(reply.statusCode, 200, reply.body)
  return { cookie: reply.cookies.map((c) => `${c.name}=${c.value}`).join('; ') }
}

const LIMIT = 20
/** Of 2 × LIMIT requests in a row, each with another forwarded address, how many were let through. */
const letThrough = async (app: App, from: string, forwarded: (n: number) => string): Promise<number> => {
  let through = 0
  for (let n = 0; n < 2 * LIMIT; n += 1) {
    const headers = { 'x-forwarded-for': forwarded(n), 'x-real-ip': forwarded(n), forwarded: `for=${forwarded(n)}` }
    const { statusCode } = await ask(app, '/healthz', { method: 'GET', from, headers })
    if (statusCode !== 429) through += 1
  }
  return through
}

test('a stranger cannot choose the address that limits count: forwarded headers are the proxy’s word alone', async () => {
  const alone = await open({ REQUESTS_PER_MINUTE: String(LIMIT) })
  assert.equal(await letThrough(alone, '203.0.113.9', (n) => `198.51.100.${n}`), LIMIT, 'without TRUST_PROXY')

  const behind = await open({ REQUESTS_PER_MINUTE: String(LIMIT), TRUST_PROXY: '10.0.0.5' })
  assert.equal(await letThrough(behind, '203.0.113.9', (n) => `198.51.100.${n}`), LIMIT, 'past the proxy')
  assert.equal(await letThrough(behind, '10.0.0.6', (n) => `198.51.100.${n}`), LIMIT, "the proxy's neighbour")
  assert.equal(
    await letThrough(behind, '10.0.0.5', (n) => `198.51.100.${n}, 192.0.2.44`),
    LIMIT,
    'what the caller wrote before the address that the proxy added',
  )
  assert.equal(await letThrough(behind, '10.0.0.5', (n) => `192.0.2.${100 + n}`), 2 * LIMIT, 'callers of the proxy')
})

test('a forwarded scheme or host does not make another site our own', async () => {
  const alone = await open({ REQUESTS_PER_MINUTE: '0' })
  const behind = await open({ REQUESTS_PER_MINUTE: '0', TRUST_PROXY: '10.0.0.5' })
  const code = async (app: App, from: string, headers: Record<string, string>) =>
    (await ask(app, '/rpc/auth/me', { body: {}, from, headers })).json().code
  const spoofed = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example' }
  for (const app of [alone, behind])
    for (const origin of ['https://shop.example', 'https://evil.example', 'http://evil.example'])
      assert.equal(await code(app, '203.0.113.9', { ...spoofed, origin }), 'cross_origin', origin)
  const { 'x-forwarded-host': _, ...https } = spoofed
  assert.equal(await code(behind, '10.0.0.5', { ...https, origin: 'https://shop.example' }), 'sign_in')
  assert.equal(await code(behind, '10.0.0.5', { ...https, origin: 'http://shop.example' }), 'cross_origin')
})

test('no secret of a run stands in a log line, in an answer that repeats, or in a table', async (t) => {
  const secrets = new Map<string, string>()
  const keep = (what: string, value: unknown) => {
    assert.ok(typeof value === 'string' && value.length >= 10, `${what}: ${value}`)
    secrets.set(what, value)
  }
  const from = logged.length
  const app = await open({ REQUESTS_PER_MINUTE: '0' })
  for (const [what, value] of Object.entries({
    'a wrong password': 'lantern-that-is-wrong-1',
    'a wrong second factor': '739154739154',
    'a wrong code': 'code-that-nobody-was-given',
    'a wrong key': 'ent_key-that-nobody-was-given',
    'a wrong token': 'token-that-nobody-was-given',
  }))
    keep(what, value)
  keep('the password', PASSWORD)
  keep('the metrics token', METRICS)
  const told: string[] = []
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const reply = await ask(app, path, { body, headers })
    told.push(`${reply.statusCode} ${reply.body}`)
    return reply
  }
  const of = (what: string) => secrets.get(what)!
  await post('/auth/sign-in', { email, password: of('a wrong password') })
  await post('/auth/sign-in', { email, password: PASSWORD, totp: of('a wrong second factor'), extra: 1 })
  await post('/auth/sign-in', { email: of('a wrong password'), password: PASSWORD })
  await post('/auth/reset', { code: of('a wrong code'), password: 'quay-side-lantern-99' })
  await post('/auth/accept-invitation', { code: of('a wrong code'), password: PASSWORD })
  await post(`/nowhere/${'x'}?token=${of('a wrong token')}`, {})
  await post('/rpc/sales/orders', { filter: 'a' }, { authorization: `Bearer ${of('a wrong key')}` })
  await post('/rpc/auth/me', {}, { cookie: `entrepot=${of('a wrong token')}` })
  await ask(app, '/metrics', { method: 'GET', headers: { authorization: `Bearer ${METRICS}` } })

  const session = await signIn(app)
  for (const pair of session.cookie.split('; ')) keep(`the cookie ${pair.split('=')[0]}`, pair.split('=')[1])
  await post('/auth/reauthenticate', { password: of('a wrong password') }, session)
  const secret = async (
    what: string,
    name: string,
    body: unknown,
    pick: (answer: Record<string, string>) => string,
  ) => {
    const again = { ...session, 'idempotency-key': `once-${name}` }
    const reply = await ask(app, `/rpc/${name}`, { body, headers: again })
    assert.equal(reply.statusCode, 200, `${name} ${reply.body}`)
    keep(what, pick(reply.json()))
    // The replay of its key is an answer like any other: it is read below.
    await post(`/rpc/${name}`, body, again)
  }
  const key = { name: 'scanner', permissions: ['sales.read'], sites: null, parties: null, expiresInDays: 1 }
  await secret('an API key', 'people/createApiKey', key, (a) => a.key!)
  const person = {
    name: 'Ann',
    email: `ann@${w.company}.example`,
    roleIds: [w.created.roles.rep],
    sites: null,
    parties: null,
  }
  await secret('an invitation', 'people/inviteUser', person, (a) => a.code!)
  await post('/rpc/sales/orders', { filter: of('an API key') }, { authorization: `Bearer ${of('an API key')}` })
  await post('/rpc/sales/order', { password: PASSWORD, orderId: 'x' }, session)
  await post('/auth/accept-invitation', { code: of('an invitation'), password: 'quay-side-lantern-99' })
  keep('a new password', 'quay-side-lantern-99')
  const hook = await ask(app, '/rpc/webhooks/save', {
    body: { url: 'https://receiver.example/', eventTypes: ['order.created'], enabled: false },
    headers: session,
  })
  const shown = await ask(app, '/rpc/webhooks/secret', { body: { id: hook.json().id }, headers: session })
  keep('a webhook secret', shown.json().secret)
  const factor = await ask(app, '/auth/enable-totp', { body: {}, headers: session })
  keep('a TOTP secret', factor.json().secret)
  const wrongCode = await post('/auth/confirm-totp', { code: '000000' }, session)
  assert.equal(wrongCode.statusCode >= 400, true)

  const lines = logged.slice(from).join('')
  assert.ok(lines.split('\n').length > 15, `${lines.split('\n').length} log lines`)
  const found = [...secrets].flatMap(([what, value]) => [
    ...(lines.includes(value) ? [`the log holds ${what}`] : []),
    ...told.filter((answer) => answer.includes(value)).map((answer) => `${what} comes back: ${answer.slice(0, 120)}`),
  ])
  const sql = connectOnce(w.database.superuser)
  const tables = await sql<{ name: string }[]>`
    select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'company_id'`
  // The shared secret of a second factor must be read to be checked: it stands in a table that the app role cannot read.
  for (const { name } of tables)
    for (const [what, value] of secrets)
      if (what !== 'a TOTP secret') {
        const [row] = await sql.unsafe(
          `select count(*)::int as n from ${name} t where company_id = $1 and position($2 in t::text) > 0`,
          [w.company, value],
        )
        if (row!.n > 0) found.push(`the table ${name} holds ${what}`)
      }
  await sql.end({ timeout: 1 })
  t.diagnostic(
    `${secrets.size} secrets, ${lines.split('\n').length} log lines, ${told.length} answers, ${tables.length} tables`,
  )
  assert.deepEqual(found, [])
})
