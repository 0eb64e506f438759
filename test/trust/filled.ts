/** A wholesaler with something of everything: two sites, two customers, a story from order to payment at each, open work. */
import { wholeCompany } from '../../src/core/database/pool.ts'
import { uuidv7 } from '../../src/core/ids.ts'
import { scopedTables } from '../../src/core/scope.ts'
import { newWorld, type World, type WorldOptions } from '../world.ts'
import { assemble, kit } from './filledKits.ts'
import { buy, deliver, plan } from './filledPlans.ts'

const story = async (w: World, siteId: string, party: number) => {
  const line = { itemId: w.itemIds[0], uom: 'EA', uomQty: 4 }
  const order = await w.run('sales.createOrder', { partyId: w.partyIds[party], siteId, lines: [line] })
  await w.run('sales.confirm', { orderId: order.id })
  await w.run('sales.release', { orderId: order.id })
  const wave = await w.run('warehouse.createWave', { siteId })
  const { tasks } = await w.run('warehouse.pickList', { siteId, waveId: wave.id })
  for (const task of tasks) await w.run('warehouse.pick', { taskId: task.id, qty: task.qty })
  const { shipmentId } = await w.run('warehouse.pack', { orderId: order.id })
  await w.run('warehouse.ship', { shipmentId })
  await w.run('finance.invoiceShipments', { shipmentIds: [shipmentId] })
  await w.run('finance.recordPayment', {
    customerId: w.partyIds[party],
    on: '2026-11-23',
    amountMinor: 100,
    currency: 'GBP',
    method: 'bank',
    reference: `R${party}`,
  })
  const open = await w.run('sales.createOrder', { partyId: w.partyIds[party], siteId, lines: [line] })
  await w.run('sales.confirm', { orderId: open.id })
  await w.run('sales.release', { orderId: open.id })
  await w.run('warehouse.createWave', { siteId })
  await w.run('promise.hold', { siteId, itemId: w.itemIds[0], partyId: w.partyIds[party], qty: 2, hours: 24 })
  const rule = { lotOrder: null, minShelfDays: 3, maxLots: null, neverOlder: null }
  await w.run('promise.saveLotRules', { rules: [{ partyId: w.partyIds[party], ...rule }] })
  await w.run('promise.saveSupplies', {
    supplies: [
      { siteId, itemId: w.itemIds[1], kind: 'purchase', reference: `PO-${party}`, expected: 10, dueOn: '2026-12-01' },
    ],
  })
}

/** Two lots of wine: one unit of the later by hand, with a reason, one of the earlier by rule; the rest kept for a channel. */
const cellar = async (w: World, siteId: string, bin: string, party: number, channelId: string) => {
  const { items } = await w.run('catalog.saveItems', {
    items: [{ sku: `WINE-${party}`, name: 'Wine', tracking: 'lot', shelfLifeDays: 900 }],
  })
  const itemId = items[0].id
  await w.run('pricing.savePrices', {
    listId: w.priceListId,
    prices: [{ itemId, uom: 'EA', minQty: 1, priceMicro: 9_000_000 }],
  })
  const lot = (lotCode: string, expiresOn: string) => ({ itemId, qty: 6, locationId: bin, lotCode, expiresOn })
  await w.run('warehouse.receive', {
    siteId,
    reference: 'wine',
    lines: [lot(`V1-${party}`, '2027-06-01'), lot(`V2-${party}`, '2028-06-01')],
  })
  w.clock.set(new Date(w.clock.now().getTime() + 300_000))
  const lines = [{ itemId, uom: 'EA', uomQty: 2 }]
  const { id: orderId } = await w.run('sales.createOrder', { partyId: w.partyIds[party], siteId, lines })
  await w.run('sales.confirm', { orderId })
  const released = await w.run('sales.release', { orderId })
  const [later] = await w.sql(
    'select id from lot where company_id = $1 and item_id = $2 order by expires_on desc limit 1',
    w.company,
    itemId,
  )
  await w.run('promise.overrideLots', {
    lineId: released.lines[0].id,
    lots: [{ lotId: later.id, qty: 1 }],
    reason: 'quality',
  })
  await w.run('promise.saveFences', { fences: [{ channelId, siteId, itemId, qty: 3 }] })
}

