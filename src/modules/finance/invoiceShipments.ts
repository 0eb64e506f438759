import { batchCommand, type Call, done, type Outcome } from '../../core/capability.ts'
import type { Ctx } from '../../core/ctx.ts'
import { type Static, t } from '../../core/t.ts'
import { shareOf } from '../../math/weight/catchWeight.ts'
import { wholeUnits } from '../promise/index.ts'
import { goesWithFirst, partOf, type ValueLine, valueLines, weighedPartOf } from '../warehouse/index.ts'
import { type Draft, type DraftLine, issue, totalsOfDraft } from './issue.ts'

const Outcome_ = t.object({
  shipmentId: t.id('shipment'),
  /** `waits`: the customer is billed by period or on proof of delivery, and that has not come. */
  outcome: t.oneOf(['issued', 'already', 'not_shipped', 'waits', 'nothing_to_bill']),
  id: t.nullable(t.id('invoice')),
  number: t.nullable(t.text()),
  grossMinor: t.nullable(t.amount()),
})
const Output = t.object({ invoices: t.list(Outcome_, { max: 500 }) })
type Said = Static<typeof Outcome_>

export interface Billable {
  readonly id: string
  readonly orderId: string
  readonly partyId: string
  readonly entityId: string
  readonly currency: string
  readonly customerPo: string | null
  readonly issuedOn: string
  readonly dueOn: string
  readonly trigger: string
  readonly gross: number
  readonly shippedAt: string | null
  readonly deliveredAt: string | null
  readonly invoicedAt: string | null
  readonly invoiceId: string | null
  readonly invoiceNumber: string | null
  readonly invoiceGross: number | null
  readonly billedBefore: boolean
}

/** Orders, then their shipments, locked by id: two shipments of one order are billed one after the other. */
export const lockBillable = async ({ sql, company, now }: Ctx, ids: readonly string[]): Promise<Billable[]> => {
  const [, rows] = await Promise.all([
    sql`
      select 1 as locked
        from sales_order
       where company_id = ${company} and id in (select order_id from shipment where company_id = ${company} and id = any (${ids as string[]}))
       order by id
         for update`,
    sql<Billable[]>`
      with locked as (
        select *
          from shipment
         where company_id = ${company} and id = any (${ids as string[]})
         order by id
           for update
      )
      select locked.id, locked.order_id, locked.party_id, sales_order.entity_id, sales_order.currency, sales_order.customer_po, today.day as issued_on,
             today.day + party.terms_days as due_on, party.invoice_trigger as trigger, locked.gross, locked.shipped_at, locked.delivered_at, locked.invoiced_at,
             invoice.id as invoice_id, invoice.number as invoice_number, invoice.gross as invoice_gross,
             exists (select 1 from invoice other where other.company_id = ${company} and other.order_id = locked.order_id and other.kind = 'invoice')
             or exists (
               select 1
                 from shipment other
                where other.company_id = ${company} and other.order_id = locked.order_id and other.invoiced_at is not null) as billed_before
        from locked
        join site on site.company_id = ${company} and site.id = locked.site_id
        join sales_order on sales_order.company_id = ${company} and sales_order.id = locked.order_id
        join party on party.company_id = ${company} and party.id = locked.party_id
       cross join lateral (select (${now}::timestamptz at time zone site.zone)::date as day) today
        left join invoice on invoice.company_id = ${company} and invoice.shipment_id = locked.id
       order by locked.id`,
  ])
  return rows
}

