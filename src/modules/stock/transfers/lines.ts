import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { Findable } from '../../../core/search.ts'
import { type Static, t } from '../../../core/t.ts'
import { toBase } from '../../../math/price/amount.ts'
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

interface ItemRow {
  id: string
  sku: string
  kind: string
  isKit: boolean
  active: boolean
  baseUom: string
  uom: string
  num: number
  den: number
}

/** Rows of transfer_line; all that is wrong with the lines is said at once. */
export const lineRows = async (
  ctx: Ctx,
  transfer: { readonly id: string; readonly fromSiteId: string; readonly toSiteId: string },
  lines: readonly LineAsked[],
): Promise<object[]> => {
  const { sql, company } = ctx
  const rows = await sql<ItemRow[]>`
    select item.id, item.sku, item.kind, exists (select 1 from item_link link where link.company_id = ${company} and link.kind = 'kit' and link.item_id = item.id) as is_kit, item.active, item.base_uom, uom.uom, uom.num, uom.den
      from item
      join item_uom uom on uom.company_id = ${company} and uom.item_id = item.id
     where item.company_id = ${company} and item.id = any (${[...new Set(lines.map((line) => line.itemId))]})`
  const byItem = Map.groupBy(rows, (row) => row.id)
  const errors: { path: string; message: string }[] = []
  const out = lines.map(({ itemId, uom, uomQty }, at) => {
    const units = byItem.get(itemId)!
    const { sku, kind, isKit, active, baseUom } = units[0]!
    const unit = units.find((row) => row.uom === (uom ?? baseUom))
    const qty = unit ? toBase(uomQty, unit) : null
    if (kind !== 'goods') errors.push({ path: `lines.${at}.itemId`, message: `${sku} is no goods: nothing to move.` })
    else if (isKit)
      errors.push({
        path: `lines.${at}.itemId`,
        message: `${sku} is a kit without stock of its own: move its components.`,
      })
    else if (!active) errors.push({ path: `lines.${at}.itemId`, message: `${sku} is no longer used.` })
    else if (!unit) errors.push({ path: `lines.${at}.uom`, message: `${sku} has no unit ${uom}.` })
    else if (qty === null)
      errors.push({ path: `lines.${at}.uomQty`, message: `${uomQty} ${unit.uom} of ${sku} is no whole ${baseUom}.` })
    return {
      companyId: company,
      id: ctx.id(),
      transferId: transfer.id,
      lineNo: at + 1,
      fromSiteId: transfer.fromSiteId,
      toSiteId: transfer.toSiteId,
      itemId,
      uom: unit?.uom,
      uomQty,
      qty,
    }
  })
  if (errors.length > 0)
    throw new Refusal(
      'line_errors',
      `${errors.length} of ${lines.length} lines cannot be taken: ${errors[0]!.message}`,
      422,
      errors.slice(0, 100),
    )
  return out
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
