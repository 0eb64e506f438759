import { query } from '../../../core/capability.ts'
import { t } from '../../../core/t.ts'
import { addDays, addWorkDays } from '../../sites/index.ts'
import { boardSite } from './waitingSql.ts'

const Supply = t.object({
  id: t.id('supply'),
  kind: t.text(),
  ref: t.text(),
  from: t.nullable(t.text({ max: 300 })),
  dueOn: t.date(),
  /** Dock-to-stock days later: from then on it can be picked. */
  stockedOn: t.date(),
  expected: t.qty(),
  received: t.qty(),
  promised: t.qty(),
  left: t.qty(),
  /** Its day has passed. */
  overdue: t.bool(),
  /** It belongs to a purchase order, a transfer or an assembly and is changed there. */
  ofDocument: t.bool(),
  orders: t.int(),
})

/** What comes for an item at a site, on its line of time: stock on hand first, then supply by supply, with what is promised of each. */
export const supplies = query({
  title: 'Promise board: what an item at a site has and gets',
  route: 'GET /promise/supplies',
  permission: 'promise.board',
  admits: { siteId: 'site', itemId: 'item' },
  input: t.object({ siteId: t.id('site'), itemId: t.id('item') }),
  output: t.object({
    item: t.object({ id: t.id('item'), sku: t.text(), description: t.text({ max: 400 }), uom: t.text() }),
    site: t.object({ id: t.id('site'), code: t.text() }),
    today: t.date(),
    frozenDays: t.int(),
    frozenUntil: t.date(),
    maxAgeDays: t.int(),
    horizonDays: t.nullable(t.int()),
    onHand: t.qty(),
    allocated: t.qty(),
    held: t.qty(),
    /** Of what is free: promised to orders, kept by reps. */
    promised: t.qty(),
    kept: t.qty(),
    backordered: t.qty(),
    supplies: t.list(Supply, { max: 500 }),
  }),
  async run({ siteId, itemId }, ctx) {
    const { sql, company } = ctx
    const { site, rule, today } = await boardSite(ctx, siteId)
    const [[item], [stock], [wait], rows] = await Promise.all([
      sql<{ id: string; sku: string; description: string; uom: string }[]>`
        select id, sku, name as description, base_uom as uom from item where company_id = ${company} and id = ${itemId}`,
      sql<{ onHand: number; allocated: number; held: number }[]>`
        select coalesce(sum(pool.on_hand), 0)::int8 as on_hand, coalesce(sum(pool.allocated), 0)::int8 as allocated,
               coalesce(sum(case when lot.held then pool.on_hand - pool.allocated else pool.held end), 0)::int8 as held
          from stock_pool pool
          left join lot on lot.company_id = pool.company_id and lot.id = pool.lot_id
         where pool.company_id = ${company} and pool.site_id = ${siteId} and pool.item_id = ${itemId} and pool.status = 'available'`,
      sql<{ promised: number; kept: number; backordered: number }[]>`
        select (select coalesce(sum(qty), 0)::int8 from promise where company_id = ${company} and site_id = ${siteId} and item_id = ${itemId} and supply_id is null and qty > 0) as promised,
               (select coalesce(sum(left_qty), 0)::int8 from stock_hold where company_id = ${company} and site_id = ${siteId} and item_id = ${itemId} and ended_at is null) as kept,
               (select coalesce(sum(backordered), 0)::int8 from demand_line where company_id = ${company} and site_id = ${siteId} and item_id = ${itemId} and (backordered > 0 or promised > 0)) as backordered`,
      sql<
        {
          id: string
          kind: string
          ref: string
          from: string | null
          dueOn: string
          expected: number
          received: number
          promised: number
          ofDocument: boolean
          orders: number
        }[]
      >`
        select supply.id, supply.kind, supply.reference as ref, party.name as from, supply.due_on, supply.expected, supply.received, supply.promised, coalesce(supply.purchase_line_id, supply.transfer_line_id, supply.assembly_id) is not null as of_document,
               (select count(distinct line.ref_id)::int
                  from promise
                  join demand_line line on line.company_id = ${company} and line.id = promise.demand_line_id
                 where promise.company_id = ${company} and promise.supply_id = supply.id and promise.qty > 0) as orders
          from supply
          left join party on party.company_id = ${company} and party.id = supply.party_id
         where supply.company_id = ${company} and supply.site_id = ${siteId} and supply.item_id = ${itemId} and supply.expected > supply.received
         order by supply.due_on, supply.id
         limit 500`,
    ])
    return {
      item: item!,
      site: { id: site.id, code: site.code },
      today,
      frozenDays: rule.frozenDays,
      frozenUntil: addDays(today, rule.frozenDays),
      maxAgeDays: rule.maxAgeDays,
      horizonDays: rule.horizonDays,
      ...stock!,
      ...wait!,
      supplies: rows.map((row) => ({
        ...row,
        stockedOn: addWorkDays(site, row.dueOn, site.dockToStockDays),
        left: Math.max(0, row.expected - row.received - row.promised),
        overdue: row.dueOn < today,
      })),
    }
  },
})
