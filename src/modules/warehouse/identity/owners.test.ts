import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { refused } from '../../../../test/refused.ts'
import { type Company, dayFromNow, type House, openCompany, openHouse } from '../testKit.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const supplierOf = async (c: Company): Promise<string> =>
  (
    await c.run('parties.saveParties', {
      parties: [{ code: 'SUP', name: 'Sunrise Teas', isSupplier: true, currency: 'GBP', country: 'GB' }],
    })
  ).parties[0].id
const consignor = async (c: Company): Promise<string> => {
  const partyId = await supplierOf(c)
  await c.run('stock.saveOwners', { owners: [{ partyId, kind: 'consigned' }] })
  return partyId
}
const receive = (c: Company, sku: string, qty: number, ownerId?: string, more: object = {}) =>
  c.run('warehouse.receive', {
    siteId: c.site,
    lines: [
      {
        itemId: c.item.get(sku),
        qty,
        locationId: c.bin.get('A-01'),
        ...(ownerId === undefined ? {} : { ownerId }),
        ...more,
      },
    ],
  })
const pools = (c: Company) =>
  c.rows(
    (sql) => sql<{ owner: string; onHand: number; allocated: number }[]>`
      select coalesce(party.code, 'own') as owner, sum(pool.on_hand)::int8 as on_hand, sum(pool.allocated)::int8 as allocated
        from stock_pool pool
        left join party on party.company_id = pool.company_id and party.id = pool.owner_id
       where pool.company_id = ${c.company} and pool.on_hand > 0
       group by 1
       order by 1`,
  )
const send = async (c: Company, orderId: string) => {
  await c.wave([orderId])
  await c.pickAll()
  const { shipmentId } = await c.run('warehouse.pack', { orderId })
  await c.run('warehouse.ship', { shipmentId })
}
const consumed = async (c: Company) =>
  (await c.run('stock.consumption', { from: dayFromNow(-1), to: dayFromNow(1) })).rows.map(
    (row: { owner: string; sku: string; shipped: number; lost: number; owed: number; valueMicro: number }) => [
      row.owner,
      row.sku,
      row.shipped,
      row.lost,
      row.owed,
      row.valueMicro,
    ],
  )

test('whose goods they may be is said first, and stays while any of them are here', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  const supplier = await supplierOf(c)
  await assert.rejects(receive(c, 'TEA', 5, supplier), refused('not_an_owner'))
  const save = (partyId: string, kind: string) => c.run('stock.saveOwners', { owners: [{ partyId, kind }] })
  await assert.rejects(save(supplier, 'customer'), refused('not_an_owner', 'Sunrise Teas'))
  await assert.rejects(save(c.customer, 'consigned'), refused('not_an_owner'))
  await c.run('parties.saveParties', { parties: [{ code: 'SUP', isCustomer: true }] })
  await save(supplier, 'consigned')
  await receive(c, 'TEA', 5, supplier)
  await assert.rejects(save(supplier, 'customer'), refused('owner_has_stock'))
  const { owners } = await c.run('stock.owners', {})
  assert.deepEqual(owners, [{ partyId: supplier, name: 'Sunrise Teas', kind: 'consigned', items: 1, onHand: 5 }])
})

