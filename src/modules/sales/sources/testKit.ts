/** A wholesaler with a site of its own in London and others in Leeds and York that may send parts of an order. For tests. */
import type { Actor } from '../../../core/capability.ts'
import { type House, openCompany } from '../../warehouse/testKit.ts'

export interface SiteSaid {
  readonly siteId: string
  readonly qty: number
  readonly backordered: number
}
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]

/** Units of each SKU at LON (the orders' own site), LEE and YRK. All ship every day until midnight. */
export const severalSites = async (house: House, stock: Readonly<Record<string, readonly number[]>>) => {
  const c = await openCompany(house, { items: Object.keys(stock).map((sku) => ({ sku })) })
  const dc = { kind: 'dc', zone: 'Europe/London', country: 'GB', workDays: EVERY_DAY, cutoffMinutes: 1440 }
  const { sites } = await c.run('sites.saveSites', {
    sites: [
      { code: 'LON', cutoffMinutes: 1440 },
      { code: 'LEE', name: 'Leeds', ...dc },
      { code: 'YRK', name: 'York', ...dc },
    ],
  })
  const [lon, lee, yrk] = sites.map((site: { id: string }) => site.id) as [string, string, string]
  const codeOf = new Map([
    [lon, 'LON'],
    [lee, 'LEE'],
    [yrk, 'YRK'],
  ])
  const bins = new Map([[lon, c.bin.get('A-01')!]])
  for (const siteId of [lee, yrk]) {
    const { locations } = await c.run('sites.saveLocations', {
      siteId,
      locations: [{ code: 'N-01', kind: 'pick', pickSeq: 1 }],
    })
    bins.set(siteId, locations[0].id)
  }
  const receive = (siteId: string, sku: string, qty: number) =>
    c.run('warehouse.receive', {
      siteId,
      lines: [{ itemId: c.item.get(sku), qty, locationId: bins.get(siteId) }],
    })
  for (const [sku, at] of Object.entries(stock))
    for (const [n, qty] of at.entries()) if (qty > 0) await receive([lon, lee, yrk][n]!, sku, qty)
  const enter = (lines: readonly { sku: string; qty: number; more?: object }[], more: object = {}) =>
    c.run('sales.createOrder', {
      partyId: c.customer,
      siteId: lon,
      lines: lines.map(({ sku, qty, more: own }) => ({ itemId: c.item.get(sku), uom: 'EA', uomQty: qty, ...own })),
      ...more,
    }) as Promise<{ id: string; number: string; net: number; gross: number }>
  /** `LON 6, LEE 4` of each line. */
  const said = (lines: readonly { sites: readonly SiteSaid[] }[]): string[] =>
    lines.map(({ sites: own }) =>
      own
        .map(({ siteId, qty, backordered }) => `${codeOf.get(siteId)} ${qty}${backordered ? ` (-${backordered})` : ''}`)
        .join(', '),
    )
  const demand = (orderId: string) =>
    c.rows(
      (sql) => sql<
        {
          id: string
          lineId: string
          site: string
          qty: number
          promised: number
          allocated: number
          backordered: number
          shipped: number
          cancelled: number
        }[]
      >`
        select line.id, line.order_line_id as line_id, site.code as site, line.qty, line.promised, line.allocated, line.backordered, line.shipped, line.cancelled
          from demand_line line
          join site on site.company_id = line.company_id and site.id = line.site_id
         where line.company_id = ${c.company} and line.ref_id = ${orderId}
         order by line.line_no, line.id`,
    )
  const atSite = (siteId: string, permissions: readonly string[] = ['*']): Actor => ({
    ...c.actor,
    permissions: new Set(permissions),
    sites: [siteId],
  })
  return {
    ...c,
    lon,
    lee,
    yrk,
    codeOf,
    receive,
    enter,
    said,
    demand,
    atSite,
    /** All customers: up to `maxSplits`, from Leeds, then York. */
    allow: (maxSplits: number, more: object = {}) =>
      c.run('promise.saveSources', {
        maxSplits,
        sites: [lee, yrk].map((siteId) => ({ siteId, routeDays: null, shipmentCost: 0 })),
        ...more,
      }),
    confirmed: async (...given: Parameters<typeof enter>) => {
      const order = await enter(...given)
      const answer = await c.run('sales.confirm', { orderId: order.id })
      return { ...order, sent: said(answer.lines), answer }
    },
    /** Waved and picked at a site, as far as it is allocated there. */
    pickAt: async (siteId: string, orderId: string, by?: Actor) => {
      const wave = await c.run('warehouse.createWave', { siteId, orderIds: [orderId] }, by)
      const { tasks } = await c.run('warehouse.pickList', { siteId, waveId: wave.id, limit: 500 }, by)
      for (const task of tasks) await c.run('warehouse.pick', { taskId: task.id, qty: task.qty - task.picked }, by)
      return tasks as { id: string; order: string; qty: number; orderId: string }[]
    },
  }
}
export type SeveralSites = Awaited<ReturnType<typeof severalSites>>
