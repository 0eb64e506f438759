import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { refused } from '../../../../test/refused.ts'
import { type Company, dayFromNow, type House, openCompany, openHouse } from '../testKit.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const placeOf = async (c: Company, kind: string): Promise<string> =>
  (
    await c.rows(
      (sql) => sql<{ id: string }[]>`
        select id from location where company_id = ${c.company} and site_id = ${c.site} and kind = ${kind} limit 1`,
    )
  )[0]!.id
const pools = (c: Company) =>
  c.rows(
    (sql) => sql<{ status: string; onHand: number; allocated: number }[]>`
      select status, on_hand, allocated from stock_pool where company_id = ${c.company} and on_hand > 0 order by status`,
  )
const confirmed = async (c: Company, uomQty: number): Promise<string> => {
  const lines = [{ itemId: c.item.get('TEA'), uom: 'EA', uomQty }]
  const { id } = await c.run('sales.createOrder', { partyId: c.customer, siteId: c.site, lines })
  await c.run('sales.confirm', { orderId: id })
  return id
}

test('damaged goods leave what may be sold: promises on them move to supply, and what is good again goes to who waits', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.stock('TEA', 'A-01', 10)
  const itemId = c.item.get('TEA')!
  const locationId = c.bin.get('A-01')!
  const supply = { siteId: c.site, itemId, kind: 'purchase', reference: 'PO-1', dueOn: dayFromNow(9), expected: 5 }
  await c.run('promise.saveSupplies', { supplies: [supply] })
  const orderId = await confirmed(c, 8)
  const change = (toStatus: string, qty: number, more: object = {}) =>
    c.run('warehouse.changeStatus', { locationId, itemId, qty, toStatus, reason: 'inspection', ...more })
  await change('damaged', 6)
  assert.deepEqual(await pools(c), [
    { status: 'available', onHand: 4, allocated: 0 },
    { status: 'damaged', onHand: 6, allocated: 0 },
  ])
  const split = async () =>
    c.rows(
      (sql) => sql<{ supply: boolean; qty: number }[]>`
        select supply_id is not null as supply, sum(qty)::int8 as qty
          from promise
         where company_id = ${c.company} and qty > 0
         group by 1
         order by 1`,
    )
  assert.deepEqual(await split(), [
    { supply: false, qty: 4 },
    { supply: true, qty: 4 },
  ])
  await change('available', 3, { status: 'damaged', reason: 'repaired' })
  assert.deepEqual(await split(), [
    { supply: false, qty: 7 },
    { supply: true, qty: 1 },
  ])
  const { lines } = await c.run('sales.release', { orderId })
  assert.deepEqual([lines[0].allocated, lines[0].waiting], [7, 1])
  await change('available', 3, { status: 'damaged', reason: 'repaired' })
  const line = await c.line(orderId)
  assert.deepEqual([line.allocated, line.promised, line.backordered], [8, 0, 0])
  assert.deepEqual(await house.broken(c.company), [])
})

test('what is allocated or claimed by a task keeps its status, and who holds it is named', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.stock('TEA', 'A-01', 10)
  await c.stock('TEA', 'B-12', 10)
  const itemId = c.item.get('TEA')!
  const order = await c.order([{ sku: 'TEA', qty: 12 }])
  const change = (bin: string, qty: number) =>
    c.run('warehouse.changeStatus', {
      locationId: c.bin.get(bin),
      itemId,
      qty,
      toStatus: 'hold',
      reason: 'inspection',
    })
  await assert.rejects(change('A-01', 9), refused('below_allocated', `${order.number} (12)`))
  await c.wave([order.id])
  // The walk takes 10 of A-01 and 2 of B-12: of the eight free ones none is left in A-01.
  await assert.rejects(change('A-01', 1), refused('below_allocated', `${order.number} (10)`))
  await change('B-12', 8)
  assert.deepEqual(await pools(c), [
    { status: 'available', onHand: 12, allocated: 12 },
    { status: 'hold', onHand: 8, allocated: 0 },
  ])
  const claimed = c.run('warehouse.move', {
    itemId,
    fromLocationId: c.bin.get('A-01'),
    toLocationId: c.bin.get('C-03'),
    qty: 1,
  })
  await assert.rejects(claimed, refused('claimed', order.number))
  assert.deepEqual(await house.broken(c.company), [])
})

