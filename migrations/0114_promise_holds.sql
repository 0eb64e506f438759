-- promise: what a rep keeps for a customer for a while. It names no lot: like a promise it stands at the position, where it is
-- counted in `promised`; nothing of it changes but under the position's lock.
create table stock_hold (
  company_id uuid not null,
  id uuid not null,
  site_id uuid not null,
  item_id uuid not null,
  party_id uuid not null,
  -- Who keeps it: a person or an API key.
  user_id uuid not null,
  user_name text not null,
  qty int8 not null check (qty > 0),
  -- qty = left + taken by orders + let go.
  left_qty int8 not null check (left_qty >= 0),
  taken_qty int8 not null check (taken_qty >= 0),
  -- At the customer's price when it was made; null: the item had none.
  value_minor int8,
  currency text not null references currency,
  note text,
  made_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  end_reason text check (end_reason in ('taken', 'released', 'expired', 'lost')),
  -- Told to who watches: an end that someone else's order brought about is told by the next look at the clock.
  told boolean not null,
  version int4 not null,
  primary key (company_id, id),
  check (left_qty + taken_qty <= qty),
  check ((ended_at is null) = (left_qty > 0)),
  foreign key (company_id, site_id) references site (company_id, id),
  foreign key (company_id, item_id) references item (company_id, id),
  foreign key (company_id, party_id) references party (company_id, id)
) with (fillfactor = 80);
create index stock_hold_open on stock_hold (company_id, site_id, item_id) where ended_at is null;
create index stock_hold_user on stock_hold (company_id, user_id) where ended_at is null;
create index stock_hold_untold on stock_hold (company_id, id) where ended_at is not null and not told;

-- Open holds there: who promises looks for them only where there are any.
alter table promise_position add column holds int4 not null default 0 check (holds >= 0);

-- How much a rep may keep at a time, by role. null: any.
create table hold_limit (
  company_id uuid not null,
  role_id uuid not null,
  max_holds int4 check (max_holds >= 0),
  max_qty int8 check (max_qty >= 0),
  max_value_minor int8 check (max_value_minor >= 0),
  -- Of `max_value_minor`; holds of customers in another currency do not count towards it.
  currency text references currency,
  max_hours int4 check (max_hours between 1 and 8760),
  primary key (company_id, role_id),
  check ((max_value_minor is null) = (currency is null)),
  foreign key (company_id, role_id) references role (company_id, id)
);
-- The lock of one rep's holds: what two of their phones ask for at once is counted together.
create table hold_keeper (
  company_id uuid not null references company,
  user_id uuid not null,
  primary key (company_id, user_id)
);
