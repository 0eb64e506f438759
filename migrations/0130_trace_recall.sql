-- trace: what is looked for by the code on the goods, and what was on a plate.
create index lot_code on lot (company_id, code);
create index stock_move_lpn on stock_move (company_id, lpn_id, id) where lpn_id <> '00000000-0000-0000-0000-000000000000';
create index stock_move_to_lpn on stock_move (company_id, to_lpn_id, id) where to_lpn_id <> '00000000-0000-0000-0000-000000000000';

-- A recall: lots that are frozen wherever they stand, and fetched back from whoever got some.
create table recall (
  company_id uuid not null,
  id uuid not null,
  number text not null,
  reason text not null,
  -- How the goods were found, when not by name: all that came from a supplier on these days.
  supplier_id uuid,
  from_day date,
  to_day date,
  opened_at timestamptz not null,
  opened_by uuid not null,
  closed_at timestamptz,
  outcome text check (outcome in ('completed', 'withdrawn')),
  close_note text,
  version int4 not null,
  primary key (company_id, id),
  unique (company_id, number),
  check ((closed_at is null) = (outcome is null)),
  foreign key (company_id, supplier_id) references party (company_id, id)
) with (fillfactor = 80);

create table recall_lot (
  company_id uuid not null,
  recall_id uuid not null,
  lot_id uuid not null,
  item_id uuid not null,
  -- 0: named, or from the supplier. 1 and more: made from such a lot, that many steps away.
  level int4 not null check (level >= 0),
  -- On hold before: whoever held it lets it go, not the end of this recall.
  was_held boolean not null,
  primary key (company_id, recall_id, lot_id),
  foreign key (company_id, recall_id) references recall (company_id, id),
  foreign key (company_id, lot_id) references lot (company_id, id)
);
create index recall_lot_lot on recall_lot (company_id, lot_id);

-- What customers say became of units they have. What comes back to us is a receipt from the customer, as any return.
create table recall_outcome (
  company_id uuid not null,
  id uuid not null,
  recall_id uuid not null,
  party_id uuid not null,
  item_id uuid not null,
  lot_id uuid not null,
  kind text not null check (kind in ('destroyed', 'used_up')),
  qty int8 not null check (qty > 0),
  note text,
  actor_id uuid not null,
  recorded_at timestamptz not null,
  primary key (company_id, id),
  foreign key (company_id, recall_id) references recall (company_id, id),
  foreign key (company_id, party_id) references party (company_id, id)
);
create index recall_outcome_recall on recall_outcome (company_id, recall_id);

-- Who got how much of a recall's lots, by customer and lot, from the ledger: what shipments took to them, what receipts
-- brought back, what they say became of it; the rest is open. One meaning of "open" for the page, the file and the end.
create function recall_holders(of_company uuid, of_recall uuid)
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
           where company_id = of_company and recall_id = of_recall) flow
   group by flow.party_id, flow.lot_id, flow.item_id
$$;

-- Older companies: their numbers, and who reads and who recalls.
insert into number_series (company_id, id, entity_id, kind, prefix, next, gapless)
select entity.company_id, overlay(entity.id::text placing '9eca' from 20 for 4)::uuid, entity.id, 'recall', 'RCL-', 1, false
  from entity
    on conflict do nothing;
update role
   set permissions = permissions || '{trace.read}'::text[]
 where code in ('sales_desk', 'buyer', 'leader', 'finance') and not permissions @> '{trace.read}'::text[];
update role
   set permissions = permissions || '{trace.*}'::text[]
 where code in ('warehouse_lead', 'integration') and not permissions @> '{trace.*}'::text[];
