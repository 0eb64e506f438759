import { command } from '../../../core/capability.ts'
import { t } from '../../../core/t.ts'
import { localDay } from '../../sites/index.ts'
import { planRule } from '../rules/rules.ts'
import { assignItemSites } from './readDemand.ts'

/** A run that was killed is gone on with by its jobs; one that has made no step for so long has lost them, and a new one may begin. */
const LOST_MS = 3_600_000

/**
 * Begins to plan everything anew: each night, and whenever somebody asks. The work is done in steps by jobs
 * (`planning.advance`), so that no transaction is long and a kill costs one step. One run at a time; asked again, it says
 * which one is under way.
 */
export const start = command({
  title: 'Plan replenishment anew',
  route: 'POST /planning/runs',
  permission: 'planning.run',
  input: t.object({}),
  output: t.object({ id: t.id('plan_run'), itemSites: t.int(), already: t.bool() }),
  deadlineMs: 120_000,
  async run(_, ctx, call) {
    const { sql, company, now } = ctx
    const [home] = await sql<{ zone: string }[]>`
      select zone
        from company
       where company_id = ${company}
         for no key update`
    const [under] = await sql<{ id: string; itemSites: number; steppedAt: string }[]>`
      select id, item_sites, stepped_at
        from plan_run
       where company_id = ${company} and state = 'running'`
    if (under && now.getTime() - Date.parse(under.steppedAt) < LOST_MS)
      return { id: under.id, itemSites: under.itemSites, already: true }
    if (under)
      await sql`
        update plan_run
           set state = 'failed', ended_at = ${now}
         where company_id = ${company} and id = ${under.id}`
    const id = ctx.id()
    const day = localDay(home!.zone, now)
    const rule = await planRule(ctx)
    const itemSites = await assignItemSites(ctx, { id, day })
    await sql`
      insert into plan_run (company_id, id, day, state, objective, level_ppm, holding_ppm, most_days, horizon, calibration, item_sites, done, proposals, figures, started_at, stepped_at, ended_at)
      values (${company}, ${id}, ${day}, 'running', ${rule.objective}, ${rule.levelPpm}, ${rule.holdingPpm}, ${rule.mostDays}, 0, null, ${itemSites}, 0, 0, null, ${now}, ${now}, null)`
    ctx.emit(call, 'plan.started', { id })
    return { id, itemSites, already: false }
  },
})
