import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal } from '../../../core/refusal.ts'
import { indexSearch } from '../../../core/search.ts'
import { NIL } from '../../../core/t.ts'
import { ssccOf } from '../../../math/gs1/build.ts'
import { isSscc } from '../../../math/gs1/checkDigit.ts'

export const plateKinds = ['pallet', 'case', 'tote'] as const
export type PlateKind = (typeof plateKinds)[number]

export interface Plate {
  readonly id: string
  readonly sscc: string
  readonly kind: PlateKind
  readonly parentId: string
  readonly siteId: string
  readonly locationId: string
  readonly closedAt: string | null
  readonly endedAt: string | null
}
export interface NewPlate {
  /** Left out: the next number of the company. */
  readonly sscc?: string
  readonly kind: PlateKind
  readonly locationId: string
  readonly siteId: string
  readonly parentId?: string
}

/** Internal until the company enters its GS1 prefix: 0000000 is kept by GS1 for numbers that never leave the house. */
const INTERNAL_PREFIX = '0000000'

/** The company's GS1 prefix, in which its SSCCs are numbered. */
export const ssccPrefix = async ({ sql, company }: Ctx): Promise<string> => {
  const [row] = await sql<{ prefix: string }[]>`
    select coalesce(settings ->> 'gs1CompanyPrefix', ${INTERNAL_PREFIX}) as prefix
      from company
     where company_id = ${company}`
  return row!.prefix
}

/** The company's next SSCCs, of the entity's series. */
export const newSsccs = async (ctx: Ctx, entityId: string, prefix: string, count: number): Promise<string[]> => {
  if (count === 0) return []
  const serials = await ctx.numbers(entityId, 'sscc', count)
  return serials.map((serial) => ssccOf(prefix, Number(serial)))
}

export const platesByIds = ({ sql, company }: Ctx, ids: readonly string[]) => sql<Plate[]>`
  select id, sscc, kind, parent_id, site_id, location_id, closed_at, ended_at
    from lpn
   where company_id = ${company} and id = any (${ids as string[]}::uuid[])`

/** Plates by id, locked in that order: before pools and bins in the house order. */
export const lockPlates = ({ sql, company }: Ctx, ids: readonly string[]) => sql<Plate[]>`
  select id, sscc, kind, parent_id, site_id, location_id, closed_at, ended_at
    from lpn
   where company_id = ${company} and id = any (${[...new Set(ids)]}::uuid[])
   order by id
     for update`

/** A plate and all that is nested on it, locked. */
export const lockTree = async (ctx: Ctx, rootId: string): Promise<Plate[]> => {
  const before = await treeIds(ctx, rootId)
  const plates = await lockPlates(ctx, before)
  const after = await treeIds(ctx, rootId)
  if (after.length !== before.length || after.some((id) => !before.includes(id)))
    throw Object.assign(new Error('plates were put onto it or taken off meanwhile'), { code: '40001' })
  return plates
}

const treeIds = async ({ sql, company }: Ctx, rootId: string): Promise<string[]> => {
  const rows = await sql<{ id: string }[]>`
    with recursive tree as (
      select id, 0 as depth
        from lpn
       where company_id = ${company} and id = ${rootId}
       union all
      select child.id, tree.depth + 1
        from tree
        join lpn child on child.company_id = ${company} and child.parent_id = tree.id
       where tree.depth < ${DEEPEST} and child.parent_id <> ${NIL}
    )
    select id from tree order by id`
  return rows.map((row) => row.id)
}

/** Plates on plates on plates: no goods are stacked deeper than this. */
export const DEEPEST = 8

/** The plates under which one stands, itself included, from the bottom up. */
export const chainIds = async ({ sql, company }: Ctx, plateId: string): Promise<string[]> => {
  const rows = await sql<{ id: string }[]>`
    with recursive chain as (
      select id, parent_id, 0 as depth
        from lpn
       where company_id = ${company} and id = ${plateId}
       union all
      select plate.id, plate.parent_id, chain.depth + 1
        from chain
        join lpn plate on plate.company_id = ${company} and plate.id = chain.parent_id
       where chain.depth < ${2 * DEEPEST} and chain.parent_id <> ${NIL}
    )
    select id from chain order by depth`
  return rows.map((row) => row.id)
}

/**
 * New plates. A foreign label must have its check digit; one that was here before and has ended comes back as the same
 * plate, since a label names one logistic unit for at least a year.
 */
export const makePlates = async (ctx: Ctx, entityId: string, plates: readonly NewPlate[]): Promise<Plate[]> => {
  if (plates.length === 0) return []
  const { sql, company, now } = ctx
  const bad = plates.find((plate) => plate.sscc !== undefined && !isSscc(plate.sscc))
  if (bad) throw new Refusal('bad_sscc', `${bad.sscc} is no SSCC: 18 digits, the last of which is a check digit.`, 422)
  const unlabelled = plates.filter((plate) => plate.sscc === undefined).length
  const fresh = unlabelled === 0 ? [] : await newSsccs(ctx, entityId, await ssccPrefix(ctx), unlabelled)
  const rows = plates.map((plate) => ({
    companyId: company,
    id: ctx.id(),
    sscc: plate.sscc ?? fresh.shift()!,
    kind: plate.kind,
    parentId: plate.parentId ?? NIL,
    siteId: plate.siteId,
    locationId: plate.locationId,
    closedAt: null,
    endedAt: null,
    version: 1,
    recordedAt: now,
  }))
  const made = await sql<Plate[]>`
    insert into lpn as known
    select * from json_populate_recordset(null::lpn, ${rowsJson(rows)}::text::json) as given
     order by given.sscc
    on conflict (company_id, sscc) do update
       set kind = excluded.kind, parent_id = excluded.parent_id, site_id = excluded.site_id, location_id = excluded.location_id,
           closed_at = null, ended_at = null, version = known.version + 1
     where known.ended_at is not null
    returning id, sscc, kind, parent_id, site_id, location_id, closed_at, ended_at`
  const bySscc = new Map(made.map((plate) => [plate.sscc, plate]))
  const taken = rows.find((row) => !bySscc.has(row.sscc))
  if (taken)
    throw new Refusal('plate_here', `Plate ${taken.sscc} is in the house already: scan it, or use another label.`)
  await indexSearch(
    ctx,
    made.map((plate) => ({
      kind: 'lpn',
      id: plate.id,
      ref: plate.sscc,
      title: plate.kind,
      codes: [plate.sscc],
      siteId: plate.siteId,
    })),
  )
  return rows.map((row) => bySscc.get(row.sscc)!)
}

/** Plates go to a place, lifted off what they stood on unless that goes with them. The caller holds their locks. */
export const placePlates = (
  { sql, company, now }: Ctx,
  ids: readonly string[],
  to: { siteId: string; locationId: string; ended: boolean },
) => sql`
  update lpn
     set site_id = ${to.siteId}, location_id = ${to.locationId}, ended_at = case when ${to.ended} then ${now}::timestamptz end,
         parent_id = case when parent_id = any (${ids as string[]}::uuid[]) then parent_id else ${NIL} end, version = version + 1
   where company_id = ${company} and id = any (${ids as string[]}::uuid[])`
