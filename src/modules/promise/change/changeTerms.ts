import type { Ctx } from '../../../core/ctx.ts'
import type { SiteItem } from '../offers.ts'
import type { Cause, Moved } from '../replan/moved.ts'
import { replan } from '../replan/replan.ts'
import { lockScene } from '../replan/scene.ts'
import { redateAllocated } from './redateAllocated.ts'

/** What is said anew of demand lines; left out: it stays. */
export interface NewTerms {
  readonly priority?: number
  readonly requestedOn?: string
  readonly partialPolicy?: string
  readonly cancelBy?: string | null
}

/**
 * Other terms for lines of binding demand, and all that waits for their items laid anew: who goes before whom, and when, is
 * decided again, while allocations and frozen promises stay as they are.
 * @param together all lines of the documents: what is delivered together gets one date.
 */
export const changeTerms = async (
  ctx: Ctx,
  terms: ReadonlyMap<string, NewTerms>,
  together: readonly string[],
  cause: Cause,
): Promise<Moved[]> => {
  const { sql, company } = ctx
  const ids = [...terms.keys()].sort()
  if (ids.length === 0) return []
  const places = await sql<SiteItem[]>`
    select distinct site_id, item_id
      from demand_line
     where company_id = ${company} and id = any (${ids})`
  const scene = await lockScene(ctx, places, { lineIds: [...ids, ...together] })
  const all = ids.map((id) => terms.get(id)!)
  await sql`
    update demand_line line
       set priority = coalesce(given.priority, line.priority), requested_on = coalesce(given.requested_on, line.requested_on),
           partial_policy = coalesce(given.partial_policy, line.partial_policy), cancel_by = case when given.sets_cancel = 1 then given.cancel_by else line.cancel_by end,
           version = line.version + 1
      from unnest(${ids}::uuid[], ${all.map((t) => t.priority ?? null)}::int2[], ${all.map((t) => t.requestedOn ?? null)}::date[],
                  ${all.map((t) => t.partialPolicy ?? null)}::text[], ${all.map((t) => Number(t.cancelBy !== undefined))}::int4[], ${all.map((t) => t.cancelBy ?? null)}::date[])
           as given (id, priority, requested_on, partial_policy, sets_cancel, cancel_by)
     where line.company_id = ${company} and line.id = any (${ids}) and line.id = given.id`
  await redateAllocated(ctx, ids)
  return replan(ctx, { siteItems: places, scene, cause })
}
