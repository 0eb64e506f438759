-- Kernel: tenants, the one road's records, shared lists, what every document may carry.

create table currency (code text primary key, digits int2 not null check (digits between 0 and 3), name text not null);
create table country (code text primary key, name text not null);
create table unit_code (code text primary key, name text not null);

insert into currency values ('GBP', 2, 'Pound sterling'), ('EUR', 2, 'Euro'), ('USD', 2, 'US dollar'), ('CHF', 2, 'Swiss franc'),
  ('SEK', 2, 'Swedish krona'), ('NOK', 2, 'Norwegian krone'), ('DKK', 2, 'Danish krone'), ('PLN', 2, 'Zloty'), ('JPY', 0, 'Yen'),
  ('AUD', 2, 'Australian dollar'), ('CAD', 2, 'Canadian dollar'), ('SGD', 2, 'Singapore dollar'), ('HKD', 2, 'Hong Kong dollar'),
  ('BHD', 3, 'Bahraini dinar'), ('AED', 2, 'UAE dirham'), ('SAR', 2, 'Saudi riyal'), ('ILS', 2, 'Shekel'), ('BRL', 2, 'Real'),
  ('ZAR', 2, 'Rand'), ('CZK', 2, 'Koruna'), ('TRY', 2, 'Lira'), ('INR', 2, 'Rupee'), ('CNY', 2, 'Yuan'), ('MXN', 2, 'Mexican peso'), ('NZD', 2, 'New Zealand dollar');
-- UN/ECE Recommendation 20 / 21: only the codes in use.
insert into unit_code values ('C62', 'piece'), ('EA', 'each'), ('PR', 'pair'), ('DZN', 'dozen'), ('SET', 'set'), ('CS', 'case'), ('PK', 'pack'), ('BX', 'box'),
  ('LAY', 'layer'), ('PF', 'pallet'), ('KGM', 'kilogram'), ('GRM', 'gram'), ('LTR', 'litre'), ('MLT', 'millilitre'), ('MTR', 'metre'), ('IN', 'inner');
insert into country values ('GB', 'United Kingdom'), ('IE', 'Ireland'), ('DE', 'Germany'), ('FR', 'France'), ('NL', 'Netherlands'), ('BE', 'Belgium'), ('LU', 'Luxembourg'),
  ('CH', 'Switzerland'), ('AT', 'Austria'), ('IT', 'Italy'), ('ES', 'Spain'), ('PT', 'Portugal'), ('SE', 'Sweden'), ('NO', 'Norway'), ('DK', 'Denmark'), ('FI', 'Finland'),
  ('IS', 'Iceland'), ('PL', 'Poland'), ('CZ', 'Czechia'), ('SK', 'Slovakia'), ('HU', 'Hungary'), ('LT', 'Lithuania'), ('LV', 'Latvia'), ('EE', 'Estonia'), ('GR', 'Greece'), ('CY', 'Cyprus'),
  ('MT', 'Malta'), ('RO', 'Romania'), ('BG', 'Bulgaria'), ('HR', 'Croatia'), ('SI', 'Slovenia'), ('GG', 'Guernsey'), ('JE', 'Jersey'), ('IM', 'Isle of Man'), ('US', 'United States'),
  ('CA', 'Canada'), ('AU', 'Australia'), ('NZ', 'New Zealand'), ('JP', 'Japan'), ('SG', 'Singapore'), ('HK', 'Hong Kong'), ('BH', 'Bahrain'), ('AE', 'United Arab Emirates'),
  ('SA', 'Saudi Arabia'), ('IL', 'Israel'), ('LB', 'Lebanon'), ('BR', 'Brazil'), ('ZA', 'South Africa'), ('TR', 'Turkey'), ('IN', 'India'), ('CN', 'China'), ('MX', 'Mexico'),
  ('NG', 'Nigeria'), ('TH', 'Thailand'), ('KR', 'Korea'), ('BM', 'Bermuda'), ('WS', 'Samoa'), ('LI', 'Liechtenstein'), ('RS', 'Serbia'), ('UA', 'Ukraine'), ('XX', 'Unspecified');

create table company (
  company_id uuid primary key,
  name text not null,
  currency text not null references currency,
  zone text not null,
  created_at timestamptz not null,
  settings jsonb not null
);

-- A legal entity: base currency, tax registrations, number series, books and periods.
create table entity (
  company_id uuid not null references company,
  id uuid not null,
  name text not null,
  currency text not null references currency,
  country text not null references country,
  tax_number text,
  created_at timestamptz not null,
  primary key (company_id, id)
);

-- One row per idempotency key: claimed in the transaction it belongs to, kept at least 90 days (phones stay offline for weeks).
create table answer (
  company_id uuid not null,
  key text not null check (length(key) between 1 and 255),
  hash bytea not null,
  status int2,
  body text,
  recorded_at timestamptz not null,
  primary key (company_id, key)
) with (fillfactor = 80);
create index answer_age on answer (recorded_at);

-- Who did what: one row per done command, and one per refusal that security wants to know of.
create table audit_event (
  company_id uuid not null,
  id uuid not null,
  recorded_at timestamptz not null,
  actor_kind text not null,
  actor_id uuid not null,
  actor_name text not null,
  device text,
  capability text not null,
  key text,
  input jsonb not null,
  outcome text not null check (outcome in ('done', 'denied', 'key_reused', 'sign_in', 'sign_in_failed', 'sign_out')),
  primary key (company_id, id)
) partition by range (id);
create index audit_event_actor on audit_event (company_id, actor_id, id);

