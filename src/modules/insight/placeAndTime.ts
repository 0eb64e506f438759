import type { Actor } from '../../core/capability.ts'
import type { Ctx } from '../../core/ctx.ts'
import { localDay } from '../sites/index.ts'

export interface PlaceAndTime {
  /** The company's day now, and its currency. */
  readonly day: string
  readonly currency: string
  /** The site asked for, else those the caller is limited to, else null. For rows with no site of their own no policy hides any. */
  readonly sites: readonly string[] | null
}

/** Where and when a figure is asked for. */
export const placeAndTime = async (
  { sql, company, now }: Ctx,
  siteId: string | undefined,
  actor: Actor,
): Promise<PlaceAndTime> => {
  const [own] = await sql<
    { zone: string; currency: string }[]
  >`select zone, currency from company where company_id = ${company}`
  return {
    day: localDay(own!.zone, now),
    currency: own!.currency,
    sites: siteId === undefined ? actor.sites : [siteId],
  }
}
