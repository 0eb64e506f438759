import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { refused } from '../../../../test/refused.ts'
import { wholeCompany } from '../../../core/database/pool.ts'
import { dayFromNow, type House, newId, openHouse } from '../testKit.ts'
import { twoSites } from './testKit.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const settled = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.map((r) => (r.status === 'fulfilled' ? 'done' : String((r.reason as { code?: string }).code))).sort()

test('the source’s supply slips: the other site’s expected day follows, its orders are promised anew and listed', async () => {
  const w = await twoSites(house, { items: [{ sku: 'TEA' }] })
  const { c } = w
  const supply = { siteId: c.site, itemId: c.item.get('TEA'), kind: 'purchase', reference: 'PO-9', expected: 20 }
  const { ids } = await c.run('promise.saveSupplies', { supplies: [{ ...supply, dueOn: dayFromNow(5) }] })
  const { id } = await w.enter([{ sku: 'TEA', qty: 20 }])
  await w.confirm(id)
  const first = await w.orderThere('TEA', 12)
  const second = await w.orderThere('TEA', 8)
  assert.deepEqual([(await w.demand(first)).on, (await w.demand(second)).on], [dayFromNow(8), dayFromNow(8)])

  await c.run('promise.saveSupplies', { supplies: [{ ...supply, id: ids[0], dueOn: dayFromNow(11) }] })
  const told = await c.rows(
    (sql) =>
      sql`select 1 from outbox where company_id = ${c.company} and type = 'transfer.replanned' and ref_id = ${id}`,
  )
  assert.ok(told.length >= 1, 'the job that re-dates the other site is told')
  const out = await c.run('promise.redateTransfer', { transferId: id })
  assert.deepEqual(
    out.supplies.map(({ was, dueOn, qty }: Record<string, unknown>) => [was, dueOn, qty]),
    [[dayFromNow(7), dayFromNow(13), 20]],
  )
  assert.deepEqual(
    out.affected.map(({ orderId, was, promisedOn }: Record<string, unknown>) => [orderId, was, promisedOn]),
    [
      [first, dayFromNow(8), dayFromNow(14)],
      [second, dayFromNow(8), dayFromNow(14)],
    ],
  )
  assert.deepEqual([(await w.demand(first)).on, (await w.demand(second)).on], [dayFromNow(14), dayFromNow(14)])
  const orders = await c.rows(
    (sql) =>
      sql`select distinct ref_id from outbox where company_id = ${c.company} and type = 'order.replanned' and ref_id in (${first}, ${second})`,
  )
  assert.equal(orders.length, 2)
  assert.deepEqual(await c.run('promise.redateTransfer', { transferId: id }), { supplies: [], affected: [] }, 'once')

  assert.deepEqual(await house.broken(c.company), [])
})

test('cancelled before it is picked, its goods are free for who waits at the source and expected nowhere', async () => {
  const w = await twoSites(house, { items: [{ sku: 'TEA' }] })
  const { c } = w
  const draft = await w.enter([{ sku: 'TEA', qty: 5 }])
  assert.deepEqual(await c.run('promise.cancelTransfer', { transferId: draft.id, reason: 'not needed' }), {
    id: draft.id,
    cancelled: 0,
  })
  assert.equal((await w.page(draft.id)).status, 'cancelled')

  await c.stock('TEA', 'A-01', 10)
  const { id } = await w.enter([{ sku: 'TEA', qty: 10 }])
  await w.confirm(id)
  const there = await w.orderThere('TEA', 6)
  const here = await c.order([{ sku: 'TEA', qty: 7 }])
  await w.release(id)
  const waits = async (ref: string) => {
    const { promised, allocated, backordered } = await c.line(ref)
    return [promised + allocated, backordered]
  }
  assert.deepEqual(await waits(here.id), [0, 7], 'the transfer was first')
  const { cancelled } = await c.run('promise.cancelTransfer', { transferId: id, reason: 'plan changed' })
  assert.equal(cancelled, 10)
  assert.deepEqual([await waits(here.id), await w.demand(there)], [[7, 0], { on: null, promised: 0, backordered: 6, allocated: 0 }]) // biome-ignore format: short
  assert.equal((await c.line(here.id)).allocated, 7, 'it was released: it has its lots at once')
  await assert.rejects(
    c.run('promise.cancelTransfer', { transferId: id, reason: 'again' }),
    refused('already_cancelled'),
  )
  assert.deepEqual(await house.broken(c.company), [])
})

