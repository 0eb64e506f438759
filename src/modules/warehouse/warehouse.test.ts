import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { refused } from '../../../test/refused.ts'
import { ssccOf } from '../../math/gs1/build.ts'
import { isSscc } from '../../math/gs1/checkDigit.ts'
import { dayFromNow, type House, openCompany, openHouse } from './testKit.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

test('an order goes from release to invoice and every book agrees', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }, { sku: 'MUG' }], limit: 1_000_000 })
  await c.stock('TEA', 'A-01', 50)
  await c.stock('MUG', 'B-12', 20)
  const order = await c.order([
    { sku: 'TEA', qty: 30 },
    { sku: 'MUG', qty: 7 },
  ])
  assert.equal(order.gross, 44_400)
  assert.deepEqual(await c.run('warehouse.toWave', { siteId: c.site }), { orders: 1, lines: 2 })
  const wave = await c.wave()
  assert.deepEqual([wave.orders, wave.lines, wave.tasks, wave.untasked], [1, 2, 2, 0])
  const { tasks } = await c.run('warehouse.pickList', { siteId: c.site, waveId: wave.id })
  assert.deepEqual(
    tasks.map((task: { no: number; location: string; qty: number }) => [task.no, task.location, task.qty]),
    [
      [1, 'A-01', 30],
      [2, 'B-12', 7],
    ],
  )
  await c.pickAll(wave.id)
  const packed = await c.run('warehouse.pack', { orderId: order.id })
  assert.equal(packed.qty, 37)
  assert.ok(isSscc(packed.cartons[0].sscc))
  assert.equal((await c.run('warehouse.waves', {})).rows[0].status, 'packed')
  const shipped = await c.run('warehouse.ship', { shipmentId: packed.shipmentId, carrier: 'DHL', tracking: 'JD01' })
  assert.equal(shipped.grossMinor, 44_400)
  assert.deepEqual(await c.account(), { openOrders: 0, shippedUnbilled: 44_400, openReceivables: 0, unappliedCash: 0 })
  await assert.rejects(c.run('warehouse.ship', { shipmentId: packed.shipmentId }), refused('already_shipped'))
  const shipment = await c.run('warehouse.shipment', { id: packed.shipmentId })
  assert.equal(shipment.tracking, 'JD01')
  assert.deepEqual(
    shipment.cartons[0].lines.map((line: { sku: string; qty: number }) => [line.sku, line.qty]),
    [
      ['MUG', 7],
      ['TEA', 30],
    ],
  )
  const billed = await c.run('finance.invoiceShipments', { shipmentIds: [packed.shipmentId] })
  assert.equal(billed.invoices[0].outcome, 'issued')
  assert.equal(billed.invoices[0].number, 'INV-1')
  assert.deepEqual(await c.account(), { openOrders: 0, shippedUnbilled: 0, openReceivables: 44_400, unappliedCash: 0 })
  assert.equal((await c.run('warehouse.waves', {})).rows[0].status, 'done')
  assert.equal((await c.run('warehouse.wave', { id: wave.id })).orders[0].status, 'shipped')
  assert.deepEqual(await house.broken(c.company), [])
})

