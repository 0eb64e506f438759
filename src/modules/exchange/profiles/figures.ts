/** One row per price, one row per quantity on hand. */
import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { storePrices } from '../../pricing/index.ts'
import { warehouse } from '../../warehouse/index.ts'
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
  key: (v) => [v.list, v.sku, v.uom ?? 'EA', v.minQty ?? 1, v.validFrom ?? ''].join(' '),
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
  current: async ({ sql, company }, keys) => {
    const rows = await sql<{ key: string; price: number; until: string }[]>`
      select concat_ws(' ', l.code, i.sku, e.uom, e.min_qty, case when e.valid_from = l.valid_from then '' else e.valid_from::text end) as key, e.price_micro as price, e.valid_to as until
        from price_entry e
        join price_list l on l.company_id = e.company_id and l.id = e.list_id
        join item i on i.company_id = e.company_id and i.id = e.item_id
       where e.company_id = ${company} and l.code = any (${keys.map((key) => key.split(' ')[0]!)}::text[]) and i.sku = any (${keys.map((key) => key.split(' ')[1]!)}::text[])`
    return new Map(rows.map(({ key, price, until }) => [key, { price_micro: price, valid_to: until }]))
  },
}

type StockRow = { sku: string; qty: number; location?: string; lot?: string; expiresOn?: string }

const stock: RowsSpec<StockRow> = {
  name: 'stock',
  title: 'Stock on hand',
  hint: 'Opening stock of one site, in base units: each row is received into its bin and adds to what is there. Choose the site.',
  permission: 'warehouse.receive',
  kind: 'receipt line',
  fields: [
    { name: 'sku', type: 'text', required: true, aliases: ['item', 'itemCode', 'stockCode'] },
    { name: 'qty', type: 'int', required: true, aliases: ['quantity', 'onHand'] },
    { name: 'location', type: 'text', aliases: ['bin'] },
    { name: 'lot', type: 'text', aliases: ['batch', 'lotCode'] },
    { name: 'expiresOn', type: 'date', aliases: ['expiry', 'bestBefore'] },
  ],
  schema: t.object({
    sku: t.code(),
    qty: t.qty({ min: 1 }),
    location: t.optional(t.code({ max: 40 })),
    lot: t.optional(t.code()),
    expiresOn: t.optional(t.date()),
  }),
  key: (v) => [v.sku, v.location ?? '', v.lot ?? '', v.expiresOn ?? ''].join(' '),
  input: (v) => v as unknown as StockRow,
  async save(ctx, call, run, inputs) {
    const { siteId } = run.options
    if (!siteId) throw new Refusal('no_site', 'Choose the site whose stock this is.', 422)
    const places = await ctx.sql<{ code: string; id: string }[]>`
      select code, id
        from location
       where company_id = ${ctx.company} and site_id = ${siteId} and code = any (${inputs.flatMap((input) => input.location ?? [])}::text[])`
    const placeIds = new Map(places.map((place) => [place.code, place.id]))
    const items = await itemIds(ctx, inputs)
    const errors = inputs.flatMap(({ sku, location }, i) => [
      ...(items.has(sku) ? [] : [{ path: `stock.${i}.sku`, message: `there is no item ${sku}` }]),
      ...(location === undefined || placeIds.has(location)
        ? []
        : [{ path: `stock.${i}.location`, message: `this site has no location ${location}` }]),
    ])
    if (errors.length > 0) throw new Refusal('unknown_codes', errors[0]!.message, 422, errors)
    const lines = inputs.map(({ sku, qty, location, lot, expiresOn }) => ({
      itemId: items.get(sku)!,
      qty,
      ...(location === undefined ? {} : { locationId: placeIds.get(location)! }),
      ...(lot === undefined ? {} : { lotCode: lot }),
      ...(expiresOn === undefined ? {} : { expiresOn }),
    }))
    const input = { siteId, reference: `import ${run.fileName}`.slice(0, 60), lines }
    await warehouse.capabilities.receive.run(input, ctx, { ...call, input })
  },
}

async function itemIds({ sql, company }: Ctx, rows: { sku: string }[]): Promise<Map<string, string>> {
  const items = await sql<{ sku: string; id: string }[]>`
    select sku, id
      from item
     where company_id = ${company} and sku = any (${rows.map((row) => row.sku)}::text[])`
  return new Map(items.map((item) => [item.sku, item.id]))
}

export const pricesProfile = rowsProfile(prices)
export const stockProfile = rowsProfile(stock)
