import { query } from '../../../core/capability.ts'
import { listPage } from '../../../core/lists.ts'
import { listInput, page, t } from '../../../core/t.ts'
import { stageJoins, stageSql, stages } from './stage.ts'

const Row = t.object({
  id: t.id('transfer_order'),
  number: t.text(),
  from: t.text(),
  to: t.text(),
  status: t.oneOf(stages),
  /** Its goods should have been there: the day asked for has passed and some are on the way or have not left. */
  late: t.bool(),
  reference: t.nullable(t.text()),
  orderedOn: t.date(),
  requestedOn: t.date(),
  /** When the last of it is at the other site's door: promised, or on the road. Null while part of it has no supply. */
  arrivesOn: t.nullable(t.date()),
  lines: t.int(),
  shipped: t.qty(),
  inTransit: t.qty(),
  received: t.qty(),
  lost: t.qty(),
})

export const transfers = query({
  title: 'Transfers between sites',
  route: 'GET /stock/transfers',
  permission: 'stock.read',
  admits: { siteId: 'site' },
  input: listInput({ siteId: t.optional(t.id('site')) }),
  output: page(Row),
  run: ({ siteId, ...input }, ctx) => {
    const today = ctx.now.toISOString().slice(0, 10)
    const late = `coalesce(o.state = 'confirmed' and (coalesce(d.open, 0) > 0 or coalesce(r.on_road, 0) > 0) and o.requested_on < '${today}'::date, false)`
    const arrives = `case when coalesce(d.open, 0) > 0 then greatest(d.promised_on, r.due_on) when r.on_road > 0 then r.due_on end`
    return listPage(
      ctx,
      {
        from: `transfer_order o${stageJoins}`,
        where: 'o.company_id = $1 and ($2::uuid is null or $2::uuid in (o.from_site_id, o.to_site_id))',
        params: [siteId ?? null],
        select: `o.id, o.number, o.from_code as "from", o.to_code as "to", ${stageSql} as status, ${late} as late, o.reference, o.ordered_on, o.requested_on, ${arrives} as arrives_on,
          o.line_count as lines, coalesce(r.shipped, 0) as shipped, coalesce(r.on_road, 0) as in_transit, coalesce(r.received, 0) as received, coalesce(r.lost, 0) as lost`,
        id: 'o.id',
        columns: {
          number: { sql: 'o.number', type: 'code' },
          from: { sql: 'o.from_code', type: 'code' },
          to: { sql: 'o.to_code', type: 'code' },
          status: { sql: stageSql, type: 'code', unsorted: true },
          late: { sql: late, type: 'bool', unsorted: true },
          reference: { sql: 'o.reference', type: 'code', nullable: true },
          orderedOn: { sql: 'o.ordered_on', type: 'date' },
          requestedOn: { sql: 'o.requested_on', type: 'date' },
          arrivesOn: { sql: arrives, type: 'date', nullable: true, unsorted: true },
          lines: { sql: 'o.line_count', type: 'int' },
          inTransit: { sql: 'coalesce(r.on_road, 0)', type: 'int', unsorted: true },
          lost: { sql: 'coalesce(r.lost, 0)', type: 'int', unsorted: true },
          recordedAt: { sql: 'o.recorded_at', type: 'moment' },
        },
        defaultSort: '-recordedAt',
        search: ['transfer_order'],
      },
      input,
    ) as never
  },
})
