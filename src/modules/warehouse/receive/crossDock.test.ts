import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { broken } from '../../../../test/broken.ts'
import { newWorld, type World } from '../../../../test/world.ts'

/** Monday 23 November 2026, 08:00; a day on the way; nothing in stock. */
const world = async (crossDock: string, items = 1): Promise<World> => {
  const w = await newWorld({ items, stock: 0, customers: 3 })
  after(() => w.kernel.close())
  await w.run('promise.saveRules', { siteId: w.siteId, crossDock })
  await w.run('stock.saveItemSites', {
    rules: w.itemIds.map((itemId, n) => ({
      siteId: w.siteId,
      itemId,
      abc: 'A',
      reorderPoint: 0,
      maxQty: 0,
      packQty: 1,
      homeLocationId: w.bins[n],
    })),
  })
  return w
}
const supply = async (w: World, reference: string, expected: number, item = 0): Promise<string> => {
  const { ids } = await w.run('promise.saveSupplies', {
    supplies: [
      { siteId: w.siteId, itemId: w.itemIds[item], kind: 'purchase', reference, dueOn: '2026-11-24', expected },
    ],
  })
  return ids[0]
}
const released = async (w: World, lines: [number, number][], party = 0): Promise<string> => {
  const { id } = await w.order(lines, party)
  await w.run('sales.confirm', { orderId: id })
  await w.run('sales.release', { orderId: id })
  return id
}
const receive = (w: World, qty: number, more: object = {}, item = 0, direct?: boolean) =>
  w.run('warehouse.receive', {
    siteId: w.siteId,
    lines: [{ itemId: w.itemIds[item], qty, ...more }],
    ...(direct !== undefined && { direct }),
  })
/** Units by kind of place. */
const where = async (w: World, item = 0): Promise<Record<string, number>> =>
  Object.fromEntries(
    (
      await w.sql<{ kind: string; qty: number }>(
        `select place.kind, sum(bin.on_hand)::int8 as qty
           from stock_balance bin
           join location place on place.company_id = bin.company_id and place.id = bin.location_id
          where bin.company_id = $1 and bin.item_id = $2 and bin.on_hand > 0 and place.kind not in ('supplier', 'customer')
          group by place.kind`,
        w.company,
        w.itemIds[item],
      )
    ).map((row) => [row.kind, row.qty]),
  )

test('goods a released order waits for go to the stage, the rest to its bin, and what was received is packed at once', async () => {
  const w = await world('planned')
  const supplyId = await supply(w, 'PO-1', 20)
  const order = await released(w, [[0, 8]])
  const receipt = await receive(w, 20, { supplyId })
  assert.deepEqual(
    receipt.crossDocked.map((c: { orderId: string; qty: number }) => [c.orderId, c.qty]),
    [[order, 8]],
  )
  assert.deepEqual(await where(w), { stage: 8, pick: 12 })
  const tasks = await w.sql(
    `select kind, qty, done_qty, reason, ended_at is not null as ended from task where company_id = $1`,
    w.company,
  )
  assert.deepEqual(tasks, [{ kind: 'pick', qty: 8, doneQty: 8, reason: 'cross_dock', ended: true }])
  const packed = await w.run('warehouse.pack', { orderId: order })
  assert.equal(packed.qty, 8)
  await w.run('warehouse.ship', { shipmentId: packed.shipmentId })
  assert.deepEqual(await where(w), { pick: 12 })
  assert.deepEqual(await broken(w), [])
})

test('planned goes by the supply that the line was promised from; opportunistic takes whatever waits', async () => {
  for (const [rule, staged] of [
    ['planned', 0],
    ['opportunistic', 5],
    ['none', 0],
  ] as const) {
    const w = await world(rule)
    await supply(w, 'PO-1', 5)
    const order = await released(w, [[0, 5]])
    // Goods that nobody announced.
    const receipt = await receive(w, 9)
    assert.equal(
      receipt.crossDocked.reduce((sum: number, c: { qty: number }) => sum + c.qty, 0),
      staged,
      rule,
    )
    assert.equal(receipt.filled[0].qty, 5, 'allocated in the same transaction either way')
    assert.deepEqual(await where(w), staged === 0 ? { pick: 9 } : { stage: 5, pick: 4 }, rule)
    assert.equal((await w.run('sales.order', { orderId: order })).lines[0].picked, staged)
    assert.deepEqual(await broken(w), [])
  }
})

