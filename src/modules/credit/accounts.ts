import { command, query } from '../../core/capability.ts'
import type { Ctx } from '../../core/ctx.ts'
import { notFound } from '../../core/refusal.ts'
import { t } from '../../core/t.ts'
import { exposureOf } from './exposure.ts'

const Terms = t.object({
  partyId: t.id('party'),
  /** Minor units, gross; null: no limit. */
  limitAmount: t.nullable(t.amount({ min: 0 })),
  held: t.optional(t.bool()),
  holdReason: t.optional(t.nullable(t.text({ max: 200 }))),
})

/** Credit terms of customers in the company's first entity, many at once; opens the account where there is none. */
export const saveAccounts = command({
  title: 'Set credit limits and holds',
  route: 'POST /credit/accounts',
  permission: 'credit.write',
  admits: { 'accounts.partyId': 'party', entityId: 'entity' },
  input: t.object({ entityId: t.optional(t.id('entity')), accounts: t.list(Terms, { min: 1, max: 2_000 }) }),
  output: t.object({ saved: t.int() }),
  emits: ['credit.changed'],
  lines: (input) => input.accounts.length,
  async run({ accounts, entityId }, ctx, call) {
    const { sql, company } = ctx
    const [entity] = await sql<{ id: string; currency: string }[]>`
      select id, currency from entity where company_id = ${company} and (${entityId ?? null}::uuid is null or id = ${entityId ?? null}) order by id limit 1`
    if (!entity) throw notFound('legal entity')
    const rows = await sql<{ id: string; partyId: string }[]>`
      insert into credit_account as old (company_id, id, entity_id, party_id, currency, limit_amount, open_orders, shipped_unbilled, open_receivables, unapplied_cash, held, hold_reason, version)
      select ${company}, given.id, ${entity.id}, given.party_id, ${entity.currency}, given.limit_amount, 0, 0, 0, 0, given.held, given.reason, 1
        from unnest(${accounts.map(() => ctx.id())}::uuid[], ${accounts.map((a) => a.partyId)}::uuid[], ${accounts.map((a) => a.limitAmount)}::int8[],
                    ${accounts.map((a) => String(a.held ?? false))}::text[]::bool[], ${accounts.map((a) => a.holdReason ?? null)}::text[]) as given (id, party_id, limit_amount, held, reason)
       order by given.party_id
      on conflict (company_id, entity_id, party_id) do update
         set limit_amount = excluded.limit_amount, held = excluded.held, hold_reason = excluded.hold_reason, version = old.version + 1
      returning id, party_id`
    for (const row of rows) ctx.emit(call, 'credit.changed', row)
    return { saved: rows.length }
  },
})

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

/** Sums over the customer's accounts; a customer without account has no limit. */
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
      select coalesce(sum(open), 0)::int8 as overdue
        from invoice
       where company_id = ${company} and party_id = ${partyId} and kind = 'invoice' and open > 0 and due_on < ${now.toISOString().slice(0, 10)}::date`,
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
