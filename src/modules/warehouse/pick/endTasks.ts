import { command } from '../../../core/capability.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { claimBins } from '../wave/pickTasks.ts'
import { taskAllocations } from '../wave/untasked.ts'

/** The way out of a wave: what nobody has picked goes back to its bins; the order keeps its allocation and may be cancelled. */
export const endTasks = command({
  title: 'Take an order out of its wave',
  route: 'POST /warehouse/orders/:orderId/end-tasks',
  permission: 'warehouse.wave',
  admits: { orderId: 'sales_order' },
  input: t.object({ orderId: t.id('sales_order'), reason: t.code() }),
  output: t.object({ tasks: t.int(), qty: t.qty() }),
  async run({ orderId, reason }, ctx, { actor }) {
    const { sql, company, now } = ctx
    const tasks = await sql<
      {
        id: string
        allocationId: string
        locationId: string
        itemId: string
        lotId: string
        lpnId: string
        ownerId: string
        open: number
      }[]
    >`
      select id, allocation_id, from_location_id as location_id, item_id, lot_id, lpn_id, owner_id, qty - done_qty - short_qty as open
        from task
       where company_id = ${company} and order_id = ${orderId} and kind = 'pick' and ended_at is null
       order by id
         for update`
    if (tasks.length === 0) throw new Refusal('nothing_to_end', 'This order has no open pick tasks.')
    const back = tasks
      .map((task) => ({ ...task, qty: -task.open }))
      .sort((a, b) => (a.allocationId < b.allocationId ? -1 : 1))
    await sql`
      update task
         set qty = done_qty + short_qty, ended_at = ${now}, reason = ${reason}, actor_id = ${actor.id}, lease_until = null, version = version + 1
       where company_id = ${company} and id = any (${tasks.map((task) => task.id)})`
    await taskAllocations(ctx, back)
    await sql`
      select 1 as locked
        from stock_balance bin
       where bin.company_id = ${company} and bin.location_id = any (${tasks.map((task) => task.locationId)}) and bin.item_id = any (${tasks.map((task) => task.itemId)})
       order by bin.location_id, bin.item_id, bin.lot_id, bin.lpn_id, bin.owner_id, bin.status
         for update`
    await claimBins(ctx, back)
    return { tasks: tasks.length, qty: back.reduce((sum, one) => sum - one.qty, 0) }
  },
})
