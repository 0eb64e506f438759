import { query } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { notFound } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { stageOf, stages } from './stage.ts'

const Line = t.object({
  id: t.id('purchase_line'),
  no: t.int(),
  itemId: t.id('item'),
  sku: t.text(),
  description: t.text({ max: 400 }),
  uom: t.text(),
  uomQty: t.int(),
  /** Base units, as all that follow: ordered = received + cancelled + open. */
  qty: t.qty(),
  baseUom: t.text(),
  received: t.qty(),
  cancelled: t.qty(),
  open: t.qty(),
  promised: t.qty(),
  /** As first agreed, and as it is expected now. */
  agreedOn: t.date(),
  dueOn: t.nullable(t.date()),
  priceMicro: t.needs('cost.read', t.int()),
  net: t.needs('cost.read', t.int()),
  /** What it was accepted from: the arithmetic in words. */
  why: t.nullable(t.json()),
})

/** Everything of one purchase order on one page: lines, what came, and whom it concerns when it slips. */
export const order = query({
  title: 'A purchase order with all that belongs to it',
  route: 'GET /purchasing/orders/:orderId',
  permission: 'purchasing.read',
  admits: { orderId: 'purchase_order' },
  input: t.object({ orderId: t.id('purchase_order') }),
  output: t.object({
    id: t.id('purchase_order'),
    number: t.text(),
    version: t.int(),
    status: t.oneOf(stages),
    siteId: t.id('site'),
    site: t.text(),
    partyId: t.id('party'),
    supplier: t.text(),
    supplierName: t.text({ max: 300 }),
    currency: t.text(),
    reference: t.nullable(t.text()),
    orderedOn: t.date(),
    placedOn: t.nullable(t.date()),
    cancelReason: t.nullable(t.text()),
    net: t.needs('cost.read', t.int()),
    lines: t.list(Line, { max: 2_000 }),
    receipts: t.list(t.object({ id: t.id('receipt'), number: t.text(), on: t.date(), lines: t.int(), qty: t.qty() }), {
      max: 500,
    }),
    /** Orders that are promised from it. */
    waiting: t.list(
      t.object({
        lineId: t.id('purchase_line'),
        kind: t.text(),
        orderId: t.text(),
        number: t.text(),
        qty: t.qty(),
        on: t.date(),
      }),
      { max: 5_000 },
    ),
    timeline: t.list(t.object({ at: t.moment(), by: t.nullable(t.text()), what: t.text() }), { max: 500 }),
    can: t.object({ place: t.nullable(t.text()), change: t.nullable(t.text()), cancel: t.nullable(t.text()) }),
  }),
  async run({ orderId }, ctx) {
    const [head, lines, receipts, waiting, timeline] = await Promise.all([
      headOf(ctx, orderId),
      linesOf(ctx, orderId),
      receiptsOf(ctx, orderId),
      waitingOf(ctx, orderId),
      timelineOf(ctx, orderId),
    ])
    if (!head) throw notFound('purchase order')
    const { state, ...shown } = head
    const sum = (of: 'open' | 'received') => lines.reduce((total, line) => total + line[of], 0)
    const status = stageOf(state, sum('open'), sum('received'))
    const over = status === 'cancelled' ? 'it is cancelled' : status === 'received' ? 'all of it has come' : null
    return {
      ...shown,
      status,
      lines: [...lines],
      receipts: [...receipts],
      waiting: [...waiting],
      timeline: [...timeline],
      can: { place: state === 'draft' ? null : `it is ${state}`, change: over, cancel: over },
    } as never
  },
})

const headOf = async ({ sql, company }: Ctx, orderId: string) => {
  const [head] = await sql<{ state: 'draft' | 'placed' | 'cancelled' }[]>`
    select o.id, o.number, o.version, o.state, o.site_id, site.code as site, o.party_id, party.code as supplier, party.name as supplier_name, o.currency, o.reference,
           o.ordered_on, o.placed_on, o.cancel_reason, o.net
      from purchase_order o
      join site on site.company_id = ${company} and site.id = o.site_id
      join party on party.company_id = ${company} and party.id = o.party_id
     where o.company_id = ${company} and o.id = ${orderId}`
  return head
}

const linesOf = ({ sql, company }: Ctx, orderId: string) => sql<{ open: number; received: number }[]>`
  select line.id, line.line_no as no, line.item_id, item.sku, item.name as description, line.uom, line.uom_qty, line.qty, item.base_uom,
         coalesce(supply.received, 0) as received,
         case when o.state = 'cancelled' and supply.id is null then line.qty when supply.id is null then 0
              else greatest(line.qty - greatest(supply.expected, supply.received), 0) end as cancelled,
         case when o.state = 'cancelled' and supply.id is null then 0 when supply.id is null then line.qty else greatest(supply.expected - supply.received, 0) end as open,
         coalesce(supply.promised, 0) as promised, line.due_on as agreed_on, coalesce(supply.due_on, line.due_on) as due_on, line.price_micro, line.net, line.why
    from purchase_line line
    join purchase_order o on o.company_id = ${company} and o.id = line.order_id
    join item on item.company_id = ${company} and item.id = line.item_id
    left join supply on supply.company_id = ${company} and supply.id = line.supply_id
   where line.company_id = ${company} and line.order_id = ${orderId}
   order by line.line_no`

const receiptsOf = ({ sql, company }: Ctx, orderId: string) => sql`
  select receipt.id, receipt.number, (receipt.recorded_at at time zone site.zone)::date as on, count(*)::int4 as lines, sum(got.qty)::int8 as qty
    from purchase_line line
    join receipt_line got on got.company_id = ${company} and got.supply_id = line.supply_id
    join receipt on receipt.company_id = ${company} and receipt.id = got.receipt_id
    join site on site.company_id = ${company} and site.id = receipt.site_id
   where line.company_id = ${company} and line.order_id = ${orderId}
   group by receipt.id, receipt.number, receipt.recorded_at, site.zone
   order by receipt.recorded_at
   limit 500`

const waitingOf = ({ sql, company }: Ctx, orderId: string) => sql`
  select line.id as line_id, demand.kind, demand.ref_id as order_id, coalesce(sales_order.number, transfer_order.number, demand.kind) as number,
         sum(promise.qty)::int8 as qty, max(promise.due_on) as on
    from purchase_line line
    join promise on promise.company_id = ${company} and promise.supply_id = line.supply_id and promise.qty > 0
    join demand_line demand on demand.company_id = ${company} and demand.id = promise.demand_line_id
    left join sales_order on sales_order.company_id = ${company} and sales_order.id = demand.ref_id
    left join transfer_order on transfer_order.company_id = ${company} and transfer_order.id = demand.ref_id
   where line.company_id = ${company} and line.order_id = ${orderId}
   group by line.id, demand.kind, demand.ref_id, sales_order.number, transfer_order.number
   order by max(promise.due_on), number
   limit 5000`

const timelineOf = ({ sql, company }: Ctx, orderId: string) => sql`
  select outbox.recorded_at as at, audit.actor_name as by, outbox.type as what
    from outbox
    left join audit_event audit on audit.company_id = outbox.company_id and audit.id = outbox.audit_id
   where outbox.company_id = ${company} and outbox.ref_id = ${orderId}
   order by outbox.recorded_at, outbox.seq
   limit 500`
