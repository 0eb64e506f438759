/** Pickers short of bins while others count and approve the same bins, on two nodes: one order of locks, so nobody is broken off. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freshDatabase } from '../../../../test/harness.ts'
import { connectOnce } from '../../../core/database/roles.ts'
import type { Runner } from '../../../core/road/runner.ts'
import { type Company, dayFromNow, openCompany, openHouse } from '../testKit.ts'

const BINS = ['A-01', 'A-02', 'A-03', 'A-04']
const PER_BIN = 40
const ORDERS = 32
const QTY = 4

/** Counted in the whole database since it was made. The backends have told all they know when their connections are closed. */
const deadlocksOf = async (superuser: Parameters<typeof connectOnce>[0]): Promise<number> => {
  const sql = connectOnce(superuser)
  try {
    const [row] = await sql<
      { n: number }[]
    >`select deadlocks::int as n from pg_stat_database where datname = current_database()`
    return row!.n
  } finally {
    await sql.end({ timeout: 1 })
  }
}

test('two nodes pick short, count and approve in the same bins at once: 0 deadlocks, every unit accounted for', async () => {
  const database = await freshDatabase()
  const house = await openHouse({ database })
  const nodes = [house.kernel.runner, house.node().runner]
  let c: Company
  let lost = 0
  let picked = 0
  let shorts = 0
  try {
    c = await openCompany(house, { items: [{ sku: 'TEA' }, { sku: 'JAM' }], bins: BINS })
    for (const code of BINS) for (const sku of ['TEA', 'JAM']) await c.stock(sku, code, PER_BIN)
    for (let n = 0; n < ORDERS; n += 1)
      await c.order([
        { sku: 'TEA', qty: QTY },
        { sku: 'JAM', qty: QTY },
      ])
    await c.wave()
    let picking = true
    const run = (runner: Runner, name: string, input: unknown) => runner.run(c.actor, name, input)

    /** All but one unit of each task: the last is missing, and the way goes on to another bin. */
    const picker = async (runner: Runner, mine: readonly { id: string; qty: number }[]) => {
      for (const task of mine) {
        const answer = await run(runner, 'warehouse.pick', { taskId: task.id, qty: task.qty - 1, shortQty: 1 })
        picked += answer.picked
        shorts += answer.short
      }
    }
    /** What is counted is what the books say less what the shorts said: the missing units are gone. */
    const counter = async (runner: Runner) => {
      for (;;) {
        const { counts } = await run(runner, 'warehouse.counts', { siteId: c.site })
        if (counts.length === 0 && !picking) return
        for (const { id } of counts) {
          await run(runner, 'warehouse.count', { taskId: id, counted: 0 }).catch(beaten)
          const [seen] = await c.rows(
            (sql) => sql<{ expected: number; missing: number }[]>`
              select qty as expected, short_qty as missing from task where company_id = ${c.company} and id = ${id}`,
          )
          const counted = seen!.expected - seen!.missing
          await run(runner, 'warehouse.count', { taskId: id, counted }).catch(beaten)
          const done = await run(runner, 'warehouse.approveCount', { taskId: id }).catch(beaten)
          lost -= done?.variance ?? 0
        }
      }
    }
    const tasks = (await c.run('warehouse.pickList', { siteId: c.site, limit: 500 })).tasks
    const counting = nodes.map((runner) => counter(runner))
    await Promise.all(
      [0, 1, 2, 3].map((n) =>
        picker(
          nodes[n % 2]!,
          tasks.filter((_: unknown, at: number) => at % 4 === n),
        ),
      ),
    )
    picking = false
    await Promise.all(counting)

    assert.equal(shorts, tasks.length)
    assert.equal(picked, ORDERS * QTY * 2 - tasks.length)
    const [left] = await c.rows(
      (sql) => sql<{ onHand: number; held: number }[]>`
        select sum(on_hand)::int8 as on_hand, sum(held)::int8 as held from stock_pool where company_id = ${c.company}`,
    )
    assert.deepEqual({ ...left }, { onHand: BINS.length * PER_BIN * 2 - lost, held: 0 })
    assert.ok(lost > 0)
    assert.deepEqual(await house.broken(c.company), [])
  } finally {
    await house.close()
  }
  assert.equal(await deadlocksOf(database.superuser), 0)
})

/** Another counter was first, or a picker took from the bin what the other counter missed: it is counted again. */
const beaten = (error: unknown) => {
  if (!['task_ended', 'below_allocated', 'not_enough_stock'].includes(String((error as { code?: string }).code)))
    throw error
  return null
}

test('a short pick tells the order whose date it changes, and nobody when the day told still stands', async () => {
  const house = await openHouse()
  try {
    const c = await openCompany(house, { items: [{ sku: 'TEA' }, { sku: 'JAM' }] })
    const told = async (orderId: string) =>
      (
        await c.rows(
          (sql) => sql`
            select 1 from outbox where company_id = ${c.company} and type = 'order.replanned' and ref_id = ${orderId}`,
        )
      ).length
    await c.stock('TEA', 'A-01', 10)
    await c.stock('JAM', 'A-01', 5)
    await c.stock('JAM', 'B-12', 5)
    const [late, same] = [await c.order([{ sku: 'TEA', qty: 10 }]), await c.order([{ sku: 'JAM', qty: 5 }])]
    const supply = {
      siteId: c.site,
      itemId: c.item.get('TEA'),
      kind: 'purchase',
      reference: 'PO-1',
      dueOn: dayFromNow(6),
      expected: 100,
    }
    await c.run('promise.saveSupplies', { supplies: [supply] })
    await c.wave()
    for (const task of await c.openTasks())
      await c.run('warehouse.pick', { taskId: task.id, qty: task.qty - 2, shortQty: 2 })
    assert.ok(
      (
        await c.rows(
          (sql) => sql<{ on: string }[]>`
        select latest_promise_on as on from demand_line where company_id = ${c.company} and ref_id = ${late.id}`,
        )
      )[0]!.on >= dayFromNow(6),
    )
    assert.deepEqual([await told(late.id), await told(same.id)], [1, 0])
    assert.deepEqual(await house.broken(c.company), [])
  } finally {
    await house.close()
  }
})
