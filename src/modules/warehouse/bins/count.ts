import { command, query } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { notFound, Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import type { BinStock } from '../../stock/index.ts'
import { type Change, postChanges } from './changes.ts'
import { fetchHere, keepFound, piecesCounted } from './countSerials.ts'

interface CountTask {
  id: string
  number: string
  siteId: string
  locationId: string
  itemId: string
  lotId: string
  lpnId: string
  ownerId: string
  /** What the books said when it was counted; what was counted; what the short pick holds in the pool. */
  qty: number
  doneQty: number
  shortQty: number
  counted: boolean
  endedAt: string | null
}

const lockTask = async ({ sql, company }: Ctx, taskId: string): Promise<CountTask> => {
  const [task] = await sql<CountTask[]>`
    select id, number, site_id, from_location_id as location_id, item_id, lot_id, lpn_id, owner_id, qty, done_qty, short_qty, actor_id is not null as counted, ended_at
      from task
     where company_id = ${company} and id = ${taskId} and kind = 'count'
       for update`
  if (!task) throw notFound('count')
  if (task.endedAt !== null) throw new Refusal('task_ended', `Count ${task.number} is closed already.`)
  return task
}

/** A blind count: the counter is not told what the books say. The difference waits for approval; nothing is posted yet. */
export const count = command({
  title: 'Count a bin',
  route: 'POST /warehouse/counts/:taskId',
  permission: 'warehouse.pick',
  admits: { taskId: 'task' },
  emits: ['count.recorded'],
  input: t.object({
    taskId: t.id('task'),
    counted: t.qty(),
    /** Of items tracked by serial number: the pieces that were found. */
    serials: t.optional(t.list(t.code(), { max: 10_000 })),
  }),
  output: t.object({ taskId: t.id('task'), needsApproval: t.bool() }),
  async run({ taskId, counted, serials }, ctx, call) {
    const { sql, company } = ctx
    const task = await lockTask(ctx, taskId)
    const [bin] = await sql<{ onHand: number }[]>`
      select on_hand
        from stock_balance
       where company_id = ${company} and location_id = ${task.locationId} and item_id = ${task.itemId} and lot_id = ${task.lotId}
         and lpn_id = ${task.lpnId} and owner_id = ${task.ownerId} and status = 'available'
         for update`
    const expected = bin?.onHand ?? 0
    await keepFound(ctx, taskId, task, counted, serials)
    await sql`
      update task
         set qty = ${expected}, done_qty = ${counted}, actor_id = ${call.actor.id}, version = version + 1
       where company_id = ${company} and id = ${taskId}`
    ctx.emit(call, 'count.recorded', { id: taskId, siteId: task.siteId })
    return { taskId, needsApproval: true }
  },
})

/**
 * Posts the difference between what was counted and what the books said at that moment, so that movements since then are
 * not lost. What the short pick held in the pool is let go: either it is gone with the difference, or it is there after all.
 */
export const approveCount = command({
  title: 'Approve a count',
  route: 'POST /warehouse/counts/:taskId/approve',
  permission: 'warehouse.adjust',
  admits: { taskId: 'task' },
  emits: ['count.approved'],
  input: t.object({ taskId: t.id('task') }),
  output: t.object({ taskId: t.id('task'), variance: t.int(), moveId: t.nullable(t.id('stock_move')) }),
  async run({ taskId }, ctx, call) {
    const { sql, company, now } = ctx
    const task = await lockTask(ctx, taskId)
    if (!task.counted) throw new Refusal('not_counted', `Nobody has counted for ${task.number} yet.`)
    const variance = task.doneQty - task.qty
    const { locationId, itemId, lotId, lpnId, ownerId } = task
    const by = { actorId: call.actor.id, device: call.device }
    const bin = { locationId, itemId, lotId, lpnId, ownerId }
    const pieces = await piecesCounted(ctx, taskId, task.siteId, bin)
    const changes = pieces?.changes ?? changeOf(bin, variance)
    const [moveId = null] =
      changes.length === 0 && task.shortQty === 0
        ? []
        : await postChanges(
            ctx,
            {
              siteId: task.siteId,
              itemId,
              outside: 'adjust',
              kind: 'count',
              id: taskId,
              reason: 'count',
              ...by,
              call,
            },
            changes,
            task.shortQty === 0 ? null : { lotId, ownerId, qty: task.shortQty },
          )
    if (pieces) await fetchHere(ctx, taskId, bin, pieces.fetched, by)
    await sql`
      update task
         set ended_at = ${now}, version = version + 1
       where company_id = ${company} and id = ${taskId}`
    ctx.emit(call, 'count.approved', { id: taskId, siteId: task.siteId })
    return { taskId, variance, moveId }
  },
})

const changeOf = (bin: Omit<BinStock, 'qty' | 'status'>, variance: number): Change[] => {
  if (variance === 0) return []
  const stock = { ...bin, status: 'available', qty: Math.abs(variance) }
  return variance < 0 ? [{ from: stock, to: null }] : [{ from: null, to: stock }]
}

export const counts = query({
  title: 'Open counts',
  route: 'GET /warehouse/counts',
  permission: 'warehouse.read',
  admits: { siteId: 'site' },
  input: t.object({ siteId: t.id('site') }),
  output: t.object({
    counts: t.list(
      t.object({
        id: t.id('task'),
        number: t.text(),
        location: t.text(),
        sku: t.text(),
        lot: t.nullable(t.text()),
        counted: t.nullable(t.qty()),
        /** What the books said when it was counted: blind for those who count, so only for those who approve. */
        expected: t.needs('warehouse.adjust', t.qty()),
        reason: t.nullable(t.text()),
        createdAt: t.moment(),
      }),
      { max: 500 },
    ),
  }),
  async run({ siteId }, { sql, company }) {
    const counts = await sql<
      {
        id: string
        number: string
        location: string
        sku: string
        lot: string | null
        counted: number | null
        expected: number | null
        reason: string | null
        createdAt: string
      }[]
    >`
      select task.id, task.number, place.code as location, item.sku, lot.code as lot,
             case when task.actor_id is not null then task.done_qty end as counted, case when task.actor_id is not null then task.qty end as expected,
             task.reason, task.recorded_at as created_at
        from task
        join location place on place.company_id = ${company} and place.id = task.from_location_id
        join item on item.company_id = ${company} and item.id = task.item_id
        left join lot on lot.company_id = ${company} and lot.id = task.lot_id
       where task.company_id = ${company} and task.site_id = ${siteId} and task.kind = 'count' and task.ended_at is null
       order by task.id
       limit 500`
    return { counts }
  },
})
