/**
 * Journey A.1–A.4: a rep sells what a portal sells too. OLV-1L (12 EA a case) at DC1: 480 EA on hand, of which 24 quarantine,
 * 96 allocated, 120 promised, so 240 EA = 20 cases to promise; PO-771 brings 600 EA on D+6, a day from dock to stock. Bistro
 * is tax-exempt, has 31.20 a case by contract against 36.00, a limit of 50,000.00, owes 41,300.00 and has 6,900.00 open.
 * D is Tuesday 24 November 2026: vans left at 08:00, what is ordered later leaves and arrives with the next tour.
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { pino } from 'pino'
import { createApp } from '../../src/app.ts'
import { settableClock } from '../../src/core/clock.ts'
import { readConfig } from '../../src/core/config.ts'
import { connectOnce } from '../../src/core/database/roles.ts'
import { until } from '../../src/core/events/testKit.ts'
import { standardRoles } from '../../src/core/people/standardRoles.ts'
import { freshDatabase } from '../harness.ts'

const [D1, D6, D7] = ['2026-11-25', '2026-11-30', '2026-12-01']

// biome-ignore lint/suspicious/noExplicitAny: answers are read freely
type Answer = { status: number; body: any }
type App = Awaited<ReturnType<typeof createApp>>

const send = async (
  app: App,
  key: string,
  method: 'GET' | 'POST',
  url: string,
  payload?: object,
  once?: string,
): Promise<Answer> => {
  const headers = { authorization: `Bearer ${key}`, ...(once && { 'idempotency-key': once }) }
  const answer = await app.http.inject({ method, url, headers, ...(payload && { payload }) })
  return { status: answer.statusCode, body: answer.json() }
}

/** The Given of the journey, on a database of its own behind two nodes. */
const given = async () => {
  const fresh = await freshDatabase()
  const superuser = connectOnce(fresh.superuser)
  await superuser.unsafe(`grant create on database ${fresh.superuser.database} to entrepot_owner`)
  await superuser.end()
  const clock = settableClock(new Date('2026-11-24T09:02:00Z'))
  const node = () =>
    createApp({
      database: { ...fresh, kind: 'embedded', writable: () => true },
      config: readConfig({}, '.'),
      clock,
      log: pino({ level: 'silent' }),
      tls: null,
      dev: false,
      setupCode: null,
      checkOutputs: true,
    })
  const nodes = [await node(), await node()] as const
  after(() => Promise.all(nodes.map((one) => one.close())))
  const [app] = nodes
  const created = await app.http.inject({
    method: 'POST',
    url: '/rpc/setup/createCompany',
    payload: {
      companyName: 'Olive & Sons',
      currency: 'GBP',
      country: 'GB',
      siteCode: 'DC1',
      siteName: 'DC1',
      timeZone: 'Europe/London',
      userName: 'Ada',
      email: 'ada@olive.example',
      password: 'a phrase to begin with',
    },
  })
  assert.equal(created.statusCode, 200, created.body)
  const [session] = created.cookies as { name: string; value: string }[]
  const cookie = `${session!.name}=${session!.value}`
  const keyOf = async (name: string, permissions: readonly string[], parties: string[] | null): Promise<string> => {
    const payload = { name, permissions, sites: null, parties, expiresInDays: null }
    const answer = await app.http.inject({ method: 'POST', url: '/people/keys', payload, headers: { cookie } })
    assert.equal(answer.statusCode, 200, answer.body)
    return answer.json().key
  }
  const owner = await keyOf('owner', ['*'], null)
  const run = async (name: string, input: object): Promise<Answer['body']> => {
    const { status, body } = await send(app, owner, 'POST', `/rpc/${name.replace('.', '/')}`, input)
    assert.equal(status, 200, `${name}: ${JSON.stringify(body)}`)
    return body
  }

  const { sites } = await run('sites.saveSites', {
    sites: [
      {
        code: 'DC1',
        name: 'DC1',
        kind: 'dc',
        zone: 'Europe/London',
        country: 'GB',
        cutoffMinutes: 8 * 60,
        workDays: [1, 2, 3, 4, 5],
        dockToStockDays: 1,
      },
    ],
  })
  const siteId: string = sites[0].id
  const item = (sku: string, name: string) => ({
    sku,
    name,
    baseUom: 'EA',
    taxClass: 'standard',
    weightG: 1_000,
    costMicro: 2_000_000,
    uoms: [
      { uom: 'EA', num: 1, sells: true },
      { uom: 'CS', num: 12, sells: true },
    ],
  })
  const { items } = await run('catalog.saveItems', {
    items: [item('OLV-1L', 'Olive oil 1 l'), item('VAT', 'Copper vat')],
  })
  const [oil, vat]: [string, string] = [items[0].id, items[1].id]
  const address = {
    kind: 'both',
    name: 'Door',
    line1: '1 Quay',
    city: 'Leeds',
    postcode: 'LS1 1AA',
    country: 'GB',
    routeDays: 0,
  }
  const customer = (code: string, name: string, more: object = {}) => ({
    code,
    name,
    isCustomer: true,
    currency: 'GBP',
    country: 'GB',
    taxStatus: 'business',
    termsDays: 30,
    invoiceTrigger: 'ship',
    partialPolicy: 'partial',
    serviceClass: 5,
    addresses: [address],
    ...more,
  })
  const { parties } = await run('parties.saveParties', {
    parties: [
      customer('BISTRO', 'Bistro', { taxStatus: 'exempt', exemptUntil: '2027-12-31' }),
      customer('SHOP', 'Corner shop'),
      ...Array.from({ length: 50 }, (_, n) => customer(`P${n}`, `Portal customer ${n}`)),
    ],
  })
  const [bistro, shop, ...portal]: string[] = parties.map((row: { id: string }) => row.id)
  await run('credit.saveAccounts', {
    accounts: parties.map((row: { id: string }) => ({ partyId: row.id, limitAmount: 5_000_000 })),
  })
  const list = async (code: string, kind: string, priceMicro: number, more: object = {}) => {
    const span = { currency: 'GBP', validFrom: '2026-01-01', validTo: '2099-12-31' }
    const { id } = await run('pricing.savePriceList', { code, name: code, kind, ...span, ...more })
    const prices = [{ itemId: oil, uom: 'CS', minQty: 1, priceMicro }]
    if (kind === 'list') prices.push({ itemId: vat, uom: 'EA', minQty: 1, priceMicro: 100_000_000 })
    await run('pricing.savePrices', { listId: id, prices })
  }
  await list('LIST', 'list', 36_000_000)
  await list('C-88', 'contract', 31_200_000, { partyId: bistro })
  await run('warehouse.receive', {
    siteId,
    lines: [
      { itemId: oil, qty: 456 },
      { itemId: oil, qty: 24, status: 'quarantine' },
      { itemId: vat, qty: 500 },
    ],
  })
  const order = async (
    partyId: string,
    itemId: string,
    uom: string,
    uomQty: number,
    release: boolean,
  ): Promise<string> => {
    const { id } = await run('sales.createOrder', { partyId, siteId, lines: [{ itemId, uom, uomQty }] })
    await run('sales.confirm', { orderId: id })
    if (release) assert.equal((await run('sales.release', { orderId: id })).outcome, 'released')
    return id
  }
  const owed = await order(bistro!, vat, 'EA', 413, true)
  const wave = await run('warehouse.createWave', { siteId, orderIds: [owed] })
  for (const task of (await run('warehouse.pickList', { siteId, waveId: wave.id })).tasks)
    await run('warehouse.pick', { taskId: task.id, qty: task.qty })
  await run('warehouse.ship', { shipmentId: (await run('warehouse.pack', { orderId: owed })).shipmentId })
  await until(
    'what left is invoiced',
    async () => (await run('credit.account', { partyId: bistro })).receivablesMinor === 4_130_000,
  )
  await order(bistro!, vat, 'EA', 69, true)
  await order(shop!, oil, 'EA', 96, true)
  await order(shop!, oil, 'EA', 120, false)
  await run('promise.saveSupplies', {
    supplies: [{ siteId, itemId: oil, kind: 'purchase', reference: 'PO-771', dueOn: D6, expected: 600 }],
  })
  return { nodes, clock, run, keyOf, siteId, oil, bistro: bistro!, portal }
}
const permissionsOf = (code: string) => standardRoles.find((role) => role.code === code)!.permissions

