import type { Call } from '../../../core/capability.ts'
import { Refusal } from '../../../core/refusal.ts'

/**
 * At which site work on an order is meant: the one named, else the only one of the caller's where it has such work. An
 * order that several sites send has a part at each (docs/decisions/0019).
 * @param sites of the work that stands open, one for each row.
 * @returns undefined: there is none.
 */
export const partAt = (
  { actor, input }: Pick<Call<{ readonly siteId?: string }>, 'actor' | 'input'>,
  sites: readonly string[],
): string | undefined | Refusal => {
  const own = [...new Set(sites)].filter((site) => actor.sites === null || actor.sites.includes(site))
  if (input.siteId !== undefined) return own.find((site) => site === input.siteId)
  if (own.length > 1)
    return new Refusal('site_needed', 'Several sites have goods of this order in hand: say at which one (siteId).')
  return own[0]
}
