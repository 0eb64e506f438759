import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { refused } from '../../../../test/refused.ts'
import { dayFromNow, type House, openHouse } from '../../warehouse/testKit.ts'
import { severalSites } from './testKit.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const one = (site: string, qty: number, allocated: number, shipped = 0) => ({ site, qty, allocated, shipped })
const told = (rows: readonly { site: string; qty: number; allocated: number; shipped: number }[]) =>
  rows.map(({ site, qty, allocated, shipped }) => one(site, qty, allocated, shipped))

test('each site picks, packs and ships its own part; two shipments, two invoices, the order’s totals', async () => {
  const c = await severalSites(house, { TEA: [6, 9] })
  await c.allow(2)
  const order = await c.confirmed([{ sku: 'TEA', qty: 10 }])
  assert.deepEqual([order.net, order.gross], [10_000, 12_000])
  await c.run('sales.release', { orderId: order.id })
  assert.deepEqual(told(await c.demand(order.id)), [one('LON', 6, 6), one('LEE', 4, 4)])
  const [lonTask, leeTask] = [await c.pickAt(c.lon, order.id), await c.pickAt(c.lee, order.id)]
  assert.deepEqual([lonTask.map((t) => t.qty), leeTask.map((t) => t.qty)], [[6], [4]])

  await assert.rejects(c.run('warehouse.pack', { orderId: order.id }), refused('site_needed'))
  const lee = await c.run('warehouse.pack', { orderId: order.id, siteId: c.lee })
  assert.equal(lee.qty, 4)
  const lon = await c.run('warehouse.pack', { orderId: order.id })
  assert.equal(lon.qty, 6, 'only one site is left to pack')
  assert.equal((await c.run('warehouse.ship', { shipmentId: lee.shipmentId })).grossMinor, 4_800)
  assert.deepEqual(told(await c.demand(order.id)), [one('LON', 6, 6), one('LEE', 4, 0, 4)])
  assert.equal((await c.run('warehouse.ship', { shipmentId: lon.shipmentId })).grossMinor, 7_200)
  const billed = await c.run('finance.invoiceShipments', { shipmentIds: [lee.shipmentId, lon.shipmentId] })
  const total = billed.invoices.reduce((sum: number, invoice: { grossMinor: number }) => sum + invoice.grossMinor, 0)
  assert.equal(total, 12_000)
  const { openOrders, shippedUnbilled, openReceivables } = await c.account()
  assert.deepEqual([openOrders, shippedUnbilled, openReceivables], [0, 0, 12_000])
  assert.equal((await c.run('sales.order', { orderId: order.id })).status, 'invoiced')
  assert.deepEqual(await house.broken(c.company), [])
})

test('an order that leaves complete leaves no site before the other has packed its part', async () => {
  const c = await severalSites(house, { TEA: [6, 9] })
  await c.allow(2)
  const order = await c.confirmed([{ sku: 'TEA', qty: 10 }], { partialPolicy: 'complete' })
  assert.deepEqual(order.sent, ['LON 6, LEE 4'])
  await c.run('sales.release', { orderId: order.id })
  await c.pickAt(c.lon, order.id)
  const lon = await c.run('warehouse.pack', { orderId: order.id })
  await assert.rejects(c.run('warehouse.ship', { shipmentId: lon.shipmentId }), refused('not_complete'))
  await c.pickAt(c.lee, order.id)
  await assert.rejects(c.run('warehouse.ship', { shipmentId: lon.shipmentId }), refused('not_complete'))
  const lee = await c.run('warehouse.pack', { orderId: order.id })
  await c.run('warehouse.ship', { shipmentId: lon.shipmentId })
  await c.run('warehouse.ship', { shipmentId: lee.shipmentId })
  assert.deepEqual(told(await c.demand(order.id)), [one('LON', 6, 0, 6), one('LEE', 4, 0, 4)])
})

test('a complete order of which a part has no supply anywhere is picked nowhere, and has no day', async () => {
  const c = await severalSites(house, { TEA: [6, 3] })
  await c.allow(2)
  const order = await c.confirmed([{ sku: 'TEA', qty: 10 }], { partialPolicy: 'complete' })
  assert.deepEqual([order.sent, order.answer.promisedOn], [['LON 7 (-1), LEE 3'], null])
  await c.run('sales.release', { orderId: order.id })
  await assert.rejects(c.pickAt(c.lee, order.id), refused('nothing_to_pick'))
  await c.receive(c.lon, 'TEA', 1)
  assert.deepEqual(
    (await c.demand(order.id)).map((part) => [part.site, part.promised + part.allocated, part.backordered]),
    [
      ['LON', 7, 0],
      ['LEE', 3, 0],
    ],
  )
  const page = await c.run('sales.order', { orderId: order.id })
  assert.equal(page.promisedOn, dayFromNow(1), 'one day for both sites')
})

