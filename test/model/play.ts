/**
 * Random days of a distributor against a reference that shares no code with the product (reference.ts): after every
 * action the goods are the same by lot and status, every order adds up, no unit is promised twice and none lies idle
 * while somebody waits, and every invariant holds. Two app nodes take turns.
 */
import assert from 'node:assert/strict'
import type { Actor } from '../../src/core/capability.ts'
import { settableClock } from '../../src/core/clock.ts'
import type { Kernel } from '../../src/core/kernel.ts'
import { type House, openHouse } from '../../src/modules/warehouse/testKit.ts'
import { twoSites } from '../../src/modules/warehouse/transfers/testKit.ts'
import { freshDatabase } from '../harness.ts'
import type { Action, Scene } from './actions.ts'
import { deeds } from './deeds.ts'
import { Reference } from './reference.ts'

const clock = settableClock(new Date())
const openScene = async (house: House, nodes: readonly Kernel[]): Promise<Scene> => {
  clock.set(new Date())
  const w = await twoSites(house, { items: [{ sku: 'TEA' }, { sku: 'OIL', tracking: 'lot' }] })
  const { c } = w
  let turn = 0
  const run = (name: string, input: unknown, by: Actor = c.actor) => nodes[turn++ % 2]!.runner.run(by, name, input)
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
  return {
    c,
    reference: new Reference(),
    run,
    pass: (days) => clock.advance(days * 86_400_000),
    now: () => clock.now(),
    today: () => day(clock.now().getTime()),
    later: (days) => day(clock.now().getTime() + days * 86_400_000),
    lots: new Map(),
    orders: [],
    supplies: [],
    there: w.there,
    thereBin: w.thereBin,
  }
}

const compare = async (house: House, { c, reference }: Scene, said: string): Promise<void> => {
  const pools = await c.rows(
    (sql) => sql<{ key: string; qty: number }[]>`
      select item.sku || ' ' || coalesce(lot.code, '-') || ' ' || pool.status as key, sum(pool.on_hand)::int8 as qty
        from stock_pool pool
        join item on item.company_id = pool.company_id and item.id = pool.item_id
        left join lot on lot.company_id = pool.company_id and lot.id = pool.lot_id
       where pool.company_id = ${c.company} and pool.site_id = ${c.site} and pool.on_hand > 0
       group by 1
`,
  )
  assert.deepEqual(
    Object.fromEntries(pools.map(({ key, qty }) => [key, qty] as const).sort(([a], [b]) => (a < b ? -1 : 1))),
    reference.onHand(),
    `goods ${said}`,
  )
  const lines = await c.rows(
    (sql) => sql<
      {
        id: string
        sku: string
        qty: number
        shipped: number
        cancelled: number
        allocated: number
        byStock: number
        bySupply: number
        backordered: number
      }[]
    >`
      select line.ref_id as id, item.sku, line.qty, line.shipped, line.cancelled, line.allocated, line.backordered,
             coalesce(sum(p.qty) filter (where p.supply_id is null), 0)::int8 as by_stock, coalesce(sum(p.qty) filter (where p.supply_id is not null), 0)::int8 as by_supply
        from demand_line line
        join item on item.company_id = line.company_id and item.id = line.item_id
        left join promise p on p.company_id = line.company_id and p.demand_line_id = line.id
       where line.company_id = ${c.company} and line.kind = 'sales'
       group by line.company_id, line.id, item.sku`,
  )
  for (const line of lines) {
    const order = reference.orders.get(line.id)!
    assert.deepEqual(
      { ordered: line.qty, shipped: line.shipped, cancelled: line.cancelled },
      { ordered: order.ordered, shipped: order.shipped, cancelled: order.cancelled },
      `order ${said}`,
    )
  }
  for (const sku of ['TEA', 'OIL']) {
    const own = lines.filter((line) => line.sku === sku)
    const sum = (of: (line: (typeof lines)[number]) => number) => own.reduce((total, line) => total + of(line), 0)
    assert.deepEqual(
      {
        byStock: sum((l) => l.allocated + l.byStock),
        bySupply: sum((l) => l.bySupply),
        waiting: sum((l) => l.backordered),
      },
      reference.covered(sku),
      `${sku} covered ${said}`,
    )
  }
  assert.deepEqual(await house.broken(c.company), [], `invariants ${said}`)
}

/** What an action did that the reference does not know of; `at`: which action of the list. */
export class Differs extends Error {
  readonly at: number
  constructor(at: number, said: string, cause: unknown) {
    const { code = '', message } = cause as { code?: string; message: string }
    super(`${said}: ${code} ${message}`, { cause })
    this.at = at
  }
}

/** Two app nodes over a database of their own, and a company of its own for each list that is played. */
export const openModel = async () => {
  const house = await openHouse({ clock, database: await freshDatabase() })
  const nodes = [house.kernel, house.node()]
  return {
    /** Throws `Differs` at the first action after which product and reference differ. */
    play: async (list: readonly Action[]): Promise<void> => {
      const scene = await openScene(house, nodes)
      for (const [at, action] of list.entries()) {
        const said = `after ${at}: ${JSON.stringify(action)}`
        try {
          await deeds[action.is]!(scene, action)
          await compare(house, scene, said)
        } catch (error) {
          throw new Differs(at, said, error)
        }
      }
    },
    close: () => house.close(),
  }
}
export type Model = Awaited<ReturnType<typeof openModel>>
