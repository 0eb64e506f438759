import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { allocateLines } from '../allocation/allocateLines.ts'
import { cancelDemand, lockDemand } from '../allocations.ts'
import { tellReplanned } from '../replan/moved.ts'
import { replan } from '../replan/replan.ts'
import { lockScene } from '../replan/scene.ts'
import { writeComing } from './coming.ts'
import { lockTransfer, transferLines } from './lockTransfer.ts'

/**
 * Takes back what nobody has picked: the source's goods are free for who waits there, and the other site expects no more
 * of it, so its customers are promised anew. What is on the road goes on; it is received, or sent back by another transfer.
 */
export const cancelTransfer = command({
  title: 'Cancel the open rest of a transfer',
  route: 'POST /stock/transfers/:transferId/cancel',
  permission: 'stock.transfer',
  admits: { transferId: 'transfer_order' },
  emits: ['transfer.cancelled'],
  input: t.object({ transferId: t.id('transfer_order'), reason: t.text({ min: 3, max: 200 }) }),
  output: t.object({ id: t.id('transfer_order'), cancelled: t.qty() }),
  async run({ transferId, reason }, ctx, call) {
    const { number, state, fromSiteId, toSiteId } = await lockTransfer(ctx, transferId)
    if (state === 'cancelled') throw new Refusal('already_cancelled', `Transfer ${number} is already cancelled.`)
    let cancelled = 0
    if (state === 'confirmed') {
      const lines = await transferLines(ctx, transferId)
      const ids = lines.map((line) => line.id)
      const ends = [fromSiteId, toSiteId].flatMap((siteId) => lines.map(({ itemId }) => ({ siteId, itemId })))
      const scene = await lockScene(ctx, ends, { lineIds: ids, between: () => lockDemand(ctx, transferId) })
      const open = await openOf(ctx, transferId)
      if (open.busy > 0)
        throw new Refusal(
          'being_picked',
          `Transfer ${number} is being picked: take it out of its wave first. What is picked already is shipped, and sent back if need be.`,
        )
      cancelled = open.qty
      if (cancelled === 0)
        throw new Refusal(
          'nothing_open',
          `All of transfer ${number} has left: it can only be received or given up as lost.`,
        )
      await cancelDemand(ctx, ids)
      const moved = await replan(ctx, {
        siteItems: ends,
        scene,
        cause: { kind: 'cancellation', id: transferId, ref: number },
        change: async () => (await writeComing(ctx, transferId)).changes,
      })
      await allocateLines(
        ctx,
        moved.filter((line) => line.released).map((line) => line.lineId),
        { withinHorizon: true },
      )
      tellReplanned(ctx, call, moved)
      await markCancelled(ctx, transferId, reason, open.shipped > 0)
    } else await markCancelled(ctx, transferId, reason, false)
    ctx.emit(call, 'transfer.cancelled', { id: transferId, siteId: fromSiteId, otherSiteId: toSiteId })
    return { id: transferId, cancelled }
  },
})

const openOf = async ({ sql, company }: Ctx, transferId: string) => {
  const [row] = await sql<{ qty: number; shipped: number; busy: number }[]>`
    select coalesce(sum(line.qty - line.shipped - line.cancelled), 0)::int8 as qty, coalesce(sum(line.shipped), 0)::int8 as shipped, coalesce(sum(taken.busy), 0)::int8 as busy
      from demand_line line
      left join lateral (
           select sum(tasked + picked - shipped) as busy
             from allocation
            where allocation.company_id = ${company} and allocation.demand_line_id = line.id) taken on true
     where line.company_id = ${company} and line.ref_id = ${transferId}`
  return row!
}

/** What has left in part stays confirmed: the rest of it is cancelled, line by line. */
const markCancelled = ({ sql, company, now }: Ctx, transferId: string, reason: string, shipped: boolean) => sql`
  update transfer_order
     set state = ${shipped ? 'confirmed' : 'cancelled'}, cancelled_at = case when ${shipped} then cancelled_at else ${now}::timestamptz end, cancel_reason = ${reason},
         version = version + 1
   where company_id = ${company} and id = ${transferId}`
