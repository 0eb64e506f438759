-- planning: what will be asked for, how much to keep, and what to buy or move now.
create table plan_rule (
  company_id uuid primary key references company,
  -- What is kept at the level: share of sales value or of units over all items of a site, or of each item's own units.
  objective text not null check (objective in ('valueFill', 'unitFill', 'itemFill')),
  level_ppm int4 not null check (level_ppm between 500000 and 999500),
  -- A year of stock on the shelf costs this part of what it is worth.
  holding_ppm int4 not null check (holding_ppm between 10000 and 1000000),
  -- One order lasts so many days at most.
  most_days int2 not null check (most_days between 7 and 365),
  recorded_at timestamptz not null
);
-- A site that another one supplies: it is replenished from there and buys nothing itself.
create table plan_site (
  company_id uuid not null,
  site_id uuid not null,
  from_site_id uuid not null,
  primary key (company_id, site_id),
  check (site_id <> from_site_id),
  foreign key (company_id, site_id) references site (company_id, id),
  foreign key (company_id, from_site_id) references site (company_id, id)
);

create table plan_run (
  company_id uuid not null references company,
  id uuid not null,
  -- The first day that is not known yet.
  day date not null,
  state text not null check (state in ('running', 'done', 'failed')),
  objective text not null,
  level_ppm int4 not null,
  holding_ppm int4 not null,
  most_days int2 not null,
  horizon int2 not null,
  -- Scores of earlier forecasts of some of these items, made with the first of them.
  calibration jsonb,
  item_sites int4 not null,
  done int4 not null check (done <= item_sites),
  proposals int4 not null,
  -- What it comes to: expected fill and stock, and what other levels would take.
  figures jsonb,
  started_at timestamptz not null,
  -- When its last step was done: what stands still for long has lost its job.
  stepped_at timestamptz not null,
  ended_at timestamptz,
  primary key (company_id, id)
) with (fillfactor = 80);
create unique index plan_run_one on plan_run (company_id) where state = 'running';
create index plan_run_latest on plan_run (company_id, started_at);

-- The latest forecast of an item at a site, and what follows from it for its stock.
create table item_forecast (
  company_id uuid not null,
  site_id uuid not null,
  item_id uuid not null,
  -- The run that forecast it; null: none yet. And the run that has it to do.
  run_id uuid,
  next_run_id uuid not null,
  made_on date,
  -- As src/modules/planning/work/itemWork.ts answers: class, demand by week with its band, reasons, quantiles, exchange curve.
  facts jsonb,
  -- Null until a run has set it: order when the position is at or below it; -1: not kept.
  reorder_point int8,
  lot int8,
  primary key (company_id, site_id, item_id),
  foreign key (company_id, item_id) references item (company_id, id),
  foreign key (company_id, site_id) references site (company_id, id)
) with (fillfactor = 80);

create index item_forecast_next on item_forecast (company_id, next_run_id);

create table proposal (
  company_id uuid not null,
  id uuid not null,
  run_id uuid not null,
  site_id uuid not null,
  item_id uuid not null,
  kind text not null check (kind in ('buy', 'transfer')),
  -- Of a purchase; null: nobody is known who sells it.
  party_id uuid,
  from_site_id uuid,
  -- The supplier's or the site's code, which never changes: who may not see the row is told its name.
  from_code text,
  qty int8 not null check (qty > 0),
  -- Per base unit, and all of it in minor units: goods of a purchase, carriage of a transfer.
  price_micro int8 not null,
  cost int8 not null,
  -- When it was made.
  position int8 not null,
  reorder_point int8 not null,
  -- Nothing ordered: the chance of a stock-out before goods ordered at the next look could be there, and what sales that would cost.
  short_ppm int4 not null check (short_ppm between 0 and 1000000),
  at_risk int8 not null check (at_risk >= 0),
  -- Days that the position lasts; null: nothing is asked for.
  cover_days int4,
  due_on date not null,
  cautions text[] not null,
  why jsonb not null,
  cost_why jsonb not null,
  state text not null check (state in ('open', 'accepted', 'dismissed', 'withdrawn')),
  -- What became of it.
  document_id uuid,
  document_number text,
  decided_at timestamptz,
  decided_by text,
  reason text,
  quiet_until date,
  recorded_at timestamptz not null,
  primary key (company_id, id),
  check ((kind = 'transfer') = (from_site_id is not null)),
  check ((state = 'accepted') = (document_id is not null)),
  foreign key (company_id, run_id) references plan_run (company_id, id),
  foreign key (company_id, item_id) references item (company_id, id),
  foreign key (company_id, site_id) references site (company_id, id)
) with (fillfactor = 80);
-- One open proposal for an item at a site: two runs propose it once.
create unique index proposal_open on proposal (company_id, site_id, item_id) where state = 'open';
create index proposal_quiet on proposal (company_id, quiet_until) where state = 'dismissed';
