import { command } from '../../../core/capability.ts'
import { Refusal } from '../../../core/refusal.ts'
import { NIL, t } from '../../../core/t.ts'
import { checkReason, meantFields, ownersByIds, stockMeant } from '../../stock/index.ts'
import { postChanges } from './changes.ts'
import { demandPlace } from './places.ts'

/**
 * Goods become somebody else's where they stand: ours, a supplier's who consigns them, or a customer's who stores them. One
 * move with an owner on both sides. What is allocated or claimed is refused by name; what was promised from goods that a
 * customer now has is promised anew, and what becomes ours to sell goes to who waits. Whether consigned goods that became
 * ours are owed for is read from these moves (`stock.consumption`).
 */
export const changeOwner = command({
  title: 'Change the owner of goods in a bin',
  route: 'POST /warehouse/owner-changes',
  permission: 'warehouse.adjust',
  admits: {
    itemId: 'item',
    lotId: 'lot',
    lpnId: 'lpn',
    ownerId: 'party',
    locationId: 'location',
    toOwnerId: 'party',
  },
  emits: ['stock.moved'],
  input: t.object({
    ...meantFields(),
    locationId: t.id('location'),
    /** Whose they are from now on; left out: ours. */
    toOwnerId: t.optional(t.id('party')),
    /** A reason code of kind owner. */
    reason: t.code({ max: 40 }),
  }),
  output: t.object({ moveIds: t.list(t.id('stock_move'), { max: 10_000 }) }),
  async run({ toOwnerId = NIL, reason, ...meant }, ctx, call) {
    await checkReason(ctx, 'owner', reason)
    await ownersByIds(ctx, [toOwnerId])
    const place = await demandPlace(ctx, meant.locationId, ['storage', 'pick', 'dock', 'quarantine'])
    const [rows] = await stockMeant(ctx, [meant], () => 'serials')
    if (rows!.some((row) => row.ownerId === toOwnerId))
      throw new Refusal('same_owner', `These goods are ${toOwnerId === NIL ? 'ours' : 'theirs'} already.`, 422)
    const moveIds = await postChanges(
      ctx,
      {
        siteId: place.siteId,
        itemId: meant.itemId,
        outside: 'adjust',
        kind: 'owner',
        id: call.actor.id,
        reason,
        actorId: call.actor.id,
        device: call.device,
        call,
      },
      rows!.map((from) => ({ from, to: { ...from, ownerId: toOwnerId } })),
    )
    ctx.emit(call, 'stock.moved', { id: moveIds[0]!, siteId: place.siteId })
    return { moveIds }
  },
})
