import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { refused } from '../../../../test/refused.ts'
import { Refusal } from '../../../core/refusal.ts'
import { type Company, dayFromNow, type House, openCompany, openHouse } from '../../warehouse/testKit.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const drills = () => openCompany(house, { items: [{ sku: 'DRILL', tracking: 'serial' }] })
const receive = (c: Company, serials: string[], more: object = {}, bin = 'A-01') =>
  c.run('warehouse.receive', {
    siteId: c.site,
    lines: [{ itemId: c.item.get('DRILL'), qty: serials.length, serials, locationId: c.bin.get(bin), ...more }],
  })
const recall = (c: Company, codes: string[]) =>
  c.run('trace.openRecall', { reason: 'sparks', serials: [{ itemId: c.item.get('DRILL'), codes }] })
const pick = async (c: Company, orderId: string, serials: string[]) => {
  const wave = await c.wave([orderId])
  const [task] = await c.openTasks(wave.id)
  await c.run('warehouse.pick', { taskId: task!.id, qty: serials.length, serials })
}
const packed = async (c: Company, serials: string[], partyId = c.customer) => {
  const order = await c.order([{ sku: 'DRILL', qty: serials.length }], partyId)
  await pick(c, order.id, serials)
  const { shipmentId } = await c.run('warehouse.pack', { orderId: order.id })
  return { ...order, shipmentId }
}
const stands = async (c: Company) =>
  (
    await c.rows(
      (sql) => sql<{ told: string }[]>`
        select serial.code || ' ' || place.code || case when serial.in_stock then ' ' || serial.status else '' end || case when serial.recall_id is null then '' else ' recalled' end as told
          from serial
          join location place on place.company_id = serial.company_id and place.id = serial.location_id
         where serial.company_id = ${c.company}
         order by 1`,
    )
  ).map((row) => row.told)
const states = (opened: { pieces: { serial: string; state: string }[] }) =>
  opened.pieces.map((piece) => `${piece.serial} ${piece.state}`)
const whole = async (c: Company) => assert.deepEqual(await house.broken(c.company), [])

test('pieces are recalled by their numbers wherever they are: none is picked, shipped or sold again, and who has one is listed', async () => {
  const c = await drills()
  const other = await c.customerOf('C2')
  await receive(c, ['D1', 'D2', 'D3', 'D4', 'D5', 'D7'])
  await receive(c, ['D6'], { status: 'damaged' })
  for (const [code, party] of [
    ['D1', c.customer],
    ['D2', other],
  ] as const) {
    const { shipmentId } = await packed(c, [code], party)
    await c.run('warehouse.ship', { shipmentId })
  }
  const waits = await packed(c, ['D3'])
  const waved = await c.order([{ sku: 'DRILL', qty: 1 }])
  await c.wave([waved.id])
  await assert.rejects(recall(c, ['D1', 'D99']), refused('serial_unknown', 'D99'))
  const opened = await recall(c, ['D1', 'D2', 'D3', 'D4', 'D5', 'D6'])
  assert.deepEqual(states(opened), ['D1 left', 'D2 left', 'D3 picked', 'D4 held', 'D5 held', 'D6 kept'])
  // One good piece is left, and one order had it: its walk is planned anew.
  assert.deepEqual([opened.dropped, (await c.line(waved.id)).allocated, await c.openTasks()], [0, 1, []])
  await whole(c)

  await assert.rejects(c.run('warehouse.ship', { shipmentId: waits.shipmentId }), refused('recalled', 'D3'))
  await c.wave([waved.id])
  const [task] = await c.openTasks()
  await assert.rejects(c.run('warehouse.pick', { taskId: task!.id, qty: 1, serials: ['D4'] }))
  await c.run('warehouse.pick', { taskId: task!.id, qty: 1, serials: ['D7'] })
  const meant = { itemId: c.item.get('DRILL'), locationId: c.bin.get('A-01'), qty: 1, status: 'hold', serials: ['D4'] }
  await assert.rejects(
    c.run('warehouse.changeStatus', { ...meant, toStatus: 'available', reason: 'passed' }),
    refused('recalled', 'D4'),
  )
  await assert.rejects(recall(c, ['D4']), refused('serial_elsewhere', 'D4 is in a recall already'))
  const { qty } = await c.run('warehouse.putBack', { orderId: waits.id, reason: 'recall' })
  assert.equal(qty, 1)
  const back = (status: string) =>
    c.run('warehouse.receive', {
      siteId: c.site,
      partyId: c.customer,
      ...{ from: 'customer', reason: 'faulty' },
      lines: [{ itemId: c.item.get('DRILL'), qty: 1, serials: ['D1'], status, locationId: c.bin.get('C-03') }],
    })
  await assert.rejects(back('available'), refused('recalled', 'D1'))
  await back('returns')
  assert.deepEqual(await stands(c), [
    'D1 C-03 returns recalled',
    'D2 CUSTOMER recalled',
    'D3 QUARANTINE hold recalled',
    'D4 A-01 hold recalled',
    'D5 A-01 hold recalled',
    'D6 A-01 damaged recalled',
    'D7 STAGE available',
  ])
  await whole(c)

  const customers = (await c.run('trace.recallCustomers', { recallId: opened.id, sort: 'customer' })).rows
  assert.deepEqual(
    customers.map((row: Record<string, unknown>) => [row.customer, row.serial, row.shipped, row.returned, row.open]),
    [
      ['C1', 'D1', 1, 1, 0],
      ['C2', 'D2', 1, 0, 1],
    ],
  )
  assert.match(customers[1].shipments, /^SH-/)
  const page = await c.run('trace.recall', { recallId: opened.id })
  assert.deepEqual([page.lots, page.customers, page.pieces.length], [[], 2, 6])
  const [second] = page.pieces.filter((piece: { open: number }) => piece.open > 0)
  const record = (more: object) =>
    c.run('trace.recordOutcome', { recallId: opened.id, partyId: other, kind: 'destroyed', qty: 1, ...more })
  await assert.rejects(record({}), refused('name_the_goods'))
  await assert.rejects(record({ serialId: second.serialId, partyId: c.customer }), refused('not_with_them'))
  assert.equal((await record({ serialId: second.serialId })).open, 0)
  await assert.rejects(record({ serialId: second.serialId }), refused('more_than_open'))
  await whole(c)

  const close = () => c.run('trace.closeRecall', { recallId: opened.id, outcome: 'completed', note: 'all found' })
  await assert.rejects(close(), refused('still_on_hand', 'D4 at A-01'))
  for (const row of page.pieces.filter((piece: { inStock: boolean }) => piece.inStock)) {
    const { locationId, status } = (
      await c.rows(
        (sql) => sql<{ locationId: string; status: string }[]>`
          select location_id, status from serial where company_id = ${c.company} and code = ${row.serial}`,
      )
    )[0]!
    await c.run('warehouse.scrap', {
      ...{ itemId: c.item.get('DRILL'), locationId, status, qty: 1, serials: [row.serial], reason: 'recalled' },
    })
  }
  await close()
  // Once recalled for good, a piece that turns up again is still not sold.
  await assert.rejects(receive(c, ['D4']), refused('recalled', 'D4'))
  await whole(c)
})

