-- Each day of the audit log is sealed: a hash over its rows and the seal of the day before, so that a row that is changed,
-- taken out or put in later shows, whoever did it. A seal of a day vouches for all days before it; kept elsewhere (a webhook
-- on `audit.sealed`), it also shows when the seals themselves were written anew.
create table audit_seal (
  company_id uuid not null references company,
  id uuid not null,
  -- In UTC, by the time in the rows' ids.
  day date not null,
  rows int8 not null check (rows >= 0),
  seal bytea not null check (length(seal) = 32),
  recorded_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, day)
);

-- A later column of audit_event stays out of this, or old seals would no longer fit.
create function audit_line(line audit_event) returns bytea language sql stable as $$
  select sha256(convert_to(jsonb_build_array(line.company_id, line.id, (extract(epoch from line.recorded_at) * 1000000)::int8, line.actor_kind, line.actor_id,
                                             line.actor_name, line.device, line.capability, line.key, line.input, line.outcome)::text, 'UTF8'))
$$;

-- The seal of a day after the seal before it; the first day stands on the company's id.
create function audit_seal_of(of_company uuid, of_day date, before bytea, out rows int8, out seal bytea) language sql stable as $$
  select count(*), sha256(coalesce(before, uuid_send(of_company)) || coalesce(string_agg(audit_line(line), ''::bytea order by line.id), ''::bytea))
    from audit_event line
   where line.company_id = of_company
     and line.id >= uuid_from(of_day::timestamp at time zone 'UTC') and line.id < uuid_from((of_day + 1)::timestamp at time zone 'UTC')
$$;