test('a part stays at its site: short picks, late supply and planning anew move none of it', async () => {
  const c = await severalSites(house, { TEA: [6, 4, 50] })
  await c.run('promise.saveSources', {
    maxSplits: 2,
    sites: [{ siteId: c.lee, routeDays: null, shipmentCost: 0 }],
  })
  const order = await c.confirmed([{ sku: 'TEA', qty: 10 }])
  assert.deepEqual(order.sent, ['LON 6, LEE 4'])
  await c.run('sales.release', { orderId: order.id })
  const wave = await c.run('warehouse.createWave', { siteId: c.lee })
  const { tasks } = await c.run('warehouse.pickList', { siteId: c.lee, waveId: wave.id })
  await c.run('warehouse.pick', { taskId: tasks[0].id, qty: 1 })
  const parts = async () =>
    (await c.demand(order.id)).map((part) => [part.site, part.qty, part.allocated, part.backordered])
  assert.deepEqual(await parts(), [
    ['LON', 6, 6, 0],
    ['LEE', 4, 1, 3],
  ])
  await c.receive(c.lon, 'TEA', 20)
  await c.run('promise.replan', { siteId: c.lon, itemIds: [c.item.get('TEA')] })
  await c.run('promise.replan', { siteId: c.yrk, itemIds: [c.item.get('TEA')] })
  assert.deepEqual(await parts(), [
    ['LON', 6, 6, 0],
    ['LEE', 4, 1, 3],
  ])
  await c.receive(c.lee, 'TEA', 3)
  assert.deepEqual(await parts(), [
    ['LON', 6, 6, 0],
    ['LEE', 4, 4, 0],
  ])
  assert.deepEqual(await house.broken(c.company), [])
})

test('units that are cancelled go first where nothing covers them, then at the last site; the whole order goes at all', async () => {
  const c = await severalSites(house, { TEA: [6, 3] })
  await c.allow(2)
  const order = await c.confirmed([{ sku: 'TEA', qty: 10 }])
  assert.deepEqual(order.sent, ['LON 7 (-1), LEE 3'])
  const lineId = (await c.demand(order.id))[0]!.lineId
  await assert.rejects(
    c.run('sales.splitLine', { orderId: order.id, lineId, uomQty: 2 }),
    refused('kit_not_split'),
    'a line that several sites send',
  )
  await c.run('sales.cancelLines', { orderId: order.id, reason: 'too many', lines: [{ lineId, qty: 3 }] })
  assert.deepEqual(
    (await c.demand(order.id)).map((part) => [part.site, part.promised, part.backordered, part.cancelled]),
    [
      ['LON', 6, 0, 1],
      ['LEE', 1, 0, 2],
    ],
  )
  assert.equal((await c.account()).openOrders, 0)
  await c.run('sales.release', { orderId: order.id })
  assert.equal((await c.account()).openOrders, 8_400, 'seven of ten')
  await c.run('sales.cancel', { orderId: order.id, reason: 'changed mind' })
  assert.ok((await c.demand(order.id)).every((part) => part.cancelled === part.qty))
  assert.deepEqual(await house.broken(c.company), [])
})

