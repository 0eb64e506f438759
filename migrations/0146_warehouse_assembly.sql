-- sites: the place where goods become others. Like the other ends of the world it keeps no balance: what goes in comes out as something else.
alter table location
  drop constraint location_kind_check,
  add constraint location_kind_check check (kind in ('storage', 'pick', 'stage', 'dock', 'quarantine', 'transit', 'supplier', 'customer', 'adjust', 'scrap', 'production'));
insert into location (company_id, id, site_id, code, kind, aisle, x_mm, y_mm, z_mm, pick_seq, active)
select company_id, overlay(id::text placing '9ec4' from 20 for 4)::uuid, id, 'PRODUCTION', 'production', null, 0, 0, 0, 0, true
  from site
    on conflict do nothing;

-- warehouse: kits made to stock at a site. The components are demand of kind kit there, with ids of their own; what can be made is a supply.
create table assembly_order (
  company_id uuid not null,
  id uuid not null,
  number text not null,
  entity_id uuid not null,
  site_id uuid not null,
  item_id uuid not null,
  qty int8 not null check (qty > 0),
  -- qty = done + cancelled + open.
  done int8 not null check (done >= 0),
  cancelled int8 not null check (cancelled >= 0),
  -- Kits come in multiples of this: no component is a fraction.
  multiple int8 not null check (multiple > 0),
  ordered_on date not null,
  -- The day on which they are wanted on the shelf; their supply comes later where components do.
  due_on date not null,
  priority int2 not null check (priority between 0 and 99),
  supply_id uuid not null,
  reference text,
  recorded_at timestamptz not null,
  cancel_reason text,
  version int4 not null,
  primary key (company_id, id),
  unique (company_id, number),
  check (done + cancelled <= qty),
  foreign key (company_id, site_id) references site (company_id, id),
  foreign key (company_id, item_id) references item (company_id, id),
  foreign key (company_id, supply_id) references supply (company_id, id)
) with (fillfactor = 80);
create index assembly_order_site on assembly_order (company_id, site_id, recorded_at);

create table assembly_part (
  company_id uuid not null,
  -- Of its demand line too.
  id uuid not null,
  assembly_id uuid not null,
  site_id uuid not null,
  seq int2 not null,
  item_id uuid not null,
  -- Base units in one base unit of the kit, as the list said when the order was opened.
  num int8 not null check (num > 0),
  den int8 not null check (den > 0),
  primary key (company_id, id),
  unique (company_id, assembly_id, item_id),
  foreign key (company_id, assembly_id) references assembly_order (company_id, id)
);

-- What was made, or taken apart, in one go: its moves name it, so that lots of components lead to the lot of the kit and back.
create table assembly_report (
  company_id uuid not null,
  id uuid not null,
  number text not null,
  kind text not null check (kind in ('assembly', 'disassembly')),
  -- null: taken apart.
  assembly_id uuid,
  site_id uuid not null,
  item_id uuid not null,
  lot_id uuid not null,
  qty int8 not null check (qty > 0),
  location_id uuid not null,
  reason text,
  actor_id uuid not null,
  recorded_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, number),
  check ((kind = 'assembly') = (assembly_id is not null)),
  foreign key (company_id, assembly_id) references assembly_order (company_id, id)
);
create index assembly_report_order on assembly_report (company_id, assembly_id) where assembly_id is not null;

-- Components that went into a report, by what was set aside for them.
create table assembly_use (
  company_id uuid not null,
  id uuid not null,
  report_id uuid not null,
  part_id uuid not null,
  allocation_id uuid not null,
  site_id uuid not null,
  item_id uuid not null,
  lot_id uuid not null,
  location_id uuid not null,
  qty int8 not null check (qty > 0),
  primary key (company_id, id),
  foreign key (company_id, report_id) references assembly_report (company_id, id),
  foreign key (company_id, part_id) references assembly_part (company_id, id),
  foreign key (company_id, allocation_id) references allocation (company_id, id)
);
create index assembly_use_report on assembly_use (company_id, report_id);
create index assembly_use_allocation on assembly_use (company_id, allocation_id);

-- A supply that its assembly keeps, as a transfer keeps its own.
alter table supply add column assembly_id uuid;

-- Older companies: their numbers.
insert into number_series (company_id, id, entity_id, kind, prefix, next, gapless)
select entity.company_id, overlay(entity.id::text placing '9ec5' from 20 for 4)::uuid, entity.id, 'assembly', 'ASM-', 1, false
  from entity
    on conflict do nothing;
