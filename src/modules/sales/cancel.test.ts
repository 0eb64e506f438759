import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { newNode, newWorld } from '../../../test/world.ts'
import { Refusal } from '../../core/refusal.ts'

const ROUNDS = 25

test('a cancellation and a wave at the same moment on two nodes: either the order is cancelled or it is picked, never both', async () => {
  const w = await newWorld({ items: 2, stock: 10_000, customers: 1 })
  const other = await newNode({ clock: w.clock })
  after(() => Promise.all([w.kernel.close(), other.kernel.close()]))
  const outcome = (asked: Promise<unknown>): Promise<string> =>
    asked.then(
      () => 'done',
      (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
    )
  const seen = new Set<string>()
  for (let round = 0; round < ROUNDS; round += 1) {
    const order = await w.order([
      [0, 3],
      [1, 2],
    ])
    await w.run('sales.confirm', { orderId: order.id })
    await w.run('sales.release', { orderId: order.id })
    const wave = () => w.run('warehouse.createWave', { siteId: w.siteId, orderIds: [order.id] })
    const cancel = () =>
      other.kernel.runner.run(w.actor, 'sales.cancel', { orderId: order.id, reason: 'changed their mind' })
    const [waved, cancelled] = await Promise.all([outcome(wave()), outcome(cancel())])
    seen.add(`${waved} ${cancelled}`)
    const [row] = await w.sql<{ state: string; open: number; cancelled: number }>(
      `select o.state, (select count(*)::int8 from task where task.company_id = $1 and task.order_id = o.id and task.ended_at is null) as open,
              (select sum(cancelled)::int8 from demand_line d where d.company_id = $1 and d.ref_id = o.id) as cancelled
         from sales_order o where o.company_id = $1 and o.id = $2`,
      w.company,
      order.id,
    )
    if (cancelled === 'done')
      assert.deepEqual([waved, row], ['nothing_to_pick', { state: 'cancelled', open: 0, cancelled: 5 }])
    else
      assert.deepEqual([waved, cancelled, row], ['done', 'being_picked', { state: 'confirmed', open: 2, cancelled: 0 }])
  }
  assert.ok(seen.size > 0)
})
