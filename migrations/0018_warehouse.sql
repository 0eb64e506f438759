-- warehouse: waves, tasks on bins, cartons, shipments.
create table wave (
  company_id uuid not null,
  id uuid not null,
  number text not null,
  site_id uuid not null,
  recorded_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, number),
  foreign key (company_id, site_id) references site (company_id, id)
);
create table task (
  company_id uuid not null,
  id uuid not null,
  number text not null,
  kind text not null check (kind in ('receive', 'putaway', 'pick', 'replenish', 'pack', 'count', 'load', 'relocate')),
  site_id uuid not null,
  wave_id uuid,
  order_id uuid,
  demand_line_id uuid,
  allocation_id uuid,
  item_id uuid not null,
  lot_id uuid not null,
  lpn_id uuid not null,
  owner_id uuid not null,
  from_location_id uuid not null,
  to_location_id uuid,
  seq int4 not null,
  qty int8 not null check (qty >= 0),
  done_qty int8 not null check (done_qty >= 0),
  short_qty int8 not null check (short_qty >= 0),
  assignee_id uuid,
  lease_until timestamptz,
  reason text,
  cause_task_id uuid,
  recorded_at timestamptz not null,
  ended_at timestamptz,
  actor_id uuid,
  version int4 not null,
  primary key (company_id, id),
  check (done_qty + short_qty <= qty or kind = 'count'),
  foreign key (company_id, site_id) references site (company_id, id),
  foreign key (company_id, allocation_id) references allocation (company_id, id)
) with (fillfactor = 70);
create index task_open on task (company_id, site_id, kind, seq) where ended_at is null;
create index task_wave on task (company_id, wave_id);
create index task_order on task (company_id, order_id);
create index task_allocation on task (company_id, allocation_id);

create table shipment (
  company_id uuid not null,
  id uuid not null,
  number text not null,
  site_id uuid not null,
  party_id uuid not null,
  order_id uuid not null,
  ship_to_id uuid,
  packed_at timestamptz,
  shipped_at timestamptz,
  shipped_on date,
  delivered_at timestamptz,
  invoiced_at timestamptz,
  carrier text,
  tracking text,
  weight_g int8 not null,
  -- Gross value of the goods, as it stands in credit's shipped_unbilled until billed.
  gross int8 not null,
  version int4 not null,
  primary key (company_id, id),
  unique (company_id, number),
  foreign key (company_id, order_id) references sales_order (company_id, id),
  foreign key (company_id, site_id) references site (company_id, id)
) with (fillfactor = 80);
create index shipment_order on shipment (company_id, order_id);
create index shipment_unbilled on shipment (company_id, id) where shipped_at is not null and invoiced_at is null;

create table shipment_line (
  company_id uuid not null,
  id uuid not null,
  shipment_id uuid not null,
  order_line_id uuid not null,
  allocation_id uuid not null,
  site_id uuid not null,
  party_id uuid not null,
  item_id uuid not null,
  lot_id uuid not null,
  owner_id uuid not null,
  qty int8 not null check (qty > 0),
  primary key (company_id, id),
  foreign key (company_id, shipment_id) references shipment (company_id, id)
);
create index shipment_line_shipment on shipment_line (company_id, shipment_id);
create index shipment_line_order on shipment_line (company_id, order_line_id);
-- Packing asks for each allocation what is in cartons already.
create index shipment_line_allocation on shipment_line (company_id, allocation_id);

create table carton (
  company_id uuid not null,
  id uuid not null,
  shipment_id uuid not null,
  site_id uuid not null,
  number int4 not null,
  sscc text not null check (sscc ~ '^[0-9]{18}$'),
  weight_g int8 not null,
  closed_at timestamptz,
  primary key (company_id, id),
  unique (company_id, sscc),
  foreign key (company_id, shipment_id) references shipment (company_id, id)
);
create table carton_line (
  company_id uuid not null,
  carton_id uuid not null,
  shipment_line_id uuid not null,
  qty int8 not null check (qty > 0),
  primary key (company_id, carton_id, shipment_line_id),
  foreign key (company_id, carton_id) references carton (company_id, id),
  foreign key (company_id, shipment_line_id) references shipment_line (company_id, id)
);
