import type { Ctx } from '../../core/ctx.ts'
import { type CreditAccount, exposureOf } from './exposure.ts'

/** Someone let this order go over the limit: up to how much exposure, until when. */
export interface Grant {
  readonly orderId: string
  readonly amount: number
  readonly until: string
}

export const grantsFor = async ({ sql, company }: Ctx, orderIds: readonly string[]): Promise<Map<string, Grant>> => {
  const rows = await sql<Grant[]>`
    select distinct on (order_id) order_id, amount, until
      from credit_release
     where company_id = ${company} and order_id = any (${orderIds as string[]})
     order by order_id, recorded_at desc, id desc`
  return new Map(rows.map((row) => [row.orderId, row]))
}

/** How far a prepaid customer's order is paid: `no` is an ordinary customer, on account. */
export type Prepaid = 'no' | 'unbilled' | 'billed' | 'paid'

/**
 * May this order be released? Exposure with it, gross, must not pass the limit, unless a recorded release covers it.
 * A prepaid customer's limit is nothing at all: its order leaves when its own invoice is paid, or, not billed yet, when
 * cash on account covers it beside all else that is open.
 * @param taken minor units that earlier orders of the same batch have already taken from the account.
 * @returns null: yes. Else why not, in words with the figures in minor units.
 */
export const decideCredit = (
  account: CreditAccount | undefined,
  taken: number,
  gross: number,
  grant: Grant | undefined,
  now: Date,
  prepaid: Prepaid = 'no',
): string | null => {
  const granted = grant && new Date(grant.until) > now ? grant.amount : null
  if (account?.held && granted === null) return `the account is on hold: ${account.holdReason ?? 'no reason given'}`
  if (prepaid === 'paid') return null
  const limit = prepaid === 'no' ? (account?.limitAmount ?? null) : 0
  if (limit === null) return null
  // What is billed stands in the receivables already.
  const exposure = (account ? exposureOf(account) : 0) + taken + (prepaid === 'billed' ? 0 : gross)
  if (prepaid !== 'billed' && exposure <= limit) return null
  if (granted !== null && exposure <= granted) return null
  if (prepaid === 'billed') return 'prepaid: the invoice of this order is not paid yet'
  if (prepaid === 'unbilled')
    return `prepaid: ${exposure} (minor units) of this order and what else is open is not covered by cash received`
  return `exposure ${exposure} would pass the limit ${limit} by ${exposure - limit} (minor units)`
}
