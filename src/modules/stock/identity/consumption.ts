import { query } from '../../../core/capability.ts'
import { t } from '../../../core/t.ts'

/**
 * Consigned goods that became ours or were lost while we kept them: what we owe their owners. Shipped: by the ownership
 * move that stands before each shipment; taken over where they stood: by the change of owner (`warehouse.changeOwner`), which counts
 * against it when goods became theirs; corrected or scrapped: by the moves that took them out of (or back into) the books.
 */
export const consumption = query({
  title: 'Consumption of consigned goods',
  route: 'GET /stock/consumption',
  permission: 'stock.read',
  admits: { ownerId: 'party', siteId: 'site' },
  input: t.object({
    ownerId: t.optional(t.id('party')),
    siteId: t.optional(t.id('site')),
    from: t.date(),
    to: t.date(),
  }),
  output: t.object({
    rows: t.list(
      t.object({
        ownerId: t.id('party'),
        owner: t.nullable(t.text()),
        itemId: t.id('item'),
        sku: t.text(),
        description: t.text({ max: 400 }),
        uom: t.text(),
        shipped: t.qty(),
        /** Became ours or another's by hand, where they stood; negative when more became theirs. */
        taken: t.int(),
        /** Corrections and scrap; negative when more was found than lost. */
        lost: t.int(),
        owed: t.int(),
        /** At the item's planning cost, until the supplier's price stands in an agreement. */
        valueMicro: t.needs('cost.read', t.int()),
        lastAt: t.moment(),
      }),
      { max: 10_000 },
    ),
  }),
  async run({ ownerId, siteId, from, to }, { sql, company }) {
    const rows = await sql`
      with leg as (
        select move.owner_id, move.item_id, move.from_site_id as site_id, move.effective_at,
               case when move.cause_kind = 'consumption' then move.qty else 0 end as shipped,
               case when move.cause_kind = 'owner' then move.qty else 0 end as taken,
               case when left_for.kind in ('adjust', 'scrap') then move.qty when came_from.kind = 'adjust' then -move.qty else 0 end as lost
          from stock_move move
          join location left_for on left_for.company_id = move.company_id and left_for.id = move.to_location_id
          join location came_from on came_from.company_id = move.company_id and came_from.id = move.from_location_id
         where move.company_id = ${company} and move.owner_id <> '00000000-0000-0000-0000-000000000000' and (${ownerId ?? null}::uuid is null or move.owner_id = ${ownerId ?? null})
           and (move.cause_kind in ('consumption', 'owner') or left_for.kind in ('adjust', 'scrap') or came_from.kind = 'adjust')
         union all
        -- What became theirs where it stood was not theirs before.
        select move.to_owner_id, move.item_id, move.to_site_id, move.effective_at, 0, -move.qty, 0
          from stock_move move
         where move.company_id = ${company} and move.to_owner_id <> '00000000-0000-0000-0000-000000000000' and move.to_owner_id <> move.owner_id
           and (${ownerId ?? null}::uuid is null or move.to_owner_id = ${ownerId ?? null}) and move.cause_kind = 'owner'
      )
      select leg.owner_id, party.name as owner, leg.item_id, item.sku, item.name as description, item.base_uom as uom, sum(leg.shipped)::int8 as shipped, sum(leg.taken)::int8 as taken,
             sum(leg.lost)::int8 as lost, sum(leg.shipped + leg.taken + leg.lost)::int8 as owed, sum(leg.shipped + leg.taken + leg.lost)::int8 * item.cost_micro as value_micro,
             max(leg.effective_at) as last_at
        from leg
        join stock_owner owner on owner.company_id = ${company} and owner.party_id = leg.owner_id and owner.kind = 'consigned'
        join item on item.company_id = ${company} and item.id = leg.item_id
        join site on site.company_id = ${company} and site.id = leg.site_id
        left join party on party.company_id = ${company} and party.id = leg.owner_id
       where (${siteId ?? null}::uuid is null or leg.site_id = ${siteId ?? null}) and (leg.effective_at at time zone site.zone)::date between ${from} and ${to}
       group by leg.owner_id, party.name, leg.item_id, item.sku, item.name, item.base_uom, item.cost_micro
       order by party.name, item.sku
       limit 10000`
    return { rows } as never
  },
})
