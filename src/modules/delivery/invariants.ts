import type { Invariant } from '../../core/capability.ts'

export const invariants: readonly Invariant[] = [
  {
    name: 'route_load',
    promise: 'A route has its stops in order and carries what is dropped at them.',
    differing: `
      select route.company_id, route.id, route.number
        from route
        left join lateral (
             select count(*)::int as stops, coalesce(max(seq), 0) as last
               from route_stop stop
              where stop.company_id = route.company_id and stop.route_id = route.id) stood on true
        left join lateral (
             select coalesce(sum(weight_g), 0)::int8 as weight_g, coalesce(sum(volume_ml), 0)::int8 as volume_ml, count(distinct stop_id) as stops
               from route_drop dropped
              where dropped.company_id = route.company_id and dropped.route_id = route.id) carried on true
       where route.stop_count <> stood.stops or stood.last <> stood.stops or carried.stops <> stood.stops
          or route.weight_g <> carried.weight_g or route.volume_ml <> carried.volume_ml`,
    examined: 'select count(*)::int8 as count from route',
  },
  {
    name: 'route_emissions',
    promise: 'What orders answer for adds up to the emissions of their route, to the gram (17).',
    differing: `
      select route.company_id, route.id, route.number, route.ttw_g, route.wtw_g
        from route
        left join (select company_id, route_id, sum(ttw_g)::int8 as ttw_g, sum(wtw_g)::int8 as wtw_g
                from route_drop
               group by company_id, route_id) shares on shares.company_id = route.company_id and shares.route_id = route.id
       where shares.ttw_g is distinct from route.ttw_g or shares.wtw_g is distinct from route.wtw_g`,
    examined: 'select count(*)::int8 as count from route_drop',
  },
  {
    name: 'route_times',
    promise: 'Along a route times only rise, from leaving to coming back, and each door is open when its goods come.',
    differing: `
      select stop.company_id, stop.id, stop.seq
        from (select stop.*, lag(finish_s) over (partition by company_id, route_id order by seq) as before,
                     lead(arrive_s) over (partition by company_id, route_id order by seq) as after
                from route_stop stop) stop
        join route on route.company_id = stop.company_id and route.id = stop.route_id
       where stop.arrive_s < coalesce(stop.before, route.leaves_s) or (stop.after is null and stop.finish_s > route.returns_s)`,
    examined: 'select count(*)::int8 as count from route_stop',
  },
]
