import type { Ctx } from '../../core/ctx.ts'
import type { SiteCalendar } from './workingDays.ts'

export interface SiteFacts extends SiteCalendar {
  readonly id: string
  readonly entityId: string
  readonly code: string
  readonly country: string
  readonly dockToStockDays: number
}

/** Sites with the calendars that working-day arithmetic takes, by id: holidays of a year back and three ahead. */
export const siteCalendars = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, SiteFacts>> => {
  const { sql, company, now } = ctx
  const rows = await sql<(Omit<SiteFacts, 'holidays'> & { holidays: string[] })[]>`
    select s.id, s.entity_id, s.code, s.country, s.zone, s.cutoff_minutes, s.work_days, s.dock_to_stock_days,
           array(select h.day::text
                   from site_holiday h
                  where h.company_id = s.company_id
                    and h.site_id = s.id
                    and h.day between ${now}::timestamptz::date - 366 and ${now}::timestamptz::date + 1096) as holidays
      from site s
     where s.company_id = ${company} and s.id = any (${[...new Set(ids)]}::uuid[])`
  return new Map(rows.map((row) => [row.id, { ...row, holidays: new Set(row.holidays) }]))
}
