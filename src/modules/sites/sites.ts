import { query } from '../../core/capability.ts'
import { type ListDefinition, listPage } from '../../core/lists.ts'
import { notFound } from '../../core/refusal.ts'
import { listInput, page, type Static, t } from '../../core/t.ts'
import { LocationRow, Site } from './fields.ts'

const sites: ListDefinition = {
  from: 'site s',
  where: 's.company_id = $1',
  select:
    's.id, s.entity_id, s.code, s.name, s.kind, s.zone, s.country, s.cutoff_minutes, s.work_days, s.dock_to_stock_days, s.lat_e7, s.lon_e7',
  id: 's.id',
  columns: {
    code: { sql: 's.code', type: 'code' },
    name: { sql: 's.name', type: 'text' },
    kind: { sql: 's.kind', type: 'code' },
    country: { sql: 's.country', type: 'code' },
  },
  defaultSort: 'code',
  words: ['s.code', 's.name'],
}
const locations: ListDefinition = {
  from: 'location l join site s on s.company_id = l.company_id and s.id = l.site_id',
  where: 'l.company_id = $1',
  select: 'l.id, l.site_id, s.code as site, l.code, l.kind, l.aisle, l.x_mm, l.y_mm, l.z_mm, l.pick_seq, l.active',
  id: 'l.id',
  columns: {
    code: { sql: 'l.code', type: 'code' },
    kind: { sql: 'l.kind', type: 'code' },
    site: { sql: 's.code', type: 'code' },
    siteId: { sql: 'l.site_id', type: 'id' },
    aisle: { sql: 'l.aisle', type: 'code', nullable: true },
    pickSeq: { sql: 'l.pick_seq', type: 'int' },
    active: { sql: 'l.active', type: 'bool' },
  },
  defaultSort: 'code',
  words: ['l.code'],
}

export const listSites = query({
  title: 'Sites',
  route: 'GET /sites',
  permission: 'sites.read',
  input: listInput(),
  output: page(Site),
  run: (input, ctx) => listPage<Static<typeof Site>>(ctx, sites, input),
})

export const listLocations = query({
  title: 'Locations',
  route: 'GET /sites/locations',
  permission: 'sites.read',
  input: listInput(),
  output: page(LocationRow),
  run: (input, ctx) => listPage<Static<typeof LocationRow>>(ctx, locations, input),
})

export const site = query({
  title: 'Site with its calendar',
  route: 'GET /sites/:id',
  permission: 'sites.read',
  admits: { id: 'site' },
  input: t.object({ id: t.id('site') }),
  output: t.object({
    ...Site.properties,
    holidays: t.list(t.object({ day: t.text(), name: t.text() }), { max: 4000 }),
  }),
  run: async ({ id }, { sql, company }) => {
    const [row] = await sql<Static<typeof Site>[]>`
      select id, entity_id, code, name, kind, zone, country, cutoff_minutes, work_days, dock_to_stock_days, lat_e7, lon_e7
        from site
       where company_id = ${company} and id = ${id}`
    if (!row) throw notFound('site')
    const holidays = await sql<{ day: string; name: string }[]>`
      select day, name
        from site_holiday
       where company_id = ${company} and site_id = ${id}
       order by day
       limit 4000`
    return { ...row, holidays: [...holidays] }
  },
})
