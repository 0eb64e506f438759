import { query } from '../../../core/capability.ts'
import { type ListDefinition, listPage } from '../../../core/lists.ts'
import { listInput, page, type Static, t } from '../../../core/t.ts'
import { candidates } from './candidates.ts'

export const TaskRow = t.object({
  id: t.id('task'),
  no: t.int(),
  number: t.text(),
  /** A customer's order, or a transfer to another site; `order` is its number. */
  orderId: t.nullable(t.id('sales_order')),
  transferId: t.nullable(t.id('transfer_order')),
  order: t.nullable(t.text()),
  location: t.text(),
  itemId: t.id('item'),
  sku: t.text(),
  description: t.text(),
  /** Its pieces have numbers of their own, which are scanned at the pick. */
  serial: t.bool(),
  /** SSCC of the plate it is taken from. */
  plate: t.nullable(t.text()),
  lot: t.nullable(t.text()),
  expiresOn: t.nullable(t.date()),
  qty: t.qty(),
  uom: t.text(),
  /** Of goods sold by weight: what one weighs nominally; they are weighed when picked. */
  nominalG: t.nullable(t.int()),
  picked: t.qty(),
  short: t.qty(),
  status: t.oneOf(['open', 'done', 'short', 'cancelled']),
  assigneeId: t.nullable(t.id('app_user')),
  leaseUntil: t.nullable(t.moment()),
  tote: t.nullable(t.text()),
})
const statusSql = `case when task.ended_at is null then 'open' when task.short_qty > 0 then 'short' when task.done_qty = 0 then 'cancelled' else 'done' end`

/** Pick tasks in walking order: those of a wave ($2), or else those of a site ($3) that are open. */
export const taskList = (of: { waveId: string | null; siteId: string | null; openOnly: boolean }): ListDefinition => ({
  from: `task
    join item on item.company_id = $1 and item.id = task.item_id
    join location place on place.company_id = $1 and place.id = task.from_location_id
    left join lot on lot.company_id = $1 and lot.id = task.lot_id
    left join lpn plate on plate.company_id = $1 and plate.id = task.lpn_id
    left join sales_order on sales_order.company_id = $1 and sales_order.id = task.order_id
    left join order_site part on part.company_id = $1 and part.id = task.order_id and part.site_id = task.site_id
    left join transfer_order on transfer_order.company_id = $1 and transfer_order.id = task.order_id`,
  where: `task.company_id = $1 and task.kind = 'pick' and ($2::uuid is null or task.wave_id = $2::uuid) and ($3::uuid is null or task.site_id = $3::uuid)
   and (not $4::boolean or task.ended_at is null)`,
  params: [of.waveId, of.siteId, of.openOnly],
  select: `task.id, task.seq as no, task.number, case when transfer_order.id is null then task.order_id end as order_id, transfer_order.id as transfer_id, coalesce(sales_order.number, part.number, transfer_order.number) as "order", place.code as location, task.item_id, item.sku, item.name as description,
    item.tracking = 'serial' as serial, plate.sscc as plate, lot.code as lot, lot.expires_on, task.qty, item.base_uom as uom, case when item.catch_weight then item.weight_g end as nominal_g, task.done_qty as picked, task.short_qty as short, ${statusSql} as status,
    task.assignee_id, task.lease_until, null::text as tote`,
  id: 'task.id',
  columns: {
    no: { sql: 'task.seq', type: 'int' },
    number: { sql: 'task.number', type: 'code' },
    location: { sql: 'place.code', type: 'code' },
    sku: { sql: 'item.sku', type: 'code' },
    order: { sql: 'coalesce(sales_order.number, part.number, transfer_order.number)', type: 'code', nullable: true },
    lot: { sql: 'lot.code', type: 'code', nullable: true },
    status: { sql: statusSql, type: 'code', unsorted: true },
  },
  defaultSort: 'no',
  words: ['item.sku', 'item.name', 'place.code'],
  countsAll: true,
})

export const waveTasks = query({
  title: 'Tasks of a wave, page by page',
  route: 'GET /warehouse/waves/:id/tasks',
  permission: 'warehouse.read',
  admits: { id: 'wave' },
  input: listInput({ id: t.id('wave') }),
  output: page(TaskRow),
  run: ({ id, ...input }, ctx) =>
    listPage(ctx, taskList({ waveId: id, siteId: null, openOnly: false }), input) as never,
})

export const pickList = query({
  title: 'Open pick tasks in walking order',
  route: 'GET /warehouse/pick-list',
  permission: 'warehouse.read',
  admits: { siteId: 'site', waveId: 'wave' },
  input: t.object({
    siteId: t.id('site'),
    waveId: t.optional(t.id('wave')),
    limit: t.optional(t.int({ min: 1, max: 500 })),
    cursor: t.optional(t.text({ max: 400 })),
  }),
  output: t.object({
    tasks: t.list(TaskRow, { max: 500 }),
    /** The task to do now: mine, or one that nobody has in hand. */
    next: t.nullable(t.id('task')),
    /** Open tasks in all, and where the rest of them begins. */
    total: t.int({ min: 0 }),
    cursor: t.nullable(t.text({ max: 400 })),
  }),
  async run({ siteId, waveId, limit, cursor }, ctx, actor) {
    const { rows, total, next } = await listPage<Static<typeof TaskRow>>(
      ctx,
      taskList({ waveId: waveId ?? null, siteId, openOnly: true }),
      { limit: limit ?? 200, ...(cursor === undefined ? {} : { cursor }) },
    )
    const now = ctx.now.toISOString()
    const mine = rows.find((task) => task.assigneeId === actor.id || task.leaseUntil === null || task.leaseUntil < now)
    return { tasks: rows, next: mine?.id ?? null, total, cursor: next }
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
