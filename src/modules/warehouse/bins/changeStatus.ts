import { command } from '../../../core/capability.ts'
import { Refusal } from '../../../core/refusal.ts'
import { NIL, t } from '../../../core/t.ts'
import { checkReason, meantFields, statuses, stockMeant } from '../../stock/index.ts'
import { openPlates } from '../plates/here.ts'
import { postChanges } from './changes.ts'
import { demandPlace, demandTarget } from './places.ts'

const kinds = ['storage', 'pick', 'dock', 'quarantine']

/**
 * Goods of a bin become another status: to quarantine, damaged, hold, returns, or good again; where they stand, or put
 * down elsewhere of the site in the same go. What is allocated or claimed is refused by name, what was promised from them
 * is promised anew, and what is good again goes to who waits.
 */
export const changeStatus = command({
  title: 'Change the status of goods in a bin',
  route: 'POST /warehouse/status-changes',
  permission: 'warehouse.adjust',
  admits: {
    itemId: 'item',
    lotId: 'lot',
    lpnId: 'lpn',
    ownerId: 'party',
    locationId: 'location',
    toLocationId: 'location',
  },
  emits: ['stock.moved'],
  input: t.object({
    ...meantFields(),
    locationId: t.id('location'),
    toStatus: t.oneOf(statuses),
    /** Left out: they stay where they stand. */
    toLocationId: t.optional(t.id('location')),
    /** A reason code of kind status. */
    reason: t.code({ max: 40 }),
  }),
  output: t.object({ moveIds: t.list(t.id('stock_move'), { max: 10_000 }) }),
  async run({ toStatus, toLocationId, reason, ...meant }, ctx, call) {
    await checkReason(ctx, 'status', reason)
    const place = await demandPlace(ctx, meant.locationId, kinds)
    const target = toLocationId === undefined ? place : await demandPlace(ctx, toLocationId, kinds)
    demandTarget(place, target, [toStatus])
    const [rows] = await stockMeant(ctx, [meant], () => 'serials')
    if (rows!.some((row) => row.status === toStatus))
      throw new Refusal('same_status', `These goods are ${toStatus} already.`, 422)
    const stays = target.id === place.id
    if (!stays) await openPlates(ctx, rows!)
    const moveIds = await postChanges(
      ctx,
      {
        siteId: place.siteId,
        itemId: meant.itemId,
        outside: 'adjust',
        kind: 'status',
        id: call.actor.id,
        reason,
        actorId: call.actor.id,
        device: call.device,
        call,
      },
      rows!.map((from) => ({
        from,
        to: { ...from, locationId: target.id, status: toStatus, ...(!stays && { lpnId: NIL }) },
      })),
    )
    ctx.emit(call, 'stock.moved', { id: moveIds[0]!, siteId: place.siteId })
    return { moveIds }
  },
})
