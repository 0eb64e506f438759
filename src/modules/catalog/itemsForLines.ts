import type { Ctx } from '../../core/ctx.ts'

export interface ItemForLines {
  readonly id: string
  readonly sku: string
  readonly name: string
  readonly kind: 'goods' | 'service' | 'charge'
  readonly baseUom: string
  readonly tracking: 'none' | 'lot' | 'serial'
  readonly shelfLifeDays: number | null
  readonly catchWeight: boolean
  readonly weightG: number
  readonly volumeMl: number
  readonly costMicro: number
  readonly active: boolean
  readonly uoms: readonly { readonly uom: string; readonly num: number; readonly den: number }[]
}

/** What stock, promise and warehouse need of items, by id, in one statement. An id that does not exist is left out. */
export const itemsForLines = async (
  { sql, company }: Ctx,
  ids: readonly string[],
): Promise<Map<string, ItemForLines>> => {
  const rows = await sql<ItemForLines[]>`
    select i.id, i.sku, i.name, i.kind, i.base_uom, i.tracking, i.shelf_life_days, i.catch_weight, i.weight_g, i.volume_ml,
           i.cost_micro, i.active,
           (select json_agg(json_build_object('uom', u.uom, 'num', u.num, 'den', u.den) order by u.uom)
              from item_uom u
             where u.company_id = i.company_id and u.item_id = i.id) as uoms
      from item i
     where i.company_id = ${company} and i.id = any (${[...new Set(ids)]}::uuid[])`
  return new Map(rows.map((row) => [row.id, row]))
}
