import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { check, invariantsOf } from '../../src/core/check/check.ts'
import { createPool } from '../../src/core/database/pool.ts'
import { modules } from '../../src/modules.ts'
import { newWorld } from '../world.ts'

/** More lines than a statement is given at once, many of them of one item: sums must cross the slices. */
const ITEMS = 90
const LINES = 250

test('an order of 250 lines over 90 items leaves the house whole, and what stock lacks is backordered to the unit', async () => {
  const w = await newWorld({ items: ITEMS, stock: 10, customers: 1 })
  const owner = createPool(w.database.owner, 'entrepot_owner', 1)
  after(() => Promise.all([w.kernel.close(), owner.close()]))
  await w.run('credit.saveAccounts', { accounts: [{ partyId: w.partyIds[0], limitAmount: 900_000_000 }] })
  const wanted = Array.from({ length: LINES }, (_, n) => [(n * 7) % ITEMS, 1 + (n % 6)] as const)
  const asked = new Map<number, number>()
  for (const [item, qty] of wanted) asked.set(item, (asked.get(item) ?? 0) + qty)
  const owed = [...asked.values()].reduce((sum, qty) => sum + Math.min(qty, 10), 0)
  const short = [...asked.values()].reduce((sum, qty) => sum + Math.max(qty - 10, 0), 0)
  assert.ok(short > 0 && owed > 0)

  const order = await w.order(wanted)
  const confirmed = await w.run('sales.confirm', { orderId: order.id })
  const total = (rows: Record<string, number>[], key: string) => rows.reduce((sum, row) => sum + row[key]!, 0)
  assert.equal(confirmed.lines.length, LINES)
  assert.equal(total(confirmed.lines, 'backordered'), short)
  const released = await w.run('sales.release', { orderId: order.id })
  assert.equal(total(released.lines, 'allocated'), owed)
  const wave = await w.run('warehouse.createWave', { siteId: w.siteId })
  assert.equal(wave.untasked, 0)
  const { tasks } = await w.run('warehouse.pickList', { siteId: w.siteId, waveId: wave.id, limit: 500 })
  assert.equal(total(tasks, 'qty'), owed)
  await Promise.all(
    tasks.map((task: { id: string; qty: number }) => w.run('warehouse.pick', { taskId: task.id, qty: task.qty })),
  )
  const packed = await w.run('warehouse.pack', { orderId: order.id })
  assert.equal(packed.qty, owed)
  await w.run('warehouse.ship', { shipmentId: packed.shipmentId })
  const billed = await w.run('finance.invoiceShipments', { shipmentIds: [packed.shipmentId] })
  assert.equal(billed.invoices[0].outcome, 'issued')
  const [books] = await w.sql<Record<string, number>>(
    `select (select sum(on_hand)::int8 from stock_pool where company_id = $1) as on_hand,
            (select sum(allocated)::int8 from stock_pool where company_id = $1) as allocated,
            (select sum(shipped)::int8 from demand_line where company_id = $1) as shipped,
            (select sum(backordered)::int8 from demand_line where company_id = $1) as backordered`,
    w.company,
  )
  assert.deepEqual(books, { onHand: ITEMS * 10 - owed, allocated: 0, shipped: owed, backordered: short })
  const broken = (await check(owner, invariantsOf(modules), { company: w.company })).filter((c) => c.differing > 0)
  assert.deepEqual(broken, [])
})