test('in a wave it is taken out first; what is picked leaves; the rest of a part-sent one can be cancelled; a received one not', async () => {
  const w = await twoSites(house, { items: [{ sku: 'TEA' }] })
  const { c } = w
  await c.stock('TEA', 'A-01', 6)
  const { id } = await w.enter([{ sku: 'TEA', qty: 10 }])
  await w.confirm(id)
  await w.release(id)
  await c.run('warehouse.createWave', { siteId: c.site, transferIds: [id] })
  const cancel = () => c.run('promise.cancelTransfer', { transferId: id, reason: 'no more' })
  await assert.rejects(cancel(), refused('being_picked'))
  assert.deepEqual(await c.run('warehouse.endTransferTasks', { transferId: id, reason: 'cancel' }), {
    tasks: 1,
    qty: 6,
  })
  await w.ship(id)
  assert.equal((await w.page(id)).status, 'part_shipped')
  assert.equal((await cancel()).cancelled, 4)
  const rest = await w.page(id)
  assert.deepEqual([rest.status, rest.lines[0]!.cancelled, rest.can.cancel], ['in_transit', 4, 'all of it has left'])
  await assert.rejects(cancel(), refused('nothing_open'))
  await c.run('warehouse.receiveTransfer', { transferId: id })
  assert.equal((await w.page(id)).status, 'received')
  assert.deepEqual(await house.broken(c.company), [])
})

test('two docks on two nodes book the same truck in at the same instant: it is there once', async () => {
  const w = await twoSites(house, { items: [{ sku: 'TEA' }] })
  const { c } = w
  const other = house.node()
  await c.stock('TEA', 'A-01', 200)
  for (let round = 0; round < 5; round += 1) {
    const id = await w.send([{ sku: 'TEA', qty: 10 }])
    const results = await Promise.allSettled([
      c.run('warehouse.receiveTransfer', { transferId: id }),
      other.runner.run(c.actor, 'warehouse.receiveTransfer', { transferId: id }),
    ])
    assert.deepEqual(settled(results), ['done', 'nothing_in_transit'])
    const half = await w.send([{ sku: 'TEA', qty: 10 }])
    const [road] = (await w.page(half)).road
    const part = { transferId: half, lines: [{ transitId: road!.id, qty: 6 }] }
    const parts = await Promise.allSettled([
      c.run('warehouse.receiveTransfer', part),
      other.runner.run(c.actor, 'warehouse.receiveTransfer', part),
      c.run('warehouse.loseTransfer', { ...part, reason: 'lost' }),
    ])
    assert.deepEqual(settled(parts), ['done', 'more_than_in_transit', 'more_than_in_transit'])
  }
  const stand = await w.stand('TEA')
  assert.deepEqual([stand.here, stand.road], [100, 20])
  assert.deepEqual(await house.broken(c.company), [])
})

