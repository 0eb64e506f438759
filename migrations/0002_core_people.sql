-- People: who may sign in, what roles allow, and the secrets behind it. What a screen may show stands in tables of the
-- company (app_user, role, user_role, api_key). Hashes, factors, sessions and counters stand in kernel tables that the
-- app role cannot read at all: it has only the functions below, each answering about one account whose name or token
-- the caller already has. An injected statement therefore finds no table of hashes to carry away.

create table role (
  company_id uuid not null references company,
  id uuid not null,
  code text not null,
  name text not null,
  permissions text[] not null,
  -- Who holds this role must have signed in with a second factor: without one the session may do nothing but enrol.
  needs_second_factor boolean not null,
  -- What limits people of this role. A 'party' person without parties sees none, not all.
  limited_by text not null check (limited_by in ('company', 'site', 'party')),
  primary key (company_id, id),
  unique (company_id, code)
);

create table app_user (
  company_id uuid not null references company,
  id uuid not null,
  email text not null check (email = lower(email)),
  name text not null,
  active boolean not null,
  -- null: every site (party) of the company.
  sites uuid[],
  parties uuid[],
  created_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (company_id, id),
  unique (company_id, email)
);

create table user_role (
  company_id uuid not null,
  user_id uuid not null,
  role_id uuid not null,
  primary key (company_id, user_id, role_id),
  foreign key (company_id, user_id) references app_user (company_id, id),
  foreign key (company_id, role_id) references role (company_id, id)
);
create index user_role_role on user_role (company_id, role_id);

create table api_key (
  company_id uuid not null,
  id uuid not null,
  name text not null,
  permissions text[] not null,
  sites uuid[],
  parties uuid[],
  created_by uuid not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  primary key (company_id, id),
  foreign key (company_id, created_by) references app_user (company_id, id)
);
create index api_key_maker on api_key (company_id, created_by);

-- Kernel tables. Their keys are what is known before the company is: an e-mail, a hash. On more than one server they
-- are reference tables.

-- One person, one company: an e-mail signs in to one place.
create table login (
  email text primary key check (email = lower(email)),
  company_id uuid not null,
  user_id uuid not null,
  unique (company_id, user_id),
  foreign key (company_id, user_id) references app_user (company_id, id)
);

create table credential (
  company_id uuid not null,
  user_id uuid not null,
  -- argon2id in PHC form; null until the invitation is accepted.
  password_hash text,
  totp_secret bytea,
  totp_offered bytea,
  -- The last time step used: a code that was seen over a shoulder is worth nothing.
  totp_step int8 not null,
  reset_asked_at timestamptz,
  primary key (company_id, user_id),
  foreign key (company_id, user_id) references app_user (company_id, id)
);

create table recovery_code (
  company_id uuid not null,
  user_id uuid not null,
  code_hash text not null,
  primary key (company_id, user_id, code_hash),
  foreign key (company_id, user_id) references credential (company_id, user_id)
);

-- Tokens of 256 random bits are kept as SHA-256 only; what is so random needs no slow hash.
create table session (
  token_hash text primary key,
  company_id uuid not null,
  user_id uuid not null,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  -- Last time the person proved who they are: at sign-in, then at re-authentication.
  proved_at timestamptz not null,
  second_factor boolean not null,
  address text not null,
  user_agent text not null,
  foreign key (company_id, user_id) references app_user (company_id, id)
);
create index session_person on session (company_id, user_id);

-- A browser or phone this person has signed in from: it keeps its own count of guesses, so that a stranger who uses up
-- the account's count does not lock its owner out.
create table known_device (
  token_hash text not null,
  company_id uuid not null,
  user_id uuid not null,
  seen_at timestamptz not null,
  primary key (company_id, user_id, token_hash),
  foreign key (company_id, user_id) references app_user (company_id, id)
);

-- Invitations and password resets: random, used once, short-lived, void when the e-mail changed meanwhile.
create table one_time_code (
  code_hash text primary key,
  company_id uuid not null,
  user_id uuid not null,
  purpose text not null check (purpose in ('invitation', 'reset')),
  email text not null,
  expires_at timestamptz not null,
  foreign key (company_id, user_id) references app_user (company_id, id)
);
create index one_time_code_user on one_time_code (company_id, user_id);

