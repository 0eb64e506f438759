import type { Ctx } from '../../../core/ctx.ts'

/** What of an order still stands in a site's house, set aside for its customer. */
export interface OpenGoods {
  readonly orderId: string
  readonly number: string
  readonly partyId: string
  readonly customer: string
  /** 0 is served first. */
  readonly serviceClass: number
  /** Null: the order names no door. */
  readonly addressId: string | null
  readonly weightG: number
  readonly volumeMl: number
  readonly promisedOn: string | null
  /** The last day to leave by, to keep the promise with the days that the way is said to take. */
  readonly leaveOn: string | null
  /** All of it is picked. */
  readonly picked: boolean
  /** The route of the latest day it is on, and that day. */
  readonly plannedOn: string | null
}

/**
 * Released orders of customers whose goods are set aside at a site and have not left.
 * An order that several sites send has a part at each.
 */
export const openGoods = ({ sql, company }: Ctx, siteId: string): Promise<OpenGoods[]> => sql<OpenGoods[]>`
  with goods as (
    select line.ref_id as order_id, line.party_id,
           sum((allocation.qty - allocation.shipped - allocation.dropped) * item.weight_g)::int8 as weight_g,
           sum((allocation.qty - allocation.shipped - allocation.dropped) * item.volume_ml)::int8 as volume_ml,
           min(line.latest_promise_on) as promised_on, min(line.latest_promise_on - line.route_days) as leave_on,
           bool_and(allocation.picked + allocation.dropped = allocation.qty) as picked
      from allocation
      join demand_line line on line.company_id = ${company} and line.id = allocation.demand_line_id and line.kind = 'sales'
      join item on item.company_id = ${company} and item.id = allocation.item_id
     where allocation.company_id = ${company} and allocation.site_id = ${siteId} and allocation.qty > allocation.shipped + allocation.dropped
     group by line.ref_id, line.party_id)
  select goods.order_id, coalesce(o.number, part.number) as number, goods.party_id, party.name as customer, party.service_class,
         coalesce(o.ship_to_id, part.ship_to_id) as address_id, goods.weight_g, goods.volume_ml, goods.promised_on, goods.leave_on, goods.picked,
         (select max(route_drop.day)
            from route_drop
           where route_drop.company_id = ${company} and route_drop.order_id = goods.order_id and route_drop.site_id = ${siteId}) as planned_on
    from goods
    join party on party.company_id = ${company} and party.id = goods.party_id
    left join sales_order o on o.company_id = ${company} and o.id = goods.order_id
    left join order_site part on part.company_id = ${company} and part.id = goods.order_id and part.site_id = ${siteId}
   where coalesce(o.number, part.number) is not null
   order by goods.leave_on, goods.order_id
   limit 20000`
