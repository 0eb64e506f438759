import { command, query } from '../../../core/capability.ts'
import { NIL, t } from '../../../core/t.ts'
import { crossDocks, promiseRules } from './rules.ts'

const Rule = {
  frozenDays: t.int({ min: 0, max: 365, title: 'Frozen zone, days' }),
  maxAgeDays: t.int({ min: 1, max: 3_650, title: 'Maximum age, days' }),
  horizonDays: t.nullable(t.int({ min: 0, max: 365, title: 'Allocation horizon, days' })),
  crossDock: t.oneOf(crossDocks),
}

/** Of one site, or of the company for all sites that have none of their own. What is left out stays as it is. */
export const saveRules = command({
  title: 'Save the rules of promising',
  route: 'POST /promise/rules',
  permission: 'promise.rules',
  admits: { siteId: 'site' },
  input: t.object({
    siteId: t.optional(t.id('site')),
    frozenDays: t.optional(Rule.frozenDays),
    maxAgeDays: t.optional(Rule.maxAgeDays),
    horizonDays: t.optional(Rule.horizonDays),
    crossDock: t.optional(Rule.crossDock),
  }),
  output: t.object(Rule),
  async run({ siteId = NIL, ...given }, ctx) {
    const { sql, company } = ctx
    const rule = { ...(await promiseRules(ctx, [siteId])).get(siteId)!, ...given }
    await sql`
      insert into promise_rule (company_id, site_id, frozen_days, max_age_days, horizon_days, cross_dock)
      values (${company}, ${siteId}, ${rule.frozenDays}, ${rule.maxAgeDays}, ${rule.horizonDays}, ${rule.crossDock})
      on conflict (company_id, site_id) do update
         set frozen_days = excluded.frozen_days, max_age_days = excluded.max_age_days, horizon_days = excluded.horizon_days, cross_dock = excluded.cross_dock`
    return rule
  },
})

export const rules = query({
  title: 'The rules of promising at a site',
  route: 'GET /promise/rules',
  permission: 'promise.board',
  admits: { siteId: 'site' },
  input: t.object({ siteId: t.optional(t.id('site')) }),
  output: t.object(Rule),
  run: async ({ siteId = NIL }, ctx) => ({ ...(await promiseRules(ctx, [siteId])).get(siteId)! }),
})
