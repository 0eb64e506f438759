import type { Ctx } from '../../core/ctx.ts'
import { indexSearch } from '../../core/search.ts'

interface FoundBy {
  id: string
  sku: string
  name: string
  category: string
  gtins: string[]
  aliases: { code: string; partyId: string | null }[] | null
}

/** Makes items findable by all they are known by, as they now stand: SKU, words of the name, GTINs, further codes. */
export const indexItems = async (ctx: Ctx, itemIds: readonly string[]): Promise<void> => {
  const { sql, company } = ctx
  const rows = await sql<FoundBy[]>`
    select item.id, item.sku, item.name, item.category,
           array(select gtin from item_uom where company_id = ${company} and item_id = item.id and gtin is not null order by gtin) as gtins,
           (select json_agg(json_build_object('code', code, 'partyId', nullif(party_id, '00000000-0000-0000-0000-000000000000')) order by code, party_id)
              from item_alias
             where company_id = ${company} and item_id = item.id) as aliases
      from item
     where item.company_id = ${company} and item.id = any (${itemIds as string[]}::uuid[])`
  await indexSearch(
    ctx,
    rows.map(({ id, sku, name, category, gtins, aliases }) => ({
      kind: 'item',
      id,
      ref: sku,
      title: name,
      detail: category || null,
      codes: [sku, ...gtins, ...(aliases ?? []).flatMap((alias) => (alias.partyId === null ? [alias.code] : []))],
      partyCodes: (aliases ?? []).flatMap(({ code, partyId }) => (partyId === null ? [] : [{ code, partyId }])),
      text: name,
    })),
  )
}
