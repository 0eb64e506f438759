import type { Ctx } from '../../../core/ctx.ts'
import { localDay, type SiteFacts, siteCalendars } from '../../sites/index.ts'
import { type PromiseRule, promiseRules } from '../rules/rules.ts'

export interface BoardSite {
  readonly site: SiteFacts
  readonly rule: PromiseRule
  readonly today: string
}

export const boardSite = async (ctx: Ctx, siteId: string): Promise<BoardSite> => {
  const [calendars, rules] = await Promise.all([siteCalendars(ctx, [siteId]), promiseRules(ctx, [siteId])])
  const site = calendars.get(siteId)!
  return { site, rule: rules.get(siteId)!, today: localDay(site.zone, ctx.now) }
}

/**
 * Lines of a site that wait, as SQL for lists over `$1` (company), with what is wrong with each:
 * `late`: it waits for a supply beyond the day asked for, comes later than was said first, or its day has passed;
 * `at_risk`: a supply behind the promise has not come, or does not make the day any more; `unfrozen`: a part of it may
 * still move; `rank`: the order of layAnew.ts.
 * Values are of the site's calendar and rules, never of a request; ids are checked uuids.
 */
export const waitingSql = ({ site, rule, today }: BoardSite, itemId?: string): string => {
  const at = (table: string): string => (itemId === undefined ? '' : ` and ${table}.item_id = '${itemId}'`)
  return `(
  select line.company_id, line.id, line.kind, line.ref_id, line.order_line_id, line.site_id, line.party_id, line.item_id, line.step, line.qty, line.priority, line.ordered_on, line.requested_on,
         line.original_promise_on, line.latest_promise_on, line.partial_policy, line.promised, line.backordered, line.allocated, line.released_at is not null as released,
         line.qty - line.shipped - line.cancelled - line.allocated as waiting,
         coalesce(pegs.supply_on > line.requested_on, false) or coalesce(line.latest_promise_on > line.original_promise_on or line.latest_promise_on < '${today}'::date, false) as late,
         line.backordered > 0 as short,
         coalesce(pegs.at_risk, false) as at_risk,
         line.backordered > 0 or coalesce(pegs.unfrozen, false) as unfrozen,
         '${today}'::date - line.ordered_on > ${rule.maxAgeDays} as aged,
         case when '${today}'::date - line.ordered_on > ${rule.maxAgeDays} then '0 ' || line.ordered_on else '1 ' || lpad(line.priority::text, 3, '0') || ' ' || line.ordered_on end as rank,
         case when line.component <= 1 and ordered.qty > 0
              then (ordered.net::numeric * (line.line_qty::numeric / line.qty) * (line.qty - line.shipped - line.cancelled - line.allocated) / ordered.qty)::int8 else 0 end as value
    from demand_line line
    left join sales_order_line ordered on ordered.company_id = line.company_id and ordered.id = line.order_line_id
    left join (
         select promise.demand_line_id, bool_or(supply.due_on < '${today}'::date or supply.due_on + ${site.dockToStockDays} > promise.due_on) as at_risk,
                bool_or(promise.due_on > '${today}'::date + ${rule.frozenDays}) as unfrozen, max(promise.due_on) filter (where promise.supply_id is not null) as supply_on
           from promise
           left join supply on supply.company_id = promise.company_id and supply.id = promise.supply_id
          where promise.company_id = $1 and promise.site_id = '${site.id}'${at('promise')} and promise.qty > 0
          group by promise.demand_line_id) pegs on pegs.demand_line_id = line.id
   where line.company_id = $1 and line.site_id = '${site.id}'${at('line')} and (line.backordered > 0 or line.promised > 0))`
}
