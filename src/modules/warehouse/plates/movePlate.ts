import { command } from '../../../core/capability.ts'
import { notFound, Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { lockTree, placePlates, postMoves } from '../../stock/index.ts'
import { demandPlace, demandTarget } from '../bins/places.ts'
import { plateDone, plateKindsOfPlace } from './buildPlate.ts'
import { contentsOf, refuseTasked } from './contents.ts'

/**
 * A plate goes to another place of the site with all that stands on it, nested plates and their goods too, in one go. One
 * that stood on another plate is lifted off it. Refused while tasks claim any part of it.
 */
export const movePlate = command({
  title: 'Move a plate with all that is on it',
  route: 'POST /warehouse/plates/:plateId/move',
  permission: 'warehouse.pick',
  admits: { plateId: 'lpn', toLocationId: 'location' },
  emits: ['plate.changed'],
  input: t.object({ plateId: t.id('lpn'), toLocationId: t.id('location') }),
  output: t.object({ ...plateDone.properties, plates: t.int(), qty: t.qty() }),
  async run({ plateId, toLocationId }, ctx, call) {
    const plates = await lockTree(ctx, plateId)
    const plate = plates.find((one) => one.id === plateId)
    if (!plate) throw notFound('plate')
    if (plate.endedAt !== null)
      throw new Refusal('plate_ended', `Plate ${plate.sscc} was broken up or has left; take another.`)
    if (plate.locationId === toLocationId)
      throw new Refusal('same_place', `Plate ${plate.sscc} stands there already.`, 422)
    const from = await demandPlace(ctx, plate.locationId, plateKindsOfPlace)
    const to = await demandPlace(ctx, toLocationId, plateKindsOfPlace)
    const goods = await contentsOf(ctx, plates)
    demandTarget(
      from,
      to,
      goods.map((row) => row.status),
    )
    await refuseTasked(ctx, plates)
    await postMoves(
      ctx,
      goods.map(({ locationId, status, ...row }) => ({
        ...row,
        fromLocationId: locationId,
        fromStatus: status,
        toLocationId,
        toStatus: status,
        causeKind: 'plate',
        causeId: plateId,
        actorId: call.actor.id,
        device: call.device,
      })),
    )
    await placePlates(
      ctx,
      plates.map((one) => one.id),
      { siteId: from.siteId, locationId: toLocationId, ended: false },
    )
    ctx.emit(call, 'plate.changed', { id: plateId, siteId: from.siteId })
    const qty = goods.reduce((sum, row) => sum + row.qty, 0)
    return { id: plateId, sscc: plate.sscc, plates: plates.length, qty }
  },
})
