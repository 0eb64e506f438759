import { command } from '../../core/capability.ts'
import type { Ctx } from '../../core/ctx.ts'
import { rowsJson } from '../../core/database/pool.ts'
import { Refusal } from '../../core/refusal.ts'
import { indexSearch } from '../../core/search.ts'
import { type Static, t } from '../../core/t.ts'
import { SiteInput, worldKinds } from './fields.ts'
import { isZone } from './workingDays.ts'

export type SiteToSave = Static<typeof SiteInput>
interface SiteRecord {
  companyId: string
  id: string
  entityId: string
  code: string
  name: string
  kind: string
  zone: string
  country: string
  cutoffMinutes: number
  workDays: number[]
  dockToStockDays: number
  latE7: number | null
  lonE7: number | null
}

export const saveSites = command({
  title: 'Save sites',
  route: 'POST /sites',
  permission: 'sites.write',
  admits: { 'sites.entityId': 'entity' },
  input: t.object({ sites: t.list(SiteInput, { min: 1, max: 200 }) }),
  output: t.object({ sites: t.list(t.object({ id: t.id('site'), code: t.text() })) }),
  emits: ['site.saved'],
  lines: ({ sites }) => sites.length,
  run: async ({ sites }, ctx, call) => {
    const saved = await storeSites(ctx, call, sites)
    const within = call.actor.sites
    if (within !== null && saved.some(({ id }) => !within.includes(id)))
      throw new Refusal('not_found', 'This site does not exist or you may not see it.', 404)
    return { sites: saved }
  },
})

/** What saving needs of ctx: set-up, which has no runner yet, gives it too. */
type Saving = Pick<Ctx, 'sql' | 'company' | 'now' | 'id' | 'emit'>

/**
 * New and known sites by code. Each has from its first day the places every flow needs: the world outside (supplier,
 * customer, adjust, scrap) and dock, stage, quarantine and transit.
 */
export const storeSites = async (
  ctx: Saving,
  call: { no: number },
  sites: readonly SiteToSave[],
): Promise<{ id: string; code: string }[]> => {
  const { sql, company } = ctx
  const found = await sql<SiteRecord[]>`
    select *
      from site
     where company_id = ${company} and code = any (${sites.map((site) => site.code)}::text[])
     order by code
       for update`
  const known = new Map(found.map((site) => [site.code, site]))
  const entities = await sql<{ id: string; country: string }[]>`
    select id, country from entity where company_id = ${company} order by id`
  const records = sites.map((site) => merged(ctx, site, known.get(site.code), entities))
  if (new Set(records.map((site) => site.code)).size < records.length)
    throw new Refusal('site_refused', 'A site is in the list twice.', 422)
  const written = await sql<{ id: string }[]>`
    insert into site
    select * from json_populate_recordset(null::site, ${rowsJson(records)}::text::json)
        on conflict (company_id, code) do update
       set name = excluded.name, kind = excluded.kind, zone = excluded.zone, country = excluded.country,
           cutoff_minutes = excluded.cutoff_minutes, work_days = excluded.work_days,
           dock_to_stock_days = excluded.dock_to_stock_days, lat_e7 = excluded.lat_e7, lon_e7 = excluded.lon_e7
    returning id`
  const ours = new Set(records.map((site) => site.id))
  if (written.some(({ id }) => !ours.has(id)))
    throw Object.assign(new Error('the site was made meanwhile'), { code: '40001' })
  await writeHolidays(ctx, sites, records)
  await writeOwnLocations(ctx, records)
  await indexSearch(
    ctx,
    records.map(({ id, code, name }) => ({
      kind: 'site',
      id,
      ref: code,
      title: name,
      codes: [code],
      text: name,
      siteId: id,
    })),
  )
  for (const { id } of records) ctx.emit(call, 'site.saved', { id, siteId: id })
  return records.map(({ id, code }) => ({ id, code }))
}

const merged = (
  ctx: Saving,
  given: SiteToSave,
  old: SiteRecord | undefined,
  entities: readonly { id: string; country: string }[],
): SiteRecord => {
  const entity = entities.find(({ id }) => id === given.entityId) ?? entities[0]
  if (!entity) throw new Refusal('no_entity', 'Set up a legal entity first: every site belongs to one.', 409)
  if (!old && given.name === undefined) throw new Refusal('site_refused', `${given.code} is new and needs a name.`, 422)
  if (old && given.entityId !== undefined && given.entityId !== old.entityId)
    throw new Refusal('site_refused', `${given.code} belongs to another legal entity; that cannot change.`, 422)
  const { holidays: _, ...fields } = given
  const base: SiteRecord = old ?? {
    companyId: ctx.company,
    id: ctx.id(),
    entityId: entity.id,
    code: given.code,
    name: '',
    kind: 'dc',
    zone: 'Europe/London',
    country: entity.country,
    cutoffMinutes: 16 * 60,
    workDays: [1, 2, 3, 4, 5],
    dockToStockDays: 0,
    latE7: null,
    lonE7: null,
  }
  const onlyGiven = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  const record = { ...base, ...onlyGiven }
  if (!isZone(record.zone)) throw new Refusal('site_refused', `${record.zone} is not a time zone.`, 422)
  return { ...record, workDays: [...new Set(record.workDays)].sort() }
}

const writeHolidays = async (
  { sql, company }: Saving,
  sites: readonly SiteToSave[],
  records: readonly SiteRecord[],
): Promise<void> => {
  const given = sites.flatMap((site, no) => (site.holidays ? [{ id: records[no]!.id, holidays: site.holidays }] : []))
  if (given.length === 0) return
  await sql`delete from site_holiday where company_id = ${company} and site_id = any (${given.map(({ id }) => id)}::uuid[])`
  const rows = given.flatMap(({ id, holidays }) =>
    holidays.map(({ day, name }) => ({ companyId: company, siteId: id, day, name })),
  )
  await sql`
    insert into site_holiday
    select * from json_populate_recordset(null::site_holiday, ${rowsJson(rows)}::text::json)
        on conflict do nothing`
}

/** Codes in capitals, as on the labels of the doors they stand for. */
const OWN_KINDS = ['dock', 'stage', 'quarantine', 'transit', ...worldKinds] as const

const writeOwnLocations = async ({ sql, company, id }: Saving, sites: readonly SiteRecord[]): Promise<void> => {
  const rows = sites.flatMap((site) =>
    OWN_KINDS.map((kind) => ({
      companyId: company,
      id: id(),
      siteId: site.id,
      code: kind.toUpperCase(),
      kind,
      aisle: null,
      xMm: 0,
      yMm: 0,
      zMm: 0,
      pickSeq: 0,
      active: true,
    })),
  )
  await sql`
    insert into location
    select * from json_populate_recordset(null::location, ${rowsJson(rows)}::text::json)
        on conflict (company_id, site_id, code) do nothing`
}
