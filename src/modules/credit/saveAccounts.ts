import { command } from '../../core/capability.ts'
import type { Ctx } from '../../core/ctx.ts'
import { notFound, refuseTwice } from '../../core/refusal.ts'
import { t } from '../../core/t.ts'
import { lockAccounts } from './exposure.ts'

const Terms = t.object({
  partyId: t.id('party'),
  /** Minor units, gross; null: no limit. */
  limitAmount: t.nullable(t.amount({ min: 0 })),
  /** Left out: a hold stays as it is. */
  held: t.optional(t.bool()),
  /** Left out: the reason of a hold stays. An account that is not on hold has none. */
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
    refuseTwice(
      'accounts',
      accounts.map((a) => a.partyId),
    )
    const [entity] = await sql<{ id: string; currency: string }[]>`
      select id, currency from entity where company_id = ${company} and (${entityId ?? null}::uuid is null or id = ${entityId ?? null}) order by id limit 1`
    if (!entity) throw notFound('legal entity')
    const partyIds = accounts.map((a) => a.partyId)
    await openAccounts(ctx, entity, partyIds)
    await lockAccounts(
      ctx,
      partyIds.map((partyId) => ({ entityId: entity.id, partyId })),
    )
    const rows = await sql<{ id: string; partyId: string }[]>`
      update credit_account account
         set limit_amount = given.limit_amount,
             held = coalesce(given.held, account.held),
             hold_reason = case when not coalesce(given.held, account.held) then null when given.says_why then given.reason else account.hold_reason end,
             version = account.version + 1
        from unnest(${partyIds}::uuid[], ${accounts.map((a) => a.limitAmount)}::int8[], ${accounts.map((a) => (a.held === undefined ? null : String(a.held)))}::text[]::bool[],
                    ${accounts.map((a) => a.holdReason ?? null)}::text[], ${accounts.map((a) => String(a.holdReason !== undefined))}::text[]::bool[])
             as given (party_id, limit_amount, held, reason, says_why)
       where account.company_id = ${company} and account.entity_id = ${entity.id} and account.party_id = any (${partyIds}) and account.party_id = given.party_id
      returning account.id, account.party_id`
    for (const row of rows) ctx.emit(call, 'credit.changed', row)
    return { saved: rows.length }
  },
})

/**
 * Opens the accounts that are missing, with what their documents already say: a customer may have traded for years before
 * anyone set a limit. The orders are locked first, so that what is being released, shipped or cancelled is counted once.
 */
const openAccounts = async (
  ctx: Ctx,
  entity: { id: string; currency: string },
  partyIds: readonly string[],
): Promise<void> => {
  const { sql, company } = ctx
  const missing = (
    await sql<{ partyId: string }[]>`
      select wanted.party_id
        from unnest(${partyIds as string[]}::uuid[]) as wanted (party_id)
        left join credit_account account on account.company_id = ${company} and account.entity_id = ${entity.id} and account.party_id = wanted.party_id
       where account.id is null
       order by wanted.party_id`
  ).map((row) => row.partyId)
  if (missing.length === 0) return
  await sql`
    select 1 as locked
      from sales_order
     where company_id = ${company} and party_id = any (${missing}) and entity_id = ${entity.id} and released_at is not null
     order by id
       for update`
  await sql`
    with ordered as (
      select party_id, sum(credit_open)::int8 as amount
        from sales_order
       where company_id = ${company} and party_id = any (${missing}) and entity_id = ${entity.id}
       group by party_id
    ), unbilled as (
      select shipment.party_id, sum(shipment.gross)::int8 as amount
        from shipment
        join sales_order on sales_order.company_id = ${company} and sales_order.id = shipment.order_id and sales_order.entity_id = ${entity.id}
       where shipment.company_id = ${company} and shipment.party_id = any (${missing}) and shipment.shipped_at is not null and shipment.invoiced_at is null
       group by shipment.party_id
    ), billed as (
      select party_id, coalesce(sum(open) filter (where kind = 'invoice'), 0)::int8 as receivable, coalesce(sum(open) filter (where kind = 'credit_note'), 0)::int8 as owed
        from invoice
       where company_id = ${company} and party_id = any (${missing}) and entity_id = ${entity.id}
       group by party_id
    ), cash as (
      select party_id, sum(unapplied)::int8 as amount
        from payment
       where company_id = ${company} and party_id = any (${missing}) and entity_id = ${entity.id}
       group by party_id
    )
    insert into credit_account (company_id, id, entity_id, party_id, currency, limit_amount, open_orders, shipped_unbilled, open_receivables, unapplied_cash, held, hold_reason, version)
    select ${company}, wanted.id, ${entity.id}, wanted.party_id, ${entity.currency}, null, coalesce(ordered.amount, 0), coalesce(unbilled.amount, 0),
           coalesce(billed.receivable, 0), coalesce(billed.owed, 0) + coalesce(cash.amount, 0), false, null, 0
      from unnest(${missing.map(() => ctx.id())}::uuid[], ${missing}::uuid[]) as wanted (id, party_id)
      left join ordered using (party_id)
      left join unbilled using (party_id)
      left join billed using (party_id)
      left join cash using (party_id)
     order by wanted.party_id
        on conflict (company_id, entity_id, party_id) do nothing`
}
