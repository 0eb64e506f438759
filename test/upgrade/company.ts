/** A small wholesaler with an order at each stage and something in most tables, made through the commands alone. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Actor } from '../../src/core/capability.ts'
import { buy } from '../trust/filledPlans.ts'
import { newWorld, type World, type WorldOptions } from '../world.ts'

type Lines = readonly (readonly [number, number])[]

/** One step further each; an order goes as far as its name says. */
const steps = (w: World) => {
  const confirmed = async (lines: Lines, party = 0) => {
    const { id } = await w.order(lines, party)
    await w.run('sales.confirm', { orderId: id })
    return id as string
  }
  const allocated = async (lines: Lines, party = 0) => {
    const orderId = await confirmed(lines, party)
    await w.run('sales.release', { orderId })
    return orderId
  }
  const waved = async (lines: Lines, party = 0) => {
    const orderId = await allocated(lines, party)
    const wave = await w.run('warehouse.createWave', { siteId: w.siteId })
    const { tasks } = await w.run('warehouse.pickList', { siteId: w.siteId, waveId: wave.id })
    return { orderId, tasks: tasks as { id: string; qty: number }[] }
  }
  const packed = async (lines: Lines, party = 0) => {
    const { orderId, tasks } = await waved(lines, party)
    for (const { id, qty } of tasks) await w.run('warehouse.pick', { taskId: id, qty })
    const { shipmentId } = await w.run('warehouse.pack', { orderId })
    return { orderId, shipmentId: shipmentId as string }
  }
  const shipped = async (lines: Lines, party = 0) => {
    const done = await packed(lines, party)
    await w.run('warehouse.ship', { shipmentId: done.shipmentId })
    return done
  }
  const invoiced = async (lines: Lines) => {
    const { orderId, shipmentId } = await shipped(lines)
    await w.run('finance.invoiceShipments', { shipmentIds: [shipmentId] })
    const { documents } = await w.run('sales.order', { orderId })
    return documents.find((d: { kind: string }) => d.kind === 'invoice') as { id: string; amountMinor: number }
  }
  return { confirmed, allocated, waved, packed, shipped, invoiced }
}

const orders = async (w: World) => {
  const to = steps(w)
  await w.order([[0, 3]])
  const cancelled = await to.confirmed([[0, 2]])
  await w.run('sales.cancel', { orderId: cancelled, reason: 'ordered twice' })
  await to.packed([[0, 4]])
  await to.shipped([[0, 5]], 1)
  await to.invoiced([[1, 6]])
  const paid = await to.invoiced([
    [0, 12],
    [2, 1],
  ])
  await w.run('finance.recordPayment', {
    customerId: w.partyIds[0],
    on: '2026-11-23',
    amountMinor: paid.amountMinor,
    currency: 'GBP',
    method: 'bank',
    reference: 'BACS 1',
    applyTo: [{ invoiceId: paid.id, amountMinor: paid.amountMinor }],
  })
  const credited = await to.invoiced([[2, 2]])
  await w.run('finance.creditNote', { invoiceId: credited.id, reason: 'arrived broken' })
  // Three picked, one not found, four to go, so that work is open in the warehouse.
  const { tasks } = await to.waved([[0, 8]])
  await w.run('warehouse.pick', { taskId: tasks[0]!.id, qty: 3, shortQty: 1 })
  // After the last wave, which takes all that is allocated.
  await to.confirmed([[1, 5]])
  await to.allocated([[1, 7]])
  // Customer 3 may owe 10.00: this one waits for the credit desk.
  await to.allocated([[2, 30]], 2)
  // More than there is: promised from what is expected, the rest without a date.
  await w.run('promise.saveSupplies', {
    supplies: [
      {
        siteId: w.siteId,
        itemId: w.itemIds[3],
        kind: 'purchase',
        reference: 'PO-1',
        expected: 50,
        dueOn: '2026-12-01',
      },
    ],
  })
  await to.allocated([[3, 260]])
  return cancelled
}

const peopleAndNotes = async (w: World, orderId: string) => {
  const session = { provedAt: w.clock.now().getTime(), secondFactor: false, mustEnrol: false }
  const owner: Actor = { ...w.actor, kind: 'user', id: w.created.owner, name: 'Olive Owner', session }
  for (const [role, parties] of [
    ['picker', null],
    ['customer', [w.partyIds[0]]],
  ] as const)
    await w.run(
      'people.inviteUser',
      { name: `Ana ${role}`, email: `${role}@harbour.example`, roleIds: [w.created.roles[role]], sites: null, parties },
      { as: owner },
    )
  await w.run(
    'people.createApiKey',
    { name: 'Shop', permissions: ['sales.read'], sites: null, parties: null, expiresInDays: null },
    { as: owner },
  )
  await w.run('webhooks.save', { url: 'https://shop.example/entrepot', eventTypes: ['order.cancelled'] }, { as: owner })
  await w.run('records.salesOrderAddNote', { refId: orderId, body: 'Rang: ordered by two of them.' })
  await w.run('records.saveCustomFields', {
    fields: [
      {
        kind: 'item',
        name: 'colour',
        label: 'Colour',
        type: 'choice',
        unit: null,
        choices: ['red', 'blue'],
        permission: null,
        searchable: true,
        required: false,
        retired: false,
      },
    ],
  })
  await w.run('catalog.saveItems', { items: [{ sku: 'SKU-00001', custom: { colour: 'red' } }] })
}

/** A purchase that came in part, one that is written only, and a run of planning with what it proposes. */
const purchases = async (w: World) => {
  const { parties } = await w.run('parties.saveParties', {
    parties: [{ code: 'SUP', name: 'Quay Supplies', isSupplier: true, currency: 'GBP', country: 'GB' }],
  })
  await buy(w, w.siteId, parties[0].id)
  const rule = { siteId: w.siteId, itemId: w.itemIds[3], abc: 'A', reorderPoint: 20, maxQty: 60, packQty: 12 }
  await w.run('stock.saveItemSites', { rules: [rule] })
  await w.run('planning.start', {})
  // Done by jobs.
  while ((await w.run('planning.latest', {})).run.state === 'running') await wait(50)
}

/** Needs a relay on the same database: done when every event has its position. */
export const sampleCompany = async (node: Pick<WorldOptions, 'kernel' | 'clock'>): Promise<World> => {
  const w = await newWorld({ ...node, items: 4, customers: 3, stock: 200 })
  // Invoiced once a month: what is shipped to the others, the relay's job invoices at once.
  await w.run('parties.saveParties', { parties: [{ code: 'C2', invoiceTrigger: 'period' }] })
  await w.run('credit.saveAccounts', { accounts: [{ partyId: w.partyIds[2], limitAmount: 1_000 }] })
  await w.run('warehouse.receive', {
    siteId: w.siteId,
    reference: 'damaged on the way',
    lines: [{ itemId: w.itemIds[2], qty: 2, status: 'damaged' }],
  })
  const cancelled = await orders(w)
  await purchases(w)
  await peopleAndNotes(w, cancelled)
  for (let tries = 0; ; tries++) {
    const [row] = await w.sql<{ n: number }>('select count(*)::int as n from outbox where position is null')
    if (row!.n === 0) return w
    if (tries > 300) throw new Error(`${row!.n} events have no position after 30 s`)
    await wait(100)
  }
}
