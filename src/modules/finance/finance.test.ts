import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { refused } from '../../../test/refused.ts'
import { sliceOf, taxesOf } from '../../math/price/bill.ts'
import { type Company, dayFromNow, type House, openCompany, openHouse } from '../warehouse/testKit.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const today = dayFromNow(0)

/** An order of `qty` teas, picked, packed and shipped. */
const shipOrder = async (c: Company, qty: number, partyId = c.customer) => {
  const order = await c.order([{ sku: 'TEA', qty }], partyId)
  const wave = await c.wave([order.id])
  await c.pickAll(wave.id)
  const { shipmentId } = await c.run('warehouse.pack', { orderId: order.id })
  await c.run('warehouse.ship', { shipmentId })
  return { orderId: order.id, shipmentId }
}
const bill = async (c: Company, ...shipmentIds: string[]) =>
  (await c.run('finance.invoiceShipments', { shipmentIds })).invoices
const pay = (c: Company, amountMinor: number, more: object = {}) =>
  c.run('finance.recordPayment', {
    customerId: c.customer,
    on: today,
    amountMinor,
    currency: 'GBP',
    method: 'bank',
    ...more,
  })

test('parts of a line cost its net to the minor unit, and tax is rounded once per category', () => {
  assert.deepEqual([sliceOf(1000, 0, 1, 3), sliceOf(1000, 1, 1, 3), sliceOf(1000, 2, 1, 3)], [333, 334, 333])
  assert.equal(sliceOf(-999, 0, 2, 2), -999)
  const line = (net: number, taxRatePpm: number) => ({ net, taxCategory: 'S', taxRatePpm })
  assert.deepEqual(taxesOf([line(33, 200_000), line(33, 200_000), line(100, 50_000)]), [
    { category: 'S', ratePpm: 200_000, taxable: 66, tax: 13 },
    { category: 'S', ratePpm: 50_000, taxable: 100, tax: 5 },
  ])
})

test('an order shipped in three parts is invoiced for what left, each time, and for its net in all', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.stock('TEA', 'A-01', 10)
  const order = await c.order([{ sku: 'TEA', qty: 10 }])
  const wave = await c.wave()
  const [task] = await c.openTasks(wave.id)
  const grosses: number[] = []
  for (const qty of [3, 3, 4]) {
    await c.run('warehouse.pick', { taskId: task!.id, qty, shortQty: 0 })
    const { shipmentId } = await c.run('warehouse.pack', { orderId: order.id })
    assert.equal((await bill(c, shipmentId))[0].outcome, 'not_shipped')
    await c.run('warehouse.ship', { shipmentId })
    const [invoice] = await bill(c, shipmentId)
    grosses.push(invoice.grossMinor)
    assert.equal((await bill(c, shipmentId))[0].outcome, 'already')
  }
  assert.deepEqual(grosses, [3_600, 3_600, 4_800])
  const list = await c.run('finance.invoices', { filter: 'status:open', sort: 'number' })
  assert.deepEqual(
    list.rows.map((row: { number: string; dueOn: string }) => [row.number, row.dueOn]),
    ['INV-1', 'INV-2', 'INV-3'].map((number) => [number, dayFromNow(30)]),
  )
  const page = await c.run('finance.invoice', { id: list.rows[0].id })
  assert.deepEqual([page.seller.name, page.billTo.lines[0], page.terms], ['Quay Ltd', '1 Quay', '30 days'])
  assert.deepEqual(page.taxes, [{ category: 'S', ratePpm: 200_000, baseMinor: 3_000, taxMinor: 600 }])
  assert.deepEqual(page.documents.map((one: { kind: string }) => one.kind).sort(), ['sales_order', 'shipment'])
  assert.deepEqual(await house.broken(c.company), [])
})

