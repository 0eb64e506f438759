import type { Ctx } from '../../../core/ctx.ts'
import { claimBins } from '../wave/pickTasks.ts'
import { taskAllocations } from '../wave/untasked.ts'

/** A pick task that is not done: units of one allocation that a bin was to give. Locked by who ends it. */
export interface OpenPick {
  readonly id: string
  readonly allocationId: string
  readonly locationId: string
  readonly itemId: string
  readonly lotId: string
  readonly lpnId: string
  readonly ownerId: string
  readonly open: number
}

/** Tasks end with what was picked of them; their allocations say that nobody is to pick the rest. The bins follow by `unclaimBins`. */
export const endPicks = async (
  ctx: Ctx,
  tasks: readonly OpenPick[],
  reason: string,
  actorId: string,
): Promise<void> => {
  if (tasks.length === 0) return
  const { sql, company, now } = ctx
  await sql`
    update task
       set qty = done_qty + short_qty, ended_at = ${now}, reason = ${reason}, actor_id = ${actorId}, lease_until = null, version = version + 1
     where company_id = ${company} and id = any (${tasks.map((task) => task.id)})`
  await taskAllocations(
    ctx,
    tasks
      .map(({ allocationId, open }) => ({ allocationId, qty: -open }))
      .sort((a, b) => (a.allocationId < b.allocationId ? -1 : 1)),
  )
}

/** Bins come last in the order of locks: what ended tasks claimed there is free again. */
export const unclaimBins = async (ctx: Ctx, tasks: readonly OpenPick[]): Promise<void> => {
  if (tasks.length === 0) return
  const { sql, company } = ctx
  await sql`
    select 1 as locked
      from stock_balance bin
     where bin.company_id = ${company} and bin.location_id = any (${tasks.map((task) => task.locationId)}) and bin.item_id = any (${tasks.map((task) => task.itemId)})
     order by bin.location_id, bin.item_id, bin.lot_id, bin.lpn_id, bin.owner_id, bin.status
       for update`
  await claimBins(
    ctx,
    tasks.map((task) => ({ ...task, qty: -task.open })),
  )
}
