import { command } from '../../../core/capability.ts'
import { Refusal } from '../../../core/refusal.ts'
import { NIL, t } from '../../../core/t.ts'
import { meantFields, postMoves, stockMeant } from '../../stock/index.ts'
import { openPlates } from '../plates/here.ts'
import { refuseClaimed } from './claims.ts'
import { demandPlace, demandTarget } from './places.ts'

const kinds = ['storage', 'pick', 'dock', 'quarantine']

/** Loose goods, or goods off a plate, go to another bin of the site; what tasks claim stays. A plate itself goes by `movePlate`. */
export const move = command({
  title: 'Move goods between bins',
  route: 'POST /warehouse/moves',
  permission: 'warehouse.pick',
  admits: {
    itemId: 'item',
    lotId: 'lot',
    lpnId: 'lpn',
    ownerId: 'party',
    fromLocationId: 'location',
    toLocationId: 'location',
    toLpnId: 'lpn',
  },
  emits: ['stock.moved'],
  input: t.object({
    ...meantFields(),
    fromLocationId: t.id('location'),
    toLocationId: t.id('location'),
    /** A plate there that they are put onto. */
    toLpnId: t.optional(t.id('lpn')),
    reason: t.optional(t.code()),
    /** When it was so, for what is entered later. */
    effectiveAt: t.optional(t.moment()),
  }),
  output: t.object({ moveId: t.id('stock_move') }),
  async run({ fromLocationId, toLocationId, toLpnId, reason, effectiveAt, ...meant }, ctx, call) {
    if (fromLocationId === toLocationId)
      throw new Refusal('same_place', 'The goods are there already; onto a plate they go by loading it.', 422)
    const from = await demandPlace(ctx, fromLocationId, kinds)
    const to = await demandPlace(ctx, toLocationId, kinds)
    const [rows] = await stockMeant(ctx, [{ ...meant, locationId: fromLocationId }], () => 'serials')
    demandTarget(
      from,
      to,
      rows!.map((row) => row.status),
    )
    await openPlates(ctx, [...rows!, { lpnId: toLpnId ?? NIL, locationId: toLocationId }])
    await refuseClaimed(ctx, rows!)
    const [moveId] = await postMoves(
      ctx,
      rows!.map((row) => ({
        ...row,
        toLpnId: toLpnId ?? NIL,
        fromLocationId,
        fromStatus: row.status,
        toLocationId,
        toStatus: row.status,
        causeKind: 'move',
        causeId: call.actor.id,
        reason: reason ?? null,
        actorId: call.actor.id,
        device: call.device,
        effectiveAt,
      })),
    )
    ctx.emit(call, 'stock.moved', { id: moveId!, siteId: from.siteId })
    return { moveId: moveId! }
  },
})
