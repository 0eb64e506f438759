/**
 * One thing named twice in one list: which of the two is meant would be chance, and an upsert of both is an error of the
 * database. Every command that takes a list of things by name or id either says no in words or has one meaning for it.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Refusal } from '../../src/core/refusal.ts'
import { newWorld, type World } from '../world.ts'

let w: World
before(async () => {
  w = await newWorld({ items: 2, stock: 50, customers: 2 })
})
after(() => w.kernel.close())

const twice = <T>(thing: T): T[] => [thing, thing]
const refuses = async (name: string, input: object) =>
  assert.rejects(w.run(name, input), (error: unknown) => {
    assert.ok(error instanceof Refusal, `${name}: ${String(error)}`)
    assert.equal(error.status, 422, `${name}: ${error.message}`)
    return true
  })

test('a master record or rule that stands twice in a list is refused in words', async () => {
  const itemId = w.itemIds[0]!
  const ever = { validFrom: '2026-01-01', validTo: '2026-12-31' }
  const supply = { siteId: w.siteId, itemId, kind: 'purchase', reference: 'PO', dueOn: '2026-12-01', expected: 5 }
  const { ids } = await w.run('promise.saveSupplies', { supplies: [supply] })
  const place = { name: 'Quay', line1: '1 Quay', city: 'Leeds', postcode: 'LS1', country: 'GB' }
  const [{ id: addressId }] = await w.sql('select id from address where party_id = $1', w.partyIds[0])
  const rule = { siteId: w.siteId, itemId, abc: 'A', reorderPoint: 1, maxQty: 2, packQty: 1 }
  const code = { code: 'X', name: 'X', category: 'S', ratePpm: 100_000, ...ever }
  const field = {
    kind: 'item',
    name: 'shelf',
    label: 'Shelf',
    type: 'text',
    unit: null,
    choices: null,
    permission: null,
    searchable: false,
    required: false,
    retired: false,
  }
  const commands: [string, object][] = [
    ['credit.saveAccounts', { accounts: twice({ partyId: w.partyIds[0], limitAmount: 1 }) }],
    ['stock.saveItemSites', { rules: twice(rule) }],
    ['promise.saveSupplies', { supplies: twice({ ...supply, id: ids[0] }) }],
    ['parties.saveChannels', { channels: twice({ code: 'WEB', name: 'Web' }) }],
    ['parties.saveParties', { parties: [{ code: 'C1', addresses: twice({ id: addressId, ...place }) }] }],
    ['parties.saveParties', { parties: twice({ code: 'T', name: 'T', isCustomer: true }) }],
    ['catalog.saveItems', { items: twice({ sku: 'T', name: 'T' }) }],
    ['sites.saveSites', { sites: twice({ code: 'T', name: 'T' }) }],
    ['sites.saveLocations', { siteId: w.siteId, locations: twice({ code: 'T' }) }],
    ['pricing.savePrices', { listId: w.priceListId, prices: twice({ itemId, uom: 'EA', minQty: 9, priceMicro: 1 }) }],
    ['pricing.saveTaxCodes', { entityId: w.entity, codes: twice(code) }],
    ['records.saveCustomFields', { fields: twice(field) }],
  ]
  for (const [name, input] of commands) await refuses(name, input)
  // The same rows once each are fine: it was the doubling that was refused.
  await w.run('stock.saveItemSites', { rules: [rule, { ...rule, itemId: w.itemIds[1] }] })
  await w.run('parties.saveChannels', { channels: [{ code: 'WEB', name: 'Web' }] })
})

test('work that is named twice in a list is done once', async () => {
  const roles = await w.run('people.listRoles', {})
  await w.run('people.inviteUser', {
    name: 'Twice',
    email: `twice@${w.company}.example`,
    roleIds: twice(roles.rows[0].id),
    sites: twice(w.siteId),
    parties: twice(w.partyIds[0]),
  })
  const { id } = await w.order([[0, 2]])
  await w.run('sales.confirm', { orderId: id })
  const released = await w.run('sales.release', { orderId: id })
  const lineIds = twice(released.lines[0].id)
  await w.run('promise.allocate', { lineIds })
  const wave = await w.run('warehouse.createWave', { siteId: w.siteId, orderIds: twice(id) })
  const { tasks } = await w.run('warehouse.pickList', { siteId: w.siteId, waveId: wave.id })
  assert.deepEqual(
    tasks.map((task: { qty: number }) => task.qty),
    [2],
  )
  await w.run('warehouse.pick', { taskId: tasks[0].id, qty: 2 })
  const { shipmentId } = await w.run('warehouse.pack', { orderId: id })
  await w.run('warehouse.ship', { shipmentId })
  const { invoices } = await w.run('finance.invoiceShipments', { shipmentIds: twice(shipmentId) })
  assert.deepEqual(
    invoices.map((one: { grossMinor: number }) => one.grossMinor),
    [2_400],
  )
  const pay = { customerId: w.partyIds[0], on: '2026-11-23', amountMinor: 2_400, currency: 'GBP', method: 'bank' }
  await refuses('finance.recordPayment', { ...pay, applyTo: twice({ invoiceId: invoices[0].id, amountMinor: 1_200 }) })
})
