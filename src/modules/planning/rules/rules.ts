import { command, query } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal, refuseTwice } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'

export const objectives = ['valueFill', 'unitFill', 'itemFill'] as const
export interface PlanRule {
  readonly objective: (typeof objectives)[number]
  readonly levelPpm: number
  readonly holdingPpm: number
  readonly mostDays: number
}
/** Until somebody says otherwise. A quarter a year for holding is the field's usual figure, an assumption. */
const USUAL: PlanRule = { objective: 'valueFill', levelPpm: 950_000, holdingPpm: 250_000, mostDays: 90 }

export const planRule = async ({ sql, company }: Ctx): Promise<PlanRule> => {
  const [rule] = await sql<PlanRule[]>`
    select objective, level_ppm, holding_ppm, most_days
      from plan_rule
     where company_id = ${company}`
  return rule ?? USUAL
}

/** Which sites another one supplies, by their ids. */
export const suppliedSites = async ({ sql, company }: Ctx): Promise<Map<string, string>> => {
  const rows = await sql<{ siteId: string; fromSiteId: string }[]>`
    select site_id, from_site_id
      from plan_site
     where company_id = ${company}`
  return new Map(rows.map((row) => [row.siteId, row.fromSiteId]))
}

const ruleFields = {
  objective: t.oneOf(objectives),
  levelPpm: t.int({ min: 500_000, max: 999_500, title: 'Service level' }),
  holdingPpm: t.int({ min: 10_000, max: 1_000_000, title: 'Cost of a year of stock' }),
  mostDays: t.int({ min: 7, max: 365, title: 'Days one order lasts at most' }),
}
const Supplied = t.object({ siteId: t.id('site'), fromSiteId: t.id('site') })

/** What is aimed at, and which sites are supplied by another. The next run plans by it. */
export const saveRules = command({
  title: 'Save the aims of replenishment',
  route: 'POST /planning/rules',
  permission: 'planning.rules',
  admits: { 'supplied.siteId': 'site', 'supplied.fromSiteId': 'site' },
  input: t.object({
    ...ruleFields,
    /** Left out: as it is. All sites that are supplied by another; those that are not named buy for themselves. */
    supplied: t.optional(t.list(Supplied, { max: 500 })),
  }),
  output: t.object({ saved: t.bool() }),
  async run({ supplied, ...rule }, ctx) {
    const { sql, company, now } = ctx
    const row = { companyId: company, ...rule, recordedAt: now }
    await sql`
      insert into plan_rule
      select * from json_populate_recordset(null::plan_rule, ${rowsJson([row])}::text::json)
      on conflict (company_id) do update
         set objective = excluded.objective, level_ppm = excluded.level_ppm, holding_ppm = excluded.holding_ppm, most_days = excluded.most_days,
             recorded_at = excluded.recorded_at`
    if (supplied === undefined) return { saved: true }
    refuseTwice(
      'supplied',
      supplied.map((one) => one.siteId),
    )
    await refuseRounds(ctx, supplied)
    await sql`delete from plan_site where company_id = ${company}`
    const rows = supplied.map((one) => ({ companyId: company, ...one }))
    await sql`
      insert into plan_site
      select * from json_populate_recordset(null::plan_site, ${rowsJson(rows)}::text::json)`
    return { saved: true }
  },
})

/** Goods come from somewhere: a lane leads there, and no site is in the end supplied by itself. */
const refuseRounds = async (
  { sql, company }: Ctx,
  supplied: readonly { readonly siteId: string; readonly fromSiteId: string }[],
): Promise<void> => {
  const lanes = await sql<{ way: string }[]>`
    select from_site_id || ' ' || to_site_id as way
      from lane
     where company_id = ${company} and active`
  const ways = new Set(lanes.map((lane) => lane.way))
  const sites = await sql<{ id: string; entityId: string }[]>`
    select id, entity_id
      from site
     where company_id = ${company}`
  const entityOf = new Map(sites.map((site) => [site.id, site.entityId]))
  const from = new Map(supplied.map((one) => [one.siteId, one.fromSiteId]))
  const errors = supplied.flatMap(({ siteId, fromSiteId }, at) => {
    const path = `supplied.${at}.fromSiteId`
    if (entityOf.get(siteId) !== entityOf.get(fromSiteId))
      return [{ path, message: 'That site is of another legal entity: between those goods are sold and bought.' }]
    if (!ways.has(`${fromSiteId} ${siteId}`))
      return [{ path, message: 'There is no way from there: save a lane with its days on the road first.' }]
    const seen = new Set([siteId])
    for (let next = from.get(siteId); next !== undefined; next = from.get(next)) {
      if (seen.has(next)) return [{ path, message: 'This site would in the end be supplied by itself.' }]
      seen.add(next)
    }
    return []
  })
  if (errors.length > 0) throw new Refusal('supply_errors', errors[0]!.message, 422, errors)
}

export const rules = query({
  title: 'Aims of replenishment',
  route: 'GET /planning/rules',
  permission: 'planning.read',
  input: t.object({}),
  output: t.object({ ...ruleFields, supplied: t.list(Supplied, { max: 500 }) }),
  async run(_, ctx) {
    const [rule, supplied] = await Promise.all([planRule(ctx), suppliedSites(ctx)])
    return { ...rule, supplied: [...supplied].map(([siteId, fromSiteId]) => ({ siteId, fromSiteId })) }
  },
})
