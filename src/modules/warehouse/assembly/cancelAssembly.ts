import { command } from '../../../core/capability.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import {
  allocateLines,
  cancelDemand,
  lockDemand,
  lockScene,
  MovedLines,
  namedMoves,
  replan,
  tellReplanned,
} from '../../promise/index.ts'
import { lockAssembly, partsOfAssembly } from './lockAssembly.ts'

/**
 * The rest of an assembly is not made: its components are free for who waits for them, and who was promised its kits is
 * promised anew. What is done stays done.
 */
export const cancelAssembly = command({
  title: 'Cancel the rest of an assembly',
  route: 'POST /warehouse/assemblies/:assemblyId/cancel',
  permission: 'warehouse.assemble',
  admits: { assemblyId: 'assembly_order' },
  emits: ['assembly.cancelled'],
  input: t.object({ assemblyId: t.id('assembly_order'), reason: t.text({ min: 3, max: 200 }) }),
  output: t.object({ id: t.id('assembly_order'), cancelled: t.qty(), affected: MovedLines }),
  async run({ assemblyId, reason }, ctx, call) {
    const { sql, company } = ctx
    const { number, siteId, itemId, qty, done, cancelled, supplyId } = await lockAssembly(ctx, assemblyId)
    const open = qty - done - cancelled
    if (open === 0) throw new Refusal('nothing_open', `Nothing of assembly ${number} is open any more.`)
    const parts = await partsOfAssembly(ctx, assemblyId)
    const ids = parts.map((part) => part.id)
    const places = [itemId, ...parts.map((part) => part.itemId)].map((id) => ({ siteId, itemId: id }))
    const scene = await lockScene(ctx, places, { lineIds: ids, between: () => lockDemand(ctx, assemblyId) })
    await cancelDemand(ctx, ids)
    const moved = await replan(ctx, {
      siteItems: places,
      scene,
      cause: { kind: 'cancellation', id: assemblyId, ref: number },
      supplies: [{ id: supplyId, expected: done }],
    })
    await sql`
      update assembly_order
         set cancelled = cancelled + ${open}, cancel_reason = ${reason}, version = version + 1
       where company_id = ${company} and id = ${assemblyId}`
    await allocateLines(
      ctx,
      moved.filter((line) => line.released && !ids.includes(line.lineId)).map((line) => line.lineId),
      { withinHorizon: true },
    )
    const others = moved.filter((line) => line.orderId !== assemblyId)
    tellReplanned(ctx, call, others)
    ctx.emit(call, 'assembly.cancelled', { id: assemblyId, siteId })
    return { id: assemblyId, cancelled: open, affected: await namedMoves(ctx, others) }
  },
})
