import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { refused } from '../../../../test/refused.ts'
import type { Actor } from '../../../core/capability.ts'
import { settableClock } from '../../../core/clock.ts'
import { type Company, type House, newId, openCompany, openHouse } from '../../warehouse/testKit.ts'

const clock = settableClock(new Date('2026-12-01T08:00:00Z'))
const hoursOn = (hours: number) => clock.set(new Date(clock.now().getTime() + hours * 3_600_000))
let house: House
before(async () => {
  house = await openHouse({ clock })
})
after(() => house.close())

const rep = (c: Company, name: string, permissions = ['promise.hold']): Actor => ({
  ...c.actor,
  id: newId(),
  name,
  permissions: new Set(permissions),
})
const keep = (c: Company, qty: number, more: object = {}, by: Actor = c.actor) =>
  c.run('promise.hold', { siteId: c.site, itemId: c.item.get('TEA'), partyId: c.customer, qty, ...more }, by)
const availableTo = async (c: Company) =>
  (await c.run('promise.availability', { siteId: c.site, itemIds: [c.item.get('TEA')] })).rows[0].availableNow
const level = async (c: Company) => {
  const { rows } = await c.run('stock.levels', { filter: 'sku:TEA' })
  const { pools } = await c.run('stock.item', { itemId: c.item.get('TEA') })
  return [rows[0].available, pools[0].available - pools[0].promised]
}
const confirmed = async (c: Company, qty: number, partyId = c.customer) => {
  const lines = [{ itemId: c.item.get('TEA'), uom: 'EA', uomQty: qty }]
  const { id } = await c.run('sales.createOrder', { partyId, siteId: c.site, lines })
  await c.run('sales.confirm', { orderId: id })
  const { promised, backordered } = await c.line(id)
  return { id, promised, backordered }
}
const holdOf = async (c: Company, id: string) => {
  const { rows } = await c.run('promise.holds', {})
  return rows.find((row: { id: string }) => row.id === id)
}

test('what a rep keeps is there for nobody else, is taken first by the customer’s own order, and what is left over stays kept', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  const other = await c.customerOf('C2')
  await c.stock('TEA', 'A-01', 10)
  const ann = rep(c, 'Ann')
  const { id, valueMinor, expiresAt } = await keep(c, 6, { hours: 24, note: 'for the fair' }, ann)
  assert.deepEqual([valueMinor, expiresAt], [6_000, '2026-12-02T08:00:00.000Z'])
  assert.deepEqual([await availableTo(c), ...(await level(c))], [4, 4, 4])
  assert.deepEqual(await confirmed(c, 5, other).then(({ promised, backordered }) => [promised, backordered]), [4, 1])
  const mine = await confirmed(c, 4)
  assert.deepEqual([mine.promised, mine.backordered], [4, 0])
  const { left, taken, state, keptBy, customer } = await holdOf(c, id)
  assert.deepEqual(
    { left, taken, state, keptBy, customer },
    { left: 2, taken: 4, state: 'open', keptBy: 'Ann', customer: 'Customer C1' },
  )
  assert.deepEqual(await confirmed(c, 3).then(({ promised, backordered }) => [promised, backordered]), [2, 1])
  assert.equal((await holdOf(c, id)).state, 'taken')
  assert.equal((await c.run('sales.release', { orderId: mine.id })).lines[0].allocated, 4)
  assert.deepEqual(await house.broken(c.company), [])
})

test('a hold takes what is free and no more; what is kept already is not kept twice', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.stock('TEA', 'A-01', 10)
  await keep(c, 7)
  await assert.rejects(keep(c, 4), refused('not_available', /^Only 3 EA of TEA can be kept.*4 were asked for/))
  await keep(c, 3)
  await assert.rejects(keep(c, 1), refused('not_available', /^Nothing of TEA/))
  const supplier = await c.run('parties.saveParties', {
    parties: [{ code: 'S', name: 'Supplier', isSupplier: true, currency: 'GBP', country: 'GB' }],
  })
  await assert.rejects(keep(c, 1, { partyId: supplier.parties[0].id }), refused('not_a_customer'))
})

test('a hold whose time is over ends when someone needs it, is told by the next look at the clock, and what nobody needed goes to who waits', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  const other = await c.customerOf('C2')
  await c.stock('TEA', 'A-01', 10)
  const first = await keep(c, 6, { hours: 2 })
  const second = await keep(c, 4, { hours: 4 })
  hoursOn(2)
  assert.deepEqual([await availableTo(c), ...(await level(c))], [6, 6, 6], 'free again though nobody has looked')
  assert.equal((await holdOf(c, first.id)).state, 'past')
  assert.equal((await confirmed(c, 3, other)).promised, 3)
  assert.equal((await holdOf(c, first.id)).state, 'expired')
  const waits = await confirmed(c, 5, other)
  assert.deepEqual([waits.promised, waits.backordered], [3, 2])
  await c.run('sales.release', { orderId: waits.id })
  hoursOn(2)
  assert.deepEqual(await c.run('promise.expireHolds', {}), { ended: 2 })
  assert.deepEqual(await c.run('promise.expireHolds', {}), { ended: 0 })
  assert.equal((await holdOf(c, second.id)).state, 'expired')
  assert.equal((await c.line(waits.id)).allocated, 5)
  const told = await c.rows((sql) => sql`select 1 from outbox where company_id = ${c.company} and type = 'hold.ended'`)
  assert.equal(told.length, 2)
  assert.deepEqual(await house.broken(c.company), [])
})

