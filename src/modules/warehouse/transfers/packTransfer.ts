import { command } from '../../../core/capability.ts'
import { t } from '../../../core/t.ts'
import { lockTransfer } from '../../promise/index.ts'
import { Cartons, pack } from '../ship/pack.ts'
import { refuseOtherEnd } from './ends.ts'

/** Into cartons with an SSCC each, as an order is packed. */
export const packTransfer = command({
  title: 'Pack a transfer',
  route: 'POST /warehouse/transfers/:transferId/pack',
  permission: 'warehouse.pack',
  admits: { transferId: 'transfer_order', 'cartons.lines.lineId': 'demand_line', 'cartons.lines.lotId': 'lot' },
  emits: ['shipment.packed'],
  input: t.object({ transferId: t.id('transfer_order'), cartons: t.optional(Cartons) }),
  output: pack.output,
  async run({ transferId, cartons }, ctx, call) {
    const { fromSiteId } = await lockTransfer(ctx, transferId)
    refuseOtherEnd(call.actor, fromSiteId, 'leaves')
    const input = { orderId: transferId, ...(cartons ? { cartons } : {}) }
    const [outcome] = await pack.run([{ ...call, input }], ctx)
    if ('refused' in outcome!) throw outcome.refused
    return outcome!.done
  },
})
