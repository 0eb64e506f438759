-- trace: single pieces are recalled by their numbers.
-- The recall that froze a piece: it becomes good on no shelf and reaches no customer. Stays when the recall is completed.
alter table serial add column recall_id uuid;
create index serial_recall on serial (company_id, recall_id) where recall_id is not null;

create table recall_serial (
  company_id uuid not null,
  recall_id uuid not null,
  serial_id uuid not null,
  item_id uuid not null,
  -- It stood in a bin to be sold, and was put on hold there: a false alarm makes it good again.
  froze boolean not null,
  primary key (company_id, recall_id, serial_id),
  foreign key (company_id, recall_id) references recall (company_id, id),
  foreign key (company_id, serial_id) references serial (company_id, id)
);
create index recall_serial_serial on recall_serial (company_id, serial_id);

-- What became of a single piece; nil: of units of a lot.
alter table recall_outcome add column serial_id uuid not null default '00000000-0000-0000-0000-000000000000';

-- As in 0130; what is said of single pieces aside.
create or replace function recall_holders(of_company uuid, of_recall uuid)
returns table (party_id uuid, lot_id uuid, item_id uuid, shipped int8, returned int8, destroyed int8, used_up int8, open int8, last_at timestamptz)
language sql stable as $$
  select flow.party_id, flow.lot_id, flow.item_id, sum(flow.shipped)::int8 as shipped, sum(flow.returned)::int8 as returned, sum(flow.destroyed)::int8 as destroyed,
         sum(flow.used_up)::int8 as used_up, greatest(sum(flow.shipped - flow.returned - flow.destroyed - flow.used_up), 0)::int8 as open,
         max(flow.last_at) as last_at
    from (select shipment.party_id, move.lot_id, move.item_id, move.qty as shipped, 0 as returned, 0 as destroyed, 0 as used_up, move.effective_at as last_at
            from recall_lot
            join stock_move move on move.company_id = of_company and move.lot_id = recall_lot.lot_id and move.lot_id <> '00000000-0000-0000-0000-000000000000' and move.cause_kind = 'shipment'
            join location went on went.company_id = of_company and went.id = move.to_location_id and went.kind = 'customer'
            join shipment on shipment.company_id = of_company and shipment.id = move.cause_id
           where recall_lot.company_id = of_company and recall_lot.recall_id = of_recall
           union all
          select receipt.party_id, move.lot_id, move.item_id, 0, move.qty, 0, 0, null
            from recall_lot
            join stock_move move on move.company_id = of_company and move.lot_id = recall_lot.lot_id and move.lot_id <> '00000000-0000-0000-0000-000000000000' and move.cause_kind = 'receipt'
            join location came on came.company_id = of_company and came.id = move.from_location_id and came.kind = 'customer'
            join receipt on receipt.company_id = of_company and receipt.id = move.cause_id and receipt.party_id is not null
           where recall_lot.company_id = of_company and recall_lot.recall_id = of_recall
           union all
          select party_id, lot_id, item_id, 0, 0, case when kind = 'destroyed' then qty else 0 end, case when kind = 'used_up' then qty else 0 end, null
            from recall_outcome
           where company_id = of_company and recall_id = of_recall and serial_id = '00000000-0000-0000-0000-000000000000') flow
   group by flow.party_id, flow.lot_id, flow.item_id
$$;

-- The same of single pieces, by customer and piece.
create function recall_piece_holders(of_company uuid, of_recall uuid)
returns table (party_id uuid, serial_id uuid, lot_id uuid, item_id uuid, shipped int8, returned int8, destroyed int8, used_up int8, open int8, last_at timestamptz)
language sql stable as $$
  select flow.party_id, flow.serial_id, serial.lot_id, serial.item_id, sum(flow.shipped)::int8 as shipped, sum(flow.returned)::int8 as returned, sum(flow.destroyed)::int8 as destroyed,
         sum(flow.used_up)::int8 as used_up, greatest(sum(flow.shipped - flow.returned - flow.destroyed - flow.used_up), 0)::int8 as open,
         max(flow.last_at) as last_at
    from (select shipment.party_id, move.serial_id, move.qty as shipped, 0 as returned, 0 as destroyed, 0 as used_up, move.effective_at as last_at
            from recall_serial mine
            join stock_move move on move.company_id = of_company and move.serial_id = mine.serial_id and move.serial_id <> '00000000-0000-0000-0000-000000000000' and move.cause_kind = 'shipment'
            join location went on went.company_id = of_company and went.id = move.to_location_id and went.kind = 'customer'
            join shipment on shipment.company_id = of_company and shipment.id = move.cause_id
           where mine.company_id = of_company and mine.recall_id = of_recall
           union all
          select receipt.party_id, move.serial_id, 0, move.qty, 0, 0, null
            from recall_serial mine
            join stock_move move on move.company_id = of_company and move.serial_id = mine.serial_id and move.serial_id <> '00000000-0000-0000-0000-000000000000' and move.cause_kind = 'receipt'
            join location came on came.company_id = of_company and came.id = move.from_location_id and came.kind = 'customer'
            join receipt on receipt.company_id = of_company and receipt.id = move.cause_id and receipt.party_id is not null
           where mine.company_id = of_company and mine.recall_id = of_recall
           union all
          select party_id, serial_id, 0, 0, case when kind = 'destroyed' then qty else 0 end, case when kind = 'used_up' then qty else 0 end, null
            from recall_outcome
           where company_id = of_company and recall_id = of_recall and serial_id <> '00000000-0000-0000-0000-000000000000') flow
    join serial on serial.company_id = of_company and serial.id = flow.serial_id
   group by flow.party_id, flow.serial_id, serial.lot_id, serial.item_id
$$;
