/** A depot beside the distribution centre, and what goes there: one transfer that lost two units on the way, one on the road, one promised. */
import { type Sql, wholeCompany } from '../../src/core/database/pool.ts'
import { type Hands, ZONE } from './hands.ts'

const CARRIAGE = { unitCostMicro: 30_000, kgCostMicro: 90_000, shipmentCostMicro: 45_000_000 }

export async function writeDepot(h: Hands, siteId: string): Promise<string> {
  const depot = {
    code: 'MAN',
    name: 'Manchester depot',
    kind: 'dc',
    zone: ZONE,
    country: 'GB',
    workDays: [1, 2, 3, 4, 5],
    latE7: 534_600_000,
    lonE7: -22_900_000,
  }
  const { sites } = await h.as('warehouse_lead', 'sites.saveSites', { sites: [depot] }, 'depot')
  const depotId = sites[0].id as string
  const bins = { siteId: depotId, locations: [{ code: 'M-01', kind: 'pick', pickSeq: 1 }] }
  await h.as('warehouse_lead', 'sites.saveLocations', bins, 'depot-bins')
  const lanes = [
    { fromSiteId: siteId, toSiteId: depotId, days: 2, ...CARRIAGE },
    { fromSiteId: depotId, toSiteId: siteId, days: 2, ...CARRIAGE },
  ]
  await h.as('warehouse_lead', 'sites.saveLanes', { lanes }, 'lanes')
  // Orders leave from the centre alone unless the desk says that one may be split with the depot.
  const sources = { maxSplits: 1, sites: [{ siteId: depotId, routeDays: 1, shipmentCost: 450 }] }
  await h.as('warehouse_lead', 'promise.saveSources', sources, 'sources')
  return depotId
}

/** Three of the items most is kept of, other ones each time; what they are does not change while the demo is loaded. */
const itemsFor = async (h: Hands, siteId: string, no: number): Promise<string[]> => {
  const rows = await h.kernel.pool.transaction(
    wholeCompany(h.company),
    30_000,
    (sql: Sql) => sql<{ itemId: string }[]>`
      select rule.item_id
        from item_site rule
       where rule.company_id = ${h.company} and rule.site_id = ${siteId}
       order by rule.max_qty desc, rule.item_id
       limit 3
      offset ${3 * no}`,
    'read only',
  )
  return rows.map((row) => row.itemId)
}

const enter = async (h: Hands, siteId: string, depotId: string, no: number): Promise<string | null> => {
  const lines = (await itemsFor(h, siteId, no)).map((itemId) => ({ itemId, uomQty: 24 }))
  if (lines.length === 0) return null
  const given = { fromSiteId: siteId, toSiteId: depotId, reference: `Depot week ${no + 1}`, lines }
  const made = await h.tried('buyer', 'stock.createTransfer', given, `transfer:${no}`)
  if (!made) return null
  await h.tried('buyer', 'promise.confirmTransfer', { transferId: made.id }, `transfer-confirm:${no}`)
  return made.id as string
}

/**
 * Before the floor's waves, which pick transfers with the orders.
 * @param left days until the last one of the replay.
 * @returns the transfer that the floor sends this evening.
 */
export async function sendToDepot(h: Hands, siteId: string, depotId: string, left: number): Promise<string | null> {
  const no = [6, 2, 0].indexOf(left)
  if (no < 0) return null
  const transferId = await enter(h, siteId, depotId, no)
  if (transferId === null || left === 0) return null
  await h.tried('warehouse_lead', 'promise.releaseTransfer', { transferId }, `transfer-release:${no}`)
  return transferId
}

export async function leaveForDepot(h: Hands, transferId: string): Promise<void> {
  const packed = await h.tried('picker', 'warehouse.packTransfer', { transferId }, `transfer-pack:${transferId}`)
  if (!packed) return
  const { shipmentId } = packed
  await h.tried(
    'warehouse_lead',
    'warehouse.shipTransfer',
    { shipmentId, carrier: 'Own van' },
    `transfer-ship:${shipmentId}`,
  )
}

/** Three days later the first is there, two units short: they are given up. */
export async function arriveAtDepot(h: Hands, left: number): Promise<void> {
  if (left !== 3) return
  const road = await h.kernel.pool.transaction(
    wholeCompany(h.company),
    30_000,
    (sql: Sql) => sql<{ id: string; transferId: string; qty: number }[]>`
      select id, transfer_id, shipped - received - lost as qty
        from transit_line
       where company_id = ${h.company} and shipped > received + lost
       order by id`,
    'read only',
  )
  const [first] = road
  if (!first || first.qty < 3) return
  const { transferId } = first
  const lines = road.map(({ id, qty }) => ({ transitId: id, qty: id === first.id ? qty - 2 : qty }))
  await h.tried('warehouse_lead', 'warehouse.receiveTransfer', { transferId, lines }, `transfer-receive:${transferId}`)
  const lost = { transferId, lines: [{ transitId: first.id, qty: 2 }], reason: 'lost' }
  await h.tried('warehouse_lead', 'warehouse.loseTransfer', lost, `transfer-lose:${transferId}`)
}
