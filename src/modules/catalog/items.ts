import { query } from '../../core/capability.ts'
import type { Ctx } from '../../core/ctx.ts'
import { type ListDefinition, listPage } from '../../core/lists.ts'
import { notFound } from '../../core/refusal.ts'
import { findRows } from '../../core/search.ts'
import { listInput, page, type Static, t } from '../../core/t.ts'
import { gtin14 } from '../../math/gs1/checkDigit.ts'
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
             cost_micro, active, assumed, custom, version
        from item
       where company_id = ${company} and id = ${id}`
    if (!row) throw notFound('item')
    const uoms = await sql<Static<typeof Item>['uoms']>`
      select uom, num, den, gtin, weight_g, length_mm, width_mm, height_mm, sells
        from item_uom
       where company_id = ${company} and item_id = ${id}
       order by num::float8 / den, uom`
    return { ...row, uoms: [...uoms] }
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
  title: 'Find an item by SKU, GTIN or words',
  route: 'GET /catalog/find',
  permission: 'catalog.read',
  input: t.object({ text: t.text({ max: 200 }), limit: t.optional(t.int({ min: 1, max: 50 })) }),
  output: t.object({ rows: t.list(Pickable, { max: 50 }) }),
  run: async ({ text, limit }, ctx) => {
    const hits = await findRows(ctx, text, ['item'], limit ?? 12)
    return {
      rows: await pickable(
        ctx,
        hits.map((hit) => hit.id),
      ),
    }
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
    const { sql, company } = ctx
    const asked = skus.map((sku) => sku.trim())
    const found = await sql<{ code: string; id: string }[]>`
      select sku as code, id
        from item
       where company_id = ${company} and sku = any (${asked.flatMap((sku) => [sku, sku.toUpperCase()])}::text[])
      union all
      select gtin, item_id
        from item_uom
       where company_id = ${company} and gtin = any (${asked}::text[])`
    const ids = new Map(found.map((row) => [row.code, row.id]))
    const rows = await pickable(ctx, [...new Set(ids.values())])
    const byId = new Map(rows.map((row) => [row.id, row]))
    return {
      rows: skus.map((sku, no) => ({
        sku,
        item: byId.get(ids.get(asked[no]!) ?? ids.get(asked[no]!.toUpperCase()) ?? '') ?? null,
      })),
    }
  },
})

export const scan = query({
  title: 'What a scanned code is',
  route: 'GET /catalog/scan/:code',
  permission: 'catalog.read',
  input: t.object({ code: t.code({ max: 60 }) }),
  output: t.object({
    itemId: t.id('item'),
    sku: t.text(),
    name: t.text(),
    uom: t.text(),
    num: t.int(),
    den: t.int(),
    tracking: t.text(),
  }),
  run: async ({ code }, ctx) => {
    const found = await resolveScan(ctx, code)
    if (!found) throw notFound('item')
    return found
  },
})

/** A GTIN of any length names item and unit; a SKU names the item in its base unit. */
const resolveScan = async ({ sql, company }: Ctx, code: string) => {
  const whole = /^[0-9]{8,14}$/.test(code) ? gtin14(code) : null
  const gtins =
    whole === null
      ? []
      : [8, 12, 13, 14].map((length) => whole.slice(-length)).filter((short) => gtin14(short) === whole)
  const [row] = await sql<
    { itemId: string; sku: string; name: string; uom: string; num: number; den: number; tracking: string }[]
  >`
    select i.id as item_id, i.sku, i.name, u.uom, u.num, u.den, i.tracking
      from item_uom u
      join item i on i.company_id = u.company_id and i.id = u.item_id
     where u.company_id = ${company} and u.gtin = any (${gtins}::text[])
    union all
    select i.id, i.sku, i.name, i.base_uom, 1::int8, 1::int8, i.tracking
      from item i
     where i.company_id = ${company} and i.sku = ${code}
     limit 1`
  return row ?? null
}
