/**
 * Journey B.5, server side, over HTTP: a scan of the wrong lot is refused before anything is written. The lot that is
 * there may be taken when someone who may says why; it is kept on the allocation and in the audit trail.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { broken } from '../broken.ts'
import { newWorld, type World } from '../world.ts'
import { overHttp, type Person } from './overHttp.ts'

const GTIN = '05012345678900'
let w: World
let door: Awaited<ReturnType<typeof overHttp>>
let picker: Person
let lead: Person
let owner: Person
let itemId: string
const lots = new Map<string, string>()

before(async () => {
  w = await newWorld({ at: '2026-12-01T08:00:00Z', items: 0, customers: 1 })
  door = await overHttp(w)
  picker = door.person('picker', 'Pip Picker')
  lead = door.person('warehouse_lead', 'Lee Lead')
  owner = door.person('owner', 'Olive Owner')
  const uoms = [{ uom: 'EA', num: 1, sells: true, gtin: GTIN }]
  const { items } = await owner.post('/catalog/items', {
    items: [{ sku: 'YOG', name: 'Yoghurt', tracking: 'lot', shelfLifeDays: 90, taxClass: 'standard', uoms }],
  })
  itemId = items[0].id
  const prices = [{ itemId, uom: 'EA', minQty: 1, priceMicro: 2_000_000 }]
  await owner.post(`/pricing/lists/${w.priceListId}/prices`, { prices })
  const { locations } = await lead.post(`/sites/${w.siteId}/locations`, {
    locations: [{ code: 'A-1', kind: 'pick', pickSeq: 1 }],
  })
  const lot = (lotCode: string, expiresOn: string) => ({
    ...{ itemId, qty: 10, locationId: locations[0].id, lotCode, expiresOn },
  })
  await lead.post('/warehouse/receipts', {
    siteId: w.siteId,
    lines: [lot('L1', '2027-01-10'), lot('L2', '2027-02-10')],
  })
  for (const row of await w.sql('select id, code from lot where company_id = $1', w.company)) lots.set(row.code, row.id)
})
after(() => door.close())

/** All that a pick could have written, as one word; answers to keys and the security audit are not of it. */
const written = async (): Promise<string> => {
  const tables = ['task', 'allocation', 'demand_line', 'promise', 'stock_pool', 'stock_balance', 'stock_move', 'outbox']
  const sums = tables.map(
    (table) => `select '${table} ' || count(*) || coalesce(md5(string_agg(r::text, ';' order by r::text)), '')
                  from ${table} r where company_id = $1`,
  )
  const [row] = await w.sql<{ all: string }>(
    `select string_agg(one.word, ' ') as "all" from (${sums.join(' union all ')}) as one (word)`,
    w.company,
  )
  return row!.all
}
const nextTask = async () => (await picker.get(`/warehouse/pick-list?siteId=${w.siteId}`)).tasks[0]

test('B.5 a scan of the wrong lot writes nothing; to take it needs the right, a reason of the list, and leaves both in the audit trail', async () => {
  const { id: orderId } = await w.run('sales.createOrder', {
    partyId: w.partyIds[0],
    siteId: w.siteId,
    lines: [{ itemId, uom: 'EA', uomQty: 5 }],
  })
  await w.run('sales.confirm', { orderId })
  const lineId: string = (await w.run('sales.release', { orderId })).lines[0].id
  await lead.post('/warehouse/waves', { siteId: w.siteId, orderIds: [orderId] })
  const task = await nextTask()
  assert.deepEqual([task.lot, task.qty], ['L1', 5], 'what expires first')

  const before = await written()
  const scans = [
    { scannedLot: 'L2' },
    // GS1: the item's own GTIN, and the lot of the label.
    { scannedCode: `(01)${GTIN}(10)L2` },
    { scannedCode: `01${GTIN}10L2` },
    { scannedCode: GTIN, scannedLot: 'L2' },
  ]
  for (const scan of scans) {
    const { status, body } = await picker.ask('POST', `/warehouse/tasks/${task.id}/pick`, { qty: 5, ...scan })
    assert.deepEqual([status, body.code], [409, 'wrong_lot'], JSON.stringify(scan))
    assert.match(body.detail, /This is lot L2; the task wants lot L1/)
  }
  assert.equal(await written(), before)

  // The lot is not to be had through the back door either: what a task claims is not laid out anew.
  const choose = (who: Person, more: object) =>
    who.ask('POST', `/promise/lines/${lineId}/lots`, { lots: [{ lotId: lots.get('L2'), qty: 5 }], ...more })
  assert.deepEqual((await choose(lead, { reason: 'access' })).body.code, 'nothing_open')
  assert.equal((await picker.ask('POST', `/warehouse/orders/${orderId}/end-tasks`, { reason: 'lot' })).status, 403)
  await lead.post(`/warehouse/orders/${orderId}/end-tasks`, { reason: 'lot' })

  const ended = await written()
  const refused = [
    [picker, { reason: 'access' }, 403, 'not_permitted'],
    [lead, {}, 422, 'invalid_input'],
    [lead, { reason: '' }, 422, 'invalid_input'],
    [lead, { reason: 'because' }, 422, 'unknown_reason'],
  ] as const
  for (const [who, more, status, code] of refused) {
    const answer = await choose(who, more)
    assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(more))
  }
  assert.equal(await written(), ended)

  const chosen = await choose(lead, { reason: 'access', note: 'L1 stands behind a broken rack' })
  assert.deepEqual([chosen.status, chosen.body], [200, { chosen: 5, byRule: 0, waiting: 0 }])
  await lead.post('/warehouse/waves', { siteId: w.siteId, orderIds: [orderId] })
  const again = await nextTask()
  assert.deepEqual([again.lot, again.qty], ['L2', 5])
  const stale = await picker.ask('POST', `/warehouse/tasks/${again.id}/pick`, { qty: 5, scannedLot: 'L1' })
  assert.equal(stale.body.code, 'wrong_lot', 'now it is L1 that would be wrong')
  const picked = await picker.post(`/warehouse/tasks/${again.id}/pick`, { qty: 5, scannedCode: `(01)${GTIN}(10)L2` })
  assert.equal(picked.picked, 5)

  const { rows } = await owner.get('/people/audit?capability=promise.overrideLots')
  assert.deepEqual(
    rows.map((row: { actorName: string; outcome: string; input: { reason: string; note: string } }) => [
      ...[row.actorName, row.outcome, row.input.reason, row.input.note],
    ]),
    [
      ['Lee Lead', 'done', 'access', 'L1 stands behind a broken rack'],
      ['Pip Picker', 'denied', 'access', undefined],
    ],
  )
  const { allocated } = await lead.get(`/promise/lines/${lineId}/lots`)
  assert.deepEqual(
    allocated.map((one: { lot: string; qty: number; reason: string; passed: unknown }) => [
      ...[one.lot, one.qty, one.reason, one.passed],
    ]),
    [['L2', 5, 'The earlier lot cannot be reached', [{ lot: 'L1', why: 'passed over by hand' }]]],
  )
  assert.deepEqual(await broken(w), [])
})