create table api_key_secret (
  key_hash text primary key,
  company_id uuid not null,
  key_id uuid not null,
  foreign key (company_id, key_id) references api_key (company_id, id)
);

-- The moments of the last guesses per account, device and address: a sliding window, exact, one row, shared by all nodes.
create table guess_counter (
  key text primary key,
  guesses timestamptz[] not null,
  last_at timestamptz not null,
  told_at timestamptz
) with (fillfactor = 50);
create index guess_counter_age on guess_counter (last_at);

-- Before the company is known.

create function auth_account(the_email text, device text)
  returns table (company_id uuid, user_id uuid, name text, active boolean, password_hash text, totp_secret bytea, device_known boolean)
  language sql stable security definer set search_path = public, pg_temp as $$
  select u.company_id, u.id, u.name, u.active, c.password_hash, c.totp_secret,
         exists (select 1 from known_device d where d.company_id = u.company_id and d.user_id = u.id and d.token_hash = device)
    from login l
    join app_user u on u.company_id = l.company_id and u.id = l.user_id
    join credential c on c.company_id = u.company_id and c.user_id = u.id
   where l.email = the_email
$$;

-- Counts a guess before it is judged, so that 64 at the same moment on two nodes are 64 and not one. Answers
-- 'counted', or 'refused_first' / 'refused' when `most` guesses stand in the window already; refused ones are not counted.
create function auth_guess(the_key text, at timestamptz, most int, span interval) returns text
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  answer text;
begin
  insert into guess_counter as g (key, guesses, last_at)
  values (the_key, array[at], at)
      on conflict (key) do update
     set guesses = array(select x from unnest(g.guesses) x where x > at - span) || at,
         last_at = at,
         told_at = null
   where (select count(*) from unnest(g.guesses) x where x > at - span) < most
  returning 'counted' into answer;
  if answer is not null then
    return answer;
  end if;
  update guess_counter set told_at = at where key = the_key and told_at is null;
  return case when found then 'refused_first' else 'refused' end;
end $$;

-- The guess was right: only this one is taken back. Clearing the count would give a stranger ten more each time.
create function auth_right(the_key text, at timestamptz) returns void
  language sql security definer set search_path = public, pg_temp as $$
  update guess_counter
     set guesses = guesses[: array_position(guesses, at) - 1] || guesses[array_position(guesses, at) + 1 :]
   where key = the_key and array_position(guesses, at) is not null
$$;

create function auth_open_session(token text, company uuid, person uuid, at timestamptz, factor boolean, device text, from_address text, agent text)
  returns void language sql security definer set search_path = public, pg_temp as $$
  insert into session (token_hash, company_id, user_id, created_at, seen_at, proved_at, second_factor, address, user_agent)
  values (token, company, person, at, at, at, factor, from_address, agent);
  insert into known_device (token_hash, company_id, user_id, seen_at)
  values (device, company, person, at)
      on conflict (company_id, user_id, token_hash) do update set seen_at = excluded.seen_at;
  delete from session where company_id = company and user_id = person and seen_at < at - interval '30 days';
  delete from known_device where company_id = company and user_id = person and seen_at < at - interval '180 days';
  delete from guess_counter
   where key in (select key from guess_counter where last_at < at - interval '1 day' order by key for update skip locked limit 20);
$$;

-- What the roles of a person add up to.
create function auth_held(company uuid, person uuid)
  returns table (permissions text[], needs_second_factor boolean, by_site boolean, by_party boolean)
  language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce((select array_agg(distinct p order by p)
                     from user_role ur
                     join role r on r.company_id = ur.company_id and r.id = ur.role_id
                    cross join unnest(r.permissions) p
                    where ur.company_id = company and ur.user_id = person), '{}'),
         coalesce(bool_or(r.needs_second_factor), false),
         coalesce(bool_or(r.limited_by = 'site'), false),
         coalesce(bool_or(r.limited_by = 'party'), false)
    from user_role ur
    join role r on r.company_id = ur.company_id and r.id = ur.role_id
   where ur.company_id = company and ur.user_id = person
