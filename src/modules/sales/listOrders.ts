import { query } from '../../core/capability.ts'
import { listPage } from '../../core/lists.ts'
import { listInput, page, t } from '../../core/t.ts'
import { openOrders, stageIs, stageJoin, stageSql, stages } from './stage.ts'

const Row = t.object({
  id: t.id('sales_order'),
  number: t.text(),
  customerId: t.id('party'),
  customer: t.text({ max: 300 }),
  customerRef: t.nullable(t.text()),
  status: t.oneOf(stages),
  late: t.bool(),
  orderedOn: t.date(),
  requestedOn: t.date(),
  promisedOn: t.nullable(t.date()),
  lines: t.int(),
  amountMinor: t.amount(),
  grossMinor: t.amount(),
  /** Some of it is priced by weight and has not been weighed yet. */
  estimated: t.bool(),
  currency: t.currency(),
  marginPpm: t.needs('cost.read', t.int()),
  site: t.text(),
})

/** Over `o` and its lines' sums `m`. */
const estimatedSql = `coalesce(m.by_weight, false) and (o.state = 'draft' or exists (
            select from sales_order_line l
              join demand_line q on q.company_id = o.company_id and q.ref_id = o.id and q.order_line_id = l.id
             where l.company_id = o.company_id and l.order_id = o.id and l.nominal_weight_g is not null and q.shipped + q.cancelled < q.qty))`

export const orders = query({
  title: 'Sales orders',
  route: 'GET /sales/orders',
  permission: 'sales.read',
  admits: { customerId: 'party' },
  input: listInput({ customerId: t.optional(t.id('party')) }),
  output: page(Row),
  run: ({ customerId, ...input }, ctx) => {
    const today = ctx.now.toISOString().slice(0, 10)
    const late = `(o.state = 'confirmed' and coalesce(d.open, 0) > 0 and (d.promised_on < '${today}'::date or d.promised_on > o.requested_on and o.requested_on < '${today}'::date))`
    // The same of the few orders that are open, each looked at by itself.
    const isLate = `o.state = 'confirmed' and ${openOrders} and exists (
            select from demand_line l
             where l.company_id = o.company_id and l.ref_id = o.id and l.qty > l.cancelled
            having max(l.latest_promise_on) < '${today}'::date or max(l.latest_promise_on) > o.requested_on and o.requested_on < '${today}'::date)`
    return listPage(
      ctx,
      {
        from: 'sales_order o',
        joins: {
          p: { each: 'join party p on p.company_id = o.company_id and p.id = o.party_id' },
          site: { each: 'join site on site.company_id = o.company_id and site.id = o.site_id' },
          d: { each: stageJoin.d },
          s: { each: stageJoin.s },
          f: { each: stageJoin.f, on: ['d'] },
          promised: {
            each: '',
            all: `left join (
               select l.ref_id, max(l.latest_promise_on) filter (where l.qty > l.cancelled) as promised_on
                 from demand_line l
                where l.company_id = $1 and l.kind = 'sales'
                group by l.ref_id) promised on promised.ref_id = o.id`,
          },
          m: {
            each: `left join lateral (
               select sum(l.net)::int8 as net, sum(l.qty * l.cost_micro)::int8 as cost_micro, bool_or(l.nominal_weight_g is not null) as by_weight
                 from sales_order_line l where l.company_id = o.company_id and l.order_id = o.id) m on true`,
          },
          c: { each: 'join currency c on c.code = o.currency' },
        },
        where: `o.company_id = $1${customerId === undefined ? '' : ` and o.party_id = '${customerId}'`}`,
        select: `o.id, o.number, o.party_id as customer_id, p.name as customer, o.customer_po as customer_ref, ${stageSql} as status, coalesce(${late}, false) as late, o.ordered_on, o.requested_on,
          d.promised_on, o.line_count as lines, o.net as amount_minor, o.gross as gross_minor, o.currency, site.code as site, ${estimatedSql} as estimated,
          case when m.net > 0 then ((m.net::float8 - m.cost_micro::float8 / 1000000 * 10 ^ c.digits) / m.net * 1000000)::int8 end as margin_ppm`,
        id: 'o.id',
        columns: {
          number: { sql: 'o.number', type: 'code' },
          customer: { sql: 'p.name', type: 'text', on: ['p'] },
          customerRef: { sql: 'o.customer_po', type: 'code', nullable: true },
          status: { sql: stageSql, type: 'code', unsorted: true, on: ['d', 's', 'f'], is: stageIs },
          late: {
            sql: `coalesce(${late}, false)`,
            type: 'bool',
            unsorted: true,
            on: ['d'],
            is: (value) => (['yes', 'true'].includes(value) ? isLate : null),
          },
          orderedOn: { sql: 'o.ordered_on', type: 'date' },
          requestedOn: { sql: 'o.requested_on', type: 'date' },
          promisedOn: { sql: 'promised.promised_on', type: 'date', nullable: true, on: ['promised'] },
          lines: { sql: 'o.line_count', type: 'int' },
          amount: { sql: 'o.net', type: 'minor' },
          amountMinor: { sql: 'o.net', type: 'minor' },
          total: { sql: 'o.net', type: 'minor' },
          site: { sql: 'site.code', type: 'code', on: ['site'] },
          recordedAt: { sql: 'o.recorded_at', type: 'moment' },
        },
        defaultSort: '-recordedAt',
        search: ['sales_order'],
      },
      input,
    ) as never
  },
})
