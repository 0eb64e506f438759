import { Refusal } from '../../../core/refusal.ts'
import type { StandIn } from '../../catalog/index.ts'

/** What a customer says of another item than the one they ordered. */
export type Consent = 'no' | 'ask' | 'accepted'
export interface Consents {
  readonly partyName: string
  readonly substitutes: Consent
  readonly successors: Consent
}

export const consentTo = (customer: Consents, { kind }: Pick<StandIn, 'kind'>): Consent =>
  kind === 'successor' ? customer.successors : customer.substitutes

/** Never silently: who did not opt in is asked, and it is written down who of them said yes. Null: it may be sent. */
export const refuseUnasked = (
  customer: Consents,
  standIn: Pick<StandIn, 'kind' | 'sku'>,
  ordered: string,
  agreedBy: string | null,
): Refusal | null => {
  const consent = consentTo(customer, standIn)
  const what = standIn.kind === 'successor' ? 'successors of items' : 'substitutes'
  if (consent === 'no')
    return new Refusal(
      'not_accepted',
      `${customer.partyName} takes no ${what}: once they do, say so on the customer’s page; then ${standIn.sku} can stand for ${ordered}.`,
    )
  if (consent === 'ask' && agreedBy === null)
    return new Refusal(
      'ask_first',
      `${customer.partyName} wants to be asked before ${standIn.sku} stands for ${ordered}: say who of them agreed.`,
    )
  return null
}
