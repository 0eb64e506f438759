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
