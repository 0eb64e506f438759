-- promise: which lots a customer's line may take, and in which order. The nil uuid is any customer, any item; of two rules
-- that say something about a line the closer one holds: customer and item, customer, item, company. null: says nothing.
create table lot_rule (
  company_id uuid not null references company,
  id uuid not null,
  party_id uuid not null,
  item_id uuid not null,
  lot_order text check (lot_order in ('fefo', 'fifo', 'lifo')),
  -- Days of shelf life left on arrival.
  min_shelf_days int4 check (min_shelf_days between 0 and 20000),
  -- Lots that a line may mix; 0: any number.
  max_lots int2 check (max_lots between 0 and 1000),
  -- Never an older lot than this customer has had; the row is the lock of all that is allocated under it.
  never_older boolean,
  version int4 not null,
  primary key (company_id, party_id, item_id),
  unique (company_id, id),
  check (never_older is null or party_id <> '00000000-0000-0000-0000-000000000000')
);

-- Of lots alone: under which rule they were chosen, what was passed over, and why a person chose another.
alter table allocation
  add column lot_order text check (lot_order in ('fefo', 'fifo', 'lifo')),
  add column max_lots int2,
  add column never_older boolean,
  add column arrives_on date,
  -- Shelf life had to reach to this day.
  add column keep_until date,
  -- [{lotId, why}] of earlier lots that were there and not taken.
  add column passed jsonb,
  add column override_reason text,
  add column override_note text,
  add column override_by uuid;

-- What a customer has had of an item: the first two columns serve the lot's allocations as before.
create index allocation_party on allocation (company_id, item_id, party_id);
drop index allocation_item;

-- An allocation made while the lot was on hold did not skip it.
alter table lot add column let_go_at timestamptz;

-- Through which channel it is wanted: whose fence it may use.
alter table demand_line add column channel_id uuid;
update demand_line line
   set channel_id = o.channel_id
  from sales_order o
 where o.company_id = line.company_id and o.id = line.ref_id and o.channel_id is not null;
