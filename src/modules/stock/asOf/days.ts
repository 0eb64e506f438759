import { query } from '../../../core/capability.ts'
import { t } from '../../../core/t.ts'

/** How far back stock can be asked for, and which days are closed: the ends of the slider, and a look at the nightly work. */
export const days = query({
  title: 'Closed days of stock',
  route: 'GET /stock/days',
  permission: 'stock.read',
  input: t.empty(),
  output: t.object({
    /** Of the first move: nothing was there before. */
    from: t.nullable(t.moment()),
    sites: t.list(
      t.object({
        siteId: t.id('site'),
        site: t.text(),
        zone: t.text(),
        closedTo: t.nullable(t.date()),
        days: t.int(),
        /** Of the last whole picture, and the changed keys since: what reading a moment costs. */
        baseRows: t.int(),
        changes: t.int(),
      }),
      { max: 5_000 },
    ),
  }),
  async run(_, { sql, company }) {
    const [[first], sites] = await Promise.all([
      sql<{ at: string }[]>`select recorded_at as at from stock_move where company_id = ${company} order by id limit 1`,
      sql<
        {
          siteId: string
          site: string
          zone: string
          closedTo: string | null
          days: number
          baseRows: number
          changes: number
        }[]
      >`
        select site.id as site_id, site.code as site, site.zone, last.day as closed_to, coalesce(last.days, 0) as days, coalesce(last.base_rows, 0) as base_rows, coalesce(last.changes, 0) as changes
          from site
          left join lateral (
               select d.day, d.base_rows, d.changes, count(*) over () as days
                 from stock_day d
                where d.company_id = ${company} and d.site_id = site.id
                order by d.day desc
                limit 1) last on true
         where site.company_id = ${company}
         order by site.code`,
    ])
    // Late entries may be about a time before the first was recorded; a year is as far as they reach.
    return { from: first?.at ?? null, sites }
  },
})
