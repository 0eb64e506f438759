-- What happens after commit: who works on jobs, what could not be done, which ticks ran, whom we tell over the web.

-- One row per worker of a node. A lease that ran out means the worker is dead and its jobs are free (30 s, not 4 hours).
create table worker_lease (
  worker_id text primary key,
  node text not null,
  lease_until timestamptz not null
);

-- The last slot of each `every:` that was handed to the workers; the row is the lock that makes a tick happen once.
create table cron_tick (
  company_id uuid not null references company,
  capability text not null,
  at text not null,
  slot timestamptz not null,
  primary key (company_id, capability, at)
);

-- A job that will not go by itself: refused, or failed at every try. Waits here for a person.
create table parked_job (
  company_id uuid not null references company,
  id uuid not null,
  -- `job:<position or slot>:<capability>`, also the idempotency key of the call.
  job text not null,
  capability text not null,
  -- The module whose people have to look.
  owner text not null,
  ref_id uuid,
  input jsonb not null,
  code text not null,
  cause text not null,
  tries int2 not null,
  replays int2 not null,
  state text not null check (state in ('parked', 'replayed')),
  parked_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, job)
);

create table webhook_endpoint (
  company_id uuid not null references company,
  id uuid not null,
  url text not null,
  description text not null,
  event_types text[] not null check (cardinality(event_types) >= 1),
  -- What its maker might hear when it was saved: an endpoint never hears more than that.
  permissions text[] not null,
  sites uuid[],
  parties uuid[],
  secret bytea not null check (length(secret) >= 24),
  -- During a change of keys both sign.
  old_secret bytea,
  old_secret_until timestamptz,
  enabled boolean not null,
  disabled_reason text,
  -- Failures in a row: an endpoint in trouble gets one try at a time.
  failures int4 not null,
  created_at timestamptz not null,
  created_by uuid not null,
  primary key (company_id, id)
);

create table webhook_delivery (
  company_id uuid not null,
  endpoint_id uuid not null,
  -- The `webhook-id`: the outbox row's id, the same on every try and every replay.
  event_id uuid not null,
  position int8 not null,
  type text not null,
  kind text not null,
  ref_id uuid not null,
  version int2 not null,
  state text not null check (state in ('waiting', 'delivered', 'parked')),
  tries int4 not null,
  first_at timestamptz not null,
  next_at timestamptz not null,
  status int4,
  cause text,
  primary key (company_id, endpoint_id, event_id),
  foreign key (company_id, endpoint_id) references webhook_endpoint (company_id, id) on delete cascade
);
create index webhook_delivery_due on webhook_delivery (company_id, endpoint_id, next_at) where state = 'waiting';
create index webhook_delivery_order on webhook_delivery (company_id, endpoint_id, ref_id, position) where state = 'waiting';
create index webhook_delivery_position on webhook_delivery (company_id, endpoint_id, position);
