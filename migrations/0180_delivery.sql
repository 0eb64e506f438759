-- sites: where they lie, degrees × 10^7, as addresses have it.
alter table site
  add column lat_e7 int4 check (lat_e7 between -900000000 and 900000000),
  add column lon_e7 int4 check (lon_e7 between -1800000000 and 1800000000);

-- delivery: our own vehicles, when doors are open, and the routes of a day.
create table vehicle (
  company_id uuid not null,
  id uuid not null,
  code text not null,
  name text not null,
  -- Where it starts and ends its day.
  site_id uuid not null,
  capacity_g int8 not null check (capacity_g > 0),
  -- Null: weight alone counts.
  capacity_ml int8 check (capacity_ml > 0),
  most_stops int2 check (most_stops > 0),
  -- Minutes after midnight of the site's zone.
  shift_from int2 not null check (shift_from between 0 and 1440),
  shift_to int2 not null check (shift_to between 0 and 2160),
  most_km int4 check (most_km > 0),
  -- Rests of 45 minutes after 4.5 hours at the wheel, 9 hours a day: Regulation (EC) 561/2006, above 3.5 t.
  driver_rests boolean not null,
  -- Minor units of the company's currency: for a day it is used, an hour of the shift, a kilometre.
  day_cost int8 not null check (day_cost >= 0),
  hour_cost int8 not null check (hour_cost >= 0),
  km_cost int8 not null check (km_cost >= 0),
  -- Name of the factor per vehicle-kilometre (math/carbon/factors); null: its emissions are not known.
  emission_factor text,
  active boolean not null,
  version int4 not null,
  recorded_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, code),
  check (shift_from < shift_to),
  foreign key (company_id, site_id) references site (company_id, id)
);
-- When a door takes goods in, and how long that takes there. No row: as the site's rule says.
create table receiving_hours (
  company_id uuid not null,
  address_id uuid not null,
  party_id uuid not null,
  -- Minutes after midnight: open, close, open, close …, rising.
  windows int2[] not null check (cardinality(windows) between 2 and 8 and cardinality(windows) % 2 = 0),
  service_minutes int2 not null check (service_minutes between 0 and 480),
  recorded_at timestamptz not null,
  primary key (company_id, address_id),
  foreign key (company_id, address_id) references address (company_id, id),
  foreign key (company_id, party_id) references party (company_id, id)
);
-- For doors that say nothing, by the site that delivers.
create table delivery_rule (
  company_id uuid not null,
  site_id uuid not null,
  opens int2 not null check (opens between 0 and 1440),
  closes int2 not null check (closes between 0 and 1440),
  service_minutes int2 not null check (service_minutes between 0 and 480),
  recorded_at timestamptz not null,
  primary key (company_id, site_id),
  check (opens < closes),
  foreign key (company_id, site_id) references site (company_id, id)
);

-- One vehicle's way on one day. Seconds count from midnight of the site's zone.
create table route (
  company_id uuid not null,
  id uuid not null,
  number text not null,
  site_id uuid not null,
  vehicle_id uuid not null,
  day date not null,
  -- planned: may be laid anew. released: loaded and driven as it is.
  state text not null check (state in ('planned', 'released')),
  stop_count int4 not null,
  weight_g int8 not null,
  volume_ml int8 not null,
  distance_m int8 not null check (distance_m >= 0),
  driving_s int4 not null,
  leaves_s int4 not null,
  returns_s int4 not null check (returns_s >= leaves_s),
  -- Minor units.
  cost int8 not null check (cost >= 0),
  -- Greenhouse gas, whole grams of CO2e: tank to wheel, well to wheel; null: no factor says.
  ttw_g int8,
  wtw_g int8,
  -- Ways are by great circle × circuity, not by road.
  estimated boolean not null,
  version int4 not null,
  planned_at timestamptz not null,
  released_at timestamptz,
  primary key (company_id, id),
  unique (company_id, number),
  unique (company_id, vehicle_id, day),
  check ((state = 'released') = (released_at is not null)),
  foreign key (company_id, site_id) references site (company_id, id),
  foreign key (company_id, vehicle_id) references vehicle (company_id, id)
) with (fillfactor = 80);
create index route_day on route (company_id, site_id, day);
create table route_stop (
  company_id uuid not null,
  id uuid not null,
  route_id uuid not null,
  site_id uuid not null,
  party_id uuid not null,
  address_id uuid not null,
  seq int4 not null check (seq > 0),
  arrive_s int4 not null,
  begin_s int4 not null check (begin_s >= arrive_s),
  finish_s int4 not null check (finish_s >= begin_s),
  -- Last second at which its door takes goods in.
  closes_s int4 not null check (closes_s >= begin_s),
  -- From the stop before.
  distance_m int8 not null,
  primary key (company_id, id),
  unique (company_id, route_id, seq),
  foreign key (company_id, route_id) references route (company_id, id),
  foreign key (company_id, address_id) references address (company_id, id)
);
-- An order's goods that go to that door on that route.
create table route_drop (
  company_id uuid not null,
  route_id uuid not null,
  stop_id uuid not null,
  site_id uuid not null,
  party_id uuid not null,
  order_id uuid not null,
  day date not null,
  weight_g int8 not null,
  volume_ml int8 not null,
  -- Its part of the route's emissions, by weight × great circle from the site.
  ttw_g int8,
  wtw_g int8,
  primary key (company_id, route_id, order_id),
  -- On one route of a site and day.
  unique (company_id, site_id, order_id, day),
  foreign key (company_id, route_id) references route (company_id, id),
  foreign key (company_id, stop_id) references route_stop (company_id, id)
);
create index route_drop_order on route_drop (company_id, order_id);
-- Older companies: their numbers.
insert into number_series (company_id, id, entity_id, kind, prefix, next, gapless)
select entity.company_id, overlay(entity.id::text placing '9ed0' from 20 for 4)::uuid, entity.id, 'route', 'R-', 1, false
  from entity
    on conflict do nothing;