$$;

-- The one look-up of who acts: reads user, roles and scope each time, so that a changed role counts at the next look.
create function auth_sessions(hashes text[])
  returns table (token_hash text, company_id uuid, user_id uuid, name text, created_at timestamptz, seen_at timestamptz, proved_at timestamptz,
                 second_factor boolean, has_factor boolean, permissions text[], needs_second_factor boolean, sites uuid[], parties uuid[])
  language sql stable security definer set search_path = public, pg_temp as $$
  select s.token_hash, s.company_id, s.user_id, u.name, s.created_at, s.seen_at, s.proved_at,
         s.second_factor, c.totp_secret is not null, held.permissions, held.needs_second_factor,
         case when held.by_site then coalesce(u.sites, '{}') else u.sites end,
         case when held.by_party then coalesce(u.parties, '{}') else u.parties end
    from session s
    join app_user u on u.company_id = s.company_id and u.id = s.user_id
    join credential c on c.company_id = u.company_id and c.user_id = u.id
   cross join lateral auth_held(u.company_id, u.id) held
   where s.token_hash = any (hashes) and u.active
$$;

create function auth_touch(token text, at timestamptz) returns void
  language sql security definer set search_path = public, pg_temp as $$
  update session set seen_at = at where token_hash = token and seen_at < at
$$;

create function auth_close_session(token text) returns table (company_id uuid, user_id uuid, name text)
  language sql security definer set search_path = public, pg_temp as $$
  with gone as (delete from session where token_hash = token returning session.company_id, session.user_id)
  select gone.company_id, gone.user_id, u.name
    from gone
    join app_user u on u.company_id = gone.company_id and u.id = gone.user_id
$$;

-- A key and, beside it, what its maker may do today: a key never outlives or outgrows the person behind it.
create function auth_keys(hashes text[], at timestamptz)
  returns table (key_hash text, company_id uuid, key_id uuid, name text, permissions text[], sites uuid[], parties uuid[], expires_at timestamptz,
                 maker_permissions text[], maker_sites uuid[], maker_parties uuid[])
  language sql stable security definer set search_path = public, pg_temp as $$
  select x.key_hash, k.company_id, k.id, k.name, k.permissions, k.sites, k.parties, k.expires_at,
         held.permissions,
         case when held.by_site then coalesce(u.sites, '{}') else u.sites end,
         case when held.by_party then coalesce(u.parties, '{}') else u.parties end
    from api_key_secret x
    join api_key k on k.company_id = x.company_id and k.id = x.key_id
    join app_user u on u.company_id = k.company_id and u.id = k.created_by
   cross join lateral auth_held(u.company_id, u.id) held
   where x.key_hash = any (hashes) and k.revoked_at is null and (k.expires_at is null or k.expires_at > at) and u.active
$$;

-- Who signed in changes their own secrets: the session's token is the proof of who asks.
create function auth_own(token text)
  returns table (company_id uuid, user_id uuid, email text, name text, company_name text, password_hash text, totp_secret bytea, totp_offered bytea)
  language sql stable security definer set search_path = public, pg_temp as $$
  select u.company_id, u.id, u.email, u.name, co.name, c.password_hash, c.totp_secret, c.totp_offered
    from session s
    join app_user u on u.company_id = s.company_id and u.id = s.user_id
    join credential c on c.company_id = u.company_id and c.user_id = u.id
    join company co on co.company_id = u.company_id
   where s.token_hash = token and u.active
$$;

-- A new token for a session whose standing rose: the old one is dead in the same statement.
create function auth_renew_session(old_token text, new_token text, at timestamptz, factor boolean) returns boolean
  language sql security definer set search_path = public, pg_temp as $$
  with renewed as (
    update session
       set token_hash = new_token, seen_at = at, proved_at = at, second_factor = second_factor or factor
     where token_hash = old_token
    returning 1)
  select exists (select 1 from renewed)
$$;

