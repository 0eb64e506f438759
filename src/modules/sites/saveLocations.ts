import { command } from '../../core/capability.ts'
import type { Ctx } from '../../core/ctx.ts'
import { rowsJson } from '../../core/database/pool.ts'
import { Refusal } from '../../core/refusal.ts'
import { indexSearch } from '../../core/search.ts'
import { type Static, t } from '../../core/t.ts'
import { LocationInput, worldKinds } from './fields.ts'

export type LocationToSave = Static<typeof LocationInput>

export const saveLocations = command({
  title: 'Save locations of a site',
  route: 'POST /sites/:siteId/locations',
  permission: 'sites.write',
  admits: { siteId: 'site' },
  input: t.object({ siteId: t.id('site'), locations: t.list(LocationInput, { min: 1, max: 1000 }) }),
  output: t.object({ locations: t.list(t.object({ id: t.id('location'), code: t.text() })) }),
  emits: ['location.saved'],
  lines: ({ locations }) => locations.length,
  run: async ({ siteId, locations }, ctx, call) => ({ locations: await storeLocations(ctx, call, siteId, locations) }),
})

interface LocationRecord {
  id: string
  code: string
  kind: string
  aisle: string | null
  xMm: number
  yMm: number
  zMm: number
  pickSeq: number
  active: boolean
}

/** New and known locations by code. Its kind stays: what stands there is counted under it. */
export const storeLocations = async (
  ctx: Ctx,
  call: { no: number },
  siteId: string,
  locations: readonly LocationToSave[],
): Promise<{ id: string; code: string }[]> => {
  const { sql, company } = ctx
  const codes = locations.map((location) => location.code)
  if (new Set(codes).size < codes.length) throw new Refusal('location_refused', 'A location is in the list twice.', 422)
  const found = await sql<LocationRecord[]>`
    select id, code, kind, aisle, x_mm, y_mm, z_mm, pick_seq, active
      from location
     where company_id = ${company} and site_id = ${siteId} and code = any (${codes}::text[])
     order by code
       for update`
  const known = new Map(found.map((location) => [location.code, location]))
  const records = locations.map((given, at) => {
    const old = known.get(given.code)
    if (old && (worldKinds as readonly string[]).includes(old.kind))
      throw new Refusal('location_refused', `${given.code} is a place every site has; it cannot be changed.`, 422)
    if (old && given.kind !== undefined && given.kind !== old.kind)
      throw new Refusal('location_refused', `${given.code} is a ${old.kind} location; that cannot change.`, 422)
    const base = old ?? {
      id: ctx.id(),
      code: given.code,
      kind: 'storage',
      aisle: null,
      xMm: 0,
      yMm: 0,
      zMm: 0,
      pickSeq: at,
      active: true,
    }
    const onlyGiven = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
    return { companyId: company, siteId, ...base, ...onlyGiven } as LocationRecord
  })
  const written = await sql<{ id: string }[]>`
    insert into location
    select * from json_populate_recordset(null::location, ${rowsJson(records)}::text::json)
        on conflict (company_id, site_id, code) do update
       set aisle = excluded.aisle, x_mm = excluded.x_mm, y_mm = excluded.y_mm, z_mm = excluded.z_mm,
           pick_seq = excluded.pick_seq, active = excluded.active
    returning id`
  const ours = new Set(records.map((location) => location.id))
  if (written.some(({ id }) => !ours.has(id)))
    throw Object.assign(new Error('the location was made meanwhile'), { code: '40001' })
  await indexSearch(
    ctx,
    records.map(({ id, code, kind }) => ({ kind: 'location', id, ref: code, title: kind, codes: [code], siteId })),
  )
  for (const { id } of records) ctx.emit(call, 'location.saved', { id, siteId })
  return records.map(({ id, code }) => ({ id, code }))
}
