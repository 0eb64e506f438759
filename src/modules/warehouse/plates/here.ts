import type { Ctx } from '../../../core/ctx.ts'
import { notFound, Refusal } from '../../../core/refusal.ts'
import { NIL } from '../../../core/t.ts'
import { lockPlates, type Plate } from '../../stock/index.ts'

/**
 * Plates that goods go onto or come off, locked by id: each stands where that is said, is not ended and not closed. The
 * nil uuid, loose goods, is no plate.
 */
export const openPlates = async (
  ctx: Ctx,
  wants: readonly { readonly lpnId: string; readonly locationId: string }[],
): Promise<Plate[]> => {
  const on = wants.filter((want) => want.lpnId !== NIL)
  if (on.length === 0) return []
  const plates = new Map(
    (
      await lockPlates(
        ctx,
        on.map((want) => want.lpnId),
      )
    ).map((plate) => [plate.id, plate]),
  )
  return on.map(({ lpnId, locationId }) => {
    const plate = plates.get(lpnId)
    if (!plate) throw notFound('plate')
    if (plate.endedAt !== null)
      throw new Refusal('plate_ended', `Plate ${plate.sscc} was broken up or has left; take another.`)
    if (plate.locationId !== locationId)
      throw new Refusal('plate_elsewhere', `Plate ${plate.sscc} stands at another place; move it or the goods first.`)
    if (plate.closedAt !== null)
      throw new Refusal('plate_closed', `Plate ${plate.sscc} is closed: open it before anything goes on or off.`)
    return plate
  })
}
