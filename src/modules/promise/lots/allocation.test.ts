import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { settableClock } from '../../../core/clock.ts'
import { type Company, type House, openCompany, openHouse } from '../../warehouse/testKit.ts'

/** A Tuesday; the site ships every day until three in the afternoon, and the way to a customer takes a day. */
const clock = settableClock(new Date('2026-12-01T08:00:00Z'))
let house: House
before(async () => {
  house = await openHouse({ clock })
})
after(() => house.close())

const wine = { sku: 'WINE', tracking: 'lot', shelfLifeDays: 900 } as const
const lots = async (c: Company, ...given: readonly (readonly [code: string, qty: number, expiresOn: string])[]) => {
  for (const [lotCode, qty, expiresOn] of given) {
    await c.stock('WINE', 'A-01', qty, { lotCode, expiresOn })
    clock.set(new Date(clock.now().getTime() + 1_000))
  }
}
const got = async (c: Company, orderId: string) =>
  (
    await c.rows(
      (sql) => sql<{ lot: string; qty: number }[]>`
        select lot.code as lot, (taken.qty - taken.dropped)::int8 as qty
          from allocation taken
          join demand_line line on line.company_id = taken.company_id and line.id = taken.demand_line_id
          join lot on lot.company_id = taken.company_id and lot.id = taken.lot_id
         where taken.company_id = ${c.company} and line.ref_id = ${orderId} and taken.qty > taken.dropped
         order by taken.id`,
    )
  ).map(({ lot, qty }) => `${lot}×${qty}`)
const ordered = async (c: Company, qty: number, party = c.customer) =>
  got(c, (await c.order([{ sku: 'WINE', qty }], party)).id)
const rule = (c: Company, ...rules: object[]) =>
  c.run('promise.saveLotRules', {
    rules: rules.map((one) => ({ lotOrder: null, minShelfDays: null, maxLots: null, neverOlder: null, ...one })),
  })

test('first expired first out, unless the item says first in or last in, or the customer, or the customer of this item', async () => {
  const c = await openCompany(house, { items: [wine] })
  const itemId = c.item.get('WINE')
  const other = await c.customerOf('C2')
  await lots(c, ['OLD', 10, '2028-01-01'], ['MID', 10, '2027-06-01'], ['NEW', 10, '2027-12-01'])
  assert.deepEqual(await ordered(c, 1), ['MID×1'])
  await rule(c, { itemId, lotOrder: 'fifo' })
  assert.deepEqual(await ordered(c, 1), ['OLD×1'])
  await rule(c, { partyId: other, lotOrder: 'lifo' })
  assert.deepEqual(await ordered(c, 12, other), ['NEW×10', 'MID×2'])
  assert.deepEqual(await ordered(c, 1), ['OLD×1'])
  await rule(c, { partyId: other, itemId, lotOrder: 'fefo' })
  assert.deepEqual(await ordered(c, 1, other), ['MID×1'])
  assert.deepEqual(await rule(c, { partyId: other }, { partyId: other, itemId }, { itemId }), { saved: 0, removed: 3 })
  assert.deepEqual(await ordered(c, 1, other), ['MID×1'])
  assert.deepEqual(await house.broken(c.company), [])
})

test('shelf life counts on the day of arrival, in the promise as in the allocation', async () => {
  const c = await openCompany(house, { items: [wine], customer: { minShelfDays: 30 } })
  // Ordered on 1 December it arrives on the 2nd: thirty days are kept to 1 January.
  await lots(c, ['SHORT', 5, '2026-12-31'], ['ENOUGH', 5, '2027-01-01'])
  const order = await c.order([{ sku: 'WINE', qty: 8 }])
  assert.deepEqual(await got(c, order.id), ['ENOUGH×5'])
  const { promised, backordered } = await c.line(order.id)
  assert.deepEqual([promised, backordered], [0, 3], 'three are not promised from what she would refuse')
  // Wanted for a week later, not even the better lot will do by then.
  const head = await c.run('sales.createOrder', {
    partyId: c.customer,
    siteId: c.site,
    requestedOn: '2026-12-09',
    lines: [{ itemId: c.item.get('WINE'), uom: 'EA', uomQty: 1 }],
  })
  await lots(c, ['ENOUGH', 5, '2027-01-01'])
  await c.run('sales.confirm', { orderId: head.id })
  assert.equal((await c.line(head.id)).backordered, 1)
  assert.deepEqual(await ordered(c, 5, await c.customerOf('C2')), ['SHORT×5'])
  await rule(c, { partyId: c.customer, itemId: c.item.get('WINE'), minShelfDays: 0 })
  assert.deepEqual(
    await ordered(c, 2),
    ['ENOUGH×2'],
    'what the rule says of customer and item goes before the customer’s own days',
  )
})

