/** Writes the demo's masters through the commands: site, bins, items, people, prices, rules, opening stock. */

import { kindOfCode } from '../../src/modules/exchange/index.ts'
import { addDays } from '../calendar.ts'
import type { DemoWorld } from '../master.ts'
import { writeSupplierCodes } from './codes.ts'
import { writeFleet } from './fleet.ts'
import { chunks, each, type Hands, ZONE } from './hands.ts'
import type { Plan } from './plan.ts'
import { writeTerms } from './terms.ts'
import { writeDepot } from './transfers.ts'

export type Ids = {
  siteId: string
  depotId: string
  itemIds: Map<string, string>
  partyIds: Map<string, string>
  supplierOf: Map<string, { code: string; partyId: string; leadTimeDays: number; shelfLifeDays: number | null }>
}

const FOREVER = '2099-12-31'

/** Codes on invoices that are no goods; they are items of kind charge or service so that orders can carry them. */
export function extraItems(world: DemoWorld, plan: Plan): { code: string; name: string }[] {
  const known = new Set(world.items.map((item) => item.sku))
  const codes = new Map<string, string>()
  for (const day of plan.days)
    for (const doc of day.orders)
      for (const line of doc.lines) if (!known.has(line.code)) codes.set(line.code, line.name || line.code)
  return [...codes].map(([code, name]) => ({ code, name }))
}

export async function writeMasters(
  h: Hands,
  world: DemoWorld,
  plan: Plan,
  progress: (part: number) => void,
): Promise<Ids> {
  const site = {
    code: 'LON',
    name: 'London distribution centre',
    kind: 'dc',
    zone: ZONE,
    country: 'GB',
    cutoffMinutes: 16 * 60,
    workDays: [1, 2, 3, 4, 5, 7],
    dockToStockDays: 0,
    latE7: 516_500_000,
    lonE7: -800_000,
  }
  const siteId = (await h.as('warehouse_lead', 'sites.saveSites', { sites: [site] }, 'site')).sites[0].id as string
  const depotId = await writeDepot(h, siteId)
  const homes = await writeLocations(h, world, siteId)
  progress(0.1)
  const itemIds = await writeItems(h, world, plan)
  progress(0.4)
  const channels = await h.as(
    'sales_desk',
    'parties.saveChannels',
    {
      channels: [
        { code: 'TRADE', name: 'Trade' },
        { code: 'WEB', name: 'Web shop' },
        { code: 'COUNTER', name: 'Counter' },
      ],
    },
    'channels',
  )
  const channelIds = new Map<string, string>(channels.channels.map((c: { code: string; id: string }) => [c.code, c.id]))
  const partyIds = await writeParties(h, world, channelIds)
  await writeSupplierCodes(h, world, { itemIds, partyIds })
  progress(0.7)
  await writePrices(h, world, plan, itemIds, channelIds)
  progress(0.85)
  await writeRules(h, world, siteId, itemIds, homes)
  const life = new Map(world.items.map((item) => [item.sku, item.shelfLifeDays]))
  const supplierOf = new Map(
    world.suppliers.flatMap((s) =>
      s.skus.map(
        (sku) =>
          [
            sku,
            {
              code: s.code,
              partyId: partyIds.get(s.code)!,
              leadTimeDays: s.leadTimeDays,
              shelfLifeDays: life.get(sku) ?? null,
            },
          ] as const,
      ),
    ),
  )
  await writeTerms(h, world, { itemIds, partyIds })
  await writeFleet(h, siteId, depotId)
  const aims = { objective: 'valueFill', levelPpm: 950_000, holdingPpm: 250_000, mostDays: 90 }
  const supplied = [{ siteId: depotId, fromSiteId: siteId }]
  await h.as('buyer', 'planning.saveRules', { ...aims, supplied }, 'aims')
  const ids = { siteId, depotId, itemIds, partyIds, supplierOf }
  await receiveOpening(h, world, plan, ids)
  progress(1)
  return ids
}

async function writeLocations(h: Hands, world: DemoWorld, siteId: string): Promise<Map<string, string>> {
  const ids = new Map<string, string>()
  await each(chunks(world.warehouse.locations, 1000), 2, async (locations, i) => {
    const saved = await h.as('warehouse_lead', 'sites.saveLocations', { siteId, locations }, `locations:${i}`)
    for (const { code, id } of saved.locations) ids.set(code, id)
  })
  return ids
}

async function writeItems(h: Hands, world: DemoWorld, plan: Plan): Promise<Map<string, string>> {
  const goods = world.items.map((item) => ({
    sku: item.sku,
    name: item.name,
    kind: 'goods',
    tracking: item.tracking,
    category: item.category,
    shelfLifeDays: item.shelfLifeDays,
    weightG: item.weightG,
    volumeMl: item.volumeMl,
    costMicro: item.costMicro,
    assumed: item.assumed,
    uoms: [
      { uom: 'EA', num: 1, gtin: item.gtin, weightG: item.weightG },
      ...(item.caseSize > 1
        ? [{ uom: 'CS', num: item.caseSize, gtin: item.caseGtin, weightG: item.weightG * item.caseSize + 250 }]
        : []),
    ],
  }))
  const others = extraItems(world, plan).map(({ code, name }) => ({
    sku: code,
    name,
    kind: kindOfCode(code) === 'charge' ? 'charge' : 'service',
  }))
  const ids = new Map<string, string>()
  await each(chunks([...goods, ...others], 500), 2, async (items, i) => {
    const saved = await h.as('buyer', 'catalog.saveItems', { items }, `items:${i}`)
    for (const { sku, id } of saved.items) ids.set(sku, id)
  })
  return ids
}