test('consigned goods are sold after our own, become ours as they leave, and what we owe is told', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  const supplier = await consignor(c)
  await receive(c, 'TEA', 6)
  await receive(c, 'TEA', 10, supplier)
  const [tea] = (await c.run('stock.levels', {})).rows
  assert.deepEqual([tea.onHand, tea.ofOthers, tea.available, tea.valueMicro], [16, 10, 16, 24_000_000])
  const order = await c.order([{ sku: 'TEA', qty: 9 }])
  assert.deepEqual(await pools(c), [
    { owner: 'SUP', onHand: 10, allocated: 3 },
    { owner: 'own', onHand: 6, allocated: 6 },
  ])
  await send(c, order.id)
  assert.deepEqual(await pools(c), [{ owner: 'SUP', onHand: 7, allocated: 0 }])
  assert.deepEqual(await consumed(c), [['Sunrise Teas', 'TEA', 3, 0, 3, 12_000_000]])
  const ways = await c.rows(
    (sql) => sql<{ cause: string; qty: number; before: boolean; after: boolean; stays: boolean }[]>`
      select cause_kind as cause, qty, owner_id = ${supplier} as before, to_owner_id = ${supplier} as after, from_location_id = to_location_id as stays
        from stock_move
       where company_id = ${c.company} and cause_kind in ('consumption', 'shipment')
       order by id`,
  )
  assert.deepEqual(
    ways.filter((way) => way.cause === 'consumption'),
    [{ cause: 'consumption', qty: 3, before: true, after: false, stays: true }],
  )
  assert.deepEqual(
    ways
      .filter((way) => way.cause === 'shipment')
      .map((way) => [way.qty, way.before])
      .sort(),
    [
      [3, false],
      [6, false],
    ],
  )
  // What is lost of theirs in our house is owed as well; what turns up is not.
  const adjust = (qty: number, reason: string) =>
    c.run('warehouse.adjust', {
      itemId: c.item.get('TEA'),
      ...{ locationId: c.bin.get('A-01'), ownerId: supplier, qty, reason },
    })
  await adjust(-2, 'lost')
  await adjust(1, 'found')
  await c.run('warehouse.scrap', {
    itemId: c.item.get('TEA'),
    ...{ locationId: c.bin.get('A-01'), ownerId: supplier, qty: 1, reason: 'damaged' },
  })
  assert.deepEqual(await consumed(c), [['Sunrise Teas', 'TEA', 3, 2, 5, 20_000_000]])
  assert.deepEqual(await house.broken(c.company), [])
})

test('an item may say that consigned goods leave first; a day of expiry still goes before whose they are', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }, { sku: 'MILK', tracking: 'lot', shelfLifeDays: 30 }] })
  const supplier = await consignor(c)
  await c.run('catalog.saveItems', { items: [{ sku: 'TEA', consignedFirst: true }] })
  await receive(c, 'TEA', 6)
  await receive(c, 'TEA', 10, supplier)
  await c.order([{ sku: 'TEA', qty: 9 }])
  assert.deepEqual(await pools(c), [
    { owner: 'SUP', onHand: 10, allocated: 9 },
    { owner: 'own', onHand: 6, allocated: 0 },
  ])
  await receive(c, 'MILK', 4, undefined, { lotCode: 'LATE', expiresOn: dayFromNow(20) })
  await receive(c, 'MILK', 4, supplier, { lotCode: 'SOON', expiresOn: dayFromNow(10) })
  await c.order([{ sku: 'MILK', qty: 5 }])
  const lots = await c.rows(
    (sql) => sql<{ code: string; qty: number }[]>`
      select lot.code, allocation.qty
        from allocation
        join lot on lot.company_id = allocation.company_id and lot.id = allocation.lot_id
       where allocation.company_id = ${c.company}
       order by lot.code desc`,
  )
  assert.deepEqual(lots, [
    { code: 'SOON', qty: 4 },
    { code: 'LATE', qty: 1 },
  ])
  assert.deepEqual(await house.broken(c.company), [])
})

