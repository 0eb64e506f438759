import { query } from '../../core/capability.ts'
import { t } from '../../core/t.ts'
import { addDays, localDay } from '../sites/index.ts'
import { decisionsOf } from './decisions.ts'
import { flowOf } from './flow.ts'
import { type DayRow, kpis } from './kpis.ts'

const DAYS = 28
const Kpi = t.object({
  key: t.text(),
  label: t.text(),
  unit: t.oneOf(['ppm', 'minutes', 'minor', 'count']),
  value: t.nullable(t.int()),
  before: t.nullable(t.int()),
  target: t.nullable(t.int()),
  better: t.oneOf(['up', 'down']),
  series: t.list(t.nullable(t.int()), { max: DAYS }),
  definition: t.text({ max: 400 }),
  to: t.nullable(t.text()),
})
const Decision = t.object({
  id: t.text(),
  tone: t.oneOf(['bad', 'warn', 'info']),
  label: t.text(),
  kind: t.text(),
  refId: t.text(),
  ref: t.text(),
  party: t.text({ max: 300 }),
  detail: t.text({ max: 500 }),
  riskMinor: t.nullable(t.int()),
  action: t.object({
    label: t.text(),
    capability: t.nullable(t.text()),
    input: t.nullable(t.json()),
    to: t.nullable(t.text()),
  }),
})
const Stage = t.object({
  key: t.text(),
  label: t.text(),
  orders: t.int(),
  lines: t.int(),
  amountMinor: t.int(),
  to: t.nullable(t.text()),
})

/** Five numbers from events, what needs a decision with the money at risk, and where the work stands. */
export const today = query({
  title: 'Today: five KPIs, decisions, flow',
  route: 'GET /insight/today',
  permission: 'insight.read',
  admits: { siteId: 'site' },
  input: t.object({ siteId: t.optional(t.id('site')) }),
  output: t.object({
    asOf: t.moment(),
    day: t.date(),
    kpis: t.list(Kpi),
    decisions: t.list(Decision, { max: 50 }),
    decisionsTotal: t.int(),
    flow: t.list(Stage),
    currency: t.currency(),
  }),
  async run({ siteId }, ctx, actor) {
    const { sql, company, now } = ctx
    const site = siteId ?? null
    const sites = siteId === undefined ? actor.sites : [siteId]
    const [own] = await sql<
      { zone: string; currency: string }[]
    >`select zone, currency from company where company_id = ${company}`
    const day = localDay(own!.zone, now)
    const from = addDays(day, 1 - DAYS)
    const [rows, decisions, flow] = await Promise.all([
      Promise.all(kpis.map((kpi) => kpi.byDay(ctx, addDays(from, -DAYS), day, site, sites))),
      decisionsOf(ctx, day, site, sites),
      flowOf(ctx, site),
    ])
    return {
      asOf: now.toISOString(),
      day,
      currency: own!.currency,
      kpis: kpis.map(({ byDay: _, ...kpi }, at) => {
        const byDay = rows[at]!
        return {
          ...kpi,
          value: overSpan(kpi.unit, byDay, from, day),
          before: overSpan(kpi.unit, byDay, addDays(from, -DAYS), addDays(from, -1)),
          series: seriesOf(kpi.unit, byDay, from),
        }
      }),
      decisions: decisions.slice(0, 50),
      decisionsTotal: decisions.length,
      flow,
    }
  },
})

const pointOf = (unit: string, part: number, whole: number): number | null =>
  whole === 0
    ? null
    : unit === 'ppm'
      ? Math.round((part / whole) * 1_000_000)
      : unit === 'minor'
        ? part
        : Math.round(part / whole)

/** Over a span: shares and means over all its events, not means of daily figures; amounts are summed. */
const overSpan = (unit: string, rows: readonly DayRow[], from: string, to: string): number | null => {
  const within = rows.filter((row) => row.day >= from && row.day <= to)
  return pointOf(
    unit,
    within.reduce((sum, r) => sum + r.part, 0),
    within.reduce((sum, r) => sum + r.whole, 0),
  )
}
const seriesOf = (unit: string, rows: readonly DayRow[], from: string): (number | null)[] =>
  Array.from({ length: DAYS }, (_, at) => {
    const row = rows.find((r) => r.day === addDays(from, at))
    return row ? pointOf(unit, row.part, row.whole) : null
  })