test('a bin that is short by 4 of 10 is made up from bin B-12 in the same transaction, and a blind count is due', async () => {
  const c = await openCompany(house, { items: [{ sku: 'OIL', tracking: 'lot', shelfLifeDays: 365 }] })
  const lot = { lotCode: 'L1', expiresOn: dayFromNow(200) }
  await c.stock('OIL', 'A-01', 10, lot)
  await c.stock('OIL', 'B-12', 10, lot)
  const order = await c.order([{ sku: 'OIL', qty: 10 }])
  const wave = await c.wave()
  const [task] = await c.openTasks(wave.id)
  assert.equal(task!.location, 'A-01')
  const picked = await c.run('warehouse.pick', { taskId: task!.id, qty: 6, shortQty: 4, reason: 'short_pick' })
  assert.equal(picked.picked, 6)
  assert.equal(picked.short, 4)
  assert.deepEqual(
    picked.reallocated.map((one: { location: string; qty: number }) => [one.location, one.qty]),
    [['B-12', 4]],
  )
  const line = await c.line(order.id)
  assert.deepEqual([line.allocated, line.backordered, line.promised], [10, 0, 0])
  const { counts } = await c.run('warehouse.counts', { siteId: c.site })
  assert.deepEqual([counts.length, counts[0].location, counts[0].counted], [1, 'A-01', null])

  // Nobody may be promised the 4 that the books still show in A-01: 20 − 10 allocated − 4 suspect = 6 are free.
  const other = await c.order([{ sku: 'OIL', qty: 10 }])
  assert.deepEqual([(await c.line(other.id)).allocated, (await c.line(other.id)).backordered], [6, 4])
  await c.pickAll(wave.id)

  await c.run('warehouse.count', { taskId: counts[0].id, counted: 0 })
  assert.equal((await c.run('warehouse.counts', { siteId: c.site })).counts[0].expected, 4)
  assert.deepEqual((await c.run('warehouse.approveCount', { taskId: counts[0].id })).variance, -4)
  const bins = await c.rows(
    (sql) => sql<{ code: string; onHand: number; tasked: number }[]>`
    select place.code, bin.on_hand, bin.tasked
      from stock_balance bin
      join location place on place.company_id = bin.company_id and place.id = bin.location_id
     where bin.company_id = ${c.company} and place.kind = 'pick'
     order by place.code`,
  )
  assert.deepEqual(bins, [
    { code: 'A-01', onHand: 0, tasked: 0 },
    { code: 'B-12', onHand: 6, tasked: 0 },
  ])
  assert.deepEqual(await house.broken(c.company), [])
})

test('a short pick goes on to the next lot by expiry, and what no lot covers is backordered and promised from supply', async () => {
  const c = await openCompany(house, { items: [{ sku: 'JAM', tracking: 'lot', shelfLifeDays: 365 }] })
  await c.stock('JAM', 'A-01', 10, { lotCode: 'EARLY', expiresOn: dayFromNow(100) })
  await c.stock('JAM', 'B-12', 3, { lotCode: 'LATE', expiresOn: dayFromNow(300) })
  await c.run('promise.saveSupplies', {
    supplies: [
      {
        siteId: c.site,
        itemId: c.item.get('JAM'),
        kind: 'purchase',
        reference: 'PO-1',
        dueOn: dayFromNow(6),
        expected: 100,
      },
    ],
  })
  const order = await c.order([{ sku: 'JAM', qty: 10 }])
  await c.wave()
  const [task] = await c.openTasks()
  assert.deepEqual([task!.lot, task!.qty], ['EARLY', 10])
  const picked = await c.run('warehouse.pick', { taskId: task!.id, qty: 5 })
  assert.deepEqual(
    [picked.short, picked.reallocated.map((one: { location: string; qty: number }) => [one.location, one.qty])],
    [5, [['B-12', 3]]],
  )
  const line = await c.line(order.id)
  assert.deepEqual([line.allocated, line.promised, line.backordered], [8, 2, 0])
  const [again] = await c.openTasks()
  assert.deepEqual([again!.lot, again!.qty], ['LATE', 3])
  await assert.rejects(c.run('warehouse.pick', { taskId: task!.id, qty: 5 }), refused('task_ended'))
  assert.deepEqual(await house.broken(c.company), [])
})

