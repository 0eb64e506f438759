import { query } from '../../core/capability.ts'
import type { Ctx } from '../../core/ctx.ts'
import { type ListDefinition, listPage } from '../../core/lists.ts'
import { notFound } from '../../core/refusal.ts'
import { findRows } from '../../core/search.ts'
import { listInput, NIL, page, type Static, t } from '../../core/t.ts'
import { lookUp } from './codes/lookUp.ts'
import { codeKey, plainReading } from './codes/readCode.ts'
import { Item, ItemRow } from './fields.ts'

const items: ListDefinition = {
  from: 'item i',
  where: 'i.company_id = $1',
  select:
    'i.id, i.sku, i.name, i.kind, i.base_uom, i.tracking, i.category, i.tax_class, i.active, i.cost_micro, i.version',
  id: 'i.id',
  columns: {
    sku: { sql: 'i.sku', type: 'code' },
    name: { sql: 'i.name', type: 'text' },
    kind: { sql: 'i.kind', type: 'code' },
    baseUom: { sql: 'i.base_uom', type: 'code' },
    tracking: { sql: 'i.tracking', type: 'code' },
    category: { sql: 'i.category', type: 'code' },
    taxClass: { sql: 'i.tax_class', type: 'code' },
    active: { sql: 'i.active', type: 'bool' },
    shelfLifeDays: { sql: 'i.shelf_life_days', type: 'int', nullable: true },
  },
  defaultSort: 'sku',
  search: ['item'],
}

export const listItems = query({
  title: 'Items',
  route: 'GET /catalog/items',
  permission: 'catalog.read',
  input: listInput(),
  output: page(ItemRow),
  run: (input, ctx) => listPage<Static<typeof ItemRow>>(ctx, items, input),
})

export const item = query({
  title: 'Item with its units',
  route: 'GET /catalog/items/:id',
  permission: 'catalog.read',
  admits: { id: 'item' },
  input: t.object({ id: t.id('item') }),
  output: Item,
  run: async ({ id }, { sql, company }) => {
    const [row] = await sql<Static<typeof Item>[]>`
      select id, sku, name, kind, base_uom, tracking, category, tax_class, shelf_life_days, catch_weight, weight_g, volume_ml,
             weight_tolerance_ppm, cost_micro, active, assumed, custom, version, coalesce(consigned_first, false) as consigned_first
        from item
       where company_id = ${company} and id = ${id}`
    if (!row) throw notFound('item')
    const [uoms, aliases] = await Promise.all([
      sql<Static<typeof Item>['uoms']>`
        select u.uom, code.name as unit_name, code.rec_code, u.num, u.den, u.gtin, u.weight_g, u.length_mm, u.width_mm, u.height_mm, u.sells
          from item_uom u
          join unit_code code on code.code = u.uom
         where u.company_id = ${company} and u.item_id = ${id}
         order by u.num::float8 / u.den, u.uom`,
      sql<Static<typeof Item>['aliases']>`
        select alias.id, alias.kind, alias.code, alias.uom, nullif(alias.party_id, ${NIL}) as party_id, party.name as party
          from item_alias alias
          left join party on party.company_id = alias.company_id and party.id = alias.party_id
         where alias.company_id = ${company} and alias.item_id = ${id}
         order by alias.kind, party.name nulls first, alias.code
         limit 500`,
    ])
    return { ...row, uoms: [...uoms], aliases: [...aliases] }
  },
})

const Pickable = t.object({
  id: t.id('item'),
  sku: t.text(),
  description: t.text(),
  uom: t.text(),
  uoms: t.list(t.object({ code: t.text(), num: t.int(), den: t.int() }), { max: 50 }),
})

/** Items as an order line picks them, in the order of the ids given. */
const pickable = async ({ sql, company }: Ctx, ids: readonly string[]): Promise<Static<typeof Pickable>[]> => {
  const rows = await sql<Static<typeof Pickable>[]>`
    select i.id, i.sku, i.name as description, i.base_uom as uom,
           (select json_agg(json_build_object('code', u.uom, 'num', u.num, 'den', u.den) order by u.num::float8 / u.den, u.uom)
              from item_uom u
             where u.company_id = i.company_id and u.item_id = i.id and u.sells) as uoms
      from item i
     where i.company_id = ${company} and i.id = any (${[...ids]}::uuid[]) and i.active`
  const byId = new Map(rows.map((row) => [row.id, { ...row, uoms: row.uoms ?? [] }]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

export const findItem = query({
  title: 'Find an item by SKU, any of its codes or words',
  route: 'GET /catalog/find',
  permission: 'catalog.read',
  input: t.object({ text: t.text({ max: 200 }), limit: t.optional(t.int({ min: 1, max: 50 })) }),
  output: t.object({ rows: t.list(Pickable, { max: 50 }) }),
  run: async ({ text, limit }, ctx) => {
    const most = limit ?? 12
    // What the text is the code of comes first, whatever length its GTIN is written in.
    const [named, hits] = await Promise.all([
      lookUp(ctx, [plainReading(codeKey(text.trim()))]),
      findRows(ctx, text, ['item'], most),
    ])
    const ids = new Set([...named.map((one) => one.itemId), ...hits.map((hit) => hit.id)])
    return { rows: await pickable(ctx, [...ids].slice(0, most)) }
  },
})

export const bySkus = query({
  title: 'Items by their SKUs (a pasted list)',
  route: 'POST /catalog/by-skus',
  permission: 'catalog.read',
  input: t.object({ skus: t.list(t.text({ max: 60 }), { max: 2000 }) }),
  output: t.object({
    rows: t.list(t.object({ sku: t.text(), item: t.nullable(Pickable) }), { max: 2000 }),
  }),
  run: async ({ skus }, ctx) => {
    const asked = skus.map((sku) => codeKey(sku.trim()))
    const known = Map.groupBy(await lookUp(ctx, asked.map(plainReading)), (one) => one.key)
    /** A code that names two items names none: who pasted it has to say which. */
    const itemOf = (key: string): string | null => {
      const found = known.get(key) ?? known.get(key.toUpperCase()) ?? []
      const sku = found.find((one) => one.via === 'sku')
      const ids = new Set(sku ? [sku.itemId] : found.map((one) => one.itemId))
      return ids.size === 1 ? [...ids][0]! : null
    }
    const ids = asked.map(itemOf)
    const rows = await pickable(ctx, [...new Set(ids.filter((id) => id !== null))])
    const byId = new Map(rows.map((row) => [row.id, row]))
    return {
      rows: skus.map((sku, no) => ({ sku, item: byId.get(ids[no] ?? '') ?? null })),
    }
  },
})
