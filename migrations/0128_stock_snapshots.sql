-- stock: the books of each day, closed, so that what was there at any moment is read without the ledger from its beginning.
--
-- A day of a site is closed soon after its midnight: one row in stock_day, and in stock_snapshot one row for each key that
-- changed on that day, with the change (`whole` false). When the changes since the last whole picture outnumber it, the day
-- also gets a new whole picture of all that is not nil (`whole` true). So a picture costs at most as much as the changes that
-- called for it, and reading a day costs two pictures at most, however long the ledger is.
--
-- A day holds what was recorded before its end. What is entered later for an earlier moment changes no row here: who asks
-- by effective time adds what was recorded after the asked moment for a moment before it (index stock_move_late).
create table stock_day (
  company_id uuid not null,
  site_id uuid not null,
  day date not null,
  -- Midnight at the site. Recorded before it: in this day or an earlier one.
  ends_at timestamptz not null,
  -- The day of the last whole picture, the rows of that picture, and the changed keys of the days after it.
  base_on date not null,
  base_rows int4 not null check (base_rows >= 0),
  changes int4 not null check (changes >= 0),
  -- Ends of moves at the site's own places on this day: read again the next time, since a move may be committed late.
  legs int8 not null check (legs >= 0),
  recorded_at timestamptz not null,
  primary key (company_id, site_id, day),
  check (base_on <= day),
  foreign key (company_id, site_id) references site (company_id, id)
);

-- No key to stock_day: rows are written by the thousand and only together with their day.
create table stock_snapshot (
  company_id uuid not null,
  site_id uuid not null,
  whole boolean not null,
  day date not null,
  item_id uuid not null,
  location_id uuid not null,
  lot_id uuid not null,
  lpn_id uuid not null,
  owner_id uuid not null,
  status text not null,
  on_hand int8 not null,
  weight_g int8 not null,
  primary key (company_id, site_id, whole, day, item_id, location_id, lot_id, lpn_id, owner_id, status)
);

-- Late on paper: recorded after the moment it is about. No other move can matter to a question about an earlier moment.
create index stock_move_late on stock_move (company_id, effective_at, recorded_at) where effective_at < recorded_at;

-- The first id that a row recorded at this moment can have (UUIDv7 begins with 48 bits of milliseconds).
create function uuid_from(moment timestamptz) returns uuid language sql stable as $$
  select (lpad(to_hex((extract(epoch from least(greatest(moment, '1970-01-01 00:00+00'), '9999-01-01 00:00+00')) * 1000)::int8), 12, '0') || repeat('0', 20))::uuid
$$;

