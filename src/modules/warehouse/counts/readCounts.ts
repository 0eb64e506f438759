import { query } from '../../../core/capability.ts'
import { t } from '../../../core/t.ts'

const OpenCount = t.object({
  id: t.id('task'),
  number: t.text(),
  location: t.text(),
  itemId: t.id('item'),
  sku: t.text(),
  description: t.text({ max: 400 }),
  uom: t.text(),
  lot: t.nullable(t.text()),
  serials: t.bool(),
  counted: t.nullable(t.qty()),
  countedBy: t.nullable(t.text()),
  tries: t.int(),
  /** What the books said when it was counted: blind for those who count, so only for those who approve. */
  expected: t.needs('warehouse.adjust', t.qty()),
  varianceMicro: t.needs('warehouse.adjust', t.int()),
  reason: t.nullable(t.text()),
  createdAt: t.moment(),
})

/** In the order of the walk; those that wait for approval last. */
export const counts = query({
  title: 'Open counts',
  route: 'GET /warehouse/counts',
  permission: 'warehouse.read',
  admits: { siteId: 'site' },
  input: t.object({ siteId: t.id('site') }),
  output: t.object({ total: t.int(), currency: t.currency(), counts: t.list(OpenCount, { max: 500 }) }),
  async run({ siteId }, { sql, company }) {
    const [entity] = await sql<{ currency: string }[]>`
      select entity.currency
        from site
        join entity on entity.company_id = ${company} and entity.id = site.entity_id
       where site.company_id = ${company} and site.id = ${siteId}`
    const rows = await sql`
      select task.id, task.number, place.code as location, task.item_id, item.sku, item.name as description, item.base_uom as uom, lot.code as lot, item.tracking = 'serial' as serials,
             case when task.actor_id is not null then task.done_qty end as counted, case when task.actor_id is not null then task.qty end as expected,
             case when task.actor_id is not null then (task.done_qty - task.qty) * item.cost_micro end as variance_micro,
             person.name as counted_by, coalesce(task.tries, 0) as tries, task.reason, task.recorded_at as created_at, count(*) over ()::int as total
        from task
        join location place on place.company_id = ${company} and place.id = task.from_location_id
        join item on item.company_id = ${company} and item.id = task.item_id
        left join lot on lot.company_id = ${company} and lot.id = task.lot_id
        left join app_user person on person.company_id = ${company} and person.id = task.actor_id
       where task.company_id = ${company} and task.site_id = ${siteId} and task.kind = 'count' and task.ended_at is null
       order by task.actor_id is not null, place.pick_seq, place.code, task.id
       limit 500`
    return {
      total: (rows[0]?.total as number) ?? 0,
      currency: entity!.currency,
      counts: rows.map(({ total: _, ...row }) => row),
    } as never
  },
})

const Week = t.object({
  /** Its Monday, in the site's zone. */
  week: t.date(),
  counts: t.int(),
  exact: t.int(),
  within: t.int(),
  expected: t.int(),
  /** Σ |counted − expected|: what was too much does not make good what was missing. */
  missed: t.int(),
  gainMicro: t.needs('cost.read', t.int()),
  lossMicro: t.needs('cost.read', t.int()),
})

/** Inventory record accuracy by week: counts within tolerance ÷ counts, and units right ÷ units expected (IRA, I10). */
export const countAccuracy = query({
  title: 'How right the books were',
  route: 'GET /warehouse/count-accuracy',
  permission: 'warehouse.read',
  admits: { siteId: 'site' },
  input: t.object({ siteId: t.id('site'), weeks: t.optional(t.int({ min: 1, max: 104 })) }),
  output: t.object({ weeks: t.list(Week, { max: 105 }), overdue: t.int() }),
  async run({ siteId, weeks = 26 }, { sql, company, now }) {
    const [rows, [late]] = await Promise.all([
      sql`
        select date_trunc('week', result.counted_at at time zone site.zone)::date as week, count(*)::int as counts, count(*) filter (where variance = 0)::int as exact,
               count(*) filter (where within)::int as within, sum(expected)::int8 as expected, sum(abs(variance))::int8 as missed,
               coalesce(sum(variance_micro) filter (where variance > 0), 0)::int8 as gain_micro, coalesce(-sum(variance_micro) filter (where variance < 0), 0)::int8 as loss_micro
          from count_result result
          join site on site.company_id = ${company} and site.id = result.site_id
         where result.company_id = ${company} and result.site_id = ${siteId} and result.counted_at > ${now}::timestamptz - make_interval(weeks => ${weeks})
         group by 1
         order by 1`,
      sql<{ overdue: number }[]>`
        select count(*)::int as overdue
          from task
         where company_id = ${company} and site_id = ${siteId} and kind = 'count' and ended_at is null and recorded_at < ${now}::timestamptz - interval '1 day'`,
    ])
    return { weeks: rows, overdue: late!.overdue } as never
  },
})
