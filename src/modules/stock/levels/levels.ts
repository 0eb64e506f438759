import { query } from '../../../core/capability.ts'
import { type Join, listPage } from '../../../core/lists.ts'
import { listInput, page, t } from '../../../core/t.ts'

const Level = t.object({
  id: t.id('item'),
  itemId: t.id('item'),
  sku: t.text(),
  description: t.text({ max: 400 }),
  category: t.text(),
  uom: t.text(),
  sites: t.int(),
  onHand: t.qty(),
  /** Of goods sold by weight: what is on hand weighs so much. */
  weightG: t.nullable(t.int()),
  /** Of that: consigned to us or stored for customers. */
  ofOthers: t.qty(),
  allocated: t.qty(),
  held: t.qty(),
  promised: t.qty(),
  /** On hand, ours to sell, allowed to go, not allocated, held or promised. */
  available: t.int(),
  inbound: t.qty(),
  /** Of what is inbound: on the road from another site of ours, in no site's stock. */
  inTransit: t.qty(),
  nextInboundOn: t.nullable(t.date()),
  expiresOn: t.nullable(t.date()),
  /** Own goods, those on the road too, at planning cost, in millionths of the currency's unit; null beyond 2^53 (nine thousand million), not a fault. */
  valueMicro: t.needs('cost.read', t.int()),
})

/** Ours to sell: own goods and consigned ones. What we store for a customer is offered to nobody. */
const ours = `(p.owner_id = '00000000-0000-0000-0000-000000000000'
                        or exists (select 1 from stock_owner o where o.company_id = p.company_id and o.party_id = p.owner_id and o.kind = 'consigned'))`

/** Of a position's promised units those that a rep kept until now: free again, whether or not anyone has looked since. */
const runOut = (position: string): string =>
  `case when ${position}.holds > 0 then (select coalesce(sum(hold.left_qty), 0)::int8 from stock_hold hold
     where hold.company_id = ${position}.company_id and hold.site_id = ${position}.site_id and hold.item_id = ${position}.item_id
       and hold.ended_at is null and hold.expires_at <= $2::timestamptz) else 0 end`

const narrowed = (column: string, site: string | undefined): string =>
  site === undefined ? '' : ` and ${column} = '${site}'`

/** An item's stock, promises and expected receipts: item by item for the rows of a page, by groups for all items at once. */
const joinsOf = (siteId: string | undefined): Record<string, Join> => {
  const grouped = (name: string, alias: string, figures: string, rows: string): Join => ({
    each: `left join lateral (
               select ${figures}
                 from ${rows} and ${alias}.item_id = i.id) ${name} on true`,
    all: `left join (
               select ${alias}.item_id, ${figures}
                 from ${rows}
                group by ${alias}.item_id) ${name} on ${name}.item_id = i.id`,
  })
  return {
    pool: grouped(
      'pool',
      'p',
      `count(distinct p.site_id) as sites, sum(p.on_hand)::int8 as on_hand, sum(p.allocated)::int8 as allocated, sum(p.held)::int8 as held,
                      sum(p.on_hand - p.allocated - p.held) filter (where p.status = 'available' and lot.held is not true and ${ours})::int8 as free,
                      sum(p.on_hand) filter (where p.owner_id = '00000000-0000-0000-0000-000000000000')::int8 as own,
                      min(lot.expires_on) as expires_on, sum(p.weight_g)::int8 as weight_g`,
      `stock_pool p
                 left join lot on lot.company_id = p.company_id and lot.id = p.lot_id
                where p.company_id = $1 and p.on_hand > 0${narrowed('p.site_id', siteId)}`,
    ),
    position: grouped(
      'position',
      'q',
      `sum(q.promised - ${runOut('q')})::int8 as promised`,
      `promise_position q
                where q.company_id = $1${narrowed('q.site_id', siteId)}`,
    ),
    coming: grouped(
      'coming',
      's',
      'sum(s.expected - s.received)::int8 as qty, min(s.due_on) as next_on',
      `supply s
                where s.company_id = $1 and s.expected > s.received${narrowed('s.site_id', siteId)}`,
    ),
    road: grouped(
      'road',
      'g',
      `sum(g.shipped - g.received - g.lost)::int8 as qty,
                      sum(g.shipped - g.received - g.lost) filter (where g.owner_id = '00000000-0000-0000-0000-000000000000')::int8 as own`,
      `transit_line g
                where g.company_id = $1 and g.shipped > g.received + g.lost${narrowed('g.to_site_id', siteId)}`,
    ),
  }
}

