-- sites: the ways between them. Days on the road, and what carriage costs in millionths of the currency's unit.
create table lane (
  company_id uuid not null references company,
  id uuid not null,
  from_site_id uuid not null,
  to_site_id uuid not null,
  days int2 not null check (days between 0 and 365),
  unit_cost_micro int8 not null check (unit_cost_micro >= 0),
  kg_cost_micro int8 not null check (kg_cost_micro >= 0),
  shipment_cost_micro int8 not null check (shipment_cost_micro >= 0),
  active boolean not null,
  primary key (company_id, id),
  unique (company_id, from_site_id, to_site_id),
  check (from_site_id <> to_site_id),
  foreign key (company_id, from_site_id) references site (company_id, id),
  foreign key (company_id, to_site_id) references site (company_id, id)
);

-- stock: goods sent from one site to another. Only draft, confirmed and cancelled are stored; the rest is a view over quantities.
create table transfer_order (
  company_id uuid not null,
  id uuid not null,
  number text not null,
  entity_id uuid not null,
  from_site_id uuid not null,
  to_site_id uuid not null,
  -- Their codes, which never change: who may see one of two sites is told the name of the other.
  from_code text not null,
  to_code text not null,
  state text not null check (state in ('draft', 'confirmed', 'cancelled')),
  ordered_on date not null,
  -- The day on which the other site wants them at its door.
  requested_on date not null,
  -- As the lane said when it was confirmed; the road it took does not change afterwards.
  lane_days int2 not null check (lane_days >= 0),
  -- As demand_line.priority: 0 is served first. Customers have 0 to 9.
  priority int2 not null check (priority between 0 and 99),
  reference text,
  -- Accepted from a proposal: whose key, and what it was made of. One order per key while it is not cancelled.
  proposal_key text,
  proposal jsonb,
  recorded_at timestamptz not null,
  confirmed_at timestamptz,
  released_at timestamptz,
  cancelled_at timestamptz,
  cancel_reason text,
  line_count int4 not null,
  version int4 not null,
  primary key (company_id, id),
  unique (company_id, number),
  check (from_site_id <> to_site_id),
  foreign key (company_id, from_site_id) references site (company_id, id),
  foreign key (company_id, to_site_id) references site (company_id, id)
) with (fillfactor = 80);
create unique index transfer_order_proposal on transfer_order (company_id, proposal_key) where proposal_key is not null and cancelled_at is null;

create table transfer_line (
  company_id uuid not null,
  -- Its demand line at the source has the same id.
  id uuid not null,
  transfer_id uuid not null,
  line_no int4 not null,
  from_site_id uuid not null,
  to_site_id uuid not null,
  item_id uuid not null,
  uom text not null references unit_code,
  uom_qty int8 not null check (uom_qty > 0),
  qty int8 not null check (qty > 0),
  primary key (company_id, id),
  unique (company_id, transfer_id, line_no),
  foreign key (company_id, transfer_id) references transfer_order (company_id, id),
  foreign key (company_id, item_id) references item (company_id, id)
);

-- What left in one shipment, of one lot, pallet and status: on the road until it is received or given up as lost (15).
create table transit_line (
  company_id uuid not null,
  id uuid not null,
  transfer_id uuid not null,
  transfer_line_id uuid not null,
  shipment_id uuid not null,
  shipment_line_id uuid not null,
  from_site_id uuid not null,
  to_site_id uuid not null,
  item_id uuid not null,
  lot_id uuid not null,
  lpn_id uuid not null,
  owner_id uuid not null,
  status text not null,
  shipped int8 not null check (shipped > 0),
  received int8 not null check (received >= 0),
  lost int8 not null check (lost >= 0),
  due_on date not null,
  version int4 not null,
  primary key (company_id, id),
  check (received + lost <= shipped),
  foreign key (company_id, transfer_line_id) references transfer_line (company_id, id)
) with (fillfactor = 80);
create index transit_line_transfer on transit_line (company_id, transfer_id);
create index transit_line_road on transit_line (company_id, to_site_id, item_id) where shipped > received + lost;

-- Goods that came by a transfer: of which shipment's lot.
alter table receipt_line
  add column transit_line_id uuid;

-- Demand for another site of ours: that site sees it too.
alter table demand_line
  add column to_site_id uuid;

-- Which transfer line a supply of kind transfer brings; a line whose parts come on several days has a supply for each.
alter table supply
  add column transfer_line_id uuid;
create index supply_transfer on supply (company_id, transfer_line_id) where transfer_line_id is not null;

-- A shipment is of a customer's order or of a transfer.
alter table shipment
  alter column order_id drop not null,
  alter column party_id drop not null,
  add column transfer_id uuid,
  add column to_site_id uuid,
  add constraint shipment_of_one check ((order_id is null) <> (transfer_id is null)),
  add constraint shipment_whither check (case when transfer_id is null then party_id is not null else to_site_id is not null end),
  add foreign key (company_id, transfer_id) references transfer_order (company_id, id);
create index shipment_transfer on shipment (company_id, transfer_id) where transfer_id is not null;
alter table shipment_line
  alter column party_id drop not null,
  add column to_site_id uuid;
alter table carton
  add column to_site_id uuid;

-- What two sites may see is told to both and found by both.
alter table outbox
  add column other_site_id uuid;
alter table search_entry
  add column other_site_id uuid;

create or replace function search_find(prefixes text[], kinds text[], most int)
  returns table (kind text, id uuid, ref text, title text, detail text)
  language sql stable security definer set search_path = public, pg_temp as $$
  with near as (
    select e.kind, e.ref_id, e.ref, e.title, e.detail, e.rank, length(e.word) as size
      from search_entry e
     where e.company_id = current_setting('app.company_id')::uuid
       and e.word ~>=~ prefixes[1]
       and e.word ~<~ (prefixes[1] || chr(1114111))
       and e.kind = any (kinds)
       and (search_seen(e.site_id, e.party_id) or e.other_site_id is not null and search_seen(e.other_site_id, e.party_id))
     limit 20000
  ), whole as (
    select n.kind, n.ref_id, n.ref, n.title, n.detail, min(n.rank) as rank, min(n.size) as size
      from near n
     where not exists (
           select from unnest(prefixes[2:]) p
            where not exists (
                  select from search_entry o
                   where o.company_id = current_setting('app.company_id')::uuid
                     and o.kind = n.kind
                     and o.ref_id = n.ref_id
                     and o.word ~>=~ p
                     and o.word ~<~ (p || chr(1114111))))
     group by n.kind, n.ref_id, n.ref, n.title, n.detail
  )
  select w.kind, w.ref_id, w.ref, w.title, w.detail
    from whole w
   order by w.rank, w.size, w.ref, w.ref_id
   limit least(greatest(most, 1), 1000)
$$;

-- Older companies' roles: who plans stock and who runs a warehouse send goods between sites.
update role
   set permissions = permissions || '{stock.transfer}'::text[]
 where code in ('warehouse_lead', 'buyer') and not permissions @> '{stock.transfer}'::text[];
