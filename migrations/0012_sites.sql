-- sites: where stock is. Each site has its zone of time; promise, invoice and KPI days are days there.
create table site (
  company_id uuid not null references company,
  id uuid not null,
  entity_id uuid not null,
  code text not null,
  name text not null,
  kind text not null check (kind in ('dc', 'store', 'van', '3pl', 'virtual')),
  zone text not null,
  country text not null references country,
  -- Minutes after midnight: an order released later ships the next working day.
  cutoff_minutes int2 not null check (cutoff_minutes between 0 and 1440),
  -- ISO weekdays (1 = Monday) on which it works.
  work_days int2[] not null check (cardinality(work_days) between 1 and 7),
  dock_to_stock_days int2 not null check (dock_to_stock_days between 0 and 30),
  primary key (company_id, id),
  unique (company_id, code),
  foreign key (company_id, entity_id) references entity (company_id, id)
);
create table site_holiday (
  company_id uuid not null references company,
  site_id uuid not null,
  day date not null,
  name text not null,
  primary key (company_id, site_id, day),
  foreign key (company_id, site_id) references site (company_id, id)
);
-- supplier, customer, adjust and scrap are the world outside: moves come from there and go there, no balance is kept.
create table location (
  company_id uuid not null references company,
  id uuid not null,
  site_id uuid not null,
  code text not null,
  kind text not null check (kind in ('storage', 'pick', 'stage', 'dock', 'quarantine', 'transit', 'supplier', 'customer', 'adjust', 'scrap')),
  aisle text,
  x_mm int4 not null,
  y_mm int4 not null,
  z_mm int4 not null,
  pick_seq int4 not null,
  active boolean not null,
  primary key (company_id, id),
  unique (company_id, site_id, code),
  foreign key (company_id, site_id) references site (company_id, id)
);
create index location_kind on location (company_id, site_id, kind);