-- What was there at a moment, by key: by what was known then (`by_books`), or with all that is known today. The last closed
-- day before it, the moves recorded since, and those recorded after it for a moment up to it. Site and item may be null: all.
-- Each source stands twice, for one item and for all, since a plan made for both could use no index of the item.
create function stock_as_of(of_company uuid, at_moment timestamptz, by_books boolean, of_site uuid, of_item uuid)
returns table (site_id uuid, item_id uuid, location_id uuid, lot_id uuid, lpn_id uuid, owner_id uuid, status text, on_hand int8, weight_g int8)
language sql stable as $$
  with closed as materialized (
    select site.id as site_id, last.day, last.base_on,
           -- A site whose first day ends later had nothing yet; one that was never closed is read from the first move on.
           coalesce(last.ends_at, case when exists (select 1 from stock_day d where d.company_id = of_company and d.site_id = site.id)
                                          then 'infinity'::timestamptz else '-infinity'::timestamptz end) as since
      from site
      left join lateral (
           select d.day, d.base_on, d.ends_at
             from stock_day d
            where d.company_id = of_company and d.site_id = site.id and d.ends_at <= at_moment
            order by d.day desc
            limit 1) last on true
     where site.company_id = of_company and (of_site is null or site.id = of_site)
  ), entry as (
    select snap.site_id, snap.item_id, snap.location_id, snap.lot_id, snap.lpn_id, snap.owner_id, snap.status, snap.on_hand, snap.weight_g
      from closed
      join stock_snapshot snap on snap.company_id = of_company and snap.site_id = closed.site_id and snap.whole and snap.day = closed.base_on
     where of_item is null
     union all
    select snap.site_id, snap.item_id, snap.location_id, snap.lot_id, snap.lpn_id, snap.owner_id, snap.status, snap.on_hand, snap.weight_g
      from closed
      join stock_snapshot snap on snap.company_id = of_company and snap.site_id = closed.site_id and not snap.whole and snap.day > closed.base_on and snap.day <= closed.day
     where of_item is null
     union all
    select snap.site_id, snap.item_id, snap.location_id, snap.lot_id, snap.lpn_id, snap.owner_id, snap.status, snap.on_hand, snap.weight_g
      from closed
      join stock_snapshot snap on snap.company_id = of_company and snap.site_id = closed.site_id and snap.whole and snap.day = closed.base_on and snap.item_id = of_item
     where of_item is not null
     union all
    select snap.site_id, snap.item_id, snap.location_id, snap.lot_id, snap.lpn_id, snap.owner_id, snap.status, snap.on_hand, snap.weight_g
      from closed
      join stock_snapshot snap on snap.company_id = of_company and snap.site_id = closed.site_id and not snap.whole and snap.day > closed.base_on and snap.day <= closed.day and snap.item_id = of_item
     where of_item is not null
     union all
    -- A move is two entries: what a place got, and what another one gave.
    select leg.site_id, moved.item_id, leg.location_id, moved.lot_id, leg.lpn_id, leg.owner_id, leg.status, leg.sign * moved.qty, leg.sign * moved.weight_g
      from (select move.item_id, move.lot_id, move.qty, move.weight_g, move.recorded_at,
                   move.to_site_id, move.to_location_id, move.to_lpn_id, move.to_owner_id, move.to_status, move.from_site_id, move.from_location_id, move.lpn_id, move.owner_id, move.from_status
              from stock_move move
             where of_item is null and move.company_id = of_company
               and move.id >= (select uuid_from(min(since)) from closed) and move.id < uuid_from(at_moment + interval '1 minute') and move.recorded_at <= at_moment
             union all
            select move.item_id, move.lot_id, move.qty, move.weight_g, move.recorded_at,
                   move.to_site_id, move.to_location_id, move.to_lpn_id, move.to_owner_id, move.to_status, move.from_site_id, move.from_location_id, move.lpn_id, move.owner_id, move.from_status
              from stock_move move
             where of_item is not null and move.company_id = of_company and move.item_id = of_item
               and move.id >= (select uuid_from(min(since)) from closed) and move.id < uuid_from(at_moment + interval '1 minute') and move.recorded_at <= at_moment
             union all
            -- In no closed day that was asked for: whichever it was, `since` is before.
            select move.item_id, move.lot_id, move.qty, move.weight_g, 'infinity',
                   move.to_site_id, move.to_location_id, move.to_lpn_id, move.to_owner_id, move.to_status, move.from_site_id, move.from_location_id, move.lpn_id, move.owner_id, move.from_status
              from stock_move move
             where not by_books and move.company_id = of_company and move.effective_at < move.recorded_at
               and move.effective_at <= at_moment and move.effective_at > at_moment - interval '367 days' and move.recorded_at > at_moment
               and (of_item is null or move.item_id = of_item)) moved
     cross join lateral (values (moved.to_site_id, moved.to_location_id, moved.to_lpn_id, moved.to_owner_id, moved.to_status, 1::int8),
                                (moved.from_site_id, moved.from_location_id, moved.lpn_id, moved.owner_id, moved.from_status, -1::int8))
             leg (site_id, location_id, lpn_id, owner_id, status, sign)
      join closed on closed.site_id = leg.site_id and moved.recorded_at >= closed.since
      join location place on place.company_id = of_company and place.id = leg.location_id and place.kind not in ('supplier', 'customer', 'adjust', 'scrap')
  )
  select entry.site_id, entry.item_id, entry.location_id, entry.lot_id, entry.lpn_id, entry.owner_id, entry.status, sum(entry.on_hand)::int8, sum(entry.weight_g)::int8
    from entry
   group by entry.site_id, entry.item_id, entry.location_id, entry.lot_id, entry.lpn_id, entry.owner_id, entry.status
  having sum(entry.on_hand) <> 0 or sum(entry.weight_g) <> 0
$$;
