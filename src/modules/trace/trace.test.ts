import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { refused } from '../../../test/refused.ts'
import { type Company, dayFromNow, type House, openCompany, openHouse } from '../warehouse/testKit.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const jam = { items: [{ sku: 'JAM', tracking: 'lot' as const, shelfLifeDays: 365 }] }
const lotOf = async (c: Company, code: string): Promise<string> =>
  (
    await c.rows((sql) => sql<{ id: string }[]>`select id from lot where company_id = ${c.company} and code = ${code}`)
  )[0]!.id
const supplierOf = async (c: Company, code: string): Promise<string> =>
  (
    await c.run('parties.saveParties', {
      parties: [{ code, name: `Maker ${code}`, isSupplier: true, currency: 'GBP', country: 'GB' }],
    })
  ).parties[0].id
const shipped = async (c: Company, qty: number, partyId = c.customer) => {
  const order = await c.order([{ sku: 'JAM', qty }], partyId)
  const wave = await c.wave([order.id])
  await c.pickAll(wave.id)
  const { shipmentId } = await c.run('warehouse.pack', { orderId: order.id })
  await c.run('warehouse.ship', { shipmentId })
  return order
}
const receive = (c: Company, qty: number, lotCode: string, partyId: string, days = 100) =>
  c.run('warehouse.receive', {
    siteId: c.site,
    partyId,
    reference: `DN-${lotCode}`,
    lines: [{ itemId: c.item.get('JAM'), qty, lotCode, expiresOn: dayFromNow(days), locationId: c.bin.get('A-01') }],
  })

test('a lot is told on one page: who brought it, where it stands, who got how much, and a sum that leaves nothing out', async () => {
  const c = await openCompany(house, jam)
  const maker = await supplierOf(c, 'S1')
  const other = await c.customerOf('C2')
  await receive(c, 100, 'L1', maker)
  await receive(c, 20, 'L1', maker)
  await receive(c, 50, 'L2', maker, 200)
  await shipped(c, 30)
  await shipped(c, 12, other)
  await shipped(c, 5, other)
  const lotId = await lotOf(c, 'L1')
  const itemId = c.item.get('JAM')
  await c.run('warehouse.adjust', { itemId, lotId, locationId: c.bin.get('A-01'), qty: -3, reason: 'damaged' })
  await c.run('warehouse.scrap', { itemId, lotId, locationId: c.bin.get('A-01'), qty: 4, reason: 'contaminated' })
  await c.run('warehouse.receive', {
    siteId: c.site,
    partyId: c.customer,
    from: 'customer',
    reason: 'faulty',
    lines: [{ itemId, qty: 2, lotCode: 'L1', expiresOn: dayFromNow(100), status: 'returns' }],
  })
  const told = await c.run('trace.lot', { lotId })
  const { lotId: _, ...sums } = told.sums[0]
  assert.deepEqual(sums, {
    received: 120,
    returned: 2,
    found: 0,
    made: 0,
    shipped: 47,
    sentBack: 0,
    scrapped: 4,
    lost: 3,
    used: 0,
    elsewhere: 0,
    onHand: 68,
    difference: 0,
  })
  const steps = told.steps.map((s: Record<string, unknown>) => [s.kind, s.qty, s.party, s.reference])
  assert.deepEqual(steps, [
    ['received', 100, 'Maker S1', 'DN-L1'],
    ['received', 20, 'Maker S1', 'DN-L1'],
    ['shipped', 30, 'Customer C1', null],
    ['shipped', 12, 'Customer C2', null],
    ['shipped', 5, 'Customer C2', null],
    ['lost', 3, null, null],
    ['scrapped', 4, null, null],
    ['returned', 2, 'Customer C1', null],
  ])
  const standing = told.standing.map((s: Record<string, unknown>) => [s.location, s.status, s.onHand])
  assert.deepEqual(standing, [
    ['QUARANTINE', 'returns', 2],
    ['A-01', 'available', 66],
  ])
  assert.ok(told.steps[2].order.startsWith('SO-') && told.steps[2].document.number.startsWith('SH-'))
  const found = await c.run('trace.find', { text: 'L1' })
  assert.deepEqual(
    found.rows.map((row: { kind: string; id: string }) => [row.kind, row.id]),
    [['lot', lotId]],
  )
  assert.equal((await c.run('trace.find', { text: 'JAM' })).rows.length, 2)
})

