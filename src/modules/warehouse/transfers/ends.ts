import type { Actor } from '../../../core/capability.ts'
import { Refusal } from '../../../core/refusal.ts'

/**
 * Both sites see a transfer; each works at its own end. People limited to sites pack and ship only where it leaves, and
 * receive only where it goes.
 */
export const refuseOtherEnd = (actor: Actor, siteId: string, what: 'leaves' | 'goes'): void => {
  if (actor.sites === null || actor.sites.includes(siteId)) return
  throw new Refusal(
    'other_site',
    what === 'leaves'
      ? 'Only people of the site that it leaves may do this.'
      : 'Only people of the site that it goes to may do this.',
    403,
  )
}
