/** Ham: counted in cases, weighed one by one, priced by the kilogram. Every gram and penny by hand. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { refused } from '../../../test/refused.ts'
import { Refusal } from '../../core/refusal.ts'
import { writeVariable } from '../../math/gs1/variableMeasure.ts'
import { type Company, type House, openCompany, openHouse } from './testKit.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const grams = {
  ...{ name: 'Grams', prefix: '28', itemFrom: 3, itemDigits: 5, valueKind: 'weight' as const },
  ...{ valueFrom: 8, valueDigits: 5, valueDecimals: 3, verifierAt: null },
}
const label = (weightG: number) => writeVariable({ item: '2800017', value: weightG }, grams)

/** Ham at 12.5 kg nominally, 3 % tolerance, 5.20 per kg; a mug at 10.00; 20 % tax. */
const deli = async (given: { customer?: object; limit?: number } = {}): Promise<Company & { ham: string }> => {
  const c = await openCompany(house, { items: [{ sku: 'MUG' }], ...given })
  const { items } = await c.run('catalog.saveItems', {
    items: [
      {
        ...{
          sku: 'HAM',
          name: 'Ham, whole',
          baseUom: 'CS',
          catchWeight: true,
          weightG: 12_500,
          weightTolerancePpm: 30_000,
        },
        uoms: [{ uom: 'CS', num: 1, gtin: '96385074' }],
      },
    ],
  })
  const ham: string = items[0].id
  await c.run('catalog.saveLayouts', { layouts: [grams] })
  await c.run('catalog.saveAliases', { aliases: [{ itemId: ham, kind: 'embedded', code: '2800017' }] })
  const list = await c.run('pricing.savePriceList', {
    ...{
      code: 'KILO',
      name: 'By weight',
      kind: 'list',
      currency: 'GBP',
      validFrom: '2020-01-01',
      validTo: '9999-12-31',
    },
  })
  await c.run('pricing.savePrices', { listId: list.id, prices: [{ itemId: ham, uom: 'KGM', priceMicro: 5_200_000 }] })
  c.item.set('HAM', ham)
  return { ...c, ham }
}
const receive = (c: Company, qty: number, weightG: number, bin = 'A-01', more: object = {}) =>
  c.run('warehouse.receive', {
    siteId: c.site,
    lines: [{ itemId: c.item.get('HAM'), qty, weightG, locationId: c.bin.get(bin), ...more }],
  })
const ordered = async (c: Company, lines: readonly (readonly [string, number])[], more: object = {}) => {
  const head = await c.run('sales.createOrder', {
    ...{ partyId: c.customer, siteId: c.site },
    lines: lines.map(([sku, uomQty]) => ({
      itemId: c.item.get(sku),
      uom: sku === 'HAM' ? 'CS' : 'EA',
      uomQty,
      ...more,
    })),
  })
  await c.run('sales.confirm', { orderId: head.id })
  await c.run('sales.release', { orderId: head.id })
  return head
}
/** Grams and cases of ham, by bin and over the site. */
const stockOf = async (c: Company) => {
  const bins = await c.rows(
    (sql) => sql<{ code: string; onHand: number; weightG: number }[]>`
      select location.code, bin.on_hand, bin.weight_g
        from stock_balance bin
        join location on location.company_id = bin.company_id and location.id = bin.location_id
       where bin.company_id = ${c.company} and bin.item_id = ${c.item.get('HAM')!} and (bin.on_hand > 0 or bin.weight_g > 0)
       order by location.code, bin.status`,
  )
  const [pool] = await c.rows(
    (sql) => sql<{ onHand: number; weightG: number }[]>`
      select coalesce(sum(on_hand), 0)::int8 as on_hand, coalesce(sum(weight_g), 0)::int8 as weight_g
        from stock_pool
       where company_id = ${c.company} and item_id = ${c.item.get('HAM')!}`,
  )
  return { bins: bins.map((bin) => [bin.code, bin.onHand, bin.weightG]), pool: [pool!.onHand, pool!.weightG] }
}

