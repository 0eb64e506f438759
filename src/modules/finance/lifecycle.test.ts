import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { Refusal } from '../../core/refusal.ts'
import { type Company, dayFromNow, type House, modules, openCompany, openHouse } from '../warehouse/testKit.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

type Step =
  | { do: 'wave' }
  | { do: 'pick'; which: number; part: number; short: number }
  | { do: 'count'; found: number }
  | { do: 'pack' }
  | { do: 'ship' }
  | { do: 'receive'; qty: number }
  | { do: 'bill' }
  | { do: 'end' }
const part = fc.integer({ min: 0, max: 4 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Step>({ do: 'wave' }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pick' as const), which: part, part, short: part }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('count' as const), found: part }) },
  { weight: 2, arbitrary: fc.constant<Step>({ do: 'pack' }) },
  { weight: 2, arbitrary: fc.constant<Step>({ do: 'ship' }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('receive' as const), qty: fc.integer({ min: 1, max: 8 }) }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'bill' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'end' }) },
)

/** One step as a user would take it; a coded no is an answer, anything else is a fault. */
const take = async (c: Company, orderIds: readonly string[], one: Step): Promise<void> => {
  const all = <T>(things: readonly T[], run: (thing: T) => Promise<unknown>) =>
    Promise.all(things.map((thing) => run(thing).catch(expected)))
  if (one.do === 'wave') await c.wave().catch(expected)
  if (one.do === 'end') await c.run('warehouse.endTasks', { orderId: orderIds[0], reason: 'test' }).catch(expected)
  if (one.do === 'pick') {
    const tasks = await c.openTasks()
    const task = tasks[one.which % Math.max(tasks.length, 1)]
    if (!task) return
    const open = task.qty - task.picked
    const qty = Math.floor((open * one.part) / 4)
    await c
      .run('warehouse.pick', { taskId: task.id, qty, shortQty: Math.floor(((open - qty) * one.short) / 4) })
      .catch(expected)
  }
  if (one.do === 'count') {
    const { counts } = await c.run('warehouse.counts', { siteId: c.site })
    await all(counts.slice(0, 1), async ({ id }: { id: string }) => {
      await c.run('warehouse.count', { taskId: id, counted: one.found })
      await c.run('warehouse.approveCount', { taskId: id })
    })
  }
  if (one.do === 'pack') await all(orderIds, (orderId) => c.run('warehouse.pack', { orderId }))
  const { rows: shipments } = await c.run('warehouse.shipments', {})
  if (one.do === 'ship') await all(shipments, ({ id }: { id: string }) => c.run('warehouse.ship', { shipmentId: id }))
  if (one.do === 'bill')
    await all(shipments, ({ id }: { id: string }) => c.run('finance.invoiceShipments', { shipmentIds: [id] }))
  if (one.do === 'receive')
    await c
      .stock('JAM', 'C-03', one.qty, { lotCode: `N${one.qty}`, expiresOn: dayFromNow(300 + one.qty) })
      .catch(expected)
}
const expected = (error: unknown): void => {
  if (!(error instanceof Refusal)) throw error
}

test('whatever is picked, missed, counted, packed, shipped and billed, in whatever order, every line adds up and every book agrees', {
  timeout: 300_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const c = await openCompany(house, { items: [{ sku: 'JAM', tracking: 'lot', shelfLifeDays: 900 }] })
      await c.stock('JAM', 'A-01', 9, { lotCode: 'L1', expiresOn: dayFromNow(100) })
      await c.stock('JAM', 'B-12', 7, { lotCode: 'L1', expiresOn: dayFromNow(100) })
      await c.stock('JAM', 'C-03', 5, { lotCode: 'L2', expiresOn: dayFromNow(200) })
      const orders = [await c.order([{ sku: 'JAM', qty: 11 }]), await c.order([{ sku: 'JAM', qty: 8 }])]
      await c.wave()
      for (const one of steps) {
        await take(
          c,
          orders.map((order) => order.id),
          one,
        )
        for (const order of orders) {
          const line = await c.line(order.id)
          assert.equal(
            line.qty,
            line.shipped + line.cancelled + line.allocated + line.promised + line.backordered,
            JSON.stringify({ one, line }),
          )
        }
      }
      assert.deepEqual(await house.broken(c.company), [])
    }),
    { numRuns: Number(process.env.RUNS ?? 12) },
  )
})