test('two transfers the opposite way, orders, receipts and cancellations at once: nobody is sold what is not there', async () => {
  const w = await twoSites(house, { items: [{ sku: 'TEA' }, { sku: 'JAM' }] })
  const { c } = w
  const other = house.node()
  await c.run('sites.saveLanes', { lanes: [{ fromSiteId: w.there, toSiteId: c.site, days: 2 }] })
  const items = [...c.item.values()]
  const fill = (siteId: string, qty: number) =>
    c.run('warehouse.receive', { siteId, lines: items.map((itemId) => ({ itemId, qty })) })
  await fill(c.site, 60)
  await fill(w.there, 60)
  const nodes = [c.run, (name: string, input: unknown) => other.runner.run(c.actor, name, input)] as const
  const draft = (fromSiteId: string, toSiteId: string) =>
    c.run('stock.createTransfer', { fromSiteId, toSiteId, lines: items.map((itemId) => ({ itemId, uomQty: 9 })) })
  const drafts: { id: string }[] = await Promise.all(
    Array.from({ length: 10 }, (_, n) => (n % 2 ? draft(c.site, w.there) : draft(w.there, c.site))),
  )
  const orders: string[] = []
  for (const siteId of [c.site, w.there, c.site, w.there]) {
    const lines = items.map((itemId) => ({ itemId, uom: 'EA', uomQty: 8 }))
    orders.push((await c.run('sales.createOrder', { partyId: c.customer, siteId, lines })).id)
  }
  const results = await Promise.allSettled([
    ...drafts.map((d, n) => nodes[n % 2]!('promise.confirmTransfer', { transferId: d.id })),
    ...orders.map((orderId, n) => nodes[n % 2]!('sales.confirm', { orderId })),
    fill(c.site, 5),
    fill(w.there, 5),
  ])
  assert.deepEqual([...new Set(settled(results))], ['done'])
  const more = await Promise.allSettled([
    ...drafts.slice(0, 4).map((d, n) => nodes[n % 2]!('promise.cancelTransfer', { transferId: d.id, reason: 'race' })),
    ...drafts.slice(4).map((d, n) => nodes[n % 2]!('promise.releaseTransfer', { transferId: d.id })),
    ...orders.map((orderId, n) => nodes[n % 2]!('sales.release', { orderId })),
    ...drafts.slice(4).map((d, n) => nodes[n % 2]!('promise.redateTransfer', { transferId: d.id })),
  ])
  assert.deepEqual([...new Set(settled(more))], ['done'])
  assert.deepEqual(await house.broken(c.company), [])
})

test('goods that only come by a transfer are not promised on to another one: two that wait for each other would never end', async () => {
  const w = await twoSites(house, { items: [{ sku: 'TEA' }] })
  const { c } = w
  await c.run('sites.saveLanes', { lanes: [{ fromSiteId: w.there, toSiteId: c.site, days: 2 }] })
  await c.stock('TEA', 'A-01', 10)
  const out = await w.enter([{ sku: 'TEA', qty: 10 }])
  await w.confirm(out.id)
  const back = await c.run('stock.createTransfer', {
    fromSiteId: w.there,
    toSiteId: c.site,
    lines: [{ itemId: c.item.get('TEA'), uomQty: 10 }],
  })
  assert.equal((await w.confirm(back.id)).lines[0].backordered, 10)
  await w.release(out.id)
  await w.ship(out.id)
  await c.run('warehouse.receiveTransfer', { transferId: out.id })
  assert.equal((await w.page(back.id)).lines[0]!.promised, 10, 'once it stands there it is')
  assert.deepEqual(await house.broken(c.company), [])
})

test('what cannot be moved is refused with what is missing: another entity, no lane, one site, no goods, no whole units', async () => {
  const w = await twoSites(house, { items: [{ sku: 'TEA' }] })
  const { c } = w
  const entity = newId()
  await house.kernel.pool.transaction(wholeCompany(c.company), 10_000, async (sql) => {
    await sql`insert into entity (company_id, id, name, currency, country, tax_number, created_at)
              select company_id, ${entity}, 'Quay GmbH', 'EUR', 'GB', null, created_at from entity where company_id = ${c.company} limit 1`
  })
  const { sites } = await c.run('sites.saveSites', {
    sites: [
      { code: 'HAM', name: 'Hamburg', entityId: entity },
      { code: 'YRK', name: 'York' },
    ],
  })
  const lines = [{ itemId: c.item.get('TEA'), uomQty: 1 }]
  const to = (toSiteId: string, more: object = {}) =>
    c.run('stock.createTransfer', { fromSiteId: c.site, toSiteId, lines, ...more })
  await assert.rejects(to(sites[0].id), (error) => {
    assert.match((error as Error).message, /mirrored sale and purchase come with purchasing/)
    return refused('other_entity')(error)
  })
  await assert.rejects(to(sites[1].id), refused('no_lane'))
  await assert.rejects(to(c.site), refused('same_site'))
  await assert.rejects(
    to(w.there, { lines: [{ itemId: c.item.get('TEA'), uom: 'CS', uomQty: 1 }] }),
    refused('line_errors'),
  )
  await assert.rejects(
    c.run('sites.saveLanes', { lanes: [{ fromSiteId: c.site, toSiteId: c.site, days: 1 }] }),
    refused('same_site'),
  )
  const { id } = await to(w.there)
  await assert.rejects(w.release(id), refused('not_confirmed'))
  await c.run('stock.amendTransfer', { transferId: id, lines: [{ itemId: c.item.get('TEA'), uomQty: 3 }] })
  assert.equal((await w.page(id)).lines[0]!.qty, 3)
  await c.run('sites.saveLanes', { lanes: [{ fromSiteId: c.site, toSiteId: w.there, days: 2, active: false }] })
  await assert.rejects(w.confirm(id), refused('no_lane'))
})

