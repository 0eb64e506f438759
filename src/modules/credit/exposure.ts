import type { Ctx } from '../../core/ctx.ts'

/** Changes to a customer's exposure, in minor units, gross. Deltas, never totals. */
export interface ExposureChange {
  readonly entityId: string
  readonly partyId: string
  readonly openOrders?: number
  readonly shippedUnbilled?: number
  readonly openReceivables?: number
  readonly unappliedCash?: number
}

export interface CreditAccount {
  readonly id: string
  readonly entityId: string
  readonly partyId: string
  readonly limitAmount: number | null
  readonly openOrders: number
  readonly shippedUnbilled: number
  readonly openReceivables: number
  readonly unappliedCash: number
  readonly held: boolean
  readonly holdReason: string | null
}

/** What the customer owes or will owe: open orders + shipped, not billed + receivables − cash not yet applied. */
export const exposureOf = (
  a: Pick<CreditAccount, 'openOrders' | 'shippedUnbilled' | 'openReceivables' | 'unappliedCash'>,
): number => a.openOrders + a.shippedUnbilled + a.openReceivables - a.unappliedCash

/** Accounts of (entity, party) pairs, locked in key order until the transaction ends. A party without one has no limit. */
export const lockAccounts = async (
  { sql, company }: Ctx,
  pairs: readonly { entityId: string; partyId: string }[],
): Promise<Map<string, CreditAccount>> => {
  const rows = await sql<CreditAccount[]>`
    select account.id, account.entity_id, account.party_id, account.limit_amount, account.open_orders, account.shipped_unbilled,
           account.open_receivables, account.unapplied_cash, account.held, account.hold_reason
      from credit_account account
     where account.company_id = ${company} and account.party_id = any (${[...new Set(pairs.map((p) => p.partyId))]})
       and account.entity_id = any (${[...new Set(pairs.map((p) => p.entityId))]})
     order by account.id
       for update`
  return new Map(rows.map((row) => [accountKey(row), row]))
}
export const accountKey = (a: { entityId: string; partyId: string }): string => `${a.entityId} ${a.partyId}`

/** Adds deltas to the accounts; the database adds, rows locked in key order first. Parties without account are passed over. */
export const changeExposure = async (
  ctx: Ctx,
  changes: readonly ExposureChange[],
  { locked = false } = {},
): Promise<void> => {
  if (changes.length === 0) return
  const { sql, company } = ctx
  const sums = new Map<string, Required<ExposureChange>>()
  for (const c of changes) {
    const sum = sums.get(accountKey(c)) ?? {
      entityId: c.entityId,
      partyId: c.partyId,
      openOrders: 0,
      shippedUnbilled: 0,
      openReceivables: 0,
      unappliedCash: 0,
    }
    sums.set(accountKey(c), {
      ...sum,
      openOrders: sum.openOrders + (c.openOrders ?? 0),
      shippedUnbilled: sum.shippedUnbilled + (c.shippedUnbilled ?? 0),
      openReceivables: sum.openReceivables + (c.openReceivables ?? 0),
      unappliedCash: sum.unappliedCash + (c.unappliedCash ?? 0),
    })
  }
  const rows = [...sums.values()]
  await Promise.all([
    locked ? null : lockAccounts(ctx, rows),
    sql`
      update credit_account account
         set open_orders = account.open_orders + d.open_orders,
             shipped_unbilled = account.shipped_unbilled + d.shipped_unbilled,
             open_receivables = account.open_receivables + d.open_receivables,
             unapplied_cash = account.unapplied_cash + d.unapplied_cash,
             version = account.version + 1
        from unnest(${rows.map((r) => r.entityId)}::uuid[], ${rows.map((r) => r.partyId)}::uuid[], ${rows.map((r) => r.openOrders)}::int8[],
                    ${rows.map((r) => r.shippedUnbilled)}::int8[], ${rows.map((r) => r.openReceivables)}::int8[], ${rows.map((r) => r.unappliedCash)}::int8[])
             as d (entity_id, party_id, open_orders, shipped_unbilled, open_receivables, unapplied_cash)
       where account.company_id = ${company} and account.party_id = any (${rows.map((r) => r.partyId)}::uuid[]) and account.entity_id = d.entity_id and account.party_id = d.party_id`,
  ])
}
