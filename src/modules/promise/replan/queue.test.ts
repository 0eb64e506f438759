import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { broken } from '../../../../test/broken.ts'
import { newWorld, type World } from '../../../../test/world.ts'

/** Monday 23 November 2026, 08:00; a day on the way, Monday to Friday. */
const world = async (stock = 0, items = 1): Promise<World> => {
  const w = await newWorld({ items, stock, customers: 3 })
  after(() => w.kernel.close())
  await w.run('parties.saveParties', {
    parties: [
      { code: 'C1', serviceClass: 5 },
      { code: 'C2', serviceClass: 5 },
      { code: 'C3', serviceClass: 0 },
    ],
  })
  return w
}
const supply = (w: World, reference: string, dueOn: string, expected: number, more: object = {}) =>
  w.run('promise.saveSupplies', {
    supplies: [{ siteId: w.siteId, itemId: w.itemIds[0], kind: 'purchase', reference, dueOn, expected, ...more }],
  })
const ordered = async (w: World, qty: number, party = 0, more: object = {}): Promise<string> => {
  const { id } = await w.order([[0, qty]], party, more)
  await w.run('sales.confirm', { orderId: id })
  return id
}
/** Of each order: its days and pegs, and what has no date. */
const said = async (w: World, ...orders: string[]): Promise<string[]> => {
  const rows = await w.sql<{ refId: string; text: string }>(
    `select line.ref_id, concat_ws(' ', string_agg(promise.qty || ' ' || coalesce(supply.reference, 'stock') || ' ' || to_char(promise.due_on, 'MM-DD'), ', ' order by promise.due_on, supply.reference),
            case when line.backordered > 0 then line.backordered || ' open' end, case when line.allocated > 0 then line.allocated || ' set aside' end) as text
       from demand_line line
       left join promise on promise.company_id = line.company_id and promise.demand_line_id = line.id and promise.qty > 0
       left join supply on supply.company_id = promise.company_id and supply.id = promise.supply_id
      where line.company_id = $1 and line.ref_id = any ($2)
      group by line.company_id, line.id
      order by line.line_no`,
    w.company,
    orders,
  )
  const of = Map.groupBy(rows, (row) => row.refId)
  return orders.map((id) => (of.get(id) ?? []).map((row) => row.text).join(' | '))
}
const replan = (w: World) => w.run('promise.replan', { siteId: w.siteId, itemIds: [w.itemIds[0]] })

test('a better class gets the earlier supply when all is planned anew, never by confirming; a dry run says so and changes nothing', async () => {
  const w = await world()
  await supply(w, 'PO-1', '2026-12-01', 10)
  const small = await ordered(w, 10)
  await supply(w, 'PO-2', '2026-12-08', 10)
  const key = await ordered(w, 10, 2)
  assert.deepEqual(await said(w, small, key), ['10 PO-1 12-02', '10 PO-2 12-09'], 'who confirms takes what is free')

  const input = { siteId: w.siteId, itemIds: [w.itemIds[0]] }
  const dry = await w.kernel.runner.answer(w.actor, 'promise.replan', input, { dryRun: true })
  const preview = JSON.parse(dry.body)
  assert.deepEqual([preview.orders, preview.lines, preview.later], [2, 2, 1])
  assert.deepEqual(
    preview.moved.map((m: { wasOn: string; nowOn: string; customer: string }) => [m.customer, m.wasOn, m.nowOn]),
    [
      ['Customer 1', '2026-12-02', '2026-12-09'],
      ['Customer 3', '2026-12-09', '2026-12-02'],
    ],
  )
  assert.deepEqual(await said(w, small, key), ['10 PO-1 12-02', '10 PO-2 12-09'])

  assert.equal((await replan(w)).lines, 2)
  assert.deepEqual(await said(w, small, key), ['10 PO-2 12-09', '10 PO-1 12-02'])
  assert.equal((await replan(w)).lines, 0, 'planned again, nothing moves')
  const [line] = await w.sql<{ first: string; latest: string; requested: string }>(
    `select original_promise_on as first, latest_promise_on as latest, requested_on as requested from demand_line where company_id = $1 and ref_id = $2`,
    w.company,
    small,
  )
  assert.deepEqual(line, { first: '2026-12-02', latest: '2026-12-09', requested: '2026-11-23' }, 'all three are kept')
  assert.deepEqual(await broken(w), [])
})

