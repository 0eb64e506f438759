import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { refused } from '../../../../test/refused.ts'
import { type Company, dayFromNow, type House, openCompany, openHouse } from '../../warehouse/testKit.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

type Link = { sku: string; num?: number; den?: number; mutual?: boolean; validFrom?: string }
const link = (c: Company, sku: string, kind: string, ...links: readonly Link[]) =>
  c.run('promise.saveItemLinks', {
    sets: [
      {
        itemId: c.item.get(sku),
        kind,
        links: links.map(({ sku: other, ...more }) => ({ otherId: c.item.get(other), ...more })),
      },
    ],
  })
const says = (c: Company, code: string, what: object) => c.run('parties.saveParties', { parties: [{ code, ...what }] })
const enter = (
  c: Company,
  lines: readonly (readonly [sku: string, qty: number, more?: object])[],
  partyId = c.customer,
) =>
  c.run('sales.createOrder', {
    partyId,
    siteId: c.site,
    lines: lines.map(([sku, uomQty, more]) => ({ itemId: c.item.get(sku), uom: 'EA', uomQty, ...more })),
  })
const page = (c: Company, orderId: string) => c.run('sales.order', { orderId })
/** `SKU qty net` of an order's lines, and what they stand for. */
const told = async (c: Company, orderId: string): Promise<string[]> =>
  (await page(c, orderId)).lines.map(
    (line: { sku: string; qty: number; netMinor: number; insteadOf: { sku: string; qty: number } | null }) =>
      `${line.sku} ${line.qty} ${line.netMinor}${line.insteadOf ? ` for ${line.insteadOf.qty} ${line.insteadOf.sku}` : ''}`,
  )
const price = (c: Company, sku: string, priceMicro: number) =>
  c.run('pricing.savePrices', { listId: c.list, prices: [{ itemId: c.item.get(sku), uom: 'EA', priceMicro }] })
const company = async () => {
  const c = await openCompany(house, { items: [{ sku: 'OLD' }, { sku: 'MID' }, { sku: 'NEW' }, { sku: 'ELSE' }] })
  return c
}

test('a chain of successors that comes back is refused with the way named, and an item has one successor', async () => {
  const c = await company()
  await link(c, 'OLD', 'successor', { sku: 'MID' })
  await link(c, 'MID', 'successor', { sku: 'NEW' })
  await assert.rejects(
    link(c, 'NEW', 'successor', { sku: 'OLD' }),
    refused('circle', /MID → NEW → OLD → MID|NEW → OLD → MID → NEW/),
  )
  await assert.rejects(
    link(c, 'ELSE', 'successor', { sku: 'OLD' }, { sku: 'NEW' }),
    refused('links_refused', /one successor/),
  )
  const { links } = await c.run('catalog.itemLinks', { itemId: c.item.get('MID') })
  assert.deepEqual(
    links.map((one: { kind: string; direction: string; sku: string }) => `${one.kind} ${one.direction} ${one.sku}`),
    ['successor to NEW', 'successor from OLD'],
  )
})

test('a customer who takes successors gets the end of the chain for what the old stock does not cover; from its day on', async () => {
  const c = await company()
  await says(c, 'C1', { successors: 'accepted' })
  await c.stock('OLD', 'A-01', 4)
  await c.stock('NEW', 'B-12', 50)
  await link(c, 'OLD', 'successor', { sku: 'MID', num: 2 })
  await link(c, 'MID', 'successor', { sku: 'NEW', validFrom: dayFromNow(3) })
  const first = await enter(c, [['OLD', 10]])
  // Half the price, since two of them stand for one: no dearer than what was ordered.
  assert.deepEqual(await told(c, first.id), ['OLD 4 4000', 'MID 12 6000 for 6 OLD'])
  await link(c, 'MID', 'successor', { sku: 'NEW', num: 1, den: 3 })
  const second = await enter(c, [['OLD', 10]])
  assert.deepEqual(await told(c, second.id), ['OLD 4 4000', 'NEW 4 4000 for 6 OLD'])
  assert.deepEqual(second.superseded, [{ lineNo: 1, sku: 'OLD', bySku: 'NEW', uomQty: 6, outcome: 'taken' }])
  // Two thirds of one are nothing whole: one more of the old gives way.
  const third = await enter(c, [['OLD', 9]])
  assert.deepEqual(await told(c, third.id), ['OLD 3 3000', 'NEW 4 4000 for 6 OLD'])
  assert.match((await page(c, second.id)).lines[1].description, /^Item NEW, instead of OLD$/)
  const kept = await enter(c, [['OLD', 10, { keepItem: true }]])
  assert.deepEqual(await told(c, kept.id), ['OLD 10 10000'])
})

