import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { Findable } from '../../../core/search.ts'
import { type Static, t } from '../../../core/t.ts'
import { goodsLines } from '../../catalog/index.ts'
import { type Lane, lanesTo, localDay, siteCalendars } from '../../sites/index.ts'

/** What entering, amending and accepting share: the two sites and the lane between them, and lines in base units. */
export const TransferLineInput = t.object({
  itemId: t.id('item'),
  /** Left out: the item's base unit. */
  uom: t.optional(t.code({ max: 3 })),
  uomQty: t.int({ min: 1, max: 1_000_000_000 }),
})
export type LineAsked = Static<typeof TransferLineInput>

/** Customers have 0 to 9: they go before another site's shelves, unless somebody says otherwise. */
export const DEFAULT_PRIORITY = 20

export interface Way {
  readonly fromSiteId: string
  readonly toSiteId: string
  readonly fromCode: string
  readonly toCode: string
  readonly entityId: string
  readonly lane: Lane
  /** Today at the source. */
  readonly today: string
}

/** The two sites of a transfer, as far as goods may go from one to the other. */
export const wayBetween = async (ctx: Ctx, fromSiteId: string, toSiteId: string): Promise<Way> => {
  if (fromSiteId === toSiteId)
    throw new Refusal(
      'same_site',
      'Within a site goods are moved from bin to bin; a transfer goes to another one.',
      422,
    )
  const sites = await siteCalendars(ctx, [fromSiteId, toSiteId])
  const [source, target] = [sites.get(fromSiteId)!, sites.get(toSiteId)!]
  if (source.entityId !== target.entityId)
    throw new Refusal(
      'other_entity',
      `${source.code} and ${target.code} belong to different legal entities: between these goods are sold and bought, not moved. The mirrored sale and purchase come with purchasing; until then enter a sales order at ${source.code} and an expected receipt at ${target.code}.`,
    )
  const lane = (await lanesTo(ctx, toSiteId, fromSiteId)).get(fromSiteId)
  if (!lane)
    throw new Refusal(
      'no_lane',
      `There is no way from ${source.code} to ${target.code}: save a lane with its days on the road first.`,
    )
  return {
    fromSiteId,
    toSiteId,
    fromCode: source.code,
    toCode: target.code,
    entityId: source.entityId,
    lane,
    today: localDay(source.zone, ctx.now),
  }
}

/** Rows of transfer_line; all that is wrong with the lines is said at once. */
export const lineRows = async (
  ctx: Ctx,
  transfer: { readonly id: string; readonly fromSiteId: string; readonly toSiteId: string },
  lines: readonly LineAsked[],
): Promise<object[]> => {
  const { id: transferId, fromSiteId, toSiteId } = transfer
  const goods = await goodsLines(ctx, lines, 'move')
  return goods.map(({ itemId, uom, uomQty, qty }, at) => ({
    companyId: ctx.company,
    id: ctx.id(),
    transferId,
    lineNo: at + 1,
    fromSiteId,
    toSiteId,
    itemId,
    uom,
    uomQty,
    qty,
  }))
}

export const findableOf = (transfer: {
  readonly id: string
  readonly number: string
  readonly fromSiteId: string
  readonly toSiteId: string
  readonly fromCode: string
  readonly toCode: string
  readonly reference: string | null
}): Findable => ({
  kind: 'transfer_order',
  id: transfer.id,
  ref: transfer.number,
  title: `${transfer.fromCode} → ${transfer.toCode}`,
  detail: transfer.reference,
  codes: [transfer.number, ...(transfer.reference === null ? [] : [transfer.reference])],
  siteId: transfer.fromSiteId,
  otherSiteId: transfer.toSiteId,
})