test('a hold is extended within the limit and let go by who made it; another’s only by who manages holds; let go, it serves who waits', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  const other = await c.customerOf('C2')
  await c.stock('TEA', 'A-01', 5)
  const [ann, ben] = [rep(c, 'Ann'), rep(c, 'Ben')]
  const { id } = await keep(c, 5, { hours: 10 }, ann)
  await assert.rejects(
    c.run('promise.extendHold', { holdId: id, hours: 1 }, ben),
    refused('not_your_hold', /Ann keeps this/),
  )
  await assert.rejects(
    c.run('promise.extendHold', { holdId: id, hours: 73 }, ann),
    refused('hold_limit', /72 hours in all/),
  )
  hoursOn(9)
  assert.equal(
    (await c.run('promise.extendHold', { holdId: id, hours: 20 }, ann)).expiresAt,
    new Date(clock.now().getTime() + 72_000_000).toISOString(),
  )
  const waits = await confirmed(c, 2, other)
  await c.run('sales.release', { orderId: waits.id })
  await assert.rejects(c.run('promise.releaseHold', { holdId: id }, ben), refused('not_your_hold'))
  assert.deepEqual(
    await c.run('promise.releaseHold', { holdId: id }, rep(c, 'Max', ['promise.hold', 'promise.manageHolds'])),
    { released: 5 },
  )
  assert.equal((await c.line(waits.id)).allocated, 2)
  await assert.rejects(c.run('promise.releaseHold', { holdId: id }, ann), refused('hold_ended', /released/))
  const late = await keep(c, 1, { hours: 1 }, ann)
  hoursOn(1)
  await assert.rejects(
    c.run('promise.extendHold', { holdId: late.id, hours: 1 }, ann),
    refused('hold_ended', /expired/),
  )
  assert.deepEqual(await house.broken(c.company), [])
})

test('a role limits how many holds, how many units, how much worth and how long; two phones at once do not get round it', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.stock('TEA', 'A-01', 100)
  const [role] = await c.rows(
    (sql) => sql<{ id: string }[]>`select id from role where company_id = ${c.company} and code = 'owner'`,
  )
  const roleId = role!.id
  const limit = (more: object) =>
    c.run('promise.saveHoldLimits', {
      roleId,
      maxHolds: null,
      maxQty: null,
      maxValueMinor: null,
      currency: null,
      maxHours: null,
      ...more,
    })
  await assert.rejects(limit({ maxValueMinor: 5 }), refused('needs_currency'))
  await limit({ maxHolds: 3 })
  const both = await Promise.allSettled(Array.from({ length: 8 }, () => keep(c, 1)))
  assert.equal(both.filter((one) => one.status === 'fulfilled').length, 3)
  await limit({ maxQty: 10 })
  await assert.rejects(keep(c, 8), refused('hold_limit', /You keep 3 of at most 10 units; 8 more/))
  await keep(c, 7)
  await limit({ maxValueMinor: 12_000, currency: 'GBP' })
  await assert.rejects(keep(c, 3), refused('hold_limit', /worth more/))
  await keep(c, 2)
  await limit({ maxHours: 5 })
  await assert.rejects(keep(c, 1, { hours: 6 }), refused('hold_limit', /5 hours/))
  assert.equal((await keep(c, 1)).expiresAt, new Date(clock.now().getTime() + 5 * 3_600_000).toISOString())
  const { limits } = await c.run('promise.holdLimits', {})
  assert.deepEqual(limits.find((one: { roleId: string }) => one.roleId === roleId).maxHours, 5)
})

test('what is lost is lost to holds before orders, the last to end first', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.stock('TEA', 'A-01', 10)
  const order = await confirmed(c, 4, await c.customerOf('C2'))
  const soon = await keep(c, 3, { hours: 1 })
  const later = await keep(c, 3, { hours: 9 })
  await c.run('warehouse.adjust', { locationId: c.bin.get('A-01'), itemId: c.item.get('TEA'), qty: -4, reason: 'lost' })
  assert.deepEqual([(await holdOf(c, soon.id)).left, (await holdOf(c, later.id)).state], [2, 'lost'])
  assert.equal((await c.line(order.id)).promised, 4)
  assert.deepEqual(await house.broken(c.company), [])
})

test('fifty callers on two nodes want the last twenty units, by hold and by order: twenty are given, thirty are told no or wait', {
  timeout: 120_000,
}, async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  const other = await c.customerOf('C2')
  await c.stock('TEA', 'A-01', 20)
  const nodes = [house.kernel, house.node()]
  const orders: string[] = []
  for (let n = 0; n < 25; n += 1) {
    const lines = [{ itemId: c.item.get('TEA'), uom: 'EA', uomQty: 1 }]
    orders.push((await c.run('sales.createOrder', { partyId: other, siteId: c.site, lines })).id)
  }
  const holders = orders.map((_, n) => rep(c, `Rep ${n}`))
  const settled = await Promise.allSettled(
    orders.flatMap((orderId, n) => {
      const node = nodes[n % 2]!.runner
      const input = { siteId: c.site, itemId: c.item.get('TEA'), partyId: c.customer, qty: 1 }
      return [node.run(c.actor, 'sales.confirm', { orderId }), node.run(holders[n]!, 'promise.hold', input)]
    }),
  )
  const kept = settled.filter((one, n) => n % 2 === 1 && one.status === 'fulfilled').length
  const lost = settled.filter((one) => one.status === 'rejected')
  assert.ok(
    lost.every((one) => (one.reason as { code?: string }).code === 'not_available'),
    String(lost[0]?.reason),
  )
  const lines = await Promise.all(orders.map((id) => c.line(id)))
  const promised = lines.reduce((sum, line) => sum + line.promised, 0)
  const backordered = lines.reduce((sum, line) => sum + line.backordered, 0)
  assert.deepEqual([promised + kept, promised + backordered, kept + lost.length], [20, 25, 25])
  assert.equal(await availableTo(c), 0)
  assert.deepEqual(await house.broken(c.company), [])
})
