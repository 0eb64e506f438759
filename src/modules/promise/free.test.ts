import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { uuidv7 } from '../../core/ids.ts'
import { type Company, dayFromNow, type House, openCompany, openHouse } from '../warehouse/testKit.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const told = async (c: Company) => {
  const itemId = c.item.get('JAM')
  const lines = [{ itemId, uom: 'EA', uomQty: 1 }]
  const [preview, availability] = await Promise.all([
    c.run('sales.preview', { partyId: c.customer, siteId: c.site, lines }),
    c.run('promise.availability', { siteId: c.site, itemIds: [itemId] }),
  ])
  return [preview.lines[0].available, availability.rows[0].availableNow]
}

test('what the order screen, the availability list and a promise call available is one figure: no lot on hold, no goods of others', async () => {
  const c = await openCompany(house, { items: [{ sku: 'JAM', tracking: 'lot', shelfLifeDays: 365 }] })
  await c.stock('JAM', 'A-01', 10, { lotCode: 'L1', expiresOn: dayFromNow(200) })
  await c.stock('JAM', 'A-01', 7, { lotCode: 'L2', expiresOn: dayFromNow(200) })
  assert.deepEqual(await told(c), [17, 17])
  await house.owner.plain(10_000, async (sql) => {
    await sql`update lot set held = true, hold_reason = 'glass' where company_id = ${c.company} and code = 'L2'`
    await sql`
      insert into stock_pool
      select company_id, site_id, item_id, lot_id, ${uuidv7(Date.parse(dayFromNow(0)))}::uuid, status, 100, 0, 0, 0
        from stock_pool where company_id = ${c.company} and lot_id = (select id from lot where company_id = ${c.company} and code = 'L1')`
  })
  assert.deepEqual(await told(c), [10, 10])
  const lines = [{ itemId: c.item.get('JAM'), uom: 'EA', uomQty: 12 }]
  const { id } = await c.run('sales.createOrder', { partyId: c.customer, siteId: c.site, lines })
  await c.run('sales.confirm', { orderId: id })
  assert.deepEqual([(await c.line(id)).promised, (await c.line(id)).backordered], [10, 2])
  assert.deepEqual(await told(c), [0, 0])

  // Two of the good lot are lost: the two promised from them have nothing else, whatever the held lot and the other owner's goods would cover.
  const lotId = (
    await c.rows((sql) => sql<{ id: string }[]>`select id from lot where company_id = ${c.company} and code = 'L1'`)
  )[0]!.id
  await c.run('warehouse.adjust', {
    locationId: c.bin.get('A-01'),
    itemId: c.item.get('JAM'),
    lotId,
    qty: -2,
    reason: 'lost',
  })
  assert.deepEqual([(await c.line(id)).promised, (await c.line(id)).backordered], [8, 4])
})
