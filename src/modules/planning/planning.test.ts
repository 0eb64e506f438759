/** A night's planning: from what was asked for to a purchase or a transfer that promises stand on, and nothing twice. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { planAll } from '../../../test/planned.ts'
import { refused } from '../../../test/refused.ts'
import { newNode, newWorld, type World } from '../../../test/world.ts'
import { seededRandom } from '../../math/numerics/random.ts'

const { kernel, clock } = await newNode()
after(() => kernel.close())

const DAYS = 150
/** Sales of the past: units of an item on each day, the last of them yesterday. */
const sell = async (w: World, itemId: string, unitsOn: (day: number) => number, siteId = w.siteId) => {
  const rows = Array.from({ length: DAYS }, (_, day) => ({ day, qty: unitsOn(day) })).filter((row) => row.qty > 0)
  await w.sql(
    `insert into sales_history (company_id, id, import_id, document, document_kind, line_no, fate, sold_at, sold_on, party_id, site_id, item_id, code, description, qty, price_micro, net, country)
     select $1::uuid, gen_random_uuid(), gen_random_uuid(), 'H' || given.day, 'invoice', 1, 'sale', now(), date '2026-11-23' - ${DAYS} + given.day, null, $3::uuid, $2::uuid, 'x', 'x', given.qty, 10000000, given.qty * 1000, 'GB'
       from json_to_recordset($4::text::json) as given (day int, qty int)`,
    w.company,
    itemId,
    siteId,
    JSON.stringify(rows),
  )
}
const daily = (seed: number, mean: number) => {
  const random = seededRandom(seed)
  const units = Array.from({ length: DAYS }, () => Math.round(2 * mean * random.uniform()))
  return (day: number) => units[day]!
}
const supplier = async (w: World, items: readonly number[], terms: object = {}, source: object = {}) => {
  const { parties } = await w.run('parties.saveParties', {
    parties: [{ code: 'SUP', name: 'Supplier', isSupplier: true, currency: 'GBP', country: 'GB' }],
  })
  const partyId = parties[0].id as string
  await w.run('purchasing.saveTerms', { terms: [{ partyId, leadDays: 10, ...terms }] })
  const prices = [{ from: 1, priceMicro: 6_000_000 }]
  const rows = items.map((n) => ({ itemId: w.itemIds[n], partyId, packQty: 12, prices, ...source }))
  await w.run('purchasing.saveItemSuppliers', { rows })
  return partyId
}
const planned = async (w: World) => {
  await planAll(w)
  return (await w.run('planning.proposals', {})).rows
}
const world = async (stock = 0) => newWorld({ kernel, clock, at: '2026-11-23T08:00:00Z', stock })

test('What sells and is short is proposed, with its arithmetic; what has enough or sells nothing is not', async () => {
  const w = await world()
  await sell(w, w.itemIds[0]!, daily(1, 10))
  await sell(w, w.itemIds[1]!, daily(2, 4))
  await supplier(w, [0, 1, 2])
  await w.run('warehouse.receive', {
    siteId: w.siteId,
    lines: [{ itemId: w.itemIds[1], qty: 2_000, locationId: w.bins[1] }],
  })
  const rows = await planned(w)
  assert.deepEqual(
    rows.map((row: { sku: string }) => row.sku),
    ['SKU-00001'],
  )
  const [first] = rows
  assert.equal(first.kind, 'buy')
  assert.equal(first.from, 'SUP')
  assert.equal(first.qty % 12, 0, 'whole packs')
  assert.ok(first.qty >= first.reorderPoint, 'lifts the position above the reorder point')
  // Ten days of ten a day and more for safety, but not stock for months.
  assert.ok(first.reorderPoint > 90 && first.reorderPoint < 260, String(first.reorderPoint))
  assert.equal(first.dueOn, '2026-12-03')
  assert.ok(first.shortPpm > 990_000, 'with nothing there it will run out')
  const { why, costWhy, cost } = await w.run('planning.proposal', { proposalId: first.id })
  assert.equal(cost, first.qty * 600)
  for (const words of [
    /Asked for: .* a day/,
    /SUP says 10 days/,
    /Reorder point/,
    /Position 0 = 0 free/,
    /^Lot \d+\.$/,
    /Buy from SUP/,
  ])
    assert.ok(
      why.some((line: string) => words.test(line)),
      `${words} in ${why.join('\n')}`,
    )
  assert.ok(
    costWhy.some((line: string) => /as needed.*taken/.test(line)),
    costWhy.join('\n'),
  )
  const { forecast, past, reorderPoint } = await w.run('planning.forecast', { itemId: w.itemIds[0], siteId: w.siteId })
  assert.equal(reorderPoint, first.reorderPoint)
  assert.ok(Math.abs(forecast.perDayMilli - 10_000) < 2_500, `asked for ten a day, forecast ${forecast.perDayMilli}`)
  assert.ok(forecast.weeks[0].low < forecast.weeks[0].mean && forecast.weeks[0].mean < forecast.weeks[0].high)
  assert.ok(past.every((units: number) => units < 200) && past.at(-1) > 30)
})

