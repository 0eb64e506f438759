import type { Invariant } from '../../../core/capability.ts'

/** Both ends of all moves at a site's own places, with the day that closed over them; none while that day is open. */
const LEGS = `
  select leg.company_id, leg.site_id, closed.days[width_bucket(leg.recorded_at, closed.ends) + 1] as day,
         leg.item_id, leg.location_id, leg.lot_id, leg.lpn_id, leg.owner_id, leg.status, leg.qty, leg.weight_g
    from (select company_id, to_site_id as site_id, item_id, to_location_id as location_id, lot_id, to_lpn_id as lpn_id, to_owner_id as owner_id, to_status as status, qty, weight_g, recorded_at from stock_move
           union all
          select company_id, from_site_id, item_id, from_location_id, lot_id, lpn_id, owner_id, from_status, -qty, -weight_g, recorded_at from stock_move) leg
    join location place on place.company_id = leg.company_id and place.id = leg.location_id and place.kind not in ('supplier', 'customer', 'adjust', 'scrap', 'production')
    join (select company_id, site_id, array_agg(day order by day) as days, array_agg(ends_at order by day) as ends
            from stock_day
           group by company_id, site_id) closed on closed.company_id = leg.company_id and closed.site_id = leg.site_id`

export const dayInvariants: readonly Invariant[] = [
  {
    name: 'day_changes_replay',
    promise: 'What a closed day says has changed is the replay of what was recorded on it, key by key (1).',
    differing: `
      with leg as (${LEGS}
      ), replay as (
        select company_id, site_id, day, item_id, location_id, lot_id, lpn_id, owner_id, status, sum(qty)::int8 as on_hand, sum(weight_g)::int8 as weight_g
          from leg
         where day is not null
         group by company_id, site_id, day, item_id, location_id, lot_id, lpn_id, owner_id, status
      )
      select company_id, site_id, day, item_id, location_id, snap.on_hand, replay.on_hand as replayed
        from replay
        full join (select * from stock_snapshot where not whole) snap using (company_id, site_id, day, item_id, location_id, lot_id, lpn_id, owner_id, status)
       where coalesce(snap.on_hand, 0) <> coalesce(replay.on_hand, 0) or coalesce(snap.weight_g, 0) <> coalesce(replay.weight_g, 0)`,
    examined: 'select count(*)::int8 as count from stock_snapshot where not whole',
  },
  {
    name: 'day_whole_replay',
    promise: 'A whole picture of a day is the sum of all changes up to it, and leaves nothing out (1).',
    // Changes and pictures of one key in one row of days: what stands in a picture is the sum of the changes so far.
    differing: `
      with dated as (
        select company_id, site_id, day, item_id, location_id, lot_id, lpn_id, owner_id, status, whole,
               case when whole then 0 else on_hand end as change, case when whole then on_hand end as told
          from stock_snapshot
      ), summed as (
        select dated.*, sum(change) over (partition by company_id, site_id, item_id, location_id, lot_id, lpn_id, owner_id, status order by day)::int8 as replayed
          from dated
      ), units as (
        select d.company_id, d.site_id, d.day,
               (select coalesce(sum(on_hand), 0) from stock_snapshot s where s.company_id = d.company_id and s.site_id = d.site_id and s.whole and s.day = d.day) as told,
               (select coalesce(sum(on_hand), 0) from stock_snapshot s where s.company_id = d.company_id and s.site_id = d.site_id and not s.whole and s.day <= d.day) as replayed
          from stock_day d
         where d.base_on = d.day and d.base_rows > 0
      )
      select company_id, site_id, day, item_id, location_id, told, replayed
        from summed
       where whole and told <> replayed
       union all
      -- Stock is never negative, so what a picture leaves out makes its sum too small.
      select company_id, site_id, day, null, null, told::int8, replayed::int8
        from units
       where told < replayed`,
    examined: 'select count(*)::int8 as count from stock_snapshot where whole',
  },
]
