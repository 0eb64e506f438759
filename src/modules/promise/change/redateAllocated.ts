import type { Ctx } from '../../../core/ctx.ts'
import { addDays, shipDay, siteCalendars } from '../../sites/index.ts'
import { later } from '../plan.ts'

/**
 * A line that is set aside whole has no promise left to be dated: it comes when asked for, or as soon as it can leave. The
 * caller plans its document anew afterwards: what it is delivered with may keep it without a date.
 * @param undated only lines that have no date (what they lacked was cancelled).
 */
export const redateAllocated = async (ctx: Ctx, ids: readonly string[], { undated = false } = {}): Promise<void> => {
  const { sql, company, now } = ctx
  const lines = await sql<{ id: string; siteId: string; requestedOn: string; routeDays: number }[]>`
    select id, site_id, requested_on, route_days
      from demand_line
     where company_id = ${company} and id = any (${ids as string[]}) and promised = 0 and backordered = 0 and allocated > 0
       and (latest_promise_on is null or ${!undated})`
  if (lines.length === 0) return
  const calendars = await siteCalendars(ctx, [...new Set(lines.map((line) => line.siteId))])
  const days = lines.map(({ siteId, requestedOn, routeDays }) =>
    later(requestedOn, addDays(shipDay(calendars.get(siteId)!, now), routeDays)),
  )
  await sql`
    update demand_line line
       set latest_promise_on = given.day, original_promise_on = coalesce(line.original_promise_on, given.day)
      from unnest(${lines.map((line) => line.id)}::uuid[], ${days}::date[]) as given (id, day)
     where line.company_id = ${company} and line.id = any (${lines.map((line) => line.id)}) and line.id = given.id`
}
