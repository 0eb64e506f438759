import { query } from '../../../core/capability.ts'
import { t } from '../../../core/t.ts'
import { siteCalendars } from '../../sites/index.ts'
import { type LineRow, type PromiseRow, Step, stepsOf, summaryOf } from './steps.ts'

/** "Why this date?" of a demand line: asked for, what comes from where and when, what nothing covers. */
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
    steps: t.list(Step, { max: 500 }),
    text: t.text({ max: 500 }),
  }),
  async run({ lineId }, ctx) {
    const { sql, company } = ctx
    const [[line], promises] = await Promise.all([
      sql<LineRow[]>`
        select line.site_id, line.qty, line.requested_on, line.original_promise_on, line.latest_promise_on, line.route_days, line.partial_policy,
               line.allocated, line.backordered, line.shipped, line.owner_id is not null as own, item.base_uom as uom
          from demand_line line
          join item on item.company_id = line.company_id and item.id = line.item_id
         where line.company_id = ${company} and line.id = ${lineId}`,
      sql<PromiseRow[]>`
        select promise.qty, promise.due_on, promise.made_at, supply.id as supply_id, supply.kind, supply.reference, supply.due_on as supply_due_on
          from promise
          left join supply on supply.company_id = promise.company_id and supply.id = promise.supply_id
         where promise.company_id = ${company} and promise.demand_line_id = ${lineId} and promise.qty > 0
         order by promise.due_on, promise.id
         limit 400`,
    ])
    const site = (await siteCalendars(ctx, [line!.siteId])).get(line!.siteId)!
    const steps = stepsOf(line!, promises, site)
    const { requestedOn, originalPromiseOn, latestPromiseOn, qty, uom } = line!
    return {
      requestedOn,
      firstPromisedOn: originalPromiseOn,
      promisedOn: latestPromiseOn,
      qty,
      uom,
      steps,
      text: summaryOf(line!),
    }
  },
})
