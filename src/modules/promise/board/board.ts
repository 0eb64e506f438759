import { query } from '../../../core/capability.ts'
import { listPage } from '../../../core/lists.ts'
import { listInput, page, t } from '../../../core/t.ts'
import { boardSite, waitingSql } from './waitingSql.ts'

const Row = t.object({
  /** The item's. */
  id: t.id('item'),
  sku: t.text(),
  description: t.text({ max: 400 }),
  uom: t.text(),
  /** On hand, ours to sell, not allocated or held; and how much of it is promised or kept. */
  free: t.qty(),
  promisedFree: t.qty(),
  /** Still to come, and when the next of it is due. */
  inbound: t.qty(),
  nextOn: t.nullable(t.date()),
  lines: t.int(),
  orders: t.int(),
  waiting: t.qty(),
  backordered: t.qty(),
  lateLines: t.int(),
  shortLines: t.int(),
  riskLines: t.int(),
  unfrozenLines: t.int(),
  /** Net value of what waits and is late, at risk or without a date; of all that waits. */
  riskMinor: t.needs('sales.read', t.int()),
  valueMinor: t.needs('sales.read', t.int()),
})

/** What waits at a site, item by item, the most money at risk first. */
export const board = query({
  title: 'Promise board: what waits, by item',
  route: 'GET /promise/board',
  permission: 'promise.board',
  admits: { siteId: 'site' },
  input: listInput({ siteId: t.id('site') }),
  output: page(Row),
  async run({ siteId, ...input }, ctx) {
    const place = await boardSite(ctx, siteId)
    return listPage(
      ctx,
      {
        from: `(
          select w.company_id, w.item_id, count(*)::int as lines, count(distinct w.ref_id)::int as orders, sum(w.waiting)::int8 as waiting, sum(w.backordered)::int8 as backordered,
                 count(*) filter (where w.late)::int as late_lines, count(*) filter (where w.short)::int as short_lines, count(*) filter (where w.at_risk)::int as risk_lines,
                 count(*) filter (where w.unfrozen)::int as unfrozen_lines, coalesce(sum(w.value) filter (where w.late or w.short or w.at_risk), 0)::int8 as risk, sum(w.value)::int8 as value
            from ${waitingSql(place)} w
           group by w.company_id, w.item_id) b
          join item i on i.company_id = b.company_id and i.id = b.item_id
          left join lateral (
               select sum(pool.on_hand - pool.allocated - pool.held)::int8 as qty
                 from stock_pool pool
                 left join lot on lot.company_id = pool.company_id and lot.id = pool.lot_id
                where pool.company_id = b.company_id and pool.site_id = '${siteId}' and pool.item_id = b.item_id and pool.status = 'available' and lot.held is not true
                  and (pool.owner_id = '00000000-0000-0000-0000-000000000000'
                       or exists (select 1 from stock_owner owner where owner.company_id = pool.company_id and owner.party_id = pool.owner_id and owner.kind = 'consigned'))) free on true
          left join promise_position position on position.company_id = b.company_id and position.site_id = '${siteId}' and position.item_id = b.item_id
          left join lateral (
               select sum(s.expected - s.received)::int8 as qty, min(s.due_on) as next_on
                 from supply s
                where s.company_id = b.company_id and s.site_id = '${siteId}' and s.item_id = b.item_id and s.expected > s.received) coming on true`,
        where: 'b.company_id = $1',
        select: `b.item_id as id, i.sku, i.name as description, i.base_uom as uom, coalesce(free.qty, 0) as free, coalesce(position.promised, 0) as promised_free, coalesce(coming.qty, 0) as inbound,
          coming.next_on, b.lines, b.orders, b.waiting, b.backordered, b.late_lines, b.short_lines, b.risk_lines, b.unfrozen_lines, b.risk as risk_minor, b.value as value_minor`,
        id: 'b.item_id',
        columns: {
          sku: { sql: 'i.sku', type: 'code' },
          description: { sql: 'i.name', type: 'text' },
          category: { sql: 'i.category', type: 'code' },
          late: { sql: '(b.late_lines > 0)', type: 'bool', unsorted: true },
          short: { sql: '(b.short_lines > 0)', type: 'bool', unsorted: true },
          risk: { sql: '(b.risk_lines > 0)', type: 'bool', unsorted: true },
          unfrozen: { sql: '(b.unfrozen_lines > 0)', type: 'bool', unsorted: true },
          lines: { sql: 'b.lines', type: 'int' },
          waiting: { sql: 'b.waiting', type: 'int' },
          backordered: { sql: 'b.backordered', type: 'int' },
          inbound: { sql: 'coalesce(coming.qty, 0)', type: 'int' },
          nextOn: { sql: 'coming.next_on', type: 'date', nullable: true },
          riskMinor: { sql: 'b.risk', type: 'minor' },
          valueMinor: { sql: 'b.value', type: 'minor' },
        },
        countsAll: true,
        defaultSort: '-riskMinor',
        search: ['item'],
      },
      input,
    ) as never
  },
})