create function auth_set_password(company uuid, person uuid, hash text, keep text) returns void
  language sql security definer set search_path = public, pg_temp as $$
  update credential set password_hash = hash, reset_asked_at = null where company_id = company and user_id = person;
  delete from one_time_code where company_id = company and user_id = person;
  delete from known_device where company_id = company and user_id = person;
  delete from session where company_id = company and user_id = person and token_hash is distinct from keep;
$$;

-- True once per time step, whichever node asks.
create function auth_use_totp(company uuid, person uuid, step int8) returns boolean
  language sql security definer set search_path = public, pg_temp as $$
  with used as (update credential set totp_step = step where company_id = company and user_id = person and totp_step < step returning 1)
  select exists (select 1 from used)
$$;
create function auth_use_recovery(company uuid, person uuid, code text) returns boolean
  language sql security definer set search_path = public, pg_temp as $$
  with used as (delete from recovery_code where company_id = company and user_id = person and code_hash = code returning 1)
  select exists (select 1 from used)
$$;
create function auth_offer_totp(company uuid, person uuid, secret bytea) returns void
  language sql security definer set search_path = public, pg_temp as $$
  update credential set totp_offered = secret where company_id = company and user_id = person
$$;
-- The offered secret becomes the factor (null: the factor is taken away); recovery codes are replaced, other sessions end.
create function auth_set_totp(company uuid, person uuid, secret bytea, step int8, codes text[], keep text) returns void
  language sql security definer set search_path = public, pg_temp as $$
  update credential set totp_secret = secret, totp_offered = null, totp_step = step where company_id = company and user_id = person;
  delete from recovery_code where company_id = company and user_id = person;
  insert into recovery_code (company_id, user_id, code_hash) select company, person, x from unnest(codes) x;
  delete from session where company_id = company and user_id = person and token_hash is distinct from keep;
$$;

create function auth_ask_reset(the_email text, at timestamptz) returns void
  language sql security definer set search_path = public, pg_temp as $$
  update credential c
     set reset_asked_at = at
    from login l
   where l.email = the_email and c.company_id = l.company_id and c.user_id = l.user_id
$$;
create function auth_peek_code(code text, the_purpose text, at timestamptz)
  returns table (company_id uuid, user_id uuid, email text, name text, company_name text)
  language sql stable security definer set search_path = public, pg_temp as $$
  select u.company_id, u.id, u.email, u.name, co.name
    from one_time_code o
    join app_user u on u.company_id = o.company_id and u.id = o.user_id and u.email = o.email and u.active
    join company co on co.company_id = u.company_id
   where o.code_hash = code and o.purpose = the_purpose and o.expires_at > at
$$;
-- Takes the code and sets the password in one transaction: of two who use one code at once, one finds it gone.
create function auth_redeem_code(code text, the_purpose text, at timestamptz, hash text) returns boolean
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  taken one_time_code;
begin
  delete from one_time_code o
   using app_user u
   where o.code_hash = code and o.purpose = the_purpose and o.expires_at > at
     and u.company_id = o.company_id and u.id = o.user_id and u.email = o.email and u.active
  returning o.* into taken;
  if taken.code_hash is null then
    return false;
  end if;
  perform auth_set_password(taken.company_id, taken.user_id, hash, null);
  return true;
end $$;

-- An empty installation: the browser may make the first company. Nothing else is told.
create function any_company() returns boolean
  language sql stable security definer set search_path = public, pg_temp as $$ select exists (select 1 from company) $$;

-- On the road: the company is the transaction's own, never an argument.

create function people_set_login(person uuid, the_email text, hash text) returns void
  language sql security definer set search_path = public, pg_temp as $$
  insert into login (email, company_id, user_id) values (the_email, current_setting('app.company_id')::uuid, person);
  insert into credential (company_id, user_id, password_hash, totp_step) values (current_setting('app.company_id')::uuid, person, hash, 0);
$$;
create function people_change_email(person uuid, the_email text) returns void
  language sql security definer set search_path = public, pg_temp as $$
  update login set email = the_email where company_id = current_setting('app.company_id')::uuid and user_id = person;
  delete from one_time_code where company_id = current_setting('app.company_id')::uuid and user_id = person;
$$;
create function people_email_taken(the_email text) returns boolean
  language sql stable security definer set search_path = public, pg_temp as $$ select exists (select 1 from login where email = the_email) $$;

