/** Bytes over HTTP: what comes in is checked by content, what goes out is attached, and lists leave as files. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import type { Actor } from '../../core/capability.ts'
import { readTable, registerExports, registerFiles } from '../../core/data/index.ts'
import { createHttp } from '../../core/http/server.ts'
import { systemActor } from '../../core/kernel.ts'
import { modules } from '../../modules.ts'
import { exchangeKit, newCompany } from './testKit.ts'

let kit: Awaited<ReturnType<typeof exchangeKit>>
let http: FastifyInstance
let who: Actor | null

before(async () => {
  kit = await exchangeKit(modules)
  who = kit.actor
  const { runner, pool } = kit.kernel
  const nobody = { actorOfSession: async () => null, actorOfKey: async () => null }
  http = await createHttp({
    runner,
    sessions: nobody as never,
    log: pino({ level: 'silent' }),
    secure: false,
    trustProxy: false,
    requestsPerMinute: 0,
  })
  registerFiles(http, { runner, pool, actorOf: async () => who })
  registerExports(http, { runner, actorOf: async () => who })
  await http.ready()
})
after(async () => {
  await http.close()
  await kit.kernel.close()
})

const send = (name: string, payload: Uint8Array, headers: Record<string, string> = {}) =>
  http.inject({
    method: 'POST',
    url: '/files',
    payload: Buffer.from(payload),
    headers: { 'content-type': 'application/octet-stream', 'x-file-name': encodeURIComponent(name), ...headers },
  })

test('a file goes in as it is and comes back the same, attached, never shown or run', async () => {
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')
  const stored = (await send('../../logo "1".svg', svg)).json()
  assert.equal(stored.name, 'logo _1_.svg')
  const back = await http.inject({ method: 'GET', url: `/files/${stored.id}` })
  assert.deepEqual(back.rawPayload, svg)
  assert.equal(back.headers['content-type'], 'application/octet-stream')
  assert.match(String(back.headers['content-disposition']), /^attachment; /)
  assert.equal(back.headers['x-content-type-options'], 'nosniff')
  assert.match(String(back.headers['content-security-policy']), /sandbox/)
  assert.equal(back.headers['cache-control'], 'no-store')
})

test('5.2.2 a file is what its bytes say: programs and nothing at all are refused, other content types too', async () => {
  assert.equal((await send('invoice.pdf', Buffer.from([0x4d, 0x5a, 0x90, 0]))).json().code, 'file_type')
  assert.equal((await send('empty.csv', Buffer.alloc(0))).statusCode, 422)
  assert.equal((await send('a.csv', Buffer.from('a'), { 'content-type': 'text/html' })).statusCode, 415)
  assert.equal((await send('a.csv', Buffer.from('a'), { 'x-file-name': '%E0%A4%A' })).json().code, 'bad_name')
  assert.equal(
    (await http.inject({ method: 'POST', url: '/records/files', payload: { name: 'a', sha256: '0'.repeat(64) } }))
      .statusCode,
    401,
  )
})

test('a file of another company, or of somebody else for who sees only some parties, is as unknown as none', async () => {
  const { id } = (await send('mine.csv', Buffer.from('a,b\n'))).json()
  const stranger = systemActor(await newCompany(kit.kernel.pool), 'test')
  const asked = async (actor: Actor | null, fileId: string) => {
    who = actor
    const { statusCode, body } = await http.inject({ method: 'GET', url: `/files/${fileId}` })
    who = kit.actor
    return `${statusCode} ${body.replace(fileId, '')}`
  }
  const unknown = await asked(kit.actor, '00000000-0000-7000-8000-000000000000')
  assert.equal(await asked(stranger, id), unknown)
  assert.equal(await asked({ ...kit.actor, id: stranger.company, parties: [] }, id), unknown)
  assert.match(await asked(null, id), /^401/)
  assert.match(await asked({ ...kit.actor, parties: [] }, id), /^200/)
})

test('a list leaves as CSV or XLSX with all its pages, and reads back the same', async () => {
  const items = Array.from({ length: 1234 }, (_, i) => ({
    sku: `S${String(i).padStart(4, '0')}`,
    name: i % 2 ? `=1+${i}` : `-Item ${i}`,
    costMicro: i,
  }))
  for (let at = 0; at < items.length; at += 500)
    await kit.kernel.runner.run(kit.actor, 'catalog.saveItems', { items: items.slice(at, at + 500) })
  for (const format of ['csv', 'xlsx']) {
    const file = await http.inject({ method: 'GET', url: `/exports/catalog/listItems?format=${format}` })
    assert.equal(file.statusCode, 200, file.body.slice(0, 200))
    assert.match(
      String(file.headers['content-disposition']),
      new RegExp(`^attachment; filename="catalog-listItems-2026-11-22.${format}"`),
    )
    const rows: Record<string, string>[] = []
    let header: string[] = []
    await readTable(file.rawPayload, {
      onHeader: (shape) => {
        header = shape.header
      },
      onRows: (batch) =>
        void rows.push(...batch.map((row) => Object.fromEntries(row.map((cell, i) => [header[i]!, cell])))),
    })
    assert.deepEqual(
      rows.map(({ sku, name, costMicro }) => ({ sku, name, costMicro: Number(costMicro) })),
      items,
    )
  }
  const few = await http.inject({ method: 'GET', url: '/exports/catalog/listItems?filter=sku:S0007' })
  assert.equal(few.body.trim().split('\r\n').length, 2)
})

test('an export shows no more than the screen, and only to who may export', async () => {
  const limited = { ...kit.actor, permissions: new Set(['catalog.read', 'exchange.export']) }
  who = limited
  const file = await http.inject({ method: 'GET', url: '/exports/catalog/listItems?filter=sku:S0007' })
  const [header, row] = file.body
    .replace('\ufeff', '')
    .trim()
    .split('\r\n')
    .map((line) => line.split(','))
  assert.equal(row![header!.indexOf('costMicro')], '')
  who = { ...limited, permissions: new Set(['catalog.read']) }
  assert.equal((await http.inject({ method: 'GET', url: '/exports/catalog/listItems' })).statusCode, 403)
  who = { ...limited, permissions: new Set(['exchange.export']) }
  assert.equal((await http.inject({ method: 'GET', url: '/exports/catalog/listItems' })).statusCode, 403)
  who = limited
  assert.equal((await http.inject({ method: 'GET', url: '/exports/catalog/saveItems' })).statusCode, 404)
  assert.equal((await http.inject({ method: 'GET', url: '/exports/catalog/item' })).statusCode, 404)
  assert.equal((await http.inject({ method: 'GET', url: '/exports/catalog/listItems?format=pdf' })).statusCode, 422)
  who = kit.actor
})
