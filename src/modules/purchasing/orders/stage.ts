/** How far a purchase order has come: a view over its supplies. SQL over `o` (purchase_order) with the lateral `came`. */
export const stageSql = `case
    when o.state = 'cancelled' then 'cancelled'
    when o.state = 'draft' then 'draft'
    when came.open = 0 and came.received = 0 then 'cancelled'
    when came.open = 0 then 'received'
    when came.received > 0 then 'part_received'
    else 'placed' end`

export const cameJoin = `
  left join lateral (
       select coalesce(sum(s.received), 0)::int8 as received, coalesce(sum(greatest(s.expected - s.received, 0)), 0)::int8 as open,
              coalesce(sum(s.promised), 0)::int8 as promised, min(s.due_on) filter (where s.expected > s.received) as due_on
         from purchase_line l
         join supply s on s.company_id = o.company_id and s.id = l.supply_id
        where l.company_id = o.company_id and l.order_id = o.id) came on true`

export const stages = ['draft', 'placed', 'part_received', 'received', 'cancelled'] as const

/** The same of one order whose lines are read already. */
export const stageOf = (
  state: 'draft' | 'placed' | 'cancelled',
  open: number,
  received: number,
): (typeof stages)[number] => {
  if (state !== 'placed') return state
  if (open > 0) return received > 0 ? 'part_received' : 'placed'
  return received > 0 ? 'received' : 'cancelled'
}
