-- delivery: ways by road that somebody has measured or a road service has said. What is not here is estimated.
create table travel_way (
  company_id uuid not null references company,
  -- Degrees × 10^7: whoever moves gets new ways.
  from_lat_e7 int4 not null,
  from_lon_e7 int4 not null,
  to_lat_e7 int4 not null,
  to_lon_e7 int4 not null,
  -- Null: there is no way, which is known as well.
  metres int4 check (metres >= 0),
  seconds int4 check (seconds >= 0),
  source text not null,
  recorded_at timestamptz not null,
  primary key (company_id, from_lat_e7, from_lon_e7, to_lat_e7, to_lon_e7),
  check ((metres is null) = (seconds is null))
);
