import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { broken } from '../../../../test/broken.ts'
import { refused } from '../../../../test/refused.ts'
import { newWorld, type World } from '../../../../test/world.ts'

/** Monday 23 November 2026, 08:00; a day on the way; items at 10.00 in EA or CS of 12, 20 % tax. */
const world = async (stock = 0, items = 1): Promise<World> => {
  const w = await newWorld({ items, stock, customers: 3 })
  after(() => w.kernel.close())
  return w
}
const supply = (w: World, reference: string, dueOn: string, expected: number) =>
  w.run('promise.saveSupplies', {
    supplies: [{ siteId: w.siteId, itemId: w.itemIds[0], kind: 'purchase', reference, dueOn, expected }],
  })
const confirmed = async (w: World, qty: number, party = 0, more: object = {}): Promise<string> => {
  const { id } = await w.order([[0, qty]], party, more)
  await w.run('sales.confirm', { orderId: id })
  return id
}
interface Row {
  id: string
  qty: number
  promised: number
  allocated: number
  backordered: number
  shipped: number
  cancelled: number
  on: string | null
}
const lines = (w: World, orderId: string) =>
  w.sql<Row>(
    `select id, qty, promised, allocated, backordered, shipped, cancelled, latest_promise_on as on from demand_line where company_id = $1 and ref_id = $2 order by line_no`,
    w.company,
    orderId,
  )
const figures = async (w: World, orderId: string): Promise<string[]> =>
  (await lines(w, orderId)).map(
    (l) => `${l.qty} = ${l.promised}+${l.allocated}+${l.backordered}+${l.shipped}+${l.cancelled} ${l.on ?? '-'}`,
  )
const openOrders = async (w: World, party = 0): Promise<number> =>
  (await w.run('credit.account', { partyId: w.partyIds[party] })).openOrdersMinor
const told = async (w: World, orderId: string): Promise<string[]> =>
  (await w.run('sales.order', { orderId })).timeline.map((t: { what: string }) => t.what)

test('changing a class re-dates without unreserving: what is set aside stays, the better order gets the earlier supply', async () => {
  const w = await world(6)
  const small = await confirmed(w, 10)
  await w.run('sales.release', { orderId: small })
  await supply(w, 'PO-1', '2026-12-01', 4)
  await supply(w, 'PO-2', '2026-12-08', 10)
  const key = await confirmed(w, 10, 1)
  assert.deepEqual(await figures(w, small), ['10 = 4+6+0+0+0 2026-12-02'])
  assert.deepEqual(await figures(w, key), ['10 = 10+0+0+0+0 2026-12-09'])
  const change = { orderId: key, priority: 0 }
  const dry = JSON.parse((await w.kernel.runner.answer(w.actor, 'sales.changeTerms', change, { dryRun: true })).body)
  assert.deepEqual([dry.affected.orders, dry.affected.later], [2, 1])
  await w.run('sales.changeTerms', change)
  assert.deepEqual(await figures(w, small), ['10 = 4+6+0+0+0 2026-12-09'], 'six stay set aside')
  assert.deepEqual(await figures(w, key), ['10 = 10+0+0+0+0 2026-12-09'])
  const parts = await w.sql<{ qty: number; ref: string }>(
    `select promise.qty, supply.reference as ref from promise join supply on supply.company_id = promise.company_id and supply.id = promise.supply_id
      where promise.company_id = $1 and promise.qty > 0 and promise.demand_line_id = (select id from demand_line where company_id = $1 and ref_id = $2) order by 2`,
    w.company,
    key,
  )
  assert.deepEqual(parts, [
    { qty: 4, ref: 'PO-1' },
    { qty: 6, ref: 'PO-2' },
  ])
  assert.deepEqual(await broken(w), [])
})

test("a customer's new service class moves what they wait for, but for orders that say their own", async () => {
  const w = await world()
  await w.run('parties.saveParties', { parties: [{ code: 'C1', serviceClass: 5 }] })
  await supply(w, 'PO-1', '2026-12-01', 5)
  const first = await confirmed(w, 5)
  await supply(w, 'PO-2', '2026-12-08', 5)
  const second = await confirmed(w, 5, 1)
  await w.run('parties.saveParties', { parties: [{ code: 'C2', serviceClass: 1 }] })
  assert.deepEqual(await w.run('sales.reclassify', { partyId: w.partyIds[1] }), { lines: 1, moved: 2 })
  assert.deepEqual(
    [await figures(w, first), await figures(w, second)],
    [['5 = 5+0+0+0+0 2026-12-09'], ['5 = 5+0+0+0+0 2026-12-02']],
  )
  await w.run('sales.changeTerms', { orderId: first, priority: 0 })
  await w.run('parties.saveParties', { parties: [{ code: 'C1', serviceClass: 9 }] })
  assert.deepEqual(await w.run('sales.reclassify', { partyId: w.partyIds[0] }), { lines: 0, moved: 0 })
  assert.deepEqual(await figures(w, first), ['5 = 5+0+0+0+0 2026-12-02'])
  const [event] = await w.sql<{ n: number }>(
    `select count(*) as n from outbox where company_id = $1 and type = 'party.reclassed'`,
    w.company,
  )
  assert.equal(event!.n, 2, 'told when the class changes, not at each save')
})

