import { command } from '../../../core/capability.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { endPicks, type OpenPick, unclaimBins } from './openPicks.ts'

/** The way out of a wave: what nobody has picked goes back to its bins; the order keeps its allocation and may be cancelled. */
export const endTasks = command({
  title: 'Take an order out of its wave',
  route: 'POST /warehouse/orders/:orderId/end-tasks',
  permission: 'warehouse.wave',
  admits: { orderId: ['sales_order', 'order_site'], siteId: 'site' },
  input: t.object({
    orderId: t.id('sales_order'),
    /** Left out: at all sites of the caller's that send a part of it. */
    siteId: t.optional(t.id('site')),
    reason: t.code(),
  }),
  output: t.object({ tasks: t.int(), qty: t.qty() }),
  async run({ orderId, siteId, reason }, ctx, { actor }) {
    const { sql, company } = ctx
    const sites = siteId === undefined ? actor.sites : [siteId]
    const tasks = await sql<OpenPick[]>`
      select id, allocation_id, from_location_id as location_id, item_id, lot_id, lpn_id, owner_id, qty - done_qty - short_qty as open
        from task
       where company_id = ${company} and order_id = ${orderId} and kind = 'pick' and ended_at is null and (${sites as string[] | null}::uuid[] is null or site_id = any (${sites as string[] | null}::uuid[]))
       order by id
         for update`
    if (tasks.length === 0) throw new Refusal('nothing_to_end', 'This order has no open pick tasks.')
    await endPicks(ctx, tasks, reason, actor.id)
    await unclaimBins(ctx, tasks)
    return { tasks: tasks.length, qty: tasks.reduce((sum, task) => sum + task.open, 0) }
  },
})
