import type { Invariant } from '../../core/capability.ts'

export const invariants: readonly Invariant[] = [
  {
    name: 'recalled_is_frozen',
    promise: 'Every lot of an open recall is on hold, and nothing of it is allocated but what was picked before.',
    differing: `
      select mine.company_id, mine.recall_id, mine.lot_id
        from recall_lot mine
        join recall on recall.company_id = mine.company_id and recall.id = mine.recall_id and recall.closed_at is null
        join lot on lot.company_id = mine.company_id and lot.id = mine.lot_id
       where not lot.held
          or exists (select 1 from allocation a where a.company_id = mine.company_id and a.item_id = mine.item_id and a.lot_id = mine.lot_id and a.qty > a.picked + a.dropped)`,
    examined: 'select count(*)::int8 as count from recall_lot',
  },
  {
    name: 'outcomes_within_shipped',
    promise: 'Of a lot, no customer destroyed, used up or gave back more than we shipped to them in the end.',
    differing: `
      select outcome.company_id, outcome.recall_id, outcome.party_id, outcome.lot_id
        from (select company_id, recall_id, party_id, lot_id, sum(qty)::int8 as qty from recall_outcome group by company_id, recall_id, party_id, lot_id) outcome
        left join lateral (
             select sum(move.qty)::int8 as qty
               from stock_move move
               join location went on went.company_id = move.company_id and went.id = move.to_location_id and went.kind = 'customer'
               join shipment on shipment.company_id = move.company_id and shipment.id = move.cause_id and shipment.party_id = outcome.party_id
              where move.company_id = outcome.company_id and move.lot_id = outcome.lot_id) shipped on true
       where outcome.qty > coalesce(shipped.qty, 0)`,
    examined: 'select count(*)::int8 as count from recall_outcome',
  },
]
