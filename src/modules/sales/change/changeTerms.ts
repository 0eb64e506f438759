import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { notFound, Refusal, refuseTwice } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import {
  allocateLines,
  changeTerms as changeDemand,
  MovedLines,
  type NewTerms,
  namedMoves,
  tellReplanned,
} from '../../promise/index.ts'
import { lockBinding } from './binding.ts'
import { lineTerms, orderTerms, refuseTerms } from './terms.ts'

interface Line {
  readonly id: string
  readonly orderLineId: string
  readonly open: number
  readonly linePolicy: string | null
  readonly lineCancelBy: string | null
  readonly customerClass: number
  readonly customerPolicy: string
}

/**
 * Other terms for a binding order: who goes before whom is decided anew for all that waits for its items. Allocations stay,
 * and so do promises in the frozen zone. A dry run says whose dates would move.
 */
export const changeTerms = command({
  title: 'Change class, date or policy of a confirmed order',
  route: 'POST /sales/orders/:orderId/terms',
  permission: 'sales.confirm',
  admits: { orderId: 'sales_order', 'lines.lineId': 'sales_order_line' },
  emits: ['order.amended'],
  input: t.object({
    orderId: t.id('sales_order'),
    ...orderTerms,
    /** Of all lines that are not named below. */
    requestedOn: t.optional(t.date()),
    lines: t.optional(
      t.list(
        t.object({
          lineId: t.id('sales_order_line'),
          requestedOn: t.optional(t.date()),
          partialPolicy: lineTerms.partialPolicy,
          cancelBy: lineTerms.cancelBy,
        }),
        { max: 1_000 },
      ),
    ),
  }),
  output: t.object({ id: t.id('sales_order'), affected: MovedLines }),
  lines: ({ lines }) => (lines ?? []).length,
  async run(input, ctx, call) {
    const { sql, company } = ctx
    const named = input.lines ?? []
    refuseTwice(
      'lines',
      named.map((line) => line.lineId),
    )
    const order = await lockBinding(ctx, input.orderId)
    const no = refuseTerms(call.actor, input, order.today)
    if (no) throw no
    await writeOrder(ctx, input)
    await writeLines(ctx, input.orderId, named)
    const lines = await sql<Line[]>`
      select demand.id, demand.order_line_id, demand.qty - demand.shipped - demand.cancelled as open, line.partial_policy as line_policy, line.cancel_by as line_cancel_by,
             party.service_class as customer_class, party.partial_policy as customer_policy
        from demand_line demand
        join sales_order_line line on line.company_id = ${company} and line.id = demand.order_line_id
        join party on party.company_id = ${company} and party.id = demand.party_id
       where demand.company_id = ${company} and demand.ref_id = ${input.orderId}`
    const open = lines.filter((line) => line.open > 0)
    if (open.length === 0) throw new Refusal('nothing_open', `Nothing of order ${order.number} is open.`)
    const asked = new Map(named.map((line) => [line.lineId, line]))
    const [head] = await sql<{ priority: number | null; partialPolicy: string | null; cancelBy: string | null }[]>`
      select priority, partial_policy, cancel_by from sales_order where company_id = ${company} and id = ${input.orderId}`
    const terms = new Map<string, NewTerms>()
    for (const line of open) {
      const requestedOn = asked.get(line.orderLineId)?.requestedOn ?? input.requestedOn
      terms.set(line.id, {
        priority: head!.priority ?? line.customerClass,
        partialPolicy: line.linePolicy ?? head!.partialPolicy ?? line.customerPolicy,
        cancelBy: line.lineCancelBy ?? head!.cancelBy,
        ...(requestedOn !== undefined && { requestedOn }),
      })
    }
    const dated = input.requestedOn !== undefined || named.some((line) => line.requestedOn !== undefined)
    const moved = await changeDemand(
      ctx,
      terms,
      lines.map((line) => line.id),
      { kind: dated ? 'date' : 'priority', id: order.id, ref: order.number },
    )
    await allocateLines(
      ctx,
      moved.filter((line) => line.released).map((line) => line.lineId),
      { withinHorizon: true },
    )
    tellReplanned(ctx, call, moved)
    ctx.emit(call, 'order.amended', order)
    return { id: order.id, affected: await namedMoves(ctx, moved) }
  },
})

const writeOrder = (
  { sql, company }: Ctx,
  {
    orderId,
    priority,
    partialPolicy,
    cancelBy,
    requestedOn,
  }: {
    orderId: string
    priority?: number | null
    partialPolicy?: string | null
    cancelBy?: string | null
    requestedOn?: string
  },
) => sql`
  update sales_order
     set priority = case when ${priority !== undefined} then ${priority ?? null}::int2 else priority end,
         partial_policy = case when ${partialPolicy !== undefined} then ${partialPolicy ?? null}::text else partial_policy end,
         cancel_by = case when ${cancelBy !== undefined} then ${cancelBy ?? null}::date else cancel_by end,
         requested_on = coalesce(${requestedOn ?? null}::date, requested_on), version = version + 1
   where company_id = ${company} and id = ${orderId}`

const writeLines = async (
  { sql, company }: Ctx,
  orderId: string,
  lines: readonly { lineId: string; partialPolicy?: string | null; cancelBy?: string | null }[],
): Promise<void> => {
  if (lines.length === 0) return
  const ids = lines.map((line) => line.lineId)
  const written = await sql`
    update sales_order_line line
       set partial_policy = case when given.sets_policy = 1 then given.partial_policy else line.partial_policy end,
           cancel_by = case when given.sets_cancel = 1 then given.cancel_by else line.cancel_by end
      from unnest(${ids}::uuid[], ${lines.map((l) => Number(l.partialPolicy !== undefined))}::int4[], ${lines.map((l) => l.partialPolicy ?? null)}::text[],
                  ${lines.map((l) => Number(l.cancelBy !== undefined))}::int4[], ${lines.map((l) => l.cancelBy ?? null)}::date[]) as given (id, sets_policy, partial_policy, sets_cancel, cancel_by)
     where line.company_id = ${company} and line.order_id = ${orderId} and line.id = any (${ids}) and line.id = given.id
    returning line.id`
  if (written.length < lines.length) throw notFound('order line')
}
