import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import { NIL, t } from '../../../core/t.ts'
import { type Meant, makePlates, meantFields, plateKinds, postMoves, stockMeant } from '../../stock/index.ts'
import { refuseClaimed } from '../bins/claims.ts'
import { demandPlace } from '../bins/places.ts'
import { openPlates } from './here.ts'

export const plateDone = t.object({ id: t.id('lpn'), sscc: t.text() })
/** Where people build and load plates. */
export const plateKindsOfPlace = ['storage', 'pick', 'dock', 'quarantine'] as const

const Goods = t.object(meantFields())
const path = (at: number) => `goods.${at}.serials`

/** Goods of one place onto a plate there, or off one: loose when `toLpnId` is nil. What tasks claim stays. */
export const shiftGoods = async (
  ctx: Ctx,
  call: { actor: { id: string }; device: string | null },
  goods: readonly Meant[],
  to: { lpnId: string; causeId: string },
): Promise<void> => {
  const rows = (await stockMeant(ctx, goods, path)).flat()
  if (rows.some((row) => row.lpnId === to.lpnId))
    throw new Refusal(
      'same_place',
      to.lpnId === NIL ? 'These goods are loose already: name the plate.' : 'These goods stand on this plate already.',
      422,
    )
  await openPlates(ctx, [...rows, ...goods.map(({ locationId }) => ({ lpnId: to.lpnId, locationId }))])
  await refuseClaimed(ctx, rows)
  await postMoves(
    ctx,
    rows.map(({ locationId, status, ...row }) => ({
      ...row,
      toLpnId: to.lpnId,
      fromLocationId: locationId,
      fromStatus: status,
      toLocationId: locationId,
      toStatus: status,
      causeKind: 'plate',
      causeId: to.causeId,
      actorId: call.actor.id,
      device: call.device,
    })),
  )
}

export const buildPlate = command({
  title: 'Build a plate',
  route: 'POST /warehouse/plates',
  permission: 'warehouse.pick',
  admits: {
    locationId: 'location',
    parentId: 'lpn',
    'goods.itemId': 'item',
    'goods.lotId': 'lot',
    'goods.lpnId': 'lpn',
    'goods.ownerId': 'party',
  },
  emits: ['plate.changed'],
  input: t.object({
    locationId: t.id('location'),
    kind: t.optional(t.oneOf(plateKinds)),
    /** The label on it; left out: a label of ours. */
    sscc: t.optional(t.text({ min: 18, max: 18, pattern: '^[0-9]{18}$', title: 'SSCC' })),
    /** The plate it stands on. */
    parentId: t.optional(t.id('lpn')),
    /** Goods of that place that go onto it. */
    goods: t.optional(t.list(Goods, { max: 500 })),
  }),
  output: plateDone,
  lines: ({ goods }) => 1 + (goods?.length ?? 0),
  async run({ locationId, kind, sscc, parentId, goods = [] }, ctx, call) {
    const { siteId } = await demandPlace(ctx, locationId, plateKindsOfPlace)
    if (parentId !== undefined) await openPlates(ctx, [{ lpnId: parentId, locationId }])
    const [site] = await ctx.sql<{ entityId: string }[]>`
      select entity_id from site where company_id = ${ctx.company} and id = ${siteId}`
    const [plate] = await makePlates(ctx, site!.entityId, [
      {
        ...(sscc !== undefined && { sscc }),
        kind: kind ?? 'pallet',
        siteId,
        locationId,
        ...(parentId !== undefined && { parentId }),
      },
    ])
    if (goods.length > 0) {
      const meant = goods.map((one) => ({ ...one, locationId }))
      await shiftGoods(ctx, call, meant, { lpnId: plate!.id, causeId: plate!.id })
    }
    ctx.emit(call, 'plate.changed', { id: plate!.id, siteId })
    return { id: plate!.id, sscc: plate!.sscc }
  },
})
