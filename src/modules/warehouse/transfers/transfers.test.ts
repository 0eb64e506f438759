import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { refused } from '../../../../test/refused.ts'
import { dayFromNow, type House, openHouse } from '../testKit.ts'
import { twoSites } from './testKit.ts'

/** The customer's own address is a day away from the site. */
const DELIVERED = dayFromNow(3)

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

test('a transfer goes from draft to the other shelf, and every unit is at one place at every step', async () => {
  const w = await twoSites(house, { items: [{ sku: 'TEA', tracking: 'lot' }] })
  const { c } = w
  await c.stock('TEA', 'A-01', 30, { lotCode: 'L1', expiresOn: dayFromNow(40) })
  await c.stock('TEA', 'B-12', 30, { lotCode: 'L2', expiresOn: dayFromNow(20) })
  const { id, number } = await w.enter([{ sku: 'TEA', qty: 40 }])
  assert.equal((await w.page(id)).status, 'draft')

  const confirmed = await w.confirm(id)
  assert.deepEqual([confirmed.arrivesOn, confirmed.lines[0].backordered], [dayFromNow(2), 0])
  const promised = await w.page(id)
  assert.deepEqual([promised.status, promised.lines[0]!.promised], ['confirmed', 40])
  assert.deepEqual(promised.lines[0]!.coming, [{ on: dayFromNow(2), qty: 40, promised: 0 }])

  await w.release(id)
  assert.deepEqual([(await w.page(id)).status, (await w.page(id)).lines[0]!.allocated], ['allocated', 40])
  const shipmentId = await w.pack(id)
  assert.equal((await w.page(id)).status, 'packed')
  assert.deepEqual(await w.stand('TEA'), { here: 60, road: 0, there: 0 })

  const shipped = await c.run('warehouse.shipTransfer', { shipmentId, carrier: 'Own van' })
  assert.deepEqual([shipped.qty, shipped.dueOn], [40, dayFromNow(2)])
  await c.run('promise.redateTransfer', { transferId: id })
  assert.deepEqual(await w.stand('TEA'), { here: 20, road: 40, there: 0 })
  const gone = await w.page(id)
  assert.equal(gone.status, 'in_transit')
  const { invoices } = await c.run('finance.invoiceShipments', { shipmentIds: [shipmentId] })
  assert.deepEqual(invoices, [{ shipmentId, outcome: 'nothing_to_bill', id: null, number: null, grossMinor: null }])
  // The lot that expires first is wholly in it, as an order would have got it.
  assert.deepEqual(gone.road.map(({ lot, shipped: sent, inTransit }) => [lot, sent, inTransit]).sort(), [
    ['L1', 10, 10],
    ['L2', 30, 30],
  ])
  assert.deepEqual(gone.lines[0]!.coming, [{ on: dayFromNow(2), qty: 40, promised: 0 }])

  const received = await c.run('warehouse.receiveTransfer', { transferId: id })
  assert.deepEqual([received.qty, received.inTransit], [40, 0])
  assert.deepEqual(await w.stand('TEA'), { here: 20, road: 0, there: 40 })
  const done = await w.page(id)
  assert.deepEqual([done.status, done.lines[0]!.received, done.lines[0]!.coming], ['received', 40, []])
  assert.deepEqual(
    done.documents.map((d) => d.kind),
    ['wave', 'shipment', 'receipt'],
  )
  assert.deepEqual(
    done.timeline.map((event) => event.what).filter((what) => what.startsWith('transfer.')),
    ['created', 'confirmed', 'released', 'shipped', 'received'].map((what) => `transfer.${what}`),
  )
  const lots = await c.rows(
    (sql) => sql<{ code: string; onHand: number }[]>`
      select lot.code, pool.on_hand from stock_pool pool join lot on lot.company_id = pool.company_id and lot.id = pool.lot_id
       where pool.company_id = ${c.company} and pool.site_id = ${w.there} order by lot.code`,
  )
  assert.deepEqual(lots.map(({ code, onHand }) => [code, onHand]), [['L1', 10], ['L2', 30]]) // biome-ignore format: short
  assert.equal(done.number, number)
  assert.deepEqual(await house.broken(c.company), [])
})