test('an order by weight is an estimate until the scale says what it is: value, credit, invoice and credit note', async () => {
  const c = await deli({ limit: 1_000_000 })
  await receive(c, 10, 125_700)
  await c.stock('MUG', 'B-12', 5)
  const order = await ordered(c, [
    ['HAM', 4],
    ['MUG', 2],
  ])
  // 4 × 12.5 kg × 5.20 + 2 × 10.00, and a fifth of it.
  assert.deepEqual([order.net, order.tax, order.gross, order.estimated], [28_000, 5_600, 33_600, true])
  assert.equal((await c.account()).openOrders, 33_600)
  const wave = await c.wave()
  const tasks = await c.openTasks(wave.id)
  const taskOf = (sku: string) => tasks.find((task) => task.sku === sku)!.id
  await assert.rejects(
    c.run('warehouse.pick', { taskId: taskOf('HAM'), qty: 4 }),
    refused('weight_needed', /weigh the 4 CS/),
  )
  await assert.rejects(
    c.run('warehouse.pick', { taskId: taskOf('HAM'), qty: 3, shortQty: 0, caseCodes: [label(12_345), label(12_610)] }),
    refused('labels_differ', /3 CS were picked and 2 labels/),
  )
  await c.run('warehouse.pick', {
    ...{ taskId: taskOf('HAM'), qty: 3, shortQty: 0 },
    caseCodes: [label(12_345), '(01)00000096385074(3103)012610', label(12_700)],
  })
  // 13 kg is 4 % off: three are allowed.
  const heavy = { taskId: taskOf('HAM'), qty: 1, weightG: 13_000 }
  await assert.rejects(
    c.run('warehouse.pick', heavy),
    refused('weight_off', /13\.000 kg for 1 CS of HAM is more than 3 % off 12\.500 kg/),
  )
  await assert.rejects(c.run('warehouse.pick', { ...heavy, weightReason: 'nope' }), refused('unknown_reason'))
  await c.run('warehouse.pick', { ...heavy, weightReason: 'weighed_again' })
  await assert.rejects(c.run('warehouse.pick', { taskId: taskOf('MUG'), qty: 2, weightG: 5 }), refused('not_weighed'))
  await c.run('warehouse.pick', { taskId: taskOf('MUG'), qty: 2 })
  // 12,345 + 12,610 + 12,700 + 13,000 = 50,655 g at the stage; the bin keeps the rest.
  const { bins, pool } = await stockOf(c)
  assert.deepEqual(
    [bins, pool],
    [
      [
        ['A-01', 6, 75_045],
        ['STAGE', 4, 50_655],
      ],
      [10, 125_700],
    ],
  )
  const before = await c.run('sales.order', { orderId: order.id })
  assert.deepEqual(
    [before.estimated, before.lines[0].estimated, before.lines[0].weight, before.lines[1].weight],
    [true, true, { nominalG: 12_500, pickedG: 50_655, shippedG: 0 }, null],
  )
  const packed = await c.run('warehouse.pack', { orderId: order.id })
  assert.equal((await c.run('warehouse.shipment', { id: packed.shipmentId })).weightG, 51_655)
  const shipped = await c.run('warehouse.ship', { shipmentId: packed.shipmentId })
  // 50.655 kg × 5.20 = 263.406, so 263.41; with the mugs 283.41, tax 56.68.
  assert.equal(shipped.grossMinor, 34_009)
  assert.deepEqual(await c.account(), { openOrders: 0, shippedUnbilled: 34_009, openReceivables: 0, unappliedCash: 0 })
  const after = await c.run('sales.order', { orderId: order.id })
  assert.deepEqual(
    [
      after.netMinor,
      after.taxMinor,
      after.grossMinor,
      after.estimated,
      after.lines[0].netMinor,
      after.lines[0].weight.shippedG,
    ],
    [28_341, 5_668, 34_009, false, 26_341, 50_655],
  )
  assert.deepEqual(
    (await c.run('sales.orders', {})).rows.map((row: { estimated: boolean; amountMinor: number }) => [
      row.estimated,
      row.amountMinor,
    ]),
    [[false, 28_341]],
  )
  const { invoices } = await c.run('finance.invoiceShipments', { shipmentIds: [packed.shipmentId] })
  assert.equal(invoices[0].grossMinor, 34_009)
  const invoice = await c.run('finance.invoice', { id: invoices[0].id })
  const [ham] = invoice.lines
  assert.deepEqual(
    [ham.qty, ham.weightG, ham.priceMicro, ham.perUom, ham.netMinor],
    [4, 50_655, 5_200_000, 'KGM', 26_341],
  )
  assert.deepEqual(await c.account(), { openOrders: 0, shippedUnbilled: 0, openReceivables: 34_009, unappliedCash: 0 })
  // One of four cases: a quarter of the weight (12,664 g of 50,655), 263.41 × 12,664 / 50,655 = 65.85.
  const one = await c.run('finance.creditNote', {
    invoiceId: invoice.id,
    reason: 'spoiled',
    lines: [{ lineId: ham.id, qty: 1 }],
  })
  assert.deepEqual([one.netMinor, one.taxMinor], [6_585, 1_317])
  // Then one of 12,345 g by its label: up to 25,009 g the line costs 130.05, less 65.85.
  const two = await c.run('finance.creditNote', {
    ...{ invoiceId: invoice.id, reason: 'spoiled' },
    lines: [{ lineId: ham.id, qty: 1, weightG: 12_345 }],
  })
  assert.equal(two.netMinor, 6_420)
  await assert.rejects(
    c.run('finance.creditNote', {
      invoiceId: invoice.id,
      reason: 'x',
      lines: [{ lineId: ham.id, qty: 1, weightG: 25_647 }],
    }),
    refused('over_credited', /25646 g left/),
  )
  const rest = await c.run('finance.creditNote', { invoiceId: invoice.id, reason: 'all of it' })
  assert.equal(rest.netMinor, 28_341 - 6_585 - 6_420)
  assert.equal((await c.run('finance.invoice', { id: rest.id })).lines[0].weightG, 25_646)
  assert.deepEqual(await house.broken(c.company), [])
})

