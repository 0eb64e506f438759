-- promise: the rules by which promises are laid anew, what a customer says of the rest of an order, and each change of a date.
create table promise_rule (
  company_id uuid not null references company,
  -- The nil uuid: every site without a rule of its own.
  site_id uuid not null,
  -- Promises due within so many days keep what they are pegged to.
  frozen_days int2 not null check (frozen_days between 0 and 365),
  -- A line that waits longer goes before better classes.
  max_age_days int2 not null check (max_age_days between 1 and 3650),
  -- Stock is allocated to lines that ship within so many days. null: to all that are released.
  horizon_days int2 check (horizon_days between 0 and 365),
  -- What comes in for waiting orders goes to the stage: never, what was promised from that supply, or whatever waits.
  cross_dock text not null check (cross_dock in ('none', 'planned', 'opportunistic')),
  primary key (company_id, site_id)
);

alter table demand_line
  -- What has not left by the end of this day is cancelled.
  add column cancel_by date,
  -- All of it from stock at confirmation, or none of it.
  add column fill_or_kill boolean not null default false;
create index demand_line_cancel_by on demand_line (company_id, cancel_by) where cancel_by is not null;

alter table promise
  -- The day on which this part alone could arrive; `due_on` is later where it waits for others or for the day asked for.
  add column alone_on date;
update promise set alone_on = due_on;

-- Requested, original and latest promise stand on the line; this is every step between them, with its cause.
create table promise_change (
  company_id uuid not null,
  id uuid not null,
  demand_line_id uuid not null,
  site_id uuid not null,
  party_id uuid,
  item_id uuid not null,
  was_on date,
  now_on date,
  was_backordered int8 not null,
  now_backordered int8 not null,
  -- [[day, base units], …]: a line may keep its last day while a part of it moves.
  was_parts jsonb not null,
  now_parts jsonb not null,
  cause text not null check (cause in ('supply', 'receipt', 'loss', 'found', 'lot', 'hold', 'replan', 'priority', 'date', 'split', 'cancellation')),
  -- The supply, receipt or order that brought it about.
  cause_id uuid,
  cause_ref text,
  recorded_at timestamptz not null,
  primary key (company_id, id),
  foreign key (company_id, demand_line_id) references demand_line (company_id, id)
);
create index promise_change_line on promise_change (company_id, demand_line_id, id);
create index promise_change_cause on promise_change (company_id, cause_id, id) where cause_id is not null;