test('it comes in parts: the rest stays on the road, damaged goods are no good stock, and the last receipt ends it', async () => {
  const w = await twoSites(house, { items: [{ sku: 'TEA' }] })
  const { c } = w
  await c.stock('TEA', 'A-01', 50)
  const id = await w.send([{ sku: 'TEA', qty: 50 }])
  const [road] = (await w.page(id)).road
  const first = await c.run('warehouse.receiveTransfer', {
    transferId: id,
    lines: [
      { transitId: road!.id, qty: 30, locationId: w.thereBin },
      { transitId: road!.id, qty: 5, status: 'damaged' },
    ],
  })
  assert.deepEqual([first.qty, first.inTransit], [35, 15])
  assert.deepEqual(
    [(await w.page(id)).status, await w.stand('TEA')],
    ['part_received', { here: 0, road: 15, there: 35 }],
  )
  const { rows } = await c.run('promise.availability', { itemIds: [c.item.get('TEA')], siteId: w.there })
  assert.deepEqual(
    [rows[0].availableNow, rows[0].later.map((l: { available: number }) => l.available)],
    [30, [45]],
    'five damaged are not offered, fifteen are due',
  )
  await assert.rejects(
    c.run('warehouse.receiveTransfer', { transferId: id, lines: [{ transitId: road!.id, qty: 16 }] }),
    refused('more_than_in_transit'),
  )
  await c.run('warehouse.receiveTransfer', { transferId: id })
  assert.deepEqual([(await w.page(id)).status, await w.stand('TEA')], ['received', { here: 0, road: 0, there: 50 }])
  await assert.rejects(c.run('warehouse.receiveTransfer', { transferId: id }), refused('nothing_in_transit'))
  assert.deepEqual(await house.broken(c.company), [])
})

test('two trucks: what has not left is promised on, and each shipment has its own day', async () => {
  const w = await twoSites(house, { items: [{ sku: 'TEA' }] })
  const { c } = w
  await c.stock('TEA', 'A-01', 12)
  await c.run('promise.saveSupplies', {
    supplies: [
      {
        siteId: c.site,
        itemId: c.item.get('TEA'),
        kind: 'purchase',
        reference: 'PO-7',
        dueOn: dayFromNow(9),
        expected: 8,
      },
    ],
  })
  const { id } = await w.enter([{ sku: 'TEA', qty: 20 }])
  assert.equal((await w.confirm(id)).arrivesOn, dayFromNow(11))
  assert.deepEqual((await w.page(id)).lines[0]!.coming, [
    { on: dayFromNow(2), qty: 12, promised: 0 },
    { on: dayFromNow(11), qty: 8, promised: 0 },
  ])
  await w.release(id)
  await w.ship(id)
  const part = await w.page(id)
  assert.deepEqual([part.status, part.lines[0]!.shipped, part.lines[0]!.inTransit], ['part_shipped', 12, 12])
  await c.run('warehouse.receiveTransfer', { transferId: id })
  assert.deepEqual((await w.page(id)).lines[0]!.coming, [{ on: dayFromNow(11), qty: 8, promised: 0 }])

  const [{ id: supplyId }] = (await c.rows(
    (sql) => sql<{ id: string }[]>`select id from supply where company_id = ${c.company} and reference = 'PO-7'`,
  )) as [{ id: string }]
  // It was released: what arrives is allocated to it by itself, and the second truck goes.
  await c.run('warehouse.receive', {
    siteId: c.site,
    lines: [{ itemId: c.item.get('TEA'), supplyId, qty: 8, locationId: c.bin.get('A-01') }],
  })
  await w.ship(id)
  assert.deepEqual((await w.page(id)).lines[0]!.coming, [{ on: dayFromNow(2), qty: 8, promised: 0 }])
  await c.run('warehouse.receiveTransfer', { transferId: id })
  const done = await w.page(id)
  assert.deepEqual([done.status, done.lines[0]!.received], ['received', 20])
  assert.equal(done.documents.filter((d) => d.kind === 'shipment').length, 2)
  assert.deepEqual(await house.broken(c.company), [])
})