test('the wrong item and the wrong lot never leave the bin', async () => {
  const c = await openCompany(house, {
    items: [{ sku: 'OIL', tracking: 'lot', shelfLifeDays: 365, gtin: '5012345678900' }],
  })
  await c.stock('OIL', 'A-01', 10, { lotCode: 'L1', expiresOn: dayFromNow(100) })
  await c.order([{ sku: 'OIL', qty: 4 }])
  await c.wave()
  const [task] = await c.openTasks()
  const scan = (more: object) => c.run('warehouse.pick', { taskId: task!.id, qty: 4, ...more })
  await assert.rejects(scan({ scannedCode: '4006381333931' }), refused('wrong_item'))
  await assert.rejects(scan({ scannedCode: '5012345678900', scannedLot: 'L2' }), refused('wrong_lot'))
  assert.equal((await c.openTasks())[0]!.picked, 0)
  assert.equal((await scan({ scannedCode: '05012345678900', scannedLot: 'L1' })).picked, 4)
  await assert.rejects(c.run('warehouse.pick', { taskId: task!.id, qty: 99 }), refused('task_ended'))
})

test('a task in someone’s hands is not picked by another', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.stock('TEA', 'A-01', 5)
  await c.order([{ sku: 'TEA', qty: 5 }])
  await c.wave()
  const [task] = await c.openTasks()
  await c.run('warehouse.claimTask', { taskId: task!.id })
  const other = { ...c.actor, id: c.customer }
  await assert.rejects(c.run('warehouse.claimTask', { taskId: task!.id }, other), refused('task_claimed'))
  await assert.rejects(c.run('warehouse.pick', { taskId: task!.id, qty: 5 }, other), refused('task_claimed'))
  assert.equal((await c.run('warehouse.pick', { taskId: task!.id, qty: 5 })).picked, 5)
})

test('a carton never holds more than was picked, and a ship-complete customer gets no part', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }], customer: { partialPolicy: 'complete' } })
  await c.stock('TEA', 'A-01', 10)
  const order = await c.order([{ sku: 'TEA', qty: 10 }])
  await c.wave()
  const [task] = await c.openTasks()
  await c.run('warehouse.pick', { taskId: task!.id, qty: 6, shortQty: 0 })
  await assert.rejects(c.run('warehouse.pack', { orderId: order.id }), refused('not_complete'))
  await c.run('warehouse.pick', { taskId: task!.id, qty: 4 })
  const { id: lineId } = await c.line(order.id)
  await assert.rejects(
    c.run('warehouse.pack', { orderId: order.id, cartons: [{ lines: [{ lineId, qty: 11 }] }] }),
    refused('not_picked'),
  )
  const packed = await c.run('warehouse.pack', {
    orderId: order.id,
    cartons: [{ weightG: 3_100, lines: [{ lineId, qty: 6 }] }, { lines: [{ lineId, qty: 4 }] }],
  })
  assert.equal(packed.cartons.length, 2)
  const { cartons } = await c.run('warehouse.shipment', { id: packed.shipmentId })
  assert.deepEqual(
    cartons.map((carton: { weightG: number; lines: { qty: number }[] }) => [carton.weightG, carton.lines[0]!.qty]),
    [
      [3_100, 6],
      [2_000, 4],
    ],
  )
  await assert.rejects(c.run('warehouse.pack', { orderId: order.id }), refused('nothing_picked'))
  assert.deepEqual(await house.broken(c.company), [])
})

