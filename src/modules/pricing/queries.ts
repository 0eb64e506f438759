import { query } from '../../core/capability.ts'
import { type ListDefinition, listPage } from '../../core/lists.ts'
import { Refusal } from '../../core/refusal.ts'
import { listInput, page, type Static, t } from '../../core/t.ts'
import { Explained, LineInput, lineFields, PricedLineShape, PriceListRow } from './fields.ts'
import { priceLines as price } from './priceLines.ts'

/** For the order screen: prices only, of every list that applies, whoever asks; ids are admitted under the caller's scope. */
export const priceLines = query({
  title: 'Prices and tax of order lines',
  route: 'POST /pricing/lines',
  permission: 'pricing.read',
  sees: 'company',
  admits: { 'lines.partyId': 'party', 'lines.siteId': 'site', 'lines.itemId': 'item' },
  input: t.object({ lines: t.list(LineInput, { min: 1, max: 2000 }) }),
  output: t.object({ lines: t.list(PricedLineShape, { max: 2000 }) }),
  run: async ({ lines }, ctx) => ({
    lines: (await price(ctx, lines)).map((line) =>
      line.ok
        ? {
            no: line.no,
            ok: true,
            code: null,
            detail: null,
            sku: line.sku,
            description: line.description,
            qty: line.qty,
            priceMicro: line.priceMicro,
            priceUom: line.priceUom,
            net: line.net,
            taxCode: line.taxCode,
            taxCategory: line.taxCategory,
            taxRatePpm: line.taxRatePpm,
            source: line.source,
          }
        : { ...nothing, no: line.no, code: line.code, detail: line.detail },
    ),
  }),
})
const nothing: Omit<Static<typeof PricedLineShape>, 'no' | 'code' | 'detail'> = {
  ok: false,
  sku: null,
  description: null,
  qty: null,
  priceMicro: null,
  priceUom: null,
  net: null,
  taxCode: null,
  taxCategory: null,
  taxRatePpm: null,
  source: null,
}

export const explainPrice = query({
  title: 'Why this price and this tax',
  route: 'POST /pricing/explain',
  permission: 'pricing.read',
  sees: 'company',
  admits: { partyId: 'party', siteId: 'site', itemId: 'item' },
  input: t.object(lineFields),
  output: t.object({
    sku: t.text(),
    priceMicro: t.int(),
    priceUom: t.text(),
    net: t.int(),
    taxCode: t.text(),
    taxCategory: t.text(),
    taxRatePpm: t.int(),
    source: t.text(),
    explain: Explained,
  }),
  run: async (input, ctx) => {
    const [line] = await price(ctx, [{ no: 0, ...input }])
    if (!line!.ok) throw new Refusal(line!.code, line!.detail, 422)
    const { sku, priceMicro, priceUom, net, taxCode, taxCategory, taxRatePpm, source, explain } = line!
    return {
      sku,
      priceMicro,
      priceUom,
      net,
      taxCode,
      taxCategory,
      taxRatePpm,
      source,
      explain: { steps: [...explain.steps], promotions: [...explain.promotions], tax: explain.tax },
    }
  },
})

const lists: ListDefinition = {
  from: `price_list l
    left join party p on p.company_id = l.company_id and p.id = l.party_id
    left join channel c on c.company_id = l.company_id and c.id = l.channel_id`,
  where: 'l.company_id = $1',
  select: `l.id, l.code, l.name, l.kind, l.currency, l.party_id, p.name as party, l.price_group, l.channel_id, c.name as channel,
    l.promotions, l.valid_from, l.valid_to,
    (select count(*) from price_entry e where e.company_id = l.company_id and e.list_id = l.id) as prices`,
  id: 'l.id',
  columns: {
    code: { sql: 'l.code', type: 'code' },
    name: { sql: 'l.name', type: 'text' },
    kind: { sql: 'l.kind', type: 'code' },
    currency: { sql: 'l.currency', type: 'code' },
    party: { sql: 'p.name', type: 'text', nullable: true },
    partyId: { sql: 'l.party_id', type: 'id', nullable: true },
    validFrom: { sql: 'l.valid_from', type: 'date' },
    validTo: { sql: 'l.valid_to', type: 'date' },
  },
  defaultSort: 'code',
  words: ['l.code', 'l.name', 'p.name'],
}

export const listPriceLists = query({
  title: 'Price lists',
  route: 'GET /pricing/lists',
  permission: 'pricing.read',
  input: listInput(),
  output: page(PriceListRow),
  run: (input, ctx) => listPage<Static<typeof PriceListRow>>(ctx, lists, input),
})

const PriceRow = t.object({
  id: t.id('price_entry'),
  listId: t.id('price_list'),
  list: t.text(),
  itemId: t.id('item'),
  sku: t.text(),
  name: t.text(),
  uom: t.text(),
  minQty: t.int(),
  priceMicro: t.int(),
  currency: t.text(),
  validFrom: t.text(),
  validTo: t.text(),
})
const prices: ListDefinition = {
  from: `price_entry e
    join price_list l on l.company_id = e.company_id and l.id = e.list_id
    join item i on i.company_id = e.company_id and i.id = e.item_id`,
  where: 'e.company_id = $1',
  select:
    'e.id, e.list_id, l.code as list, e.item_id, i.sku, i.name, e.uom, e.min_qty, e.price_micro, l.currency, e.valid_from, e.valid_to',
  id: 'e.id',
  columns: {
    list: { sql: 'l.code', type: 'code' },
    listId: { sql: 'e.list_id', type: 'id' },
    sku: { sql: 'i.sku', type: 'code' },
    itemId: { sql: 'e.item_id', type: 'id' },
    uom: { sql: 'e.uom', type: 'code' },
    minQty: { sql: 'e.min_qty', type: 'int' },
    validFrom: { sql: 'e.valid_from', type: 'date' },
    validTo: { sql: 'e.valid_to', type: 'date' },
  },
  defaultSort: 'sku',
  words: ['i.sku', 'i.name'],
}

export const listPrices = query({
  title: 'Prices',
  route: 'GET /pricing/prices',
  permission: 'pricing.read',
  input: listInput(),
  output: page(PriceRow),
  run: (input, ctx) => listPage<Static<typeof PriceRow>>(ctx, prices, input),
})
