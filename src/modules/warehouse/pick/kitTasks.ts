import type { Ctx } from '../../../core/ctx.ts'
import { withKitParts } from '../../promise/index.ts'
import { claimBins } from '../wave/pickTasks.ts'
import { taskAllocations } from '../wave/untasked.ts'

/** An open pick task of a kit that somebody fell short of, in nobody's hands. */
export interface KitTask {
  readonly id: string
  readonly demandLineId: string
  readonly allocationId: string
  readonly siteId: string
  readonly itemId: string
  readonly lotId: string
  readonly lpnId: string
  readonly ownerId: string
  readonly locationId: string
  readonly open: number
}

/**
 * The demand lines of short picks with all components of their kits, and these kits' other open tasks, locked. A task that
 * somebody has in hand or is booking now is passed over, not waited for: what is picked beyond whole kits stands at the
 * stage until its kit is whole.
 */
export const lockKits = async (
  ctx: Ctx,
  shorts: readonly { taskId: string; demandLineId: string; orderId: string }[],
  ownTaskIds: readonly string[],
): Promise<{ lineIds: string[]; tasks: KitTask[] }> => {
  const { sql, company, now } = ctx
  const short = [...new Set(shorts.map((one) => one.demandLineId))]
  const lineIds = await withKitParts(ctx, short)
  if (lineIds.length === short.length) return { lineIds, tasks: [] }
  const tasks = await sql<KitTask[]>`
    select id, demand_line_id, allocation_id, site_id, item_id, lot_id, lpn_id, owner_id, from_location_id as location_id, qty - done_qty - short_qty as open
      from task
     where company_id = ${company} and order_id = any (${shorts.map((one) => one.orderId)}) and demand_line_id = any (${lineIds})
       and kind = 'pick' and ended_at is null and id <> all (${ownTaskIds as string[]}) and (lease_until is null or lease_until <= ${now})
     order by id
       for update skip locked`
  return { lineIds, tasks: [...tasks] }
}

/** Tasks give up what their kits have no use for, the last first; their claims on bins and allocations end with it. Bins are locked. */
export const cutTasks = async (
  ctx: Ctx,
  tasks: readonly KitTask[],
  surplus: readonly { lineId: string; qty: number }[],
): Promise<void> => {
  const { sql, company, now } = ctx
  const left = new Map(surplus.map(({ lineId, qty }) => [lineId, qty]))
  const cuts = tasks.toReversed().flatMap((task) => {
    const qty = Math.min(task.open, left.get(task.demandLineId) ?? 0)
    if (qty === 0) return []
    left.set(task.demandLineId, left.get(task.demandLineId)! - qty)
    return [{ ...task, qty: -qty }]
  })
  if (cuts.length === 0) return
  await sql`
    update task
       set qty = task.qty + cut.qty, reason = 'kit_short', version = task.version + 1,
           ended_at = case when task.done_qty + task.short_qty = task.qty + cut.qty then ${now}::timestamptz end
      from unnest(${cuts.map((cut) => cut.id)}::uuid[], ${cuts.map((cut) => cut.qty)}::int8[]) as cut (id, qty)
     where task.company_id = ${company} and task.id = any (${cuts.map((cut) => cut.id)}::uuid[]) and task.id = cut.id`
  await taskAllocations(ctx, cuts)
  await claimBins(ctx, cuts)
}
