import { command } from '../../../core/capability.ts'
import { Refusal } from '../../../core/refusal.ts'
import { NIL, t } from '../../../core/t.ts'
import { postMoves } from '../../stock/index.ts'

export const move = command({
  title: 'Move goods between bins',
  route: 'POST /warehouse/moves',
  permission: 'warehouse.pick',
  admits: { itemId: 'item', lotId: 'lot', fromLocationId: 'location', toLocationId: 'location' },
  emits: ['stock.moved'],
  input: t.object({
    itemId: t.id('item'),
    lotId: t.optional(t.id('lot')),
    fromLocationId: t.id('location'),
    toLocationId: t.id('location'),
    qty: t.qty({ min: 1 }),
    reason: t.optional(t.code()),
  }),
  output: t.object({ moveId: t.id('stock_move') }),
  async run({ itemId, lotId, fromLocationId, toLocationId, qty, reason }, ctx, call) {
    const { sql, company } = ctx
    if (fromLocationId === toLocationId) throw new Refusal('same_place', 'The goods are there already.', 422)
    const places = await sql<{ id: string; siteId: string; kind: string }[]>`
      select id, site_id, kind
        from location
       where company_id = ${company} and id in (${fromLocationId}, ${toLocationId})`
    if (places.some((place) => !['storage', 'pick', 'dock'].includes(place.kind)))
      throw new Refusal(
        'wrong_location',
        'Goods move by hand between storage, pick and dock locations; stage and quarantine have their own ways.',
        422,
      )
    if (places[0]!.siteId !== places[1]!.siteId)
      throw new Refusal('other_site', 'Goods go to another site by a transfer order, not by a bin move.', 422)
    const [moveId] = await postMoves(ctx, [
      {
        itemId,
        lotId: lotId ?? NIL,
        fromLocationId,
        fromStatus: 'available',
        toLocationId,
        toStatus: 'available',
        qty,
        causeKind: 'move',
        causeId: call.actor.id,
        reason: reason ?? null,
        actorId: call.actor.id,
        device: call.device,
      },
    ])
    ctx.emit(call, 'stock.moved', { id: moveId!, siteId: places[0]!.siteId })
    return { moveId: moveId! }
  },
})
