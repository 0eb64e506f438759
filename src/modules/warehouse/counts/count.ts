import { type Call, command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { notFound, Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { lockPools, lockScene, ownWaiting, type Scene } from '../../promise/index.ts'
import type { BinStock } from '../../stock/index.ts'
import { type Change, postChanges } from '../bins/changes.ts'
import { fetchHere, keepFound, piecesCounted } from './countSerials.ts'
import { isWithin, readProgram } from './program.ts'

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
  countedAt: string | null
  countedBy: string | null
  tries: number
  reason: string | null
  endedAt: string | null
}

const lockTask = async ({ sql, company }: Ctx, taskId: string): Promise<CountTask> => {
  const [task] = await sql<CountTask[]>`
    select id, number, site_id, from_location_id as location_id, item_id, lot_id, lpn_id, owner_id, qty, done_qty, short_qty, actor_id is not null as counted, counted_at, actor_id as counted_by, coalesce(tries, 0) as tries, reason, ended_at
      from task
     where company_id = ${company} and id = ${taskId} and kind = 'count'
       for update`
  if (!task) throw notFound('count')
  if (task.endedAt !== null) throw new Refusal('task_ended', `Count ${task.number} is closed already.`)
  return task
}

/**
 * All that booking a difference may change, before the bin is: whoever promises or picks holds positions or pools and waits for bins. Which
 * difference there is shows only once the bin is locked.
 */
const lockAround = async (ctx: Ctx, { siteId, itemId, ownerId }: CountTask): Promise<Scene> => {
  await ownWaiting(ctx, [{ siteId, itemId, ownerId }])
  const scene = await lockScene(ctx, [{ siteId, itemId }])
  await lockPools(ctx, [{ siteId, itemId }])
  return scene
}

/**
 * What the books had in the bin at the moment it was counted. The bin is locked, so no move is under way: what they have
 * now less what was recorded since. Movements go on while somebody counts and walks, or is offline for an hour.
 */
const booksAt = async ({ sql, company }: Ctx, task: CountTask, countedAt: string): Promise<number> => {
  const [bin] = await sql<{ onHand: number }[]>`
    select on_hand
      from stock_balance
     where company_id = ${company} and location_id = ${task.locationId} and item_id = ${task.itemId} and lot_id = ${task.lotId}
       and lpn_id = ${task.lpnId} and owner_id = ${task.ownerId} and status = 'available'
       for update`
  const [since] = await sql<{ change: number }[]>`
    select coalesce(sum(case when to_location_id = ${task.locationId} and to_lpn_id = ${task.lpnId} and to_owner_id = ${task.ownerId} and to_status = 'available' then qty else 0 end
                      - case when from_location_id = ${task.locationId} and lpn_id = ${task.lpnId} and owner_id = ${task.ownerId} and from_status = 'available' then qty else 0 end), 0)::int8 as change
      from stock_move
     where company_id = ${company} and item_id = ${task.itemId} and lot_id = ${task.lotId} and id >= uuid_from(${countedAt}) and recorded_at > ${countedAt}`
  return (bin?.onHand ?? 0) - since!.change
}

/**
 * A blind count: the counter is not told what the books say. A difference within the site's tolerance is booked at once,
 * one beyond it waits for approval or another count.
 */
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
    /** When the bin was looked at, if that is not now: what moved since does not count. */
    countedAt: t.optional(t.moment()),
  }),
  output: t.object({ taskId: t.id('task'), needsApproval: t.bool() }),
  async run({ taskId, counted, serials, countedAt }, ctx, call) {
    const { sql, company, now } = ctx
    const task = await lockTask(ctx, taskId)
    const at = countedAt === undefined ? now.toISOString() : new Date(countedAt).toISOString()
    if (at > now.toISOString() || Date.parse(at) < now.getTime() - 7 * 86_400_000)
      throw new Refusal('strange_moment', 'A count is entered within seven days of being made, and not before it.', 422)
    const scene = await lockAround(ctx, task)
    const expected = await booksAt(ctx, task, at)
    if (expected < 0) throw new Error(`bin of count ${task.number} held less than nothing at ${at}`)
    await keepFound(ctx, taskId, task, counted, serials, at)
    const tries = task.tries + 1
    await sql`
      update task
         set qty = ${expected}, done_qty = ${counted}, actor_id = ${call.actor.id}, counted_at = ${at}, tries = ${tries}, version = version + 1
       where company_id = ${company} and id = ${taskId}`
    ctx.emit(call, 'count.recorded', { id: taskId, siteId: task.siteId })
    const [program, costMicro] = await Promise.all([readProgram(ctx, task.siteId), costOf(ctx, task.itemId)])
    const variance = counted - expected
    const within = isWithin(program, expected, variance, variance * costMicro)
    if (within)
      await close(
        ctx,
        call,
        { ...task, qty: expected, doneQty: counted, tries, countedAt: at, countedBy: call.actor.id },
        { within, approvedBy: null, costMicro, scene },
      )
    return { taskId, needsApproval: !within }
  },
})

