import type { Ctx } from '../../core/ctx.ts'
import { NIL, t } from '../../core/t.ts'

/** Where units of a lot are at this moment. */
export const Standing = t.object({
  lotId: t.nullable(t.id('lot')),
  itemId: t.id('item'),
  sku: t.text(),
  siteId: t.id('site'),
  site: t.text(),
  locationId: t.id('location'),
  location: t.text(),
  locationKind: t.text(),
  lpnId: t.nullable(t.id('lpn')),
  sscc: t.nullable(t.text()),
  owner: t.nullable(t.text()),
  status: t.text(),
  onHand: t.qty(),
  tasked: t.qty(),
})
export interface StandingRow {
  lotId: string | null
  itemId: string
  sku: string
  siteId: string
  site: string
  locationId: string
  location: string
  locationKind: string
  lpnId: string | null
  sscc: string | null
  owner: string | null
  status: string
  onHand: number
  tasked: number
}

/** Bins with units of lots, or with what stands on a plate. */
export const standingOf = (
  { sql, company }: Ctx,
  { lotIds = null, lpnIds = null }: { lotIds?: readonly string[] | null; lpnIds?: readonly string[] | null },
): PromiseLike<StandingRow[]> => sql<StandingRow[]>`
  select nullif(bin.lot_id, ${NIL}) as lot_id, bin.item_id, item.sku, bin.site_id, site.code as site, bin.location_id, place.code as location, place.kind as location_kind,
         lpn.id as lpn_id, lpn.sscc, owner.name as owner, bin.status, bin.on_hand, bin.tasked
    from (select bin.*
            from lot
            join stock_balance bin on bin.company_id = ${company} and bin.item_id = lot.item_id and bin.lot_id = lot.id
           where lot.company_id = ${company} and lot.id = any (${lotIds as string[] | null}::uuid[])
           union all
          select *
            from stock_balance
           where company_id = ${company} and lpn_id = any (${lpnIds as string[] | null}::uuid[]) and lpn_id <> '00000000-0000-0000-0000-000000000000') bin
    join item on item.company_id = ${company} and item.id = bin.item_id
    join site on site.company_id = ${company} and site.id = bin.site_id
    join location place on place.company_id = ${company} and place.id = bin.location_id
    left join lpn on lpn.company_id = ${company} and lpn.id = bin.lpn_id
    left join party owner on owner.company_id = ${company} and owner.id = bin.owner_id
   where bin.on_hand > 0
   order by site.code, place.pick_seq, place.code, bin.status
   limit 5000`