test('A reorder point is played over the past beside the rule that stands now', async () => {
  const w = await world()
  await sell(w, w.itemIds[0]!, daily(50, 10))
  await supplier(w, [0])
  const rule = { siteId: w.siteId, itemId: w.itemIds[0], abc: 'A', reorderPoint: 20, maxQty: 60, packQty: 12 }
  await w.run('stock.saveItemSites', { rules: [rule] })
  await planned(w)
  const { days, leadDays, ours, now } = await w.run('planning.played', { itemId: w.itemIds[0], siteId: w.siteId })
  assert.equal(leadDays, 10)
  assert.equal(days, DAYS)
  assert.ok(ours.fillPpm > 900_000, `ours fills ${ours.fillPpm}`)
  assert.ok(now.fillPpm < 500_000, 'twenty units do not last ten days of ten')
  assert.ok(ours.averageStock > now.averageStock)
})

test('Run twice nothing is proposed twice; accepted it becomes one purchase order per supplier, and nothing more is proposed', async () => {
  const w = await world()
  await sell(w, w.itemIds[0]!, daily(3, 10))
  await sell(w, w.itemIds[1]!, daily(4, 6))
  await supplier(w, [0, 1, 2])
  const waiting = await w.order([[0, 5]])
  await w.run('sales.confirm', { orderId: waiting.id })
  const once = await planned(w)
  const twice = await planned(w)
  const shown = (rows: { id: string; qty: number }[]) => rows.map(({ id, qty }) => ({ id, qty }))
  assert.deepEqual(shown(twice), shown(once))
  assert.equal(once.length, 2)
  const proposalIds = once.map((row: { id: string }) => row.id)
  const { documents, affected } = await w.run('planning.accept', { proposalIds })
  assert.equal(documents.length, 1)
  assert.equal(documents[0].lines, 2)
  assert.equal(affected.lines, 1, 'the order that waited has a date now')
  const order = await w.run('purchasing.order', { orderId: documents[0].id })
  assert.equal(order.status, 'placed')
  assert.equal(order.waiting[0].orderId, waiting.id)
  assert.match(order.lines[0].why.reasons.join(' '), /Reorder point/)
  assert.deepEqual(await planned(w), [])
  await assert.rejects(w.run('planning.accept', { proposalIds }), refused('not_open', 'accepted already'))
})

test('What has been ordered meanwhile is not ordered again', async () => {
  const w = await world()
  await sell(w, w.itemIds[0]!, daily(5, 10))
  const partyId = await supplier(w, [0])
  const [first] = await planned(w)
  const lines = [{ itemId: w.itemIds[0], uomQty: 600 }]
  await w.run('purchasing.createOrder', { siteId: w.siteId, partyId, place: true, lines })
  await assert.rejects(
    w.run('planning.accept', { proposalIds: [first.id] }),
    refused('stale_proposal', 'has been ordered meanwhile'),
  )
})

test('Two people accept the same proposal at the same instant: one order', async () => {
  const w = await world()
  const other = await newNode({ clock })
  try {
    await sell(w, w.itemIds[0]!, daily(6, 10))
    await supplier(w, [0])
    const [first] = await planned(w)
    const input = { proposalIds: [first.id] }
    const answers = await Promise.allSettled([
      w.run('planning.accept', input),
      other.kernel.runner.run(w.actor, 'planning.accept', input, {}),
    ])
    assert.deepEqual(answers.map((one) => one.status).sort(), ['fulfilled', 'rejected'])
    const { total } = await w.run('purchasing.orders', {})
    assert.equal(total, 1)
  } finally {
    await other.kernel.close()
  }
})

test('A supplier’s least order is filled up with what runs out next, and says so', async () => {
  const w = await world()
  for (const n of [0, 1, 2]) await sell(w, w.itemIds[n]!, daily(7 + n, 5))
  await supplier(w, [0, 1, 2], { minOrderMinor: 600_000 })
  const all = await planned(w)
  const value = all.reduce((sum: number, row: { cost: number }) => sum + row.cost, 0)
  assert.ok(value >= 600_000, `${value} is below the least order`)
  assert.ok(all.some((row: { cautions: string[] }) => row.cautions.some((one) => /least order/.test(one))))
})

