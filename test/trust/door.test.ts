/** The HTTP door: rows 24, 26, 32, 35 and the header, origin, type and smuggling lines of ASVS, over the real app and every route. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { pino } from 'pino'
import { type App, createApp } from '../../src/app.ts'
import { systemClock } from '../../src/core/clock.ts'
import { readConfig } from '../../src/core/config.ts'
import { wholeCompany } from '../../src/core/database/pool.ts'
import { connectOnce, prepareEmbedded } from '../../src/core/database/roles.ts'
import { secretToken, uuidv7 } from '../../src/core/ids.ts'
import { digest } from '../../src/core/people/secrets/tokens.ts'
import { newWorld, type World } from '../world.ts'
import { idPaths, replaced, type Shape, sample, textPaths } from './sample.ts'

let w: World
let app: App
let key: string
let url: URL
before(async () => {
  w = await newWorld({ items: 2, stock: 50 })
  await prepareEmbedded(w.database.superuser, w.database.superuser.database)
  const superuser = connectOnce(w.database.superuser)
  await superuser.unsafe(`grant create on database ${w.database.superuser.database} to entrepot_owner`)
  await superuser.end()
  key = `ent_${secretToken()}`
  await w.kernel.pool.transaction(wholeCompany(w.company), 10_000, async (sql) => {
    const id = uuidv7(w.clock.now().getTime())
    await sql`
      insert into api_key (company_id, id, name, permissions, sites, parties, created_by, created_at, expires_at)
      values (${w.company}, ${id}, 'door', '{*}', null, null, ${w.created.owner}, ${w.clock.now()}, null)`
    await sql`select people_key_secret(${id}, ${digest(key)})`
  })
  app = await createApp({
    database: { app: w.database.app, owner: w.database.owner, kind: 'external', writable: () => true },
    config: readConfig({ LOG_LEVEL: 'silent', REQUESTS_PER_MINUTE: '0' }, process.cwd()),
    clock: systemClock,
    log: pino({ level: 'silent' }),
    tls: null,
    dev: false,
    checkOutputs: true,
  })
  url = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
})
after(async () => {
  await app?.close()
  await w?.kernel.close()
})

type Asked = { method?: string; headers?: Record<string, string>; body?: unknown; raw?: string }
const ask = async (path: string, { method = 'POST', headers = {}, body, raw }: Asked = {}) => {
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body))
  const reply = await app.http.inject({
    method: method as 'POST',
    url: path,
    headers: {
      authorization: `Bearer ${key}`,
      ...(payload !== undefined ? { 'content-type': 'application/json' } : {}),
      ...headers,
    },
    payload,
  })
  return { status: reply.statusCode, headers: reply.headers, body: reply.body, code: codeOf(reply.body) }
}
const codeOf = (body: string): string | undefined => {
  try {
    return JSON.parse(body).code
  } catch {
    return undefined
  }
}
const rpc = (name: string, body: unknown, more: Asked = {}) => ask(`/rpc/${name.replace('.', '/')}`, { body, ...more })
const capabilities = () => [...app.runner.registry.byName.values()]

test('every kind of answer carries the same guard: sniffing, framing, scripts, referrer, caches', async () => {
  const kinds = {
    done: await rpc('auth.me', {}),
    refused: await rpc('sales.order', { orderId: uuidv7(1) }),
    invalid: await rpc('sales.order', { nonsense: 1 }),
    unreadable: await ask('/rpc/sales/order', { raw: '{"a":' }),
    nobody: await rpc('auth.me', {}, { headers: { authorization: '' } }),
    nowhere: await ask('/no/such/place', { method: 'GET' }),
    page: await ask('/no/such/place', { method: 'GET', headers: { accept: 'text/html' } }),
    health: await ask('/healthz', { method: 'GET' }),
    description: await ask('/openapi.json', { method: 'GET' }),
    docs: await ask('/docs', { method: 'GET' }),
    foreign: await rpc('auth.me', {}, { headers: { origin: 'https://evil.example' } }),
  }
  for (const [kind, { headers, status }] of Object.entries(kinds)) {
    const csp = String(headers['content-security-policy'] ?? '')
    assert.equal(headers['x-content-type-options'], 'nosniff', kind)
    assert.equal(headers['x-frame-options'], 'DENY', kind)
    assert.equal(headers['referrer-policy'], 'no-referrer', kind)
    assert.match(csp, /default-src 'none'/, kind)
    assert.match(csp, /frame-ancestors 'none'/, kind)
    assert.doesNotMatch(csp, /script-src[^;]*unsafe/, kind)
    assert.equal(headers['cache-control'], 'no-store', `${kind} ${status}`)
    assert.equal(headers['x-powered-by'], undefined, kind)
    assert.equal(headers.server, undefined, kind)
    assert.equal(headers['access-control-allow-origin'], undefined, kind)
    assert.ok(headers['x-request-id'], kind)
  }
  assert.deepEqual(Object.fromEntries(Object.entries(kinds).map(([kind, { status }]) => [kind, status])), {
    done: 200,
    refused: 404,
    invalid: 422,
    unreadable: 400,
    nobody: 401,
    nowhere: 404,
    page: 404,
    health: 200,
    description: 200,
    docs: 200,
    foreign: 403,
  })
})

test('no other site can write: every foreign origin and fetch site is refused, our own and programs are let in', async () => {
  const own = { host: url.host }
  const matrix: [Record<string, string>, boolean][] = [
    [{}, true],
    [{ origin: url.origin }, true],
    [{ origin: url.origin, 'sec-fetch-site': 'same-origin' }, true],
    [{ 'sec-fetch-site': 'none' }, true],
    [{ 'sec-fetch-site': 'cross-site' }, false],
    [{ 'sec-fetch-site': 'same-site' }, false],
    [{ 'sec-fetch-site': 'nonsense' }, false],
    [{ origin: 'null' }, false],
    [{ origin: 'https://evil.example' }, false],
    [{ origin: `https://${url.host}` }, false],
    [{ origin: `${url.origin}.evil.example` }, false],
    [{ origin: `http://evil.example@${url.host}` }, false],
    [{ origin: url.origin, 'sec-fetch-site': 'cross-site' }, false],
  ]
  for (const [headers, allowed] of matrix)
    for (const path of ['/rpc/auth/me', '/rpc/sales/orders']) {
      const { status, code } = await ask(path, { body: {}, headers: { ...own, ...headers } })
      assert.equal(code === 'cross_origin', !allowed, `${JSON.stringify(headers)} ${path}: ${status} ${code}`)
    }
})

test('only JSON is read: text, forms and doubtful types are refused on every command', async () => {
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    'text/json',
    'application/json\t,text/plain',
    'APPLICATION/JSONX',
  ])
    for (const { name } of capabilities().slice(0, 40)) {
      const { status, code } = await rpc(name, undefined, { raw: '{}', headers: { 'content-type': type } })
      assert.ok(status === 422 && code === 'unsupported_media_type', `${name} ${type}: ${status} ${code}`)
    }
})

test('magic and unknown keys are refused in every input, at the top and inside', async (t) => {
  let asked = 0
  const wrong: string[] = []
  for (const { name, capability } of capabilities()) {
    const good = sample(capability.input as Shape, new Map(), uuidv7(1)) as object
    for (const extra of [
      '"__proto__": {"polluted": 1}',
      '"constructor": {"prototype": {"polluted": 1}}',
      '"role": "owner"',
      '"company_id": "x"',
      '"companyId": "x"',
      '"price": 1',
    ]) {
      const text = JSON.stringify(good)
      const raw = text === '{}' ? `{${extra}}` : text.replace('{', `{${extra},`)
      asked += 1
      const { status } = await rpc(name, undefined, { raw, headers: { 'x-dry-run': '1' } })
      if (status !== 422 && status !== 400) wrong.push(`${name} took ${extra}: ${status}`)
    }
  }
  t.diagnostic(`${asked} inputs`)
  assert.deepEqual(wrong, [], wrong.join('\n'))
  assert.equal(({} as { polluted?: number }).polluted, undefined)
})

const PAYLOADS = [
  "' or '1'='1",
  "'; drop table note; --",
  "' union select null,null--",
  '$$; select pg_sleep(5); $$',
  "\\'; select 1; --",
  '%27%20or%201=1',
  "x' || pg_sleep(5) || '",
  '#{company}',
  '{{7*7}}',
  '\u2019 or 1=1',
  '(((((',
  '\\',
]

test('no text becomes SQL: payloads in every text field, filter, sort and cursor, and in the headers', {
  timeout: 180_000,
}, async (t) => {
  const ids = new Map([
    ['site', w.siteId],
    ['item', w.itemIds[0]!],
    ['party', w.partyIds[0]!],
    ['price_list', w.priceListId],
  ])
  const bad: string[] = []
  let probes = 0
  let slowest = 0
  for (const { name, capability } of capabilities())
    for (const { path } of textPaths(capability.input)) {
      const input = sample(capability.input as Shape, ids, uuidv7(1), path)
      const last = path.at(-1)
      const payloads = ['filter', 'sort', 'cursor', 'text', 'query', 'q'].includes(last!)
        ? PAYLOADS
        : PAYLOADS.slice(0, 4)
      for (const payload of payloads) {
        for (const value of last === 'filter' ? [payload, `number:${payload}`, `${payload}:1`] : [payload]) {
          probes += 1
          const started = performance.now()
          const { status, body } = await rpc(name, replaced(input, path, value), { headers: { 'x-dry-run': '1' } })
          slowest = Math.max(slowest, performance.now() - started)
          if (status >= 500) bad.push(`${name} ${path.join('.')} ${value}: ${status} ${body.slice(0, 120)}`)
          if (
            /syntax error|pg_|postgres|select .* from|\.ts:\d/i.test(
              body.replaceAll(JSON.stringify(value).slice(1, -1), ''),
            )
          )
            bad.push(`${name} ${path.join('.')}: tells ${body.slice(0, 200)}`)
        }
      }
    }
  for (const header of [
    'idempotency-key',
    'x-device',
    'accept-language',
    'user-agent',
    'x-forwarded-for',
    'cookie',
    'x-dry-run',
  ])
    for (const payload of PAYLOADS.filter((p) => /^[\x20-\x7e]*$/.test(p))) {
      probes += 1
      const { status } = await rpc('auth.me', {}, { headers: { [header]: payload } })
      if (status >= 500) bad.push(`${header} ${payload}: ${status}`)
    }
  t.diagnostic(`${probes} probes, the slowest ${Math.round(slowest)} ms`)
  assert.deepEqual(bad, [], bad.slice(0, 20).join('\n'))
  assert.ok(probes > 300 && slowest < 4_000, `${probes} ${slowest}`)
})

test('ids that are no ids are refused by name in every field', async () => {
  const wrong: string[] = []
  for (const { name, capability } of capabilities())
    for (const { path } of idPaths(capability.input)) {
      const input = sample(capability.input as Shape, new Map(), uuidv7(1), path)
      const { status } = await rpc(name, replaced(input, path, "1' or true--"), { headers: { 'x-dry-run': '1' } })
      if (status !== 422) wrong.push(`${name} ${path.join('.')}: ${status}`)
    }
  assert.deepEqual(wrong, [], wrong.join('\n'))
})

test('an export that is refused is a refusal in every format, never the beginning of a file', async () => {
  for (const format of ['csv', 'xlsx']) {
    const get = (path: string) => ask(`/exports/${path}&format=${format}`, { method: 'GET' })
    assert.equal((await get('sales/orders?sort=number')).status, 200, format)
    const lists = capabilities().filter(
      ({ capability }) => capability.is === 'query' && (capability.output as Shape).properties?.next,
    )
    assert.ok(lists.length > 8)
    for (const { name } of lists) {
      const refused = await get(`${name.replace('.', '/')}?nonsense=1`)
      assert.ok([404, 422].includes(refused.status) && refused.code, `${name} ${format}: ${refused.status}`)
    }
  }
})

/** Bytes on a socket → the status lines that come back, and whether the server closed. */
const speak = (text: string): Promise<{ statuses: string[]; closed: boolean }> =>
  new Promise((resolve) => {
    const socket = connect(Number(url.port), '127.0.0.1')
    let got = ''
    let closed = false
    const end = () => {
      clearTimeout(timer)
      socket.destroy()
      resolve({ statuses: [...got.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((m) => m[1]!), closed })
    }
    const timer = setTimeout(end, 1_500)
    socket.on('data', (bytes) => {
      got += bytes
    })
    socket.on('close', () => {
      closed = true
      end()
    })
    socket.on('error', () => {})
    socket.write(text)
  })

test('two readings of one request are refused and the line is cut: length and chunks, two lengths, bare line ends, folded headers', async () => {
  const head = `POST /rpc/auth/me HTTP/1.1\r\nHost: ${url.host}\r\nContent-Type: application/json\r\n`
  const smuggled = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'
  for (const [what, text] of [
    ['length and chunks', `${head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ['two lengths', `${head}Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}${smuggled}`],
    ['doubtful chunks', `${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ['bare line ends', `POST /rpc/auth/me HTTP/1.1\nHost: ${url.host}\nContent-Length: 2\n\n{}${smuggled}`],
    ['folded header', `${head}X-A: b\r\n c\r\nContent-Length: 2\r\n\r\n{}${smuggled}`],
    ['space before colon', `${head}Content-Length : 2\r\n\r\n{}${smuggled}`],
  ] as const) {
    const { statuses, closed } = await speak(text)
    assert.deepEqual([statuses.filter((s) => s.startsWith('2')), closed], [[], true], `${what}: ${statuses}`)
    assert.ok(statuses.length <= 1, `${what}: ${statuses}`)
  }
  assert.deepEqual(
    (await speak(`GET /healthz HTTP/1.1\r\nHost: ${url.host}\r\nConnection: close\r\n\r\n`)).statuses,
    ['200'],
    'an honest request is answered',
  )
})

test('a field said twice is refused, and no command has a reading method', async () => {
  const twice = await ask(`/sales/orders?limit=1&limit=2`, { method: 'GET' })
  assert.equal(twice.status, 422)
  for (const { name, capability } of capabilities())
    if (capability.is === 'command') assert.ok(!/^(GET|HEAD) /.test(capability.route), name)
  for (const method of ['TRACE', 'CONNECT', 'OPTIONS'])
    assert.ok((await ask('/rpc/auth/me', { method }).catch(() => ({ status: 405 }))).status >= 400, method)
})
