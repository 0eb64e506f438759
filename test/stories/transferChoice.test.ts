/**
 * Journey C.2, the transfer choice: DC1 needs 1,200 (projected position 520 ≤ reorder point 532). A transfer from DC2 is
 * offered first if its surplus is at least 1,200 and its cost a unit is lower; asking five times proposes the same, and
 * what is accepted is made once.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { newWorld, type World } from '../world.ts'

let w: World
let dc2: string
before(async () => {
  w = await newWorld({ items: 2, stock: 520 })
  const { sites } = await w.run('sites.saveSites', {
    sites: [{ code: 'DC2', name: 'Inland DC', kind: 'dc', zone: 'Europe/London', country: 'GB', cutoffMinutes: 900 }],
  })
  dc2 = sites[0].id
  await w.run('sites.saveLanes', {
    lanes: [
      {
        fromSiteId: dc2,
        toSiteId: w.siteId,
        days: 2,
        unitCostMicro: 50_000,
        kgCostMicro: 100_000,
        shipmentCostMicro: 60_000_000,
      },
    ],
  })
  const rule = (siteId: string, reorderPoint: number, maxQty: number) =>
    [0, 1].map((n) => ({ siteId, itemId: w.itemIds[n], abc: 'A', reorderPoint, maxQty, packQty: 600 }))
  await w.run('stock.saveItemSites', { rules: [...rule(w.siteId, 532, 1_720), ...rule(dc2, 200, 600)] })
  await w.run('warehouse.receive', {
    siteId: dc2,
    reference: 'opening',
    lines: [
      { itemId: w.itemIds[0], qty: 1_800 },
      { itemId: w.itemIds[1], qty: 1_799 },
    ],
  })
})
after(() => w.kernel.close())

const ask = (n: number, more: object = {}) =>
  w.run('promise.transferChoice', {
    ...{
      itemId: w.itemIds[n],
      siteId: w.siteId,
      qty: 1_200,
      buyUnitMicro: 2_250_000,
      buyDays: 9,
      buyMoq: 1_200,
      buyPack: 600,
    },
    ...more,
  })
const transfersOf = async (n: number): Promise<number> =>
  (
    await w.sql(
      `select count(*)::int as n from transfer_line where company_id = $1 and item_id = $2`,
      w.company,
      w.itemIds[n],
    )
  )[0].n

test('the position is at the reorder point: one proposal, and DC2 with 1,200 to spare at 0.12 comes before buying at 2.25', async () => {
  const { rows } = await w.run('stock.orderPoints', { siteId: w.siteId })
  assert.deepEqual(
    rows.map((r: Record<string, unknown>) => [r.position, r.reorderPoint, r.proposed]),
    [
      [520, 532, 1_200],
      [520, 532, 1_200],
    ],
  )
  const [one, two] = (await ask(0)).options
  assert.deepEqual(
    [one.kind, one.name, one.fromSiteId, one.qty, one.surplus, one.days, one.arrivesOn],
    ['transfer', 'DC2', dc2, 1_200, 1_200, 2, '2026-11-25'],
  )
  // 1,200 × 0.05 + 240 kg × 0.10 + 60.00 = 144.00
  assert.deepEqual([one.costMicro, one.unitCostMicro], [144_000_000, 120_000])
  assert.deepEqual(one.reasons, [
    'DC2 can spare 1200 EA: 1800 free now, position 1800 − 600 it keeps (the maximum of its reorder rule), the smaller of 1800 and 1200',
    'covers all 1200 EA',
    '2 days on the road',
    'first choice',
  ])
  assert.deepEqual([two.kind, two.qty, two.costMicro, two.days], ['buy', 1_200, 2_700_000_000, 9])
})

test('with 1,199 to spare buying comes first; with a carriage dearer than the goods too', async () => {
  const [one, two] = (await ask(1)).options
  assert.deepEqual([one.kind, two.kind, two.surplus, two.covers], ['buy', 'transfer', 1_199, 1_199])
  assert.equal((await ask(0, { buyUnitMicro: 119_999 })).options[0].kind, 'buy')
  assert.equal((await ask(0, { buyUnitMicro: 120_001 })).options[0].kind, 'transfer')
})

test('what DC2 has promised to its own customers is no surplus', async () => {
  const before = (await ask(0)).options[0].surplus
  const lines = [{ itemId: w.itemIds[0], uom: 'EA', uomQty: 300 }]
  const order = await w.run('sales.createOrder', { partyId: w.partyIds[0], siteId: dc2, lines })
  await w.run('sales.confirm', { orderId: order.id })
  const during = (await ask(0)).options.find((o: { kind: string }) => o.kind === 'transfer').surplus
  await w.run('sales.cancel', { orderId: order.id, reason: 'changed their mind' })
  const after = (await ask(0)).options[0].surplus
  assert.deepEqual([before, during, after], [1_200, 900, 1_200])
})

test('asking five times proposes the same and makes nothing; accepted five times at once there is one transfer', async () => {
  const asked = []
  for (let run = 0; run < 5; run += 1) asked.push(await ask(0))
  for (const again of asked.slice(1)) assert.deepEqual(again, asked[0])
  assert.equal(await transfersOf(0), 0)
  const { key } = asked[0]!
  const accept = () =>
    w.run('promise.acceptTransfer', { key, itemId: w.itemIds[0], siteId: w.siteId, fromSiteId: dc2, qty: 1_200 })
  const accepted = await Promise.all(Array.from({ length: 5 }, accept))
  assert.equal(new Set(accepted.map((a) => a.id)).size, 1)
  assert.deepEqual(accepted.map((a) => a.already).sort(), [false, true, true, true, true])
  assert.equal(await transfersOf(0), 1)
  const { number } = accepted[0]!
  assert.deepEqual((await ask(0)).accepted, { id: accepted[0]!.id, number })
  assert.equal((await ask(0)).options.find((o: { kind: string }) => o.kind === 'transfer').surplus, 0, 'it is promised')
  const page = await w.run('stock.transfer', { transferId: accepted[0]!.id })
  assert.deepEqual([page.status, page.arrivesOn, page.lines[0].promised], ['confirmed', '2026-11-25', 1_200])
  assert.match(page.proposal.reasons[0], /can spare 1200 EA/)
  const { rows } = await w.run('stock.orderPoints', { siteId: w.siteId })
  assert.deepEqual(
    rows.map((r: Record<string, unknown>) => r.itemId),
    [w.itemIds[1]],
    'DC1 is covered: the need is not proposed again',
  )
})

test('what is not there any more, or was proposed another day, is not accepted; cancelled, it may be again', async () => {
  const { key } = await ask(1)
  const accept = (more: object) =>
    w.run('promise.acceptTransfer', {
      ...{ key, itemId: w.itemIds[1], siteId: w.siteId, fromSiteId: dc2, qty: 1_199 },
      ...more,
    })
  await assert.rejects(accept({ qty: 1_200 }), (e: { code?: string }) => e.code === 'no_surplus')
  await assert.rejects(
    accept({ key: key.replace(/^..../, '2025') }),
    (e: { code?: string }) => e.code === 'stale_proposal',
  )
  const first = await accept({})
  await w.run('promise.cancelTransfer', { transferId: first.id, reason: 'bought instead' })
  const second = await accept({})
  assert.deepEqual([second.already, second.id === first.id], [false, false])
})

test('more than an amount can hold is refused in words', async () => {
  await assert.rejects(ask(1, { qty: 9_999_999_999_999 }), (e: { code?: string }) => e.code === 'too_large')
})