test('who wants to be asked is offered the successor and takes it with one command; who says no keeps what they ordered', async () => {
  const c = await company()
  await link(c, 'OLD', 'successor', { sku: 'NEW' })
  await c.stock('OLD', 'A-01', 4)
  await c.stock('NEW', 'B-12', 50)
  const asked = await enter(c, [['OLD', 10]])
  assert.deepEqual(asked.superseded, [{ lineNo: 1, sku: 'OLD', bySku: 'NEW', uomQty: 6, outcome: 'offered' }])
  assert.deepEqual(await told(c, asked.id), ['OLD 10 10000'])
  const { lines } = await c.run('sales.substitutes', { orderId: asked.id })
  assert.deepEqual(
    lines.map(
      (line: { short: number; options: { sku: string; covers: number; consent: string; netMinor: number }[] }) => [
        line.short,
        line.options.map((one) => [one.sku, one.covers, one.consent, one.netMinor]),
      ],
    ),
    [[6, [['NEW', 6, 'ask', 6_000]]]],
  )
  const [line] = (await page(c, asked.id)).lines
  const take = (more: object) =>
    c.run('sales.substitute', { orderId: asked.id, lineId: line.id, itemId: c.item.get('NEW'), ...more })
  await assert.rejects(take({}), refused('ask_first', /say who of them agreed/))
  await take({ agreedBy: 'Ms Reed, by phone' })
  assert.deepEqual(await told(c, asked.id), ['OLD 4 4000', 'NEW 6 6000 for 6 OLD'])
  assert.equal((await page(c, asked.id)).lines[1].insteadOf.agreedBy, 'Ms Reed, by phone')
  // A change of the head alone leaves the lines as they were agreed.
  await c.run('sales.amend', { orderId: asked.id, requestedOn: dayFromNow(5) })
  assert.deepEqual(await told(c, asked.id), ['OLD 4 4000', 'NEW 6 6000 for 6 OLD'])
  await says(c, 'C1', { successors: 'no' })
  // What was agreed before stands.
  await c.run('sales.amend', { orderId: asked.id, requestedOn: dayFromNow(6) })
  assert.deepEqual(await told(c, asked.id), ['OLD 4 4000', 'NEW 6 6000 for 6 OLD'])
  const never = await enter(c, [['OLD', 10]])
  assert.deepEqual([never.superseded, await told(c, never.id)], [[], ['OLD 10 10000']])
  await assert.rejects(
    enter(c, [['NEW', 1, { insteadOf: { itemId: c.item.get('OLD'), agreedBy: 'Ms Reed' } }]]),
    refused('not_accepted', /takes no successors/),
  )
  await assert.rejects(
    enter(c, [['ELSE', 1, { insteadOf: { itemId: c.item.get('OLD') } }]]),
    refused('no_stand_in', /neither as a substitute nor as the successor/),
  )
})

test('what is short of a released order is sent as its substitute, no dearer than before, and everything says so', async () => {
  const c = await company()
  await says(c, 'C1', { substitutes: 'accepted' })
  await price(c, 'ELSE', 12_000_000)
  // ELSE names NEW as its substitute and works both ways: 2 of ELSE stand for 1 of NEW.
  await link(c, 'OLD', 'substitute', { sku: 'MID' }, { sku: 'ELSE' })
  await c.stock('OLD', 'A-01', 4)
  await c.stock('ELSE', 'B-12', 5)
  const order = await c.order([{ sku: 'OLD', qty: 10 }])
  assert.equal((await c.account()).openOrders, 12_000)
  const { lines } = await c.run('sales.substitutes', { orderId: order.id })
  assert.deepEqual(
    lines[0].options.map((one: { sku: string; covers: number; netMinor: number }) => [
      one.sku,
      one.covers,
      one.netMinor,
    ]),
    [
      ['MID', 0, 6_000],
      ['ELSE', 5, 6_000],
    ],
  )
  const [line] = (await page(c, order.id)).lines
  const take = (more: object) =>
    c.run('sales.substitute', { orderId: order.id, lineId: line.id, itemId: c.item.get('ELSE'), ...more })
  const first = await take({ uomQty: 4 })
  assert.equal(first.promisedOn !== null, true)
  assert.deepEqual(await told(c, order.id), ['OLD 10 6000', 'ELSE 4 4000 for 4 OLD'])
  let now = await page(c, order.id)
  assert.deepEqual(
    [
      now.netMinor,
      now.grossMinor,
      now.lines[0].replaced,
      now.lines[0].cancelled,
      now.lines[0].backordered,
      now.lines[1].allocated,
    ],
    [10_000, 12_000, 4, 4, 2, 4],
  )
  // With a reason it may cost what it costs; the account has room for it.
  await take({ uomQty: 1, dearer: 'They know it is the better one' })
  now = await page(c, order.id)
  assert.deepEqual(
    [now.netMinor, now.lines[2].netMinor, now.lines[2].insteadOf.dearer],
    [10_200, 1_200, 'They know it is the better one'],
  )
  assert.equal((await c.account()).openOrders, 12_240)
  const explained = await c.run('sales.explainPrice', { lineId: now.lines[1].id })
  assert.match(explained.steps[0].why, /stands for 4 EA of OLD, which cost 4000/)
  await assert.rejects(take({ uomQty: 6 }), refused('not_open'))
  assert.deepEqual(await house.broken(c.company), [])
  await c.wave()
  await c.pickAll()
  const { shipmentId } = await c.run('warehouse.pack', { orderId: order.id })
  await c.run('warehouse.ship', { shipmentId })
  await c.run('finance.invoiceShipments', { shipmentIds: [shipmentId] })
  const [invoice] = await c.rows((sql) => sql<{ id: string }[]>`select id from invoice where company_id = ${c.company}`)
  const bill = await c.run('finance.invoice', { id: invoice!.id })
  assert.deepEqual(
    bill.lines.map((one: { description: string; netMinor: number }) => `${one.description} ${one.netMinor}`),
    ['Item OLD 4000', 'Item ELSE, instead of OLD 4000', 'Item ELSE, instead of OLD 1200'],
  )
  assert.deepEqual(await house.broken(c.company), [])
})

