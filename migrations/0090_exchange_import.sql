-- exchange: files come in as staged rows, are checked there, and are applied in chunks; every row says what became of it.
create table import_run (
  company_id uuid not null references company,
  id uuid not null,
  profile text not null,
  file_id uuid not null,
  file_name text not null,
  -- reading → checked → applying → applied; refused: the file as a whole cannot be read, `refusal` says why.
  state text not null check (state in ('reading', 'checked', 'applying', 'applied', 'refused', 'abandoned')),
  options jsonb not null,
  row_count int8 not null check (row_count >= 0),
  error_count int8 not null check (error_count >= 0),
  -- What the check found: rows by fate, documents, months; the same JSON the command line prints.
  accounting jsonb not null,
  refusal text,
  chunk_count int4 not null check (chunk_count >= 0),
  -- Chunks are applied in order, each once, under this row's lock.
  next_chunk int4 not null check (next_chunk between 0 and chunk_count),
  recorded_at timestamptz not null,
  recorded_by uuid not null,
  checked_at timestamptz,
  applied_at timestamptz,
  version int4 not null,
  primary key (company_id, id),
  foreign key (company_id, file_id) references stored_file (company_id, id)
);

create table import_row (
  company_id uuid not null,
  import_id uuid not null,
  -- Data rows of the file, counted from 1.
  row_no int4 not null check (row_no >= 1),
  -- Rows of one document are in one chunk. null: the row is set aside and changes nothing.
  chunk int4,
  document text,
  fate text not null,
  -- What the row does once its chunk is applied (chunk < import_run.next_chunk): create, change, same; or why nothing.
  action text not null check (action in ('create', 'change', 'same', 'set_aside', 'refused')),
  message text,
  changes jsonb,
  value jsonb not null,
  -- The record this row becomes; chosen when staged, so that a second try writes the same.
  ref_id uuid,
  primary key (company_id, import_id, row_no),
  foreign key (company_id, import_id) references import_run (company_id, id)
);
create index import_row_chunk on import_row (company_id, import_id, chunk) where chunk is not null;
create index import_row_message on import_row (company_id, import_id, row_no) where message is not null;
create index sales_history_document on sales_history (company_id, document);