test('sixteen callers on two nodes get numbers without gap, and a refused invoice uses none up', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.stock('TEA', 'A-01', 1_000)
  const shipments: string[] = []
  for (let i = 0; i < 32; i += 1) shipments.push((await shipOrder(c, 1 + (i % 3))).shipmentId)
  const nodes = [house.kernel.runner, house.node().runner]
  // Each shipment is asked for twice, from different nodes: one invoice each, whoever comes first.
  const asked = [...shipments, ...shipments].map((id, i) => ({ id, node: nodes[(i + (i >= 32 ? 1 : 0)) % 2]! }))
  const answers: string[] = []
  const caller = async () => {
    for (let one = asked.pop(); one; one = asked.pop()) {
      const { invoices } = await one.node.run(c.actor, 'finance.invoiceShipments', { shipmentIds: [one.id] })
      answers.push(invoices[0].outcome)
      await assert.rejects(
        one.node.run(c.actor, 'finance.creditNote', {
          invoiceId: invoices[0].id,
          reason: 'x',
          lines: [{ lineId: c.customer, qty: 1 }],
        }),
        refused('not_found'),
      )
    }
  }
  await Promise.all(Array.from({ length: 16 }, caller))
  assert.equal(answers.filter((one) => one === 'issued').length, 32)
  assert.equal(answers.filter((one) => one === 'already').length, 32)
  const numbers = await c.rows(
    (sql) => sql<{ n: number }[]>`
    select substr(number, 5)::int as n from invoice where company_id = ${c.company} order by 1`,
  )
  assert.deepEqual(
    numbers.map((row) => row.n),
    Array.from({ length: 32 }, (_, i) => i + 1),
  )
  assert.deepEqual(await house.broken(c.company), [])
})

test('a payment pays the oldest invoice first, never more than is open, and what is over waits', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.stock('TEA', 'A-01', 100)
  const ids: string[] = []
  for (const qty of [1, 2, 3]) ids.push((await bill(c, (await shipOrder(c, qty)).shipmentId))[0].id)
  const first = await pay(c, 1_500)
  assert.deepEqual(
    first.applied.map((one: { amountMinor: number; openMinor: number }) => [one.amountMinor, one.openMinor]),
    [
      [1_200, 0],
      [300, 2_100],
    ],
  )
  await assert.rejects(pay(c, 5_000, { applyTo: [{ invoiceId: ids[1], amountMinor: 2_101 }] }), refused('over_applied'))
  await assert.rejects(pay(c, 100, { applyTo: [{ invoiceId: ids[1], amountMinor: 101 }] }), refused('over_applied'))
  const cash = await pay(c, 10_000, { applyTo: [{ invoiceId: ids[2], amountMinor: 1_000 }] })
  assert.equal(cash.unappliedMinor, 9_000)
  assert.deepEqual(await c.account(), {
    openOrders: 0,
    shippedUnbilled: 0,
    openReceivables: 4_700,
    unappliedCash: 9_000,
  })
  assert.deepEqual(
    (await c.run('finance.invoices', { sort: 'number' })).rows.map((row: { status: string }) => row.status),
    ['paid', 'part_paid', 'part_paid'],
  )
  await assert.rejects(
    c.run('finance.applyPayment', { paymentId: cash.id, applyTo: [{ invoiceId: ids[2], amountMinor: 2_600 }] }),
    refused('applied_before'),
  )
  assert.deepEqual(
    await c.run('finance.applyPayment', { paymentId: cash.id, applyTo: [{ invoiceId: ids[1], amountMinor: 2_100 }] }),
    { unappliedMinor: 6_900 },
  )
  const aging = await c.run('finance.aging', { on: dayFromNow(75) })
  assert.deepEqual(
    [aging.rows[0].days31to60Minor, aging.rows[0].openMinor, aging.rows[0].unappliedMinor],
    [2_600, 2_600, 6_900],
  )
  assert.equal((await c.run('finance.payments', { filter: 'unapplied>0' })).rows.length, 1)
  assert.deepEqual(await house.broken(c.company), [])
})

test('two payments at the same instant never pay one invoice twice', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.stock('TEA', 'A-01', 100)
  await bill(c, (await shipOrder(c, 5)).shipmentId)
  const other = house.node().runner
  const input = { customerId: c.customer, on: today, amountMinor: 6_000, currency: 'GBP', method: 'bank' }
  const paid = await Promise.all([
    c.run('finance.recordPayment', input),
    other.run(c.actor, 'finance.recordPayment', input),
  ])
  assert.equal(paid[0].unappliedMinor + paid[1].unappliedMinor, 6_000)
  assert.deepEqual(await house.broken(c.company), [])
})

