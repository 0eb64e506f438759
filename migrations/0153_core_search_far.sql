-- Of two common prefixes, the first 20,000 entries of the one that led could all be of rows without the other ("wo br" among a
-- million items: 62,000 things of brass, none of them of wool), and nothing was found although much was there. The walk ends
-- as soon as a page is found, so only a question with no answer walks to the end: a second for the largest lead.
create or replace function search_find(prefixes text[], kinds text[], most int)
  returns table (kind text, id uuid, ref text, title text, detail text)
  language sql stable security definer set search_path = public, pg_temp
  -- Whatever it guesses about a prefix, the planner must walk the index: the first rows are wanted, not all of them.
  set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set enable_hashjoin = off set enable_mergejoin = off as $$
  with caller as materialized (
    select current_setting('app.company_id')::uuid as company_id,
           case when current_setting('app.sites') <> '*' then coalesce(current_setting('app.sites')::uuid[], '{}') end as sites,
           case when current_setting('app.parties') <> '*' then coalesce(current_setting('app.parties')::uuid[], '{}') end as parties,
           least(greatest(most, 1), 1000) as most
  ), sized as materialized (
    select given.prefix,
           case when cardinality(prefixes) = 1 then 0 else (
             select count(*)
               from unnest(kinds) one (kind)
              cross join (values (0::int2), (1::int2)) rank (rank)
              cross join lateral (
                    select 1
                      from search_entry e
                     where e.company_id = caller.company_id and e.kind = one.kind and e.rank = rank.rank
                       and e.word ~>=~ given.prefix and e.word ~<~ (given.prefix || chr(1114111))
                     limit 60000) few) end as entries
      from caller
     cross join unnest(prefixes) given (prefix)
  ), lead as materialized (
    select prefix, array_remove(prefixes, prefix) as others
      from sized
     order by entries, length(prefix) desc, prefix
     limit 1
  ), near as materialized (
    select hit.*
      from caller
     cross join lead
     cross join unnest(kinds) one (kind)
     cross join (values (0::int2), (1::int2)) rank (rank)
     cross join lateral (
           select seen.*
             from (
                  select e.kind, e.ref_id, e.ref, e.title, e.detail, e.rank, e.word
                    from search_entry e
                   where e.company_id = caller.company_id and e.kind = one.kind and e.rank = rank.rank
                     and e.word ~>=~ lead.prefix and e.word ~<~ (lead.prefix || chr(1114111))
                     and (caller.sites is null or e.site_id is null or e.site_id = any (caller.sites) or e.other_site_id = any (caller.sites))
                     and (caller.parties is null or e.party_id is null or e.party_id = any (caller.parties))
                   order by e.word using ~<~, e.ref_id
                   limit case when cardinality(prefixes) = 1 then caller.most * 4 else 250000 end) seen
            where (lead.others[1] is null or (
                  select true from search_entry o
                   where o.company_id = caller.company_id and o.kind = seen.kind and o.ref_id = seen.ref_id
                     and o.word ~>=~ lead.others[1] and o.word ~<~ (lead.others[1] || chr(1114111)) limit 1))
              and (lead.others[2] is null or (
                  select true from search_entry o
                   where o.company_id = caller.company_id and o.kind = seen.kind and o.ref_id = seen.ref_id
                     and o.word ~>=~ lead.others[2] and o.word ~<~ (lead.others[2] || chr(1114111)) limit 1))
              and (lead.others[3] is null or (
                  select true from search_entry o
                   where o.company_id = caller.company_id and o.kind = seen.kind and o.ref_id = seen.ref_id
                     and o.word ~>=~ lead.others[3] and o.word ~<~ (lead.others[3] || chr(1114111)) limit 1))
              and (lead.others[4] is null or (
                  select true from search_entry o
                   where o.company_id = caller.company_id and o.kind = seen.kind and o.ref_id = seen.ref_id
                     and o.word ~>=~ lead.others[4] and o.word ~<~ (lead.others[4] || chr(1114111)) limit 1))
              and (lead.others[5] is null or (
                  select true from search_entry o
                   where o.company_id = caller.company_id and o.kind = seen.kind and o.ref_id = seen.ref_id
                     and o.word ~>=~ lead.others[5] and o.word ~<~ (lead.others[5] || chr(1114111)) limit 1))
            limit caller.most * case when cardinality(prefixes) = 1 then 4 else 2 end) hit
  ), best as materialized (
    select distinct on (near.kind, near.ref_id) near.*
      from near
     order by near.kind, near.ref_id, near.rank, near.word using ~<~
  )
  select best.kind, best.ref_id, best.ref, best.title, best.detail
    from best
   order by best.rank, best.word using ~<~, best.ref, best.ref_id
   limit (select caller.most from caller)
$$;
