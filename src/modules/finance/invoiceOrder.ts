import { command } from '../../core/capability.ts'
import { notFound, Refusal } from '../../core/refusal.ts'
import { t } from '../../core/t.ts'
import { wholeUnits } from '../promise/index.ts'
import { type ValueLine, valueLines } from '../warehouse/index.ts'
import { draftLine } from './invoiceShipments.ts'
import { issue, totalsOfDraft } from './issue.ts'

interface OrderRow {
  id: string
  number: string
  state: string
  entityId: string
  partyId: string
  currency: string
  customerPo: string | null
  issuedOn: string
  trigger: string
  creditOpen: number
}

/** Units that are still wanted: neither cancelled nor given up for another item. */
const wanted = ({ kind, qty, parts }: ValueLine): number =>
  kind === 'goods' ? wholeUnits(parts, (part) => part.qty - part.cancelled) : qty

/** Prepaid: the whole order is billed before any of it is released; due at once. */
export const invoiceOrder = command({
  title: 'Invoice a prepaid order',
  route: 'POST /finance/order-invoices',
  permission: 'finance.invoice',
  admits: { orderId: 'sales_order' },
  emits: ['invoice.issued'],
  input: t.object({ orderId: t.id('sales_order') }),
  output: t.object({ id: t.id('invoice'), number: t.text(), grossMinor: t.amount() }),
  async run({ orderId }, ctx, call) {
    const { sql, company, now } = ctx
    const [order] = await sql<OrderRow[]>`
      with locked as (
        select *
          from sales_order
         where company_id = ${company} and id = ${orderId}
           for update
      )
      select locked.id, locked.number, locked.state, locked.entity_id, locked.party_id, locked.currency, locked.customer_po, locked.credit_open,
             (${now}::timestamptz at time zone site.zone)::date as issued_on, party.invoice_trigger as trigger
        from locked
        join site on site.company_id = ${company} and site.id = locked.site_id
        join party on party.company_id = ${company} and party.id = locked.party_id`
    if (!order) throw notFound('order')
    const { entityId, partyId, issuedOn } = order
    if (order.trigger !== 'prepaid')
      throw new Refusal('not_prepaid', 'This customer is billed for what was shipped, not before.')
    if (order.state !== 'confirmed')
      throw new Refusal('not_confirmed', `Order ${order.number} is ${order.state}; only confirmed orders are billed.`)
    // By its lines: an invoice of a period stands over several orders and names none.
    const billed = await sql`
      select 1
        from sales_order_line line
        join invoice_line billed on billed.company_id = ${company} and billed.order_line_id = line.id
        join invoice on invoice.company_id = ${company} and invoice.id = billed.invoice_id and invoice.kind = 'invoice'
       where line.company_id = ${company} and line.order_id = ${orderId}
       limit 1`
    if (billed.length > 0)
      throw new Refusal('already_billed', `Order ${order.number} is billed already, in whole or in part.`)
    const left = await sql`
      select 1
        from shipment
       where company_id = ${company} and order_id = ${orderId} and shipped_at is not null and invoiced_at is null
       limit 1`
    if (left.length > 0)
      throw new Refusal('shipped_already', `Order ${order.number} has left in part: bill its shipments instead.`)
    const values = await valueLines(ctx, [orderId])
    if (values.some((line) => line.byWeight))
      throw new Refusal(
        'not_weighed',
        `Order ${order.number} has goods priced by weight, which are billed as weighed. Take the money on account: the order goes when it covers the estimate, and is billed as it ships.`,
      )
    const lines = values
      .map((line) => ({ line, units: wanted(line) }))
      .filter(({ line, units }) => line.kind !== 'text' && units > 0)
      .map(({ line, units }) => draftLine(ctx, line, 0, units))
    if (lines.length === 0) throw new Refusal('nothing_to_bill', `Order ${order.number} has nothing to bill.`)
    const id = ctx.id()
    const { gross } = totalsOfDraft({ lines })
    // Before the number is taken: nothing but the road's own closing follows that.
    if (order.creditOpen > 0)
      await sql`
        update sales_order
           set credit_open = 0, version = version + 1
         where company_id = ${company} and id = ${orderId}`
    const issued = await issue(ctx, 'invoice', [
      {
        id,
        kind: 'invoice',
        entityId,
        partyId,
        orderId,
        shipmentId: null,
        customerPo: order.customerPo,
        currency: order.currency,
        issuedOn,
        dueOn: issuedOn,
        lines,
        links: [{ fromKind: 'sales_order', fromId: orderId, kind: 'billed_in' }],
        // Released on cash received: what it held as an open order it owes from here on.
        exposure: [{ entityId, partyId, openReceivables: gross, openOrders: -order.creditOpen }],
      },
    ])
    ctx.emit(call, 'invoice.issued', { id, partyId })
    return { id, number: issued.get(id)!.number, grossMinor: gross }
  },
})
