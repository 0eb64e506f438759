/** What the filled company buys, what it plans to buy, and how it delivers. */
import { planAll } from '../planned.ts'
import type { World } from '../world.ts'

/** One order that is placed and received in part, and one that is only written. */
export const buy = async (w: World, siteId: string, partyId: string) => {
  await w.run('purchasing.saveTerms', { terms: [{ partyId, leadDays: 5 }] })
  const itemId = w.itemIds[2]
  const prices = [{ from: 1, priceMicro: 5_000_000 }]
  await w.run('purchasing.saveItemSuppliers', { rows: [{ itemId, partyId, packQty: 12, prices }] })
  const lines = [{ itemId, uomQty: 24 }]
  const placed = await w.run('purchasing.createOrder', { siteId, partyId, place: true, lines })
  const [{ supplyId }] = await w.sql(
    'select supply_id from purchase_line where company_id = $1 and order_id = $2',
    w.company,
    placed.id,
  )
  await w.run('warehouse.receive', { siteId, partyId, lines: [{ itemId, supplyId, qty: 6 }] })
  await w.run('purchasing.createOrder', { siteId, partyId, lines })
}

/** A month of sales at each site, planned: one proposal accepted, one turned down, the others open. */
export const plan = async (w: World, sites: readonly string[]) => {
  for (const siteId of sites)
    for (const itemId of [w.itemIds[0], w.itemIds[2]])
      await w.sql(
        `insert into sales_history (company_id, id, import_id, document, document_kind, line_no, fate, sold_at, sold_on, party_id, site_id, item_id, code, description, qty, price_micro, net, country)
         select $1::uuid, gen_random_uuid(), gen_random_uuid(), 'H' || day, 'invoice', 1, 'sale', now(), date '2026-11-22' - day, null, $2::uuid, $3::uuid, 'x', 'x', 300 + day % 7 * 20, 10000000, 300000, 'GB'
           from generate_series(0, 30) as day`,
        w.company,
        siteId,
        itemId,
      )
  await planAll(w)
  const { rows } = await w.run('planning.proposals', { filter: 'kind:buy' })
  const known = rows.filter((row: { from: string | null }) => row.from !== null)
  await w.run('planning.accept', { proposalIds: [known[0].id] })
  await w.run('planning.dismiss', { proposalIds: [rows.at(-1).id], reason: 'seen by nobody' })
}

/** Both sites and all doors on the map; at each site a van whose route of the next day is released. */
export const deliver = async (w: World, sites: readonly string[]) => {
  const rows = await w.sql('select id, code from site where company_id = $1 and id = any ($2)', w.company, sites)
  await w.run('sites.saveSites', {
    sites: rows.map(({ code }) => ({ code, latE7: 538_000_000, lonE7: -15_500_000 })),
  })
  await w.sql('update address set lat_e7 = 538500000, lon_e7 = -15600000 where company_id = $1', w.company)
  const doors = await w.sql('select id from address where company_id = $1', w.company)
  await w.run('delivery.saveHours', { doors: doors.map(({ id }) => ({ addressId: id, windows: [420, 1080] })) })
  for (const siteId of sites) {
    await w.run('delivery.saveRule', { siteId, opens: 420, closes: 1080, serviceMinutes: 8 })
    await w.run('delivery.saveVehicles', {
      vehicles: [
        {
          code: `VAN-${siteId.slice(-4)}`,
          name: 'Van',
          siteId,
          capacityG: 3_000_000,
          shiftFrom: 360,
          shiftTo: 960,
          kmCostMinor: 40,
          emissionFactor: 'vans diesel, average (up to 3.5 tonnes)',
        },
      ],
    })
    const { day } = await w.run('delivery.plan', { siteId })
    const { lanes } = await w.run('delivery.board', { siteId, day })
    const { id: routeId, version } = lanes[0].route
    await w.run('delivery.release', { siteId, day, routes: [{ routeId, version }] })
  }
}
