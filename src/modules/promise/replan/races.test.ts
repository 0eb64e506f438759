import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { broken } from '../../../../test/broken.ts'
import { newNode, newWorld, type World } from '../../../../test/world.ts'

/** What the business may answer to who comes too late; anything else is a fault. */
const tooLate = new Set([
  'not_confirmed',
  'nothing_open',
  'not_open',
  'being_picked',
  'not_cancellable',
  'already_cancelled',
  'cancelled',
  'not_binding',
  'not_released',
  'nothing_to_wave',
  'nothing_to_pick',
])

/** A small wholesaler on two nodes, each command given to the other one in turn; refusals are counted, faults fail. */
const twoNodes = async (options: { items: number; stock: number }) => {
  const w = await newWorld({ ...options, customers: 4 })
  const other = await newNode({ clock: w.clock })
  after(() => Promise.all([w.kernel.close(), other.kernel.close()]))
  await w.run('parties.saveParties', {
    parties: [0, 3, 5, 9].map((serviceClass, n) => ({ code: `C${n + 1}`, serviceClass })),
  })
  let turn = 0
  const faults: string[] = []
  // biome-ignore lint/suspicious/noExplicitAny: answers are read freely
  const run = async (name: string, input: unknown): Promise<any> => {
    turn += 1
    const { runner } = turn % 2 === 0 ? w.kernel : other.kernel
    try {
      return await runner.run(w.actor, name, input)
    } catch (error) {
      const { code } = error as { code?: string }
      if (code === undefined || !tooLate.has(code)) faults.push(`${name}: ${code} ${String(error)}`)
      return null
    }
  }
  return { w, run, faults }
}
const deadlocks = async (w: World): Promise<number> =>
  (
    await w.sql<{ n: number }>(`select deadlocks::int8 as n from pg_stat_database where datname = current_database()`)
  )[0]!.n

