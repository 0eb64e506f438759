import type { Ctx } from '../../../core/ctx.ts'
import { inSlices } from '../../../core/database/pool.ts'
import { addDays, siteCalendars } from '../../sites/index.ts'
import { allocateLines } from '../allocation/allocateLines.ts'
import type { NewDemand, PromisedDemand } from '../newDemand.ts'
import { later, shipDays } from '../plan.ts'
import type { SiteItem } from '../siteItem.ts'

/**
 * A customer's own goods that we store are offered to nobody else, so there is nothing to promise softly: demand for them
 * is allocated as soon as it is confirmed, and again when more of them come. The line has a day when all of it is there.
 */
export const allocateOwnDemand = async (
  ctx: Ctx,
  demands: readonly NewDemand[],
): Promise<Map<string, Omit<PromisedDemand, 'demand'>>> => {
  const out = new Map<string, Omit<PromisedDemand, 'demand'>>()
  if (demands.length === 0) return out
  const { sql, company } = ctx
  const ids = demands.map((demand) => demand.id)
  const got = new Map((await allocateLines(ctx, ids)).map((line) => [line.id, line.allocated]))
  const killed = demands.filter((demand) => demand.fillOrKill && (got.get(demand.id) ?? 0) < demand.need)
  if (killed.length > 0)
    await sql`
      update demand_line
         set cancelled = cancelled + backordered, backordered = 0, version = version + 1
       where company_id = ${company} and id = any (${killed.map((demand) => demand.id)})`
  const days = await dateOwnLines(ctx, ids)
  for (const { id, need } of demands) {
    const open = need - (got.get(id) ?? 0)
    const gone = killed.some((demand) => demand.id === id)
    const day = days.get(id) ?? null
    const promises = day === null ? [] : [{ demandId: id, supplyId: null, qty: need, aloneOn: day, dueOn: day }]
    out.set(id, { id, promises, backordered: gone ? 0 : open, cancelled: gone ? open : 0, promisedOn: day })
  }
  return out
}

/** Lines of a customer's own goods that are allocated whole get the day on which they can be there. */
export const dateOwnLines = async (ctx: Ctx, lineIds: readonly string[]): Promise<Map<string, string>> => {
  const { sql, company, now } = ctx
  const lines = await sql<{ id: string; siteId: string; requestedOn: string; routeDays: number }[]>`
    select id, site_id, requested_on, route_days
      from demand_line
     where company_id = ${company} and id = any (${lineIds as string[]}) and owner_id is not null and backordered = 0 and allocated > 0`
  if (lines.length === 0) return new Map()
  const calendars = await siteCalendars(ctx, [...new Set(lines.map((line) => line.siteId))])
  const ships = shipDays(calendars, now)
  const days = lines.map((line) => later(addDays(ships(line.siteId), line.routeDays), line.requestedOn))
  await sql`
    update demand_line line
       set latest_promise_on = given.day, original_promise_on = coalesce(line.original_promise_on, given.day), version = line.version + 1
      from unnest(${lines.map((line) => line.id)}::uuid[], ${days}::date[]) as given (id, day)
     where line.company_id = ${company} and line.id = any (${lines.map((line) => line.id)}::uuid[]) and line.id = given.id`
  return new Map(lines.map((line, at) => [line.id, days[at]!]))
}

export interface OwnArrival extends SiteItem {
  readonly ownerId: string
}
/**
 * Lines that wait for goods of their customer that are about to come, locked, the best class and oldest order first.
 * Called before the moves are posted; afterwards they want `allocateOwnWaiting`.
 */
export const ownWaiting = async ({ sql, company }: Ctx, arrivals: readonly OwnArrival[]): Promise<string[]> => {
  if (arrivals.length === 0) return []
  const rows = await inSlices(
    arrivals,
    (slice) => sql<{ id: string; priority: number; orderedOn: string }[]>`
    select line.id, line.priority, line.ordered_on
      from unnest(${slice.map((a) => a.siteId)}::uuid[], ${slice.map((a) => a.itemId)}::uuid[], ${slice.map((a) => a.ownerId)}::uuid[]) as wanted (site_id, item_id, owner_id)
      join demand_line line on line.company_id = ${company} and line.site_id = wanted.site_id and line.item_id = wanted.item_id and line.owner_id = wanted.owner_id
     where line.site_id = any (${slice.map((a) => a.siteId)}::uuid[]) and line.item_id = any (${slice.map((a) => a.itemId)}::uuid[]) and line.backordered > 0
     order by line.id
       for update of line`,
  )
  const ranked = rows.toSorted(
    (a, b) => a.priority - b.priority || (a.orderedOn < b.orderedOn ? -1 : a.orderedOn > b.orderedOn ? 1 : 0),
  )
  return [...new Set(ranked.map((row) => row.id))]
}

/** Others that wait for the goods of these lines: what these give back goes to them. The caller locks them with its own. */
export const ownBeside = async ({ sql, company }: Ctx, lineIds: readonly string[]): Promise<string[]> => {
  const rows = await sql<{ id: string }[]>`
    select other.id
      from (select distinct site_id, item_id, owner_id
              from demand_line
             where company_id = ${company} and id = any (${lineIds as string[]}) and owner_id is not null) own
      join demand_line other on other.company_id = ${company} and other.site_id = own.site_id and other.item_id = own.item_id and other.owner_id = own.owner_id
     where other.backordered > 0 and other.id <> all (${lineIds as string[]})
     order by other.priority, other.ordered_on, other.id`
  return rows.map((row) => row.id)
}

export const allocateOwnWaiting = async (ctx: Ctx, lineIds: readonly string[]) => {
  const lines = await allocateLines(ctx, lineIds)
  await dateOwnLines(ctx, lineIds)
  return lines
}
