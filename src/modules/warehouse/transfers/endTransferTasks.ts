import { command } from '../../../core/capability.ts'
import { t } from '../../../core/t.ts'
import { lockTransfer } from '../../promise/index.ts'
import { endTasks } from '../pick/endTasks.ts'
import { refuseOtherEnd } from './ends.ts'

/** The way out of a wave: what nobody has picked goes back to its bins, and the transfer may be cancelled. */
export const endTransferTasks = command({
  title: 'Take a transfer out of its wave',
  route: 'POST /warehouse/transfers/:transferId/end-tasks',
  permission: 'warehouse.wave',
  admits: { transferId: 'transfer_order' },
  input: t.object({ transferId: t.id('transfer_order'), reason: t.code() }),
  output: endTasks.output,
  async run({ transferId, reason }, ctx, call) {
    const { fromSiteId } = await lockTransfer(ctx, transferId)
    refuseOtherEnd(call.actor, fromSiteId, 'leaves')
    const input = { orderId: transferId, reason }
    return endTasks.run(input, ctx, { ...call, input })
  },
})