/** Goods on the road from a site to a third one: some received, some lost, some still on their way, some not sent yet. */
const sendOn = async (w: World, fromSiteId: string, toSiteId: string) => {
  await w.run('sites.saveLanes', { lanes: [{ fromSiteId, toSiteId, days: 1 }] })
  const lines = [{ itemId: w.itemIds[0], uomQty: 9 }]
  const { id: transferId } = await w.run('stock.createTransfer', { fromSiteId, toSiteId, lines })
  await w.run('promise.confirmTransfer', { transferId })
  await w.run('promise.releaseTransfer', { transferId })
  const wave = await w.run('warehouse.createWave', { siteId: fromSiteId, transferIds: [transferId] })
  const { tasks } = await w.run('warehouse.pickList', { siteId: fromSiteId, waveId: wave.id })
  for (const task of tasks) await w.run('warehouse.pick', { taskId: task.id, qty: task.qty })
  const { shipmentId } = await w.run('warehouse.packTransfer', { transferId })
  await w.run('warehouse.shipTransfer', { shipmentId })
  const { road } = await w.run('stock.transfer', { transferId })
  const part = (qty: number) => [{ transitId: road[0].id, qty }]
  await w.run('warehouse.receiveTransfer', { transferId, lines: part(4) })
  await w.run('warehouse.loseTransfer', { transferId, lines: part(2), reason: 'lost' })
  const open = await w.run('stock.createTransfer', { fromSiteId, toSiteId, lines })
  await w.run('promise.confirmTransfer', { transferId: open.id })
}

/** What no order brings about: a file and its import, a lot, a key, a view, a receiver, a job that was put aside. */
const furnish = async (w: World, bin: string) => {
  const [oil] = (
    await w.run('catalog.saveItems', {
      items: [
        {
          sku: 'OIL',
          name: 'Olive oil',
          baseUom: 'EA',
          category: 'food',
          taxClass: 'standard',
          weightG: 900,
          costMicro: 3_000_000,
          tracking: 'lot',
          uoms: [{ uom: 'EA', num: 1, sells: true }],
        },
      ],
    })
  ).items
  const { siteId } = (await w.sql('select site_id from location where company_id = $1 and id = $2', w.company, bin))[0]
  await w.run('warehouse.receive', {
    siteId,
    reference: 'oil',
    lines: [
      { itemId: oil.id, qty: 12, locationId: bin, lotCode: 'L1' },
      { itemId: oil.id, qty: 3, locationId: bin, lotCode: 'R1' },
    ],
  })
  const { rows: found } = await w.run('trace.find', { text: 'R1' })
  await w.run('trace.openRecall', { reason: 'rancid', lotIds: [found[0].id] })
  const [ham] = (
    await w.run('catalog.saveItems', {
      items: [{ sku: 'HAM', name: 'Ham, whole', baseUom: 'CS', catchWeight: true, weightG: 12_500, category: 'food' }],
    })
  ).items
  await w.run('warehouse.receive', {
    siteId,
    reference: 'ham',
    lines: [{ itemId: ham.id, qty: 4, weightG: 50_300, locationId: bin }],
  })
  await w.run('pricing.savePrices', {
    listId: w.priceListId,
    prices: [{ itemId: ham.id, uom: 'KGM', priceMicro: 5_200_000 }],
  })
  const hams = { partyId: w.partyIds[1], siteId, lines: [{ itemId: ham.id, uom: 'CS', uomQty: 2 }] }
  await w.run('sales.createOrder', hams)
  const { id: orderId } = await w.run('sales.createOrder', hams)
  await w.run('sales.confirm', { orderId })
  await w.run('sales.release', { orderId })
  const wave = await w.run('warehouse.createWave', { siteId })
  const { tasks } = await w.run('warehouse.pickList', { siteId, waveId: wave.id })
  for (const task of tasks) await w.run('warehouse.pick', { taskId: task.id, qty: 2, weightG: 25_400 })
  const { shipmentId } = await w.run('warehouse.pack', { orderId })
  await w.run('warehouse.ship', { shipmentId })
  await w.run('finance.invoiceShipments', { shipmentIds: [shipmentId] })
  const weighed = { name: 'Weight in grams', prefix: '28', itemFrom: 3, itemDigits: 5, valueKind: 'weight' }
  await w.run('catalog.saveLayouts', {
    layouts: [{ ...weighed, valueFrom: 8, valueDigits: 5, valueDecimals: 3, verifierAt: null }],
  })
  await w.run('catalog.saveAliases', {
    aliases: [
      { itemId: ham.id, kind: 'embedded', code: '2800017' },
      { itemId: ham.id, kind: 'party', code: 'H-1', partyId: w.partyIds[0] },
      { itemId: ham.id, kind: 'party', code: 'H-1', partyId: w.partyIds[1] },
    ],
  })
  await w.run('warehouse.askCount', { locationId: bin, itemId: oil.id })
  const { counts } = await w.run('warehouse.counts', { siteId })
  await w.run('warehouse.count', { taskId: counts[0].id, counted: 11 })
  await w.run('warehouse.approveCount', { taskId: counts[0].id })
  const now = w.clock.now()
  const [file, row] = [uuidv7(now.getTime()), () => uuidv7(now.getTime())]
  await w.kernel.pool.transaction(wholeCompany(w.company), 5_000, async (sql) => {
    await sql`
      insert into stored_file (company_id, id, name, media_type, bytes, sha256, content, recorded_at, recorded_by)
      values (${w.company}, ${file}, 'a.txt', 'text/plain', 1, '\\x00', '\\x61', ${now}, ${w.created.owner})`
    await sql`
      insert into api_key (company_id, id, name, permissions, sites, parties, created_by, created_at, expires_at)
      values (${w.company}, ${row()}, 'scanner', '{*}', null, null, ${w.created.owner}, ${now}, null)`
    await sql`
      insert into saved_view (company_id, id, screen, name, query, owner_id, shared)
      values (${w.company}, ${row()}, 'orders', 'Late', 'status:late', ${w.created.owner}, true)`
    await sql`
      insert into webhook_endpoint (company_id, id, url, description, event_types, permissions, secret, enabled, failures, created_at, created_by)
      values (${w.company}, ${row()}, 'https://receiver.example/', 'watch', '{order.created}', '{*}', decode(repeat('00', 24), 'hex'), false, 0, ${now}, ${w.created.owner})`
    await sql`
      insert into parked_job (company_id, id, job, capability, owner, ref_id, input, code, cause, tries, replays, state, parked_at)
      values (${w.company}, ${row()}, 'job:1:finance.invoiceShipments', 'finance.invoiceShipments', 'finance', null, '{}', 'bug', 'poison', 8, 0, 'parked', ${now})`
  })
  await w.run('exchange.startImport', { profile: 'items', fileId: file })
}

