import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { refused } from '../../../../test/refused.ts'
import { type Company, dayFromNow, type House, openCompany, openHouse } from '../../warehouse/testKit.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const supplyOf = (c: Company, over: object = {}) => ({
  siteId: c.site,
  itemId: c.item.get('TEA'),
  kind: 'purchase',
  reference: 'PO-1',
  dueOn: dayFromNow(9),
  expected: 6,
  ...over,
})
const confirmed = async (c: Company, uomQty: number): Promise<string> => {
  const lines = [{ itemId: c.item.get('TEA'), uom: 'EA', uomQty }]
  const { id } = await c.run('sales.createOrder', { partyId: c.customer, siteId: c.site, lines })
  await c.run('sales.confirm', { orderId: id })
  return id
}
const dateOf = async (c: Company, orderId: string) =>
  (
    await c.rows(
      (sql) => sql<{ on: string | null; backordered: number }[]>`
        select latest_promise_on as on, backordered from demand_line where company_id = ${c.company} and ref_id = ${orderId}`,
    )
  )[0]!
const told = async (c: Company, orderId: string) =>
  (
    await c.rows(
      (sql) => sql`
        select 1 from outbox where company_id = ${c.company} and type = 'order.replanned' and ref_id = ${orderId}`,
    )
  ).length

test('a new supply gives the order that waits longest its date, a later day moves it, and each change is told once', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  const [first, second] = [await confirmed(c, 6), await confirmed(c, 6)]
  assert.deepEqual(await dateOf(c, first), { on: null, backordered: 6 })
  const { ids, affected } = await c.run('promise.saveSupplies', { supplies: [supplyOf(c)] })
  assert.deepEqual([affected.orders, affected.lines, affected.later], [1, 1, 0])
  const dated = await dateOf(c, first)
  assert.ok(dated.on! >= dayFromNow(9))
  assert.equal(dated.backordered, 0)
  assert.deepEqual([await told(c, first), await told(c, second)], [1, 0])

  const slipped = { supplies: [supplyOf(c, { id: ids[0], dueOn: dayFromNow(20), expected: 12 })] }
  assert.equal((await c.run('promise.saveSupplies', slipped)).affected.lines, 2)
  assert.ok((await dateOf(c, first)).on! >= dayFromNow(20))
  assert.equal((await dateOf(c, second)).backordered, 0)
  assert.deepEqual([await told(c, first), await told(c, second)], [2, 1])

  assert.equal((await c.run('promise.saveSupplies', slipped)).affected.lines, 0)
  assert.equal((await c.run('promise.replan', { siteId: c.site, itemIds: [c.item.get('TEA')] })).lines, 0)
  assert.deepEqual([await told(c, first), await told(c, second)], [2, 1], 'nothing changed, nothing is told')
  assert.deepEqual(await house.broken(c.company), [])
})

test('goods that come earlier and goods that are lost are told to the orders whose dates they change', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.run('promise.saveSupplies', { supplies: [supplyOf(c)] })
  const [first, second] = [await confirmed(c, 4), await confirmed(c, 4)]
  await c.stock('TEA', 'A-01', 5)
  assert.deepEqual([await told(c, first), await told(c, second)], [1, 1])
  await c.run('warehouse.adjust', { locationId: c.bin.get('A-01'), itemId: c.item.get('TEA'), qty: -1, reason: 'lost' })
  assert.deepEqual([await told(c, first), await told(c, second)], [1, 2])
  assert.deepEqual(await house.broken(c.company), [])
})

test('a supply keeps its site and item, and is named once in a list', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }, { sku: 'JAM' }] })
  const { ids } = await c.run('promise.saveSupplies', { supplies: [supplyOf(c)] })
  const save = (...supplies: object[]) => c.run('promise.saveSupplies', { supplies })
  await assert.rejects(save(supplyOf(c, { id: ids[0], itemId: c.item.get('JAM') })), refused('supply_fixed'))
  await assert.rejects(save(supplyOf(c, { id: ids[0] }), supplyOf(c, { id: ids[0] })), refused('named_twice'))
  await save(supplyOf(c, { id: ids[0], expected: 7 }), supplyOf(c), supplyOf(c))
})
