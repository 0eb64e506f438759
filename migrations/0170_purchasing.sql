-- purchasing: from whom goods are bought, on what terms, and the orders that are out.
create table supplier_term (
  company_id uuid not null,
  party_id uuid not null,
  -- Calendar days from an order to its goods at the door, until enough receipts say better.
  lead_days int2 not null check (lead_days between 1 and 365),
  -- How often it is looked whether something is to be ordered.
  review_days int2 not null check (review_days between 1 and 90),
  -- Of a whole order, in minor units of the supplier's currency; 0: none.
  min_order int8 not null check (min_order >= 0),
  -- What an order and what a line of it cost us to place and to book in, in minor units.
  order_cost int8 not null check (order_cost >= 0),
  line_cost int8 not null check (line_cost >= 0),
  assumed text[] not null,
  version int4 not null,
  recorded_at timestamptz not null,
  primary key (company_id, party_id),
  foreign key (company_id, party_id) references party (company_id, id)
);
create table item_supplier (
  company_id uuid not null,
  item_id uuid not null,
  party_id uuid not null,
  -- 1 is asked first.
  rank int2 not null check (rank between 1 and 20),
  -- In base units. moq: less is not sold. pack: whole multiples of it. pallet: a full one saves handling.
  moq int8 not null check (moq >= 1),
  pack_qty int8 not null check (pack_qty >= 1),
  pallet_qty int8 check (pallet_qty >= 1),
  pallet_saving int8 not null check (pallet_saving >= 0),
  -- Null: as the supplier's terms say.
  lead_days int2 check (lead_days between 1 and 365),
  -- By rising quantity, the first from 1: [{"from": 1, "priceMicro": 4200000}], per base unit.
  prices jsonb not null,
  active boolean not null,
  assumed text[] not null,
  recorded_at timestamptz not null,
  primary key (company_id, item_id, party_id),
  foreign key (company_id, item_id) references item (company_id, id),
  foreign key (company_id, party_id) references supplier_term (company_id, party_id)
);
create index item_supplier_party on item_supplier (company_id, party_id);

-- Only draft, placed and cancelled are stored; how far it has come is a view over what was received.
create table purchase_order (
  company_id uuid not null,
  id uuid not null,
  number text not null,
  entity_id uuid not null,
  site_id uuid not null,
  party_id uuid not null,
  state text not null check (state in ('draft', 'placed', 'cancelled')),
  ordered_on date not null,
  currency text not null references currency,
  reference text,
  net int8 not null,
  line_count int4 not null,
  recorded_at timestamptz not null,
  -- The day of the site on which it was placed: lead times are counted from it.
  placed_on date,
  placed_at timestamptz,
  cancelled_at timestamptz,
  cancel_reason text,
  version int4 not null,
  primary key (company_id, id),
  unique (company_id, number),
  foreign key (company_id, site_id) references site (company_id, id),
  foreign key (company_id, party_id) references party (company_id, id)
) with (fillfactor = 80);
create index purchase_order_party on purchase_order (company_id, party_id);
create table purchase_line (
  company_id uuid not null,
  id uuid not null,
  order_id uuid not null,
  line_no int4 not null,
  site_id uuid not null,
  party_id uuid not null,
  item_id uuid not null,
  uom text not null references unit_code,
  uom_qty int8 not null check (uom_qty > 0),
  qty int8 not null check (qty > 0),
  -- Per base unit.
  price_micro int8 not null check (price_micro >= 0),
  net int8 not null,
  -- As first agreed; as the supply has it now is the supply's own day.
  due_on date not null,
  -- What is expected of it, since it was placed.
  supply_id uuid,
  -- The arithmetic of the proposal it was accepted from, in words.
  why jsonb,
  primary key (company_id, id),
  unique (company_id, order_id, line_no),
  foreign key (company_id, order_id) references purchase_order (company_id, id),
  foreign key (company_id, item_id) references item (company_id, id)
);
create index purchase_line_supply on purchase_line (company_id, supply_id) where supply_id is not null;
create index purchase_line_item on purchase_line (company_id, item_id);

-- Which purchase line a supply belongs to: its day and quantity change with the document only.
alter table supply
  add column purchase_line_id uuid;
create index supply_purchase on supply (company_id, purchase_line_id) where purchase_line_id is not null;
-- Lead times as they were: receipts of a supply.
create index receipt_line_supply on receipt_line (company_id, supply_id) where supply_id is not null;