/** The same numbers each time. */
const dice = (seed: number) => {
  let state = seed
  return (sides: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}

test('re-plans among confirmations, releases, receipts, slips, classes, splits and cancellations on two nodes: no unit is promised twice', async () => {
  const { w, run, faults } = await twoNodes({ items: 3, stock: 40 })
  await w.run('promise.saveRules', { crossDock: 'opportunistic' })
  const roll = dice(17)
  const { siteId, itemIds } = w
  const supply = async (item: number, reference: string, more: object) =>
    run('promise.saveSupplies', {
      supplies: [{ siteId, itemId: itemIds[item], kind: 'purchase', reference, expected: 60, ...more }],
    })
  const supplies: { id: string; item: number; ref: string }[] = []
  for (const item of [0, 1, 2])
    for (const n of [1, 2]) {
      const ref = `PO-${item}${n}`
      const saved = await supply(item, ref, { dueOn: `2026-12-0${2 * n}` })
      supplies.push({ id: saved.ids[0], item, ref })
    }
  const orders: { id: string; lines: { id: string }[] }[] = []
  const entered = async (): Promise<void> => {
    const lines = [0, 1, 2].slice(roll(3)).map((item) => [item, 2 + roll(9)] as const)
    const { id } = await w.order(lines, roll(4))
    await run('sales.confirm', { orderId: id })
    orders.push({
      id,
      lines: await w.sql('select id from sales_order_line where company_id = $1 and order_id = $2', w.company, id),
    })
  }
  for (let n = 0; n < 10; n++) await entered()
  const some = <T>(all: readonly T[]): T => all[roll(all.length)]!
  const deeds: (() => Promise<unknown>)[] = [
    () => run('promise.replan', { siteId, itemIds }),
    () => run('promise.replan', { siteId, itemIds: itemIds.toReversed().slice(0, 1 + roll(3)) }),
    entered,
    () => run('sales.release', { orderId: some(orders).id }),
    () => run('sales.release', { orderId: some(orders).id }),
    () => run('sales.changeTerms', { orderId: some(orders).id, priority: roll(10) }),
    () => {
      const order = some(orders)
      return run('sales.cancelLines', {
        orderId: order.id,
        reason: 'less is needed',
        lines: [{ lineId: order.lines[0]!.id, qty: 1 }],
      })
    },
    () => run('sales.cancel', { orderId: some(orders).id, reason: 'changed their mind' }),
    () => {
      const { id, item, ref } = some(supplies)
      return supply(item, ref, { id, dueOn: `2026-12-${10 + roll(10)}`, expected: 40 + roll(40) })
    },
    () => {
      const { id, item } = some(supplies)
      return run('warehouse.receive', { siteId, lines: [{ itemId: itemIds[item], supplyId: id, qty: 1 + roll(6) }] })
    },
    () => run('promise.allocateDue', {}),
  ]
  const before = await deadlocks(w)
  for (let round = 0; round < 12; round++) {
    await Promise.all(Array.from({ length: 10 }, () => some(deeds)()))
    assert.deepEqual(await broken(w), [], `round ${round}`)
  }
  assert.deepEqual(faults, [])
  if (process.env.SHOW) console.log(`deadlocks: ${(await deadlocks(w)) - before}`)
  const moved = await run('promise.replan', { siteId, itemIds })
  assert.ok(moved.lines >= 0)
  assert.equal((await run('promise.replan', { siteId, itemIds })).lines, 0, 'planned anew again, nothing moves')
})

test('forty confirm and as many re-plan at the same instant: what is free is promised once, and who confirmed is not robbed within the frozen zone', async () => {
  const { w, run, faults } = await twoNodes({ items: 1, stock: 20 })
  const { siteId, itemIds } = w
  const orders = await Promise.all(Array.from({ length: 40 }, (_, n) => w.order([[0, 1]], n % 4)))
  const answers = await Promise.all(
    orders.flatMap(({ id }) => [run('sales.confirm', { orderId: id }), run('promise.replan', { siteId, itemIds })]),
  )
  assert.deepEqual(faults, [])
  const confirmed = answers.filter((_, n) => n % 2 === 0)
  const now = await w.sql<{ promised: number; backordered: number }>(
    `select sum(promised)::int8 as promised, sum(backordered)::int8 as backordered from demand_line where company_id = $1`,
    w.company,
  )
  assert.deepEqual(now, [{ promised: 20, backordered: 20 }])
  for (const { id, lines } of confirmed) {
    if (lines[0].promisedOn === null) continue
    const [line] = await w.sql<{ on: string | null }>(
      `select latest_promise_on as on from demand_line where company_id = $1 and ref_id = $2`,
      w.company,
      id,
    )
    assert.equal(line!.on, lines[0].promisedOn)
  }
  assert.deepEqual(await broken(w), [])
})

test('a supply saved while orders that want it are confirmed: each gets a date from it or waits, whoever comes first', async () => {
  const { w, run, faults } = await twoNodes({ items: 1, stock: 0 })
  const { siteId, itemIds } = w
  const orders = await Promise.all(Array.from({ length: 12 }, (_, n) => w.order([[0, 5]], n % 4)))
  const supply = (reference: string, dueOn: string) =>
    run('promise.saveSupplies', {
      supplies: [{ siteId, itemId: itemIds[0], kind: 'purchase', reference, dueOn, expected: 30 }],
    })
  await Promise.all([
    ...orders.slice(0, 6).map(({ id }) => run('sales.confirm', { orderId: id })),
    supply('PO-1', '2026-12-02'),
    ...orders.slice(6).map(({ id }) => run('sales.confirm', { orderId: id })),
    supply('PO-2', '2026-12-03'),
  ])
  assert.deepEqual(faults, [])
  const [sum] = await w.sql<{ promised: number; backordered: number; undated: number }>(
    `select sum(promised)::int8 as promised, sum(backordered)::int8 as backordered, count(*) filter (where latest_promise_on is null)::int8 as undated from demand_line where company_id = $1`,
    w.company,
  )
  assert.deepEqual(sum, { promised: 60, backordered: 0, undated: 0 })
  assert.deepEqual(await broken(w), [])
})
