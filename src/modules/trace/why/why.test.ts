import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Company, dayFromNow, type House, openCompany, openHouse } from '../../warehouse/testKit.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const why = async (c: Company, of: string, more: object = {}) => {
  const told = await c.run('trace.why', { itemId: c.item.get('TEA'), of, ...more })
  assert.equal(told.difference, 0, `${of}: the pieces are the number`)
  const pieces = told.pieces.map((p: Record<string, unknown>) => [p.kind, p.word, p.qty])
  return { number: told.number, pieces }
}

test('every number of an item is explained by pieces that sum to it: moves, allocations, counts, promises, supplies', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  const itemId = c.item.get('TEA')
  await c.stock('TEA', 'A-01', 40)
  await c.stock('TEA', 'B-12', 12)
  await c.run('warehouse.adjust', { itemId, locationId: c.bin.get('A-01'), qty: -2, reason: 'damaged' })
  const gone = await c.order([{ sku: 'TEA', qty: 7 }])
  const wave = await c.wave([gone.id])
  await c.pickAll(wave.id)
  const { shipmentId } = await c.run('warehouse.pack', { orderId: gone.id })
  await c.run('warehouse.ship', { shipmentId })
  const kept = await c.order([{ sku: 'TEA', qty: 6 }])
  const promised = await c.run('sales.createOrder', {
    partyId: c.customer,
    siteId: c.site,
    lines: [{ itemId, uom: 'EA', uomQty: 9 }],
  })
  await c.run('sales.confirm', { orderId: promised.id })
  await c.run('promise.saveSupplies', {
    supplies: [{ siteId: c.site, itemId, kind: 'purchase', reference: 'PO-7', dueOn: dayFromNow(5), expected: 30 }],
  })
  assert.deepEqual(await why(c, 'onHand'), {
    number: 43,
    pieces: [
      ['move', 'shipped', -7],
      ['move', 'damaged', -2],
      ['move', 'received', 12],
      ['move', 'received', 40],
      ['before', 'before', 0],
    ],
  })
  assert.deepEqual(await why(c, 'onHand', { siteId: c.site, locationId: c.bin.get('B-12') }), {
    number: 12,
    pieces: [
      ['move', 'received', 12],
      ['before', 'before', 0],
    ],
  })
  assert.deepEqual(await why(c, 'allocated'), { number: 6, pieces: [['allocation', 'allocated', 6]] })
  assert.deepEqual(await why(c, 'promised'), { number: 9, pieces: [['promise', 'promised', 9]] })
  assert.deepEqual(await why(c, 'inbound', { siteId: c.site }), { number: 30, pieces: [['supply', 'purchase', 30]] })
  // A picker finds two of six: the four are held until they are counted.
  await c.wave([kept.id])
  const [task] = await c.openTasks()
  await c.run('warehouse.pick', { taskId: task!.id, qty: 2, shortQty: 4 })
  assert.deepEqual(await why(c, 'held'), {
    number: 4,
    pieces: [['count', 'not found by a picker, to be counted', 4]],
  })
  const { at } = (await c.run('trace.why', { itemId, of: 'onHand' })).pieces[2]
  const then = await why(c, 'onHand', { at })
  assert.deepEqual([then.number, then.pieces.length], [52, 3])
})

test('projected stock goes down as orders leave and up as supply is due, and says when nothing is left and when it is too much', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  const itemId = c.item.get('TEA')
  await c.stock('TEA', 'A-01', 20)
  await c.run('stock.saveItemSites', {
    rules: [{ siteId: c.site, itemId, abc: 'A', reorderPoint: 5, maxQty: 50, packQty: 1 }],
  })
  const order = async (uomQty: number, requestedOn: string) => {
    const lines = [{ itemId, uom: 'EA', uomQty }]
    const { id } = await c.run('sales.createOrder', { partyId: c.customer, siteId: c.site, requestedOn, lines })
    await c.run('sales.confirm', { orderId: id })
  }
  await order(12, dayFromNow(10))
  await order(8, dayFromNow(20))
  await c.run('promise.saveSupplies', {
    supplies: [{ siteId: c.site, itemId, kind: 'purchase', reference: 'PO-8', dueOn: dayFromNow(40), expected: 60 }],
  })
  const { sites } = await c.run('stock.projected', { itemId })
  assert.equal(sites.length, 1)
  const [site] = sites
  const levels = site.points.map((p: Record<string, number>) => [p.supply, p.demand, p.level])
  assert.deepEqual(levels, [
    [0, 0, 20],
    [0, 12, 8],
    [0, 8, 0],
    [60, 0, 60],
  ])
  assert.deepEqual(
    [site.outOn, site.shortOn, site.overOn],
    [site.points[2].on, null, dayFromNow(40)],
    'out when the second order leaves, too much when the supply comes',
  )
  await order(5, dayFromNow(20))
  const [later] = (await c.run('stock.projected', { itemId, siteId: c.site })).sites
  assert.deepEqual(
    later.points.map((p: { level: number }) => p.level).at(-1),
    55,
    'what nothing covers yet is wanted all the same',
  )
})
