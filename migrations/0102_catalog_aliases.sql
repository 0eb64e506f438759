-- catalog: other codes under which an item comes in: former GTINs, suppliers' and customers' own numbers, the item
-- references inside labels of varying measure. `party_id` is the nil uuid where the code is the same whoever sends it.
create table item_alias (
  company_id uuid not null references company,
  id uuid not null,
  kind text not null check (kind in ('gtin', 'party', 'embedded')),
  -- A GTIN in its 14 digits, so that one number is one row; an embedded code as prefix and item reference.
  code text not null check (length(code) between 1 and 60),
  item_id uuid not null,
  uom text not null,
  party_id uuid not null,
  recorded_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, code, party_id),
  check ((kind = 'party') = (party_id <> '00000000-0000-0000-0000-000000000000')),
  foreign key (company_id, item_id, uom) references item_uom (company_id, item_id, uom)
);
create index item_alias_item on item_alias (company_id, item_id);

-- How codes of goods of varying measure are laid out, by prefix: places count from 1 on the 13 digits.
create table barcode_layout (
  company_id uuid not null references company,
  id uuid not null,
  prefix text not null check (prefix ~ '^(02|2[0-9])$'),
  name text not null,
  item_from int2 not null,
  item_digits int2 not null,
  value_kind text not null check (value_kind in ('weight', 'price', 'count')),
  value_from int2 not null,
  value_digits int2 not null,
  -- Of kilograms, or of the currency's unit.
  value_decimals int2 not null check (value_decimals between 0 and 6),
  -- Place of the digit that verifies the value; null: none does.
  verifier_at int2,
  primary key (company_id, id),
  unique (company_id, prefix)
);
