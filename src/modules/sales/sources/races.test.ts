import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type House, openHouse } from '../../warehouse/testKit.ts'
import { type SeveralSites, severalSites } from './testKit.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

/** Of each site and item: on hand, promised and allocated to orders. */
const stands = (c: SeveralSites) =>
  c.rows(
    (sql) => sql<{ site: string; sku: string; onHand: number; taken: number }[]>`
      select site.code as site, item.sku, sum(pool.on_hand)::int8 as on_hand,
             (select sum(promised + allocated)::int8 from demand_line line where line.company_id = ${c.company} and line.site_id = site.id and line.item_id = item.id) as taken
        from stock_pool pool
        join site on site.company_id = pool.company_id and site.id = pool.site_id
        join item on item.company_id = pool.company_id and item.id = pool.item_id
       where pool.company_id = ${c.company}
       group by site.code, site.id, item.sku, item.id
       order by site.code, item.sku`,
  )

test('the last units of two sites, wanted by many on two nodes at once: none is promised twice, none is lost', async () => {
  const other = house.node()
  for (const round of [1, 2, 3]) {
    const c = await severalSites(house, { TEA: [5, 4], CUP: [3, 6] })
    await c.allow(2, { prefer: round === 2 ? 'order' : 'fewest' })
    const orders = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        c.enter(
          n % 3 === 0
            ? [
                { sku: 'CUP', qty: 2 },
                { sku: 'TEA', qty: 1 },
              ]
            : [
                { sku: 'TEA', qty: 2 },
                { sku: 'CUP', qty: 1 },
              ],
          n % 4 === 0 ? { maxSplits: 1 } : {},
        ),
      ),
    )
    await Promise.all(
      orders.map(({ id }, n) =>
        (n % 2 === 0 ? house.kernel : other).runner.run(c.actor, 'sales.confirm', { orderId: id }),
      ),
    )
    const wanted = { TEA: 4 * 1 + 8 * 2, CUP: 4 * 2 + 8 * 1 }
    const rows = await stands(c)
    for (const row of rows) assert.ok(row.taken <= row.onHand, JSON.stringify(row))
    const lines = (await Promise.all(orders.map(({ id }) => c.demand(id)))).flat()
    const sum = (of: 'qty' | 'promised' | 'backordered') => lines.reduce((all, line) => all + line[of], 0)
    assert.equal(sum('qty'), wanted.TEA + wanted.CUP)
    assert.equal(sum('promised') + sum('backordered'), sum('qty'))
    assert.ok(sum('promised') <= 18)
    await Promise.all(
      orders.map(({ id }, n) =>
        (n % 2 === 1 ? house.kernel : other).runner.run(c.actor, 'sales.release', { orderId: id }),
      ),
    )
    for (const row of await stands(c)) assert.ok(row.taken <= row.onHand, JSON.stringify(row))
    assert.deepEqual(await house.broken(c.company), [])
  }
})

test('orders are sourced while others are cancelled, goods come in and promises are planned anew: the books stay whole', async () => {
  const other = house.node()
  const c = await severalSites(house, { TEA: [6, 6, 6] })
  await c.allow(3, { prefer: 'order' })
  const orders = await Promise.all(
    Array.from({ length: 10 }, (_, n) => c.enter([{ sku: 'TEA', qty: 1 + (n % 4) * 2 }])),
  )
  const on = (n: number) => (n % 2 === 0 ? house.kernel : other).runner
  await Promise.all(
    orders.map(async ({ id }, n) => {
      await on(n).run(c.actor, 'sales.confirm', { orderId: id })
      if (n % 3 === 0) await on(n + 1).run(c.actor, 'sales.cancel', { orderId: id, reason: 'changed mind' })
      else await on(n + 1).run(c.actor, 'sales.release', { orderId: id })
      if (n === 4) await c.receive(c.lee, 'TEA', 3)
      if (n === 7) await on(n).run(c.actor, 'promise.replan', { siteId: c.yrk, itemIds: [c.item.get('TEA')] })
    }),
  )
  for (const row of await stands(c)) assert.ok(row.taken <= row.onHand, JSON.stringify(row))
  for (const [n, { id }] of orders.entries()) {
    const parts = await c.demand(id)
    assert.equal(
      parts.reduce((sum, part) => sum + part.qty, 0),
      1 + (n % 4) * 2,
    )
  }
  assert.deepEqual(await house.broken(c.company), [])
})
