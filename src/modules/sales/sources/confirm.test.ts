import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { oneBatch } from '../../../../test/oneBatch.ts'
import { refused } from '../../../../test/refused.ts'
import { dayFromNow, type House, openHouse } from '../../warehouse/testKit.ts'
import { type SeveralSites, severalSites } from './testKit.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

test('ten are wanted, six stand here and nine in Leeds: both send, the parts sum to the line, and each says why', async () => {
  const c = await severalSites(house, { TEA: [6, 9, 3] })
  await c.allow(2)
  const { id, sent, answer } = await c.confirmed([{ sku: 'TEA', qty: 10 }])
  assert.deepEqual(sent, ['LON 6, LEE 4'])
  assert.deepEqual([answer.lines[0].backordered, answer.lines[0].promises.length], [0, 2])
  const parts = await c.demand(id)
  assert.deepEqual(
    parts.map((part) => [part.site, part.qty, part.promised, part.backordered]),
    [
      ['LON', 6, 6, 0],
      ['LEE', 4, 4, 0],
    ],
  )
  assert.equal(parts[0]!.id, parts[0]!.lineId, 'the first part is known by the line itself')

  const page = await c.run('sales.order', { orderId: id })
  assert.deepEqual(page.sources, { maxSplits: 2, own: null, sites: null })
  assert.deepEqual(
    page.lines[0].parts.map((part: { site: string; qty: number }) => [part.site, part.qty]),
    [
      ['LEE', 4],
      ['LON', 6],
    ],
  )
  assert.deepEqual([page.lines[0].qty, page.lines[0].promised, page.lines[0].elsewhere], [10, 10, 0])
  const why = await c.run('promise.explain', { lineId: parts[1]!.id })
  const step = why.steps.find((one: { source: string }) => one.source === 'sent from')
  assert.equal(
    step.text,
    '4 of 10 EA are sent from LEE: LON (the order’s own) had 6 in time, LEE had 9 in time, YRK had 3 in time; from 2 sites at most, fewest shipments preferred',
  )
  const narrow = await c.run('promise.explain', { lineId: parts[1]!.id }, c.atSite(c.lee))
  const said = narrow.steps.find((one: { source: string }) => one.source === 'sent from').text
  assert.equal(
    said,
    '4 of 10 EA are sent from LEE: LEE had 9 in time; from 2 sites at most, fewest shipments preferred',
  )
  assert.deepEqual(await house.broken(c.company), [])
})

test('who says nothing is sent from the order’s own site, with not one statement more than before', async () => {
  const c = await severalSites(house, { TEA: [6, 9, 3], CUP: [50, 9, 3] })
  const plain = await c.confirmed([{ sku: 'TEA', qty: 10 }])
  assert.deepEqual(plain.sent, [''])
  assert.deepEqual(
    (await c.demand(plain.id)).map((part) => [part.site, part.qty, part.promised, part.backordered]),
    [['LON', 10, 6, 4]],
  )
  const counted = async () => {
    const { id } = await c.enter([{ sku: 'CUP', qty: 2 }])
    return (await asBatch(c, [id])).statements
  }
  await counted()
  const before = await counted()
  await c.allow(1)
  assert.equal(await counted(), before)
  assert.equal(before, 10, 'as many as when there was but one site')
  assert.equal((await c.rows((sql) => sql`select 1 from demand_source where company_id = ${c.company}`)).length, 0)
  await c.allow(2)
  assert.equal(await counted(), before + 3, 'lists, sites, and why')
})

test('one site that has all sends all: the order’s own only has the order', async () => {
  const c = await severalSites(house, { TEA: [6, 10, 0], CUP: [0, 5, 5] })
  await c.allow(2)
  const { id, sent } = await c.confirmed([
    { sku: 'TEA', qty: 10 },
    { sku: 'CUP', qty: 5 },
  ])
  assert.deepEqual(sent, ['LEE 10', 'LEE 5'])
  const page = await c.run('sales.order', { orderId: id })
  assert.deepEqual(
    page.lines.map((line: { parts: { site: string }[] }) => line.parts.map((part) => part.site)),
    [['LEE'], ['LEE']],
  )
  const order = await c.confirmed([{ sku: 'TEA', qty: 4 }])
  assert.deepEqual(order.sent, ['LON 4'])
})