-- Written without position; the relay alone gives positions, dense per company, after commit.
create table outbox (
  company_id uuid not null,
  id uuid not null,
  -- Taken at insert, after the document's locks: commit order per document. Never told to anyone.
  seq int8 generated always as identity,
  position int8,
  type text not null,
  kind text not null,
  ref_id uuid not null,
  version int2 not null,
  permission text not null,
  site_id uuid,
  party_id uuid,
  capability text not null,
  audit_id uuid not null,
  recorded_at timestamptz not null,
  primary key (company_id, id)
) partition by range (id);
create index outbox_waiting on outbox (seq) where position is null;
create index outbox_position on outbox (company_id, position) where position is not null;
create index outbox_ref on outbox (company_id, ref_id);

create table outbox_counter (company_id uuid primary key references company, last int8 not null);

-- Human numbers. `order`, `task`: blocks of 100 per process, gaps allowed. Invoices: gapless per entity, taken last.
create table number_series (
  company_id uuid not null references company,
  id uuid not null,
  entity_id uuid not null,
  kind text not null,
  prefix text not null,
  next int8 not null check (next >= 1),
  gapless boolean not null,
  primary key (company_id, id),
  unique (company_id, entity_id, kind),
  foreign key (company_id, entity_id) references entity (company_id, id)
) with (fillfactor = 50);

-- The order graph: every document names what it came from.
create table document_link (
  company_id uuid not null references company,
  from_kind text not null,
  from_id uuid not null,
  to_kind text not null,
  to_id uuid not null,
  kind text not null,
  qty int8,
  recorded_at timestamptz not null,
  primary key (company_id, from_id, to_id, kind)
);
create index document_link_to on document_link (company_id, to_id);

create table stored_file (
  company_id uuid not null references company,
  id uuid not null,
  name text not null,
  media_type text not null,
  bytes int8 not null check (bytes >= 0),
  sha256 bytea not null,
  content bytea not null,
  recorded_at timestamptz not null,
  recorded_by uuid not null,
  primary key (company_id, id)
);
create table attachment (
  company_id uuid not null references company,
  id uuid not null,
  kind text not null,
  ref_id uuid not null,
  file_id uuid not null,
  recorded_at timestamptz not null,
  primary key (company_id, id),
  foreign key (company_id, file_id) references stored_file (company_id, id)
);
create index attachment_ref on attachment (company_id, ref_id);
create table note (
  company_id uuid not null references company,
  id uuid not null,
  kind text not null,
  ref_id uuid not null,
  body text not null,
  author_id uuid not null,
  author_name text not null,
  recorded_at timestamptz not null,
  primary key (company_id, id)
);
create index note_ref on note (company_id, ref_id);

create table custom_field (
  company_id uuid not null references company,
  id uuid not null,
  kind text not null,
  name text not null check (name ~ '^[a-z][a-z0-9_]{0,39}$'),
  label text not null,
  type text not null check (type in ('text', 'int', 'bool', 'date', 'choice')),
  unit text,
  choices text[],
  permission text,
  searchable boolean not null,
  required boolean not null,
  retired boolean not null,
  primary key (company_id, id),
  unique (company_id, kind, name)
);

create table saved_view (
  company_id uuid not null references company,
  id uuid not null,
  screen text not null,
  name text not null,
  query text not null,
  owner_id uuid not null,
  shared boolean not null,
  primary key (company_id, id),
  unique (company_id, screen, owner_id, name)
);

-- Search under row-level security: `like` and `@@` are not leakproof (0.57 ms became 123 ms), so one table is read by
-- a function of the owner's that takes company and scope and returns ids only.
create table search_entry (
  company_id uuid not null,
  kind text not null,
  ref_id uuid not null,
  -- What stands there (sku, gtin, name, number …); lower case, one row per word to be found by prefix.
  word text not null,
  -- What a hit shows: the human number, the name, a hint.
  ref text not null,
  title text not null,
  detail text,
  rank int2 not null,
  site_id uuid,
  party_id uuid,
  primary key (company_id, kind, ref_id, word)
);
create index search_entry_word on search_entry (company_id, word text_pattern_ops);

-- Partitions by the id's time (UUIDv7 begins with 48 bits of milliseconds). First: before 2026; then half-years, years;
-- `later` catches what nobody made a partition for.
create function make_partitions(parent text) returns void language plpgsql as $$
declare
  bounds text[] := array['2026-01-01', '2026-07-01', '2027-01-01', '2027-07-01', '2028-01-01', '2029-01-01', '2030-01-01', '2032-01-01'];
  lower_id text := '00000000-0000-0000-0000-000000000000';
  upper_id text;
begin
  for i in 1 .. array_length(bounds, 1) loop
    upper_id := lpad(to_hex((extract(epoch from (bounds[i] || ' UTC')::timestamptz) * 1000)::int8), 12, '0');
    upper_id := substr(upper_id, 1, 8) || '-' || substr(upper_id, 9, 4) || '-0000-0000-000000000000';
    execute format('create table %I partition of %I for values from (%L) to (%L)', parent || '_' || i, parent, lower_id, upper_id);
    lower_id := upper_id;
  end loop;
  execute format('create table %I partition of %I default', parent || '_later', parent);
end $$;
select make_partitions('audit_event');
select make_partitions('outbox');