/** Pieces with numbers, a plate on a plate, goods of a supplier's and of a customer's; one piece sold, one picked, one recalled. */
const identities = async (w: World, siteId: string, locationId: string, n: number) => {
  const { items } = await w.run('catalog.saveItems', {
    items: [{ sku: 'DRILL', name: 'Drill', baseUom: 'EA', tracking: 'serial', weightG: 1_500, costMicro: 40_000_000 }],
  })
  const { parties } = await w.run('parties.saveParties', {
    parties: [{ code: 'SUP', name: 'Supplier', isSupplier: true, currency: 'GBP', country: 'GB' }],
  })
  const owners = [
    { partyId: parties[0].id, kind: 'consigned' },
    { partyId: w.partyIds[n], kind: 'customer' },
  ]
  await w.run('stock.saveOwners', { owners })
  await buy(w, siteId, parties[0].id)
  const itemId = items[0].id
  const serials = [1, 2, 3, 4].map((k) => `D${n}${k}`)
  await w.run('warehouse.receive', {
    siteId,
    plates: [
      { ref: 'pallet', locationId },
      { ref: 'case', kind: 'case', on: 'pallet' },
    ],
    lines: [
      { itemId, qty: 4, serials, locationId },
      { itemId, qty: 2, serials: [`D${n}5`, `D${n}6`], plate: 'case' },
      { itemId: w.itemIds[1], qty: 5, plate: 'pallet' },
      { itemId: w.itemIds[1], qty: 6, ownerId: parties[0].id, locationId },
      { itemId: w.itemIds[1], qty: 7, ownerId: w.partyIds[n], locationId },
    ],
  })
  const [list] = await w.sql(`select id from price_list where company_id = $1 and code = 'LIST'`, w.company)
  await w.run('pricing.savePrices', {
    listId: list.id,
    prices: [{ itemId, uom: 'EA', minQty: 1, priceMicro: 60_000_000 }],
  })
  for (const sold of [true, false]) {
    const lines = [{ itemId, uom: 'EA', uomQty: 1 }]
    const order = await w.run('sales.createOrder', { partyId: w.partyIds[n], siteId, lines })
    await w.run('sales.confirm', { orderId: order.id })
    await w.run('sales.release', { orderId: order.id })
    const wave = await w.run('warehouse.createWave', { siteId, orderIds: [order.id] })
    const { tasks } = await w.run('warehouse.pickList', { siteId, waveId: wave.id })
    await w.run('warehouse.pick', { taskId: tasks[0].id, qty: 1, serials: [sold ? serials[0] : serials[1]] })
    if (!sold) continue
    const { shipmentId } = await w.run('warehouse.pack', { orderId: order.id })
    await w.run('warehouse.ship', { shipmentId })
  }
  await w.run('trace.openRecall', { reason: 'sparks', serials: [{ itemId, codes: [serials[3]] }] })
}

