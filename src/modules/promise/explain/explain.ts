import type { Actor } from '../../../core/capability.ts'
import { query } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { t } from '../../../core/t.ts'
import { daysBetween, localDay, siteCalendars } from '../../sites/index.ts'
import { promiseRules } from '../rules/rules.ts'
import { whyHere } from '../sources/whyHere.ts'
import { type AheadRow, type ChangeRow, movedSteps, queueStep } from './history.ts'
import { type LineRow, type PromiseRow, Step, said, stepsOf, summaryOf } from './steps.ts'

/**
 * "Why this date?" of a demand line: asked for, what comes from where and when, what nothing covers, who goes before it, the
 * rules that hold for it, and how the date has moved.
 */
export const explain = query({
  title: 'Why this promised date',
  route: 'GET /promise/lines/:lineId/explain',
  permission: 'promise.read',
  admits: { lineId: 'demand_line' },
  input: t.object({ lineId: t.id('demand_line') }),
  output: t.object({
    requestedOn: t.date(),
    firstPromisedOn: t.nullable(t.date()),
    promisedOn: t.nullable(t.date()),
    qty: t.qty(),
    uom: t.text(),
    steps: t.list(Step, { max: 1_000 }),
    text: t.text({ max: 500 }),
  }),
  async run({ lineId }, ctx, actor: Actor) {
    const { now } = ctx
    const [[line], found, promises, changes] = await Promise.all([
      lineOf(ctx, lineId),
      whyHere(ctx, lineId, actor.sites),
      promisesOf(ctx, lineId),
      changesOf(ctx, lineId),
    ])
    const { siteId } = line!
    const [calendars, rules] = await Promise.all([siteCalendars(ctx, [siteId]), promiseRules(ctx, [siteId])])
    const [site, rule] = [calendars.get(siteId)!, rules.get(siteId)!]
    // Who sees one customer's orders alone would count only those.
    const inside = actor.parties === null
    const queues = inside && (line!.backordered > 0 || promises.some((promise) => promise.supplyId !== null))
    const ahead = queues ? await aheadOf(ctx, lineId, localDay(site.zone, now), rule.maxAgeDays) : null
    const { requestedOn, originalPromiseOn, latestPromiseOn, qty, uom } = line!
    const [requested, ...rest] = stepsOf(line!, promises, { site, rule, now })
    const told = [requested!, ...(found === null ? [] : [said('sent from', null, found.text, found.qty)]), ...rest]
    return {
      requestedOn,
      firstPromisedOn: originalPromiseOn,
      promisedOn: latestPromiseOn,
      qty,
      uom,
      steps: [...told, ...(ahead ? [queueStep(ahead, rule.maxAgeDays)] : []), ...movedSteps(changes, uom, inside)],
      text: summaryOf(line!),
    }
  },
})

const lineOf = ({ sql, company }: Ctx, lineId: string) => sql<LineRow[]>`
  select line.site_id, line.qty, line.priority, line.ordered_on, line.requested_on, line.original_promise_on, line.latest_promise_on, line.route_days, line.partial_policy,
         line.allocated, line.backordered, line.shipped, line.cancelled, line.released_at is not null as released, line.cancel_by, line.fill_or_kill, line.owner_id is not null as own, item.base_uom as uom,
         line.partial_policy = 'complete' and line.backordered = 0 and line.qty > line.shipped + line.cancelled
           and exists (select 1
                         from demand_line mate
                        where mate.company_id = line.company_id and mate.ref_id = line.ref_id and mate.partial_policy = 'complete' and mate.backordered > 0) as waits_for_mate
    from demand_line line
    join item on item.company_id = line.company_id and item.id = line.item_id
   where line.company_id = ${company} and line.id = ${lineId}`

const promisesOf = ({ sql, company }: Ctx, lineId: string) => sql<PromiseRow[]>`
  select promise.qty, promise.due_on, coalesce(promise.alone_on, promise.due_on) as alone_on, promise.made_at, supply.id as supply_id, supply.kind, supply.reference, supply.due_on as supply_due_on
    from promise
    left join supply on supply.company_id = promise.company_id and supply.id = promise.supply_id
   where promise.company_id = ${company} and promise.demand_line_id = ${lineId} and promise.qty > 0
   order by promise.due_on, promise.id
   limit 300`

const changesOf = ({ sql, company }: Ctx, lineId: string) => sql<ChangeRow[]>`
  select recorded_at as at, was_on, now_on, was_backordered, now_backordered, cause, cause_ref
    from (select *
            from promise_change
           where company_id = ${company} and demand_line_id = ${lineId}
           order by id desc
           limit 100) latest
   order by id`

/** Lines that wait for the same item at the same site and rank before this one (../replan/rank.ts). */
const aheadOf = async ({ sql, company }: Ctx, lineId: string, today: string, maxAgeDays: number): Promise<AheadRow> => {
  const rows = await sql<{ own: boolean; id: string; priority: number; orderedOn: string; waits: boolean }[]>`
    select line.id = own.id as own, line.id, line.priority, line.ordered_on,
           line.backordered > 0 or exists (select 1 from promise where promise.company_id = ${company} and promise.demand_line_id = line.id and promise.supply_id is not null and promise.qty > 0) as waits
      from demand_line own
      join demand_line line on line.company_id = own.company_id and line.site_id = own.site_id and line.item_id = own.item_id and (line.backordered > 0 or line.promised > 0)
     where own.company_id = ${company} and own.id = ${lineId}`
  const own = rows.find((row) => row.own)!
  const aged = (row: { orderedOn: string }): boolean => daysBetween(row.orderedOn, today) > maxAgeDays
  const before = (row: { id: string; orderedOn: string }): boolean =>
    row.orderedOn === own.orderedOn ? row.id < own.id : row.orderedOn < own.orderedOn
  const out = { aged: 0, better: 0, older: 0 }
  for (const row of rows) {
    if (row.own || !row.waits) continue
    if (aged(row) && (!aged(own) || before(row))) out.aged += 1
    else if (aged(own) || aged(row)) continue
    else if (row.priority < own.priority) out.better += 1
    else if (row.priority === own.priority && before(row)) out.older += 1
  }
  return out
}