test('credit notes give back the original price and tax, in parts to the penny, and never more than was billed', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.stock('TEA', 'A-01', 10)
  const invoiceId = (await bill(c, (await shipOrder(c, 7)).shipmentId))[0].id
  const { lines } = await c.run('finance.invoice', { id: invoiceId })
  const credit = (qty: number) =>
    c.run('finance.creditNote', { invoiceId, reason: 'damaged', lines: [{ lineId: lines[0].id, qty }] })
  const first = await credit(2)
  assert.deepEqual(
    [first.number, first.netMinor, first.taxMinor, first.appliedMinor, first.openMinor],
    ['CN-1', 2_000, 400, 2_400, 0],
  )
  await assert.rejects(credit(6), refused('over_credited'))
  await pay(c, 6_000)
  const rest = await c.run('finance.creditNote', { invoiceId, reason: 'all back' })
  assert.deepEqual([rest.number, rest.grossMinor, rest.appliedMinor, rest.openMinor], ['CN-2', 6_000, 0, 6_000])
  await assert.rejects(c.run('finance.creditNote', { invoiceId, reason: 'again' }), refused('nothing_to_credit'))
  assert.deepEqual(await c.account(), { openOrders: 0, shippedUnbilled: 0, openReceivables: 0, unappliedCash: 6_000 })
  assert.deepEqual(await house.broken(c.company), [])
})

test('a customer billed by period gets one invoice for all that left', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }], customer: { invoiceTrigger: 'period' } })
  await c.stock('TEA', 'A-01', 10)
  const shipped = [await shipOrder(c, 2), await shipOrder(c, 3)]
  assert.equal((await bill(c, shipped[0]!.shipmentId))[0].outcome, 'waits')
  const { invoices } = await c.run('finance.invoicePeriod', { customerId: c.customer, until: today })
  assert.deepEqual([invoices.length, invoices[0].shipments, invoices[0].grossMinor], [1, 2, 6_000])
  await assert.rejects(
    c.run('finance.invoicePeriod', { customerId: c.customer, until: today }),
    refused('nothing_to_bill'),
  )
  assert.equal((await bill(c, shipped[0]!.shipmentId))[0].outcome, 'already')
  assert.deepEqual(await house.broken(c.company), [])
})

test('a long period is billed in parts, and each answer says how many shipments are left', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }], customer: { invoiceTrigger: 'period' } })
  await c.stock('TEA', 'A-01', 10)
  for (const qty of [1, 2, 3]) await shipOrder(c, qty)
  const part = async () => {
    const { invoices, left } = await c.run('finance.invoicePeriod', { customerId: c.customer, until: today, most: 2 })
    return [invoices[0].shipments, invoices[0].grossMinor, left]
  }
  assert.deepEqual(
    [await part(), await part()],
    [
      [2, 3_600, 1],
      [1, 3_600, 0],
    ],
  )
  assert.deepEqual(await house.broken(c.company), [])
})

test('a customer who moves from a period to prepaying is billed for no order twice', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }], customer: { invoiceTrigger: 'period' } })
  await c.stock('TEA', 'A-01', 10)
  const billed = [await shipOrder(c, 2), await shipOrder(c, 3)]
  const { invoices } = await c.run('finance.invoicePeriod', { customerId: c.customer, until: today })
  assert.deepEqual([invoices.length, invoices[0].shipments], [1, 2], 'one invoice over two orders names neither')
  const late = await shipOrder(c, 1)
  await c.run('parties.saveParties', { parties: [{ code: 'C1', invoiceTrigger: 'prepaid' }] })
  for (const { orderId } of billed)
    await assert.rejects(c.run('finance.invoiceOrder', { orderId }), refused('already_billed'))
  await assert.rejects(c.run('finance.invoiceOrder', { orderId: late.orderId }), refused('shipped_already'))
  assert.equal((await bill(c, late.shipmentId))[0].outcome, 'issued')
  assert.deepEqual(await house.broken(c.company, ['credit_billing_replay', 'invoiced_on_trigger']), [])
})