/** One row of a sound company, changed behind the back of the system: this check must name it, and only it. */
const one = (table: string, set: string, where: string) =>
  `update ${table} set ${set} where company_id = $1 and ctid = (select ctid from ${table} where company_id = $1 and ${where} limit 1)`
const corruptions: Readonly<Record<string, string>> = {
  // A partitioned table: found by its id, as a place in the file is of one partition only.
  moves_have_two_ends: `update stock_move set from_site_id = company_id where company_id = $1 and id = (select id from stock_move where company_id = $1 order by id limit 1)`,
  claims_are_open_tasks: one('stock_balance', 'tasked = tasked - 1', 'tasked > 0'),
  tasks_are_the_allocation: one('allocation', 'picked = picked - 1', 'picked > shipped'),
  one_lease_per_task: one('task', 'lease_until = recorded_at', 'ended_at is not null'),
  shipped_is_what_left: one('allocation', 'shipped = shipped - 1', 'shipped > 0'),
  cartons_hold_the_shipment: one('carton_line', 'qty = qty + 1', 'qty > 0'),
  suspects_are_counted: one('stock_pool', 'held = held - 1', 'held > 0'),
  invoiced_within_shipped: one('demand_line', 'shipped = shipped - 1', 'shipped > 0'),
  invoiced_on_trigger: one('shipment', 'invoiced_at = null', 'invoiced_at is not null'),
  gapless_numbers: one('number_series', 'next = next + 1', "kind = 'invoice'"),
  invoice_is_its_lines: one('invoice', 'net = net - 1, tax = tax + 1', 'net > 0'),
  open_is_what_is_left: one('invoice', 'open = open - 1', 'open > 0'),
  payments_are_spent_once: one('payment', 'unapplied = unapplied + 1', 'unapplied < amount'),
  credit_billing_replay: one('credit_account', 'open_receivables = open_receivables + 1', 'version > 0'),
}

test('each check finds the one row that was changed behind its back, and nothing in a sound company', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.stock('TEA', 'A-01', 20)
  // The first is shipped, billed and partly paid; the second is half picked, with a unit missing from its bin.
  const order = await c.order([{ sku: 'TEA', qty: 4 }])
  await c.wave()
  await c.pickAll()
  const { shipmentId } = await c.run('warehouse.pack', { orderId: order.id })
  await c.run('warehouse.ship', { shipmentId })
  await c.run('finance.invoiceShipments', { shipmentIds: [shipmentId] })
  await c.run('finance.recordPayment', {
    customerId: c.customer,
    on: dayFromNow(0),
    amountMinor: 100,
    currency: 'GBP',
    method: 'bank',
  })
  await c.order([{ sku: 'TEA', qty: 4 }])
  await c.wave()
  const tasks = await c.openTasks()
  await c.run('warehouse.pick', { taskId: tasks[0]!.id, qty: 1, shortQty: 0 })
  await c.stock('TEA', 'B-12', 20)
  await c.order([{ sku: 'TEA', qty: 9 }])
  await c.wave()
  const other = (await c.openTasks()).find((task) => task.qty === 9)!
  await c.run('warehouse.pick', { taskId: other.id, qty: 8, shortQty: 1 })
  assert.deepEqual(await house.broken(c.company), [])
  // The others are corrupted in test/invariants.test.ts, which knows them all and has a company with more in it.
  const checks = modules.flatMap((m) => m.invariants).filter(({ name }) => corruptions[name])
  assert.deepEqual(checks.map((check) => check.name).sort(), Object.keys(corruptions).sort())
  for (const check of checks) {
    const found = await house.owner.plain(20_000, async (sql) => {
      await sql.unsafe('begin')
      try {
        const changed = await sql.unsafe(corruptions[check.name]!, [c.company])
        assert.equal(changed.count, 1, `${check.name}: ${changed.count} rows to corrupt`)
        const [examined] = await sql.unsafe<{ count: number }[]>(check.examined)
        assert.ok(examined!.count > 0, check.name)
        return (await sql.unsafe(check.differing)).filter((row) => row.companyId === c.company)
      } finally {
        await sql.unsafe('rollback')
      }
    })
    assert.equal(found.length, 1, `${check.name} found ${found.length}`)
  }
})
