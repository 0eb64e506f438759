/** The list finds an order by exactly the one status that it shows: the filter is asked of sets, the status is worked out. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { dayFromNow, type House, openCompany, openHouse } from '../warehouse/testKit.ts'
import { stages } from './stage.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

test('every status of an order is found by its filter and by no other, through the whole life of an order', async () => {
  const c = await openCompany(house, { items: [{ sku: 'MUG' }, { sku: 'TIN' }] })
  const poor = await c.customerOf('POOR', {}, 1_000)
  await c.stock('MUG', 'A-01', 500)

  const enter = async (lines: readonly [sku: string, qty: number][], more: object = {}): Promise<string> =>
    (
      await c.run('sales.createOrder', {
        partyId: c.customer,
        siteId: c.site,
        ...more,
        lines: lines.map(([sku, uomQty]) => ({ itemId: c.item.get(sku), uom: 'EA', uomQty })),
      })
    ).id
  const released = async (qty: number, partyId = c.customer): Promise<string> =>
    (await c.order([{ sku: 'MUG', qty }], partyId)).id
  const picked = async (qty: number, partyId = c.customer) => {
    const orderId = await released(qty, partyId)
    await c.pickAll((await c.wave([orderId])).id)
    return orderId
  }
  const packed = async (orderId: string) => (await c.run('warehouse.pack', { orderId })).shipmentId as string
  const shipped = async (qty: number, partyId = c.customer) => {
    const orderId = await picked(qty, partyId)
    const shipmentId = await packed(orderId)
    await c.run('warehouse.ship', { shipmentId })
    return { orderId, shipmentId }
  }
  const billed = async (shipmentId: string) =>
    (await c.run('finance.invoiceShipments', { shipmentIds: [shipmentId] })).invoices[0] as {
      id: string
      grossMinor: number
    }
  const pay = (invoice: { id: string; grossMinor: number }, amountMinor = invoice.grossMinor) =>
    c.run('finance.recordPayment', {
      customerId: c.customer,
      on: dayFromNow(0),
      amountMinor,
      currency: 'GBP',
      method: 'bank',
      applyTo: [{ invoiceId: invoice.id, amountMinor }],
    })

  const expected = new Map<string, string>()
  const is = (status: string, orderId: string) => expected.set(orderId, status)
  is('draft', await enter([['MUG', 1]]))
  const service = (
    await c.run('catalog.saveItems', {
      items: [{ sku: 'POST', name: 'Carriage', kind: 'charge', taxClass: 'standard' }],
    })
  ).items[0].id
  await c.run('pricing.savePrices', { listId: c.list, prices: [{ itemId: service, uom: 'EA', priceMicro: 5_000_000 }] })
  c.item.set('POST', service)
  is('released', (await c.order([{ sku: 'POST', qty: 1 }])).id)
  const killed = await enter([
    ['POST', 1],
    ['MUG', 2],
  ])
  await c.run('sales.confirm', { orderId: killed })
  const { lines } = await c.run('sales.order', { orderId: killed })
  await c.run('sales.cancelLines', { orderId: killed, reason: 'no goods', lines: [{ lineId: lines[1].id }] })
  is((await c.run('sales.order', { orderId: killed })).status, killed)
  const confirmed = await enter([['MUG', 2]], { requestedOn: dayFromNow(-3) })
  await c.run('sales.confirm', { orderId: confirmed })
  is('confirmed', confirmed)
  const taken = await enter([['MUG', 3]])
  await c.run('sales.cancel', { orderId: taken, reason: 'test' })
  is('cancelled', taken)
  is('held', await released(400, poor))
  is(
    'released',
    (
      await c.order([
        { sku: 'MUG', qty: 4 },
        { sku: 'TIN', qty: 4 },
      ])
    ).id,
  )
  is('allocated', await released(5))
  const walking = await released(6)
  await c.wave([walking])
  is('picking', walking)
  is('picking', await picked(7))
  const boxed = await picked(8)
  await packed(boxed)
  is('packed', boxed)
  is('shipped', (await shipped(9)).orderId)
  const owed = await shipped(10)
  await billed(owed.shipmentId)
  is('invoiced', owed.orderId)
  const half = await shipped(11)
  await pay(await billed(half.shipmentId), 100)
  is('invoiced', half.orderId)
  const done = await shipped(12)
  await pay(await billed(done.shipmentId))
  is('paid', done.orderId)
  // A part has left and is paid; the rest waits for goods.
  const part = (
    await c.order([
      { sku: 'MUG', qty: 13 },
      { sku: 'TIN', qty: 1 },
    ])
  ).id
  await c.pickAll((await c.wave([part])).id)
  const first = await packed(part)
  await c.run('warehouse.ship', { shipmentId: first })
  is('released', part)

  const list = async (filter: string) => {
    const { rows, total } = await c.run('sales.orders', { filter, limit: 200 })
    assert.equal(total, rows.length)
    return new Map<string, string>(rows.map((row: { id: string; status: string }) => [row.id, row.status]))
  }
  const sorted = (orders: ReadonlyMap<string, string>) => [...orders].sort()
  assert.deepEqual(sorted(await list('')), sorted(expected))
  for (const status of stages) {
    const those = new Map([...expected].filter(([, of]) => of === status))
    assert.ok(those.size > 0, `no order is ${status}`)
    assert.deepEqual(sorted(await list(`status:${status}`)), sorted(those), status)
    const others = new Map([...expected].filter(([, of]) => of !== status))
    assert.deepEqual(sorted(await list(`-status:${status}`)), sorted(others), `not ${status}`)
  }
  // Late is worked out for each row that is shown, and asked of the open ones alone.
  const { rows: shown } = await c.run('sales.orders', { limit: 200 })
  const lateOnes = (is: boolean) =>
    shown
      .filter((row: { late: boolean }) => row.late === is)
      .map((row: { id: string }) => row.id)
      .sort()
  assert.ok(lateOnes(true).length > 0 && lateOnes(false).length > 0)
  assert.deepEqual([...(await list('late:yes')).keys()].sort(), lateOnes(true))
  assert.deepEqual([...(await list('late:no')).keys()].sort(), lateOnes(false))
  assert.deepEqual([...(await list('status:packed,picking')).values()].sort(), ['packed', 'picking', 'picking'])
  assert.equal((await list('status:nonsense')).size, 0)
})

test('a status that there is not finds no order, and everything but it finds all, whatever it is called', async () => {
  const c = await openCompany(house, { items: [{ sku: 'MUG' }] })
  await c.order([{ sku: 'MUG', qty: 1 }])
  for (const status of ['nonsense', 'toString', 'constructor', '__proto__'])
    for (const [filter, found] of [
      [`status:"${status}"`, 0],
      [`-status:"${status}"`, 1],
    ] as const)
      assert.equal((await c.run('sales.orders', { filter })).rows.length, found, filter)
})
