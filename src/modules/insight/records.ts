import { query } from '../../core/capability.ts'
import { listPage } from '../../core/lists.ts'
import { notFound } from '../../core/refusal.ts'
import { listInput, page, t } from '../../core/t.ts'
import { addDays } from '../sites/index.ts'
import { kpis, recordsOf } from './kpis.ts'
import { placeAndTime } from './placeAndTime.ts'
import { DAYS } from './today.ts'

const Row = t.object({
  id: t.text(),
  day: t.date(),
  kind: t.text(),
  refId: t.nullable(t.text()),
  ref: t.text(),
  party: t.nullable(t.text({ max: 300 })),
  what: t.nullable(t.text()),
  part: t.int(),
  whole: t.int(),
  /** Counts for the figure: on time, filled, within the target. */
  good: t.bool(),
})

/** What a figure of Today is made of, one row for each record: `day:2026-11-23 good:no` are those that spoilt a day. */
export const records = query({
  title: 'The records behind a figure of Today',
  route: 'GET /insight/kpis/:key/records',
  permission: 'insight.read',
  admits: { siteId: 'site' },
  input: listInput({ key: t.code(), siteId: t.optional(t.id('site')) }),
  output: page(Row),
  async run({ key, siteId, ...input }, ctx, actor) {
    const kpi = kpis.find((one) => one.key === key)
    if (!kpi) throw notFound('figure')
    const { day, sites } = await placeAndTime(ctx, siteId, actor)
    // As far back as Today looks: its four weeks, and those it compares them with.
    return listPage(ctx, recordsOf(kpi, { from: addDays(day, 1 - 2 * DAYS), to: day, sites }), input) as never
  },
})
