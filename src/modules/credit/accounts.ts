import { command, query } from '../../core/capability.ts'
import type { Ctx } from '../../core/ctx.ts'
import { notFound } from '../../core/refusal.ts'
import { t } from '../../core/t.ts'
import { exposureOf } from './exposure.ts'

/** Lets one order go over the limit or past a hold: who, why, until when, up to how much exposure. Recorded for ever. */
export const allowOrder = command({
  title: 'Let an order go over the credit limit',
  route: 'POST /credit/orders/:orderId/allow',
  permission: 'credit.allow',
  admits: { orderId: 'sales_order' },
  input: t.object({
    orderId: t.id('sales_order'),
    until: t.moment(),
    reason: t.text({ min: 3, max: 300 }),
    amount: t.optional(t.amount({ min: 0 })),
  }),
  output: t.object({ id: t.id('credit_release'), amount: t.amount() }),
  emits: ['credit.changed'],
  async run({ orderId, until, reason, amount }, ctx, { actor, no }) {
    const { sql, company } = ctx
    const [row] = await sql<
      {
        id: string
        partyId: string
        openOrders: number
        shippedUnbilled: number
        openReceivables: number
        unappliedCash: number
        gross: number
      }[]
    >`
      select account.id, account.party_id, account.open_orders, account.shipped_unbilled, account.open_receivables, account.unapplied_cash, o.gross
        from sales_order o
        join credit_account account on account.company_id = o.company_id and account.entity_id = o.entity_id and account.party_id = o.party_id
       where o.company_id = ${company} and o.id = ${orderId}`
    if (!row) throw notFound('credit account of this order')
    // Who paid ahead may owe less than nothing, even with this order.
    const upTo = amount ?? Math.max(0, exposureOf(row) + row.gross)
    const id = ctx.id()
    await sql`
      insert into credit_release (company_id, id, account_id, order_id, amount, until, reason, actor_id, actor_name, recorded_at)
      values (${company}, ${id}, ${row.id}, ${orderId}, ${upTo}, ${until}, ${reason}, ${actor.id}, ${actor.name}, ${ctx.now})`
    ctx.emit({ no }, 'credit.changed', row)
    return { id, amount: upTo }
  },
})

export const account = query({
  title: "A customer's credit",
  route: 'GET /credit/accounts/:partyId',
  permission: 'credit.read',
  admits: { partyId: 'party' },
  input: t.object({ partyId: t.id('party') }),
  output: t.object({
    limitMinor: t.nullable(t.amount()),
    openOrdersMinor: t.amount(),
    unbilledMinor: t.amount(),
    receivablesMinor: t.amount(),
    unappliedMinor: t.amount(),
    exposureMinor: t.amount(),
    leftMinor: t.nullable(t.amount()),
    overdueMinor: t.amount(),
    held: t.bool(),
    holdReason: t.nullable(t.text()),
    state: t.oneOf(['ok', 'over', 'held']),
    currency: t.nullable(t.currency()),
  }),
  run: async ({ partyId }, ctx) => creditOf(ctx, partyId),
})

/** Sums over the customer's accounts; a customer without account has no limit. Overdue is a day in the company's zone. */
export const creditOf = async ({ sql, company, now }: Ctx, partyId: string) => {
  const [[sum], [late]] = await Promise.all([
    sql<
      {
        limitMinor: number | null
        openOrders: number
        shippedUnbilled: number
        openReceivables: number
        unappliedCash: number
        held: boolean
        holdReason: string | null
        currency: string | null
      }[]
    >`
      select case when count(*) = count(limit_amount) and count(*) > 0 then sum(limit_amount)::int8 end as limit_minor, coalesce(sum(open_orders), 0)::int8 as open_orders,
             coalesce(sum(shipped_unbilled), 0)::int8 as shipped_unbilled, coalesce(sum(open_receivables), 0)::int8 as open_receivables,
             coalesce(sum(unapplied_cash), 0)::int8 as unapplied_cash, coalesce(bool_or(held), false) as held, min(hold_reason) as hold_reason, min(currency) as currency
        from credit_account
       where company_id = ${company} and party_id = ${partyId}`,
    sql<{ overdue: number }[]>`
      select coalesce(sum(invoice.open), 0)::int8 as overdue
        from invoice
        join company on company.company_id = invoice.company_id
       where invoice.company_id = ${company} and invoice.party_id = ${partyId} and invoice.kind = 'invoice' and invoice.open > 0
         and invoice.due_on < (${now}::timestamptz at time zone company.zone)::date`,
  ])
  const { limitMinor, openOrders, shippedUnbilled, openReceivables, unappliedCash, held, holdReason, currency } = sum!
  const exposure = exposureOf(sum!)
  const over = limitMinor !== null && exposure > limitMinor
  return {
    limitMinor,
    openOrdersMinor: openOrders,
    unbilledMinor: shippedUnbilled,
    receivablesMinor: openReceivables,
    unappliedMinor: unappliedCash,
    exposureMinor: exposure,
    leftMinor: limitMinor === null ? null : limitMinor - exposure,
    overdueMinor: late!.overdue,
    held,
    holdReason,
    state: held ? ('held' as const) : over ? ('over' as const) : ('ok' as const),
    currency,
  }
}