test('What nobody sells us is proposed with a caution, and cannot be accepted', async () => {
  const w = await world()
  await sell(w, w.itemIds[0]!, daily(10, 10))
  const [first] = await planned(w)
  assert.equal(first.from, null)
  assert.deepEqual(first.cautions, ['no supplier'])
  await assert.rejects(w.run('planning.accept', { proposalIds: [first.id] }), refused('not_open', 'nobody is known'))
  await w.run('planning.dismiss', { proposalIds: [first.id], reason: 'it is delisted soon' })
  assert.deepEqual(await planned(w), [], 'quiet for a week')
})

const depotOf = async (w: World) => {
  const { sites } = await w.run('sites.saveSites', {
    sites: [{ code: 'DEP', name: 'Depot', kind: 'dc', zone: 'Europe/London', country: 'GB' }],
  })
  const depotId = sites[0].id as string
  await w.run('sites.saveLanes', { lanes: [{ fromSiteId: w.siteId, toSiteId: depotId, days: 2 }] })
  return depotId
}

test('A supplied site is replenished by a transfer of what stands at the other one, in one order for the way', async () => {
  const w = await world(400)
  const depotId = await depotOf(w)
  await w.run('planning.saveRules', {
    objective: 'valueFill',
    levelPpm: 950_000,
    holdingPpm: 250_000,
    mostDays: 60,
    supplied: [{ siteId: depotId, fromSiteId: w.siteId }],
  })
  for (const n of [0, 1]) await sell(w, w.itemIds[n]!, daily(20 + n, 4), depotId)
  const rows = await planned(w)
  assert.deepEqual(
    rows.map((row: { kind: string; from: string; site: string }) => [row.kind, row.from, row.site]),
    [
      ['transfer', 'DC1', 'DEP'],
      ['transfer', 'DC1', 'DEP'],
    ],
  )
  const { documents } = await w.run('planning.accept', { proposalIds: rows.map((row: { id: string }) => row.id) })
  assert.equal(documents.length, 1)
  assert.equal(documents[0].kind, 'transfer_order')
  const { status, lines } = await w.run('stock.transfer', { transferId: documents[0].id })
  assert.equal(status, 'confirmed')
  assert.equal(lines.length, 2)
  assert.deepEqual(await planned(w), [])
  await assert.rejects(
    w.run('planning.saveRules', {
      objective: 'valueFill',
      levelPpm: 950_000,
      holdingPpm: 250_000,
      mostDays: 60,
      supplied: [{ siteId: w.siteId, fromSiteId: depotId }],
    }),
    refused('supply_errors', 'no way from there'),
  )
})

test('A surplus elsewhere is moved rather than bought, when carriage costs less', async () => {
  const w = await world()
  const depotId = await depotOf(w)
  await w.run('sites.saveLocations', { siteId: depotId, locations: [{ code: 'D-1', kind: 'pick' }] })
  await w.run('sites.saveLanes', { lanes: [{ fromSiteId: depotId, toSiteId: w.siteId, days: 1 }] })
  await sell(w, w.itemIds[0]!, daily(30, 5))
  await supplier(w, [0])
  const [bin] = await w.sql(`select id from location where company_id = $1 and code = 'D-1'`, w.company)
  await w.run('warehouse.receive', {
    siteId: depotId,
    lines: [{ itemId: w.itemIds[0], qty: 5_000, locationId: bin.id }],
  })
  const [first] = await planned(w)
  assert.deepEqual([first.kind, first.from], ['transfer', 'DEP'])
})

test('More is kept for a higher level, and what one more point takes is told', async () => {
  const w = await world()
  await sell(w, w.itemIds[0]!, daily(40, 10))
  await supplier(w, [0])
  const [at95] = await planned(w)
  const rule = { objective: 'valueFill', levelPpm: 990_000, holdingPpm: 250_000, mostDays: 90 }
  await w.run('planning.saveRules', rule)
  const [at99] = await planned(w)
  assert.ok(at99.reorderPoint > at95.reorderPoint, `${at99.reorderPoint} > ${at95.reorderPoint}`)
  await w.run('planning.saveRules', { ...rule, objective: 'itemFill' })
  const [alone] = await planned(w)
  assert.ok(alone.reorderPoint > at95.reorderPoint)
  await w.run('planning.saveRules', rule)
  await planned(w)
  const { run } = await w.run('planning.latest', {})
  const { exchange, fillPpm } = run.sites[0]
  assert.ok(fillPpm >= 990_000, String(fillPpm))
  assert.ok(exchange.every((one: { stock: number }, n: number) => n === 0 || one.stock >= exchange[n - 1].stock))
})

