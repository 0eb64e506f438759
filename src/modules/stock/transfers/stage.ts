/**
 * A transfer's status is a view over what its lines' quantities say; only draft, confirmed and cancelled are stored.
 * SQL over `o` (transfer_order) with laterals `d` (demand at the source), `s` (shipments), `r` (the road).
 */
export const stageSql = `case
    when o.state = 'cancelled' then 'cancelled'
    when o.state = 'draft' then 'draft'
    when coalesce(d.open, 0) = 0 and coalesce(r.shipped, 0) > 0 and r.on_road = 0 then 'received'
    when coalesce(d.open, 0) = 0 and coalesce(r.shipped, 0) > 0 and r.received + r.lost > 0 then 'part_received'
    when coalesce(d.open, 0) = 0 and coalesce(r.shipped, 0) > 0 then 'in_transit'
    when s.packed > 0 then 'packed'
    when coalesce(d.picking, 0) > 0 then 'picking'
    when coalesce(r.shipped, 0) > 0 then 'part_shipped'
    when coalesce(d.allocated, 0) > 0 and coalesce(d.waiting, 0) = 0 then 'allocated'
    when o.released_at is not null then 'released'
    else 'confirmed' end`

export const stageJoins = `
  left join lateral (
       select sum(l.qty)::int8 as ordered, sum(l.qty - l.shipped - l.cancelled)::int8 as open, sum(l.allocated)::int8 as allocated, sum(l.promised + l.backordered)::int8 as waiting,
              sum(l.backordered)::int8 as backordered, sum(l.cancelled)::int8 as cancelled,
              case when sum(l.backordered) = 0 then max(l.latest_promise_on) filter (where l.qty > l.cancelled) end as promised_on,
              (select sum(a.tasked + a.picked - a.shipped)::int8 from allocation a join demand_line dl on dl.company_id = a.company_id and dl.id = a.demand_line_id
                where dl.company_id = o.company_id and dl.ref_id = o.id) as picking
         from demand_line l
        where l.company_id = o.company_id and l.ref_id = o.id) d on true
  left join lateral (
       select count(*) filter (where sh.shipped_at is null) as packed
         from shipment sh
        where sh.company_id = o.company_id and sh.transfer_id = o.id) s on true
  left join lateral (
       select sum(g.shipped)::int8 as shipped, sum(g.received)::int8 as received, sum(g.lost)::int8 as lost,
              sum(g.shipped - g.received - g.lost)::int8 as on_road, min(g.due_on) filter (where g.shipped > g.received + g.lost) as due_on
         from transit_line g
        where g.company_id = o.company_id and g.transfer_id = o.id) r on true`

export const stages = [
  'draft',
  'confirmed',
  'released',
  'allocated',
  'picking',
  'packed',
  'part_shipped',
  'in_transit',
  'part_received',
  'received',
  'cancelled',
] as const