test('people of either site see it and hear of it; each works at its own end, and nobody else knows of it', async () => {
  const w = await twoSites(house, { items: [{ sku: 'TEA' }] })
  const { c } = w
  const { sites } = await c.run('sites.saveSites', { sites: [{ code: 'YRK', name: 'York' }] })
  const [here, there, elsewhere] = [w.atSite(c.site), w.atSite(w.there), w.atSite(sites[0].id)]
  await c.stock('TEA', 'A-01', 5)
  const { id, number } = await w.enter([{ sku: 'TEA', qty: 5 }])
  await w.confirm(id)
  await w.release(id)
  const shipmentId = await w.pack(id)
  const list = async (by: typeof here) =>
    (await c.run('stock.transfers', {}, by)).rows.map((r: { number: string }) => r.number)
  assert.deepEqual([await list(here), await list(there), await list(elsewhere)], [[number], [number], []])
  await assert.rejects(w.page(id, elsewhere), refused('not_found'))
  const seen = await w.page(id, there)
  assert.deepEqual([seen.status, seen.lines[0]!.qty, seen.lines[0]!.packed], ['packed', 5, 5])

  await assert.rejects(c.run('warehouse.shipTransfer', { shipmentId }, there), refused('other_site'))
  await c.run('warehouse.shipTransfer', { shipmentId }, here)
  await assert.rejects(c.run('warehouse.receiveTransfer', { transferId: id }, here), refused('other_site'))
  assert.equal((await w.page(id, there)).lines[0]!.inTransit, 5)
  await c.run('warehouse.receiveTransfer', { transferId: id }, there)
  await assert.rejects(c.run('warehouse.ship', { shipmentId }), refused('is_transfer'))
  const behind = await c.run('stock.moves', { itemId: c.item.get('TEA') }, there)
  assert.deepEqual(
    behind.rows.map((m: Record<string, unknown>) => [m.fromSite, m.fromKind, m.to, m.change, m.after]),
    [
      ['LEE', 'transit', 'DOCK', 5, 5],
      ['another site', 'another site', 'TRANSIT', 0, 0],
    ],
    'their own end of it, and what it did to their own stock',
  )
  const heard = await c.rows(
    (sql) => sql<{ siteId: string; otherSiteId: string }[]>`
      select site_id, other_site_id from outbox where company_id = ${c.company} and ref_id = ${id} and type in ('transfer.shipped', 'transfer.received') order by seq`,
  )
  assert.deepEqual(
    heard.map((e) => [e.siteId, e.otherSiteId].sort()),
    [[c.site, w.there].sort(), [c.site, w.there].sort()],
  )
})