test('what a customer stores with us is offered to nobody, and goes to their own orders for nothing', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  const own = { partyId: c.customer, siteId: c.site, goods: 'theirs' }
  const enter = (uomQty: number, more: object = {}) =>
    c.run('sales.createOrder', { ...own, lines: [{ itemId: c.item.get('TEA'), uom: 'EA', uomQty }], ...more })
  await assert.rejects(enter(1), refused('not_stored', 'Customer C1'))
  await c.run('stock.saveOwners', { owners: [{ partyId: c.customer, kind: 'customer' }] })
  await receive(c, 'TEA', 8, c.customer)
  const [tea] = (await c.run('stock.levels', {})).rows
  assert.deepEqual([tea.onHand, tea.ofOthers, tea.available, tea.valueMicro], [8, 8, 0, 0])
  const available = async () =>
    (await c.run('promise.availability', { siteId: c.site, itemIds: [c.item.get('TEA')] })).rows[0].availableNow
  assert.equal(await available(), 0)
  // Another customer, and the same one buying ours, get none of it.
  const stranger = await c.customerOf('C2')
  for (const buyer of [stranger, c.customer]) {
    const bought = await c.order([{ sku: 'TEA', qty: 2 }], buyer)
    assert.deepEqual([bought.released.lines[0]!.allocated, bought.gross], [0, 2_400])
  }
  const order = await enter(5)
  assert.deepEqual([order.net, order.gross], [0, 0])
  const confirmed = await c.run('sales.confirm', { orderId: order.id })
  assert.deepEqual([confirmed.lines[0].backordered, confirmed.lines[0].promises.length], [0, 1])
  assert.notEqual(confirmed.promisedOn, null)
  const second = await enter(6)
  const short = await c.run('sales.confirm', { orderId: second.id })
  assert.deepEqual([short.lines[0].backordered, short.promisedOn], [3, null])
  await c.run('sales.release', { orderId: order.id })
  await send(c, order.id)
  assert.deepEqual(await pools(c), [{ owner: 'C1', onHand: 3, allocated: 3 }])
  // More of theirs comes: their waiting order has it, nobody else; ours goes to those who buy.
  const { filled } = await receive(c, 'TEA', 4, c.customer)
  assert.deepEqual(
    filled.map((line: { orderId: string; qty: number }) => [line.orderId === second.id, line.qty]),
    [[true, 3]],
  )
  assert.notEqual((await c.run('sales.order', { orderId: second.id })).promisedOn, null)
  await receive(c, 'TEA', 3)
  assert.deepEqual(await pools(c), [
    { owner: 'C1', onHand: 7, allocated: 6 },
    { owner: 'own', onHand: 3, allocated: 3 },
  ])
  assert.deepEqual(await consumed(c), [])
  await c.run('sales.cancel', { orderId: second.id, reason: 'changed their mind' })
  assert.equal((await pools(c))[0]!.allocated, 0)
  assert.deepEqual(await house.broken(c.company), [])
})

test('a customer’s own goods go by their own lots, whatever earlier lot of ours lies there', async () => {
  const c = await openCompany(house, { items: [{ sku: 'MILK', tracking: 'lot', shelfLifeDays: 30 }] })
  await c.run('stock.saveOwners', { owners: [{ partyId: c.customer, kind: 'customer' }] })
  await receive(c, 'MILK', 5, undefined, { lotCode: 'OURS', expiresOn: dayFromNow(5) })
  await receive(c, 'MILK', 5, c.customer, { lotCode: 'LATE', expiresOn: dayFromNow(20) })
  await receive(c, 'MILK', 5, c.customer, { lotCode: 'SOON', expiresOn: dayFromNow(12) })
  const lines = [{ itemId: c.item.get('MILK'), uom: 'EA', uomQty: 7 }]
  const order = await c.run('sales.createOrder', { partyId: c.customer, siteId: c.site, goods: 'theirs', lines })
  await c.run('sales.confirm', { orderId: order.id })
  const lots = await c.rows(
    (sql) => sql<{ code: string; qty: number }[]>`
      select lot.code, allocation.qty
        from allocation
        join lot on lot.company_id = allocation.company_id and lot.id = allocation.lot_id
       where allocation.company_id = ${c.company}
       order by lot.code desc`,
  )
  assert.deepEqual(lots, [
    { code: 'SOON', qty: 5 },
    { code: 'LATE', qty: 2 },
  ])
  // A lot of theirs on hold: the order has the other, and this one again when it is let go.
  const [{ id: lotId } = { id: '' }] = await c.rows(
    (sql) => sql<{ id: string }[]>`select id from lot where company_id = ${c.company} and code = 'SOON'`,
  )
  await c.run('warehouse.holdLot', { lotId, reason: 'doubt' })
  assert.deepEqual([(await c.line(order.id)).allocated, (await c.line(order.id)).backordered], [5, 2])
  await c.run('warehouse.releaseLot', { lotId, reason: 'all is well' })
  assert.deepEqual([(await c.line(order.id)).allocated, (await c.line(order.id)).backordered], [7, 0])
  assert.deepEqual(await house.broken(c.company), [])
})

