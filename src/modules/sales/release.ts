import { batchCommand, type Call, done, type Outcome, refuse } from '../../core/capability.ts'
import type { Ctx } from '../../core/ctx.ts'
import { allDone } from '../../core/database/pool.ts'
import { Refusal } from '../../core/refusal.ts'
import { type Static, t } from '../../core/t.ts'
import {
  accountKey,
  type CreditAccount,
  changeExposure,
  decideCredit,
  type Grant,
  grantsFor,
  lockAccounts,
  type Prepaid,
} from '../credit/index.ts'
import {
  type AllocatedLine,
  allocateLines,
  type LinePart,
  lackingUnits,
  type Moved,
  promiseAgain,
  tellReplanned,
  wholeUnits,
} from '../promise/index.ts'
import { openGross } from './change/openValue.ts'

const Output = t.object({
  id: t.id('sales_order'),
  number: t.text(),
  /** Held is a result, not a refusal: the order stays held until credit changes or someone permitted lets it go. */
  outcome: t.oneOf(['released', 'held']),
  holdReason: t.nullable(t.text({ max: 500 })),
  lines: t.list(t.object({ id: t.id('sales_order_line'), allocated: t.qty(), waiting: t.qty() }), { max: 10_000 }),
})
type Input = { orderId: string }

interface DemandRow extends LinePart {
  readonly id: string
  readonly refId: string
  readonly orderLineId: string
  readonly cancelled: number
}
interface OrderRow {
  readonly id: string
  readonly number: string
  readonly state: string
  readonly entityId: string
  readonly siteId: string
  readonly partyId: string
  /** Of what may still leave. */
  readonly gross: number
  readonly releasedAt: string | null
  readonly trigger: string
}

/**
 * Release: the credit check and the allocation of concrete lots, in one transaction. Locks orders, credit accounts,
 * demand lines, promise positions, pools, each in key order. Releasing again allocates what has become free since.
 */
export const release = batchCommand({
  title: 'Release an order: credit check and allocation',
  route: 'POST /sales/orders/:orderId/release',
  permission: 'sales.release',
  admits: { orderId: 'sales_order' },
  input: t.object({ orderId: t.id('sales_order') }),
  output: Output,
  guard: ({ orderId }) => [orderId],
  async run(calls, ctx) {
    const ids = calls.map((call) => call.input.orderId)
    const { sql, company } = ctx
    const [orders, lineRows] = await Promise.all([
      sql<OrderRow[]>`
        select o.id, o.number, o.state, o.entity_id, o.site_id, o.party_id, o.gross, o.released_at, party.invoice_trigger as trigger
          from sales_order o
          join party on party.company_id = o.company_id and party.id = o.party_id
         where o.company_id = ${company} and o.id = any (${ids})
         order by o.id
           for update of o`,
      sql<DemandRow[]>`
        select id, ref_id, order_line_id, site_id, component, qty, line_qty, cancelled
          from demand_line
         where company_id = ${company} and ref_id = any (${ids})
         order by ref_id, line_no, component, id`,
    ])
    // What was cancelled before it was released is not owed.
    const cut = [...new Set(lineRows.filter((line) => line.cancelled > 0).map((line) => line.refId))]
    const owed = cut.length === 0 ? new Map<string, number>() : await openGross(ctx, cut)
    const byId = new Map(orders.map((o) => [o.id, { ...o, gross: owed.get(o.id) ?? o.gross }]))
    const outcomes: Outcome<Static<typeof Output>>[] = []
    const asking: { call: Call<Input>; order: OrderRow }[] = []
    for (const call of calls) {
      const order = byId.get(call.input.orderId)!
      if (order.state === 'confirmed') asking.push({ call, order })
      else
        outcomes.push(
          refuse(
            call,
            new Refusal(
              'not_confirmed',
              `Order ${order.number} is ${order.state}; only confirmed orders are released.`,
            ),
          ),
        )
    }
    const [accounts, prepaid] = await Promise.all([
      lockAccounts(
        ctx,
        asking.map((a) => a.order),
      ),
      prepaidOf(
        ctx,
        asking.map((a) => a.order),
      ),
    ])
    let { going, held } = decide(asking, accounts, new Map(), prepaid, ctx.now)
    // Recorded releases are looked up only when something would be held: most batches save the statement.
    if (held.length > 0) {
      const grants = await grantsFor(
        ctx,
        asking.map((a) => a.order.id),
      )
      ;({ going, held } = decide(asking, accounts, grants, prepaid, ctx.now))
    }
    const counted = going.flatMap(({ order }) =>
      order.releasedAt === null && !isBilled(prepaid, order) ? [order] : [],
    )
    const linesOf = Map.groupBy(lineRows, (line) => line.refId)
    // Orders and accounts are locked: what is written to them leaves together with the next locks.
    const [allocated] = await allDone([
      allocateLines(
        ctx,
        going.flatMap(({ order }) => (linesOf.get(order.id) ?? []).map((line) => line.id)),
        { release: true, withinHorizon: true },
      ),
      changeExposure(
        ctx,
        counted.map(({ entityId, partyId, gross }) => ({ entityId, partyId, openOrders: gross })),
        { locked: true },
      ),
      markOrders(
        ctx,
        going.map((g) => g.order),
        counted,
        held,
      ),
    ])
    const dated = await dateRest(
      ctx,
      allocated.filter((line) => line.allocated < line.open),
    )
    const got = new Map(allocated.map((line) => [line.id, line]))
    for (const { call, order } of going) {
      ctx.emit(call, 'order.released', order)
      // Who works at another site that sends a part is told by an event of that site.
      for (const siteId of new Set((linesOf.get(order.id) ?? []).map((line) => line.siteId)))
        if (siteId !== order.siteId) ctx.emit(call, 'order.part_released', { ...order, siteId })
      tellReplanned(
        ctx,
        call,
        dated.filter((line) => line.orderId === order.id),
      )
      outcomes.push(
        done(call, {
          id: order.id,
          number: order.number,
          outcome: 'released',
          holdReason: null,
          lines: said(linesOf.get(order.id) ?? [], got),
        }),
      )
    }
    for (const { call, order, reason } of held) {
      ctx.emit(call, 'order.held', order)
      outcomes.push(done(call, { id: order.id, number: order.number, outcome: 'held', holdReason: reason, lines: [] }))
    }
    return outcomes
  },
})