const costOf = async ({ sql, company }: Ctx, itemId: string): Promise<number> => {
  const [item] = await sql<{ costMicro: number }[]>`
    select cost_micro from item where company_id = ${company} and id = ${itemId}`
  return item!.costMicro
}

/**
 * Posts the difference between what was counted and what the books said at that moment, so that movements since then are
 * not lost. What the short pick held in the pool is let go: either it is gone with the difference, or it is there after all.
 */
const close = async (
  ctx: Ctx,
  call: Call<unknown>,
  task: CountTask,
  {
    within,
    approvedBy,
    costMicro,
    scene,
  }: { within: boolean; approvedBy: string | null; costMicro: number; scene?: Scene },
): Promise<{ variance: number; moveId: string | null }> => {
  const { sql, company, now } = ctx
  const taskId = task.id
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
          { siteId: task.siteId, itemId, outside: 'adjust', kind: 'count', id: taskId, reason: 'count', ...by, call },
          changes,
          task.shortQty === 0 ? null : { lotId, ownerId, qty: task.shortQty },
          scene,
        )
  if (pieces) await fetchHere(ctx, taskId, bin, pieces.fetched, by)
  await sql`
    update task
       set ended_at = ${now}, version = version + 1
     where company_id = ${company} and id = ${taskId}`
  await sql`
    insert into count_result (company_id, task_id, site_id, location_id, item_id, lot_id, lpn_id, owner_id, cause, counted_at, expected, counted, variance, variance_micro, within, tries, counted_by, approved_by, recorded_at)
    values (${company}, ${taskId}, ${task.siteId}, ${locationId}, ${itemId}, ${lotId}, ${lpnId}, ${ownerId}, ${task.reason ?? 'asked'}, ${task.countedAt ?? now.toISOString()},
            ${task.qty}, ${task.doneQty}, ${variance}, ${variance * costMicro}, ${within}, ${Math.max(1, task.tries)}, ${task.countedBy!}, ${approvedBy}, ${now})`
  ctx.emit(call, 'count.approved', { id: taskId, siteId: task.siteId })
  return { variance, moveId }
}

export const approveCount = command({
  title: 'Approve a count',
  route: 'POST /warehouse/counts/:taskId/approve',
  permission: 'warehouse.adjust',
  admits: { taskId: 'task' },
  emits: ['count.approved'],
  input: t.object({ taskId: t.id('task') }),
  output: t.object({ taskId: t.id('task'), variance: t.int(), moveId: t.nullable(t.id('stock_move')) }),
  async run({ taskId }, ctx, call) {
    const task = await lockTask(ctx, taskId)
    if (!task.counted) throw new Refusal('not_counted', `Nobody has counted for ${task.number} yet.`)
    const costMicro = await costOf(ctx, task.itemId)
    return { taskId, ...(await close(ctx, call, task, { within: false, approvedBy: call.actor.id, costMicro })) }
  },
})

/** Not believed: the bin is counted again, as blind as before. */
export const recount = command({
  title: 'Have a bin counted again',
  route: 'POST /warehouse/counts/:taskId/again',
  permission: 'warehouse.adjust',
  admits: { taskId: 'task' },
  input: t.object({ taskId: t.id('task') }),
  output: t.object({ taskId: t.id('task') }),
  async run({ taskId }, ctx) {
    const task = await lockTask(ctx, taskId)
    if (!task.counted) throw new Refusal('not_counted', `Nobody has counted for ${task.number} yet.`)
    await ctx.sql`
      update task
         set actor_id = null, qty = 0, done_qty = 0, counted_at = null, version = version + 1
       where company_id = ${ctx.company} and id = ${taskId}`
    return { taskId }
  },
})

const changeOf = (bin: Omit<BinStock, 'qty' | 'status'>, variance: number): Change[] => {
  if (variance === 0) return []
  const stock = { ...bin, status: 'available', qty: Math.abs(variance) }
  return variance < 0 ? [{ from: stock, to: null }] : [{ from: null, to: stock }]
}
