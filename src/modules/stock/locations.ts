import type { Ctx } from '../../core/ctx.ts'
import { notFound } from '../../core/refusal.ts'

export interface Place {
  readonly id: string
  readonly siteId: string
  readonly kind: string
}

/** Outside the house no balance is kept, and no pool. */
const outside: ReadonlySet<string> = new Set(['supplier', 'customer', 'adjust', 'scrap', 'production'])
export const isOurs = (place: Place): boolean => !outside.has(place.kind)

/** A location's site and kind never change, so what was read once stays true: saves a round trip on each movement. */
const known = new Map<string, Place>()
const KNOWN_MAX = 200_000

export const locationsById = async ({ sql, company }: Ctx, ids: readonly string[]): Promise<Map<string, Place>> => {
  const missing = ids.filter((id) => !known.has(company + id))
  if (missing.length > 0) {
    if (known.size > KNOWN_MAX) known.clear()
    const rows = await sql<Place[]>`
      select id, site_id, kind
        from location
       where company_id = ${company} and id = any (${missing})`
    for (const row of rows) known.set(company + row.id, row)
  }
  const out = new Map<string, Place>()
  for (const id of ids) {
    const place = known.get(company + id)
    if (!place) throw notFound('location')
    out.set(id, place)
  }
  return out
}

/** The site's own place of a kind (stage, dock, supplier, customer, adjust …): the first by code. */
export const placeOfKind = async (
  { sql, company }: Ctx,
  siteIds: readonly string[],
  kind: string,
): Promise<Map<string, string>> => {
  const rows = await sql<{ siteId: string; id: string }[]>`
    select distinct on (site_id) site_id, id
      from location
     where company_id = ${company} and site_id = any (${siteIds as string[]}) and kind = ${kind} and active
     order by site_id, code`
  return new Map(rows.map((row) => [row.siteId, row.id]))
}