/** Items with their stock over the sites the caller sees, or at one site. */
export const levels = query({
  title: 'Items and their stock',
  route: 'GET /stock/levels',
  permission: 'stock.read',
  admits: { siteId: 'site' },
  input: listInput({ siteId: t.optional(t.id('site')) }),
  output: page(Level),
  run: ({ siteId, ...input }, ctx) =>
    // siteId is a checked uuid (schema) and admitted; it stands in the text so that the plan may use it.
    listPage(
      ctx,
      {
        from: 'item i',
        joins: joinsOf(siteId),
        where: `i.company_id = $1 and i.kind = 'goods'`,
        select: `i.id, i.id as item_id, i.sku, i.name as description, i.category, i.base_uom as uom, coalesce(pool.sites, 0) as sites, coalesce(pool.on_hand, 0) as on_hand,
          case when i.catch_weight then coalesce(pool.weight_g, 0) end as weight_g,
          coalesce(pool.on_hand, 0) - coalesce(pool.own, 0) as of_others,
          coalesce(pool.allocated, 0) as allocated, coalesce(pool.held, 0) as held, coalesce(position.promised, 0) as promised,
          coalesce(pool.free, 0) - coalesce(position.promised, 0) as available, coalesce(coming.qty, 0) as inbound, coming.next_on as next_inbound_on,
          coalesce(road.qty, 0) as in_transit,
          pool.expires_on, case when (coalesce(pool.own, 0) + coalesce(road.own, 0))::numeric * i.cost_micro < 9007199254740992
            then (coalesce(pool.own, 0) + coalesce(road.own, 0)) * i.cost_micro end as value_micro`,
        id: 'i.id',
        columns: {
          sku: { sql: 'i.sku', type: 'code' },
          description: { sql: 'i.name', type: 'text' },
          category: { sql: 'i.category', type: 'code' },
          onHand: { sql: 'coalesce(pool.on_hand, 0)', type: 'int', on: ['pool'] },
          ofOthers: { sql: 'coalesce(pool.on_hand, 0) - coalesce(pool.own, 0)', type: 'int', on: ['pool'] },
          allocated: { sql: 'coalesce(pool.allocated, 0)', type: 'int', on: ['pool'] },
          available: {
            sql: 'coalesce(pool.free, 0) - coalesce(position.promised, 0)',
            type: 'int',
            on: ['pool', 'position'],
          },
          inbound: { sql: 'coalesce(coming.qty, 0)', type: 'int', on: ['coming'] },
          inTransit: { sql: 'coalesce(road.qty, 0)', type: 'int', on: ['road'] },
          nextInboundOn: { sql: 'coming.next_on', type: 'date', nullable: true, on: ['coming'] },
          expiresOn: { sql: 'pool.expires_on', type: 'date', nullable: true, on: ['pool'] },
        },
        defaultSort: 'sku',
        params: [ctx.now],
        search: ['item'],
      },
      input,
    ) as never,
})

/** All stock of the seen sites by site and item, in one pass: reports, exports, the levels bench. */
export const bySite = query({
  title: 'Stock by site',
  route: 'GET /stock/by-site',
  permission: 'stock.read',
  admits: { siteId: 'site' },
  input: t.object({ siteId: t.optional(t.id('site')) }),
  output: t.object({
    rows: t.list(
      t.object({
        siteId: t.id('site'),
        itemId: t.id('item'),
        sku: t.text(),
        onHand: t.qty(),
        allocated: t.qty(),
        held: t.qty(),
        available: t.qty(),
      }),
      { max: 200_000 },
    ),
  }),
  deadlineMs: 120_000,
  async run({ siteId }, { sql, company }) {
    const rows = await sql`
      select pool.site_id, pool.item_id, item.sku, sum(pool.on_hand)::int8 as on_hand, sum(pool.allocated)::int8 as allocated, sum(pool.held)::int8 as held,
             coalesce(sum(pool.on_hand - pool.allocated - pool.held) filter (
               where pool.status = 'available' and owner.kind is distinct from 'customer' and lot.held is not true), 0)::int8 as available
        from stock_pool pool
        join item on item.company_id = pool.company_id and item.id = pool.item_id
        left join lot on lot.company_id = pool.company_id and lot.id = pool.lot_id
        left join stock_owner owner on owner.company_id = pool.company_id and owner.party_id = pool.owner_id
       where pool.company_id = ${company} and (${siteId ?? null}::uuid is null or pool.site_id = ${siteId ?? null})
       group by pool.site_id, pool.item_id, item.sku
       order by pool.site_id, item.sku`
    return { rows } as never
  },
})
