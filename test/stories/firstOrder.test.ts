import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { pino } from 'pino'
import { createApp } from '../../src/app.ts'
import { settableClock } from '../../src/core/clock.ts'
import { readConfig } from '../../src/core/config.ts'
import { connectOnce } from '../../src/core/database/roles.ts'
import { until } from '../../src/core/events/testKit.ts'
import { freshDatabase } from '../harness.ts'

test('a company set up in the browser with the code from the terminal takes its first order at once, and a purchase gives it its date', async () => {
  const fresh = await freshDatabase()
  const superuser = connectOnce(fresh.superuser)
  await superuser.unsafe(`grant create on database ${fresh.superuser.database} to entrepot_owner`)
  await superuser.end()
  const app = await createApp({
    database: { ...fresh, kind: 'embedded', writable: () => true },
    config: readConfig({}, '.'),
    clock: settableClock(new Date('2026-11-23T08:00:00Z')),
    log: pino({ level: 'silent' }),
    tls: null,
    dev: false,
    setupCode: 'QUAY-WALL-ROPE',
    checkOutputs: true,
  })
  after(app.close)
  let cookie = ''
  // biome-ignore lint/suspicious/noExplicitAny: answers are read freely
  const post = async (name: string, payload: object): Promise<{ status: number; body: any; cookies: unknown[] }> => {
    const url = `/rpc/${name.replace('.', '/')}`
    const answer = await app.http.inject({ method: 'POST', url, payload, headers: cookie ? { cookie } : {} })
    return { status: answer.statusCode, body: answer.json(), cookies: answer.cookies }
  }
  // biome-ignore lint/suspicious/noExplicitAny: answers are read freely
  const done = async (name: string, payload: object): Promise<any> => {
    const { status, body } = await post(name, payload)
    assert.equal(status, 200, `${name}: ${JSON.stringify(body)}`)
    return body
  }
  assert.equal(await app.isEmpty(), true)
  assert.equal((await done('setup.state', {})).needsCode, true)
  const company = {
    companyName: 'Quayside',
    currency: 'GBP',
    country: 'GB',
    siteCode: 'MAIN',
    siteName: 'Main',
    timeZone: 'Europe/London',
    userName: 'Ada',
    email: 'ada@quayside.example',
    password: 'a phrase to begin with',
  }
  assert.equal((await post('setup.createCompany', company)).body.code, 'wrong_setup_code')
  const created = await post('setup.createCompany', { ...company, code: 'QUAY-WALL-ROPE' })
  assert.equal(created.status, 200, JSON.stringify(created.body))
  const [session] = created.cookies as { name: string; value: string }[]
  cookie = `${session!.name}=${session!.value}`
  assert.equal(await app.isEmpty(), false)

  const { sites } = await done('auth.me', {})
  const { items } = await done('catalog.saveItems', {
    items: [
      { sku: 'MUG', name: 'Mug', baseUom: 'EA', taxClass: 'standard', uoms: [{ uom: 'EA', num: 1, sells: true }] },
    ],
  })
  const list = await done('pricing.savePriceList', {
    code: 'LIST',
    name: 'List',
    kind: 'list',
    currency: 'GBP',
    validFrom: '2026-01-01',
    validTo: '2099-12-31',
  })
  await done('pricing.savePrices', {
    listId: list.id,
    prices: [{ itemId: items[0].id, uom: 'EA', minQty: 1, priceMicro: 4_500_000 }],
  })
  const { parties } = await done('parties.saveParties', {
    parties: [{ code: 'C1', name: 'Harbour Gifts', isCustomer: true, currency: 'GBP', country: 'GB' }],
  })
  const order = await done('sales.createOrder', {
    partyId: parties[0].id,
    siteId: sites[0].id,
    lines: [{ itemId: items[0].id, uom: 'EA', uomQty: 10 }],
  })
  assert.deepEqual([order.net, order.tax, order.gross], [4_500, 900, 5_400])
  const confirmed = await done('sales.confirm', { orderId: order.id })
  assert.equal(confirmed.lines[0].backordered, 10, 'nothing is in stock yet, and the order says so')
  await done('promise.saveSupplies', {
    supplies: [
      {
        siteId: sites[0].id,
        itemId: items[0].id,
        kind: 'purchase',
        reference: 'PO-1',
        dueOn: '2026-11-27',
        expected: 10,
      },
    ],
  })
  const waiting = async () => (await done('sales.order', { orderId: order.id })).lines[0]
  await until('the order is promised from the purchase', async () => (await waiting()).backordered === 0)
  assert.ok((await waiting()).promises[0].on >= '2026-11-27')
})
