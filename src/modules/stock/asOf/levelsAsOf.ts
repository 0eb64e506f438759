import { query } from '../../../core/capability.ts'
import { listPage } from '../../../core/lists.ts'
import { listInput, page, t } from '../../../core/t.ts'
import { Time } from './asOf.ts'

const LevelThen = t.object({
  id: t.id('item'),
  itemId: t.id('item'),
  sku: t.text(),
  description: t.text({ max: 400 }),
  category: t.text(),
  uom: t.text(),
  sites: t.int(),
  onHand: t.int(),
  /** Of those: allowed to go, not under way between sites; what is allocated or promised of them is not kept by moment. */
  good: t.int(),
  /** In quarantine, damaged, on hold, returned. */
  blocked: t.int(),
  transit: t.int(),
  lots: t.int(),
  expiresOn: t.nullable(t.date()),
  valueMicro: t.needs('cost.read', t.int()),
})

/** The list of items as it was at a moment; sites as the caller sees them, or one. Value is at today's planning cost. */
export const levelsAsOf = query({
  title: 'Items and their stock at a moment',
  route: 'GET /stock/levels/as-of',
  permission: 'stock.read',
  admits: { siteId: 'site' },
  input: listInput({ at: t.moment(), by: t.optional(Time), siteId: t.optional(t.id('site')) }),
  output: page(LevelThen),
  deadlineMs: 120_000,
  run: ({ at, by, siteId, ...input }, ctx) =>
    listPage(
      ctx,
      {
        from: `item i
          left join (
               select stock.item_id, count(distinct stock.site_id) as sites, sum(stock.on_hand)::int8 as on_hand, count(distinct stock.lot_id) filter (where lot.id is not null) as lots,
                      coalesce(sum(stock.on_hand) filter (where stock.status = 'available' and place.kind <> 'transit'), 0)::int8 as good,
                      coalesce(sum(stock.on_hand) filter (where stock.status <> 'available' and place.kind <> 'transit'), 0)::int8 as blocked,
                      coalesce(sum(stock.on_hand) filter (where place.kind = 'transit'), 0)::int8 as transit, min(lot.expires_on) as expires_on
                 from stock_as_of($1, $2, $3, $4, null) stock
                 join location place on place.company_id = $1 and place.id = stock.location_id
                 left join lot on lot.company_id = $1 and lot.id = stock.lot_id
                group by stock.item_id) s on s.item_id = i.id`,
        params: [at, by === 'recorded', siteId ?? null],
        where: `i.company_id = $1 and i.kind = 'goods'`,
        select: `i.id, i.id as item_id, i.sku, i.name as description, i.category, i.base_uom as uom, coalesce(s.sites, 0) as sites, coalesce(s.on_hand, 0) as on_hand,
          coalesce(s.good, 0) as good, coalesce(s.blocked, 0) as blocked, coalesce(s.transit, 0) as transit, coalesce(s.lots, 0) as lots, s.expires_on,
          case when coalesce(s.on_hand, 0)::numeric * i.cost_micro < 9007199254740992 then coalesce(s.on_hand, 0) * i.cost_micro end as value_micro`,
        id: 'i.id',
        columns: {
          sku: { sql: 'i.sku', type: 'code' },
          description: { sql: 'i.name', type: 'text' },
          category: { sql: 'i.category', type: 'code' },
          onHand: { sql: 'coalesce(s.on_hand, 0)', type: 'int' },
          good: { sql: 'coalesce(s.good, 0)', type: 'int' },
          blocked: { sql: 'coalesce(s.blocked, 0)', type: 'int' },
          transit: { sql: 'coalesce(s.transit, 0)', type: 'int' },
          lots: { sql: 'coalesce(s.lots, 0)', type: 'int' },
          expiresOn: { sql: 's.expires_on', type: 'date', nullable: true },
        },
        defaultSort: 'sku',
        search: ['item'],
      },
      input,
    ) as never,
})
