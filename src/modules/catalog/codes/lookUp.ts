import type { Ctx } from '../../../core/ctx.ts'
import { NIL } from '../../../core/t.ts'
import { gtinForms } from '../../../math/gs1/checkDigit.ts'
import { codeKey, type NamedLayout, type Reading } from './readCode.ts'

export const layoutsOf = ({ sql, company }: Ctx) => sql<NamedLayout[]>`
  select prefix, name, item_from, item_digits, value_kind, value_from, value_digits, value_decimals, verifier_at
    from barcode_layout
   where company_id = ${company}
   order by prefix`

export interface Known {
  readonly itemId: string
  readonly uom: string
  readonly key: string
  readonly via: 'sku' | 'gtin' | 'alias'
  /** Whose code it is; null: everybody's. */
  readonly partyId: string | null
  readonly party: string | null
}

/** Every item and unit known by one of these readings: by SKU, by the GTIN of a unit, by an alias. */
export const lookUp = ({ sql, company }: Ctx, readings: readonly Reading[]): Promise<Known[]> => {
  const keys = readings.map((reading) => reading.key)
  const plain = readings.filter((reading) => reading.via === 'plain').map((reading) => reading.key)
  const gtins = keys.flatMap(gtinForms)
  return sql<Known[]>`
    select id as item_id, base_uom as uom, sku as key, 'sku' as via, null::uuid as party_id, null as party
      from item
     where company_id = ${company} and sku = any (${plain.flatMap((key) => [key, key.toUpperCase()])}::text[])
     union all
    select item_id, uom, lpad(gtin, 14, '0'), 'gtin', null::uuid, null
      from item_uom
     where company_id = ${company} and gtin = any (${gtins}::text[])
     union all
    select alias.item_id, alias.uom, alias.code, 'alias', nullif(alias.party_id, ${NIL}), party.name
      from item_alias alias
      left join party on party.company_id = alias.company_id and party.id = alias.party_id
     where alias.company_id = ${company} and alias.code = any (${keys}::text[])
     order by via, party, item_id`
}

/** All codes of items, as in `codeKey`: what a scanner may read of the right goods. */
export const codesOfItems = async (
  { sql, company }: Ctx,
  itemIds: readonly string[],
): Promise<Map<string, { sku: string; keys: ReadonlySet<string> }>> => {
  if (itemIds.length === 0) return new Map()
  const rows = await sql<{ id: string; sku: string; codes: string[] }[]>`
    select item.id, item.sku,
           array(select gtin from item_uom where company_id = ${company} and item_id = item.id and gtin is not null
                  union all
                 select code from item_alias where company_id = ${company} and item_id = item.id) as codes
      from item
     where item.company_id = ${company} and item.id = any (${itemIds as string[]})`
  return new Map(
    rows.map(({ id, sku, codes }) => [id, { sku, keys: new Set([sku, sku.toUpperCase(), ...codes.map(codeKey)]) }]),
  )
}