interface ShippedLine {
  shipmentId: string
  orderLineId: string
  demandLineId: string
  qty: number
  weightG: number | null
}
/** Per shipment and demand line, what left, in units of its own item; per order line, what was ever invoiced. Base units. */
const quantities = ({ sql, company }: Ctx, ids: readonly string[], orderIds: readonly string[]) =>
  Promise.all([
    sql<ShippedLine[]>`
      select line.shipment_id, line.order_line_id, allocation.demand_line_id, sum(line.qty)::int8 as qty, sum(line.weight_g)::int8 as weight_g
        from shipment_line line
        join allocation on allocation.company_id = ${company} and allocation.id = line.allocation_id
       where line.company_id = ${company} and line.shipment_id = any (${ids as string[]})
       group by line.shipment_id, line.order_line_id, allocation.demand_line_id`,
    sql<{ orderLineId: string; qty: number }[]>`
      select line.order_line_id, sum(line.qty)::int8 as qty
        from invoice_line line
        join invoice on invoice.company_id = ${company} and invoice.id = line.invoice_id and invoice.kind = 'invoice'
       where line.company_id = ${company}
         and line.order_line_id in (select id from sales_order_line where company_id = ${company} and order_id = any (${orderIds as string[]}))
       group by line.order_line_id`,
  ])

/** @param weightG as weighed, of a line priced by weight. */
export const draftLine = (
  ctx: Ctx,
  line: ValueLine,
  from: number,
  qty: number,
  weightG: number | null = null,
): DraftLine => ({
  id: ctx.id(),
  orderLineId: line.id,
  itemId: line.itemId,
  kind: line.kind,
  description: line.description,
  uom: line.uom,
  qty,
  weightG,
  priceMicro: line.priceMicro,
  priceUom: line.priceUom,
  ...(line.kind === 'goods'
    ? weightG === null
      ? partOf(line, from, qty)
      : weighedPartOf(line, weightG)
    : { net: line.net, taxCategory: line.taxCategory, taxRatePpm: line.taxRatePpm }),
})

/**
 * Lines to bill for shipments, one list each, in the order given: shipped units that no invoice has yet, and the order's
 * charges with whatever of it is billed first. What was invoiced never exceeds what was shipped: the smaller of both counts.
 */
export const linesToBill = async (ctx: Ctx, shipments: readonly Billable[]): Promise<Map<string, DraftLine[]>> => {
  const orderIds = [...new Set(shipments.map((shipment) => shipment.orderId))]
  const [[shipped, invoiced], values] = await Promise.all([
    quantities(
      ctx,
      shipments.map((shipment) => shipment.id),
      orderIds,
    ),
    valueLines(ctx, orderIds),
  ])
  const billed = new Map(invoiced.map((row) => [row.orderLineId, row.qty]))
  const byShipment = Map.groupBy(shipped, (row) => row.shipmentId)
  const started = new Set<string>()
  const out = new Map<string, DraftLine[]>()
  for (const shipment of shipments) {
    const left = new Map((byShipment.get(shipment.id) ?? []).map((row) => [row.demandLineId, row.qty]))
    const first = !shipment.billedBefore && !started.has(shipment.orderId)
    started.add(shipment.orderId)
    const lines: DraftLine[] = []
    for (const value of values) {
      if (value.orderId !== shipment.orderId) continue
      if (goesWithFirst(value) && first) lines.push(draftLine(ctx, value, 0, value.qty))
      const before = billed.get(value.id) ?? 0
      const qty = Math.min(
        wholeUnits(value.parts, (part) => left.get(part.id) ?? 0),
        value.shipped - before,
      )
      if (value.kind !== 'goods' || qty <= 0) continue
      billed.set(value.id, before + qty)
      const weightG = value.byWeight ? weightOf(value, byShipment.get(shipment.id)!, qty) : null
      lines.push(draftLine(ctx, value, before, qty, weightG))
    }
    out.set(shipment.id, lines)
  }
  return out
}

/** What `qty` of a shipment's units of this line weigh: all that left of it, but for what an earlier invoice has. */
const weightOf = (value: ValueLine, shipped: readonly ShippedLine[], qty: number): number => {
  const own = shipped.filter((row) => row.orderLineId === value.id)
  const sum = (of: (row: ShippedLine) => number) => own.reduce((total, row) => total + of(row), 0)
  const weightG = sum((row) => row.weightG ?? row.qty * value.byWeight!.nominalG)
  return shareOf(
    weightG,
    qty,
    sum((row) => row.qty),
  )
}

