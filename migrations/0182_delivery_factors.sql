-- delivery: emission factors that a company has pasted, each with its whole pedigree. Those under open licences come with the app.
create table emission_factor (
  company_id uuid not null references company,
  id uuid not null,
  -- Fuel or vehicle class.
  name text not null,
  unit text not null,
  scope text not null check (scope in ('TTW', 'WTT', 'WTW')),
  -- Decimal text, so that it is carried exactly.
  value text not null,
  gases text not null check (gases in ('CO2e', 'CO2')),
  source text not null,
  version text not null,
  year int2 not null,
  region text not null,
  licence text not null,
  -- Somebody compared the row with its publisher's file.
  checked boolean not null,
  recorded_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, name, unit, scope, source, year)
);
