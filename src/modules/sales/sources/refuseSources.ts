import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import { NIL } from '../../../core/t.ts'

/** What an order says of the sites it may be sent from. */
export interface SourcesAsked {
  readonly no: number
  readonly partyId: string
  readonly siteId: string
  readonly maxSplits?: number | null
  readonly sourceSiteIds?: readonly string[] | null
  readonly goods?: string
}
interface SiteRow {
  readonly id: string
  readonly code: string
  readonly entityId: string
  readonly country: string
}

/** Nonsense about sites, by the number of the call. Asks nothing of the database where no order says anything. */
export const refuseSources = async (
  { sql, company }: Ctx,
  asked: readonly SourcesAsked[],
): Promise<ReadonlyMap<number, Refusal>> => {
  const saying = asked.filter((one) => (one.maxSplits ?? 1) > 1 || (one.sourceSiteIds ?? null) !== null)
  const out = new Map<number, Refusal>()
  if (saying.length === 0) return out
  const [sites, listed] = await Promise.all([
    sql<SiteRow[]>`select id, code, entity_id, country from site where company_id = ${company}`,
    sql<{ partyId: string; siteId: string }[]>`
      select party_id, site_id
        from source_site
       where company_id = ${company} and party_id = any (${[NIL, ...saying.map((one) => one.partyId)]}::uuid[])`,
  ])
  const site = new Map(sites.map((one) => [one.id, one]))
  const policy = Map.groupBy(listed, (row) => row.partyId)
  for (const one of saying) {
    const no = refusalOf(
      one,
      site,
      (policy.get(one.partyId) ?? policy.get(NIL) ?? []).map((row) => row.siteId),
    )
    if (no) out.set(one.no, no)
  }
  return out
}

const refusalOf = (
  { siteId, maxSplits = null, sourceSiteIds = null, goods }: SourcesAsked,
  site: ReadonlyMap<string, SiteRow>,
  policy: readonly string[],
): Refusal | null => {
  const home = site.get(siteId)!
  const wrong = (code: string, path: string, detail: string) =>
    new Refusal(code, detail, 422, [{ path, message: detail }])
  if (goods === 'theirs')
    return wrong(
      'stored_goods_one_site',
      'maxSplits',
      'Goods that a customer stores with us leave from where they are stored: leave the splits out.',
    )
  if (sourceSiteIds !== null && maxSplits === 1)
    return wrong(
      'sites_without_splits',
      'sourceSiteIds',
      'Other sites are named, but the order is sent from its own alone: say at most 2, or leave the sites out.',
    )
  if (sourceSiteIds !== null && new Set(sourceSiteIds).size < sourceSiteIds.length)
    return wrong('named_twice', 'sourceSiteIds', 'A site is named twice.')
  const strange = (sourceSiteIds ?? [])
    .map((id) => site.get(id)!)
    .find((other) => other.entityId !== home.entityId || other.country !== home.country)
  if (strange)
    return wrong(
      'strange_source_site',
      'sourceSiteIds',
      strange.entityId === home.entityId
        ? `${strange.code} is in another country than ${home.code}: other tax would be due. Enter an order of its own there.`
        : `${strange.code} belongs to another legal entity than ${home.code}: it would be another seller. Enter an order of its own there.`,
    )
  const others = new Set((sourceSiteIds ?? policy).filter((id) => id !== siteId)).size
  if ((maxSplits ?? 1) > 1 && others === 0)
    return wrong(
      'no_source_sites',
      'sourceSiteIds',
      `No site may send beside ${home.code}: name some, or save a policy first.`,
    )
  if ((maxSplits ?? 1) > others + 1)
    return wrong(
      'more_splits_than_sites',
      'maxSplits',
      `${maxSplits} shipments cannot be: beside ${home.code} ${others === 1 ? 'one site' : `${others} sites`} may send.`,
    )
  return null
}
