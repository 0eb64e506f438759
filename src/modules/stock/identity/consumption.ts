import { query } from '../../../core/capability.ts'
import { t } from '../../../core/t.ts'

/**
 * Consigned goods that became ours or were lost while we kept them: what we owe their owners. Shipped: by the ownership
 * move that stands before each shipment; corrected or scrapped: by the moves that took them out of (or back into) the books.
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
      select move.owner_id, party.name as owner, move.item_id, item.sku, item.name as description, item.base_uom as uom,
             coalesce(sum(move.qty) filter (where move.cause_kind = 'consumption'), 0)::int8 as shipped,
             coalesce(sum(case when left_for.kind in ('adjust', 'scrap') then move.qty when came_from.kind = 'adjust' then -move.qty else 0 end), 0)::int8 as lost,
             sum(case when move.cause_kind = 'consumption' or left_for.kind in ('adjust', 'scrap') then move.qty else -move.qty end)::int8 as owed,
             sum(case when move.cause_kind = 'consumption' or left_for.kind in ('adjust', 'scrap') then move.qty else -move.qty end)::int8 * item.cost_micro as value_micro,
             max(move.effective_at) as last_at
        from stock_move move
        join stock_owner owner on owner.company_id = move.company_id and owner.party_id = move.owner_id and owner.kind = 'consigned'
        join item on item.company_id = move.company_id and item.id = move.item_id
        join site on site.company_id = move.company_id and site.id = move.from_site_id
        join location left_for on left_for.company_id = move.company_id and left_for.id = move.to_location_id
        join location came_from on came_from.company_id = move.company_id and came_from.id = move.from_location_id
        left join party on party.company_id = move.company_id and party.id = move.owner_id
       where move.company_id = ${company} and move.owner_id <> '00000000-0000-0000-0000-000000000000'
         and (${ownerId ?? null}::uuid is null or move.owner_id = ${ownerId ?? null}) and (${siteId ?? null}::uuid is null or move.from_site_id = ${siteId ?? null})
         and (move.effective_at at time zone site.zone)::date between ${from} and ${to}
         and (move.cause_kind = 'consumption' or left_for.kind in ('adjust', 'scrap') or came_from.kind = 'adjust')
       group by move.owner_id, party.name, move.item_id, item.sku, item.name, item.base_uom, item.cost_micro
       order by party.name, item.sku
       limit 10000`
    return { rows } as never
  },
})
