/**
 * Journey B.4, over HTTP, by a picker and a lead of the standard roles: of line 17 the bin is short by 4 of 10. In the
 * transaction of the pick the 4 are allocated again from bin B-12 and a blind count of the empty bin is due. The count
 * finds 4 less than the books; the difference is posted when the lead approves, and what moved meanwhile is not lost.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { broken } from '../broken.ts'
import { newWorld, type World } from '../world.ts'
import { overHttp, type Person } from './overHttp.ts'

const LINES = 20
let w: World
let door: Awaited<ReturnType<typeof overHttp>>
let picker: Person
let lead: Person
let itemId: string
let bin: string
let b12: string
let spare: string

before(async () => {
  w = await newWorld({ items: LINES, stock: 10, customers: 1 })
  door = await overHttp(w)
  picker = door.person('picker', 'Pip Picker')
  lead = door.person('warehouse_lead', 'Lee Lead')
  itemId = w.itemIds[16]!
  bin = w.bins[16]!
  const { locations } = await lead.post(`/sites/${w.siteId}/locations`, {
    locations: ['B-12', 'C-01'].map((code, n) => ({ code, kind: 'pick', pickSeq: 900 + n })),
  })
  ;[b12, spare] = locations.map((row: { id: string }) => row.id)
  const lines = [{ itemId, qty: 10, locationId: b12 }]
  await lead.post('/warehouse/receipts', { siteId: w.siteId, lines })
})
after(() => door.close())

/** Transactions that last wrote the rows of this item: what one transaction wrote bears one number. */
const writers = (rows: string) => w.sql<{ xmin: string }>(`select distinct xmin::text from ${rows}`, w.company, itemId)
const inBin = async (locationId: string): Promise<{ onHand: number; tasked: number }> => {
  const [row] = await w.sql<{ onHand: number; tasked: number }>(
    'select on_hand, tasked from stock_balance where company_id = $1 and location_id = $2 and item_id = $3',
    ...[w.company, locationId, itemId],
  )
  return { onHand: row?.onHand ?? 0, tasked: row?.tasked ?? 0 }
}
const pool = async () => {
  const [row] = await w.sql<{ onHand: number; allocated: number; held: number }>(
    `select on_hand, allocated, held from stock_pool where company_id = $1 and item_id = $2`,
    w.company,
    itemId,
  )
  return { ...row }
}

