-- sales: orders. An order's status is a view over what its lines' quantities say; only draft, confirmed and cancelled are stored.
create table sales_order (
  company_id uuid not null,
  id uuid not null,
  number text not null,
  entity_id uuid not null,
  site_id uuid not null,
  party_id uuid not null,
  ship_to_id uuid,
  channel_id uuid,
  customer_po text,
  source text not null check (source in ('desk', 'rep', 'portal', 'edi', 'api', 'import')),
  state text not null check (state in ('draft', 'confirmed', 'cancelled')),
  currency text not null references currency,
  ordered_on date not null,
  requested_on date not null,
  recorded_at timestamptz not null,
  confirmed_at timestamptz,
  released_at timestamptz,
  -- Set when release was tried and credit said no; a result, not a refusal.
  credit_held_at timestamptz,
  credit_hold_reason text,
  cancelled_at timestamptz,
  cancel_reason text,
  net int8 not null,
  tax int8 not null,
  gross int8 not null,
  -- Of `gross`: what still stands in the credit account as open order.
  credit_open int8 not null check (credit_open >= 0),
  line_count int4 not null,
  custom jsonb not null,
  version int4 not null,
  primary key (company_id, id),
  unique (company_id, number),
  foreign key (company_id, party_id) references party (company_id, id),
  foreign key (company_id, site_id) references site (company_id, id),
  foreign key (company_id, ship_to_id) references address (company_id, id)
) with (fillfactor = 80);
-- Customer's own number: the same order sent twice is found.
create unique index sales_order_po on sales_order (company_id, party_id, customer_po) where customer_po is not null and cancelled_at is null;
create index sales_order_party on sales_order (company_id, party_id, id);
create index sales_order_day on sales_order (company_id, ordered_on, id);

create table sales_order_line (
  company_id uuid not null,
  -- A goods line's demand line has the same id.
  id uuid not null,
  order_id uuid not null,
  line_no int4 not null,
  site_id uuid not null,
  party_id uuid not null,
  kind text not null check (kind in ('goods', 'service', 'charge', 'discount', 'deposit', 'text')),
  item_id uuid,
  description text not null,
  uom text not null references unit_code,
  -- In units of `uom`, and the same in base units.
  uom_qty int8 not null,
  qty int8 not null,
  price_micro int8 not null,
  price_uom text not null references unit_code,
  net int8 not null,
  tax_code text not null,
  tax_category text not null,
  tax_rate_ppm int4 not null,
  explain jsonb not null,
  cost_micro int8 not null,
  primary key (company_id, id),
  unique (company_id, order_id, line_no),
  foreign key (company_id, order_id) references sales_order (company_id, id),
  foreign key (company_id, item_id) references item (company_id, id)
) with (fillfactor = 90);
create index sales_order_line_item on sales_order_line (company_id, item_id, id);