test('what gave way goes to who waits for it, and a substitute works the other way round where that is said', async () => {
  const c = await company()
  await link(c, 'ELSE', 'substitute', { sku: 'OLD', num: 2, mutual: true })
  await says(c, 'C1', { substitutes: 'ask' })
  const other = await c.customerOf('C2')
  await c.stock('ELSE', 'B-12', 9)
  await c.run('promise.saveSupplies', {
    supplies: [
      {
        siteId: c.site,
        itemId: c.item.get('OLD'),
        kind: 'purchase',
        reference: 'PO-1',
        dueOn: dayFromNow(6),
        expected: 8,
      },
    ],
  })
  const mine = await c.order([{ sku: 'OLD', qty: 8 }])
  const theirs = await c.order([{ sku: 'OLD', qty: 3 }], other)
  const before = await c.line(theirs.id)
  assert.deepEqual([before.promised, before.backordered], [0, 3])
  const [line] = (await page(c, mine.id)).lines
  const take = (more: object) =>
    c.run('sales.substitute', {
      ...{ orderId: mine.id, lineId: line.id, itemId: c.item.get('ELSE'), agreedBy: 'Mr Lane' },
      ...more,
    })
  await assert.rejects(take({ uomQty: 3 }), refused('not_whole', /1 of ELSE stand for 2 of OLD/))
  const done = await take({})
  assert.deepEqual([done.uomQty, done.sends], [8, { uom: 'EA', uomQty: 4 }])
  assert.deepEqual(await told(c, mine.id), ['OLD 8 0', 'ELSE 4 4000 for 8 OLD'])
  const after = await c.line(theirs.id)
  assert.deepEqual([after.promised, after.backordered], [3, 0])
  assert.equal(done.affected.moved[0].order, theirs.number)
  assert.deepEqual(await house.broken(c.company), [])
})

test('two desks on two nodes take the last substitutes for two orders, and none is promised twice', async () => {
  const c = await company()
  await says(c, 'C1', { substitutes: 'accepted' })
  await link(c, 'OLD', 'substitute', { sku: 'ELSE' })
  await c.stock('ELSE', 'B-12', 7)
  const other = house.node()
  const orders = []
  for (let n = 0; n < 8; n += 1) orders.push(await c.order([{ sku: 'OLD', qty: 2 }]))
  const lines = await Promise.all(orders.map(async (order) => (await page(c, order.id)).lines[0].id))
  await Promise.all(
    orders.map((order, n) =>
      (n % 2 ? other : house.kernel).runner.run(c.actor, 'sales.substitute', {
        ...{ orderId: order.id, lineId: lines[n], itemId: c.item.get('ELSE') },
      }),
    ),
  )
  const [sum] = await c.rows(
    (sql) => sql<{ taken: number; backordered: number }[]>`
      select sum(promised + allocated)::int8 as taken, sum(backordered)::int8 as backordered
        from demand_line
       where company_id = ${c.company} and item_id = ${c.item.get('ELSE')!}`,
  )
  assert.deepEqual(sum, { taken: 7, backordered: 9 })
  assert.deepEqual(await house.broken(c.company), [])
})

test('orders placed at once take old stock and successor as the same orders one after the other', async () => {
  const out: string[][] = []
  for (const together of [true, false]) {
    const c = await company()
    await says(c, 'C1', { successors: 'accepted' })
    await link(c, 'OLD', 'successor', { sku: 'NEW' })
    await c.stock('OLD', 'A-01', 7)
    await c.stock('NEW', 'B-12', 9)
    const place = (uomQty: number) =>
      c.run('sales.place', {
        partyId: c.customer,
        siteId: c.site,
        lines: [{ itemId: c.item.get('OLD'), uom: 'EA', uomQty }],
      })
    const placed = []
    if (together) placed.push(...(await Promise.all([3, 3, 3, 3].map(place))))
    else for (const qty of [3, 3, 3, 3]) placed.push(await place(qty))
    out.push((await Promise.all(placed.map(async (order) => (await told(c, order.id)).join(' + ')))).sort())
    assert.deepEqual(await house.broken(c.company), [])
  }
  assert.deepEqual(out[0], out[1])
  assert.deepEqual(out[1], ['NEW 3 3000 for 3 OLD', 'OLD 1 1000 + NEW 2 2000 for 2 OLD', 'OLD 3 3000', 'OLD 3 3000'])
})
