import { module } from '../../core/capability.ts'
import { amend } from './amend.ts'
import { cancel } from './cancel.ts'
import { cancelLines } from './change/cancelLines.ts'
import { changeTerms } from './change/changeTerms.ts'
import { cancelLapsed, tellLapsed } from './change/lapsed.ts'
import { reclassify } from './change/reclassify.ts'
import { splitLine } from './change/split.ts'
import { confirm } from './confirm/confirm.ts'
import { place } from './confirm/place.ts'
import { createOrder } from './createOrder.ts'
import { explainPrice, explainTax } from './explainLine.ts'
import { substitute } from './instead/substitute.ts'
import { substitutes } from './instead/substitutes.ts'
import { orders } from './listOrders.ts'
import { order } from './order.ts'
import { preview } from './preview.ts'
import { release } from './release.ts'

const declared = (permission = 'sales.read') => ({ kind: 'sales_order', permission, version: 1 })

export const sales = module({
  name: 'sales',
  capabilities: {
    orders,
    order,
    preview,
    explainPrice,
    explainTax,
    createOrder,
    amend,
    place,
    confirm,
    release,
    cancel,
    cancelLines,
    changeTerms,
    splitLine,
    substitutes,
    substitute,
    tellLapsed,
    cancelLapsed,
    reclassify,
  },
  events: {
    'order.created': declared(),
    'order.amended': declared(),
    'order.confirmed': declared(),
    'order.released': declared(),
    'order.part_released': declared('warehouse.read'),
    'order.held': declared(),
    'order.cancelled': declared(),
    'order.part_cancelled': declared(),
    'order.lapsed': declared(),
  },
  on: [
    { event: 'order.lapsed', run: 'sales.cancelLapsed', input: ({ id }) => ({ orderId: id }) },
    { event: 'party.reclassed', run: 'sales.reclassify', input: ({ id }) => ({ partyId: id }) },
  ],
  every: [{ at: '00:25', run: 'sales.tellLapsed' }],
  invariants: [
    {
      name: 'order_totals',
      promise: 'An order’s net is the sum of its lines, less what other lines stand for, and net + tax is gross.',
      differing: `
        select o.company_id, o.id, o.number, o.net, lines.net as lines_net
          from sales_order o
          left join (select company_id, order_id, sum(net - replaced_net)::int8 as net, count(*) as n from sales_order_line group by company_id, order_id) lines
                 on lines.company_id = o.company_id and lines.order_id = o.id
         where o.net <> coalesce(lines.net, 0) or o.net + o.tax <> o.gross or o.line_count <> coalesce(lines.n, 0)`,
      examined: 'select count(*)::int8 as count from sales_order',
    },
    {
      name: 'estimates_are_nominal',
      promise: 'A line priced by weight is worth its nominal weight while nothing of it has left.',
      differing: `
        select line.company_id, line.id
          from sales_order_line line
          join sales_order o on o.company_id = line.company_id and o.id = line.order_id
          join currency on currency.code = o.currency
          join unit_code code on code.code = line.price_uom
         where line.nominal_weight_g is not null
           and not exists (
               select from demand_line demand
                where demand.company_id = o.company_id and demand.ref_id = o.id and demand.order_line_id = line.id and demand.shipped > 0)
           and line.net <> round(line.qty::numeric * line.nominal_weight_g * code.den * line.price_micro * 10 ^ currency.digits / (code.num::numeric * 1000000))`,
      examined: 'select count(*)::int8 as count from sales_order_line where nominal_weight_g is not null',
    },
    {
      name: 'other_sites_know_the_order',
      promise: 'A site that sends a part of another site’s order knows its number, and no other site does.',
      differing: `
        select coalesce(known.company_id, sent.company_id) as company_id, coalesce(known.id, sent.id) as id, coalesce(known.site_id, sent.site_id) as site_id
          from (select company_id, id, site_id from order_site) known
          full join (select distinct line.company_id, o.id, line.site_id
                       from demand_line line
                       join sales_order o on o.company_id = line.company_id and o.id = line.ref_id and o.site_id <> line.site_id
                      where line.kind = 'sales') sent
                 using (company_id, id, site_id)
         where known.id is null or sent.id is null`,
      examined: 'select count(*)::int8 as count from order_site',
    },
    {
      name: 'confirmed_lines_demanded',
      promise: 'What is demanded for each goods line of a confirmed order is its quantity.',
      differing: `
        select line.company_id, line.id
          from sales_order o
          join sales_order_line line on line.company_id = o.company_id and line.order_id = o.id and line.kind = 'goods'
          left join (select company_id, order_line_id, sum(line_qty)::int8 as qty from demand_line where component <= 1 group by company_id, order_line_id) demand
                 on demand.company_id = line.company_id and demand.order_line_id = line.id
         where o.state = 'confirmed' and demand.qty is distinct from line.qty`,
      examined: `select count(*)::int8 as count from sales_order_line where kind = 'goods'`,
    },
  ],
})
