-- credit: one account row per customer and entity, locked in the transaction that releases, ships, bills or collects.
create table credit_account (
  company_id uuid not null,
  id uuid not null,
  entity_id uuid not null,
  party_id uuid not null,
  currency text not null references currency,
  -- Minor units, gross. null: no limit.
  limit_amount int8 check (limit_amount >= 0),
  open_orders int8 not null check (open_orders >= 0),
  shipped_unbilled int8 not null check (shipped_unbilled >= 0),
  open_receivables int8 not null check (open_receivables >= 0),
  unapplied_cash int8 not null check (unapplied_cash >= 0),
  held boolean not null,
  hold_reason text,
  version int4 not null,
  primary key (company_id, id),
  unique (company_id, entity_id, party_id),
  foreign key (company_id, party_id) references party (company_id, id),
  foreign key (company_id, entity_id) references entity (company_id, id)
) with (fillfactor = 70);

-- Who let an order go over the limit, until when, up to how much.
create table credit_release (
  company_id uuid not null,
  id uuid not null,
  account_id uuid not null,
  order_id uuid not null,
  amount int8 not null check (amount >= 0),
  until timestamptz not null,
  reason text not null,
  actor_id uuid not null,
  actor_name text not null,
  recorded_at timestamptz not null,
  primary key (company_id, id),
  foreign key (company_id, account_id) references credit_account (company_id, id)
);
create index credit_release_order on credit_release (company_id, order_id);
