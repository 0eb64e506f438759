import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { newWorld, type World } from '../../../test/world.ts'
import { dayFromNow, openCompany, openHouse } from '../warehouse/testKit.ts'

const account = async (w: World, partyId: string) => w.run('credit.account', { partyId })

test('a new limit leaves a hold and its reason as they are; lifting the hold clears the reason', async () => {
  const w = await newWorld({ items: 1, stock: 0 })
  after(() => w.kernel.close())
  const [partyId] = w.partyIds as [string]
  const save = (terms: object) => w.run('credit.saveAccounts', { accounts: [{ partyId, ...terms }] })
  await save({ limitAmount: 100, held: true, holdReason: 'cheque bounced' })
  await save({ limitAmount: 200 })
  const seen = async () => {
    const { limitMinor, held, holdReason } = await account(w, partyId)
    return [limitMinor, held, holdReason]
  }
  assert.deepEqual(await seen(), [200, true, 'cheque bounced'])
  await save({ limitAmount: null, held: true })
  assert.deepEqual(await seen(), [null, true, 'cheque bounced'])
  await save({ limitAmount: null, holdReason: 'two cheques bounced' })
  assert.deepEqual(await seen(), [null, true, 'two cheques bounced'])
  await save({ limitAmount: null, held: false })
  assert.deepEqual(await seen(), [null, false, null])
})

test('an account opened late begins with what the customer already owes: orders, goods not billed, invoices, cash', async () => {
  const house = await openHouse()
  after(() => house.close())
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.stock('TEA', 'A-01', 100)
  const { parties } = await c.run('parties.saveParties', {
    parties: [{ code: 'LATE', name: 'Late', isCustomer: true, currency: 'GBP', country: 'GB', taxStatus: 'business' }],
  })
  const partyId: string = parties[0].id
  const ship = async (qty: number) => {
    const order = await c.order([{ sku: 'TEA', qty }], partyId)
    await c.pickAll((await c.wave([order.id])).id)
    const { shipmentId } = await c.run('warehouse.pack', { orderId: order.id })
    await c.run('warehouse.ship', { shipmentId })
    return shipmentId
  }
  await c.run('finance.invoiceShipments', { shipmentIds: [await ship(3)] })
  await ship(2)
  await c.order([{ sku: 'TEA', qty: 1 }], partyId)
  await c.run('finance.recordPayment', {
    customerId: partyId,
    on: dayFromNow(0),
    amountMinor: 5_000,
    currency: 'GBP',
    method: 'bank',
  })
  await c.run('credit.saveAccounts', { accounts: [{ partyId, limitAmount: 10_000 }] })
  assert.deepEqual(await c.account(partyId), {
    openOrders: 1_200,
    shippedUnbilled: 2_400,
    openReceivables: 0,
    unappliedCash: 1_400,
  })
  assert.deepEqual(await house.broken(c.company), [])
})

test('an invoice is overdue when its day is past where the company is, not in Greenwich', async () => {
  const w = await newWorld({ items: 1, stock: 20 })
  after(() => w.kernel.close())
  await w.sql(`update company set zone = 'Pacific/Auckland' where company_id = $1`, w.company)
  const { id } = await w.order([[0, 3]])
  await w.run('sales.confirm', { orderId: id })
  await w.run('sales.release', { orderId: id })
  const wave = await w.run('warehouse.createWave', { siteId: w.siteId, orderIds: [id] })
  for (const task of (await w.run('warehouse.pickList', { siteId: w.siteId, waveId: wave.id })).tasks)
    await w.run('warehouse.pick', { taskId: task.id, qty: task.qty })
  const { shipmentId } = await w.run('warehouse.pack', { orderId: id })
  await w.run('warehouse.ship', { shipmentId })
  await w.run('finance.invoiceShipments', { shipmentIds: [shipmentId] })
  // Due on 23 December; at noon in Greenwich it is the 24th in Auckland.
  w.clock.set(new Date('2026-12-23T12:00:00Z'))
  assert.equal((await account(w, w.partyIds[0]!)).overdueMinor, 3_600)
})

test('terms for one customer twice in one list are refused by name', async () => {
  const w = await newWorld({ items: 1, stock: 0 })
  after(() => w.kernel.close())
  const [one, other] = w.partyIds as [string, string]
  const terms = [one, other, one].map((partyId) => ({ partyId, limitAmount: 1 }))
  await assert.rejects(
    w.run('credit.saveAccounts', { accounts: terms }),
    (e: { code: string; status: number; detail: string }) =>
      e.code === 'named_twice' && e.status === 422 && /row 3 names the same as row 1/.test(e.detail),
  )
})
