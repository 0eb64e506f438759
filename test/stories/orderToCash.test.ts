import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { newWorld } from '../world.ts'

test('an order goes from entry to paid invoice, and every figure agrees on the way', async () => {
  const w = await newWorld()
  after(() => w.kernel.close())
  const order = await w.order([
    [0, 24],
    [1, 5],
  ])
  assert.deepEqual([order.net, order.tax, order.gross], [29_000, 5_800, 34_800])
  const confirmed = await w.run('sales.confirm', { orderId: order.id })
  assert.equal(confirmed.promisedOn, '2026-11-24', 'entered Monday before the cut-off, a day on the way')
  const released = await w.run('sales.release', { orderId: order.id })
  assert.equal(released.outcome, 'released')
  assert.deepEqual(
    released.lines.map((l: { allocated: number }) => l.allocated),
    [24, 5],
  )
  const wave = await w.run('warehouse.createWave', { siteId: w.siteId })
  const { tasks } = await w.run('warehouse.pickList', { siteId: w.siteId, waveId: wave.id })
  for (const task of tasks) await w.run('warehouse.pick', { taskId: task.id, qty: task.qty })
  const packed = await w.run('warehouse.pack', { orderId: order.id })
  await w.run('warehouse.ship', { shipmentId: packed.shipmentId })
  await w.run('finance.invoiceShipments', { shipmentIds: [packed.shipmentId] })
  const page = await w.run('sales.order', { orderId: order.id })
  assert.equal(page.status, 'invoiced')
  const invoice = page.documents.find((d: { kind: string }) => d.kind === 'invoice')
  assert.equal(invoice.amountMinor, 34_800)
  assert.deepEqual(
    [page.credit.openOrdersMinor, page.credit.unbilledMinor, page.credit.receivablesMinor],
    [0, 0, 34_800],
  )
  await w.run('finance.recordPayment', {
    customerId: w.partyIds[0],
    on: '2026-11-23',
    amountMinor: 34_800,
    currency: 'GBP',
    method: 'bank',
    reference: 'BACS 1',
    applyTo: [{ invoiceId: invoice.id, amountMinor: 34_800 }],
  })
  const paid = await w.run('sales.order', { orderId: order.id })
  assert.equal(paid.status, 'paid')
  assert.equal(paid.credit.exposureMinor, 0)
  const item = await w.run('stock.item', { itemId: w.itemIds[0] })
  assert.equal(item.pools[0].onHand, 976)
  const moves = await w.run('stock.moves', { itemId: w.itemIds[0] })
  assert.equal(moves.onHand, 976)
  assert.equal(moves.rows[0].after, 976)
})
