-- parties: customers, suppliers, carriers, and the channels they buy through.
create table channel (
  company_id uuid not null references company,
  id uuid not null,
  code text not null,
  name text not null,
  primary key (company_id, id),
  unique (company_id, code)
);

create table party (
  company_id uuid not null references company,
  id uuid not null,
  code text not null,
  name text not null,
  is_customer boolean not null,
  is_supplier boolean not null,
  is_carrier boolean not null,
  parent_id uuid,
  bill_to_id uuid,
  channel_id uuid,
  price_group text,
  gln text check (gln ~ '^[0-9]{13}$'),
  currency text not null references currency,
  country text not null references country,
  tax_status text not null check (tax_status in ('business', 'consumer', 'exempt', 'reverse_charge')),
  tax_number text,
  exempt_until date,
  terms_days int4 not null check (terms_days between 0 and 365),
  invoice_trigger text not null check (invoice_trigger in ('ship', 'pod', 'period', 'prepaid')),
  -- What may leave when not all is there.
  partial_policy text not null check (partial_policy in ('partial', 'line', 'complete')),
  -- 0 best. Drives promise priority.
  service_class int2 not null check (service_class between 0 and 9),
  min_shelf_days int4 not null check (min_shelf_days >= 0),
  email text,
  active boolean not null,
  assumed text[] not null,
  custom jsonb not null,
  version int4 not null,
  recorded_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, code),
  foreign key (company_id, parent_id) references party (company_id, id),
  foreign key (company_id, bill_to_id) references party (company_id, id),
  foreign key (company_id, channel_id) references channel (company_id, id)
);

create table address (
  company_id uuid not null references company,
  id uuid not null,
  party_id uuid not null,
  kind text not null check (kind in ('ship_to', 'bill_to', 'both')),
  name text not null,
  line1 text not null,
  line2 text,
  city text not null,
  postcode text not null,
  country text not null references country,
  -- Degrees × 10^7.
  lat_e7 int4,
  lon_e7 int4,
  route_days int2 not null check (route_days between 0 and 60),
  active boolean not null,
  primary key (company_id, id),
  foreign key (company_id, party_id) references party (company_id, id)
);
create index address_party on address (company_id, party_id);
