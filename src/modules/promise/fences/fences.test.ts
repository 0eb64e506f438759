import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { refused } from '../../../../test/refused.ts'
import { settableClock } from '../../../core/clock.ts'
import { type Company, type House, openCompany, openHouse } from '../../warehouse/testKit.ts'

const clock = settableClock(new Date('2026-12-01T08:00:00Z'))
let house: House
before(async () => {
  house = await openHouse({ clock })
})
after(() => house.close())

/** Two channels with a customer each, and one customer of no channel. */
const market = async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  const { channels } = await c.run('parties.saveChannels', {
    channels: [
      { code: 'WEB', name: 'Web' },
      { code: 'SHOP', name: 'Shops' },
    ],
  })
  const [web, shop]: [string, string] = channels.map((one: { id: string }) => one.id)
  const of = { web: await c.customerOf('W', { channelId: web }), shop: await c.customerOf('S', { channelId: shop }) }
  const fence = (more: object) =>
    c.run('promise.saveFences', { fences: [{ channelId: web, itemId: c.item.get('TEA'), ...more }] })
  const available = async (channelId?: string | null) => {
    const { rows } = await c.run('promise.availability', { siteId: c.site, itemIds: [c.item.get('TEA')], channelId })
    return rows[0]
  }
  const confirmed = async (partyId: string, qty: number) => {
    const lines = [{ itemId: c.item.get('TEA'), uom: 'EA', uomQty: qty }]
    const { id } = await c.run('sales.createOrder', { partyId, siteId: c.site, lines })
    await c.run('sales.confirm', { orderId: id })
    return id as string
  }
  const got = async (partyId: string, qty: number) => {
    const { promised, backordered } = await c.line(await confirmed(partyId, qty))
    return [promised, backordered]
  }
  return { c, channel: { web, shop }, of, fence, available, confirmed, got }
}
const day = (c: Company, on: string) => {
  clock.set(new Date(`${on}T08:00:00Z`))
  return c
}

test('a part is kept for the web: its orders use that first, then what is free to all; shops and customers of no channel never get it', async () => {
  const { c, channel, of, fence, available, got } = await market()
  await c.stock('TEA', 'A-01', 100)
  await fence({ percentPpm: 300_000 })
  assert.deepEqual(
    [
      (await available()).availableNow,
      (await available(null)).availableNow,
      (await available(channel.web)).availableNow,
    ],
    [100, 70, 100],
  )
  assert.deepEqual(await got(of.shop, 60), [60, 0])
  assert.deepEqual(await got(c.customer, 20), [10, 10])
  assert.deepEqual([(await available(channel.shop)).availableNow, (await available(channel.web)).availableNow], [0, 30])
  assert.deepEqual(await got(of.web, 35), [30, 5])
  const preview = await c.run('sales.preview', {
    partyId: of.shop,
    siteId: c.site,
    lines: [{ itemId: c.item.get('TEA'), uom: 'EA', uomQty: 1 }],
  })
  assert.equal(preview.lines[0].available, 0)
  // Thirty more come: a part of them is kept too, and what the web had beyond its part does not count against it twice.
  await c.stock('TEA', 'A-01', 100)
  assert.deepEqual(
    [(await available(channel.shop)).availableNow, (await available(channel.web)).availableNow],
    [60, 85],
  )
  const { sites } = await c.run('promise.claims', { itemId: c.item.get('TEA'), siteIds: [c.site] })
  assert.deepEqual(
    sites[0].channels.map(({ size, used, left, there, available: free }: Record<string, number>) => [
      size,
      used,
      left,
      there,
      free,
    ]),
    [[60, 35, 25, 25, 85]],
  )
  assert.deepEqual([sites[0].unclaimed, sites[0].common], [85, 60])
  assert.deepEqual(await house.broken(c.company), [])
})

test('what a channel has shipped still counts: its part is of all that was there, not of what is left', async () => {
  const { c, of, channel, fence, available } = await market()
  await c.stock('TEA', 'A-01', 100)
  await fence({ percentPpm: 500_000 })
  const order = await c.order([{ sku: 'TEA', qty: 40 }], of.shop)
  const wave = await c.wave([order.id])
  await c.pickAll(wave.id)
  const { shipmentId } = await c.run('warehouse.pack', { orderId: order.id })
  await c.run('warehouse.ship', { shipmentId })
  assert.deepEqual(
    [(await available(channel.shop)).availableNow, (await available(channel.web)).availableNow],
    [10, 60],
  )
})

test('a released order takes no more than its promise and what is free to its channel, and two orders in one batch get what they would one after the other', async () => {
  const { c, of, fence, confirmed } = await market()
  await c.stock('TEA', 'A-01', 10)
  const [shop, web] = [await confirmed(of.shop, 10), await confirmed(of.web, 6)]
  await fence({ qty: 5 })
  await c.stock('TEA', 'A-01', 8)
  // Six waited for the web: five are kept for it, and the last is free to all.
  assert.deepEqual([(await c.line(shop)).promised, (await c.line(web)).promised], [10, 6])
  const late = await Promise.all([confirmed(of.shop, 2), confirmed(of.shop, 2), confirmed(of.web, 2)])
  const lines = await Promise.all(late.map((id) => c.line(id)))
  assert.equal(
    lines.reduce((sum, line) => sum + line.promised, 0),
    2,
  )
  await Promise.all([shop, web, ...late].map((orderId) => c.run('sales.release', { orderId })))
  assert.deepEqual([(await c.line(shop)).allocated, (await c.line(web)).allocated], [10, 6])
  assert.deepEqual(await house.broken(c.company), [])
})