test('goods that come in too short of life for who waits are promised to who can have them', async () => {
  const c = await openCompany(house, { items: [wine], customer: { minShelfDays: 30, serviceClass: 0 } })
  const other = await c.customerOf('C2')
  const [strict, easy] = [await c.order([{ sku: 'WINE', qty: 5 }]), await c.order([{ sku: 'WINE', qty: 5 }], other)]
  await lots(c, ['SHORT', 5, '2026-12-20'])
  assert.deepEqual([await got(c, strict.id), await got(c, easy.id)], [[], ['SHORT×5']])
  assert.equal((await c.line(strict.id)).backordered, 5)
})

test('a customer who says so never gets an older lot than the youngest so far, within one batch either; others do, and a cancelled order leaves no trace', async () => {
  const c = await openCompany(house, { items: [wine] })
  const other = await c.customerOf('C2')
  await rule(c, { partyId: c.customer, neverOlder: true })
  await lots(c, ['YOUNG', 10, '2028-01-01'])
  const first = await c.order([{ sku: 'WINE', qty: 4 }])
  assert.deepEqual(await got(c, first.id), ['YOUNG×4'])
  await lots(c, ['OLD', 10, '2027-06-01'])
  assert.deepEqual(await ordered(c, 2, other), ['OLD×2'])
  const second = await c.order([{ sku: 'WINE', qty: 8 }])
  assert.deepEqual(await got(c, second.id), ['YOUNG×6'])
  assert.equal((await c.line(second.id)).backordered, 2)
  await c.run('sales.cancel', { orderId: second.id, reason: 'changed their mind' })
  await c.run('sales.cancel', { orderId: first.id, reason: 'changed their mind' })
  assert.deepEqual(await ordered(c, 2), ['OLD×2'])
  assert.deepEqual(await house.broken(c.company), [])
})

test('a line mixes no more lots than its customer takes: it waits, or takes what fewer lots give', async () => {
  const c = await openCompany(house, { items: [wine] })
  const [line, whole] = [
    await c.customerOf('C2', { partialPolicy: 'line' }),
    await c.customerOf('C3', { partialPolicy: 'complete' }),
  ]
  for (const partyId of [c.customer, line, whole]) await rule(c, { partyId, maxLots: 2 })
  await lots(c, ['A', 5, '2027-01-01'], ['B', 60, '2027-02-01'], ['C', 50, '2027-03-01'], ['D', 20, '2027-04-01'])
  for (const partyId of [line, whole]) {
    const order = await c.order([{ sku: 'WINE', qty: 111 }], partyId)
    assert.deepEqual(await got(c, order.id), [])
    assert.deepEqual(
      [(await c.line(order.id)).promised, (await c.line(order.id)).backordered],
      [110, 1],
      'the two fullest',
    )
    await c.run('sales.cancel', { orderId: order.id, reason: 'too much for two lots' })
  }
  assert.deepEqual(await ordered(c, 100, whole), ['B×60', 'C×40'])
  const short = await c.order([{ sku: 'WINE', qty: 40 }])
  assert.deepEqual(await got(c, short.id), ['C×10', 'D×20'])
  assert.equal((await c.line(short.id)).backordered, 10)
  await lots(c, ['D', 7, '2027-04-01'], ['E', 30, '2027-05-01'])
  assert.deepEqual(await got(c, short.id), ['C×10', 'D×20', 'D×7'], 'more of a lot it has is taken, another is not')
  assert.deepEqual(await house.broken(c.company), [])
})
