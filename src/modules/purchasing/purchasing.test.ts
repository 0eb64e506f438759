/** A purchase from first line to last receipt: what is placed is promised, what slips is told, nothing is ordered twice. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { refused } from '../../../test/refused.ts'
import { newNode, type World, type WorldOptions, newWorld as worldOn } from '../../../test/world.ts'

const { kernel, clock } = await newNode()
after(() => kernel.close())
const newWorld = (options: WorldOptions) => worldOn({ kernel, clock, ...options })

const supplierOf = async (w: World, code = 'SUP-1', leadDays = 7): Promise<string> => {
  const { parties } = await w.run('parties.saveParties', {
    parties: [{ code, name: `${code} Ltd`, isSupplier: true, currency: 'GBP', country: 'GB' }],
  })
  const partyId = parties[0].id
  await w.run('purchasing.saveTerms', { terms: [{ partyId, leadDays, minOrderMinor: 10_000 }] })
  return partyId
}
const order = (w: World, partyId: string, uomQty: number, more: object = {}) =>
  w.run('purchasing.createOrder', {
    siteId: w.siteId,
    partyId,
    place: true,
    lines: [{ itemId: w.itemIds[0], uomQty }],
    ...more,
  })
const sale = async (w: World, uomQty: number) => {
  const lines = [{ itemId: w.itemIds[0], uom: 'EA', uomQty }]
  const { id } = await w.run('sales.createOrder', { partyId: w.partyIds[0], siteId: w.siteId, lines })
  const confirmed = await w.run('sales.confirm', { orderId: id })
  return { ...confirmed.lines[0], id }
}

test('What is placed is expected on its day, and an order that waited is promised from it in the same moment', async () => {
  const w = await newWorld({ stock: 0 })
  const partyId = await supplierOf(w)
  const waiting = await sale(w, 10)
  assert.equal(waiting.backordered, 10)
  const draft = await order(w, partyId, 24, { place: false })
  assert.equal(draft.affected.lines, 0)
  assert.equal((await w.run('purchasing.order', { orderId: draft.id })).lines[0].open, 24)
  const placed = await w.run('purchasing.placeOrder', { orderId: draft.id })
  assert.equal(placed.affected.lines, 1)
  assert.equal(placed.affected.moved[0].orderId, waiting.id)
  const page = await w.run('purchasing.order', { orderId: draft.id })
  assert.equal(page.status, 'placed')
  assert.equal(page.lines[0].promised, 10)
  assert.equal(page.waiting[0].orderId, waiting.id)
  assert.equal(page.lines[0].dueOn, '2026-11-30', 'seven days after Monday')
  await assert.rejects(w.run('purchasing.placeOrder', { orderId: draft.id }), refused('not_a_draft'))
})

test('A day that slips says as a dry run whom it hurts, and moves their dates when it is saved', async () => {
  const w = await newWorld({ stock: 0 })
  const partyId = await supplierOf(w)
  const waiting = await sale(w, 10)
  const { id: orderId } = await order(w, partyId, 24)
  const { lines } = await w.run('purchasing.order', { orderId })
  const later = { orderId, lines: [{ lineId: lines[0].id, dueOn: '2026-12-07' }] }
  const { affected } = await w.run('purchasing.changeLines', later)
  assert.equal(affected.moved[0].orderId, waiting.id)
  const page = await w.run('purchasing.order', { orderId })
  assert.equal(page.lines[0].dueOn, '2026-12-07')
  assert.equal(page.lines[0].agreedOn, '2026-11-30', 'how late it is, is counted from what was agreed')
})

test('Ordered is received, cancelled and open, through a part delivery, a cut and the end', async () => {
  const w = await newWorld({ stock: 0 })
  const partyId = await supplierOf(w)
  const { id: orderId } = await order(w, partyId, 24)
  const line = async () => (await w.run('purchasing.order', { orderId })).lines[0]
  const [supply] = await w.sql('select id from supply where company_id = $1', w.company)
  const receive = (qty: number) =>
    w.run('warehouse.receive', {
      siteId: w.siteId,
      partyId,
      reference: 'DN-1',
      lines: [{ itemId: w.itemIds[0], supplyId: supply.id, qty, locationId: w.bins[0] }],
    })
  await receive(10)
  assert.deepEqual([(await line()).received, (await line()).cancelled, (await line()).open], [10, 0, 14])
  await w.run('purchasing.changeLines', { orderId, lines: [{ lineId: (await line()).id, qty: 20 }] })
  assert.deepEqual([(await line()).qty, (await line()).open], [20, 10])
  await assert.rejects(
    w.run('purchasing.changeLines', { orderId, lines: [{ lineId: (await line()).id, qty: 9 }] }),
    refused('already_received'),
  )
  const { cancelled } = await w.run('purchasing.cancelOrder', { orderId, reason: 'the supplier has no more' })
  assert.equal(cancelled, 10)
  const last = await line()
  assert.deepEqual([last.received, last.cancelled, last.open], [10, 10, 0])
  assert.equal((await w.run('purchasing.order', { orderId })).status, 'received')
  await assert.rejects(w.run('purchasing.cancelOrder', { orderId, reason: 'once more' }), refused('nothing_open'))
  const { rows } = await w.run('purchasing.orders', {})
  assert.equal(rows[0].status, 'received')
})

test('A purchase order’s supply is changed by its document alone', async () => {
  const w = await newWorld({ stock: 0 })
  const partyId = await supplierOf(w)
  await order(w, partyId, 24)
  const [supply] = await w.sql('select id from supply where company_id = $1', w.company)
  const change = {
    id: supply.id,
    siteId: w.siteId,
    itemId: w.itemIds[0],
    kind: 'purchase',
    reference: 'X',
    dueOn: '2026-12-24',
    expected: 1,
  }
  await assert.rejects(w.run('promise.saveSupplies', { supplies: [change] }), refused('supply_fixed'))
})

test('The price is the break that the quantity reaches; terms that make no sense are all told at once', async () => {
  const w = await newWorld({ stock: 0 })
  const partyId = await supplierOf(w)
  const itemId = w.itemIds[0]
  const prices = [
    { from: 1, priceMicro: 5_000_000 },
    { from: 100, priceMicro: 4_500_000 },
  ]
  await w.run('purchasing.saveItemSuppliers', { rows: [{ itemId, partyId, moq: 12, packQty: 12, prices }] })
  const few = await order(w, partyId, 99)
  const many = await order(w, partyId, 100)
  assert.equal((await w.run('purchasing.order', { orderId: few.id })).net, 49_500)
  assert.equal((await w.run('purchasing.order', { orderId: many.id })).net, 45_000)
  const odd = [
    { from: 2, priceMicro: 5_000_000 },
    { from: 2, priceMicro: 6_000_000 },
  ]
  const error = await w
    .run('purchasing.saveItemSuppliers', {
      rows: [
        { itemId, partyId, prices: odd },
        { itemId: w.itemIds[1], partyId: w.partyIds[0], prices },
      ],
    })
    .catch((caught: { errors: { path: string }[] }) => caught)
  assert.deepEqual(
    error.errors.map((one: { path: string }) => one.path),
    ['rows.0.prices.0.from', 'rows.0.prices.1.from', 'rows.0.prices.1.priceMicro', 'rows.1.partyId'],
  )
  await assert.rejects(
    w.run('purchasing.saveTerms', { terms: [{ partyId: w.partyIds[0], leadDays: 3 }] }),
    refused('not_a_supplier'),
  )
  await assert.rejects(order(w, w.partyIds[0]!, 1), refused('not_a_supplier'))
})

test('How long a supplier took is counted from the order to its first goods', async () => {
  const w = await newWorld({ stock: 0 })
  const partyId = await supplierOf(w)
  for (const days of [6, 9]) {
    await order(w, partyId, 12)
    const [supply] = await w.sql('select id from supply where company_id = $1 and received = 0', w.company)
    clock.advance(days * 86_400_000)
    await w.run('warehouse.receive', {
      siteId: w.siteId,
      reference: 'DN',
      lines: [{ itemId: w.itemIds[0], supplyId: supply.id, qty: 12, locationId: w.bins[0] }],
    })
  }
  const { leadTimes } = await w.run('purchasing.itemSuppliers', { partyId })
  assert.deepEqual(leadTimes, [9, 6])
})

test('What was closed short stays closed when the line is changed, and a day that is over is refused', async () => {
  const w = await newWorld({ stock: 0 })
  const partyId = await supplierOf(w)
  const { id: orderId } = await order(w, partyId, 100)
  const [supply] = await w.sql('select id from supply where company_id = $1', w.company)
  await w.run('warehouse.receive', {
    siteId: w.siteId,
    lines: [{ itemId: w.itemIds[0], supplyId: supply.id, qty: 40, closes: true, locationId: w.bins[0] }],
  })
  const line = async () => (await w.run('purchasing.order', { orderId })).lines[0]
  assert.deepEqual([(await line()).received, (await line()).cancelled, (await line()).open], [40, 60, 0])
  await w.run('purchasing.changeLines', { orderId, lines: [{ lineId: (await line()).id, qty: 90 }] })
  assert.deepEqual([(await line()).qty, (await line()).cancelled, (await line()).open], [90, 50, 0])
  await assert.rejects(order(w, partyId, 1, { dueOn: '2020-01-01' }), refused('due_in_the_past'))
  const huge = [{ itemId: w.itemIds[0], uomQty: 1_000_000_000, priceMicro: 9_000_000_000_000 }]
  await assert.rejects(order(w, partyId, 1, { lines: huge }), refused('too_large'))
  const draft = await order(w, partyId, 5, { place: false })
  await w.run('purchasing.cancelOrder', { orderId: draft.id, reason: 'not wanted' })
  const [gone] = (await w.run('purchasing.order', { orderId: draft.id })).lines
  assert.deepEqual([gone.open, gone.cancelled], [0, 5])
})

test('Late is what is late at the site: where it is still yesterday, nothing of today is', async () => {
  const w = await newWorld({ stock: 0, at: '2026-11-23T08:00:00Z' })
  const partyId = await supplierOf(w)
  const { sites } = await w.run('sites.saveSites', {
    sites: [{ code: 'PAGO', name: 'Pago Pago', kind: 'dc', zone: 'Pacific/Pago_Pago', country: 'US' }],
  })
  const line = (dueOn: string) => ({ itemId: w.itemIds[0], uomQty: 12, dueOn })
  const place = (siteId: string, dueOn: string) =>
    w.run('purchasing.createOrder', { siteId, partyId, place: true, lines: [line(dueOn)] })
  await place(sites[0].id, '2026-11-22')
  await place(w.siteId, '2026-11-23')
  const late = async () =>
    Object.fromEntries(
      (await w.run('purchasing.orders', {})).rows.map((row: { site: string; late: boolean }) => [row.site, row.late]),
    )
  assert.deepEqual(await late(), { PAGO: false, DC1: false })
  const { rows } = await w.run('purchasing.suppliers', {})
  assert.equal(rows[0].overdue, 0)
})
