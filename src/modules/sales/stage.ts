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

/** One row for each order; `f` stands on `d`. */
export const stageJoin = {
  d: `left join lateral (
       select sum(l.qty - l.shipped - l.cancelled)::int8 as open, sum(l.allocated)::int8 as allocated, sum(l.promised + l.backordered)::int8 as waiting,
              max(l.latest_promise_on) filter (where l.qty > l.cancelled) as promised_on,
              bool_or(l.backordered > 0) as backordered,
              (select sum(a.tasked + a.picked - a.shipped)::int8 from allocation a join demand_line dl on dl.company_id = a.company_id and dl.id = a.demand_line_id
                where dl.company_id = o.company_id and dl.ref_id = o.id) as picking
         from demand_line l
        where l.company_id = o.company_id and l.ref_id = o.id) d on true`,
  s: `left join lateral (
       select count(*) filter (where sh.shipped_at is not null) as shipped, count(*) filter (where sh.shipped_at is null) as unshipped,
              count(*) filter (where sh.shipped_at is not null and sh.invoiced_at is null) as unbilled
         from shipment sh
        where sh.company_id = o.company_id and sh.order_id = o.id) s on true`,
  f: `left join lateral (
       select count(*) > 0 and sum(i.open) = 0 and coalesce(d.open, 0) = 0 as paid
         from invoice i
        where i.company_id = o.company_id and i.order_id = o.id and i.kind = 'invoice') f on true`,
}
export const stageJoins = `
  ${stageJoin.d}
  ${stageJoin.s}
  ${stageJoin.f}`

/** Orders of a set, as a condition that a plan may start from: read once, then found by key. */
const of = (rows: string): string => `o.id = any (array(select ${rows}))`
/** The same to be tried order by order, or not to hold. */
const among = (rows: string): string => `o.id in (select ${rows})`
const open = 'l.ref_id from demand_line l where l.company_id = $1 and l.qty > l.shipped + l.cancelled'
const allocated = `${open} and l.allocated > 0`
const waiting = 'l.ref_id from demand_line l where l.company_id = $1 and (l.backordered > 0 or l.promised > 0)'
const picking = `l.ref_id from allocation a join demand_line l on l.company_id = $1 and l.id = a.demand_line_id
    where a.company_id = $1 and a.qty > a.shipped + a.dropped and a.tasked + a.picked > a.shipped`
const packed =
  'sh.order_id from shipment sh where sh.company_id = $1 and sh.shipped_at is null and sh.order_id is not null'
const unbilled =
  'sh.order_id from shipment sh where sh.company_id = $1 and sh.shipped_at is not null and sh.invoiced_at is null and sh.order_id is not null'
const unpaid = `i.order_id from invoice i where i.company_id = $1 and i.open > 0 and i.kind = 'invoice' and i.order_id is not null`
/** Nothing of these is open, and nothing may have left: all was cancelled, or there were no goods on them. */
const idle = `l.ref_id from demand_line l where l.company_id = $1 and l.cancelled > 0
     union all
    select l.order_id from sales_order_line l where l.company_id = $1 and l.kind <> 'goods'
       and not exists (select from demand_line q where q.company_id = $1 and q.ref_id = l.order_id and q.shipped > 0)`
const shipped = `exists (select from shipment sh where sh.company_id = o.company_id and sh.order_id = o.id and sh.shipped_at is not null)`
const billed = `exists (select from invoice i where i.company_id = o.company_id and i.order_id = o.id and i.kind = 'invoice')`

const paid = `(${billed} and not ${among(unpaid)} and not ${among(open)})`
const gone = `not ${among(open)} and not ${among(packed)} and ${shipped}`
const inHand = `o.state = 'confirmed' and ${of(`${open} union all select ${idle}`)} and not ${among(packed)} and not ${among(picking)} and not ${paid} and not (${gone})`
const ready = `(${among(allocated)} and not ${among(waiting)})`

const isStage: ReadonlyMap<string, string> = new Map(
  Object.entries({
    cancelled: `o.state = 'cancelled'`,
    draft: `o.state = 'draft'`,
    paid: `o.state = 'confirmed' and ${paid}`,
    invoiced: `o.state = 'confirmed' and ${gone} and not ${among(unbilled)} and (${among(unpaid)} or not ${billed})`,
    shipped: `o.state = 'confirmed' and ${of(unbilled)} and ${gone} and not ${paid}`,
    packed: `o.state = 'confirmed' and ${of(packed)} and not ${paid}`,
    picking: `o.state = 'confirmed' and ${of(picking)} and not ${among(packed)}`,
    held: `${inHand} and o.credit_held_at is not null and o.released_at is null`,
    allocated: `${inHand} and (o.credit_held_at is null or o.released_at is not null) and ${of(allocated)} and not ${among(waiting)}`,
    released: `${inHand} and o.released_at is not null and not ${ready}`,
    confirmed: `${inHand} and o.released_at is null and o.credit_held_at is null and not ${ready}`,
  }),
)
/**
 * `stageSql` is this stage, asked of all orders at once: each branch of it over sets of orders, so that a list of the few
 * that are picked now works out no figure of the hundred thousand that are paid. A test holds the two against each other.
 */
export const stageIs = (stage: string): string | null => isStage.get(stage) ?? null
/** Orders that still owe goods. */
export const openOrders = of(open)

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