test('only as many orders give up a piece as there are pieces too few, the latest first, and they get a date from what comes', async () => {
  const c = await drills()
  await receive(c, ['D1', 'D2', 'D3', 'D4'])
  const orders = []
  for (let n = 0; n < 3; n += 1) orders.push(await c.order([{ sku: 'DRILL', qty: 1 }]))
  const supply = { siteId: c.site, itemId: c.item.get('DRILL'), kind: 'purchase', reference: 'PO-1', expected: 5 }
  await c.run('promise.saveSupplies', { supplies: [{ ...supply, dueOn: dayFromNow(9) }] })
  const opened = await recall(c, ['D1', 'D2'])
  assert.deepEqual([states(opened), opened.dropped], [['D1 held', 'D2 held'], 1])
  const lines = await Promise.all(orders.map((order) => c.line(order.id)))
  assert.deepEqual(
    lines.map((line) => [line.allocated, line.promised, line.backordered]),
    [
      [1, 0, 0],
      [1, 0, 0],
      [0, 1, 0],
    ],
  )
  await whole(c)

  // A false alarm: they are good again, and who waits has one at once.
  await c.run('trace.closeRecall', { recallId: opened.id, outcome: 'withdrawn', note: 'a wrong label' })
  assert.deepEqual(await stands(c), [
    'D1 A-01 available',
    'D2 A-01 available',
    'D3 A-01 available',
    'D4 A-01 available',
  ])
  const [, , last] = await Promise.all(orders.map((order) => c.line(order.id)))
  assert.deepEqual([last!.allocated, last!.promised], [1, 0])
  await whole(c)
})

test('pickers scan pieces on one node while these are recalled on another: each is picked or on hold, and counted once', async () => {
  const c = await drills()
  const codes = Array.from({ length: 10 }, (_, n) => `D${n}`)
  await receive(c, codes)
  const tasks: string[] = []
  for (let n = 0; n < 6; n += 1) {
    const order = await c.order([{ sku: 'DRILL', qty: 1 }])
    const wave = await c.wave([order.id])
    tasks.push((await c.openTasks(wave.id))[0]!.id)
  }
  const other = house.node()
  const answers = await Promise.allSettled([
    ...tasks.map((taskId, n) => other.runner.run(c.actor, 'warehouse.pick', { taskId, qty: 1, serials: [codes[n]] })),
    recall(c, codes.slice(0, 8)),
  ])
  const opened = answers.at(-1)!
  assert.equal(opened.status, 'fulfilled', String((opened as PromiseRejectedResult).reason))
  for (const answer of answers.slice(0, -1))
    assert.ok(
      answer.status === 'fulfilled' || answer.reason instanceof Refusal,
      String((answer as never as { reason: unknown }).reason),
    )
  assert.deepEqual(
    (await stands(c)).filter((told) => / A-01 available recalled/.test(told)),
    [],
  )
  assert.equal((await stands(c)).filter((told) => told.endsWith('recalled')).length, 8)
  await whole(c)
})
