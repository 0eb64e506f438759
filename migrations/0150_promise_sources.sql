-- promise: which sites may send parts of an order, how many of them at most, and what was decided for each part.
create table source_policy (
  company_id uuid not null references company,
  -- The nil uuid: customers without a policy of their own.
  party_id uuid not null,
  -- From so many sites at most, its own among them; 1: from its own site alone.
  max_splits int2 not null check (max_splits between 1 and 20),
  prefer text not null check (prefer in ('fewest', 'earliest', 'cheapest', 'order')),
  primary key (company_id, party_id)
);
create table source_site (
  company_id uuid not null,
  party_id uuid not null,
  site_id uuid not null,
  -- The order's own site goes before all of them.
  rank int2 not null check (rank > 0),
  -- From this site to the customer; null: as many as from the order's own.
  route_days int2 check (route_days between 0 and 365),
  -- Of one shipment, in the company's minor units: sites are compared by it.
  shipment_cost int8 not null check (shipment_cost >= 0),
  primary key (company_id, party_id, site_id),
  unique (company_id, party_id, rank),
  foreign key (company_id, party_id) references source_policy (company_id, party_id),
  foreign key (company_id, site_id) references site (company_id, id)
);
-- Why this site sends this part: what each site had for the line when it was decided.
create table demand_source (
  company_id uuid not null,
  demand_line_id uuid not null,
  site_id uuid not null,
  party_id uuid not null,
  why jsonb not null,
  primary key (company_id, demand_line_id),
  foreign key (company_id, demand_line_id) references demand_line (company_id, id)
);
