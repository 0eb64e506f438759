import type { Ctx } from '../../../core/ctx.ts'
import type { StandIn } from '../../catalog/index.ts'

export interface ItemUnits {
  readonly id: string
  readonly sku: string
  readonly name: string
  readonly baseUom: string
  readonly uoms: readonly { readonly uom: string; readonly num: number; readonly den: number }[]
}

export const unitsOfItems = async (
  { sql, company }: Ctx,
  itemIds: readonly string[],
): Promise<Map<string, ItemUnits>> => {
  if (itemIds.length === 0) return new Map()
  const rows = await sql<ItemUnits[]>`
    select item.id, item.sku, item.name, item.base_uom,
           (select json_agg(json_build_object('uom', unit.uom, 'num', unit.num, 'den', unit.den) order by unit.uom)
              from item_uom unit
             where unit.company_id = ${company} and unit.item_id = item.id) as uoms
      from item
     where item.company_id = ${company} and item.id = any (${[...new Set(itemIds)]}::uuid[])`
  return new Map(rows.map((row) => [row.id, { ...row, uoms: row.uoms ?? [] }]))
}

/** Base units of an item that stands in, in the unit of the line it stands for where that is whole, else in its base unit. */
export const unitFor = (
  { uoms, baseUom }: Pick<StandIn, 'uoms' | 'baseUom'>,
  qty: number,
  uom: string,
): { uom: string; uomQty: number } => {
  const same = uoms.find((one) => one.uom === uom)
  const inSame = same ? (qty * same.den) / same.num : 0
  return Number.isInteger(inSame) && inSame > 0 ? { uom, uomQty: inSame } : { uom: baseUom, uomQty: qty }
}
