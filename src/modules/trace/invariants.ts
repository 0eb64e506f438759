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
    promise:
      'Of a lot or a piece, no customer destroyed, used up or gave back more than we shipped to them in the end.',
    differing: `
      select outcome.company_id, outcome.recall_id, outcome.party_id, outcome.lot_id, outcome.serial_id
        from (select company_id, recall_id, party_id, lot_id, serial_id, sum(qty)::int8 as qty from recall_outcome group by company_id, recall_id, party_id, lot_id, serial_id) outcome
        left join lateral (
             select sum(move.qty)::int8 as qty
               from stock_move move
               join location went on went.company_id = move.company_id and went.id = move.to_location_id and went.kind = 'customer'
               join shipment on shipment.company_id = move.company_id and shipment.id = move.cause_id and shipment.party_id = outcome.party_id
              where move.company_id = outcome.company_id and move.lot_id = outcome.lot_id and outcome.serial_id in ('00000000-0000-0000-0000-000000000000', move.serial_id)) shipped on true
       where outcome.qty > coalesce(shipped.qty, 0)`,
    examined: 'select count(*)::int8 as count from recall_outcome',
  },
  {
    name: 'recalled_pieces_are_frozen',
    promise:
      'Every piece of a recall that is no false alarm is marked with it, no other is, and none of them stands where it could be sold from: it is on hold or the like, picked, on the road, or gone.',
    differing: `
      select coalesce(mine.company_id, serial.company_id) as company_id, coalesce(mine.serial_id, serial.id) as serial_id, mine.recall_id, serial.recall_id as marked
        from (select recall_serial.*
                from recall_serial
                join recall on recall.company_id = recall_serial.company_id and recall.id = recall_serial.recall_id and recall.outcome is distinct from 'withdrawn') mine
        full join (select * from serial where recall_id is not null) serial
               on serial.company_id = mine.company_id and serial.id = mine.serial_id and serial.recall_id = mine.recall_id
        left join location place on place.company_id = serial.company_id and place.id = serial.location_id
       where mine.serial_id is null or serial.id is null
          or serial.in_stock and serial.status = 'available' and serial.allocation_id is null and place.kind not in ('stage', 'transit')`,
    examined: 'select count(*)::int8 as count from recall_serial',
  },
]
