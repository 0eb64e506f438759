import { query } from '../../core/capability.ts'
import { type ListDefinition, listPage } from '../../core/lists.ts'
import { listInput, page, t } from '../../core/t.ts'
import { localDay, siteCalendars } from '../sites/index.ts'
import { priceLines } from './priceLines.ts'

const Row = t.object({
  id: t.id('item'),
  sku: t.text(),
  name: t.text({ max: 300 }),
  uom: t.text(),
  /** Of one `uom`, today. Null: no list has a price, `message` says so. */
  priceMicro: t.nullable(t.priceMicro()),
  currency: t.currency(),
  source: t.nullable(t.text({ max: 300 })),
  explain: t.nullable(t.json()),
  message: t.nullable(t.text({ max: 400 })),
})
const items: ListDefinition = {
  from: 'item i',
  where: `i.company_id = $1 and i.active and i.kind = 'goods'`,
  select: 'i.id, i.sku, i.name, i.base_uom as uom',
  id: 'i.id',
  columns: {
    sku: { sql: 'i.sku', type: 'code' },
    name: { sql: 'i.name', type: 'text' },
    category: { sql: 'i.category', type: 'code' },
  },
  defaultSort: 'sku',
  search: ['item'],
}

/** What one unit of each item costs this customer today, decided by the same code that prices an order line. */
export const customerPrices = query({
  title: 'Prices that apply to a customer',
  route: 'GET /pricing/customers/:partyId/prices',
  permission: 'pricing.read',
  sees: 'company',
  admits: { partyId: 'party', siteId: 'site' },
  input: listInput({ partyId: t.id('party'), siteId: t.id('site') }),
  output: page(Row),
  async run({ partyId, siteId, ...input }, ctx) {
    const { sql, company, now } = ctx
    const [[party], calendars, listed] = await Promise.all([
      sql<{ currency: string }[]>`select currency from party where company_id = ${company} and id = ${partyId}`,
      siteCalendars(ctx, [siteId]),
      listPage<{ id: string; sku: string; name: string; uom: string }>(ctx, items, input),
    ])
    const { currency } = party!
    const asked = { partyId, siteId, shipToCountry: null, date: localDay(calendars.get(siteId)!.zone, now), currency }
    const priced = await priceLines(
      ctx,
      listed.rows.map(({ id, uom }, no) => ({ no, itemId: id, uom, uomQty: 1, ...asked })),
    )
    const rows = listed.rows.map((row, at) => {
      const line = priced[at]!
      return line.ok
        ? {
            ...row,
            currency,
            priceMicro: line.priceMicro,
            source: line.source,
            explain: line.explain as unknown as Record<string, unknown>,
            message: null,
          }
        : { ...row, currency, priceMicro: null, source: null, explain: null, message: line.detail }
    })
    return { ...listed, rows }
  },
})