test('what somebody said where to put, what is not good, and a receipt that says so, is put away as before', async () => {
  const w = await world('opportunistic')
  const order = await released(w, [[0, 30]])
  assert.deepEqual((await receive(w, 5, { locationId: w.bins[0] })).crossDocked, [])
  assert.deepEqual((await receive(w, 5, { status: 'quarantine' })).crossDocked, [])
  assert.deepEqual((await receive(w, 5, {}, 0, false)).crossDocked, [])
  assert.deepEqual(await where(w), { pick: 10, quarantine: 5 })
  assert.equal((await receive(w, 5)).crossDocked[0].qty, 5)
  assert.deepEqual(await where(w), { pick: 10, quarantine: 5, stage: 5 })
  // What stands in the bin is picked from there, the rest waits.
  const wave = await w.run('warehouse.createWave', { siteId: w.siteId, orderIds: [order] })
  const { tasks } = await w.run('warehouse.pickList', { siteId: w.siteId, waveId: wave.id })
  assert.equal(
    tasks.reduce((sum: number, task: { qty: number }) => sum + task.qty, 0),
    10,
  )
  assert.deepEqual(await broken(w), [])
})

test('an order that leaves whole is not staged in part: its goods wait in their bin until the rest is there', async () => {
  const w = await world('opportunistic', 2)
  await w.run('parties.saveParties', { parties: [{ code: 'C1', partialPolicy: 'complete' }] })
  const order = await released(w, [
    [0, 4],
    [1, 6],
  ])
  const first = await receive(w, 4)
  assert.deepEqual([first.filled, first.crossDocked], [[], []], 'nothing is set aside before all of it is there')
  assert.deepEqual(await where(w), { pick: 4 })
  const second = await receive(w, 10, {}, 1)
  assert.deepEqual(
    second.crossDocked.map((c: { qty: number }) => c.qty),
    [6],
    'the last line is there: it goes straight on',
  )
  await assert.rejects(w.run('warehouse.pack', { orderId: order }), { code: 'not_complete' })
  const wave = await w.run('warehouse.createWave', { siteId: w.siteId, orderIds: [order] })
  const { tasks } = await w.run('warehouse.pickList', { siteId: w.siteId, waveId: wave.id })
  assert.deepEqual(
    tasks.map((task: { qty: number }) => task.qty),
    [4],
  )
  await w.run('warehouse.pick', { taskId: tasks[0].id, qty: 4 })
  assert.equal((await w.run('warehouse.pack', { orderId: order })).qty, 10)
  assert.deepEqual(await broken(w), [])
})

test('two lines that wait share what comes by rank, each with its own task, and nothing is staged twice', async () => {
  const w = await world('opportunistic')
  await w.run('parties.saveParties', {
    parties: [
      { code: 'C1', serviceClass: 5 },
      { code: 'C2', serviceClass: 1 },
    ],
  })
  const small = await released(w, [[0, 6]])
  const key = await released(w, [[0, 6]], 1)
  const receipt = await receive(w, 9)
  assert.deepEqual(
    Object.fromEntries(receipt.crossDocked.map((c: { orderId: string; qty: number }) => [c.orderId, c.qty])),
    { [key]: 6, [small]: 3 },
  )
  assert.deepEqual(
    (await receive(w, 9)).crossDocked.map((c: { qty: number }) => c.qty),
    [3],
  )
  assert.deepEqual(await where(w), { stage: 12, pick: 6 })
  for (const id of [key, small]) assert.equal((await w.run('warehouse.pack', { orderId: id })).qty, 6)
  assert.deepEqual(await broken(w), [])
})
