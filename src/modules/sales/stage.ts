/**
 * An order's status is a view over what its lines' quantities say; only draft, confirmed and cancelled are stored.
 * SQL over `o` (sales_order) with laterals `d` (demand lines), `s` (shipments), `f` (invoices).
 */
export const stageSql = `case
    when o.state = 'cancelled' then 'cancelled'
    when o.state = 'draft' then 'draft'
    when f.paid then 'paid'
    when coalesce(d.open, 0) = 0 and s.shipped > 0 and s.unbilled = 0 and s.unshipped = 0 then 'invoiced'
    when coalesce(d.open, 0) = 0 and s.shipped > 0 and s.unshipped = 0 then 'shipped'
    when s.unshipped > 0 then 'packed'
    when coalesce(d.picking, 0) > 0 then 'picking'
    when o.credit_held_at is not null and o.released_at is null then 'held'
    when coalesce(d.allocated, 0) > 0 and coalesce(d.waiting, 0) = 0 then 'allocated'
    when o.released_at is not null then 'released'
    else 'confirmed' end`

export const stageJoins = `
  left join lateral (
       select sum(l.qty - l.shipped - l.cancelled)::int8 as open, sum(l.allocated)::int8 as allocated, sum(l.promised + l.backordered)::int8 as waiting,
              max(l.latest_promise_on) filter (where l.qty > l.cancelled) as promised_on,
              bool_or(l.backordered > 0) as backordered,
              (select sum(a.tasked + a.picked - a.shipped)::int8 from allocation a join demand_line dl on dl.company_id = a.company_id and dl.id = a.demand_line_id
                where dl.company_id = o.company_id and dl.ref_id = o.id) as picking
         from demand_line l
        where l.company_id = o.company_id and l.ref_id = o.id) d on true
  left join lateral (
       select count(*) filter (where sh.shipped_at is not null) as shipped, count(*) filter (where sh.shipped_at is null) as unshipped,
              count(*) filter (where sh.shipped_at is not null and sh.invoiced_at is null) as unbilled
         from shipment sh
        where sh.company_id = o.company_id and sh.order_id = o.id) s on true
  left join lateral (
       select count(*) > 0 and sum(i.open) = 0 and coalesce(d.open, 0) = 0 as paid
         from invoice i
        where i.company_id = o.company_id and i.order_id = o.id and i.kind = 'invoice') f on true`

export const stages = [
  'draft',
  'confirmed',
  'held',
  'released',
  'allocated',
  'picking',
  'packed',
  'shipped',
  'invoiced',
  'paid',
  'cancelled',
] as const