test('a later day asked for lets the goods go to who wants them sooner', async () => {
  const w = await world(10)
  const first = await confirmed(w, 10)
  const second = await confirmed(w, 10, 1)
  assert.deepEqual(await figures(w, second), ['10 = 0+0+10+0+0 -'])
  await supply(w, 'PO-1', '2026-12-08', 10)
  await w.run('sales.changeTerms', { orderId: first, requestedOn: '2026-12-15' })
  assert.deepEqual(
    [await figures(w, first), await figures(w, second)],
    [['10 = 10+0+0+0+0 2026-12-15'], ['10 = 10+0+0+0+0 2026-12-09']],
  )
  await w.run('sales.changeTerms', { orderId: second, priority: 0 })
  assert.deepEqual(
    await figures(w, second),
    ['10 = 10+0+0+0+0 2026-11-24'],
    'what is wanted in three weeks is not frozen',
  )
  assert.deepEqual(await figures(w, first), ['10 = 10+0+0+0+0 2026-12-15'], 'and still comes when asked for')
  assert.deepEqual(await broken(w), [])
})

test('units taken off a line go in whole sales units, what is missed least first; credit is freed and who waits is served', async () => {
  const w = await world(24)
  const order = await w.run('sales.createOrder', {
    partyId: w.partyIds[0],
    siteId: w.siteId,
    lines: [{ itemId: w.itemIds[0], uom: 'CS', uomQty: 5 }],
  })
  await supply(w, 'PO-1', '2026-12-01', 24)
  await w.run('sales.confirm', { orderId: order.id })
  await w.run('sales.release', { orderId: order.id })
  const [line] = await lines(w, order.id)
  assert.deepEqual(await figures(w, order.id), ['60 = 24+24+12+0+0 -'])
  assert.equal(await openOrders(w), 72_000)
  const waits = await confirmed(w, 20, 1)
  assert.deepEqual(await figures(w, waits), ['20 = 0+0+20+0+0 -'])
  const take = (qty?: number) =>
    w.run('sales.cancelLines', {
      orderId: order.id,
      reason: 'less is needed',
      lines: [{ lineId: line!.id, ...(qty && { qty }) }],
    })
  await assert.rejects(take(7), refused('not_whole'))
  await assert.rejects(take(72), refused('not_open'))
  assert.equal((await take(24)).cancelled, 24)
  assert.deepEqual(await figures(w, order.id), ['60 = 12+24+0+0+24 2026-12-02'])
  assert.deepEqual(await figures(w, waits), ['20 = 12+0+8+0+0 -'])
  assert.equal(await openOrders(w), 43_200)
  await take(24)
  assert.deepEqual(await figures(w, order.id), ['60 = 0+12+0+0+48 2026-12-02'])
  assert.deepEqual(await figures(w, waits), ['20 = 20+0+0+0+0 2026-12-02'], 'twelve from stock, eight of the purchase')
  const rest = await take()
  assert.deepEqual([rest.cancelled, rest.closed], [12, true])
  assert.equal(await openOrders(w), 0)
  assert.equal((await w.run('sales.order', { orderId: order.id })).status, 'cancelled')
  assert.deepEqual((await told(w, order.id)).filter((what) => what.includes('cancelled')).sort(), [
    'order.cancelled',
    'order.part_cancelled',
    'order.part_cancelled',
    'order.part_cancelled',
  ])
  assert.deepEqual(await broken(w), [])
})

test('what is being picked is not cancelled, the rest of its line is', async () => {
  const w = await world(6)
  const id = await confirmed(w, 10)
  await w.run('sales.release', { orderId: id })
  await w.run('warehouse.createWave', { siteId: w.siteId })
  const [line] = await lines(w, id)
  const take = (qty?: number) =>
    w.run('sales.cancelLines', {
      orderId: id,
      reason: 'less is needed',
      lines: [{ lineId: line!.id, ...(qty && { qty }) }],
    })
  await assert.rejects(take(5), refused('being_picked'))
  assert.equal((await take()).cancelled, 4)
  assert.deepEqual(await figures(w, id), ['10 = 0+6+0+0+4 2026-11-24'])
  await assert.rejects(take(), refused('being_picked'))
  assert.equal(await openOrders(w), 7_200)
  assert.deepEqual(await broken(w), [])
})