test('a promise within the frozen zone keeps its peg, one day beyond it does not', async () => {
  const w = await world()
  await w.run('promise.saveRules', { siteId: w.siteId, frozenDays: 9 })
  await supply(w, 'PO-1', '2026-12-01', 10)
  const small = await ordered(w, 10)
  await supply(w, 'PO-2', '2026-12-08', 10)
  const key = await ordered(w, 10, 2)
  await replan(w)
  assert.deepEqual(await said(w, small, key), ['10 PO-1 12-02', '10 PO-2 12-09'], 'due on day 9')
  await w.run('promise.saveRules', { siteId: w.siteId, frozenDays: 8 })
  await replan(w)
  assert.deepEqual(await said(w, small, key), ['10 PO-2 12-09', '10 PO-1 12-02'])
})

test('who waits longer than the maximum age goes before better classes, the oldest first, and is not starved', async () => {
  const w = await world()
  await w.run('promise.saveRules', { maxAgeDays: 10, frozenDays: 0 })
  const small = await ordered(w, 5)
  w.clock.set(new Date('2026-11-24T08:00:00Z'))
  const young = await ordered(w, 5, 1)
  w.clock.set(new Date('2026-12-03T08:00:00Z'))
  const key = await ordered(w, 5, 2)
  await supply(w, 'PO-1', '2026-12-10', 5)
  assert.deepEqual(
    await said(w, small, young, key),
    ['5 open', '5 open', '5 PO-1 12-11'],
    'ten days old: not too old yet',
  )
  w.clock.set(new Date('2026-12-04T08:00:00Z'))
  await replan(w)
  assert.deepEqual(await said(w, small, young, key), ['5 PO-1 12-11', '5 open', '5 open'])
  w.clock.set(new Date('2026-12-07T08:00:00Z'))
  await supply(w, 'PO-2', '2026-12-15', 5)
  assert.deepEqual(await said(w, small, young, key), ['5 PO-1 12-11', '5 PO-2 12-16', '5 open'])
})

test('a supply that slips or shrinks is told with the orders it hurts, before it is saved and after', async () => {
  const w = await world()
  const { ids } = await supply(w, 'PO-771', '2026-12-01', 90)
  const orders: string[] = []
  for (let n = 0; n < 9; n += 1) orders.push(await ordered(w, 10))
  const slipped = {
    supplies: [
      {
        id: ids[0],
        siteId: w.siteId,
        itemId: w.itemIds[0],
        kind: 'purchase',
        reference: 'PO-771',
        dueOn: '2026-12-03',
        expected: 90,
      },
    ],
  }
  const dry = JSON.parse(
    (await w.kernel.runner.answer(w.actor, 'promise.saveSupplies', slipped, { dryRun: true })).body,
  )
  assert.deepEqual([dry.affected.orders, dry.affected.later, dry.affected.moved[0].nowOn], [9, 9, '2026-12-04'])
  assert.deepEqual((await said(w, orders[0]!))[0], '10 PO-771 12-02', 'nothing was saved')
  const saved = await w.run('promise.saveSupplies', slipped)
  assert.equal(saved.affected.orders, 9)
  assert.deepEqual(await said(w, orders[0]!, orders[8]!), ['10 PO-771 12-04', '10 PO-771 12-04'])

  const shrunk = { supplies: [{ ...slipped.supplies[0], expected: 75 }] }
  const less = await w.run('promise.saveSupplies', shrunk)
  assert.deepEqual([less.affected.orders, less.affected.later], [2, 2])
  assert.deepEqual(await said(w, orders[6]!, orders[7]!, orders[8]!), [
    '10 PO-771 12-04',
    '5 PO-771 12-04 5 open',
    '10 open',
  ])
  const history = await w.run('promise.changes', { supplyId: ids[0] })
  assert.equal(history.total, 11, 'nine slipped, two lost')
  assert.deepEqual(
    history.rows
      .filter((r: { orderId: string }) => r.orderId === orders[8])
      .map((r: { wasOn: string; nowOn: string | null; cause: string; causeRef: string }) => [
        r.wasOn,
        r.nowOn,
        r.cause,
        r.causeRef,
      ]),
    [
      ['2026-12-04', null, 'supply', 'PO-771'],
      ['2026-12-02', '2026-12-04', 'supply', 'PO-771'],
    ],
  )
  const told = await w.sql<{ n: number }>(
    `select count(*) as n from outbox where company_id = $1 and type = 'order.replanned'`,
    w.company,
  )
  assert.equal(told[0]!.n, 11)
  assert.deepEqual(await broken(w), [])
})

