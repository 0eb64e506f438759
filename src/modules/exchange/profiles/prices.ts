/** One row per price. */
import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { storePrices } from '../../pricing/index.ts'
import { type RowsSpec, rowsProfile } from './rows.ts'

type PriceRow = {
  list: string
  sku: string
  uom: string
  minQty: number
  priceMicro: number
  validFrom?: string
  validTo?: string
}

/** What a row is of. Codes may hold spaces (BANK CHARGES): inside a part they do not break, so no two keys are alike. */
export const keyOf = (parts: readonly unknown[]): string =>
  parts.map((part) => String(part).replaceAll(' ', '\u00a0')).join(' ')

const prices: RowsSpec<PriceRow> = {
  name: 'prices',
  title: 'Prices',
  hint: 'Prices of lists that exist, by list, item, unit, quantity and first day.',
  permission: 'pricing.write',
  kind: 'price',
  fields: [
    { name: 'list', type: 'text', required: true, aliases: ['priceList'] },
    { name: 'sku', type: 'text', required: true, aliases: ['item', 'itemCode', 'stockCode'] },
    { name: 'uom', type: 'text', aliases: ['unit', 'per'] },
    { name: 'minQty', type: 'int', aliases: ['fromQty'] },
    { name: 'price', type: 'micro', required: true, aliases: ['unitPrice'] },
    { name: 'validFrom', type: 'date' },
    { name: 'validTo', type: 'date' },
  ],
  schema: t.object({
    list: t.code(),
    sku: t.code(),
    uom: t.code({ max: 3 }),
    minQty: t.int({ min: 1 }),
    priceMicro: t.priceMicro(),
    validFrom: t.optional(t.date()),
    validTo: t.optional(t.date()),
  }),
  key: (v) => keyOf([v.list, v.sku, v.uom ?? 'EA', v.minQty ?? 1, v.validFrom ?? '']),
  input: ({ price, ...v }) =>
    ({ ...v, uom: v.uom ?? 'EA', minQty: v.minQty ?? 1, priceMicro: price }) as unknown as PriceRow,
  async save(ctx, call, _run, inputs) {
    const { sql, company } = ctx
    const lists = await sql<{ code: string; id: string }[]>`
      select code, id
        from price_list
       where company_id = ${company} and code = any (${inputs.map((input) => input.list)}::text[])`
    const listIds = new Map(lists.map((list) => [list.code, list.id]))
    const items = await itemIds(ctx, inputs)
    const errors = inputs.flatMap(({ list, sku }, i) => [
      ...(listIds.has(list) ? [] : [{ path: `prices.${i}.list`, message: `there is no price list ${list}` }]),
      ...(items.has(sku) ? [] : [{ path: `prices.${i}.sku`, message: `there is no item ${sku}` }]),
    ])
    if (errors.length > 0) throw new Refusal('unknown_codes', errors[0]!.message, 422, errors)
    for (const [list, rows] of Map.groupBy(inputs, (input) => input.list))
      await storePrices(
        ctx,
        call,
        listIds.get(list)!,
        rows.map(({ list: _, sku, ...price }) => ({ ...price, itemId: items.get(sku)! })),
      )
  },
  current: async ({ sql, company }, _keys, _run, inputs) => {
    const rows = await sql<
      {
        list: string
        sku: string
        uom: string
        minQty: number
        from: string
        listFrom: string
        price: number
        until: string
      }[]
    >`
      select l.code as list, i.sku, e.uom, e.min_qty, e.valid_from as from, l.valid_from as list_from, e.price_micro as price, e.valid_to as until
        from price_entry e
        join price_list l on l.company_id = e.company_id and l.id = e.list_id
        join item i on i.company_id = e.company_id and i.id = e.item_id
       where e.company_id = ${company} and l.code = any (${[...new Set(inputs.map((input) => input.list))]}::text[])
         and i.sku = any (${[...new Set(inputs.map((input) => input.sku))]}::text[])`
    return new Map(
      rows.flatMap(({ list, sku, uom, minQty, from, listFrom, price, until }) => {
        // A row may name the list's own first day, or leave it out.
        const days = from === listFrom ? [from, ''] : [from]
        return days.map(
          (day) => [keyOf([list, sku, uom, minQty, day]), { price_micro: price, valid_to: until }] as const,
        )
      }),
    )
  },
}

/** SKU → id, of those that exist. */
export async function itemIds({ sql, company }: Ctx, rows: { sku: string }[]): Promise<Map<string, string>> {
  const items = await sql<{ sku: string; id: string }[]>`
    select sku, id
      from item
     where company_id = ${company} and sku = any (${rows.map((row) => row.sku)}::text[])`
  return new Map(items.map((item) => [item.sku, item.id]))
}

export const pricesProfile = rowsProfile(prices)