test('a cancelled order gives its stock to who waits, in the same transaction', async () => {
  const w = await world(10)
  const first = await confirmed(w, 10)
  const second = await confirmed(w, 6, 1)
  await w.run('sales.release', { orderId: second })
  assert.deepEqual(await figures(w, second), ['6 = 0+0+6+0+0 -'])
  await w.run('sales.cancel', { orderId: first, reason: 'changed their mind' })
  assert.deepEqual(await figures(w, second), ['6 = 0+6+0+0+0 2026-11-24'])
})

test('what has not left by the end of its cancel-by day is cancelled the night after, with its credit; what is picked goes', async () => {
  const w = await world(6)
  const id = await confirmed(w, 10, 0, { cancelBy: '2026-11-25' })
  await w.run('sales.release', { orderId: id })
  const untouched = await confirmed(w, 3, 1, { cancelBy: '2026-11-26' })
  await w.run('warehouse.createWave', { siteId: w.siteId })
  const night = async () => {
    const { orders } = await w.run('sales.tellLapsed', {})
    const lapsed = await w.sql<{ id: string }>(
      `select distinct ref_id as id from outbox where company_id = $1 and type = 'order.lapsed' and recorded_at = $2`,
      w.company,
      w.clock.now().toISOString(),
    )
    const out = []
    for (const order of lapsed) out.push(await w.run('sales.cancelLapsed', { orderId: order.id }))
    return [orders, out]
  }
  w.clock.set(new Date('2026-11-25T23:50:00Z'))
  assert.deepEqual(await night(), [0, []], 'the day is not over')
  w.clock.set(new Date('2026-11-26T00:25:00Z'))
  assert.deepEqual(await night(), [1, [{ cancelled: 4, closed: false }]])
  assert.deepEqual(await figures(w, id), ['10 = 0+6+0+0+4 2026-11-27'])
  assert.equal(await openOrders(w), 7_200)
  w.clock.set(new Date('2026-11-26T01:25:00Z'))
  assert.deepEqual(await night(), [0, []], 'told once')
  w.clock.set(new Date('2026-11-27T00:25:00Z'))
  assert.deepEqual(await night(), [1, [{ cancelled: 3, closed: true }]])
  const page = await w.run('sales.order', { orderId: untouched })
  assert.equal(page.status, 'cancelled')
  assert.ok((await told(w, untouched)).includes('order.part_cancelled'))
  await assert.rejects(w.order([[0, 1]], 0, { cancelBy: '2026-11-26' }), refused('cancel_by_past'))
  assert.deepEqual(await broken(w), [])
})

test('a fill-or-kill line is there from stock, whole, when the order is confirmed, or it is cancelled then', async () => {
  const w = await world(10)
  await supply(w, 'PO-1', '2026-12-01', 100)
  const enter = async (...rows: { uomQty: number; fillOrKill?: boolean }[]) => {
    const { id } = await w.run('sales.createOrder', {
      partyId: w.partyIds[0],
      siteId: w.siteId,
      lines: rows.map((row) => ({ itemId: w.itemIds[0], uom: 'EA', ...row })),
    })
    return { id, confirmed: await w.run('sales.confirm', { orderId: id }) }
  }
  const mixed = await enter({ uomQty: 12, fillOrKill: true }, { uomQty: 4 }, { uomQty: 6, fillOrKill: true })
  assert.deepEqual(
    mixed.confirmed.lines.map((l: { cancelled: number; promisedOn: string | null }) => [l.cancelled, l.promisedOn]),
    [
      [12, null],
      [0, '2026-11-24'],
      [0, '2026-11-24'],
    ],
  )
  assert.equal(mixed.confirmed.promisedOn, '2026-11-24')
  assert.deepEqual(await figures(w, mixed.id), [
    '12 = 0+0+0+0+12 -',
    '4 = 4+0+0+0+0 2026-11-24',
    '6 = 6+0+0+0+0 2026-11-24',
  ])
  await w.run('sales.release', { orderId: mixed.id })
  assert.equal(await openOrders(w), 12_000, 'ten of twenty-two at 10.00 and tax: what was killed blocks no credit')
  const killed = await enter({ uomQty: 1, fillOrKill: true })
  assert.equal((await w.run('sales.order', { orderId: killed.id })).status, 'cancelled')
  assert.ok((await told(w, killed.id)).includes('order.cancelled'))
  await assert.rejects(w.run('sales.release', { orderId: killed.id }), refused('not_confirmed'))
  assert.deepEqual(await broken(w), [])
})