test('a transfer’s supply is received by the transfer alone, and a lot whose day passed on the road is no good stock', async () => {
  const w = await twoSites(house, { items: [{ sku: 'TEA', tracking: 'lot' }] })
  const { c } = w
  await c.stock('TEA', 'A-01', 4, { lotCode: 'L1', expiresOn: dayFromNow(2) })
  const id = await w.send([{ sku: 'TEA', qty: 4 }])
  const [supply] = await c.rows(
    (sql) => sql<{ id: string }[]>`select id from supply where company_id = ${c.company} and kind = 'transfer'`,
  )
  const line = { itemId: c.item.get('TEA'), supplyId: supply!.id, qty: 1, lotCode: 'L1', expiresOn: dayFromNow(2) }
  await assert.rejects(c.run('warehouse.receive', { siteId: w.there, lines: [line] }), refused('is_transfer'))
  await assert.rejects(
    c.run('promise.saveSupplies', {
      supplies: [
        {
          ...{ id: supply!.id, siteId: w.there, itemId: c.item.get('TEA') },
          ...{ kind: 'transfer', reference: 'x', dueOn: dayFromNow(1), expected: 99 },
        },
      ],
    }),
    refused('supply_fixed'),
  )
  await house.kernel.pool.transaction(wholeCompany(c.company), 10_000, async (sql) => {
    await sql`update lot set expires_on = ${dayFromNow(-1)} where company_id = ${c.company}`
  })
  await assert.rejects(c.run('warehouse.receiveTransfer', { transferId: id }), refused('expired'))
  const [road] = (await w.page(id)).road
  await c.run('warehouse.receiveTransfer', {
    transferId: id,
    lines: [{ transitId: road!.id, qty: 4, status: 'quarantine' }],
  })
  const { rows } = await c.run('promise.availability', { itemIds: [c.item.get('TEA')], siteId: w.there })
  assert.deepEqual([rows[0].availableNow, (await w.stand('TEA')).there], [0, 4])
})

test('cases are sent as cases, promised in whole ones, and counted in pieces', async () => {
  const w = await twoSites(house, { items: [{ sku: 'TEA' }] })
  const { c } = w
  const uoms = [
    { uom: 'EA', num: 1, sells: true },
    { uom: 'CS', num: 12, sells: true },
  ]
  await c.run('catalog.saveItems', { items: [{ sku: 'TEA', uoms }] })
  await c.stock('TEA', 'A-01', 30)
  const { id } = await c.run('stock.createTransfer', {
    fromSiteId: c.site,
    toSiteId: w.there,
    lines: [{ itemId: c.item.get('TEA'), uom: 'CS', uomQty: 3 }],
  })
  const { lines } = await w.confirm(id)
  assert.deepEqual([lines[0].promises[0].qty, lines[0].backordered], [24, 12])
  const page = await c.run('stock.transfer', { transferId: id })
  assert.deepEqual([page.lines[0].uomQty, page.lines[0].uom, page.lines[0].qty], [3, 'CS', 36])
  assert.deepEqual(
    page.lines[0].coming.map((leg: { qty: number }) => leg.qty),
    [24],
    'what nobody has is not expected',
  )
})

test('in transit is neither on hand nor free, and is told by item', async () => {
  const w = await twoSites(house, { items: [{ sku: 'TEA' }] })
  const { c } = w
  await c.stock('TEA', 'A-01', 30)
  const id = await w.send([{ sku: 'TEA', qty: 12 }])
  const { number } = await w.page(id)
  const level = async () => (await c.run('stock.levels', {})).rows[0]
  const { onHand, available, inbound, inTransit, valueMicro } = await level()
  assert.deepEqual([onHand, available, inbound, inTransit, valueMicro], [18, 18, 12, 12, 120_000_000])
  const item = await c.run('stock.item', { itemId: c.item.get('TEA') })
  assert.deepEqual(
    item.onRoad.map((r: Record<string, unknown>) => [r.transfer, r.from, r.to, r.qty, r.on]),
    [[number, 'LON', 'LEE', 12, dayFromNow(2)]],
  )
  assert.equal((await c.run('stock.levels', { filter: 'inTransit>0' })).total, 1)
  await c.run('warehouse.receiveTransfer', { transferId: id })
  const after = await level()
  assert.deepEqual([after.onHand, after.inbound, after.inTransit, after.valueMicro], [30, 0, 0, 120_000_000])
})