test('a number of units is kept of stock, then of what is due in; the days others are told are those after that', async () => {
  const { c, channel, of, fence, available, got } = await market()
  await c.stock('TEA', 'A-01', 10)
  const due = (reference: string, dueOn: string, expected: number) => ({
    siteId: c.site,
    itemId: c.item.get('TEA'),
    kind: 'purchase',
    reference,
    dueOn,
    expected,
  })
  await c.run('promise.saveSupplies', { supplies: [due('P1', '2026-12-05', 20), due('P2', '2026-12-10', 20)] })
  await fence({ qty: 25 })
  const shops = await available(channel.shop)
  assert.deepEqual(
    [shops.availableNow, shops.kept, shops.later],
    [
      0,
      10,
      [
        { on: '2026-12-05', available: 5 },
        { on: '2026-12-10', available: 25 },
      ],
    ],
  )
  const webs = await available(channel.web)
  assert.deepEqual([webs.availableNow, webs.later.map((one: { available: number }) => one.available)], [10, [30, 50]])
  const order = await c.run('sales.createOrder', {
    partyId: of.shop,
    siteId: c.site,
    lines: [{ itemId: c.item.get('TEA'), uom: 'EA', uomQty: 8 }],
  })
  const { lines } = await c.run('sales.confirm', { orderId: order.id })
  assert.deepEqual(
    lines[0].promises.map((one: { qty: number; dueOn: string }) => [one.qty, one.dueOn]),
    [
      [5, '2026-12-06'],
      [3, '2026-12-11'],
    ],
  )
  assert.deepEqual(await got(of.web, 25), [25, 0])
  assert.deepEqual(await got(of.shop, 100), [17, 83])
})

test('a fence opens by hand, on its day or some days before: who waited gets what was kept', async () => {
  const { c, of, fence, confirmed } = await market()
  await c.stock('TEA', 'A-01', 10)
  const { ids } = await fence({ qty: 10 })
  const waits = await confirmed(of.shop, 4)
  await c.run('sales.release', { orderId: waits })
  assert.equal((await c.line(waits)).backordered, 4)
  assert.deepEqual(await c.run('promise.openFence', { fenceId: ids[0] }), { lines: 1 })
  assert.equal((await c.line(waits)).allocated, 4)
  await assert.rejects(c.run('promise.openFence', { fenceId: ids[0] }), refused('fence_open'))
  await assert.rejects(fence({ id: ids[0], qty: 12 }), refused('fence_fixed'))

  await fence({ qty: 6, releaseOn: '2026-12-24', daysBefore: 3 })
  const more = await confirmed(of.shop, 2)
  day(c, '2026-12-20')
  assert.deepEqual(await c.run('promise.openDueFences', {}), { opened: 0, lines: 0 })
  assert.equal((await c.line(more)).backordered, 2)
  day(c, '2026-12-21')
  assert.equal(
    (await c.line(await confirmed(of.shop, 1))).promised,
    1,
    'open from that day on, though nobody has looked',
  )
  assert.deepEqual(await c.run('promise.openDueFences', {}), { opened: 1, lines: 1 })
  assert.equal((await c.line(more)).promised, 2)
  const listed = (await c.run('promise.fences', {})).fences
  assert.deepEqual(
    listed.map((one: { openedBy: string }) => one.openedBy),
    ['its day', 'Olive'],
  )
  assert.deepEqual(await house.broken(c.company), [])
})

test('all that is wrong with fences is said at once', async () => {
  const { c, channel } = await market()
  const itemId = c.item.get('TEA')
  const wrong = [
    { channelId: channel.web },
    { channelId: channel.web, qty: 1, percentPpm: 1, itemId, category: 'goods' },
    { channelId: channel.web, qty: 1, daysBefore: 2 },
    { channelId: channel.web, qty: 1, category: 'gods' },
  ]
  await assert.rejects(
    c.run('promise.saveFences', { fences: wrong }),
    (error: { code: string; errors: { path: string; message: string }[] }) =>
      error.code === 'bad_fence' &&
      error.errors.length === 5 &&
      /^no item is of the category gods/.test(error.errors.find(({ path }) => path === 'fences.3.category')!.message),
  )
})

test('forty orders of two channels at once on two nodes: the web gets what is kept for it, the shops no more than the rest', {
  timeout: 120_000,
}, async () => {
  const { c, of, fence } = await market()
  await c.stock('TEA', 'A-01', 20)
  await fence({ qty: 8 })
  const nodes = [house.kernel, house.node()]
  const orders: { id: string; party: string }[] = []
  for (let n = 0; n < 40; n += 1) {
    const party = n % 4 === 0 ? of.web : of.shop
    const lines = [{ itemId: c.item.get('TEA'), uom: 'EA', uomQty: 1 }]
    orders.push({ id: (await c.run('sales.createOrder', { partyId: party, siteId: c.site, lines })).id, party })
  }
  await Promise.all(orders.map(({ id }, n) => nodes[n % 2]!.runner.run(c.actor, 'sales.confirm', { orderId: id })))
  const promised = async (party: string) => {
    const lines = await Promise.all(orders.filter((order) => order.party === party).map(({ id }) => c.line(id)))
    return lines.reduce((sum, line) => sum + line.promised, 0)
  }
  const [web, shop] = [await promised(of.web), await promised(of.shop)]
  assert.equal(web + shop, 20)
  assert.ok(web >= 8 && shop <= 12, `${web} ${shop}`)
  await Promise.all(orders.map(({ id }, n) => nodes[n % 2]!.runner.run(c.actor, 'sales.release', { orderId: id })))
  assert.deepEqual(await house.broken(c.company), [])
})
