import type { Ctx } from '../../../core/ctx.ts'
import { notFound, Refusal } from '../../../core/refusal.ts'

export interface KnownPlace {
  readonly id: string
  readonly code: string
  readonly siteId: string
  readonly kind: string
  readonly active: boolean
}

const words = (kinds: readonly string[]): string => `${kinds.slice(0, -1).join(', ')} or ${kinds.at(-1)}`

/** A location of one of these kinds, or why goods cannot be touched there by hand. */
export const demandPlace = async (
  { sql, company }: Ctx,
  locationId: string,
  kinds: readonly string[],
): Promise<KnownPlace> => {
  const [place] = await sql<KnownPlace[]>`
    select id, code, site_id, kind, active
      from location
     where company_id = ${company} and id = ${locationId}`
  if (!place) throw notFound('location')
  if (!kinds.includes(place.kind))
    throw new Refusal(
      'wrong_location',
      `${place.code} is a ${place.kind} location; this is done at a ${words(kinds)} location. What is picked goes by its order, and the world outside has no bins.`,
      422,
    )
  return place
}

/** Where goods of these statuses may be put down within a site: good stock never stands where nobody picks. */
export const demandTarget = (from: KnownPlace, to: KnownPlace, statuses: readonly string[]): void => {
  if (from.siteId !== to.siteId)
    throw new Refusal('other_site', 'Goods go to another site by a transfer order, not by a move between bins.', 422)
  if (!to.active) throw new Refusal('wrong_location', `${to.code} is no longer in use.`, 422)
  if (to.kind === 'quarantine' && statuses.includes('available'))
    throw new Refusal(
      'wrong_location',
      `Nobody picks from ${to.code}, a quarantine: good stock goes to a storage, pick or dock location, or changes its status first.`,
      422,
    )
}