test('B.4 line 17 short by 4 of 10: the 4 come from B-12 in the same transaction, the bin is counted blind, −4 is posted after approval, moves meanwhile stay', async () => {
  const order = await w.order(Array.from({ length: LINES }, (_, n) => [n, 10] as const))
  await w.run('sales.confirm', { orderId: order.id })
  const released = await w.run('sales.release', { orderId: order.id })
  assert.equal(released.outcome, 'released')
  const wave = await lead.post('/warehouse/waves', { siteId: w.siteId, orderIds: [order.id] })
  const { tasks } = await picker.get(`/warehouse/pick-list?siteId=${w.siteId}&waveId=${wave.id}`)
  assert.equal(tasks.length, LINES)
  const line17 = tasks[16]
  assert.deepEqual([line17.itemId, line17.location, line17.qty], [itemId, 'A-SKU-00017', 10])
  for (const task of tasks.slice(0, 16)) await picker.post(`/warehouse/tasks/${task.id}/pick`, { qty: task.qty })

  w.clock.advance(60_000)
  const short = await picker.post(`/warehouse/tasks/${line17.id}/pick`, { qty: 6, shortQty: 4, reason: 'short_pick' })
  assert.deepEqual(
    [short.picked, short.short, short.reallocated.map(({ taskId: _, ...where }: { taskId: string }) => where)],
    [6, 4, [{ location: 'B-12', qty: 4 }]],
  )
  // The pick, the new task and the count; the new allocation; the pool: one transaction wrote them all.
  const wrote = await writers(`(
    select xmin from task where company_id = $1 and item_id = $2
     union all
    select xmin from allocation where company_id = $1 and item_id = $2
     union all
    select xmin from stock_pool where company_id = $1 and item_id = $2
     union all
    select xmin from stock_move where company_id = $1 and item_id = $2 and cause_kind = 'pick') as written`)
  assert.equal(wrote.length, 1)
  assert.deepEqual(await pool(), { onHand: 20, allocated: 10, held: 4 })
  assert.deepEqual(
    [await inBin(bin), await inBin(b12)],
    [
      { onHand: 4, tasked: 0 },
      { onHand: 10, tasked: 4 },
    ],
  )
  const { lines } = await w.run('sales.order', { orderId: order.id })
  assert.deepEqual([lines[16].allocated, lines[16].backordered], [10, 0], 'nobody is promised another day')

  const open = async (who: Person) => (await who.get(`/warehouse/counts?siteId=${w.siteId}`)).counts
  const [count, ...others] = await open(picker)
  assert.deepEqual(others, [])
  assert.deepEqual(
    [count.location, count.itemId, count.reason, count.counted, count.expected],
    ['A-SKU-00017', itemId, 'short_pick', null, null],
    'blind',
  )

  // The picker looks into the bin; before it is entered 5 come in, and before it is approved 2 are moved on and 4 picked.
  w.clock.advance(60_000)
  const countedAt = w.clock.now().toISOString()
  w.clock.advance(60_000)
  await lead.post('/warehouse/receipts', { siteId: w.siteId, lines: [{ itemId, qty: 5, locationId: bin }] })
  w.clock.advance(60_000)
  assert.deepEqual(await picker.post(`/warehouse/counts/${count.id}`, { counted: 0, countedAt }), {
    taskId: count.id,
    needsApproval: true,
  })
  assert.deepEqual(await inBin(bin), { onHand: 9, tasked: 0 }, 'nothing is posted by counting')
  w.clock.advance(60_000)
  await lead.post('/warehouse/moves', { itemId, fromLocationId: bin, toLocationId: spare, qty: 2 })
  await picker.post(`/warehouse/tasks/${short.reallocated[0].taskId}/pick`, { qty: 4 })

  const [forPicker] = await open(picker)
  assert.deepEqual([forPicker.counted, forPicker.expected], [0, null], 'who counts is not told what the books say')
  const [forLead] = await open(lead)
  assert.deepEqual([forLead.counted, forLead.expected, forLead.varianceMicro], [0, 4, -24_000_000])
  assert.equal((await picker.ask('POST', `/warehouse/counts/${count.id}/approve`, {})).status, 403)
  assert.deepEqual(await pool(), { onHand: 25, allocated: 10, held: 4 }, 'and cannot approve it')
  w.clock.advance(60_000)
  const approved = await lead.post(`/warehouse/counts/${count.id}/approve`)
  assert.equal(approved.variance, -4)

  assert.deepEqual(
    [await inBin(bin), await inBin(b12), await inBin(spare)].map(({ onHand }) => onHand),
    [3, 6, 2],
    '4 + 5 − 2 − 4; 10 − 4; 2',
  )
  assert.deepEqual(await pool(), { onHand: 21, allocated: 10, held: 0 })
  const { rows } = await lead.get(`/stock/items/${itemId}/moves?siteId=${w.siteId}`)
  assert.deepEqual(
    rows.map((row: { document: { kind: string }; qty: number; change: number; after: number }) =>
      [row.document.kind, row.qty, row.change, row.after].join(' '),
    ),
    [
      'count 4 -4 21',
      'pick 4 0 25',
      'move 2 0 25',
      'receipt 5 5 25',
      'pick 6 0 20',
      'receipt 10 10 20',
      'receipt 10 10 10',
    ],
  )
  assert.equal(rows[0].id, approved.moveId)
  assert.deepEqual(await open(lead), [])

  for (const task of tasks.slice(17)) await picker.post(`/warehouse/tasks/${task.id}/pick`, { qty: task.qty })
  const { shipmentId } = await picker.post(`/warehouse/orders/${order.id}/pack`)
  await picker.post(`/warehouse/shipments/${shipmentId}/ship`)
  const shipped = (await w.run('sales.order', { orderId: order.id })).lines.map(
    (line: { shipped: number }) => line.shipped,
  )
  assert.deepEqual(shipped, Array(LINES).fill(10))
  assert.deepEqual(await pool(), { onHand: 11, allocated: 0, held: 0 })
  assert.deepEqual(await broken(w), [])
})
