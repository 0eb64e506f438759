-- warehouse: which bins a site counts without being asked, how exact a count must be, and what counts have found.

-- 0 switches a rule off. A difference within every tolerance is booked at once, one beyond waits for approval.
create table count_program (
  company_id uuid not null,
  site_id uuid not null,
  -- A bin of an item of this class is counted at least this often.
  a_days int4 not null check (a_days between 0 and 3650),
  b_days int4 not null check (b_days between 0 and 3650),
  c_days int4 not null check (c_days between 0 and 3650),
  -- ... and after so many moves in and out of it since it was counted last.
  after_moves int4 not null check (after_moves between 0 and 1000000),
  -- A bin that the books say was emptied is looked into.
  zero_bins boolean not null,
  daily_limit int4 not null check (daily_limit between 0 and 10000),
  tolerance_ppm int4 not null check (tolerance_ppm between 0 and 1000000),
  tolerance_qty int8 not null check (tolerance_qty >= 0),
  -- At planning cost, in millionths of the currency's unit.
  tolerance_micro int8 not null check (tolerance_micro >= 0),
  version int4 not null,
  primary key (company_id, site_id),
  foreign key (company_id, site_id) references site (company_id, id)
);

-- What each closed count found: append only in practice, one row a count.
create table count_result (
  company_id uuid not null,
  task_id uuid not null,
  site_id uuid not null,
  location_id uuid not null,
  item_id uuid not null,
  lot_id uuid not null,
  lpn_id uuid not null,
  owner_id uuid not null,
  cause text not null,
  counted_at timestamptz not null,
  expected int8 not null check (expected >= 0),
  counted int8 not null check (counted >= 0),
  variance int8 not null,
  variance_micro int8 not null,
  within boolean not null,
  -- How often it was counted before it was believed.
  tries int4 not null check (tries >= 1),
  counted_by uuid not null,
  approved_by uuid,
  recorded_at timestamptz not null,
  primary key (company_id, task_id),
  check (variance = counted - expected),
  foreign key (company_id, task_id) references task (company_id, id)
);
create index count_result_bin on count_result (company_id, location_id, item_id, counted_at);
create index count_result_site on count_result (company_id, site_id, counted_at);

-- When it was counted, which may be before it was entered; how often.
alter table task add column counted_at timestamptz;
alter table task add column tries int4;
