import { command, query } from '../../../core/capability.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { refuseTwice } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { stockPositions } from './positions.ts'

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
  async run({ siteId }, ctx) {
    const { sql, company } = ctx
    const [rules, positions] = await Promise.all([
      sql<{ siteId: string; itemId: string; sku: string; reorderPoint: number; maxQty: number; packQty: number }[]>`
        select rule.site_id, rule.item_id, item.sku, rule.reorder_point, rule.max_qty, rule.pack_qty
          from item_site rule
          join item on item.company_id = ${company} and item.id = rule.item_id
         where rule.company_id = ${company} and (${siteId ?? null}::uuid is null or rule.site_id = ${siteId ?? null})
         order by rule.site_id, rule.item_id`,
      stockPositions(ctx, { siteId: siteId ?? null }),
    ])
    const has = new Map(positions.map((row) => [`${row.siteId} ${row.itemId}`, row.free + row.due - row.owed]))
    const rows = rules.flatMap(({ packQty, ...rule }) => {
      const position = has.get(`${rule.siteId} ${rule.itemId}`) ?? 0
      if (position > rule.reorderPoint) return []
      return [{ ...rule, position, proposed: Math.ceil((rule.maxQty - position) / packQty) * packQty }]
    })
    return { rows: rows.filter((row) => row.proposed > 0), examined: rules.length }
  },
})
