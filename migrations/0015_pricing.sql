-- pricing: lists in order of precedence contract > customer > group > channel > list; promotions; tax codes and rules.
create table price_list (
  company_id uuid not null references company,
  id uuid not null,
  code text not null,
  name text not null,
  kind text not null check (kind in ('contract', 'customer', 'group', 'channel', 'list')),
  currency text not null references currency,
  party_id uuid,
  price_group text,
  channel_id uuid,
  -- A promotion stacks on list and channel prices; on a contract's only when the contract says so.
  promotions boolean not null,
  valid_from date not null,
  valid_to date not null,
  primary key (company_id, id),
  unique (company_id, code),
  check (valid_from <= valid_to),
  check ((kind in ('contract', 'customer')) = (party_id is not null)),
  check ((kind = 'group') = (price_group is not null)),
  check ((kind = 'channel') = (channel_id is not null)),
  foreign key (company_id, party_id) references party (company_id, id),
  foreign key (company_id, channel_id) references channel (company_id, id)
);
create index price_list_party on price_list (company_id, party_id) where party_id is not null;
-- The few lists that are nobody's own, apart from the thousands that are.
create index price_list_shared on price_list (company_id, kind) where party_id is null;

create table price_entry (
  company_id uuid not null references company,
  id uuid not null,
  list_id uuid not null,
  item_id uuid not null,
  uom text not null references unit_code,
  -- In units of `uom`.
  min_qty int8 not null check (min_qty >= 1),
  price_micro int8 not null check (price_micro >= 0),
  valid_from date not null,
  valid_to date not null,
  primary key (company_id, id),
  unique (company_id, list_id, item_id, uom, min_qty, valid_from),
  check (valid_from <= valid_to),
  foreign key (company_id, list_id) references price_list (company_id, id),
  foreign key (company_id, item_id) references item (company_id, id)
);
create index price_entry_item on price_entry (company_id, item_id);

create table promotion (
  company_id uuid not null references company,
  id uuid not null,
  code text not null,
  name text not null,
  item_id uuid,
  category text,
  channel_id uuid,
  min_qty int8 not null check (min_qty >= 1),
  -- Off the price, in millionths.
  discount_ppm int4 not null check (discount_ppm between 1 and 1000000),
  valid_from date not null,
  valid_to date not null,
  primary key (company_id, id),
  unique (company_id, code),
  check (valid_from <= valid_to)
);

-- EN 16931 categories: S standard, Z zero, E exempt, AE reverse charge, G export, O outside scope.
create table tax_code (
  company_id uuid not null references company,
  id uuid not null,
  entity_id uuid not null,
  code text not null,
  name text not null,
  category text not null check (category in ('S', 'Z', 'E', 'AE', 'K', 'G', 'O')),
  rate_ppm int4 not null check (rate_ppm between 0 and 1000000),
  valid_from date not null,
  valid_to date not null,
  primary key (company_id, id),
  unique (company_id, entity_id, code, valid_from),
  check (category = 'S' or rate_ppm = 0),
  foreign key (company_id, entity_id) references entity (company_id, id)
);
-- Which code: the rule with the lowest rank that fits. null fits all.
create table tax_rule (
  company_id uuid not null references company,
  id uuid not null,
  entity_id uuid not null,
  rank int4 not null,
  tax_class text,
  tax_status text,
  from_country text,
  to_country text,
  -- `domestic`, `eu`, `abroad` as seen from the shipping country.
  destination text check (destination in ('domestic', 'eu', 'abroad')),
  tax_code text not null,
  reason text not null,
  primary key (company_id, id),
  unique (company_id, entity_id, rank),
  foreign key (company_id, entity_id) references entity (company_id, id)
);