test('A.1–A.3: the rep’s 30 cases are 936.00, within credit, 20 for D+1 and 10 for D+7 from PO-771; the upload repeated three times is one order', async () => {
  const { nodes, clock, run, keyOf, siteId, oil, bistro } = await given()
  const [atp] = (await run('promise.availability', { siteId, itemIds: [oil] })).rows
  assert.deepEqual([atp.availableNow, atp.later], [240, [{ on: D6, available: 840 }]])
  const before = await run('credit.account', { partyId: bistro })
  assert.deepEqual(
    [before.limitMinor, before.receivablesMinor, before.openOrdersMinor],
    [5_000_000, 4_130_000, 690_000],
  )

  const rep = await keyOf('phone of the rep', permissionsOf('rep'), null)
  clock.set(new Date('2026-11-24T09:42:00Z'))
  const body = {
    partyId: bistro,
    siteId,
    source: 'rep',
    customerPo: 'FLIGHT-1',
    lines: [{ itemId: oil, uom: 'CS', uomQty: 30 }],
  }
  const upload = (n: number) => send(nodes[n % 2]!, rep, 'POST', '/sales/placed-orders', body, 'upload-0902')
  const answers = await Promise.all([0, 1, 2].map(upload))
  for (const answer of answers) assert.deepEqual(answer, answers[0])
  const placed = answers[0]!
  assert.equal(placed.status, 200, JSON.stringify(placed.body))
  assert.deepEqual(
    [placed.body.net, placed.body.tax, placed.body.gross, placed.body.outcome],
    [93_600, 0, 93_600, 'released'],
  )
  assert.deepEqual(
    placed.body.lines[0].promises.map((p: { qty: number; dueOn: string }) => [p.qty / 12, p.dueOn]),
    [
      [20, D1],
      [10, D7],
    ],
  )
  const { rows, total } = (await send(nodes[1], rep, 'GET', `/sales/orders?customerId=${bistro}&filter=FLIGHT-1`)).body
  assert.deepEqual([total, rows.length], [1, 1], 'one order')

  const order = await run('sales.order', { orderId: placed.body.id })
  const [line] = order.lines
  assert.deepEqual([line.priceMicro, line.perUom], [31_200_000, 'CS'])
  assert.deepEqual(
    line.explain.steps.map((step: { source: string; chosen: boolean }) => [step.source, step.chosen]),
    [
      ['contract C-88', true],
      ['list LIST', false],
    ],
  )
  assert.deepEqual([line.allocated, line.backordered], [240, 0])
  assert.deepEqual(
    line.promises.map((p: { qty: number; on: string; ref: string }) => [p.qty, p.on, p.ref]),
    [[120, D7, 'PO-771']],
  )
  const { exposureMinor, openOrdersMinor } = await run('credit.account', { partyId: bistro })
  assert.deepEqual([exposureMinor, openOrdersMinor], [4_913_600, 783_600])
})

