import { query } from '../../core/capability.ts'
import { t } from '../../core/t.ts'
import { freeStock } from './free.ts'
import { offerKey } from './plan.ts'

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
  async run({ itemIds, siteId }, ctx) {
    const { sql, company } = ctx
    const [now, later] = await Promise.all([
      freeStock(
        ctx,
        itemIds.map((itemId) => ({ siteId, itemId })),
      ),
      sql<{ itemId: string; on: string; left: number }[]>`
        select item_id, due_on as on, sum(expected - received - promised)::int8 as left
          from supply
         where company_id = ${company} and site_id = ${siteId} and item_id = any (${itemIds}) and expected - received > promised
         group by item_id, due_on
         order by item_id, due_on`,
    ])
    const dated = Map.groupBy(later, (row) => row.itemId)
    return {
      rows: itemIds.map((itemId) => {
        const { free, promised } = now.get(offerKey(siteId, itemId))!
        let available = free - promised
        const dates = (dated.get(itemId) ?? []).slice(0, 500)
        return {
          itemId,
          siteId,
          availableNow: available,
          later: dates.map(({ on, left }) => {
            available += left
            return { on, available }
          }),
        }
      }),
    }
  },
})
