-- promise: what is kept for a channel, and how what is short is shared among them.
create table channel_fence (
  company_id uuid not null,
  id uuid not null,
  channel_id uuid not null,
  -- The nil uuid: every site, each by itself.
  site_id uuid not null,
  -- The nil uuid with a category: each item of it; with none: every item. Of several that fit, the closest counts.
  item_id uuid not null,
  category text,
  -- Of what is free when it begins and of all that comes in: so many units, or so many millionths.
  qty int8 check (qty > 0),
  percent_ppm int4 check (percent_ppm between 1 and 1000000),
  starts_on date not null,
  -- From `days_before` days before this day on it is open to all; null: until someone opens it.
  release_on date,
  days_before int2 not null check (days_before between 0 and 365),
  opened_at timestamptz,
  opened_by text,
  recorded_at timestamptz not null,
  version int4 not null,
  primary key (company_id, id),
  check ((qty is null) <> (percent_ppm is null)),
  check (category is null or item_id = '00000000-0000-0000-0000-000000000000'),
  foreign key (company_id, channel_id) references channel (company_id, id)
);
-- Who promises asks whether there is any.
create index channel_fence_open on channel_fence (company_id) where opened_at is null;

create table channel_share (
  company_id uuid not null,
  channel_id uuid not null,
  -- Weight among the channels when there is not enough for all; 0: served when those with a share have theirs.
  share_ppm int4 not null check (share_ppm between 0 and 1000000),
  -- Who gets the unit that division leaves over, and whose fence is whole where all are more than there is; the lowest first.
  rank int2 not null check (rank between 0 and 99),
  primary key (company_id, channel_id),
  foreign key (company_id, channel_id) references channel (company_id, id)
);

-- Promised while a fence stood on its item and site: what a channel has had is the sum over these.
alter table demand_line add column fenced boolean not null default false;
create index demand_line_fenced on demand_line (company_id, site_id, item_id) where fenced;