test('given up with a reason, found later: the road, the supply and the books agree, and what was lost is lost no more', async () => {
  const w = await twoSites(house, { items: [{ sku: 'TEA' }] })
  const { c } = w
  await c.stock('TEA', 'A-01', 10)
  const id = await w.send([{ sku: 'TEA', qty: 10 }])
  const waiting = await w.orderThere('TEA', 10, { released: true })
  assert.deepEqual(await w.demand(waiting), { on: DELIVERED, promised: 10, backordered: 0, allocated: 0 })
  const [road] = (await w.page(id)).road
  const lines = [{ transitId: road!.id, qty: 4 }]
  await assert.rejects(
    c.run('warehouse.loseTransfer', { transferId: id, lines, reason: 'gone' }),
    refused('unknown_reason'),
  )
  assert.deepEqual(await c.run('warehouse.loseTransfer', { transferId: id, lines, reason: 'lost' }), {
    lost: 4,
    inTransit: 6,
  })
  assert.deepEqual(await w.stand('TEA'), { here: 0, road: 6, there: 0 })
  assert.deepEqual(await w.demand(waiting), { on: null, promised: 6, backordered: 4, allocated: 0 })
  await c.run('warehouse.receiveTransfer', { transferId: id })
  assert.deepEqual(await w.demand(waiting), { on: null, promised: 0, backordered: 4, allocated: 6 })
  assert.deepEqual([(await w.page(id)).status, (await w.page(id)).lines[0]!.lost], ['received', 4])

  await assert.rejects(
    c.run('warehouse.findTransfer', { transferId: id, lines: [{ transitId: road!.id, qty: 5 }] }),
    refused('more_than_lost'),
  )
  const found = await c.run('warehouse.findTransfer', { transferId: id, lines: [{ transitId: road!.id, qty: 3 }] })
  assert.deepEqual([found.qty, found.filled.map((f: { qty: number }) => f.qty)], [3, [3]])
  assert.deepEqual(await w.demand(waiting), { on: null, promised: 0, backordered: 1, allocated: 9 })
  const [line] = (await w.page(id)).lines
  assert.deepEqual([line!.shipped, line!.received, line!.lost, line!.inTransit], [10, 9, 1, 0])
  assert.deepEqual(await w.stand('TEA'), { here: 0, road: 0, there: 9 })
  assert.deepEqual(await house.broken(c.company), [])
})

test('the other site’s customers are promised from what is to come, and get it when it is there', async () => {
  const w = await twoSites(house, { items: [{ sku: 'TEA' }] })
  const { c } = w
  await c.stock('TEA', 'A-01', 20)
  const waited = await w.orderThere('TEA', 15, { released: true })
  assert.deepEqual(await w.demand(waited), { on: null, promised: 0, backordered: 15, allocated: 0 })
  const { id } = await w.enter([{ sku: 'TEA', qty: 20 }])
  await w.confirm(id)
  assert.deepEqual(await w.demand(waited), { on: DELIVERED, promised: 15, backordered: 0, allocated: 0 })
  const later = await w.orderThere('TEA', 5)
  assert.deepEqual(await w.demand(later), { on: DELIVERED, promised: 5, backordered: 0, allocated: 0 })
  await w.release(id)
  await w.ship(id)
  const { filled } = await c.run('warehouse.receiveTransfer', { transferId: id })
  assert.deepEqual(
    filled.map((f: { orderId: string; qty: number }) => [f.orderId, f.qty]),
    [[waited, 15]],
  )
  assert.deepEqual(await w.demand(waited), { on: dayFromNow(1), promised: 0, backordered: 0, allocated: 15 })
  assert.equal((await w.demand(later)).promised, 5, 'the one not released keeps its promise, now from stock')
  assert.deepEqual(await house.broken(c.company), [])
})

test('customers of the source go first: a transfer gets what they leave, unless somebody says otherwise', async () => {
  const w = await twoSites(house, { items: [{ sku: 'TEA' }] })
  const { c } = w
  const { id } = await w.enter([{ sku: 'TEA', qty: 10 }])
  await w.confirm(id)
  const urgent = await w.enter([{ sku: 'TEA', qty: 4 }], { priority: 0 })
  await w.confirm(urgent.id)
  const order = await c.order([{ sku: 'TEA', qty: 6 }])
  await c.stock('TEA', 'A-01', 12)
  const got = async (ref: string) => {
    const line = await c.line(ref)
    return [line.promised + line.allocated, line.backordered]
  }
  assert.deepEqual([await got(urgent.id), await got(order.id), await got(id)], [[4, 0], [6, 0], [2, 8]]) // biome-ignore format: short
  assert.deepEqual(await house.broken(c.company), [])
})
