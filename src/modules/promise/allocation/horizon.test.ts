import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { broken } from '../../../../test/broken.ts'
import { newWorld, type World } from '../../../../test/world.ts'

/** Monday 23 November 2026, 08:00; a day on the way; stock is set aside three days before it ships. */
const world = async (stock: number): Promise<World> => {
  const w = await newWorld({ items: 1, stock, customers: 3 })
  after(() => w.kernel.close())
  await w.run('promise.saveRules', { horizonDays: 3 })
  return w
}
const released = async (w: World, qty: number, requestedOn: string, party = 0): Promise<string> => {
  const { id } = await w.order([[0, qty]], party, { requestedOn })
  await w.run('sales.confirm', { orderId: id })
  await w.run('sales.release', { orderId: id })
  return id
}
const figures = async (w: World, orderId: string): Promise<string> => {
  const [line] = await w.sql<{ promised: number; allocated: number; on: string }>(
    `select promised, allocated, latest_promise_on as on from demand_line where company_id = $1 and ref_id = $2`,
    w.company,
    orderId,
  )
  return `${line!.promised} promised, ${line!.allocated} set aside, ${line!.on}`
}

test('release sets aside what ships within the horizon; the rest keeps its promise until the cron comes to it', async () => {
  const w = await world(20)
  const soon = await released(w, 5, '2026-11-25')
  const far = await released(w, 8, '2026-12-04')
  assert.equal(await figures(w, soon), '0 promised, 5 set aside, 2026-11-25')
  assert.equal(await figures(w, far), '8 promised, 0 set aside, 2026-12-04')
  assert.deepEqual(await w.run('promise.allocateDue', {}), { lines: 0, qty: 0 })
  // It ships on Thursday 3 December: Sunday 29 November is four days before, Monday three.
  w.clock.set(new Date('2026-11-29T23:00:00Z'))
  assert.deepEqual(await w.run('promise.allocateDue', {}), { lines: 0, qty: 0 })
  w.clock.set(new Date('2026-11-30T01:00:00Z'))
  assert.deepEqual(await w.run('promise.allocateDue', {}), { lines: 1, qty: 8 })
  assert.equal(await figures(w, far), '0 promised, 8 set aside, 2026-12-04')
  assert.deepEqual(await w.run('promise.allocateDue', {}), { lines: 0, qty: 0 })
  assert.deepEqual(await broken(w), [])
})

test('what is only promised can still be given to who needs it sooner; what is set aside cannot', async () => {
  const w = await world(10)
  const far = await released(w, 10, '2026-12-10')
  await w.run('promise.saveSupplies', {
    supplies: [
      {
        siteId: w.siteId,
        itemId: w.itemIds[0],
        kind: 'purchase',
        reference: 'PO-1',
        dueOn: '2026-12-03',
        expected: 10,
      },
    ],
  })
  const key = await w.order([[0, 10]], 1)
  await w.run('sales.confirm', { orderId: key.id })
  assert.equal(await figures(w, key.id), '10 promised, 0 set aside, 2026-12-04')
  await w.run('sales.changeTerms', { orderId: key.id, priority: 0 })
  assert.equal(await figures(w, key.id), '10 promised, 0 set aside, 2026-11-24')
  assert.equal(await figures(w, far), '10 promised, 0 set aside, 2026-12-10', 'and still when it was asked for')
  await w.run('sales.release', { orderId: key.id })
  assert.equal(await figures(w, key.id), '0 promised, 10 set aside, 2026-11-24')
  assert.deepEqual(await broken(w), [])
})

test('somebody may set a line aside by hand before its time, and a site may have a horizon of its own', async () => {
  const w = await world(20)
  const far = await released(w, 8, '2026-12-04')
  const [line] = await w.sql<{ id: string }>(
    'select id from demand_line where company_id = $1 and ref_id = $2',
    w.company,
    far,
  )
  await w.run('promise.allocate', { lineIds: [line!.id] })
  assert.equal(await figures(w, far), '0 promised, 8 set aside, 2026-12-04')
  await w.run('promise.saveRules', { siteId: w.siteId, horizonDays: null })
  const other = await released(w, 5, '2026-12-18')
  assert.equal(await figures(w, other), '0 promised, 5 set aside, 2026-12-18')
  assert.deepEqual(await w.run('promise.rules', { siteId: w.siteId }), {
    frozenDays: 2,
    maxAgeDays: 30,
    horizonDays: null,
    crossDock: 'none',
  })
  assert.equal((await w.run('promise.rules', {})).horizonDays, 3)
})
