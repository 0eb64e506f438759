import { command, query } from '../../core/capability.ts'
import { rowsJson } from '../../core/database/pool.ts'
import { refuseTwice } from '../../core/refusal.ts'
import { t } from '../../core/t.ts'

const Rule = t.object({
  siteId: t.id('site'),
  itemId: t.id('item'),
  abc: t.oneOf(['A', 'B', 'C']),
  reorderPoint: t.qty(),
  maxQty: t.qty(),
  packQty: t.qty({ min: 1 }),
  homeLocationId: t.optional(t.id('location')),
  assumed: t.optional(t.list(t.text({ max: 40 }), { max: 20 })),
})

/** Reorder rules of items at sites, many at once. */
export const saveItemSites = command({
  title: 'Save reorder rules',
  route: 'POST /stock/item-sites',
  permission: 'stock.rules',
  admits: { 'rules.siteId': 'site', 'rules.itemId': 'item', 'rules.homeLocationId': 'location' },
  input: t.object({ rules: t.list(Rule, { min: 1, max: 2_000 }) }),
  output: t.object({ saved: t.int() }),
  lines: (input) => input.rules.length,
  async run({ rules }, ctx) {
    refuseTwice(
      'rules',
      rules.map((rule) => `${rule.siteId} ${rule.itemId}`),
    )
    const rows = rules.map((rule) => ({
      ...rule,
      companyId: ctx.company,
      homeLocationId: rule.homeLocationId ?? null,
      assumed: rule.assumed ?? [],
      maxQty: Math.max(rule.maxQty, rule.reorderPoint),
    }))
    await ctx.sql`
      insert into item_site
      select * from json_populate_recordset(null::item_site, ${rowsJson(rows)}::text::json) as given
       order by given.site_id, given.item_id
      on conflict (company_id, site_id, item_id) do update
         set abc = excluded.abc, reorder_point = excluded.reorder_point, max_qty = excluded.max_qty, pack_qty = excluded.pack_qty,
             home_location_id = excluded.home_location_id, assumed = excluded.assumed`
    return { saved: rows.length }
  },
})

const OrderPoint = t.object({
  siteId: t.id('site'),
  itemId: t.id('item'),
  sku: t.text(),
  position: t.int(),
  reorderPoint: t.qty(),
  maxQty: t.qty(),
  proposed: t.qty(),
})

/**
 * Order points evaluated in one pass: position = available + expected − promised − backordered; at or below the reorder
 * point, order up to the maximum in whole packs. Proposed quantities only; documents are planning's.
 */
export const orderPoints = query({
  title: 'Evaluate order points',
  route: 'GET /stock/order-points',
  permission: 'stock.read',
  admits: { siteId: 'site' },
  input: t.object({ siteId: t.optional(t.id('site')) }),
  output: t.object({ rows: t.list(OrderPoint, { max: 100_000 }), examined: t.int() }),
  async run({ siteId }, { sql, company }) {
    const rows = await sql<
      {
        siteId: string
        itemId: string
        sku: string
        position: number
        reorderPoint: number
        maxQty: number
        proposed: number
      }[]
    >`
      with free as (
        select pool.site_id, pool.item_id, sum(pool.on_hand - pool.allocated - pool.held)::int8 as qty
          from stock_pool pool
          left join stock_owner owner on owner.company_id = ${company} and owner.party_id = pool.owner_id
         where pool.company_id = ${company} and pool.status = 'available' and owner.kind is distinct from 'customer'
         group by pool.site_id, pool.item_id
      ), expected as (
        select site_id, item_id, sum(greatest(expected - received, 0))::int8 as qty
          from supply
         where company_id = ${company}
         group by site_id, item_id
      ), owed as (
        select site_id, item_id, sum(promised + backordered)::int8 as qty
          from demand_line
         where company_id = ${company} and (promised > 0 or backordered > 0) and owner_id is null
         group by site_id, item_id
      ), placed as (
        select rule.site_id, rule.item_id, rule.reorder_point, rule.max_qty, rule.pack_qty,
               coalesce(free.qty, 0) + coalesce(expected.qty, 0) - coalesce(owed.qty, 0) as position
          from item_site rule
          left join free using (site_id, item_id)
          left join expected using (site_id, item_id)
          left join owed using (site_id, item_id)
         where rule.company_id = ${company} and (${siteId ?? null}::uuid is null or rule.site_id = ${siteId ?? null})
      )
      select placed.site_id, placed.item_id, item.sku, placed.position, placed.reorder_point, placed.max_qty,
             case when placed.position <= placed.reorder_point
                  then (placed.max_qty - placed.position + placed.pack_qty - 1) / placed.pack_qty * placed.pack_qty
                  else 0 end as proposed
        from placed
        join item on item.company_id = ${company} and item.id = placed.item_id
       order by placed.site_id, placed.item_id`
    return { rows: rows.filter((row) => row.proposed > 0), examined: rows.length }
  },
})