test('who works at Leeds alone finds, picks, packs and ships Leeds’ part, and sees nothing else of the order', async () => {
  const c = await severalSites(house, { TEA: [6, 9] })
  await c.allow(2)
  const order = await c.confirmed([{ sku: 'TEA', qty: 10 }])
  await c.run('sales.release', { orderId: order.id })
  const leeds = c.atSite(c.lee)
  const york = c.atSite(c.yrk)
  await c.pickAt(c.lon, order.id)
  const lonShipment = await c.run('warehouse.pack', { orderId: order.id })

  assert.deepEqual(await c.run('warehouse.toWave', { siteId: c.lee }, leeds), { orders: 1, lines: 1 })
  const [task] = await c.pickAt(c.lee, order.id, leeds)
  assert.deepEqual([task!.order, task!.qty], [order.number, 4], 'the order has its number')
  const waves = await c.run('warehouse.waves', {}, leeds)
  assert.equal(waves.rows.length, 1)
  const wave = await c.run('warehouse.wave', { id: waves.rows[0].id }, leeds)
  assert.deepEqual(
    wave.orders.map((row: { number: string; customer: string; picked: number; status: string }) => [
      row.number,
      row.customer,
      row.picked,
      row.status,
    ]),
    [[order.number, 'Customer C1', 4, 'picked']],
  )
  await assert.rejects(c.run('warehouse.pack', { orderId: order.id }, york), refused('not_found'))
  const packed = await c.run('warehouse.pack', { orderId: order.id }, leeds)
  assert.equal(packed.qty, 4)
  const list = await c.run('warehouse.shipments', {}, leeds)
  assert.deepEqual(
    list.rows.map((row: { order: string; site: string; qty: number }) => [row.order, row.site, row.qty]),
    [[order.number, 'Leeds', 4]],
  )
  assert.equal((await c.run('warehouse.shipments', { orderId: order.id }, leeds)).rows.length, 1)
  const page = await c.run('warehouse.shipment', { id: packed.shipmentId }, leeds)
  assert.deepEqual([page.order, page.customer, page.shipTo.city], [order.number, 'Customer C1', 'London'])

  // Nothing of London's: neither the order itself, nor its lines, tasks, shipment and stock.
  await assert.rejects(c.run('sales.order', { orderId: order.id }, leeds), refused('not_found'))
  assert.equal((await c.run('sales.orders', {}, leeds)).rows.length, 0)
  const [lonPart, leePart] = await c.demand(order.id)
  await assert.rejects(c.run('promise.explain', { lineId: lonPart!.id }, leeds), refused('not_found'))
  const why = JSON.stringify(await c.run('promise.explain', { lineId: leePart!.id }, leeds))
  assert.ok(why.includes('LEE had 9') && !why.includes('LON'), why)
  await assert.rejects(c.run('warehouse.shipment', { id: lonShipment.shipmentId }, leeds), refused('not_found'))
  await assert.rejects(c.run('warehouse.ship', { shipmentId: lonShipment.shipmentId }, leeds), refused('not_found'))
  await assert.rejects(c.run('warehouse.pack', { orderId: order.id, siteId: c.lon }, leeds), refused('not_found'))
  await assert.rejects(c.run('sales.cancel', { orderId: order.id, reason: 'not mine' }, leeds), refused('not_found'))
  for (const answer of [wave, list, page]) {
    const text = JSON.stringify(answer)
    assert.ok(!text.includes(c.lon) && !text.includes('A-01'), text)
  }

  // And the other way round: London sees the order, its own part, and how much others send.
  const london = await c.run('sales.order', { orderId: order.id }, c.atSite(c.lon))
  assert.deepEqual([london.lines[0].qty, london.lines[0].packed, london.lines[0].elsewhere], [10, 6, 4])
  assert.equal((await c.run('warehouse.ship', { shipmentId: packed.shipmentId }, leeds)).number, packed.number)
  await c.run('warehouse.ship', { shipmentId: lonShipment.shipmentId }, c.atSite(c.lon))
  assert.equal((await c.run('sales.order', { orderId: order.id })).status, 'shipped')
})

test('what Leeds takes out of its wave or puts back is Leeds’ part alone', async () => {
  const c = await severalSites(house, { TEA: [6, 9] })
  await c.allow(2)
  const order = await c.confirmed([{ sku: 'TEA', qty: 10 }])
  await c.run('sales.release', { orderId: order.id })
  const leeds = c.atSite(c.lee)
  await c.run('warehouse.createWave', { siteId: c.lon, orderIds: [order.id] })
  await c.run('warehouse.createWave', { siteId: c.lee, orderIds: [order.id] })
  assert.deepEqual(await c.run('warehouse.endTasks', { orderId: order.id, reason: 'later' }, leeds), {
    tasks: 1,
    qty: 4,
  })
  const { tasks } = await c.run('warehouse.pickList', { siteId: c.lon })
  assert.equal(tasks.length, 1)
  await c.run('warehouse.pick', { taskId: tasks[0].id, qty: 6 })
  await c.pickAt(c.lee, order.id)
  await assert.rejects(c.run('warehouse.putBack', { orderId: order.id, reason: 'wrong' }), refused('site_needed'))
  assert.equal((await c.run('warehouse.putBack', { orderId: order.id, reason: 'wrong' }, leeds)).qty, 4)
  assert.equal((await c.run('warehouse.pack', { orderId: order.id })).qty, 6)
  assert.deepEqual(await house.broken(c.company), [])
})
