-- Tables that reach their company through another key have no key to `company` of their own: each row would lock the
-- company's one row, and all transactions of a company would meet there. Columns that change often stand in no index,
-- nor in an index's condition, so that updates stay in place (HOT).
-- promise: demand of any kind, dated promises (soft), allocations of concrete lots (hard).
create table demand_line (
  company_id uuid not null,
  id uuid not null,
  kind text not null check (kind in ('sales', 'transfer', 'kit', 'return')),
  ref_id uuid not null,
  line_no int4 not null,
  site_id uuid not null,
  party_id uuid,
  item_id uuid not null,
  qty int8 not null check (qty > 0),
  -- Promises come in whole steps of this many base units (the sales unit).
  step int8 not null check (step > 0),
  priority int2 not null,
  ordered_on date not null,
  requested_on date not null,
  route_days int2 not null,
  min_shelf_days int4 not null,
  partial_policy text not null,
  -- Requested, original and latest are all kept (invariant 16).
  original_promise_on date,
  latest_promise_on date,
  promised int8 not null check (promised >= 0),
  allocated int8 not null check (allocated >= 0),
  backordered int8 not null check (backordered >= 0),
  shipped int8 not null check (shipped >= 0),
  cancelled int8 not null check (cancelled >= 0),
  released_at timestamptz,
  version int4 not null,
  primary key (company_id, id),
  check (promised + allocated + backordered + shipped + cancelled <= qty),
  foreign key (company_id, item_id) references item (company_id, id),
  foreign key (company_id, site_id) references site (company_id, id)
) with (fillfactor = 70);
create index demand_line_ref on demand_line (company_id, ref_id);
create index demand_line_waiting on demand_line (company_id, site_id, item_id) where backordered > 0 or promised > 0;

-- What of a site's free stock is promised. The lock on this row is what makes two confirmations of the last unit wait.
create table promise_position (
  company_id uuid not null,
  site_id uuid not null,
  item_id uuid not null,
  promised int8 not null check (promised >= 0),
  primary key (company_id, site_id, item_id)
) with (fillfactor = 70);

create table promise (
  company_id uuid not null,
  id uuid not null,
  demand_line_id uuid not null,
  site_id uuid not null,
  party_id uuid,
  item_id uuid not null,
  -- null: from stock on hand.
  supply_id uuid,
  qty int8 not null check (qty >= 0),
  due_on date not null,
  made_at timestamptz not null,
  primary key (company_id, id),
  foreign key (company_id, demand_line_id) references demand_line (company_id, id),
  foreign key (company_id, supply_id) references supply (company_id, id)
) with (fillfactor = 70);
create index promise_line on promise (company_id, demand_line_id);
create index promise_supply on promise (company_id, supply_id) where supply_id is not null;

create table allocation (
  company_id uuid not null,
  id uuid not null,
  demand_line_id uuid not null,
  site_id uuid not null,
  party_id uuid,
  item_id uuid not null,
  lot_id uuid not null,
  owner_id uuid not null,
  -- qty = open + shipped + released back; open is what the pool counts as allocated.
  qty int8 not null check (qty > 0),
  tasked int8 not null check (tasked >= 0),
  picked int8 not null check (picked >= 0),
  shipped int8 not null check (shipped >= 0),
  dropped int8 not null check (dropped >= 0),
  reason text,
  made_at timestamptz not null,
  primary key (company_id, id),
  check (shipped <= picked and picked + dropped <= qty and tasked + picked + dropped <= qty),
  foreign key (company_id, demand_line_id) references demand_line (company_id, id)
) with (fillfactor = 70);
create index allocation_line on allocation (company_id, demand_line_id);
create index allocation_item on allocation (company_id, item_id);
-- What is still in the house: a wave looks at the work before it, not at all that was ever shipped.
create index allocation_open on allocation (company_id, site_id) where qty > shipped + dropped;
