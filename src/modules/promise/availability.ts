import { query } from '../../core/capability.ts'
import { t } from '../../core/t.ts'

const Row = t.object({
  itemId: t.id('item'),
  siteId: t.id('site'),
  /** Free of allocations, holds and promises: can be promised now. */
  availableNow: t.int(),
  /** Cumulative ATP at each date on which something is due in. */
  later: t.list(t.object({ on: t.date(), available: t.int() }), { max: 500 }),
})

/** ATP: available now, and by date (4). Numbers and dates only, so every caller may count the whole company. */
export const availability = query({
  title: 'Available to promise, now and by date',
  route: 'POST /promise/availability',
  permission: 'promise.read',
  sees: 'company',
  admits: { itemIds: 'item', siteId: 'site' },
  input: t.object({ itemIds: t.list(t.id('item'), { min: 1, max: 1_000 }), siteId: t.id('site') }),
  output: t.object({ rows: t.list(Row) }),
  async run({ itemIds, siteId }, { sql, company }) {
    const [now, later] = await Promise.all([
      sql<{ itemId: string; availableNow: number }[]>`
        select wanted.item_id, (coalesce(pool.free, 0) - coalesce(position.promised, 0))::int8 as available_now
          from unnest(${itemIds}::uuid[]) as wanted (item_id)
          left join lateral (
               select sum(stock_pool.on_hand - stock_pool.allocated - stock_pool.held)::int8 as free
                 from stock_pool
                 left join lot on lot.company_id = stock_pool.company_id and lot.id = stock_pool.lot_id
                where stock_pool.company_id = ${company} and site_id = ${siteId} and stock_pool.item_id = wanted.item_id and status = 'available' and lot.held is not true) pool on true
          left join promise_position position on position.company_id = ${company} and position.site_id = ${siteId} and position.item_id = wanted.item_id`,
      sql<{ itemId: string; on: string; left: number }[]>`
        select item_id, due_on as on, sum(expected - received - promised)::int8 as left
          from supply
         where company_id = ${company} and site_id = ${siteId} and item_id = any (${itemIds}) and expected - received > promised
         group by item_id, due_on
         order by item_id, due_on`,
    ])
    return {
      rows: now.map(({ itemId, availableNow }) => {
        const dates = later.filter((row) => row.itemId === itemId).slice(0, 500)
        const sums = dates.map((_, at) => dates.slice(0, at + 1).reduce((sum, row) => sum + row.left, availableNow))
        return { itemId, siteId, availableNow, later: dates.map(({ on }, at) => ({ on, available: sums[at]! })) }
      }),
    }
  },
})