test('the order says otherwise than its customer, and the customer otherwise than the company', async () => {
  const c = await severalSites(house, { TEA: [2, 2, 9] })
  await c.allow(3, { prefer: 'order' })
  assert.deepEqual((await c.confirmed([{ sku: 'TEA', qty: 5 }])).sent, ['LON 2, LEE 2, YRK 1'])
  await c.receive(c.lon, 'TEA', 2)
  await c.receive(c.lee, 'TEA', 2)
  await c.run('promise.saveSources', { partyId: c.customer, maxSplits: 2, sites: [site(c.yrk)] })
  assert.deepEqual((await c.confirmed([{ sku: 'TEA', qty: 3 }])).sent, ['YRK 3'])
  assert.deepEqual((await c.confirmed([{ sku: 'TEA', qty: 3 }], { maxSplits: 1 })).sent, [''])
  await c.receive(c.lon, 'TEA', 3)
  assert.deepEqual((await c.confirmed([{ sku: 'TEA', qty: 4 }], { sourceSiteIds: [c.lee] })).sent, ['LON 2, LEE 2'])
  const other = await c.customerOf('C2')
  assert.deepEqual(
    (await c.run('promise.sources', { partyId: c.customer })).own.sites.map((one: { code: string }) => one.code),
    ['YRK'],
  )
  assert.deepEqual((await c.run('promise.sources', { partyId: other })).own, null)
  assert.equal((await c.run('promise.sources', { partyId: other })).company.maxSplits, 3)
  await c.run('promise.saveSources', { partyId: c.customer, maxSplits: null })
  assert.equal((await c.run('promise.sources', { partyId: c.customer })).own, null)
})

const site = (siteId: string, more: object = {}) => ({ siteId, routeDays: null, shipmentCost: 0, ...more })

test('days and costs from each site decide where the customer prefers so', async () => {
  const c = await severalSites(house, { TEA: [0, 5, 5] })
  const sites = [site(c.lee, { routeDays: 4, shipmentCost: 500 }), site(c.yrk, { routeDays: 1, shipmentCost: 900 })]
  const three = { sku: 'TEA', qty: 3 }
  await c.run('promise.saveSources', { maxSplits: 2, prefer: 'cheapest', sites })
  assert.deepEqual((await c.confirmed([three])).sent, ['LEE 3'])
  await c.run('promise.saveSources', { maxSplits: 2, prefer: 'earliest', sites })
  const { id, sent, answer } = await c.confirmed([three])
  assert.deepEqual([sent, answer.promisedOn], [['YRK 3'], dayFromNow(1)])
  const [{ routeDays } = { routeDays: 0 }] = await c.rows(
    (sql) => sql<{ routeDays: number }[]>`
      select route_days from demand_line where company_id = ${c.company} and ref_id = ${id}`,
  )
  assert.equal(routeDays, 1)
})

test('what no site covers waits at a site that sends anyway; a line that takes no part delivery is not divided', async () => {
  const c = await severalSites(house, { TEA: [0, 4, 3] })
  await c.allow(2)
  assert.deepEqual((await c.confirmed([{ sku: 'TEA', qty: 9 }])).sent, ['LEE 6 (-2), YRK 3'])
  await c.receive(c.lee, 'TEA', 6)
  await c.receive(c.yrk, 'TEA', 3)
  const line = { sku: 'TEA', qty: 6, more: { partialPolicy: 'line' } }
  assert.deepEqual((await c.confirmed([line])).sent, ['LEE 6 (-2)'])
  const dead = { sku: 'TEA', qty: 9, more: { fillOrKill: true } }
  const { sent, answer } = await c.confirmed([dead])
  assert.deepEqual([sent, answer.lines[0].cancelled], [['LON 9'], 9])
  const alive = await c.confirmed([{ sku: 'TEA', qty: 3, more: { fillOrKill: true } }])
  assert.deepEqual([alive.sent, alive.answer.lines[0].cancelled], [['YRK 3'], 0])
  assert.deepEqual(await house.broken(c.company), [])
})

