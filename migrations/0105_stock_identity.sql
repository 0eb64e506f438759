-- stock: whose goods, on which plate, which piece of them, and why they were touched.

-- A move has two sides: a plate is loaded in its bin, a consigned piece becomes ours where it stands. `lpn_id` and
-- `owner_id` are of the place it leaves; what was booked before kept both.
alter table stock_move
  add column to_lpn_id uuid not null default '00000000-0000-0000-0000-000000000000',
  add column to_owner_id uuid not null default '00000000-0000-0000-0000-000000000000';
update stock_move
   set to_lpn_id = lpn_id, to_owner_id = owner_id
 where lpn_id <> '00000000-0000-0000-0000-000000000000' or owner_id <> '00000000-0000-0000-0000-000000000000';
create index stock_move_serial on stock_move (company_id, serial_id, id) where serial_id <> '00000000-0000-0000-0000-000000000000';
create index stock_move_owner on stock_move (company_id, owner_id, id) where owner_id <> '00000000-0000-0000-0000-000000000000';

-- Parties whose goods we keep. `consigned`: a supplier's, ours to sell; `customer`: a customer's, for their own orders only.
-- The owner's id in moves, pools and balances is the party's; the nil uuid is ourselves.
create table stock_owner (
  company_id uuid not null,
  party_id uuid not null,
  kind text not null check (kind in ('consigned', 'customer')),
  recorded_at timestamptz not null,
  primary key (company_id, party_id),
  foreign key (company_id, party_id) references party (company_id, id)
);
-- Of one expiry, own goods leave before consigned ones, so that less is owed; true: the other way round.
alter table item add column consigned_first boolean;

-- One piece with a number of its own. Where it is, or was last seen: out of stock it stands at the place outside that it went to.
create table serial (
  company_id uuid not null,
  id uuid not null,
  item_id uuid not null,
  code text not null check (length(code) between 1 and 60),
  lot_id uuid not null,
  site_id uuid not null,
  location_id uuid not null,
  lpn_id uuid not null,
  owner_id uuid not null,
  status text not null,
  in_stock boolean not null,
  -- From pick to ship: whose it is.
  allocation_id uuid,
  recorded_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, item_id, code),
  foreign key (company_id, item_id) references item (company_id, id)
) with (fillfactor = 80);
create index serial_place on serial (company_id, location_id, item_id) where in_stock;
create index serial_code on serial (company_id, code);
create index serial_allocation on serial (company_id, allocation_id) where allocation_id is not null;

-- A licence plate: pallet, case or tote with an SSCC-18, ours or a supplier's. What stands on it has its id in the balance;
-- a plate on a plate names its parent. `closed_at`: wrapped, nothing goes on or off. `ended_at`: broken up or gone.
create table lpn (
  company_id uuid not null,
  id uuid not null,
  sscc text not null check (sscc ~ '^[0-9]{18}$'),
  kind text not null check (kind in ('pallet', 'case', 'tote')),
  parent_id uuid not null,
  site_id uuid not null,
  location_id uuid not null,
  closed_at timestamptz,
  ended_at timestamptz,
  version int4 not null,
  recorded_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, sscc),
  foreign key (company_id, location_id) references location (company_id, id)
) with (fillfactor = 80);
create index lpn_parent on lpn (company_id, parent_id) where parent_id <> '00000000-0000-0000-0000-000000000000';
create index lpn_place on lpn (company_id, location_id);
create index stock_pool_owner on stock_pool (company_id, owner_id) where owner_id <> '00000000-0000-0000-0000-000000000000';
create index stock_balance_lpn on stock_balance (company_id, lpn_id) where lpn_id <> '00000000-0000-0000-0000-000000000000';

-- A pick that took all of a plate left the goods on it: null, they stand loose at the stage.
alter table task add column to_lpn_id uuid;
alter table shipment_line add column lpn_id uuid not null default '00000000-0000-0000-0000-000000000000';
alter table carton add column lpn_id uuid;

-- Which pieces of a shipment line are in which carton.
create table shipment_serial (
  company_id uuid not null,
  shipment_line_id uuid not null,
  serial_id uuid not null,
  carton_id uuid not null,
  primary key (company_id, shipment_line_id, serial_id),
  foreign key (company_id, shipment_line_id) references shipment_line (company_id, id),
  foreign key (company_id, carton_id) references carton (company_id, id)
);
create index shipment_serial_serial on shipment_serial (company_id, serial_id);

-- The pieces a counter found; the difference to the books is posted piece by piece when the count is approved.
create table count_serial (
  company_id uuid not null,
  task_id uuid not null,
  code text not null check (length(code) between 1 and 60),
  primary key (company_id, task_id, code),
  foreign key (company_id, task_id) references task (company_id, id)
);

-- Why stock was touched otherwise than by an order. A code stays, once used; `active` false: no longer offered.
create table reason_code (
  company_id uuid not null references company,
  kind text not null check (kind in ('adjust', 'scrap', 'status', 'override', 'return', 'short')),
  code text not null check (length(code) between 1 and 40),
  name text not null,
  active boolean not null,
  primary key (company_id, kind, code)
);
-- New companies get the same set from src/core/people/standardReasons.ts.
insert into reason_code (company_id, kind, code, name, active)
select company.company_id, given.kind, given.code, given.name, true
  from company
 cross join (values
   ('adjust', 'count', 'Counted'),
   ('adjust', 'damaged', 'Damaged'),
   ('adjust', 'lost', 'Lost'),
   ('adjust', 'found', 'Found'),
   ('adjust', 'expired', 'Past its day'),
   ('adjust', 'sample', 'Given as a sample'),
   ('adjust', 'data_error', 'Wrongly booked'),
   ('scrap', 'damaged', 'Damaged beyond use'),
   ('scrap', 'expired', 'Past its day'),
   ('scrap', 'contaminated', 'Contaminated'),
   ('scrap', 'recalled', 'Recalled'),
   ('scrap', 'obsolete', 'No longer sold'),
   ('status', 'inspection', 'To be inspected'),
   ('status', 'passed', 'Passed inspection'),
   ('status', 'damaged', 'Damaged'),
   ('status', 'repaired', 'Repaired or repacked'),
   ('status', 'complaint', 'Complaint of a customer'),
   ('status', 'recall', 'Recall'),
   ('override', 'customer_asked', 'The customer asked for it'),
   ('override', 'short_dated', 'Short-dated, agreed with the customer'),
   ('override', 'quality', 'Quality of the earlier lot in doubt'),
   ('override', 'access', 'The earlier lot cannot be reached'),
   ('return', 'damaged', 'Arrived damaged'),
   ('return', 'wrong_item', 'Wrong goods sent'),
   ('return', 'not_ordered', 'Not ordered'),
   ('return', 'too_late', 'Came too late'),
   ('return', 'faulty', 'Faulty'),
   ('return', 'not_wanted', 'No longer wanted'),
   ('short', 'short_pick', 'Not in the bin'),
   ('short', 'damaged', 'Damaged in the bin'),
   ('short', 'blocked', 'Bin cannot be reached')
 ) as given (kind, code, name);
