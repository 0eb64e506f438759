import type { ListDefinition } from '../../core/lists.ts'
import type { Span } from './kpis.ts'

/**
 * What left in a span of days, order line by order line and shipment by shipment: the day asked for, the first and the
 * last day promised, and the day it came. `came_on`: proved by a delivery, else the day it left and its days on the road.
 * What never had a promise is no promise kept or broken.
 */
export const arrivalsOf = ({ from, to, sites }: Span): ListDefinition => ({
  from: `(
    select min(sl.id::text)::uuid as id, sh.shipped_on as left_on, sh.number as shipment, demand.id as line_id, demand.ref_id as order_id, coalesce(o.number, part.number) as "order", party.name as customer, item.sku,
           sum(sl.qty)::int8 as qty, item.base_uom as uom, demand.requested_on, demand.original_promise_on as first_on, demand.latest_promise_on as last_on,
           coalesce((sh.delivered_at at time zone site.zone)::date, sh.shipped_on + demand.route_days) as came_on, sh.delivered_at is not null as proved
      from shipment sh
      join site on site.company_id = $1 and site.id = sh.site_id
      join shipment_line sl on sl.company_id = $1 and sl.shipment_id = sh.id
      join allocation on allocation.company_id = $1 and allocation.id = sl.allocation_id
      join demand_line demand on demand.company_id = $1 and demand.id = allocation.demand_line_id and demand.kind = 'sales' and demand.component <= 1 and demand.original_promise_on is not null
      left join sales_order o on o.company_id = $1 and o.id = demand.ref_id
      left join order_site part on part.company_id = $1 and part.id = demand.ref_id and part.site_id = demand.site_id
      join item on item.company_id = $1 and item.id = demand.item_id
      left join party on party.company_id = $1 and party.id = sh.party_id
     where sh.company_id = $1 and sh.shipped_on between $2::date and $3::date and ($4::uuid[] is null or sh.site_id = any ($4::uuid[]))
     group by sh.company_id, sh.id, sh.shipped_on, sh.number, sh.delivered_at, site.zone, demand.company_id, demand.id, demand.ref_id, demand.requested_on, demand.original_promise_on,
           demand.latest_promise_on, demand.route_days, o.number, part.number, party.name, item.sku, item.base_uom) d`,
  where: 'true',
  params: [from, to, sites],
  select: `d.id, d.left_on, d.shipment, d.line_id, d.order_id, d."order", d.customer, d.sku, d.qty, d.uom, d.requested_on, d.first_on, d.last_on, d.came_on, d.proved,
    d.came_on <= d.first_on as kept_first, d.came_on <= d.last_on as kept_last, greatest(d.came_on - d.first_on, 0) as days_late`,
  id: 'd.id',
  columns: {
    day: { sql: 'd.left_on', type: 'date' },
    order: { sql: 'd."order"', type: 'code' },
    customer: { sql: 'd.customer', type: 'text', nullable: true },
    sku: { sql: 'd.sku', type: 'code' },
    firstOn: { sql: 'd.first_on', type: 'date' },
    cameOn: { sql: 'd.came_on', type: 'date' },
    keptFirst: { sql: '(d.came_on <= d.first_on)', type: 'bool' },
    keptLast: { sql: '(d.came_on <= d.last_on)', type: 'bool' },
    daysLate: { sql: 'greatest(d.came_on - d.first_on, 0)', type: 'int' },
  },
  defaultSort: '-day',
  words: ['d."order"', 'd.customer', 'd.sku'],
  countsAll: true,
})
