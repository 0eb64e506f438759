import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { refused } from '../../../../test/refused.ts'
import { type Company, dayFromNow, type House, openCompany, openHouse } from '../../warehouse/testKit.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const packedOrder = async (c: Company, lines: { sku: string; qty: number }[]) => {
  const order = await c.order(lines)
  const wave = await c.wave([order.id])
  await c.pickAll(wave.id)
  const { shipmentId } = await c.run('warehouse.pack', { orderId: order.id })
  return { ...order, shipmentId }
}
const standing = async (c: Company) =>
  (
    await c.rows(
      (sql) => sql<{ place: string; lot: string | null; qty: number }[]>`
        select place.code as place, lot.code as lot, bin.on_hand as qty
          from stock_balance bin
          join location place on place.company_id = bin.company_id and place.id = bin.location_id
          left join lot on lot.company_id = bin.company_id and lot.id = bin.lot_id
         where bin.company_id = ${c.company} and bin.on_hand > 0
         order by place.code, lot.code`,
    )
  ).map((row) => [row.place, row.lot, row.qty])

test('packed goods of a recalled lot are put into the quarantine; the order gets another lot and ships, the rest of the shipment with it', async () => {
  const c = await openCompany(house, {
    items: [{ sku: 'JAM', tracking: 'lot', shelfLifeDays: 365 }, { sku: 'TEA' }],
  })
  await c.stock('JAM', 'A-01', 10, { lotCode: 'BAD', expiresOn: dayFromNow(50) })
  await c.stock('JAM', 'B-12', 10, { lotCode: 'GOOD', expiresOn: dayFromNow(200) })
  await c.stock('TEA', 'C-03', 5)
  const order = await packedOrder(c, [
    { sku: 'JAM', qty: 4 },
    { sku: 'TEA', qty: 2 },
  ])
  const alone = await packedOrder(c, [{ sku: 'JAM', qty: 3 }])
  const found = await c.run('trace.find', { text: 'BAD' })
  const lotId = found.rows[0].id
  await c.run('trace.openRecall', { reason: 'glass in jars', lotIds: [lotId] })
  await assert.rejects(c.run('warehouse.ship', { shipmentId: order.shipmentId }), refused('lot_on_hold'))

  const back = await c.run('warehouse.putBack', { orderId: order.id, lotId, reason: 'recall' })
  assert.deepEqual([back.qty, back.shipments.length], [4, 1])
  const { qty } = await c.run('warehouse.putBack', { orderId: alone.id, reason: 'recall' })
  assert.equal(qty, 3)
  await assert.rejects(
    c.run('warehouse.putBack', { orderId: alone.id, reason: 'recall' }),
    refused('nothing_to_put_back'),
  )
  const quarantined = (await standing(c)).filter(([place]) => place === 'QUARANTINE')
  assert.deepEqual(quarantined, [['QUARANTINE', 'BAD', 7]])
  assert.deepEqual(await house.broken(c.company), [])
  // The tea is still packed and leaves; the shipment that held nothing but bad jam is gone.
  await c.run('warehouse.ship', { shipmentId: order.shipmentId })
  await assert.rejects(c.run('warehouse.ship', { shipmentId: alone.shipmentId }), refused('not_found'))
  for (const { id } of [order, alone]) {
    const wave = await c.wave([id])
    await c.pickAll(wave.id)
    const { shipmentId } = await c.run('warehouse.pack', { orderId: id })
    await c.run('warehouse.ship', { shipmentId })
  }
  assert.deepEqual(await standing(c), [
    ['A-01', 'BAD', 3],
    ['B-12', 'GOOD', 3],
    ['C-03', null, 3],
    ['QUARANTINE', 'BAD', 7],
  ])
  assert.deepEqual(await house.broken(c.company), [])
})

test('what was picked by mistake goes back into its bin, and the same order may be picked again', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.stock('TEA', 'A-01', 9)
  const order = await c.order([{ sku: 'TEA', qty: 6 }])
  const wave = await c.wave([order.id])
  const [task] = await c.openTasks(wave.id)
  await c.run('warehouse.pick', { taskId: task!.id, qty: 2, shortQty: 0 })
  const back = { orderId: order.id, locationId: c.bin.get('A-01'), reason: 'wrong order' }
  assert.deepEqual(await c.run('warehouse.putBack', back), { qty: 2, shipments: [] })
  assert.deepEqual(await standing(c), [['A-01', null, 9]])
  const line = await c.line(order.id)
  assert.deepEqual([line.allocated, line.shipped, line.backordered], [6, 0, 0])
  assert.deepEqual(await house.broken(c.company), [])
  await c.pickAll(wave.id)
  const again = await c.wave([order.id])
  await c.pickAll(again.id)
  const { shipmentId, qty } = await c.run('warehouse.pack', { orderId: order.id })
  assert.equal(qty, 6)
  await c.run('warehouse.ship', { shipmentId })
  assert.deepEqual(await house.broken(c.company), [])
})