test('a receipt fills the backorder, refuses what it must not take, and keeps damaged goods from customers', async () => {
  const c = await openCompany(house, { items: [{ sku: 'JAM', tracking: 'lot', shelfLifeDays: 365 }] })
  const { ids } = await c.run('promise.saveSupplies', {
    supplies: [
      {
        siteId: c.site,
        itemId: c.item.get('JAM'),
        kind: 'purchase',
        reference: 'PO-9',
        dueOn: dayFromNow(3),
        expected: 100,
      },
    ],
  })
  const order = await c.order([{ sku: 'JAM', qty: 40 }])
  assert.deepEqual([(await c.line(order.id)).promised, (await c.line(order.id)).allocated], [40, 0])
  const line = { itemId: c.item.get('JAM'), supplyId: ids[0], qty: 90, lotCode: 'L1', expiresOn: dayFromNow(200) }
  const receive = (...lines: object[]) => c.run('warehouse.receive', { siteId: c.site, reference: 'DN-1', lines })
  await assert.rejects(receive({ ...line, lotCode: undefined }), refused('lot_needed'))
  await assert.rejects(receive({ ...line, expiresOn: undefined }), refused('expiry_needed'))
  await assert.rejects(receive({ ...line, expiresOn: '2020-01-01' }), refused('expired'))
  await assert.rejects(receive({ ...line, qty: 106 }), refused('over_receipt'))
  const receipt = await receive(line, { ...line, qty: 10, status: 'quarantine' })
  assert.deepEqual([receipt.qty, receipt.filled.map((one: { qty: number }) => one.qty)], [100, [40]])
  assert.deepEqual([(await c.line(order.id)).allocated, (await c.line(order.id)).promised], [40, 0])
  const pools = await c.rows(
    (sql) => sql<{ status: string; onHand: number; allocated: number }[]>`
    select status, on_hand, allocated from stock_pool where company_id = ${c.company} order by status`,
  )
  assert.deepEqual(pools, [
    { status: 'available', onHand: 90, allocated: 40 },
    { status: 'quarantine', onHand: 10, allocated: 0 },
  ])
  await assert.rejects(receive({ ...line, qty: 1, expiresOn: dayFromNow(201) }), refused('lot_differs'))
  assert.deepEqual(await house.broken(c.company), [])
})

test('a correction never goes below what is allocated and says which order must be released first', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.stock('TEA', 'A-01', 10)
  const order = await c.order([{ sku: 'TEA', qty: 8 }])
  const adjust = (qty: number) =>
    c.run('warehouse.adjust', { locationId: c.bin.get('A-01'), itemId: c.item.get('TEA'), qty, reason: 'lost' })
  await assert.rejects(adjust(-3), (error: Error & { code: string; detail: string }) => {
    assert.equal(error.code, 'below_allocated')
    assert.ok(error.detail.includes(`${order.number} (8)`), error.detail)
    return true
  })
  await adjust(-2)
  await adjust(5)
  await c.run('warehouse.move', {
    itemId: c.item.get('TEA'),
    fromLocationId: c.bin.get('A-01'),
    toLocationId: c.bin.get('C-03'),
    qty: 13,
  })
  await assert.rejects(
    c.run('warehouse.move', {
      itemId: c.item.get('TEA'),
      fromLocationId: c.bin.get('A-01'),
      toLocationId: c.bin.get('C-03'),
      qty: 1,
    }),
    refused('not_enough_stock'),
  )
  assert.deepEqual(await house.broken(c.company), [])
})

test('what a correction takes from promised stock is promised anew from supply, the youngest order first', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.stock('TEA', 'A-01', 10)
  await c.run('promise.saveSupplies', {
    supplies: [
      {
        siteId: c.site,
        itemId: c.item.get('TEA'),
        kind: 'purchase',
        reference: 'PO-1',
        dueOn: dayFromNow(9),
        expected: 3,
      },
    ],
  })
  const confirmed: string[] = []
  for (const uomQty of [4, 5]) {
    const head = await c.run('sales.createOrder', {
      partyId: c.customer,
      siteId: c.site,
      lines: [{ itemId: c.item.get('TEA'), uom: 'EA', uomQty }],
    })
    await c.run('sales.confirm', { orderId: head.id })
    confirmed.push(head.id)
  }
  await c.run('warehouse.adjust', { locationId: c.bin.get('A-01'), itemId: c.item.get('TEA'), qty: -6, reason: 'lost' })
  const [old, young] = [await c.line(confirmed[0]!), await c.line(confirmed[1]!)]
  assert.deepEqual([old.promised, old.backordered, young.promised, young.backordered], [4, 0, 3, 2])
  assert.deepEqual(await house.broken(c.company), [])
})