test('goods that a customer stores and that are good again go to their waiting order', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.run('stock.saveOwners', { owners: [{ partyId: c.customer, kind: 'customer' }] })
  await receive(c, 'TEA', 5, c.customer, { status: 'quarantine' })
  const lines = [{ itemId: c.item.get('TEA'), uom: 'EA', uomQty: 4 }]
  const order = await c.run('sales.createOrder', { partyId: c.customer, siteId: c.site, goods: 'theirs', lines })
  await c.run('sales.confirm', { orderId: order.id })
  assert.equal((await c.line(order.id)).backordered, 4)
  const meant = { itemId: c.item.get('TEA'), locationId: c.bin.get('A-01'), ownerId: c.customer }
  await c.run('warehouse.changeStatus', {
    ...meant,
    ...{ status: 'quarantine', qty: 5, toStatus: 'available', reason: 'passed' },
  })
  assert.deepEqual([(await c.line(order.id)).allocated, (await c.line(order.id)).backordered], [4, 0])
  await assert.rejects(
    c.run('warehouse.changeStatus', { ...meant, qty: 2, toStatus: 'hold', reason: 'inspection' }),
    refused('below_allocated', order.number),
  )
  assert.deepEqual(await house.broken(c.company), [])
})

test('what an order of stored goods gives back goes to the next one; a split line is dated by what it has', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.run('stock.saveOwners', { owners: [{ partyId: c.customer, kind: 'customer' }] })
  await receive(c, 'TEA', 10, c.customer)
  const order = async (uomQty: number): Promise<string> => {
    const lines = [{ itemId: c.item.get('TEA'), uom: 'EA', uomQty }]
    const { id } = await c.run('sales.createOrder', { partyId: c.customer, siteId: c.site, goods: 'theirs', lines })
    await c.run('sales.confirm', { orderId: id })
    return id
  }
  const first = await order(9)
  const second = await order(4)
  const stands = async (id: string) => {
    const { allocated, backordered } = await c.line(id)
    return [allocated, backordered, (await c.run('sales.order', { orderId: id })).promisedOn !== null]
  }
  assert.deepEqual(
    [await stands(first), await stands(second)],
    [
      [9, 0, true],
      [1, 3, false],
    ],
  )
  const [{ id: lineId } = { id: '' }] = (await c.run('sales.order', { orderId: first })).lines
  const split = (await c.run('sales.order', { orderId: second })).lines[0].id
  const { lineId: rest } = await c.run('sales.splitLine', { orderId: second, lineId: split, uomQty: 3 })
  const dates = async () =>
    (await c.run('sales.order', { orderId: second })).lines.map((line: { id: string; promisedOn: string | null }) => [
      line.id === rest,
      line.promisedOn !== null,
    ])
  assert.deepEqual(await dates(), [
    [false, true],
    [true, false],
  ])
  await c.run('sales.cancelLines', { orderId: first, reason: 'fewer', lines: [{ lineId, qty: 2 }] })
  assert.deepEqual(await pools(c), [{ owner: 'C1', onHand: 10, allocated: 10 }])
  await c.run('sales.cancel', { orderId: first, reason: 'none at all' })
  assert.deepEqual(await pools(c), [{ owner: 'C1', onHand: 10, allocated: 4 }])
  assert.deepEqual(await dates(), [
    [false, true],
    [true, true],
  ])
  assert.deepEqual(await house.broken(c.company), [])
})
