-- finance: invoices with gapless numbers per entity and series, tax per category, payments and what they pay.
create table invoice (
  company_id uuid not null,
  id uuid not null,
  entity_id uuid not null,
  kind text not null check (kind in ('invoice', 'credit_note')),
  number text not null,
  party_id uuid not null,
  order_id uuid,
  shipment_id uuid,
  customer_po text,
  currency text not null references currency,
  issued_on date not null,
  due_on date not null,
  net int8 not null,
  tax int8 not null,
  gross int8 not null,
  -- What is still to be paid; for a credit note what is still to be given.
  open int8 not null check (open >= 0),
  recorded_at timestamptz not null,
  version int4 not null,
  primary key (company_id, id),
  unique (company_id, entity_id, number),
  unique (company_id, shipment_id),
  check (net + tax = gross),
  foreign key (company_id, entity_id) references entity (company_id, id),
  foreign key (company_id, party_id) references party (company_id, id)
) with (fillfactor = 80);
create index invoice_party on invoice (company_id, party_id, id);
create index invoice_open on invoice (company_id, due_on) where open > 0;
create index invoice_order on invoice (company_id, order_id);
create index invoice_day on invoice (company_id, issued_on, id);

create table invoice_line (
  company_id uuid not null,
  id uuid not null,
  invoice_id uuid not null,
  line_no int4 not null,
  party_id uuid not null,
  order_line_id uuid,
  item_id uuid,
  kind text not null,
  description text not null,
  uom text not null,
  qty int8 not null,
  price_micro int8 not null,
  price_uom text not null,
  net int8 not null,
  tax_category text not null,
  tax_rate_ppm int4 not null,
  primary key (company_id, id),
  unique (company_id, invoice_id, line_no),
  foreign key (company_id, invoice_id) references invoice (company_id, id)
);
create index invoice_line_order on invoice_line (company_id, order_line_id);

-- EN 16931 BG-23: one row per category and rate; tax is rounded here, once.
create table invoice_tax (
  company_id uuid not null,
  invoice_id uuid not null,
  category text not null,
  rate_ppm int4 not null,
  taxable int8 not null,
  tax int8 not null,
  primary key (company_id, invoice_id, category, rate_ppm),
  foreign key (company_id, invoice_id) references invoice (company_id, id)
);

create table payment (
  company_id uuid not null,
  id uuid not null,
  entity_id uuid not null,
  number text not null,
  party_id uuid not null,
  currency text not null references currency,
  received_on date not null,
  amount int8 not null check (amount > 0),
  unapplied int8 not null check (unapplied >= 0 and unapplied <= amount),
  method text not null check (method in ('bank', 'card', 'cash', 'cheque', 'direct_debit')),
  reference text not null,
  recorded_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, number),
  foreign key (company_id, party_id) references party (company_id, id)
);
create table payment_application (
  company_id uuid not null,
  id uuid not null,
  payment_id uuid not null,
  invoice_id uuid not null,
  party_id uuid not null,
  amount int8 not null check (amount > 0),
  recorded_at timestamptz not null,
  primary key (company_id, id),
  foreign key (company_id, payment_id) references payment (company_id, id),
  foreign key (company_id, invoice_id) references invoice (company_id, id)
);
create index payment_application_invoice on payment_application (company_id, invoice_id);

-- Sales that happened before this system did: read by planning and Today, never touched by a command again.
create table sales_history (
  company_id uuid not null references company,
  id uuid not null,
  import_id uuid not null,
  document text not null,
  document_kind text not null check (document_kind in ('invoice', 'cancellation', 'adjustment')),
  line_no int4 not null,
  fate text not null,
  sold_at timestamptz not null,
  sold_on date not null,
  party_id uuid,
  site_id uuid,
  item_id uuid,
  code text not null,
  description text not null,
  qty int8 not null,
  price_micro int8 not null,
  net int8 not null,
  country text not null,
  primary key (company_id, id),
  unique (company_id, import_id, document, line_no)
);
create index sales_history_item on sales_history (company_id, item_id, sold_on);
create index sales_history_day on sales_history (company_id, sold_on);