test('an order taken out of its wave gives its bins back and can be waved again', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.stock('TEA', 'A-01', 10)
  const order = await c.order([{ sku: 'TEA', qty: 8 }])
  await c.wave()
  await assert.rejects(c.wave(), refused('nothing_to_pick'))
  assert.deepEqual(await c.run('warehouse.endTasks', { orderId: order.id, reason: 'customer_waits' }), {
    tasks: 1,
    qty: 8,
  })
  assert.equal((await c.wave()).tasks, 1)
  assert.deepEqual(await house.broken(c.company), [])
})

test('two waves made at the same instant share the work and task no unit twice', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.stock('TEA', 'A-01', 100)
  for (let i = 0; i < 6; i += 1) await c.order([{ sku: 'TEA', qty: 10 }])
  const made = await Promise.allSettled([c.wave(), c.wave(), c.wave(), c.wave()])
  const tasks = await c.openTasks()
  assert.equal(
    tasks.reduce((sum, task) => sum + task.qty, 0),
    60,
  )
  assert.ok(made.some((one) => one.status === 'fulfilled'))
  assert.deepEqual(await house.broken(c.company), [])
})

test('an SSCC has the check digit of the GS1 example', () => {
  assert.ok(isSscc('106141411234567897'))
  assert.equal(ssccOf('0614141', 1_123_456_789), '106141411234567897')
  assert.ok(!isSscc('106141411234567890'))
  assert.throws(() => ssccOf('0614141', 10_000_000_000))
})

test('an order whose goods stand where nobody may pick keeps no other from its wave', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }, { sku: 'MUG' }], limit: 1_000_000 })
  await c.stock('TEA', 'A-01', 10)
  await c.stock('MUG', 'B-12', 10)
  await c.order([{ sku: 'TEA', qty: 4 }])
  const second = await c.order([{ sku: 'MUG', qty: 4 }])
  await c.run('sites.saveLocations', { siteId: c.site, locations: [{ code: 'A-01', kind: 'pick', active: false }] })
  const wave = await c.run('warehouse.createWave', { siteId: c.site, maxOrders: 1 })
  assert.deepEqual([wave.orders, wave.tasks], [1, 1])
  assert.deepEqual(
    (await c.openTasks(wave.id)).map((task) => task.orderId),
    [second.id],
  )
  await c.run('sites.saveLocations', { siteId: c.site, locations: [{ code: 'A-01', kind: 'pick', active: true }] })
  assert.equal((await c.run('warehouse.createWave', { siteId: c.site, maxOrders: 1 })).tasks, 1)
})

test('a walk of any length is counted to its end and comes page by page, in walking order', async () => {
  const c = await openCompany(house, { items: ['A', 'B', 'C', 'D', 'E'].map((sku) => ({ sku })) })
  for (const sku of ['A', 'B', 'C', 'D', 'E']) await c.stock(sku, sku < 'C' ? 'A-01' : 'B-12', 10)
  await c.order(['A', 'B', 'C', 'D', 'E'].map((sku) => ({ sku, qty: 2 })))
  const wave = await c.wave()
  const [first] = await c.openTasks(wave.id)
  await c.run('warehouse.pick', { taskId: first!.id, qty: 2 })
  const whole = await c.run('warehouse.wave', { id: wave.id })
  assert.deepEqual([whole.tasksTotal, whole.tasksDone, whole.tasksNext], [5, 1, null])
  const walked: string[] = []
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const page: { rows: { id: string }[]; next: string | null; total: number } = await c.run('warehouse.waveTasks', {
      id: wave.id,
      limit: 2,
      ...(cursor && { cursor }),
    })
    walked.push(...page.rows.map((task) => task.id))
    assert.equal(page.total, 5)
    cursor = page.next ?? undefined
  }
  assert.deepEqual(
    walked,
    whole.tasks.map((task: { id: string }) => task.id),
  )
  const open = await c.run('warehouse.pickList', { siteId: c.site, limit: 3 })
  const rest = await c.run('warehouse.pickList', { siteId: c.site, limit: 3, cursor: open.cursor })
  assert.deepEqual([open.total, open.tasks.length, rest.tasks.length, rest.cursor], [4, 3, 1, null])
})
