import type { Ctx } from '../../core/ctx.ts'

/** When a site works. Days are days in the site's own zone. */
export interface SiteCalendar {
  readonly id: string
  readonly entityId: string
  readonly zone: string
  readonly country: string
  readonly cutoffMinutes: number
  readonly workDays: readonly number[]
  readonly dockToStockDays: number
  readonly holidays: ReadonlySet<string>
}

export const siteCalendars = async ({ sql, company }: Ctx, siteIds: readonly string[]): Promise<Map<string, SiteCalendar>> => {
  const rows = await sql<(Omit<SiteCalendar, 'holidays'> & { holidays: string[] })[]>`
    select site.id, site.entity_id, site.zone, site.country, site.cutoff_minutes, site.work_days, site.dock_to_stock_days,
           array(select day::text from site_holiday off where off.company_id = site.company_id and off.site_id = site.id) as holidays
      from site
     where site.company_id = ${company} and site.id = any (${siteIds as string[]})`
  return new Map(rows.map((row) => [row.id, { ...row, holidays: new Set(row.holidays) }]))
}

const formatters = new Map<string, Intl.DateTimeFormat>()
const formatter = (zone: string): Intl.DateTimeFormat => {
  let found = formatters.get(zone)
  if (!found) {
    found = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    formatters.set(zone, found)
  }
  return found
}

/** The calendar day and the minutes after midnight that a moment is at in a zone. */
export const dayAndMinutes = (zone: string, moment: Date): { day: string; minutes: number } => {
  const parts: Record<string, string> = {}
  for (const { type, value } of formatter(zone).formatToParts(moment)) parts[type] = value
  return { day: `${parts.year}-${parts.month}-${parts.day}`, minutes: Number(parts.hour) * 60 + Number(parts.minute) }
}

export const addDays = (day: string, days: number): string => {
  const at = new Date(`${day}T00:00:00Z`)
  at.setUTCDate(at.getUTCDate() + days)
  return at.toISOString().slice(0, 10)
}

const worksOn = (calendar: SiteCalendar, day: string): boolean =>
  calendar.workDays.includes(((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7) + 1) && !calendar.holidays.has(day)

/** The first working day that is `day` or later. A site shut for ten years is a mistake in its calendar. */
export const workDayFrom = (calendar: SiteCalendar, day: string): string => {
  let at = day
  for (let tries = 0; tries < 3_660; tries += 1) {
    if (worksOn(calendar, at)) return at
    at = addDays(at, 1)
  }
  throw new Error(`site ${calendar.id} has no working day within ten years of ${day}`)
}

/** The n-th working day after `day`; n = 0 is the first working day from `day` on. */
export const addWorkDays = (calendar: SiteCalendar, day: string, n: number): string => {
  let at = workDayFrom(calendar, day)
  for (let left = n; left > 0; left -= 1) at = workDayFrom(calendar, addDays(at, 1))
  return at
}

/** The day on which what is ordered at `moment` leaves: today before the cut-off, else the next working day. */
export const shipDay = (calendar: SiteCalendar, moment: Date): string => {
  const { day, minutes } = dayAndMinutes(calendar.zone, moment)
  return minutes < calendar.cutoffMinutes ? workDayFrom(calendar, day) : workDayFrom(calendar, addDays(day, 1))
}
