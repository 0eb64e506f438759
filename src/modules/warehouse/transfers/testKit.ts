/** Two sites with a lane of two days between them, and the way of a transfer in one call each. For tests of transfers. */
import type { Actor } from '../../../core/capability.ts'
import type { Company, House } from '../testKit.ts'
import { dayFromNow, openCompany } from '../testKit.ts'

export interface TransferLineRow {
  readonly id: string
  readonly sku: string
  readonly qty: number
  readonly promised: number
  readonly backordered: number
  readonly allocated: number
  readonly packed: number
  readonly shipped: number
  readonly cancelled: number
  readonly inTransit: number
  readonly received: number
  readonly lost: number
  readonly promisedOn: string | null
  readonly coming: { on: string; qty: number; promised: number }[]
}
export interface RoadRow {
  readonly id: string
  readonly lot: string | null
  readonly shipped: number
  readonly received: number
  readonly lost: number
  readonly inTransit: number
  readonly dueOn: string
}

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]

/** `c.site` (LON) sends, `there` (LEE) gets; both work every day until midnight, so that ship days are today. */
export const twoSites = async (house: House, given: Parameters<typeof openCompany>[1]) => {
  const c = await openCompany(house, given)
  const site = { kind: 'dc', zone: 'Europe/London', country: 'GB', workDays: EVERY_DAY, cutoffMinutes: 1440 }
  const { sites } = await c.run('sites.saveSites', {
    sites: [
      { code: 'LON', cutoffMinutes: 1440 },
      { code: 'LEE', name: 'Leeds', ...site },
    ],
  })
  const there: string = sites[1].id
  const { locations } = await c.run('sites.saveLocations', {
    siteId: there,
    locations: [{ code: 'L-01', kind: 'pick', pickSeq: 1 }],
  })
  const thereBin: string = locations[0].id
  await c.run('sites.saveLanes', {
    lanes: [{ fromSiteId: c.site, toSiteId: there, days: 2, unitCostMicro: 50_000, shipmentCostMicro: 60_000_000 }],
  })
  const enter = (lines: readonly { sku: string; qty: number }[], more: object = {}) =>
    c.run('stock.createTransfer', {
      fromSiteId: c.site,
      toSiteId: there,
      lines: lines.map(({ sku, qty }) => ({ itemId: c.item.get(sku), uomQty: qty })),
      ...more,
    }) as Promise<{ id: string; number: string }>
  const page = (transferId: string, by?: Actor) =>
    c.run('stock.transfer', { transferId }, by) as Promise<{
      status: string
      number: string
      arrivesOn: string | null
      lines: TransferLineRow[]
      road: RoadRow[]
      documents: { kind: string; number: string; status: string; id: string }[]
      timeline: { what: string }[]
      can: Record<string, string | null>
    }>
  const confirm = (transferId: string) => c.run('promise.confirmTransfer', { transferId })
  const release = (transferId: string) => c.run('promise.releaseTransfer', { transferId })
  /** Picked as far as it is allocated, packed in one carton. */
  const pack = async (transferId: string): Promise<string> => {
    const wave = await c.run('warehouse.createWave', { siteId: c.site, transferIds: [transferId] })
    await c.pickAll(wave.id)
    return (await c.run('warehouse.packTransfer', { transferId })).shipmentId
  }
  const ship = async (transferId: string) => {
    const shipped = await c.run('warehouse.shipTransfer', { shipmentId: await pack(transferId) })
    await c.run('promise.redateTransfer', { transferId })
    return shipped
  }
  /** Entered, confirmed, released, picked, packed and sent. */
  const send = async (lines: readonly { sku: string; qty: number }[], more: object = {}) => {
    const { id } = await enter(lines, more)
    await confirm(id)
    await release(id)
    await ship(id)
    return id
  }
  /** An order of the other site's customer, confirmed (and released). */
  const orderThere = async (sku: string, qty: number, { released = false } = {}) => {
    const lines = [{ itemId: c.item.get(sku), uom: 'EA', uomQty: qty }]
    const { id } = await c.run('sales.createOrder', { partyId: c.customer, siteId: there, lines })
    await c.run('sales.confirm', { orderId: id })
    if (released) await c.run('sales.release', { orderId: id })
    return id as string
  }
  const demand = async (orderId: string) =>
    (
      await c.rows(
        (sql) => sql<{ on: string | null; promised: number; backordered: number; allocated: number }[]>`
          select latest_promise_on as on, promised, backordered, allocated from demand_line where company_id = ${c.company} and ref_id = ${orderId}`,
      )
    )[0]!
  /** On hand and free in pools, and what is on the road, by site. */
  const stand = async (sku: string) => {
    const rows = await c.rows(
      (sql) => sql<{ siteId: string; onHand: number; allocated: number; road: number }[]>`
        select site.id as site_id, coalesce((select sum(on_hand)::int8 from stock_pool p where p.company_id = site.company_id and p.site_id = site.id and p.item_id = ${c.item.get(sku)!}), 0) as on_hand,
               coalesce((select sum(allocated)::int8 from stock_pool p where p.company_id = site.company_id and p.site_id = site.id and p.item_id = ${c.item.get(sku)!}), 0) as allocated,
               coalesce((select sum(b.on_hand)::int8 from stock_balance b join location l on l.company_id = b.company_id and l.id = b.location_id and l.kind = 'transit'
                          where b.company_id = site.company_id and b.site_id = site.id and b.item_id = ${c.item.get(sku)!}), 0) as road
          from site where site.company_id = ${c.company}`,
    )
    const of = (id: string) => rows.find((row) => row.siteId === id)!
    return { here: of(c.site).onHand, road: of(there).road, there: of(there).onHand }
  }
  const atSite = (siteId: string, permissions: readonly string[] = ['*']): Actor => ({
    ...c.actor,
    permissions: new Set(permissions),
    sites: [siteId],
  })
  return { c, there, thereBin, enter, page, confirm, release, pack, ship, send, orderThere, demand, stand, atSite }
}
export type TwoSites = Awaited<ReturnType<typeof twoSites>>
export const arrival = (days = 2): string => dayFromNow(days)
export type { Company }