test('a part that leaves takes its estimate off the open order and stands there by its weight', async () => {
  const c = await deli({ limit: 1_000_000 })
  await receive(c, 4, 50_000)
  const order = await ordered(c, [['HAM', 4]])
  assert.equal((await c.account()).openOrders, 31_200)
  await c.wave()
  const [task] = await c.openTasks()
  await c.run('warehouse.pick', { taskId: task!.id, qty: 2, shortQty: 0, weightG: 25_400 })
  const packed = await c.run('warehouse.pack', { orderId: order.id })
  const { grossMinor } = await c.run('warehouse.ship', { shipmentId: packed.shipmentId })
  // 25.4 kg × 5.20 = 132.08, with tax 158.50; the two to come stay at 130.00, with tax 156.00.
  assert.equal(grossMinor, 15_850)
  assert.deepEqual(await c.account(), {
    openOrders: 15_600,
    shippedUnbilled: 15_850,
    openReceivables: 0,
    unappliedCash: 0,
  })
  const half = await c.run('sales.order', { orderId: order.id })
  assert.deepEqual([half.netMinor, half.estimated], [26_208, true])
  // The last two are 100 g heavier than the books: the scale is right, and the bin is empty to the gram.
  await c.run('warehouse.pick', { taskId: task!.id, qty: 2, weightG: 24_700 })
  assert.deepEqual(await stockOf(c), { bins: [['STAGE', 2, 24_700]], pool: [2, 24_700] })
  const corrections = await c.rows(
    (sql) => sql<{ qty: number; weightG: number; reason: string }[]>`
      select qty, weight_g, reason from stock_move where company_id = ${c.company} and qty = 0`,
  )
  assert.deepEqual(corrections, [{ qty: 0, weightG: 100, reason: 'weighed' }])
  const last = await c.run('warehouse.pack', { orderId: order.id })
  await c.run('warehouse.ship', { shipmentId: last.shipmentId })
  // 132.08 + 24.7 kg × 5.20 = 128.44.
  const whole = await c.run('sales.order', { orderId: order.id })
  assert.deepEqual([whole.netMinor, whole.estimated], [26_052, false])
  assert.equal((await c.account()).openOrders, 0)
  assert.deepEqual(await stockOf(c), { bins: [], pool: [0, 0] })
  const { invoices } = await c.run('finance.invoiceShipments', { shipmentIds: [packed.shipmentId, last.shipmentId] })
  assert.deepEqual(
    invoices.map((one: { grossMinor: number }) => one.grossMinor),
    [15_850, 15_413],
  )
  assert.deepEqual(await house.broken(c.company), [])
})

test('goods come in weighed: without a weight, or too far from nominal without a reason, they do not', async () => {
  const c = await deli()
  const line = { itemId: c.ham, qty: 4, locationId: c.bin.get('A-01') }
  const post = (...lines: object[]) => c.run('warehouse.receive', { siteId: c.site, lines })
  await assert.rejects(post(line), refused('weight_needed'))
  await assert.rejects(
    post({ ...line, weightG: 51_501 }),
    refused('weight_off', /51\.501 kg for 4 CS of HAM is more than 3 % off 50\.000 kg/),
  )
  await assert.rejects(post({ ...line, weightG: 60_000, weightReason: 'x' }), refused('unknown_reason'))
  await assert.rejects(
    post({ ...line, weightG: 50_000 }, { itemId: c.item.get('MUG'), qty: 1, weightG: 5 }, line),
    (error) =>
      error instanceof Refusal && error.errors!.map((e) => e.path).join() === 'lines.1.weightG,lines.2.weightG',
  )
  await post({ ...line, weightG: 51_500 })
  await post({ ...line, qty: 1, weightG: 9_000, weightReason: 'part_case' })
  assert.deepEqual(await stockOf(c), { bins: [['A-01', 5, 60_500]], pool: [5, 60_500] })
  assert.deepEqual(await house.broken(c.company), [])
})