export const markInvoiced = ({ sql, company, now }: Ctx, shipmentIds: readonly string[]) => sql`
  update shipment
     set invoiced_at = ${now}, version = version + 1
   where company_id = ${company} and id = any (${shipmentIds as string[]})`

/** Is the day come that the customer's policy bills on? */
const due = (shipment: Billable): boolean =>
  shipment.trigger === 'ship' ||
  shipment.trigger === 'prepaid' ||
  (shipment.trigger === 'pod' && shipment.deliveredAt !== null)

export const invoiceShipments = batchCommand({
  title: 'Invoice shipments',
  route: 'POST /finance/shipment-invoices',
  permission: 'finance.invoice',
  admits: { shipmentIds: 'shipment' },
  input: t.object({ shipmentIds: t.list(t.id('shipment'), { min: 1, max: 500 }) }),
  output: Output,
  guard: ({ shipmentIds }) => shipmentIds,
  lines: ({ shipmentIds }) => shipmentIds.length * 10,
  async run(calls, ctx) {
    const asked = [...new Set(calls.flatMap((call) => call.input.shipmentIds))]
    const rows = new Map((await lockBillable(ctx, asked)).map((row) => [row.id, row]))
    const going = asked
      .flatMap((id) => rows.get(id) ?? [])
      .filter((row) => row.invoicedAt === null && row.shippedAt !== null && due(row))
    const lines = going.length === 0 ? new Map<string, DraftLine[]>() : await linesToBill(ctx, going)
    const drafts: Draft[] = []
    for (const shipment of going) {
      const own = lines.get(shipment.id)!
      if (own.length === 0) continue
      const { gross } = totalsOfDraft({ lines: own })
      drafts.push({
        id: ctx.id(),
        kind: 'invoice',
        entityId: shipment.entityId,
        partyId: shipment.partyId,
        orderId: shipment.orderId,
        shipmentId: shipment.id,
        customerPo: shipment.customerPo,
        currency: shipment.currency,
        issuedOn: shipment.issuedOn,
        dueOn: shipment.dueOn,
        lines: own,
        links: [
          { fromKind: 'sales_order', fromId: shipment.orderId, kind: 'billed_in' },
          { fromKind: 'shipment', fromId: shipment.id, kind: 'billed_in' },
        ],
        exposure: [
          {
            entityId: shipment.entityId,
            partyId: shipment.partyId,
            shippedUnbilled: -shipment.gross,
            openReceivables: gross,
          },
        ],
      })
    }
    if (going.length > 0)
      await markInvoiced(
        ctx,
        going.map((shipment) => shipment.id),
      )
    const issued = await issue(ctx, 'invoice', drafts)
    const byShipment = new Map(drafts.map((draft) => [draft.shipmentId!, issued.get(draft.id)!]))
    const said = (id: string, call: Call<{ shipmentIds: string[] }>): Said => {
      const row = rows.get(id)
      // A transfer's: goods of ours go from one site of ours to another.
      if (!row) return { shipmentId: id, outcome: 'nothing_to_bill', id: null, number: null, grossMinor: null }
      const invoice = byShipment.get(id)
      if (invoice) {
        ctx.emit(call, 'invoice.issued', { id: invoice.id, partyId: row.partyId })
        return { shipmentId: id, outcome: 'issued', id: invoice.id, number: invoice.number, grossMinor: invoice.gross }
      }
      const outcome =
        row.invoicedAt !== null
          ? 'already'
          : row.shippedAt === null
            ? 'not_shipped'
            : due(row)
              ? 'nothing_to_bill'
              : 'waits'
      return { shipmentId: id, outcome, id: row.invoiceId, number: row.invoiceNumber, grossMinor: row.invoiceGross }
    }
    return calls.map(
      (call): Outcome<Static<typeof Output>> =>
        done(call, { invoices: [...new Set(call.input.shipmentIds)].map((id) => said(id, call)) }),
    )
  },
})