/**
 * What was confirmed while supply was on its way into the books may wait without a date though there is supply now: a plan
 * made meanwhile left it to its release.
 */
const dateRest = (ctx: Ctx, waiting: readonly AllocatedLine[]): Promise<Moved[]> =>
  promiseAgain(
    ctx,
    waiting.map((line) => line.id),
    { kind: 'replan' },
  )

/** What each order line got, its kits counted whole; lines with nothing open are not told. */
const said = (rows: readonly DemandRow[], got: ReadonlyMap<string, AllocatedLine>) =>
  [...Map.groupBy(rows, (row) => row.orderLineId)].flatMap(([id, parts]) => {
    if (!parts.some((part) => got.has(part.id))) return []
    const allocated = wholeUnits(parts, (part) => got.get(part.id)?.allocated ?? 0)
    const waiting = lackingUnits(parts, ({ id }) => (got.get(id)?.open ?? 0) - (got.get(id)?.allocated ?? 0))
    return [{ id, allocated, waiting }]
  })

/** A billed order stands in the receivables (or is paid): it is no open order any more. */
const isBilled = (prepaid: ReadonlyMap<string, Prepaid>, order: OrderRow): boolean =>
  (prepaid.get(order.id) ?? 'unbilled') !== 'unbilled'

/** Of prepaid customers' orders: is it billed, is its invoice paid? Asked only when there is such an order. */
const prepaidOf = async ({ sql, company }: Ctx, orders: readonly OrderRow[]): Promise<Map<string, Prepaid>> => {
  const ids = orders.filter((order) => order.trigger === 'prepaid').map((order) => order.id)
  const rows =
    ids.length === 0
      ? []
      : await sql<{ orderId: string; paid: boolean }[]>`
          select order_id, bool_and(open = 0) as paid
            from invoice
           where company_id = ${company} and order_id = any (${ids}) and kind = 'invoice'
           group by order_id`
  return new Map<string, Prepaid>(rows.map(({ orderId, paid }) => [orderId, paid ? 'paid' : 'billed']))
}

/** Credit in call order, over the locked accounts: what one order takes is not there for the next. */
const decide = (
  asking: readonly { call: Call<Input>; order: OrderRow }[],
  accounts: ReadonlyMap<string, CreditAccount>,
  grants: ReadonlyMap<string, Grant>,
  prepaid: ReadonlyMap<string, Prepaid>,
  now: Date,
) => {
  const going: { call: Call<Input>; order: OrderRow }[] = []
  const held: { call: Call<Input>; order: OrderRow; reason: string }[] = []
  const taken = new Map<string, number>()
  for (const one of asking) {
    const { order } = one
    if (order.releasedAt !== null) {
      going.push(one)
      continue
    }
    const key = accountKey(order)
    const reason = decideCredit(
      accounts.get(key),
      taken.get(key) ?? 0,
      order.gross,
      grants.get(order.id),
      now,
      order.trigger === 'prepaid' ? (prepaid.get(order.id) ?? 'unbilled') : 'no',
    )
    if (reason === null) {
      going.push(one)
      if (!isBilled(prepaid, order)) taken.set(key, (taken.get(key) ?? 0) + order.gross)
    } else held.push({ ...one, reason })
  }
  return { going, held }
}

const markOrders = async (
  { sql, company, now }: Ctx,
  going: readonly OrderRow[],
  counted: readonly OrderRow[],
  held: readonly { order: OrderRow; reason: string }[],
): Promise<void> => {
  const first = going.filter((order) => order.releasedAt === null).map((order) => order.id)
  await Promise.all([
    first.length > 0 &&
      sql`
      update sales_order
         set released_at = ${now}, credit_open = coalesce((select given.gross from unnest(${counted.map((order) => order.id)}::uuid[], ${counted.map((order) => order.gross)}::int8[]) as given (id, gross) where given.id = sales_order.id), 0),
             credit_held_at = null, credit_hold_reason = null, version = version + 1
       where company_id = ${company} and id = any (${first})`,
    held.length > 0 &&
      sql`
      update sales_order o
         set credit_held_at = ${now}, credit_hold_reason = given.reason, version = o.version + 1
        from unnest(${held.map((h) => h.order.id)}::uuid[], ${held.map((h) => h.reason)}::text[]) as given (id, reason)
       where o.company_id = ${company} and o.id = given.id`,
  ])
}
