/** An order that two sites send goes out from both: each has its part on a route of its own, and knows where it goes. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { modules } from '../../modules.ts'
import { severalSites } from '../sales/sources/testKit.ts'
import { type House, openHouse } from '../warehouse/testKit.ts'
import { van } from './testKit.ts'

let house: House
before(async () => {
  house = await openHouse({ modules })
})
after(() => house.close())

test('who works at the second site alone sees the door of its part, and puts it on a route', async () => {
  const c = await severalSites(house, { TEA: [6, 9, 0] })
  await c.allow(2)
  const near = { latE7: 538_000_000, lonE7: -15_500_000 }
  await c.run('sites.saveSites', {
    sites: [
      { code: 'LON', ...near },
      { code: 'LEE', ...near },
    ],
  })
  const leeds = {
    line1: '1 High St',
    city: 'Leeds',
    postcode: 'LS1 1AA',
    country: 'GB',
    latE7: 538_500_000,
    lonE7: -15_600_000,
    routeDays: 0,
  }
  const code = 'DOOR'
  const { parties } = await c.run('parties.saveParties', {
    parties: [{ code, name: 'Door', isCustomer: true, currency: 'GBP', country: 'GB', addresses: [leeds] }],
  })
  const { id: partyId, addressIds } = parties[0]
  await c.run('credit.saveAccounts', { accounts: [{ partyId, limitAmount: 50_000_000 }] })
  const { id } = await c.confirmed([{ sku: 'TEA', qty: 10 }], { partyId, shipToId: addressIds[0] })
  await c.run('sales.release', { orderId: id })
  for (const siteId of [c.lon, c.lee]) {
    await c.run('delivery.saveVehicles', { vehicles: [van(siteId, siteId === c.lon ? 'V-LON' : 'V-LEE')] })
    const there = c.atSite(siteId)
    const before = await c.run('delivery.board', { siteId }, there)
    assert.deepEqual(
      before.loose.map(({ addressId, orders }: { addressId: string; orders: { orderId: string }[] }) => [
        addressId,
        orders[0]!.orderId,
      ]),
      [[addressIds[0], id]],
    )
    const { day, stops } = await c.run('delivery.plan', { siteId }, there)
    assert.equal(stops, 1)
    const { lanes } = await c.run('delivery.board', { siteId, day }, there)
    assert.equal(lanes[0].route.stops[0].orders[0].orderId, id)
  }
  assert.deepEqual(await house.broken(c.company), [])
})
