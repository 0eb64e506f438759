import { query } from '../../core/capability.ts'
import { listSums } from '../../core/lists.ts'
import { t } from '../../core/t.ts'
import { addDays } from '../sites/index.ts'
import { arrivalsOf } from './arrivals.ts'
import { placeAndTime } from './placeAndTime.ts'
import { DAYS } from './today.ts'

interface DayRow {
  readonly day: string
  readonly lines: number
  readonly keptFirst: number
  readonly keptLast: number
}
const share = (part: number, whole: number): number | null =>
  whole === 0 ? null : Math.round((part / whole) * 1_000_000)

/** How far promises were kept in four weeks: against what was said first, against what was said last, and what moved the rest. */
export const promiseKept = query({
  title: 'Promises kept: first against last against the day it came',
  route: 'GET /insight/promises-kept',
  permission: 'insight.read',
  admits: { siteId: 'site' },
  input: t.object({ siteId: t.optional(t.id('site')) }),
  output: t.object({
    from: t.date(),
    to: t.date(),
    lines: t.int(),
    keptFirst: t.int(),
    keptLast: t.int(),
    firstPpm: t.nullable(t.int()),
    lastPpm: t.nullable(t.int()),
    days: t.list(t.object({ day: t.date(), lines: t.int(), keptFirst: t.int(), keptLast: t.int() }), { max: DAYS }),
    /** Of the lines that came after their first promise: what had moved it back, dearest first; a line counts once for each. */
    causes: t.list(t.object({ cause: t.text(), lines: t.int() }), { max: 50 }),
  }),
  async run({ siteId }, ctx, actor) {
    const { day: to, sites } = await placeAndTime(ctx, siteId, actor)
    const span = { from: addDays(to, 1 - DAYS), to, sites }
    const arrivals = arrivalsOf(span)
    const [days, causes] = await Promise.all([
      listSums<DayRow>(
        ctx,
        arrivals,
        `d.left_on as day, count(*)::int as lines, (count(*) filter (where d.came_on <= d.first_on))::int as kept_first, (count(*) filter (where d.came_on <= d.last_on))::int as kept_last`,
        'd.left_on',
      ),
      listSums<{ cause: string; lines: number }>(
        ctx,
        {
          ...arrivals,
          from: `${arrivals.from} join promise_change moved on moved.company_id = $1 and moved.demand_line_id = d.line_id`,
          where: 'd.came_on > d.first_on and (moved.now_on is null or moved.now_on > moved.was_on)',
        },
        'moved.cause, count(distinct d.line_id)::int as lines',
        'moved.cause',
      ),
    ])
    const sum = (of: (row: DayRow) => number): number => days.reduce((total, row) => total + of(row), 0)
    const [lines, keptFirst, keptLast] = [sum((d) => d.lines), sum((d) => d.keptFirst), sum((d) => d.keptLast)]
    return {
      from: span.from,
      to,
      lines,
      keptFirst,
      keptLast,
      firstPpm: share(keptFirst, lines),
      lastPpm: share(keptLast, lines),
      days: days.sort((a, b) => (a.day < b.day ? -1 : 1)),
      causes: causes.sort((a, b) => b.lines - a.lines || (a.cause < b.cause ? -1 : 1)),
    }
  },
})
