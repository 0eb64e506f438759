import { query } from '../../core/capability.ts'
import { listPage } from '../../core/lists.ts'
import { listInput, page, t } from '../../core/t.ts'
import { addDays } from '../sites/index.ts'
import { arrivalsOf } from './arrivals.ts'
import { placeAndTime } from './placeAndTime.ts'
import { DAYS } from './today.ts'

const Row = t.object({
  id: t.text(),
  leftOn: t.date(),
  shipment: t.text(),
  lineId: t.id('demand_line'),
  orderId: t.id('sales_order'),
  order: t.text(),
  customer: t.nullable(t.text({ max: 300 })),
  sku: t.text(),
  qty: t.qty(),
  uom: t.text(),
  requestedOn: t.date(),
  firstOn: t.date(),
  lastOn: t.nullable(t.date()),
  cameOn: t.date(),
  /** The delivery was recorded; else the day is worked out from when it left. */
  proved: t.bool(),
  keptFirst: t.bool(),
  keptLast: t.nullable(t.bool()),
  daysLate: t.int(),
})

/** The lines behind "promises kept", one for each shipment of a line: `keptFirst:no` are those that came late. */
export const promiseRecords = query({
  title: 'The records behind promises kept',
  route: 'GET /insight/promises-kept/records',
  permission: 'insight.read',
  admits: { siteId: 'site' },
  input: listInput({ siteId: t.optional(t.id('site')) }),
  output: page(Row),
  async run({ siteId, ...input }, ctx, actor) {
    const { day: to, sites } = await placeAndTime(ctx, siteId, actor)
    return listPage(ctx, arrivalsOf({ from: addDays(to, 1 - DAYS), to, sites }), input) as never
  },
})
