import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { testDatabase } from '../../../../test/harness.ts'
import { refused } from '../../../../test/refused.ts'
import { createPool } from '../../../core/database/pool.ts'
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
const waitingOrder = async (c: Company, uomQty: number): Promise<string> => {
  const lines = [{ itemId: c.item.get('TEA'), uom: 'EA', uomQty }]
  const { id } = await c.run('sales.createOrder', { partyId: c.customer, siteId: c.site, lines })
  await c.run('sales.confirm', { orderId: id })
  return id
}

test('good stock is never received or found where nobody picks: not on a stage, not in the quarantine', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  const itemId = c.item.get('TEA')
  const receive = (locationId: string, status = 'available') =>
    c.run('warehouse.receive', { siteId: c.site, lines: [{ itemId, qty: 5, locationId, status }] })
  const [stage, quarantine] = [await placeOf(c, 'stage'), await placeOf(c, 'quarantine')]
  await assert.rejects(receive(stage), refused('wrong_location'))
  await assert.rejects(receive(stage, 'damaged'), refused('wrong_location'))
  await assert.rejects(receive(quarantine), refused('wrong_location'))
  await receive(quarantine, 'quarantine')
  for (const locationId of [stage, quarantine])
    await assert.rejects(
      c.run('warehouse.adjust', { locationId, itemId, qty: 1, reason: 'found' }),
      refused('wrong_location'),
    )
  // A home bin on the stage is a mistake of the rules, not a place to receive into.
  const rule = { siteId: c.site, itemId, abc: 'A', reorderPoint: 0, maxQty: 0, packQty: 1, homeLocationId: stage }
  await c.run('stock.saveItemSites', { rules: [rule] })
  await c.run('warehouse.receive', { siteId: c.site, lines: [{ itemId, qty: 5 }] })
  const kinds = await c.rows(
    (sql) => sql`
      select place.kind, bin.status
        from stock_balance bin
        join location place on place.company_id = bin.company_id and place.id = bin.location_id
       where bin.company_id = ${c.company} and bin.on_hand > 0
       order by place.kind`,
  )
  assert.deepEqual(kinds, [
    { kind: 'dock', status: 'available' },
    { kind: 'quarantine', status: 'quarantine' },
  ])
  assert.deepEqual(await house.broken(c.company), [])
})

test('what is picked and has not left cannot be corrected away from under its shipment', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.stock('TEA', 'A-01', 20)
  const order = await c.order([{ sku: 'TEA', qty: 4 }])
  await c.pickAll((await c.wave([order.id])).id)
  const lose = (qty: number) =>
    c.run('warehouse.adjust', { locationId: stage, itemId: c.item.get('TEA'), qty: -qty, reason: 'lost' })
  const [{ id: stage } = { id: '' }] = await c.rows(
    (sql) => sql<{ id: string }[]>`
      select bin.location_id as id
        from stock_balance bin
        join location place on place.company_id = bin.company_id and place.id = bin.location_id and place.kind = 'stage'
       where bin.company_id = ${c.company} and bin.on_hand > 0`,
  )
  await assert.rejects(lose(1), refused('below_picked'))
  const { shipmentId } = await c.run('warehouse.pack', { orderId: order.id })
  await c.run('warehouse.ship', { shipmentId })
  assert.deepEqual(await house.broken(c.company), [])
})

test('goods found in a bin or by a count go to the order that waits for them', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.stock('TEA', 'A-01', 10)
  const order = await c.order([{ sku: 'TEA', qty: 10 }])
  await c.wave([order.id])
  const [task] = await c.openTasks()
  await c.run('warehouse.pick', { taskId: task!.id, qty: 6, shortQty: 4 })
  assert.equal((await c.line(order.id)).backordered, 4)
  const { counts } = await c.run('warehouse.counts', { siteId: c.site })
  await c.run('warehouse.count', { taskId: counts[0].id, counted: 3 })
  await c.run('warehouse.approveCount', { taskId: counts[0].id })
  const counted = await c.line(order.id)
  assert.deepEqual([counted.allocated, counted.backordered], [9, 1])
  await c.run('warehouse.adjust', { locationId: c.bin.get('B-12'), itemId: c.item.get('TEA'), qty: 2, reason: 'found' })
  const found = await c.line(order.id)
  assert.deepEqual([found.allocated, found.backordered], [10, 0])
  assert.deepEqual(await house.broken(c.company), [])
})

test('a count waits for who holds the orders before it touches a pool, as everybody does', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.stock('TEA', 'A-01', 10)
  const order = await c.order([{ sku: 'TEA', qty: 10 }])
  await c.wave([order.id])
  const [task] = await c.openTasks()
  await c.run('warehouse.pick', { taskId: task!.id, qty: 6, shortQty: 4 })
  const supply = { siteId: c.site, itemId: c.item.get('TEA'), kind: 'purchase', reference: 'PO-1', expected: 2 }
  await c.run('promise.saveSupplies', { supplies: [{ ...supply, dueOn: dayFromNow(9) }] })
  await waitingOrder(c, 2)
  const { counts } = await c.run('warehouse.counts', { siteId: c.site })
  await c.run('warehouse.count', { taskId: counts[0].id, counted: 1 })
  const other = createPool((await testDatabase()).owner, 'entrepot_owner', 1)
  try {
    let approved: Promise<unknown> | null = null
    await other.plain(20_000, (sql) =>
      sql.begin(async (tx) => {
        await tx`select 1 from demand_line where company_id = ${c.company} order by id for update`
        approved = c.run('warehouse.approveCount', { taskId: counts[0].id })
        const blocked = async () =>
          (await tx`select 1 from pg_stat_activity where pg_backend_pid() = any (pg_blocking_pids(pid))`).length > 0
        for (let tries = 0; tries < 300 && !(await blocked()); tries++) await wait(10)
        assert.ok(await blocked(), 'the approval waits for the lines')
        const pools = await tx`select 1 from stock_pool where company_id = ${c.company} for update nowait`
        assert.ok(pools.length > 0)
      }),
    )
    await approved
  } finally {
    await other.close()
  }
  assert.deepEqual(await house.broken(c.company), [])
})
