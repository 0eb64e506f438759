import type { Ctx } from '../../core/ctx.ts'
import { Refusal } from '../../core/refusal.ts'
import { toBase } from '../../math/price/amount.ts'

export interface LineAsked {
  readonly itemId: string
  /** Left out: the item's base unit. */
  readonly uom?: string | undefined
  readonly uomQty: number
}
export interface GoodsLine {
  readonly itemId: string
  readonly sku: string
  readonly uom: string
  readonly uomQty: number
  /** In base units. */
  readonly qty: number
  readonly costMicro: number
}
interface ItemRow {
  readonly id: string
  readonly sku: string
  readonly kind: string
  readonly isKit: boolean
  readonly active: boolean
  readonly baseUom: string
  readonly costMicro: number
  readonly uom: string
  readonly num: number
  readonly den: number
}

/** Lines of goods that are moved or bought, in base units; all that is wrong with them is said at once. */
export const goodsLines = async (
  { sql, company }: Ctx,
  lines: readonly LineAsked[],
  /** What is done with the components of a kit instead: move, order. */
  verb: string,
): Promise<GoodsLine[]> => {
  const rows = await sql<ItemRow[]>`
    select item.id, item.sku, item.kind, exists (select 1 from item_link link where link.company_id = ${company} and link.kind = 'kit' and link.item_id = item.id) as is_kit,
           item.active, item.base_uom, item.cost_micro, uom.uom, uom.num, uom.den
      from item
      join item_uom uom on uom.company_id = ${company} and uom.item_id = item.id
     where item.company_id = ${company} and item.id = any (${[...new Set(lines.map((line) => line.itemId))]})`
  const byItem = Map.groupBy(rows, (row) => row.id)
  const errors: { path: string; message: string }[] = []
  const wrong = (at: number, field: string, message: string): void => {
    errors.push({ path: `lines.${at}.${field}`, message })
  }
  const out = lines.flatMap(({ itemId, uom, uomQty }, at): GoodsLine[] => {
    const units = byItem.get(itemId)!
    const { sku, kind, isKit, active, baseUom, costMicro } = units[0]!
    const unit = units.find((row) => row.uom === (uom ?? baseUom))
    const qty = unit ? toBase(uomQty, unit) : null
    if (kind !== 'goods') wrong(at, 'itemId', `${sku} is no goods: nothing to ${verb}.`)
    else if (isKit) wrong(at, 'itemId', `${sku} is a kit without stock of its own: ${verb} its components.`)
    else if (!active) wrong(at, 'itemId', `${sku} is no longer used.`)
    else if (!unit) wrong(at, 'uom', `${sku} has no unit ${uom}.`)
    else if (qty === null) wrong(at, 'uomQty', `${uomQty} ${unit.uom} of ${sku} is no whole ${baseUom}.`)
    else return [{ itemId, sku, uom: unit.uom, uomQty, qty, costMicro }]
    return []
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