/** An order that its own site and another send together, under a policy of its customer and one of the company. */
const sentFromTwo = async (w: World, otherSite: string, otherBin: string) => {
  const { items } = await w.run('catalog.saveItems', {
    items: [{ sku: 'APART', name: 'Apart', baseUom: 'EA', category: 'general', taxClass: 'standard', weightG: 100 }],
  })
  const itemId = items[0].id
  const [list] = await w.sql(`select id from price_list where company_id = $1 and code = 'LIST'`, w.company)
  await w.run('pricing.savePrices', {
    listId: list.id,
    prices: [{ itemId, uom: 'EA', minQty: 1, priceMicro: 5_000_000 }],
  })
  for (const [siteId, locationId, qty] of [
    [w.siteId, w.bins[0], 3],
    [otherSite, otherBin, 4],
  ] as const)
    await w.run('warehouse.receive', { siteId, lines: [{ itemId, qty, locationId }] })
  const sites = [{ siteId: otherSite, routeDays: 2, shipmentCost: 900 }]
  await w.run('promise.saveSources', { maxSplits: 1, sites })
  await w.run('promise.saveSources', { partyId: w.partyIds[0], maxSplits: 2, sites })
  const lines = [{ itemId, uom: 'EA', uomQty: 5 }]
  const order = await w.run('sales.createOrder', { partyId: w.partyIds[0], siteId: w.siteId, lines })
  await w.run('sales.confirm', { orderId: order.id })
  await w.run('sales.release', { orderId: order.id })
}

export const filledWorld = async (node: Pick<WorldOptions, 'kernel' | 'clock'> = {}) => {
  const w = await newWorld(node)
  const second = await w.run('sites.saveSites', {
    sites: [{ code: 'DC2', name: 'Inland DC', kind: 'dc', zone: 'Europe/London', country: 'GB', cutoffMinutes: 900 }],
  })
  const secondSite: string = second.sites[0].id
  const places = await w.run('sites.saveLocations', {
    siteId: secondSite,
    locations: [{ code: 'B-1', kind: 'pick', aisle: 'B', xMm: 0, yMm: 0, zMm: 0, pickSeq: 1 }],
  })
  const bin = places.locations?.[0]?.id ?? places.ids?.[0]
  await w.run('warehouse.receive', {
    siteId: secondSite,
    reference: 'opening',
    lines: [{ itemId: w.itemIds[0], qty: 100, locationId: bin }],
  })
  const { channels } = await w.run('parties.saveChannels', { channels: [{ code: 'WEB', name: 'Web' }] })
  await furnish(w, bin)
  await identities(w, w.siteId, w.bins[0]!, 0)
  await identities(w, secondSite, bin, 1)
  await story(w, w.siteId, 0)
  await story(w, secondSite, 1)
  await cellar(w, w.siteId, w.bins[0]!, 0, channels[0].id)
  await cellar(w, secondSite, bin, 1, channels[0].id)
  // The third site is neither of the two whose people are probed: what goes there from one is not the other's to see.
  const third = await w.run('sites.saveSites', {
    sites: [{ code: 'DC3', name: 'Border DC', kind: 'dc', zone: 'Europe/London', country: 'GB', cutoffMinutes: 900 }],
  })
  await sendOn(w, w.siteId, third.sites[0].id)
  await sendOn(w, secondSite, third.sites[0].id)
  await kit(w)
  await sentFromTwo(w, secondSite, bin)
  await assemble(w, w.siteId, w.bins[0]!)
  await assemble(w, secondSite, bin)
  await plan(w, [w.siteId, secondSite])
  await deliver(w, [w.siteId, secondSite])

  /** One row's id of each table; within the scope when one is given. */
  const idsOf = (kinds: Iterable<string>, scope?: { site: string; party: string }) =>
    w.kernel.pool.transaction(wholeCompany(w.company), 30_000, async (sql) => {
      const found = new Map<string, string>()
      for (const kind of kinds) {
        const columns = scopedTables[kind]
        const within = [
          ...(scope && columns?.site ? [`(${columns.site.map((c) => `${c} = '${scope.site}'`).join(' or ')})`] : []),
          ...(scope && columns?.party ? [`(${columns.party.map((c) => `${c} = '${scope.party}'`).join(' or ')})`] : []),
        ]
        const [row] = await sql.unsafe<{ id: string }[]>(
          `select id from ${kind} where ${['company_id = $1', ...within].join(' and ')} order by id desc limit 1`,
          [w.company],
        )
        if (row) found.set(kind, row.id)
      }
      return found
    })
  return {
    ...w,
    secondSite,
    idsOf,
    here: { site: w.siteId, party: w.partyIds[0]! },
    there: { site: secondSite, party: w.partyIds[1]! },
  }
}
export type Filled = Awaited<ReturnType<typeof filledWorld>>
