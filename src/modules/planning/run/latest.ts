import { query } from '../../../core/capability.ts'
import { t } from '../../../core/t.ts'

const Figures = t.object({
  siteId: t.id('site'),
  site: t.text(),
  /** Expected at the reorder points, in parts of a million. */
  fillPpm: t.int(),
  stock: t.needs('cost.read', t.int()),
  exchange: t.list(t.object({ levelPpm: t.int(), stock: t.needs('cost.read', t.int()) }), { max: 20 }),
})

/** The run that is under way or was the last: how far it is, what it aims at, what that takes. */
export const latest = query({
  title: 'The latest run of planning',
  route: 'GET /planning/runs/latest',
  permission: 'planning.read',
  input: t.object({}),
  output: t.object({
    run: t.nullable(
      t.object({
        id: t.id('plan_run'),
        day: t.date(),
        state: t.oneOf(['running', 'done', 'failed']),
        objective: t.text(),
        levelPpm: t.int(),
        itemSites: t.int(),
        done: t.int(),
        proposals: t.int(),
        startedAt: t.moment(),
        endedAt: t.nullable(t.moment()),
        sites: t.list(Figures, { max: 1_000 }),
      }),
    ),
    open: t.int(),
    /** Of what is open: that nobody need look at twice, and sales at risk in minor units. */
    plain: t.int(),
    atRisk: t.int(),
  }),
  async run(_, { sql, company }) {
    const [[run], [open], sites] = await Promise.all([
      sql<
        {
          figures: {
            sites: { siteId: string; fill: number; stock: number; exchange: { level: number; stock: number }[] }[]
          } | null
        }[]
      >`
        select id, day, state, objective, level_ppm, item_sites, done, proposals, started_at, ended_at, figures
          from plan_run
         where company_id = ${company}
         order by started_at desc, id desc
         limit 1`,
      sql<{ open: number; plain: number; atRisk: number }[]>`
        select count(*)::int4 as open, (count(*) filter (where cautions = '{}'))::int4 as plain, coalesce(sum(at_risk), 0)::int8 as at_risk
          from proposal
         where company_id = ${company} and state = 'open'`,
      sql<{ id: string; code: string }[]>`
        select id, code
          from site
         where company_id = ${company}`,
    ])
    const codes = new Map(sites.map((site) => [site.id, site.code]))
    if (!run) return { run: null, ...open! }
    const { figures, ...shown } = run
    const ppm = (share: number) => Math.round(1e6 * share)
    const told = (figures?.sites ?? []).flatMap(({ siteId, fill, stock, exchange }) =>
      codes.has(siteId)
        ? [
            {
              siteId,
              site: codes.get(siteId)!,
              fillPpm: ppm(fill),
              stock,
              exchange: exchange.map((one) => ({ levelPpm: ppm(one.level), stock: one.stock })),
            },
          ]
        : [],
    )
    return { run: { ...shown, sites: told }, ...open! } as never
  },
})
