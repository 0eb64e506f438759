-- catalog: what is bought, stored and sold. Quantities everywhere are in the item's base unit.
create table item (
  company_id uuid not null references company,
  id uuid not null,
  sku text not null check (length(sku) between 1 and 60),
  name text not null,
  kind text not null check (kind in ('goods', 'service', 'charge')),
  base_uom text not null references unit_code,
  tracking text not null check (tracking in ('none', 'lot', 'serial')),
  category text not null,
  tax_class text not null,
  shelf_life_days int4 check (shelf_life_days > 0),
  catch_weight boolean not null,
  weight_g int8 not null check (weight_g >= 0),
  volume_ml int8 not null check (volume_ml >= 0),
  -- Planning cost per base unit until cost layers carry it; who may see it holds cost.read.
  cost_micro int8 not null check (cost_micro >= 0),
  active boolean not null,
  assumed text[] not null,
  custom jsonb not null,
  version int4 not null,
  recorded_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, sku)
);
create index item_name on item (company_id, lower(name) text_pattern_ops);

-- A unit the item is handled in: qty_base = qty × num / den, exactly, or the quantity is refused.
create table item_uom (
  company_id uuid not null references company,
  id uuid not null,
  item_id uuid not null,
  uom text not null references unit_code,
  num int8 not null check (num > 0),
  den int8 not null check (den > 0),
  gtin text check (gtin ~ '^[0-9]{8}([0-9]{4,6})?$'),
  weight_g int8 check (weight_g >= 0),
  length_mm int4 check (length_mm > 0),
  width_mm int4 check (width_mm > 0),
  height_mm int4 check (height_mm > 0),
  sells boolean not null,
  primary key (company_id, id),
  unique (company_id, item_id, uom),
  unique (company_id, gtin),
  foreign key (company_id, item_id) references item (company_id, id)
);
