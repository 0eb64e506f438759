import { command } from '../../../core/capability.ts'
import { NIL, t } from '../../../core/t.ts'
import { allocateLines } from './allocateLines.ts'

/** More are seen to in the next hour. */
const MOST = 2_000

/** Each hour: released lines that have come into their site's allocation horizon get lots for what they are promised from stock. */
export const allocateDue = command({
  title: 'Allocate lines that have come into the horizon',
  route: 'POST /promise/due-allocations',
  permission: 'promise.allocate',
  input: t.empty(),
  output: t.object({ lines: t.int(), qty: t.qty() }),
  async run(_, ctx) {
    const { sql, company, now } = ctx
    const due = await sql<{ id: string }[]>`
      select line.id
        from demand_line line
        join site on site.company_id = ${company} and site.id = line.site_id
        left join promise_rule own on own.company_id = ${company} and own.site_id = line.site_id
        left join promise_rule usual on usual.company_id = ${company} and usual.site_id = ${NIL}
        join lateral (
             select min(promise.due_on) as due_on
               from promise
              where promise.company_id = ${company} and promise.demand_line_id = line.id and promise.supply_id is null and promise.qty > 0) given on given.due_on is not null
       where line.company_id = ${company} and line.promised > 0 and line.released_at is not null
         and case when own.site_id is null then usual.horizon_days else own.horizon_days end is not null
         and given.due_on - line.route_days
             <= (${now}::timestamptz at time zone site.zone)::date + case when own.site_id is null then usual.horizon_days else own.horizon_days end
       order by line.priority, line.ordered_on, line.id
       limit ${MOST}`
    const got = await allocateLines(
      ctx,
      due.map((line) => line.id),
      { withinHorizon: true },
    )
    return {
      lines: got.filter((line) => line.allocated > 0).length,
      qty: got.reduce((sum, line) => sum + line.allocated, 0),
    }
  },
})
