import { t } from '../../core/t.ts'
import { KINDS } from '../../math/price/index.ts'

export const PriceListInput = t.object({
  code: t.code({ max: 40, title: 'Code' }),
  name: t.text({ min: 1, max: 100, title: 'Name' }),
  kind: t.oneOf(KINDS),
  currency: t.currency(),
  partyId: t.optional(t.nullable(t.id('party'))),
  priceGroup: t.optional(t.nullable(t.code({ max: 40 }))),
  channelId: t.optional(t.nullable(t.id('channel'))),
  /** Whether promotions stack on a contract, customer or group price of this list; list and channel prices take them always. */
  promotions: t.optional(t.bool()),
  validFrom: t.date(),
  validTo: t.date(),
})

export const PriceInput = t.object({
  itemId: t.id('item'),
  uom: t.code({ max: 3, title: 'Per unit' }),
  minQty: t.optional(t.int({ min: 1, title: 'From quantity, in that unit' })),
  priceMicro: t.priceMicro({ title: 'Price' }),
  validFrom: t.optional(t.date()),
  validTo: t.optional(t.date()),
})

export const PromotionInput = t.object({
  code: t.code({ max: 40 }),
  name: t.text({ min: 1, max: 100 }),
  itemId: t.nullable(t.id('item')),
  category: t.nullable(t.text({ max: 60 })),
  channelId: t.nullable(t.id('channel')),
  minQty: t.int({ min: 1, title: 'From quantity, base units' }),
  discountPpm: t.int({ min: 1, max: 1_000_000, title: 'Off, millionths' }),
  validFrom: t.date(),
  validTo: t.date(),
})

export const PriceListRow = t.object({
  id: t.id('price_list'),
  code: t.text(),
  name: t.text(),
  kind: t.text(),
  currency: t.text(),
  partyId: t.nullable(t.id('party')),
  party: t.nullable(t.text()),
  priceGroup: t.nullable(t.text()),
  channelId: t.nullable(t.id('channel')),
  channel: t.nullable(t.text()),
  promotions: t.bool(),
  validFrom: t.text(),
  validTo: t.text(),
  prices: t.int(),
})

export const lineFields = {
  partyId: t.id('party'),
  siteId: t.id('site'),
  shipToCountry: t.nullable(t.country()),
  date: t.date(),
  currency: t.currency(),
  itemId: t.id('item'),
  uom: t.code({ max: 3 }),
  uomQty: t.int({ min: 1 }),
}
export const LineInput = t.object({ no: t.int({ min: 0, max: 100_000 }), ...lineFields })

export const Explained = t.object({
  steps: t.list(
    t.object({
      source: t.text(),
      priceMicro: t.int(),
      per: t.text(),
      chosen: t.bool(),
      why: t.text(),
    }),
    { max: 5000 },
  ),
  promotions: t.list(t.object({ code: t.text(), discountPpm: t.int(), applied: t.bool(), why: t.text() }), {
    max: 5000,
  }),
  tax: t.object({ rule: t.text({ max: 500 }), reason: t.text({ max: 500 }) }),
})

export const PricedLineShape = t.object({
  no: t.int(),
  ok: t.bool(),
  code: t.nullable(t.text()),
  detail: t.nullable(t.text({ max: 500 })),
  sku: t.nullable(t.text()),
  description: t.nullable(t.text()),
  qty: t.nullable(t.int()),
  priceMicro: t.nullable(t.int()),
  priceUom: t.nullable(t.text()),
  net: t.nullable(t.int()),
  taxCode: t.nullable(t.text()),
  taxCategory: t.nullable(t.text()),
  taxRatePpm: t.nullable(t.int()),
  source: t.nullable(t.text()),
})