test('nonsense is refused with what to do', async () => {
  const c = await severalSites(house, { TEA: [1, 1, 1] })
  const three = [{ sku: 'TEA', qty: 3 }]
  await assert.rejects(c.enter(three, { maxSplits: 2 }), refused('no_source_sites'))
  await assert.rejects(c.run('promise.saveSources', { maxSplits: 2 }), refused('no_source_sites'))
  await assert.rejects(c.allow(4), refused('more_splits_than_sites'))
  await assert.rejects(
    c.run('promise.saveSources', { maxSplits: 2, sites: [site(c.lee), site(c.lee)] }),
    refused('named_twice'),
  )
  await c.allow(3)
  await assert.rejects(c.enter(three, { maxSplits: 2, sourceSiteIds: [c.lon] }), refused('no_source_sites'))
  await assert.rejects(c.enter(three, { maxSplits: 3, sourceSiteIds: [c.lee] }), refused('more_splits_than_sites'))
  await assert.rejects(c.enter(three, { maxSplits: 1, sourceSiteIds: [c.lee] }), refused('sites_without_splits'))
  await assert.rejects(c.enter(three, { sourceSiteIds: [c.lee, c.lee] }), refused('named_twice'))
  const { sites } = await c.run('sites.saveSites', {
    sites: [{ code: 'DUB', name: 'Dublin', kind: 'dc', zone: 'Europe/Dublin', country: 'IE' }],
  })
  await assert.rejects(c.enter(three, { sourceSiteIds: [sites[0].id] }), refused('strange_source_site'))
  const draft = await c.enter(three)
  await assert.rejects(
    c.run('sales.amend', { orderId: draft.id, maxSplits: 3, sourceSiteIds: [c.yrk] }),
    refused('more_splits_than_sites'),
  )
  await c.run('sales.amend', { orderId: draft.id, maxSplits: 2, sourceSiteIds: [c.yrk] })
  const answer = await c.run('sales.confirm', { orderId: draft.id })
  assert.deepEqual(c.said(answer.lines), ['LON 2 (-1), YRK 1'])
})

test('a batch of orders for the same goods is sourced as the same orders one after the other', async () => {
  const stock = { TEA: [5, 6, 4], CUP: [3, 0, 8] }
  const orders = [
    [{ sku: 'TEA', qty: 7 }],
    [
      { sku: 'CUP', qty: 4 },
      { sku: 'TEA', qty: 3 },
    ],
    [{ sku: 'TEA', qty: 9 }],
    [{ sku: 'CUP', qty: 8 }],
  ]
  const run = async (all: boolean) => {
    const c = await severalSites(house, stock)
    await c.allow(2)
    const ids: string[] = []
    for (const lines of orders) ids.push((await c.enter(lines)).id)
    const out = all ? (await asBatch(c, ids)).answers : []
    if (!all) for (const id of ids) out.push(...(await asBatch(c, [id])).answers)
    assert.deepEqual(await house.broken(c.company), [])
    return out.map((answer) => c.said(answer.lines))
  }
  const batched = await run(true)
  assert.deepEqual(batched, await run(false))
  assert.deepEqual(batched[0], ['LON 5, LEE 2'])
})

interface Answer {
  readonly lines: { readonly sites: { siteId: string; qty: number; backordered: number }[] }[]
}
/** Confirmations as one batch, with the number of statements they took. */
const asBatch = async (c: SeveralSites, ids: readonly string[]) => {
  const { statements, outputs } = await oneBatch<Answer>(
    house.kernel,
    c,
    'sales.confirm',
    ids.map((orderId) => ({ orderId })),
  )
  return { answers: outputs, statements }
}