test('weight goes with the goods: moved, corrected, scrapped, held, short of and counted', async () => {
  const c = await deli()
  await receive(c, 10, 125_701)
  const bin = (code: string) => c.bin.get(code)
  await c.run('warehouse.move', { itemId: c.ham, fromLocationId: bin('A-01'), toLocationId: bin('B-12'), qty: 5 })
  assert.deepEqual((await stockOf(c)).bins, [
    ['A-01', 5, 62_850],
    ['B-12', 5, 62_851],
  ])
  const correct = (code: string, qty: number, more: object = {}) =>
    c.run('warehouse.adjust', {
      locationId: bin(code),
      itemId: c.ham,
      qty,
      reason: qty < 0 ? 'lost' : 'found',
      ...more,
    })
  await correct('A-01', -1)
  await correct('A-01', 1, { weightG: 12_000 })
  await correct('C-03', 1)
  await correct('B-12', -1, { weightG: 13_100 })
  assert.deepEqual((await stockOf(c)).bins, [
    ['A-01', 5, 62_280],
    ['B-12', 4, 49_751],
    ['C-03', 1, 12_500],
  ])
  await c.run('warehouse.scrap', { locationId: bin('C-03'), itemId: c.ham, qty: 1, reason: 'damaged' })
  await c.run('warehouse.changeStatus', {
    ...{ locationId: bin('A-01'), itemId: c.ham, qty: 2 },
    toStatus: 'damaged',
    reason: 'damaged',
  })
  const { bins, pool } = await stockOf(c)
  assert.deepEqual(
    [bins, pool],
    [
      [
        ['A-01', 3, 37_368],
        ['A-01', 2, 24_912],
        ['B-12', 4, 49_751],
      ],
      [9, 112_031],
    ],
  )
  // Five ordered: three from A-01, where two are found; the third is counted as gone and comes from B-12.
  await ordered(c, [['HAM', 3]])
  await c.wave()
  const [task] = await c.openTasks()
  await c.run('warehouse.pick', { taskId: task!.id, qty: 2, shortQty: 1, reason: 'short_pick', weightG: 24_900 })
  const { counts } = await c.run('warehouse.counts', { siteId: c.site })
  await c.run('warehouse.count', { taskId: counts[0].id, counted: 0 })
  await c.run('warehouse.approveCount', { taskId: counts[0].id })
  const end = await stockOf(c)
  assert.deepEqual(end.bins, [
    ['A-01', 2, 24_912],
    ['B-12', 4, 49_751],
    ['STAGE', 2, 24_900],
  ])
  assert.deepEqual(end.pool, [8, 99_563])
  assert.deepEqual(await house.broken(c.company), [])
})

test('a price by hand may be per kilogram, a price per case is no estimate, and nobody pays ahead by an invoice of guesses', async () => {
  const c = await deli({ customer: { invoiceTrigger: 'prepaid' } })
  await receive(c, 10, 125_000)
  const lines = (more: object) => ({
    ...{ partyId: c.customer, siteId: c.site },
    lines: [{ itemId: c.ham, uom: 'CS', uomQty: 3, ...more }],
  })
  const byKilo = await c.run('sales.createOrder', lines({ priceMicro: 5_000_000, priceUom: 'KGM' }))
  assert.deepEqual([byKilo.net, byKilo.estimated], [18_750, true])
  const byCase = await c.run('sales.createOrder', lines({ priceMicro: 60_000_000 }))
  assert.deepEqual([byCase.net, byCase.estimated], [18_000, false])
  const again = await c.run('sales.amend', { orderId: byKilo.id, requestedOn: '2030-01-01' })
  assert.deepEqual([again.net, again.estimated], [18_750, true])
  await assert.rejects(c.run('sales.createOrder', lines({ uom: 'KGM' })), refused('line_errors', /not handled in KGM/))
  await c.run('sales.confirm', { orderId: byKilo.id })
  await assert.rejects(
    c.run('finance.invoiceOrder', { orderId: byKilo.id }),
    refused('not_weighed', /billed as weighed/),
  )
  const preview = await c.run('sales.preview', { partyId: c.customer, siteId: c.site, lines: lines({}).lines })
  assert.deepEqual(
    [preview.netMinor, preview.estimated, preview.lines[0].weightG, preview.lines[0].perUom],
    [19_500, true, 37_500, 'KGM'],
  )
})