test('a recall freezes its lots everywhere at once: tasks end, orders get other lots, packed goods stay in the house, and the end needs every unit', async () => {
  const c = await openCompany(house, jam)
  const maker = await supplierOf(c, 'S1')
  const other = await c.customerOf('C2')
  await receive(c, 40, 'BAD', maker, 50)
  await receive(c, 30, 'GOOD', maker, 200)
  await shipped(c, 10)
  await shipped(c, 6, other)
  // 4 allocated and untouched, 5 in a wave with 2 picked, 3 packed.
  const open = await c.order([{ sku: 'JAM', qty: 4 }])
  const waved = await c.order([{ sku: 'JAM', qty: 5 }])
  await c.wave([waved.id])
  const [task] = await c.openTasks()
  await c.run('warehouse.pick', { taskId: task!.id, qty: 2, shortQty: 0 })
  const packed = await c.order([{ sku: 'JAM', qty: 3 }])
  const wave = await c.wave([packed.id])
  await c.pickAll(wave.id)
  const { shipmentId } = await c.run('warehouse.pack', { orderId: packed.id })

  const lotId = await lotOf(c, 'BAD')
  const { lots, id, number } = await c.run('trace.openRecall', { reason: 'glass in jars', lotIds: [lotId] })
  assert.deepEqual(lots, [{ lotId, lot: 'BAD', level: 0, dropped: 7, picked: 5 }])
  assert.deepEqual(await c.openTasks(), [])
  assert.equal((await c.line(open.id)).allocated, 4)
  assert.equal((await c.line(waved.id)).allocated, 5, 'two picked of the bad lot, three of the good one')
  await assert.rejects(c.run('warehouse.ship', { shipmentId }), refused('lot_on_hold'))
  // More of it arrives: it stands on hold, and no order gets it.
  const late = await c.order([{ sku: 'JAM', qty: 40 }])
  await receive(c, 9, 'BAD', maker, 50)
  assert.equal((await c.line(late.id)).allocated, 23)
  assert.deepEqual(await house.broken(c.company), [])

  const page = await c.run('trace.recall', { recallId: id })
  const [part] = page.lots
  assert.deepEqual(
    [
      part.held,
      part.picked,
      part.withCustomers,
      part.open,
      page.customers,
      page.sums[0].onHand,
      page.sums[0].difference,
    ],
    [true, 5, 16, 16, 2, 33, 0],
  )
  const customers = async () =>
    (await c.run('trace.recallCustomers', { recallId: id, sort: 'customer' })).rows.map(
      (r: Record<string, unknown>) => [r.customer, r.lot, r.shipped, r.returned, r.destroyed, r.usedUp, r.open],
    )
  assert.deepEqual(await customers(), [
    ['C1', 'BAD', 10, 0, 0, 0, 10],
    ['C2', 'BAD', 6, 0, 0, 0, 6],
  ])
  const record = (partyId: string, kind: string, qty: number) =>
    c.run('trace.recordOutcome', { recallId: id, partyId, lotId, kind, qty })
  await assert.rejects(record(other, 'destroyed', 7), refused('more_than_open'))
  assert.equal((await record(other, 'destroyed', 4)).open, 2)
  assert.equal((await record(other, 'used_up', 1)).open, 1)
  await c.run('warehouse.receive', {
    siteId: c.site,
    partyId: c.customer,
    from: 'customer',
    reason: 'faulty',
    lines: [{ itemId: c.item.get('JAM'), qty: 8, lotCode: 'BAD', expiresOn: dayFromNow(50), status: 'returns' }],
  })
  assert.deepEqual(await customers(), [
    ['C1', 'BAD', 10, 8, 0, 0, 2],
    ['C2', 'BAD', 6, 0, 4, 1, 1],
  ])
  const close = (outcome: string, more: object = {}) =>
    c.run('trace.closeRecall', { recallId: id, outcome, note: 'all jars found', ...more })
  await assert.rejects(close('completed'), refused('still_on_hand'))
  assert.deepEqual(await house.broken(c.company), [])

  assert.deepEqual(await close('withdrawn'), { number, released: 1, unaccounted: 0 })
  await assert.rejects(record(other, 'used_up', 1), refused('recall_closed'))
  await c.run('warehouse.ship', { shipmentId })
  assert.equal((await c.line(late.id)).allocated, 40, 'what is let go goes to who waits')
  assert.deepEqual(await house.broken(c.company), [])
})

