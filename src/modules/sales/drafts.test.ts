import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { refused } from '../../../test/refused.ts'
import { newWorld, type World } from '../../../test/world.ts'

const linesOf = async (w: World, orderId: string) => (await w.run('sales.order', { orderId })).lines

test('a draft is changed before it binds: lines replaced, priced and taxed anew, the customer number found', async () => {
  const w = await newWorld()
  after(() => w.kernel.close())
  const order = await w.order([
    [0, 24],
    [1, 5],
  ])
  const other = await w.order([[2, 1]], 0, { customerPo: 'PO-1' })
  await w.run('pricing.savePrices', {
    listId: w.priceListId,
    prices: [{ itemId: w.itemIds[0], uom: 'EA', minQty: 10, priceMicro: 9_000_000 }],
  })
  const changed = await w.run('sales.amend', {
    orderId: order.id,
    version: 1,
    customerPo: 'PO-2',
    requestedOn: '2026-12-01',
    lines: [
      { itemId: w.itemIds[0], uom: 'CS', uomQty: 1 },
      { itemId: w.itemIds[2], uom: 'EA', uomQty: 2 },
    ],
  })
  assert.deepEqual([changed.net, changed.tax, changed.gross], [12_800, 2_560, 15_360])
  const page = await w.run('sales.order', { orderId: order.id })
  assert.deepEqual([page.lines.length, page.customerRef, page.requestedOn, page.version], [2, 'PO-2', '2026-12-01', 2])
  assert.deepEqual(
    (await w.sql('select word from search_entry where ref_id = $1 and rank = 0 order by word', order.id)).map(
      (r) => r.word,
    ),
    [page.number.toLowerCase(), 'po-2'].sort(),
  )
  await assert.rejects(
    w.run('sales.amend', { orderId: order.id, version: 1, customerPo: 'PO-3' }),
    refused('changed_meanwhile'),
  )
  await assert.rejects(w.run('sales.amend', { orderId: order.id, customerPo: 'PO-1' }), refused('duplicate_po'))
  const confirmed = await w.run('sales.confirm', { orderId: order.id })
  assert.equal(confirmed.lines.length, 2)
  await assert.rejects(w.run('sales.amend', { orderId: order.id, customerPo: 'PO-4' }), refused('not_a_draft'))
  assert.equal((await linesOf(w, other.id)).length, 1)
})

test('a change of the head alone keeps prices set by hand and asks for all others again', async () => {
  const w = await newWorld()
  after(() => w.kernel.close())
  const { id } = await w.run('sales.createOrder', {
    partyId: w.partyIds[0],
    siteId: w.siteId,
    lines: [
      { itemId: w.itemIds[0], uom: 'EA', uomQty: 1, priceMicro: 7_000_000 },
      { itemId: w.itemIds[1], uom: 'EA', uomQty: 1 },
    ],
  })
  await w.run('pricing.savePrices', {
    listId: w.priceListId,
    prices: [{ itemId: w.itemIds[1], uom: 'EA', minQty: 1, priceMicro: 11_000_000 }],
  })

  await w.run('sales.amend', { orderId: id, requestedOn: '2026-12-24' })
  const lines = await linesOf(w, id)
  assert.deepEqual([lines[0].priceMicro, lines[1].priceMicro], [7_000_000, 11_000_000])
  const desk = { ...w.actor, permissions: new Set(['sales.order']) }
  await w.run('sales.amend', { orderId: id, requestedOn: '2026-12-23' }, { as: desk })
  await assert.rejects(
    w.run(
      'sales.amend',
      { orderId: id, lines: [{ itemId: w.itemIds[0], uom: 'EA', uomQty: 1, priceMicro: 1 }] },
      { as: desk },
    ),
    refused('price_not_permitted'),
  )
})

test('price and tax of a line are explained as they were decided, not as the rules say today', async () => {
  const w = await newWorld()
  after(() => w.kernel.close())
  const order = await w.order([
    [0, 3],
    [1, 1],
  ])
  const [line] = await linesOf(w, order.id)
  await w.run('pricing.savePrices', {
    listId: w.priceListId,
    prices: [{ itemId: w.itemIds[0], uom: 'EA', minQty: 2, priceMicro: 8_000_000 }],
  })
  const price = await w.run('sales.explainPrice', { lineId: line.id })
  assert.deepEqual([price.priceMicro, price.source, price.netMinor], [10_000_000, 'list LIST', 3_000])
  assert.deepEqual(
    price.steps.map((s: { name: string; outcome: string }) => [s.name, s.outcome]),
    [['list LIST', 'won']],
  )
  const tax = await w.run('sales.explainTax', { lineId: line.id })
  assert.deepEqual([tax.taxCode, tax.category, tax.ratePpm], ['S', 'S', 200_000])
  assert.deepEqual(tax.document, { baseMinor: 4_000, taxMinor: 800, currency: 'GBP' })
  assert.match(tax.steps[0].answer, /^rule 90: GB to GB/)
  const stranger = { ...w.actor, parties: [w.partyIds[1]!] }
  await assert.rejects(w.run('sales.explainPrice', { lineId: line.id }, { as: stranger }), refused('not_found'))
})

test('a customer who enters an order sees the price and tax the order then has, and nothing of another customer', async () => {
  const w = await newWorld()
  after(() => w.kernel.close())
  const own = { ...w.actor, parties: [w.partyIds[0]!] }
  const asked = { siteId: w.siteId, lines: [{ itemId: w.itemIds[0], uom: 'EA', uomQty: 3 }] }
  const seen = await w.run('sales.preview', { partyId: w.partyIds[0], ...asked }, { as: own })
  const order = await w.run('sales.createOrder', { partyId: w.partyIds[0], ...asked }, { as: own })
  assert.deepEqual([seen.lines[0].message, seen.grossMinor], [null, order.gross])
  assert.ok(order.gross > 0)
  await assert.rejects(w.run('sales.preview', { partyId: w.partyIds[1], ...asked }, { as: own }), refused('not_found'))
})

test('a promised date is explained part by part: stock, a supply with its days, and what has no date', async () => {
  const w = await newWorld({ items: 1, stock: 10 })
  after(() => w.kernel.close())
  await w.run('promise.saveSupplies', {
    supplies: [
      {
        siteId: w.siteId,
        itemId: w.itemIds[0],
        kind: 'purchase',
        reference: 'PO-77',
        dueOn: '2026-11-27',
        expected: 5,
      },
    ],
  })
  const order = await w.order([[0, 18]])
  await w.run('sales.confirm', { orderId: order.id })
  const [line] = await linesOf(w, order.id)
  const why = await w.run('promise.explain', { lineId: line.id })
  const [site] = await w.sql('select dock_to_stock_days as days from site where id = $1', w.siteId)
  assert.deepEqual(
    why.steps.map((s: { source: string; qty: number; on: string | null; ref: string | null }) => [
      s.source,
      s.qty,
      s.on,
      s.ref,
    ]),
    [
      ['requested', 18, '2026-11-23', null],
      ['on hand', 10, '2026-11-24', null],
      ['supply', 5, line.promises[1].on, 'PO-77'],
      ['backordered', 3, null, null],
      // The rules of the site, and who is before it.
      ['rule', 0, null, null],
      ['queue', 0, null, null],
    ],
  )
  assert.equal(why.steps[2].dockToStockDays, site.days)
  assert.equal(why.steps[2].routeDays, 1)
  assert.match(why.text, /3 of 18 EA have no supply/)
})
