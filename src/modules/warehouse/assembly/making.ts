import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import { NIL } from '../../../core/t.ts'
import { type BinStock, type NewMove, ownersByIds, placeOfKind } from '../../stock/index.ts'

/** The site's place where goods become others. */
export const productionOf = async (ctx: Ctx, siteId: string): Promise<string> => {
  const id = (await placeOfKind(ctx, [siteId], 'production')).get(siteId)
  if (!id)
    throw new Refusal('no_production_location', 'This site has no active location of kind production; make one first.')
  return id
}

export interface Making {
  readonly reportId: string
  readonly kind: 'assembly' | 'disassembly'
  readonly productionId: string
  readonly actorId: string
  readonly device: string | null
}

/**
 * Goods that go into what is made: off their bins to the place of production. A supplier's consigned goods become ours
 * first, where they stand: what we owe is known by those moves.
 * @param release units of an allocation that end with each.
 */
export const intoProduction = async (
  ctx: Ctx,
  { reportId, kind, productionId, actorId, device }: Making,
  goods: readonly (BinStock & { readonly lineId?: string })[],
  { release }: { release: boolean },
): Promise<NewMove[]> => {
  const owners = await ownersByIds(
    ctx,
    goods.map((one) => one.ownerId),
  )
  return goods.flatMap(({ locationId, status, ownerId, qty, lineId, ...stock }) => {
    const consumed = owners.get(ownerId) === 'consigned'
    const shared = {
      ...{ itemId: stock.itemId, lotId: stock.lotId, lpnId: stock.lpnId, qty, causeId: reportId, actorId, device },
      ...{ fromLocationId: locationId, fromStatus: status, toStatus: status },
      ...(stock.serials && { serials: stock.serials }),
      ...(lineId !== undefined && { causeLineId: lineId }),
    }
    const out: NewMove = {
      ...shared,
      ...{ ownerId: consumed ? NIL : ownerId, toLocationId: productionId, toLpnId: NIL, causeKind: kind },
      releaseAllocated: release && !consumed ? qty : 0,
    }
    if (!consumed) return [out]
    const ours: NewMove = {
      ...shared,
      ...{ ownerId, toOwnerId: NIL, toLocationId: locationId, causeKind: 'consumption' },
      releaseAllocated: release ? qty : 0,
    }
    return [ours, out]
  })
}