test('a frozen promise whose supply no longer makes the day is planned before all others, whatever their class', async () => {
  const w = await world()
  await w.run('promise.saveRules', { frozenDays: 10 })
  const { ids } = await supply(w, 'PO-1', '2026-11-30', 10)
  const small = await ordered(w, 10)
  await supply(w, 'PO-2', '2026-12-04', 10)
  const key = await ordered(w, 10, 2)
  assert.deepEqual(await said(w, small, key), ['10 PO-1 12-01', '10 PO-2 12-05'])
  await supply(w, 'PO-1', '2026-12-10', 10, { id: ids[0] })
  assert.deepEqual(await said(w, small, key), ['10 PO-2 12-05', '10 PO-1 12-11'])
})

test('a short receipt that closes its supply promises the rest anew; the goods go to who is first', async () => {
  const w = await world()
  const { ids } = await supply(w, 'PO-1', '2026-12-01', 20)
  await supply(w, 'PO-2', '2026-12-15', 20)
  const [first, second] = [await ordered(w, 10), await ordered(w, 10)]
  await w.run('sales.release', { orderId: first })
  w.clock.set(new Date('2026-12-01T08:00:00Z'))
  const receipt = await w.run('warehouse.receive', {
    siteId: w.siteId,
    lines: [{ itemId: w.itemIds[0], supplyId: ids[0], qty: 13, closes: true, locationId: w.bins[0] }],
  })
  assert.deepEqual(await said(w, first, second), ['10 set aside', '3 stock 12-02, 7 PO-2 12-16'])
  assert.deepEqual(
    receipt.affected.moved
      .map((m: { orderId: string; nowOn: string }) => [m.orderId === second, m.nowOn])
      .filter(([own]: [boolean]) => own),
    [[true, '2026-12-16']],
  )
  assert.deepEqual(await broken(w), [])
})

test('a ship-complete order has one date, and none while a line of it has none', async () => {
  const w = await world(0, 2)
  await w.run('parties.saveParties', { parties: [{ code: 'C1', partialPolicy: 'complete' }] })
  const both = (dueOn: string, item: number, expected: number, id?: string) =>
    w.run('promise.saveSupplies', {
      supplies: [
        {
          ...(id && { id }),
          siteId: w.siteId,
          itemId: w.itemIds[item],
          kind: 'purchase',
          reference: `PO-${item}`,
          dueOn,
          expected,
        },
      ],
    })
  const first = await both('2026-12-01', 0, 5)
  const { id } = await w.order([
    [0, 5],
    [1, 5],
  ])
  const confirmed = await w.run('sales.confirm', { orderId: id })
  assert.deepEqual(
    confirmed.lines.map((l: { promisedOn: string | null }) => l.promisedOn),
    [null, null],
  )
  const second = await both('2026-12-08', 1, 5)
  assert.deepEqual([second.affected.orders, second.affected.lines], [1, 2], 'both lines get the date of the last')
  assert.deepEqual((await said(w, id))[0], '5 PO-0 12-09 | 5 PO-1 12-09')
  await both('2026-12-10', 0, 5, first.ids[0])
  assert.deepEqual((await said(w, id))[0], '5 PO-0 12-11 | 5 PO-1 12-11')
  assert.deepEqual(await broken(w), [])
})

test('stock that is lost takes from the last in rank, even where all of it is frozen', async () => {
  const w = await world(10)
  const small = await ordered(w, 5)
  const key = await ordered(w, 5, 2)
  await w.run('warehouse.adjust', { locationId: w.bins[0], itemId: w.itemIds[0], qty: -3, reason: 'lost' })
  assert.deepEqual(await said(w, small, key), ['2 stock 11-24 3 open', '5 stock 11-24'])
  assert.deepEqual(await broken(w), [])
})
