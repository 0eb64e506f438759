import { query } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { type Static, t } from '../../../core/t.ts'
import { candidates } from './candidates.ts'

export const TaskRow = t.object({
  id: t.id('task'),
  no: t.int(),
  number: t.text(),
  orderId: t.nullable(t.id('sales_order')),
  order: t.nullable(t.text()),
  location: t.text(),
  itemId: t.id('item'),
  sku: t.text(),
  description: t.text(),
  lot: t.nullable(t.text()),
  expiresOn: t.nullable(t.date()),
  qty: t.qty(),
  uom: t.text(),
  picked: t.qty(),
  short: t.qty(),
  status: t.oneOf(['open', 'done', 'short', 'cancelled']),
  assigneeId: t.nullable(t.id('app_user')),
  leaseUntil: t.nullable(t.moment()),
  tote: t.nullable(t.text()),
})
/** Pick tasks in walking order. */
export const taskRows = (
  { sql, company }: Ctx,
  of: { waveId: string | null; siteId: string | null; openOnly: boolean; limit: number },
) => sql<Static<typeof TaskRow>[]>`
  select task.id, task.seq as no, task.number, task.order_id, sales_order.number as "order", place.code as location, task.item_id, item.sku, item.name as description,
         lot.code as lot, lot.expires_on, task.qty, item.base_uom as uom, task.done_qty as picked, task.short_qty as short,
         case when task.ended_at is null then 'open' when task.short_qty > 0 then 'short' when task.done_qty = 0 then 'cancelled' else 'done' end as status,
         task.assignee_id, task.lease_until, null::text as tote
    from task
    join item on item.company_id = ${company} and item.id = task.item_id
    join location place on place.company_id = ${company} and place.id = task.from_location_id
    left join lot on lot.company_id = ${company} and lot.id = task.lot_id
    left join sales_order on sales_order.company_id = ${company} and sales_order.id = task.order_id
   where task.company_id = ${company} and task.kind = 'pick'
     and (${of.waveId}::uuid is null or task.wave_id = ${of.waveId})
     and (${of.siteId}::uuid is null or task.site_id = ${of.siteId})
     and (not ${of.openOnly}::boolean or task.ended_at is null)
   order by task.seq, task.id
   limit ${of.limit}`

export const pickList = query({
  title: 'Open pick tasks in walking order',
  route: 'GET /warehouse/pick-list',
  permission: 'warehouse.read',
  admits: { siteId: 'site', waveId: 'wave' },
  input: t.object({
    siteId: t.id('site'),
    waveId: t.optional(t.id('wave')),
    limit: t.optional(t.int({ min: 1, max: 500 })),
  }),
  output: t.object({ tasks: t.list(TaskRow, { max: 500 }), next: t.nullable(t.id('task')) }),
  async run({ siteId, waveId, limit }, ctx, actor) {
    const tasks = await taskRows(ctx, { waveId: waveId ?? null, siteId, openOnly: true, limit: limit ?? 200 })
    const now = ctx.now.toISOString()
    const mine = tasks.find((task) => task.assigneeId === actor.id || task.leaseUntil === null || task.leaseUntil < now)
    return { tasks, next: mine?.id ?? null }
  },
})

/** No site has as many open orders. */
const ALL = 1_000_000

export const toWave = query({
  title: 'What could go into the next wave',
  route: 'GET /warehouse/to-wave',
  permission: 'warehouse.read',
  admits: { siteId: 'site' },
  input: t.object({ siteId: t.id('site') }),
  output: t.object({ orders: t.int(), lines: t.int() }),
  async run({ siteId }, ctx) {
    const found = await candidates(ctx, siteId, null, ALL)
    return { orders: new Set(found.map((line) => line.orderId)).size, lines: found.length }
  },
})
