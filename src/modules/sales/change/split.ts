import { command } from '../../../core/capability.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { sliceOf } from '../../../math/price/bill.ts'
import { MovedLines, namedMoves, splitDemand, tellReplanned } from '../../promise/index.ts'
import { lockBinding } from './binding.ts'
import { partialPolicies } from './terms.ts'

interface Line {
  readonly lineNo: number
  readonly uomQty: number
  readonly qty: number
  readonly net: number
  readonly nominalWeightG: number | null
}

/** A part of a line becomes a line of its own, with a day and a policy of its own; the order's totals stay to the penny. */
export const splitLine = command({
  title: 'Split a line of a confirmed order',
  route: 'POST /sales/orders/:orderId/split',
  permission: 'sales.confirm',
  admits: { orderId: 'sales_order', lineId: 'sales_order_line' },
  emits: ['order.amended'],
  input: t.object({
    orderId: t.id('sales_order'),
    lineId: t.id('sales_order_line'),
    /** In the line's own unit: what goes into the new line. */
    uomQty: t.int({ min: 1, max: 1_000_000_000 }),
    requestedOn: t.optional(t.date()),
    partialPolicy: t.optional(t.oneOf(partialPolicies)),
  }),
  output: t.object({ lineId: t.id('sales_order_line'), lineNo: t.int(), affected: MovedLines }),
  async run({ orderId, lineId, uomQty, requestedOn, partialPolicy }, ctx, call) {
    const { sql, company } = ctx
    const order = await lockBinding(ctx, orderId)
    const [line] = await sql<Line[]>`
      select line_no, uom_qty, qty, net, nominal_weight_g
        from sales_order_line
       where company_id = ${company} and id = ${lineId} and order_id = ${orderId} and kind = 'goods'`
    if (!line) throw new Refusal('not_goods', 'Only lines of goods of this order are split.', 422)
    if (line.nominalWeightG !== null)
      throw new Refusal('priced_by_weight', 'A line that is priced by weight is not split: its value is the scale’s.')
    if (uomQty >= line.uomQty)
      throw new Refusal('not_open', `This line has ${line.uomQty}; less than that can become a line of its own.`, 422)
    const [[last], together] = await Promise.all([
      sql<{ no: number }[]>`
        select max(line_no)::int as no from sales_order_line where company_id = ${company} and order_id = ${orderId}`,
      sql<{ id: string }[]>`
        select id from demand_line where company_id = ${company} and ref_id = ${orderId} and qty > shipped + cancelled`,
    ])
    const qty = (line.qty / line.uomQty) * uomQty
    const newId = ctx.id()
    const lineNo = last!.no + 1
    const net = sliceOf(line.net, line.qty - qty, qty, line.qty)
    await sql`
      insert into sales_order_line
      select (jsonb_populate_record(line, jsonb_build_object('id', ${newId}::uuid, 'line_no', ${lineNo}::int, 'uom_qty', ${uomQty}::int8, 'qty', ${qty}::int8, 'net', ${net}::int8,
               'partial_policy', coalesce(${partialPolicy ?? null}::text, line.partial_policy), 'fill_or_kill', false,
               'instead_qty', line.instead_qty * ${qty} / line.qty, 'replaced', 0, 'replaced_net', 0))).*
        from sales_order_line line
       where line.company_id = ${company} and line.id = ${lineId}`
    await sql`
      update sales_order_line
         set uom_qty = uom_qty - ${uomQty}, qty = qty - ${qty}, net = net - ${net}, instead_qty = instead_qty - instead_qty * ${qty} / qty
       where company_id = ${company} and id = ${lineId}`
    await sql`
      update sales_order
         set line_count = line_count + 1, version = version + 1
       where company_id = ${company} and id = ${orderId}`
    const moved = await splitDemand(ctx, {
      lineId,
      newId,
      lineNo,
      qty,
      together: together.map((row) => row.id),
      requestedOn: requestedOn ?? null,
      partialPolicy: partialPolicy ?? null,
      ref: order.number,
    })
    tellReplanned(ctx, call, moved)
    ctx.emit(call, 'order.amended', order)
    return { lineId: newId, lineNo, affected: await namedMoves(ctx, moved) }
  },
})