test('a customer billed on proof of delivery is billed when it comes', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }], customer: { invoiceTrigger: 'pod' } })
  await c.stock('TEA', 'A-01', 10)
  const { shipmentId } = await shipOrder(c, 2)
  assert.equal((await bill(c, shipmentId))[0].outcome, 'waits')
  await c.run('warehouse.recordDelivery', { shipmentId })
  assert.equal((await bill(c, shipmentId))[0].outcome, 'issued')
  assert.deepEqual(await house.broken(c.company), [])
})

test('a prepaid order waits for its paid invoice, is billed before it leaves and not again when it does', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }], customer: { invoiceTrigger: 'prepaid' } })
  await c.stock('TEA', 'A-01', 10)
  const order = await c.order([{ sku: 'TEA', qty: 4 }])
  assert.equal(order.released.outcome, 'held', 'nothing is paid yet')
  const invoice = await c.run('finance.invoiceOrder', { orderId: order.id })
  assert.equal(invoice.grossMinor, 4_800)
  await assert.rejects(c.run('finance.invoiceOrder', { orderId: order.id }), refused('already_billed'))
  const early = await c.run('sales.release', { orderId: order.id })
  assert.match(early.holdReason, /not paid yet/)
  await pay(c, 4_800)
  assert.equal((await c.run('sales.release', { orderId: order.id })).outcome, 'released')
  assert.equal((await c.account()).openOrders, 0, 'what is billed and paid is no open order')
  const wave = await c.wave()
  await c.pickAll(wave.id)
  const { shipmentId } = await c.run('warehouse.pack', { orderId: order.id })
  await c.run('warehouse.ship', { shipmentId })
  assert.equal((await bill(c, shipmentId))[0].outcome, 'already')
  assert.deepEqual(await c.account(), { openOrders: 0, shippedUnbilled: 0, openReceivables: 0, unappliedCash: 0 })
  assert.deepEqual(await house.broken(c.company), [])
})

test('a prepaid order is billed for what is still wanted of it', async () => {
  const c = await openCompany(house, {
    items: [{ sku: 'TEA' }, { sku: 'JAM' }],
    customer: { invoiceTrigger: 'prepaid' },
  })
  await c.stock('TEA', 'A-01', 10)
  const order = await c.order([
    { sku: 'TEA', qty: 4 },
    { sku: 'JAM', qty: 2 },
  ])
  const lines = (await c.run('sales.order', { orderId: order.id })).lines as { id: string; sku: string }[]
  const lineOf = (sku: string) => lines.find((line) => line.sku === sku)!.id
  await c.run('sales.cancelLines', {
    orderId: order.id,
    reason: 'too many',
    lines: [{ lineId: lineOf('TEA'), qty: 1 }, { lineId: lineOf('JAM') }],
  })
  const invoice = await c.run('finance.invoiceOrder', { orderId: order.id })
  assert.equal(invoice.grossMinor, 3_600)
  assert.deepEqual(await house.broken(c.company), [])
})

test('a prepaid order covered by cash on account goes at once, is billed when it leaves, and uses the cash up', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }], customer: { invoiceTrigger: 'prepaid' } })
  await c.stock('TEA', 'A-01', 10)
  await pay(c, 4_800)
  const order = await c.order([{ sku: 'TEA', qty: 4 }])
  assert.equal(order.released.outcome, 'released')
  const second = await c.order([{ sku: 'TEA', qty: 1 }])
  assert.equal(second.released.outcome, 'held', 'the cash is spoken for')
  const wave = await c.wave([order.id])
  await c.pickAll(wave.id)
  const { shipmentId } = await c.run('warehouse.pack', { orderId: order.id })
  await c.run('warehouse.ship', { shipmentId })
  assert.equal((await bill(c, shipmentId))[0].outcome, 'issued')
  assert.deepEqual(await c.account(), {
    openOrders: 0,
    shippedUnbilled: 0,
    openReceivables: 4_800,
    unappliedCash: 4_800,
  })
  assert.equal((await c.run('sales.release', { orderId: second.id })).outcome, 'held')
  assert.deepEqual(await house.broken(c.company), [])
})
