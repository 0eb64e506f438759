-- stock: the ledger, and the two levels of stored totals that are locked while work is done on them.
create table lot (
  company_id uuid not null,
  id uuid not null,
  item_id uuid not null,
  code text not null,
  made_on date,
  expires_on date,
  origin text,
  held boolean not null,
  hold_reason text,
  recorded_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, item_id, code),
  foreign key (company_id, item_id) references item (company_id, id)
);

-- Append-only. One from and one to, always: what comes in comes from `supplier`, what goes out goes to `customer`.
-- lot, lpn, owner: the nil uuid where there is none, since keys hold no nulls.
create table stock_move (
  company_id uuid not null,
  id uuid not null,
  item_id uuid not null,
  lot_id uuid not null,
  serial_id uuid not null,
  lpn_id uuid not null,
  owner_id uuid not null,
  from_site_id uuid not null,
  from_location_id uuid not null,
  from_status text not null,
  to_site_id uuid not null,
  to_location_id uuid not null,
  to_status text not null,
  qty int8 not null check (qty > 0),
  weight_g int8 not null,
  effective_at timestamptz not null,
  recorded_at timestamptz not null,
  cause_kind text not null,
  cause_id uuid not null,
  cause_line_id uuid not null,
  reason text,
  actor_id uuid not null,
  device text,
  primary key (company_id, id)
) partition by range (id);
select make_partitions('stock_move');
create index stock_move_item on stock_move (company_id, item_id, id);
create index stock_move_lot on stock_move (company_id, lot_id, id) where lot_id <> '00000000-0000-0000-0000-000000000000';
create index stock_move_cause on stock_move (company_id, cause_id);

create table move_reversal (
  company_id uuid not null references company,
  move_id uuid not null,
  by_move_id uuid not null,
  primary key (company_id, move_id)
);

-- Per site, lot, owner and status. The hot row: promise, FEFO and allocation work here.
create table stock_pool (
  company_id uuid not null,
  site_id uuid not null,
  item_id uuid not null,
  lot_id uuid not null,
  owner_id uuid not null,
  status text not null check (status in ('available', 'quarantine', 'damaged', 'hold', 'returns')),
  on_hand int8 not null,
  allocated int8 not null,
  held int8 not null,
  weight_g int8 not null,
  primary key (company_id, site_id, item_id, lot_id, owner_id, status),
  check (allocated >= 0 and held >= 0 and allocated + held <= on_hand),
  foreign key (company_id, item_id) references item (company_id, id),
  foreign key (company_id, site_id) references site (company_id, id)
) with (fillfactor = 70);
create index stock_pool_item on stock_pool (company_id, item_id);

-- Per bin. Tasks claim here, at wave time, so bin moves and replenishment never fight allocation.
create table stock_balance (
  company_id uuid not null,
  location_id uuid not null,
  item_id uuid not null,
  lot_id uuid not null,
  lpn_id uuid not null,
  owner_id uuid not null,
  status text not null,
  site_id uuid not null,
  on_hand int8 not null,
  tasked int8 not null,
  weight_g int8 not null,
  primary key (company_id, location_id, item_id, lot_id, lpn_id, owner_id, status),
  check (tasked >= 0 and tasked <= on_hand),
  foreign key (company_id, location_id) references location (company_id, id)
) with (fillfactor = 70);
create index stock_balance_item on stock_balance (company_id, site_id, item_id);

-- Dated expected receipts: what purchasing, transfers and 3PL feed write, and promises are pegged to.
create table supply (
  company_id uuid not null,
  id uuid not null,
  site_id uuid not null,
  item_id uuid not null,
  kind text not null check (kind in ('purchase', 'transfer', 'assembly', 'return')),
  reference text not null,
  party_id uuid,
  due_on date not null,
  expected int8 not null check (expected >= 0),
  received int8 not null check (received >= 0),
  promised int8 not null check (promised >= 0),
  version int4 not null,
  recorded_at timestamptz not null,
  primary key (company_id, id),
  check (promised <= greatest(expected - received, 0)),
  foreign key (company_id, item_id) references item (company_id, id),
  foreign key (company_id, site_id) references site (company_id, id)
) with (fillfactor = 80);
create index supply_item on supply (company_id, site_id, item_id, due_on);

create table receipt (
  company_id uuid not null,
  id uuid not null,
  number text not null,
  site_id uuid not null,
  party_id uuid,
  reference text not null,
  recorded_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, number),
  foreign key (company_id, site_id) references site (company_id, id)
);
create table receipt_line (
  company_id uuid not null,
  id uuid not null,
  receipt_id uuid not null,
  line_no int4 not null,
  item_id uuid not null,
  lot_id uuid not null,
  supply_id uuid,
  qty int8 not null check (qty > 0),
  status text not null,
  location_id uuid not null,
  primary key (company_id, id),
  foreign key (company_id, receipt_id) references receipt (company_id, id)
);
create index receipt_line_receipt on receipt_line (company_id, receipt_id);

-- Reorder rule of an item at a site: order up to `max_qty` when the position falls to `reorder_point`.
create table item_site (
  company_id uuid not null,
  site_id uuid not null,
  item_id uuid not null,
  abc text not null check (abc in ('A', 'B', 'C')),
  reorder_point int8 not null check (reorder_point >= 0),
  max_qty int8 not null check (max_qty >= reorder_point),
  pack_qty int8 not null check (pack_qty > 0),
  home_location_id uuid,
  assumed text[] not null,
  primary key (company_id, site_id, item_id),
  foreign key (company_id, item_id) references item (company_id, id),
  foreign key (company_id, site_id) references site (company_id, id)
);