test('what a supplier brought on some days is recalled by these days, and the end says which units nobody can account for', async () => {
  const c = await openCompany(house, { items: [...jam.items, { sku: 'SPOON' }] })
  const [maker, stranger] = [await supplierOf(c, 'S1'), await supplierOf(c, 'S2')]
  await receive(c, 10, 'A', maker)
  await receive(c, 10, 'B', maker)
  await receive(c, 10, 'X', stranger, 300)
  await c.run('warehouse.receive', {
    siteId: c.site,
    partyId: maker,
    lines: [{ itemId: c.item.get('SPOON'), qty: 70, locationId: c.bin.get('C-03') }],
  })
  await shipped(c, 4)
  const today = dayFromNow(0)
  const of = (more: object) => c.run('trace.openRecall', { reason: 'cans swell', supplierId: maker, ...more })
  await assert.rejects(of({}), refused('days_needed'))
  await assert.rejects(of({ fromDay: dayFromNow(-9), toDay: dayFromNow(-8) }), refused('nothing_received'))
  await assert.rejects(of({ fromDay: today, toDay: today, lotIds: [await lotOf(c, 'A')] }), refused('name_the_goods'))
  const opened = await of({ fromDay: dayFromNow(-1), toDay: dayFromNow(1) })
  assert.deepEqual(opened.lots.map((lot: { lot: string }) => lot.lot).sort(), ['A', 'B'])
  assert.deepEqual(
    opened.untraced.map((row: { sku: string; qty: number }) => [row.sku, row.qty]),
    [['SPOON', 70]],
  )
  for (const { lotId } of opened.lots) {
    const [sums] = (await c.run('trace.lot', { lotId })).sums
    await c.run('warehouse.scrap', {
      itemId: c.item.get('JAM'),
      lotId,
      locationId: c.bin.get('A-01'),
      qty: sums.onHand,
      reason: 'recalled',
    })
  }
  const close = (unaccounted?: number) =>
    c.run('trace.closeRecall', {
      recallId: opened.id,
      outcome: 'completed',
      note: 'four jars were eaten, nobody fell ill',
      ...(unaccounted === undefined ? {} : { unaccounted }),
    })
  await assert.rejects(close(), refused('units_open'))
  await assert.rejects(close(3), refused('units_open'))
  assert.deepEqual(await close(4), { number: opened.number, released: 0, unaccounted: 4 })
  const { lots, sums } = await c.run('trace.recall', { recallId: opened.id })
  assert.deepEqual(
    lots.map((lot: { held: boolean }) => lot.held),
    [true, true],
  )
  assert.deepEqual(
    sums.map((s: Record<string, number>) => [s.received, s.shipped, s.scrapped, s.onHand, s.difference]).sort(),
    [
      [10, 0, 10, 0, 0],
      [10, 4, 6, 0, 0],
    ],
  )
  assert.deepEqual(await house.broken(c.company), [])
})
