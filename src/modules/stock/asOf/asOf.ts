import { query } from '../../../core/capability.ts'
import { NIL, t } from '../../../core/t.ts'
import { statuses } from '../identity/stockMeant.ts'

/** `effective`: what was there then, with all that is known today. `recorded`: what the books said there. */
export const Time = t.oneOf(['effective', 'recorded'])

const There = t.object({
  siteId: t.id('site'),
  site: t.text(),
  itemId: t.id('item'),
  sku: t.text(),
  description: t.text({ max: 400 }),
  locationId: t.nullable(t.id('location')),
  location: t.nullable(t.text()),
  locationKind: t.nullable(t.text()),
  lotId: t.nullable(t.id('lot')),
  lot: t.nullable(t.text()),
  expiresOn: t.nullable(t.date()),
  lpnId: t.nullable(t.text({ max: 36 })),
  ownerId: t.nullable(t.text({ max: 36 })),
  status: t.text(),
  onHand: t.int(),
  weightG: t.int(),
})

/**
 * What was on hand at any moment, from the last closed day before it and the moves since: of one item, a site, a bin, lot,
 * plate, owner or status. Promises and allocations are not kept by moment and are not told.
 */
export const asOf = query({
  title: 'Stock as of a moment',
  route: 'GET /stock/as-of',
  permission: 'stock.read',
  plans: 'by key',
  admits: { siteId: 'site', itemId: 'item', locationId: 'location', lotId: 'lot', lpnId: 'lpn', ownerId: 'party' },
  input: t.object({
    at: t.moment(),
    by: t.optional(Time),
    siteId: t.optional(t.id('site')),
    itemId: t.optional(t.id('item')),
    locationId: t.optional(t.id('location')),
    lotId: t.optional(t.id('lot')),
    lpnId: t.optional(t.id('lpn')),
    ownerId: t.optional(t.id('party')),
    status: t.optional(t.oneOf(statuses)),
    /** How finely: each item of a site by status; also by lot and owner; also by bin and plate. */
    detail: t.optional(t.oneOf(['item', 'lot', 'bin'])),
  }),
  output: t.object({ rows: t.list(There, { max: 500_000 }) }),
  deadlineMs: 120_000,
  async run({ at, by = 'effective', detail = 'bin', ...only }, { sql, company }) {
    const byLot = detail !== 'item'
    const byBin = detail === 'bin'
    const rows = await sql`
      with there as (
        select stock.site_id, stock.item_id, stock.status, case when ${byLot} then stock.lot_id else ${NIL} end as lot_id, case when ${byLot} then stock.owner_id else ${NIL} end as owner_id,
               case when ${byBin} then stock.location_id else ${NIL} end as location_id, case when ${byBin} then stock.lpn_id else ${NIL} end as lpn_id,
               sum(stock.on_hand)::int8 as on_hand, sum(stock.weight_g)::int8 as weight_g
          from stock_as_of(${company}, ${at}, ${by === 'recorded'}, ${only.siteId ?? null}, ${only.itemId ?? null}) stock
         where (${only.locationId ?? null}::uuid is null or stock.location_id = ${only.locationId ?? null})
           and (${only.lotId ?? null}::uuid is null or stock.lot_id = ${only.lotId ?? null})
           and (${only.lpnId ?? null}::uuid is null or stock.lpn_id = ${only.lpnId ?? null})
           and (${only.ownerId ?? null}::uuid is null or stock.owner_id = ${only.ownerId ?? null})
           and (${only.status ?? null}::text is null or stock.status = ${only.status ?? null})
         group by 1, 2, 3, 4, 5, 6, 7
      )
      select there.site_id, site.code as site, there.item_id, item.sku, item.name as description, place.id as location_id, place.code as location, place.kind as location_kind,
             lot.id as lot_id, lot.code as lot, lot.expires_on, nullif(there.lpn_id, ${NIL}) as lpn_id, nullif(there.owner_id, ${NIL}) as owner_id, there.status, there.on_hand, there.weight_g
        from there
        join site on site.company_id = ${company} and site.id = there.site_id
        join item on item.company_id = ${company} and item.id = there.item_id
        left join location place on place.company_id = ${company} and place.id = there.location_id
        left join lot on lot.company_id = ${company} and lot.id = there.lot_id
       where there.on_hand <> 0 or there.weight_g <> 0
       order by site.code, item.sku, there.status, lot.expires_on nulls last, lot.code, place.pick_seq, place.code, there.lpn_id, there.owner_id`
    return { rows } as never
  },
})