const rule = { objective: 'valueFill', levelPpm: 950_000, holdingPpm: 250_000, mostDays: 60 }

test('What a supplied site needs and the other one has not is bought there, and said', async () => {
  const w = await world()
  const depotId = await depotOf(w)
  await w.run('planning.saveRules', { ...rule, supplied: [{ siteId: depotId, fromSiteId: w.siteId }] })
  await sell(w, w.itemIds[0]!, daily(60, 4), depotId)
  await supplier(w, [0])
  const rows = await planned(w)
  assert.deepEqual(
    rows.map((row: { kind: string; from: string; site: string }) => [row.kind, row.from, row.site]),
    [['buy', 'SUP', 'DC1']],
  )
  const { why } = await w.run('planning.proposal', { proposalId: rows[0].id })
  assert.match(why.join(' '), /for sites that it supplies/)
})

test('Goods that are promised already are not offered to another site', async () => {
  const w = await world(100)
  const depotId = await depotOf(w)
  await w.run('planning.saveRules', { ...rule, supplied: [{ siteId: depotId, fromSiteId: w.siteId }] })
  const order = await w.order([[0, 100]])
  await w.run('sales.confirm', { orderId: order.id })
  await sell(w, w.itemIds[0]!, daily(61, 4), depotId)
  const rows = await planned(w)
  assert.deepEqual(
    rows.map((row: { kind: string }) => row.kind),
    ['buy'],
    'nothing is free to be moved',
  )
})

test('A least order is filled up beside a transfer of the same supplier’s goods, and is never filled with years of stock', async () => {
  const w = await world()
  const depotId = await depotOf(w)
  await w.run('sites.saveLocations', { siteId: depotId, locations: [{ code: 'D-1', kind: 'pick' }] })
  await w.run('sites.saveLanes', { lanes: [{ fromSiteId: depotId, toSiteId: w.siteId, days: 1 }] })
  for (const n of [0, 1]) await sell(w, w.itemIds[n]!, daily(62 + n, 5))
  await supplier(w, [0, 1], { minOrderMinor: 50_000_000 })
  const [bin] = await w.sql(`select id from location where company_id = $1 and code = 'D-1'`, w.company)
  await w.run('warehouse.receive', {
    siteId: depotId,
    lines: [{ itemId: w.itemIds[0], qty: 5_000, locationId: bin.id }],
  })
  const rows = await planned(w)
  assert.deepEqual(rows.map((row: { sku: string; kind: string }) => [row.sku, row.kind]).sort(), [
    ['SKU-00001', 'transfer'],
    ['SKU-00002', 'buy'],
  ])
  const bought = rows.find((row: { kind: string }) => row.kind === 'buy')
  assert.ok(bought.cautions.includes('below least order'), bought.cautions.join())
  assert.ok(bought.qty < 5 * 140, `${bought.qty} would last for long`)
})

test('One item that went wrong does not keep the others from being planned', async () => {
  const w = await world()
  await sell(w, w.itemIds[0]!, daily(70, 10))
  await sell(w, w.itemIds[1]!, daily(71, 10))
  await w.sql(`update sales_history set net = -net where company_id = $1 and item_id = $2`, w.company, w.itemIds[0])
  await supplier(w, [0, 1])
  assert.equal((await planned(w)).length, 2)
})

test('Who is limited to one site is told of its own sales alone, and accepts nothing out of another one', async () => {
  const w = await world(400)
  const depotId = await depotOf(w)
  await w.run('planning.saveRules', { ...rule, supplied: [{ siteId: depotId, fromSiteId: w.siteId }] })
  await sell(w, w.itemIds[0]!, daily(80, 4), depotId)
  await sell(w, w.itemIds[0]!, daily(81, 9))
  const rows = await planned(w)
  const move = rows.find((row: { kind: string }) => row.kind === 'transfer')
  const depot = { ...w.actor, sites: [depotId] }
  const { past } = await w.run('planning.forecast', { itemId: w.itemIds[0], siteId: depotId }, { as: depot })
  assert.ok(past.at(-1) < 60, 'four a day, not thirteen')
  await assert.rejects(
    w.run('planning.accept', { proposalIds: [move.id] }, { as: depot }),
    refused('not_yours', 'not yours'),
  )
})
