import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { notFound, Refusal } from '../../../core/refusal.ts'
import { NIL, t } from '../../../core/t.ts'
import { meantFields, type Plate, platesByIds } from '../../stock/index.ts'
import { demandPlace } from '../bins/places.ts'
import { plateDone, plateKindsOfPlace, shiftGoods } from './buildPlate.ts'

const goodsAdmitted = { plateId: 'lpn', 'goods.itemId': 'item', 'goods.lotId': 'lot', 'goods.ownerId': 'party' }
const { lpnId: _, ...onPlate } = meantFields()

/** As it stands now; who then touches it locks it with the others of its command, and finds out when it moved meanwhile. */
const plateOf = async (ctx: Ctx, plateId: string): Promise<Plate> => {
  const [plate] = await platesByIds(ctx, [plateId])
  if (!plate) throw notFound('plate')
  if (plate.endedAt !== null)
    throw new Refusal('plate_ended', `Plate ${plate.sscc} was broken up or has left; take another.`)
  await demandPlace(ctx, plate.locationId, plateKindsOfPlace)
  return plate
}

/** Loose goods, or goods of other plates in the bin, go onto a plate where it stands. */
export const loadPlate = command({
  title: 'Put goods onto a plate',
  route: 'POST /warehouse/plates/:plateId/load',
  permission: 'warehouse.pick',
  admits: { ...goodsAdmitted, 'goods.lpnId': 'lpn' },
  emits: ['plate.changed'],
  input: t.object({ plateId: t.id('lpn'), goods: t.list(t.object(meantFields()), { min: 1, max: 500 }) }),
  output: plateDone,
  lines: ({ goods }) => goods.length,
  async run({ plateId, goods }, ctx, call) {
    const plate = await plateOf(ctx, plateId)
    const meant = goods.map((one) => ({ ...one, locationId: plate.locationId }))
    await shiftGoods(ctx, call, meant, { lpnId: plateId, causeId: plateId })
    ctx.emit(call, 'plate.changed', { id: plateId, siteId: plate.siteId })
    return { id: plateId, sscc: plate.sscc }
  },
})

/** Goods come off a plate and stand loose in the bin. */
export const unloadPlate = command({
  title: 'Take goods off a plate',
  route: 'POST /warehouse/plates/:plateId/unload',
  permission: 'warehouse.pick',
  admits: goodsAdmitted,
  emits: ['plate.changed'],
  input: t.object({ plateId: t.id('lpn'), goods: t.list(t.object(onPlate), { min: 1, max: 500 }) }),
  output: plateDone,
  lines: ({ goods }) => goods.length,
  async run({ plateId, goods }, ctx, call) {
    const plate = await plateOf(ctx, plateId)
    const meant = goods.map((one) => ({ ...one, lpnId: plateId, locationId: plate.locationId }))
    await shiftGoods(ctx, call, meant, { lpnId: NIL, causeId: plateId })
    ctx.emit(call, 'plate.changed', { id: plateId, siteId: plate.siteId })
    return { id: plateId, sscc: plate.sscc }
  },
})

/** Wrapped: nothing goes on or off until it is opened, by hand or by the first pick from it. */
export const closePlate = command({
  title: 'Close or open a plate',
  route: 'POST /warehouse/plates/:plateId/close',
  permission: 'warehouse.pick',
  admits: { plateId: 'lpn' },
  emits: ['plate.changed'],
  input: t.object({ plateId: t.id('lpn'), closed: t.bool() }),
  output: plateDone,
  async run({ plateId, closed }, ctx, call) {
    const plate = await plateOf(ctx, plateId)
    await ctx.sql`
      update lpn
         set closed_at = case when ${closed} then coalesce(closed_at, ${ctx.now}::timestamptz) end, version = version + 1
       where company_id = ${ctx.company} and id = ${plateId}`
    ctx.emit(call, 'plate.changed', { id: plateId, siteId: plate.siteId })
    return { id: plateId, sscc: plate.sscc }
  },
})
