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

/**
 * May this order be released? Exposure with it, gross, must not pass the limit, unless a recorded release covers it.
 * @param taken minor units that earlier orders of the same batch have already taken from the account.
 * @returns null: yes. Else why not, in words with the figures in minor units.
 */
export const decideCredit = (account: CreditAccount | undefined, taken: number, gross: number, grant: Grant | undefined, now: Date): string | null => {
  if (!account) return null
  const granted = grant && new Date(grant.until) > now ? grant.amount : null
  if (account.held && granted === null) return `the account is on hold: ${account.holdReason ?? 'no reason given'}`
  if (account.limitAmount === null) return null
  const exposure = exposureOf(account) + taken + gross
  if (exposure <= account.limitAmount) return null
  if (granted !== null && exposure <= granted) return null
  return `exposure ${exposure} would pass the limit ${account.limitAmount} by ${exposure - account.limitAmount} (minor units)`
}