test('a line says its own policy: in a ship-complete order a part that may go goes', async () => {
  const w = await world(5, 2)
  await w.run('parties.saveParties', { parties: [{ code: 'C1', partialPolicy: 'complete' }] })
  const { id } = await w.run('sales.createOrder', {
    partyId: w.partyIds[0],
    siteId: w.siteId,
    lines: [
      { itemId: w.itemIds[0], uom: 'EA', uomQty: 8 },
      { itemId: w.itemIds[1], uom: 'EA', uomQty: 3 },
      { itemId: w.itemIds[1], uom: 'EA', uomQty: 2, partialPolicy: 'partial' },
    ],
  })
  await w.run('sales.confirm', { orderId: id })
  await w.run('sales.release', { orderId: id })
  assert.deepEqual(await figures(w, id), ['8 = 5+0+3+0+0 -', '3 = 3+0+0+0+0 -', '2 = 0+2+0+0+0 2026-11-24'])
  const wave = await w.run('warehouse.createWave', { siteId: w.siteId })
  assert.deepEqual([wave.orders, wave.tasks], [1, 1])
  const { tasks } = await w.run('warehouse.pickList', { siteId: w.siteId })
  await w.run('warehouse.pick', { taskId: tasks[0].id, qty: 2 })
  const packed = await w.run('warehouse.pack', { orderId: id })
  assert.equal(packed.qty, 2)
  await w.run('warehouse.ship', { shipmentId: packed.shipmentId })
  assert.deepEqual(await broken(w), [])
})

test('a part of a line becomes a line of its own, with what comes last; not a penny moves', async () => {
  const w = await world(10)
  await supply(w, 'PO-1', '2026-12-01', 5)
  const { id, net, gross } = await w.order([[0, 21]])
  await w.run('sales.confirm', { orderId: id })
  const [line] = await lines(w, id)
  assert.deepEqual(await figures(w, id), ['21 = 15+0+6+0+0 -'])
  const split = await w.run('sales.splitLine', { orderId: id, lineId: line!.id, uomQty: 8, requestedOn: '2026-12-15' })
  assert.equal(split.lineNo, 2)
  assert.deepEqual(await figures(w, id), ['13 = 13+0+0+0+0 2026-12-02', '8 = 2+0+6+0+0 -'])
  const page = await w.run('sales.order', { orderId: id })
  assert.deepEqual(
    [page.netMinor, page.grossMinor, page.lines.map((l: { netMinor: number }) => l.netMinor)],
    [net, gross, [13_000, 8_000]],
  )
  await w.run('sales.release', { orderId: id })
  assert.deepEqual((await figures(w, id))[0], '13 = 3+10+0+0+0 2026-12-02')
  await assert.rejects(w.run('sales.splitLine', { orderId: id, lineId: line!.id, uomQty: 5 }), refused('not_open'))
  await w.run('sales.splitLine', { orderId: id, lineId: line!.id, uomQty: 3 })
  assert.deepEqual(await figures(w, id), ['10 = 0+10+0+0+0 2026-12-02', '8 = 2+0+6+0+0 -', '3 = 3+0+0+0+0 2026-12-02'])
  assert.deepEqual(await broken(w), [])
})

test('an order placed in one go is entered, confirmed and released; sent three times with one key it is one order', async () => {
  const w = await world(10)
  const input = {
    partyId: w.partyIds[0],
    siteId: w.siteId,
    customerPo: 'PHONE-1',
    lines: [{ itemId: w.itemIds[0], uom: 'EA', uomQty: 4 }],
  }
  const answers = await Promise.all([1, 2, 3].map(() => w.run('sales.place', input, { key: 'phone-17' })))
  assert.deepEqual(answers[1], answers[0])
  assert.deepEqual(answers[2], answers[0])
  assert.deepEqual(
    [answers[0].outcome, answers[0].promisedOn, answers[0].lines[0].promises[0].qty],
    ['released', '2026-11-24', 4],
  )
  const [n] = await w.sql<{ n: number }>('select count(*) as n from sales_order where company_id = $1', w.company)
  assert.equal(n!.n, 1)
  await assert.rejects(w.run('sales.place', input), refused('duplicate_po'))
  await w.run('credit.saveAccounts', { accounts: [{ partyId: w.partyIds[1], limitAmount: 1_000 }] })
  const held = await w.run('sales.place', { ...input, partyId: w.partyIds[1], customerPo: 'PHONE-2' })
  assert.equal(held.outcome, 'held')
  assert.deepEqual(await broken(w), [])
})
