/**
 * Row 10: the clock is set forward and back by seconds, hours and days, over both changes of the clocks, a 29 February and
 * the end of a year, while orders go their whole way. Ids stay unique, every document is whole, every invariant holds.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { broken } from '../broken.ts'
import { newWorld, type World } from '../world.ts'

const HOUR = 3_600_000
let w: World
before(async () => {
  w = await newWorld({ at: '2026-11-23T08:00:00Z', items: 2, stock: 1_000, customers: 2 })
})
after(() => w.kernel.close())

/** Milliseconds from where the clock stands, or a moment. */
const JUMPS: readonly (number | string)[] = [
  1_000,
  -1_000,
  HOUR,
  -HOUR,
  24 * HOUR,
  -24 * HOUR,
  '2026-12-31T23:59:59.999Z',
  1,
  -2,
  '2027-03-28T00:59:59Z',
  2_000,
  -HOUR,
  '2027-10-31T00:59:59Z',
  2_000,
  -HOUR,
  '2028-02-29T12:00:00Z',
  24 * HOUR,
  -24 * HOUR,
  '2027-10-30T12:00:00Z',
]

test('orders go their whole way while the clock jumps: ids unique, documents whole, invariants kept', async () => {
  const ids: string[] = []
  const numbers: string[] = []
  const shipments: string[] = []
  let units = 0
  for (const [n, jump] of JUMPS.entries()) {
    const order = await w.order(
      [
        [0, 3],
        [1, 2],
      ],
      n % 2,
    )
    // Each step of this order stands at another clock.
    if (typeof jump === 'number') w.clock.advance(jump)
    else w.clock.set(new Date(jump))
    await w.run('sales.confirm', { orderId: order.id })
    if (typeof jump === 'number') w.clock.advance(-jump)
    assert.equal((await w.run('sales.release', { orderId: order.id })).outcome, 'released')
    if (typeof jump === 'number') w.clock.advance(jump)
    const wave = await w.run('warehouse.createWave', { siteId: w.siteId, orderIds: [order.id] })
    const { tasks } = await w.run('warehouse.pickList', { siteId: w.siteId, waveId: wave.id })
    for (const task of tasks) await w.run('warehouse.pick', { taskId: task.id, qty: task.qty })
    const { shipmentId } = await w.run('warehouse.pack', { orderId: order.id })
    await w.run('warehouse.ship', { shipmentId })
    await w.run('finance.invoiceShipments', { shipmentIds: [shipmentId] }).catch((error: { code?: string }) => {
      throw new Error(`no invoice after ${jump}: ${error.code}`, { cause: error })
    })
    units += 5
    ids.push(order.id)
    numbers.push(order.number)
    shipments.push(shipmentId)
  }
  const count = JUMPS.length
  assert.deepEqual([new Set(ids).size, new Set(numbers).size, new Set(shipments).size], [count, count, count])
  const [told] = await w.sql<Record<string, number>>(
    `select (select count(*)::int from invoice where company_id = $1) as invoices,
            (select count(distinct number)::int from invoice where company_id = $1) as numbers,
            (select sum(on_hand)::int from stock_pool where company_id = $1) as units,
            (select count(*)::int from audit_event where company_id = $1 and capability = 'warehouse.ship' and outcome = 'done') as shipped`,
    w.company,
  )
  assert.deepEqual({ ...told }, { invoices: count, numbers: count, units: 2_000 - units, shipped: count })
  assert.deepEqual(await broken(w), [])
})
