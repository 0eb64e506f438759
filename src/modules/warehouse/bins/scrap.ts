import { command } from '../../../core/capability.ts'
import { t } from '../../../core/t.ts'
import { checkReason, meantFields, stockMeant } from '../../stock/index.ts'
import { postChanges } from './changes.ts'
import { demandPlace } from './places.ts'

/** Goods that are thrown away: they leave for the site's scrap, of whatever status, with the reason why. */
export const scrap = command({
  title: 'Scrap goods',
  route: 'POST /warehouse/scrap',
  permission: 'warehouse.adjust',
  admits: { itemId: 'item', lotId: 'lot', lpnId: 'lpn', ownerId: 'party', locationId: 'location' },
  emits: ['stock.adjusted'],
  input: t.object({
    ...meantFields(),
    locationId: t.id('location'),
    /** A reason code of kind scrap. */
    reason: t.code({ max: 40 }),
    /** When it was so, for what is entered later. */
    effectiveAt: t.optional(t.moment()),
  }),
  output: t.object({ moveIds: t.list(t.id('stock_move'), { max: 10_000 }) }),
  async run({ reason, effectiveAt, ...meant }, ctx, call) {
    await checkReason(ctx, 'scrap', reason)
    const { siteId } = await demandPlace(ctx, meant.locationId, ['storage', 'pick', 'dock', 'quarantine'])
    const [rows] = await stockMeant(ctx, [meant], () => 'serials')
    const moveIds = await postChanges(
      ctx,
      {
        siteId,
        itemId: meant.itemId,
        outside: 'scrap',
        kind: 'scrap',
        id: call.actor.id,
        reason,
        actorId: call.actor.id,
        device: call.device,
        effectiveAt,
        call,
      },
      rows!.map((from) => ({ from, to: null })),
    )
    ctx.emit(call, 'stock.adjusted', { id: moveIds[0]!, siteId })
    return { moveIds }
  },
})