test('A.4: fifty portal customers want a case each at the same instant on two nodes: 20 get D+1, 30 get D+7, nobody an error', async () => {
  const { nodes, run, keyOf, siteId, oil, portal } = await given()
  const keys = await Promise.all(portal.map((id, n) => keyOf(`portal ${n}`, permissionsOf('customer'), [id])))
  const answers = await Promise.all(
    portal.map((partyId, n) =>
      send(
        nodes[n % 2]!,
        keys[n]!,
        'POST',
        '/sales/placed-orders',
        {
          partyId,
          siteId,
          source: 'portal',
          requestedOn: '2026-11-24',
          lines: [{ itemId: oil, uom: 'CS', uomQty: 1 }],
        },
        `cart-${n}`,
      ),
    ),
  )
  assert.deepEqual(
    answers.filter((answer) => answer.status !== 200).map((answer) => answer.body),
    [],
  )
  const days = Map.groupBy(answers, (answer) => answer.body.promisedOn as string)
  assert.deepEqual(Object.fromEntries([...days].map(([on, own]) => [on, own.length])), { [D1]: 20, [D7]: 30 })
  const { pools } = await run('stock.item', { itemId: oil })
  const [good] = pools.filter((pool: { status: string }) => pool.status === 'available')
  assert.deepEqual([good.onHand, good.allocated], [456, 96 + 240])
  const { rows } = await run('promise.waiting', { siteId, itemId: oil, filter: 'late:yes', limit: 200 })
  const promised =
    answers.length - 30 + rows.filter((row: { pegs: { ref: string }[] }) => row.pegs[0]!.ref === 'PO-771').length
  assert.equal(promised, 50)
  const [supply] = (await run('promise.supplies', { siteId, itemId: oil })).supplies
  assert.deepEqual([supply.ref, supply.promised, supply.left], ['PO-771', 360, 240])
})