async function writeParties(h: Hands, world: DemoWorld, channelIds: Map<string, string>): Promise<Map<string, string>> {
  const customers = world.customers.map((c) => ({
    code: c.code,
    name: c.name,
    isCustomer: true,
    channelId: channelIds.get(c.channel)!,
    priceGroup: c.priceGroup,
    currency: 'GBP',
    country: c.country,
    taxStatus: c.taxStatus,
    taxNumber: c.taxNumber,
    termsDays: c.termsDays,
    invoiceTrigger: 'ship',
    partialPolicy: c.partialPolicy,
    serviceClass: c.serviceClass,
    email: c.email,
    assumed: c.assumed,
    addresses: [
      {
        kind: 'both',
        line1: c.address.line1,
        city: c.address.city,
        postcode: c.address.postcode,
        country: c.country,
        latE7: c.address.latE7,
        lonE7: c.address.lonE7,
        routeDays: c.address.routeDays,
      },
    ],
  }))
  const suppliers = world.suppliers.map((s) => ({
    code: s.code,
    name: s.name,
    isSupplier: true,
    currency: 'GBP',
    country: s.country,
    assumed: ['name', 'country'],
    addresses: [{ kind: 'both', line1: '-', city: s.city, postcode: '-', country: s.country }],
  }))
  const ids = new Map<string, string>()
  await each(chunks([...customers, ...suppliers], 500), 2, async (parties, i) => {
    const saved = await h.as('sales_desk', 'parties.saveParties', { parties }, `parties:${i}`)
    for (const { code, id } of saved.parties) ids.set(code, id)
  })
  const accounts = world.customers
    .filter((c) => c.creditLimit !== null)
    .map((c) => ({ partyId: ids.get(c.code)!, limitAmount: c.creditLimit }))
  await each(chunks(accounts, 1000), 2, (part, i) =>
    h.as('finance', 'credit.saveAccounts', { accounts: part }, `accounts:${i}`),
  )
  return ids
}

/** Trade list with quantity breaks, as the file shows them; the web shop's list; key customers take 2 % off by a group list. */
async function writePrices(
  h: Hands,
  world: DemoWorld,
  plan: Plan,
  itemIds: Map<string, string>,
  channelIds: Map<string, string>,
): Promise<void> {
  const validFrom = addDays(plan.from, -400)
  const list = (code: string, more: object) =>
    h.as(
      'sales_desk',
      'pricing.savePriceList',
      { code, currency: 'GBP', validFrom, validTo: FOREVER, ...more },
      `list:${code}`,
    )
  const trade = await list('TRADE-LIST', { name: 'Trade list', kind: 'list' })
  const web = await list('WEB-LIST', { name: 'Web shop', kind: 'channel', channelId: channelIds.get('WEB') })
  const lines = world.items.flatMap((item) => [
    { itemId: itemIds.get(item.sku)!, uom: 'EA', minQty: 1, priceMicro: item.listPriceMicro },
    ...(item.breakPrice
      ? [
          {
            itemId: itemIds.get(item.sku)!,
            uom: 'EA',
            minQty: item.breakPrice.minQty,
            priceMicro: item.breakPrice.priceMicro,
          },
        ]
      : []),
  ])
  const webLines = world.items
    .filter((item) => item.webPriceMicro !== null)
    .map((item) => ({ itemId: itemIds.get(item.sku)!, uom: 'EA', minQty: 1, priceMicro: item.webPriceMicro! }))
  for (const [i, prices] of chunks(lines, 2000).entries())
    await h.as('sales_desk', 'pricing.savePrices', { listId: trade.id, prices }, `prices:${i}`)
  for (const [i, prices] of chunks(webLines, 2000).entries())
    await h.as('sales_desk', 'pricing.savePrices', { listId: web.id, prices }, `web-prices:${i}`)
}

async function writeRules(
  h: Hands,
  world: DemoWorld,
  siteId: string,
  itemIds: Map<string, string>,
  homes: Map<string, string>,
): Promise<void> {
  const rules = world.policies.map((policy) => ({
    siteId,
    itemId: itemIds.get(policy.sku)!,
    abc: policy.abc,
    reorderPoint: policy.reorderPoint,
    maxQty: policy.maxQty,
    packQty: policy.packQty,
    homeLocationId: homes.get(world.warehouse.homeOf.get(policy.sku)!)!,
    assumed: ['reorderPoint', 'maxQty', 'packQty', 'homeLocation'],
  }))
  await each(chunks(rules, 1000), 2, (part, i) => h.as('buyer', 'stock.saveItemSites', { rules: part }, `rules:${i}`))
}

/** The evening before the first replayed day. Lots of what has a shelf life are two, so that first-expired means something. */
async function receiveOpening(h: Hands, world: DemoWorld, plan: Plan, ids: Ids): Promise<void> {
  const day = addDays(plan.from, -1)
  h.set(`${day}T18:00:00`)
  const lines = world.policies.flatMap((policy) => {
    if (policy.openingQty === 0) return []
    const itemId = ids.itemIds.get(policy.sku)!
    const life = ids.supplierOf.get(policy.sku)!.shelfLifeDays
    if (life === null) return [{ itemId, qty: policy.openingQty }]
    const older = Math.floor(policy.openingQty / 3)
    const lot = (qty: number, age: number) => ({
      itemId,
      qty,
      lotCode: `L${addDays(day, -age).replaceAll('-', '').slice(2)}`,
      expiresOn: addDays(day, Math.max(30, life - age)),
    })
    return [...(older > 0 ? [lot(older, 120)] : []), lot(policy.openingQty - older, 20)]
  })
  for (const [i, part] of chunks(lines, 1000).entries())
    await h.as(
      'warehouse_lead',
      'warehouse.receive',
      { siteId: ids.siteId, reference: `OPENING-${i + 1}`, lines: part },
      `opening:${i}`,
    )
}