test('a status changes with a reason the company offers, to another status, and good stock never in the quarantine', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.stock('TEA', 'A-01', 10)
  const quarantine = await placeOf(c, 'quarantine')
  const meant = { locationId: c.bin.get('A-01'), itemId: c.item.get('TEA'), qty: 4 }
  const change = (more: object) =>
    c.run('warehouse.changeStatus', { ...meant, toStatus: 'quarantine', reason: 'inspection', ...more })
  await assert.rejects(change({ reason: 'because' }), refused('unknown_reason', 'inspection'))
  await assert.rejects(change({ toStatus: 'available' }), refused('same_status'))
  await assert.rejects(change({ qty: 11 }), refused('below_allocated'))
  await assert.rejects(change({ locationId: await placeOf(c, 'stage') }), refused('wrong_location'))
  await change({ toLocationId: quarantine })
  const back = { locationId: quarantine, status: 'quarantine', toStatus: 'available', reason: 'passed' }
  await assert.rejects(change(back), refused('wrong_location', 'quarantine'))
  await change({ ...back, toLocationId: c.bin.get('B-12'), qty: 1 })
  const [tea] = (await c.run('stock.levels', {})).rows
  assert.deepEqual([tea.onHand, tea.available], [10, 7])
  assert.deepEqual(await house.broken(c.company), [])
})

test('scrapped goods leave for the scrap with their reason, from a status nobody sells as well', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.stock('TEA', 'A-01', 10)
  const meant = { locationId: c.bin.get('A-01'), itemId: c.item.get('TEA') }
  await c.run('warehouse.changeStatus', { ...meant, qty: 3, toStatus: 'damaged', reason: 'damaged' })
  await assert.rejects(c.run('warehouse.scrap', { ...meant, qty: 3, reason: 'lost' }), refused('unknown_reason'))
  await c.run('warehouse.scrap', { ...meant, qty: 3, status: 'damaged', reason: 'damaged' })
  await c.run('warehouse.scrap', { ...meant, qty: 2, reason: 'expired' })
  const moves = await c.rows(
    (sql) => sql`
      select place.kind, move.qty, move.reason, move.from_status
        from stock_move move
        join location place on place.company_id = move.company_id and place.id = move.to_location_id
       where move.company_id = ${c.company} and move.cause_kind = 'scrap'
       order by move.id`,
  )
  assert.deepEqual(moves, [
    { kind: 'scrap', qty: 3, reason: 'damaged', fromStatus: 'damaged' },
    { kind: 'scrap', qty: 2, reason: 'expired', fromStatus: 'available' },
  ])
  assert.deepEqual(await pools(c), [{ status: 'available', onHand: 5, allocated: 0 }])
  assert.deepEqual(await house.broken(c.company), [])
})

test('reason codes are the company’s own: renamed, added, no longer offered', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.stock('TEA', 'A-01', 10)
  const { reasons } = await c.run('stock.reasons', { kind: 'scrap' })
  assert.equal(reasons.length, 5)
  await c.run('stock.saveReasons', {
    reasons: [
      { kind: 'scrap', code: 'mice', name: 'Eaten by mice', active: true },
      { kind: 'scrap', code: 'expired', name: 'Past its day', active: false },
    ],
  })
  const scrap = (reason: string) =>
    c.run('warehouse.scrap', { locationId: c.bin.get('A-01'), itemId: c.item.get('TEA'), qty: 1, reason })
  await scrap('mice')
  await assert.rejects(scrap('expired'), refused('unknown_reason', 'mice'))
})
