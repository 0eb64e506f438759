import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { refused } from '../../../../test/refused.ts'
import { newWorld } from '../../../../test/world.ts'
import { type Company, dayFromNow, type House, openCompany, openHouse } from '../testKit.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const jam = { items: [{ sku: 'JAM', tracking: 'lot' as const, shelfLifeDays: 365 }] }
const lotOf = async (c: Company, code: string) =>
  (
    await c.rows((sql) => sql<{ id: string }[]>`select id from lot where company_id = ${c.company} and code = ${code}`)
  )[0]!.id
const confirmed = async (c: Company, uomQty: number): Promise<string> => {
  const lines = [{ itemId: c.item.get('JAM'), uom: 'EA', uomQty }]
  const { id } = await c.run('sales.createOrder', { partyId: c.customer, siteId: c.site, lines })
  await c.run('sales.confirm', { orderId: id })
  return id
}
const stands = async (c: Company, orderId: string) => {
  const { allocated, promised, backordered } = await c.line(orderId)
  return [allocated, promised, backordered]
}

test('a lot on hold is taken from the orders it was allocated to; they get other lots, and the lot again when it is let go', async () => {
  const c = await openCompany(house, jam)
  await c.stock('JAM', 'A-01', 10, { lotCode: 'L1', expiresOn: dayFromNow(100) })
  await c.stock('JAM', 'A-01', 10, { lotCode: 'L2', expiresOn: dayFromNow(200) })
  const first = await c.order([{ sku: 'JAM', qty: 6 }])
  const second = await confirmed(c, 8)
  const lotId = await lotOf(c, 'L1')
  const hold = () => c.run('warehouse.holdLot', { lotId, reason: 'glass found' })
  assert.deepEqual(await hold(), { dropped: 6, tasked: 0, picked: 0 })
  // Ten of the other lot: eight are promised to the second order, two are free for the first.
  assert.deepEqual(
    [await stands(c, first.id), await stands(c, second)],
    [
      [2, 0, 4],
      [0, 8, 0],
    ],
  )
  assert.deepEqual(await house.broken(c.company), [])
  const told = await c.rows(
    (sql) => sql<{ type: string }[]>`
      select type from outbox where company_id = ${c.company} and type in ('lot.held', 'order.replanned') order by type`,
  )
  assert.deepEqual(
    told.map((row) => row.type),
    ['lot.held', 'order.replanned'],
  )
  // More of the same lot comes in: it stands on hold with the rest.
  await c.stock('JAM', 'A-01', 5, { lotCode: 'L1', expiresOn: dayFromNow(100) })
  assert.deepEqual(await stands(c, first.id), [2, 0, 4])
  assert.deepEqual(await hold(), { dropped: 0, tasked: 0, picked: 0 })

  const release = () => c.run('warehouse.releaseLot', { lotId, reason: 'it was the jar of a neighbour' })
  assert.deepEqual(await release(), { allocated: 4 })
  assert.deepEqual(await stands(c, first.id), [6, 0, 0])
  await assert.rejects(release(), refused('not_held'))
  assert.deepEqual(await house.broken(c.company), [])
})

test('promises that only the held lot covered end, and what tasks claim or pickers have taken is told, not torn away', async () => {
  const c = await openCompany(house, jam)
  await c.stock('JAM', 'A-01', 10, { lotCode: 'L1', expiresOn: dayFromNow(100) })
  const order = await c.order([{ sku: 'JAM', qty: 6 }])
  const waiting = await confirmed(c, 4)
  await c.wave([order.id])
  const [task] = await c.openTasks()
  await c.run('warehouse.pick', { taskId: task!.id, qty: 2, shortQty: 0 })
  const lotId = await lotOf(c, 'L1')
  assert.deepEqual(await c.run('warehouse.holdLot', { lotId, reason: 'recall' }), { dropped: 0, tasked: 4, picked: 2 })
  assert.deepEqual(await stands(c, waiting), [0, 0, 4])
  assert.deepEqual(await house.broken(c.company), [])
})

test('in the night a lot past its day goes on hold, once, and its orders get fresher goods', async () => {
  const w = await newWorld({ items: 1, stock: 0 })
  after(() => w.kernel.close())
  const { items } = await w.run('catalog.saveItems', {
    items: [{ sku: 'MILK', name: 'Milk', baseUom: 'EA', taxClass: 'standard', tracking: 'lot', shelfLifeDays: 30 }],
  })
  const itemId: string = items[0].id
  await w.run('pricing.savePrices', { listId: w.priceListId, prices: [{ itemId, uom: 'EA', priceMicro: 1_000_000 }] })
  const receive = (lotCode: string, expiresOn: string) =>
    w.run('warehouse.receive', { siteId: w.siteId, lines: [{ itemId, qty: 10, lotCode, expiresOn }] })
  await receive('OLD', '2026-11-26')
  await receive('NEW', '2026-12-20')
  const lines = [{ itemId, uom: 'EA', uomQty: 7 }]
  const { id } = await w.run('sales.createOrder', { partyId: w.partyIds[0], siteId: w.siteId, lines })
  await w.run('sales.confirm', { orderId: id })
  await w.run('sales.release', { orderId: id })
  const lots = () =>
    w.sql(
      'select lot.code, (a.qty - a.dropped)::int8 as qty from allocation a join lot on lot.company_id = a.company_id and lot.id = a.lot_id where a.qty > a.dropped order by lot.code',
    )
  assert.deepEqual(await lots(), [{ code: 'OLD', qty: 7 }])
  w.clock.set(new Date('2026-11-26T23:00:00Z'))
  assert.deepEqual(await w.run('warehouse.holdExpired', {}), { lots: 0, dropped: 0 })
  w.clock.set(new Date('2026-11-27T00:10:00Z'))
  assert.deepEqual(await w.run('warehouse.holdExpired', {}), { lots: 1, dropped: 7 })
  assert.deepEqual(await lots(), [{ code: 'NEW', qty: 7 }])
  assert.deepEqual(await w.run('warehouse.holdExpired', {}), { lots: 0, dropped: 0 })
})

test('what no other lot covers is promised from the supply that is due, not left without a day', async () => {
  const c = await openCompany(house, jam)
  await c.stock('JAM', 'A-01', 6, { lotCode: 'L1', expiresOn: dayFromNow(100) })
  await c.stock('JAM', 'A-01', 2, { lotCode: 'L2', expiresOn: dayFromNow(200) })
  const supply = { siteId: c.site, itemId: c.item.get('JAM'), kind: 'purchase', reference: 'PO-1' }
  await c.run('promise.saveSupplies', { supplies: [{ ...supply, dueOn: dayFromNow(6), expected: 9 }] })
  const order = await c.order([{ sku: 'JAM', qty: 6 }])
  await c.run('warehouse.holdLot', { lotId: await lotOf(c, 'L1'), reason: 'glass found' })
  assert.deepEqual(await stands(c, order.id), [2, 4, 0])
  const [line] = await c.rows(
    (sql) => sql<{ day: string | null }[]>`
      select latest_promise_on as day from demand_line where company_id = ${c.company} and ref_id = ${order.id}`,
  )
  assert.ok(line!.day! >= dayFromNow(6))
  assert.deepEqual(await house.broken(c.company), [])
})
