import { command } from '../../../core/capability.ts'
import { t } from '../../../core/t.ts'
import { replan, tellReplanned } from '../../promise/index.ts'
import { comingOf } from './coming.ts'
import { lockAssembly } from './lockAssembly.ts'

/**
 * Components of an assembly come sooner, later or not at all: what it brings follows, and who is promised its kits is planned
 * anew. Runs after `assembly.replanned`, in a transaction of its own: whoever moved the components holds their locks.
 */
export const redateAssembly = command({
  title: 'Say anew what an assembly brings and when',
  route: 'POST /warehouse/assemblies/:assemblyId/redate',
  permission: 'promise.allocate',
  admits: { assemblyId: 'assembly_order' },
  input: t.object({ assemblyId: t.id('assembly_order') }),
  output: t.object({ expected: t.qty(), dueOn: t.date(), affected: t.int() }),
  async run({ assemblyId }, ctx, call) {
    const order = await lockAssembly(ctx, assemblyId)
    const { number, siteId, itemId, supplyId } = order
    let coming = { expected: order.done, dueOn: order.dueOn }
    const moved = await replan(ctx, {
      siteItems: [{ siteId, itemId }],
      cause: { kind: 'supply', id: supplyId, ref: number },
      change: async () => {
        coming = await comingOf(ctx, order)
        return [{ id: supplyId, ...coming }]
      },
    })
    const changed = moved.filter((line) => line.changed)
    tellReplanned(ctx, call, changed)
    return { ...coming, affected: changed.length }
  },
})