-- A newer code of a person makes the older ones void.
create function people_issue_code(person uuid, code text, the_purpose text, until timestamptz) returns void
  language sql security definer set search_path = public, pg_temp as $$
  delete from one_time_code where company_id = current_setting('app.company_id')::uuid and user_id = person;
  insert into one_time_code (code_hash, company_id, user_id, purpose, email, expires_at)
  select code, u.company_id, u.id, the_purpose, u.email, until
    from app_user u
   where u.company_id = current_setting('app.company_id')::uuid and u.id = person and u.active;
$$;
create function people_end_sessions(person uuid) returns void
  language sql security definer set search_path = public, pg_temp as $$
  delete from session where company_id = current_setting('app.company_id')::uuid and user_id = person;
  delete from known_device where company_id = current_setting('app.company_id')::uuid and user_id = person;
  delete from one_time_code where company_id = current_setting('app.company_id')::uuid and user_id = person;
$$;
create function people_remove_factor(person uuid) returns void
  language sql security definer set search_path = public, pg_temp as $$
  select auth_set_totp(current_setting('app.company_id')::uuid, person, null, 0, '{}', null)
$$;
create function people_key_secret(the_key uuid, hash text) returns void
  language sql security definer set search_path = public, pg_temp as $$
  insert into api_key_secret (key_hash, company_id, key_id) values (hash, current_setting('app.company_id')::uuid, the_key)
$$;
create function people_states() returns table (user_id uuid, has_password boolean, has_second_factor boolean, reset_asked_at timestamptz, seen_at timestamptz)
  language sql stable security definer set search_path = public, pg_temp as $$
  select c.user_id, c.password_hash is not null, c.totp_secret is not null, c.reset_asked_at,
         (select max(s.seen_at) from session s where s.company_id = c.company_id and s.user_id = c.user_id)
    from credential c
   where c.company_id = current_setting('app.company_id')::uuid
$$;

-- Functions are open to all by default: these are the app role's alone. `auth_held` is called by its siblings only.
do $$
declare
  f regprocedure;
begin
  for f in select p.oid from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where n.nspname = 'public' and (p.proname like 'auth\_%' or p.proname like 'people\_%' or p.proname = 'any_company') loop
    execute format('revoke all on function %s from public', f);
    if f::text not like 'auth\_held(%' then
      execute format('grant execute on function %s to entrepot_app', f);
    end if;
  end loop;
end $$;

-- The sessions of one's own account: shown to, and ended by, whoever holds one of them. A session is named by the hash
-- of its token's hash, so that a list on a screen tells nothing that a look-up by token could use.
create function auth_my_sessions(token text, not_before timestamptz, alive_since timestamptz)
  returns table (id text, created_at timestamptz, seen_at timestamptz, second_factor boolean, address text, user_agent text, current boolean)
  language sql stable security definer set search_path = public, pg_temp as $$
  select encode(sha256(other.token_hash::bytea), 'hex'), other.created_at, other.seen_at, other.second_factor, other.address, other.user_agent,
         other.token_hash = token
    from session mine
    join session other on other.company_id = mine.company_id and other.user_id = mine.user_id
   where mine.token_hash = token and other.created_at > not_before and other.seen_at > alive_since
   order by other.token_hash = token desc, other.seen_at desc
   limit 200
$$;

-- One session by its name, or (null) all but the one that asks. Answers how many ended.
create function auth_end_my_sessions(token text, which text) returns int
  language sql security definer set search_path = public, pg_temp as $$
  with gone as (
    delete from session
     using session mine
     where mine.token_hash = token and session.company_id = mine.company_id and session.user_id = mine.user_id
       and case when which is null then session.token_hash <> token
                else encode(sha256(session.token_hash::bytea), 'hex') = which end
    returning 1)
  select count(*)::int from gone
$$;

revoke all on function auth_my_sessions(text, timestamptz, timestamptz), auth_end_my_sessions(text, text) from public;
grant execute on function auth_my_sessions(text, timestamptz, timestamptz), auth_end_my_sessions(text, text) to entrepot_app;
