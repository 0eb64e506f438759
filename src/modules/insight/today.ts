import { query } from '../../core/capability.ts'
import { listSums } from '../../core/lists.ts'
import { t } from '../../core/t.ts'
import { addDays } from '../sites/index.ts'
import { Decision, decisionsOf } from './decisions.ts'
import { flowOf } from './flow.ts'
import { kpis, recordsOf } from './kpis.ts'
import { placeAndTime } from './placeAndTime.ts'

export const DAYS = 28
interface DayRow {
  readonly day: string
  readonly part: number
  readonly whole: number
}
const Kpi = t.object({
  key: t.text(),
  label: t.text(),
  unit: t.oneOf(['ppm', 'minutes', 'minor', 'count']),
  value: t.nullable(t.int()),
  before: t.nullable(t.int()),
  target: t.nullable(t.int()),
  /** `before`: no target was set, the four weeks before are. */
  targetIs: t.oneOf(['set', 'before']),
  better: t.oneOf(['up', 'down']),
  series: t.list(t.nullable(t.int()), { max: DAYS }),
  definition: t.text({ max: 400 }),
  /** The list behind it, of the days it is about. */
  to: t.text(),
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
    const at = await placeAndTime(ctx, siteId, actor)
    const { day, sites } = at
    const from = addDays(day, 1 - DAYS)
    const span = { from: addDays(from, -DAYS), to: day, sites }
    const [rows, decisions, flow] = await Promise.all([
      Promise.all(
        kpis.map((kpi) =>
          listSums<DayRow>(
            ctx,
            recordsOf(kpi, span),
            'd.day, sum(d.part)::int8 as part, sum(d.whole)::int8 as whole',
            'd.day',
          ),
        ),
      ),
      decisionsOf(ctx, at, { limit: 50 }),
      flowOf(ctx, siteId ?? null),
    ])
    return {
      asOf: ctx.now.toISOString(),
      day,
      currency: at.currency,
      kpis: kpis.map(({ records: _, target, ...kpi }, at) => {
        const byDay = rows[at]!
        const before = overSpan(kpi.unit, byDay, span.from, addDays(from, -1))
        return {
          ...kpi,
          value: overSpan(kpi.unit, byDay, from, day),
          before,
          target: target ?? before,
          targetIs: target === null ? ('before' as const) : ('set' as const),
          series: seriesOf(kpi.unit, byDay, from),
          to: `/figures/${kpi.key}?filter=day:${from}..${day}`,
        }
      }),
      decisions: decisions.rows,
      decisionsTotal: decisions.total,
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
