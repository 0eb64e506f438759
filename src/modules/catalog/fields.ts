import { t } from '../../core/t.ts'

/** Units and items as they are saved and shown. Quantities: a unit is num / den base units, exactly. */
export const UomInput = t.object({
  uom: t.code({ max: 3, title: 'Unit (Rec 20 code)' }),
  num: t.int({ min: 1, title: 'Base units, numerator' }),
  den: t.optional(t.int({ min: 1, title: 'Base units, denominator' })),
  gtin: t.optional(t.nullable(t.text({ min: 8, max: 14, pattern: '^[0-9]+$', title: 'GTIN' }))),
  weightG: t.optional(t.nullable(t.int({ min: 0, title: 'Weight, g' }))),
  lengthMm: t.optional(t.nullable(t.int({ min: 1, max: 100_000, title: 'Length, mm' }))),
  widthMm: t.optional(t.nullable(t.int({ min: 1, max: 100_000, title: 'Width, mm' }))),
  heightMm: t.optional(t.nullable(t.int({ min: 1, max: 100_000, title: 'Height, mm' }))),
  sells: t.optional(t.bool()),
})

export const itemKinds = ['goods', 'service', 'charge'] as const
export const trackings = ['none', 'lot', 'serial'] as const

/** Only the SKU must be said; what is left out keeps its value, or takes its default on a new item. */
export const ItemInput = t.object({
  sku: t.code({ max: 60, title: 'SKU' }),
  name: t.optional(t.text({ min: 1, title: 'Name' })),
  kind: t.optional(t.oneOf(itemKinds)),
  baseUom: t.optional(t.code({ max: 3, title: 'Base unit' })),
  tracking: t.optional(t.oneOf(trackings)),
  category: t.optional(t.text({ max: 60, title: 'Category' })),
  taxClass: t.optional(t.code({ max: 30, title: 'Tax class' })),
  shelfLifeDays: t.optional(t.nullable(t.int({ min: 1, max: 20_000, title: 'Shelf life, days' }))),
  /** Counted in base units, weighed one by one: `weightG` is nominal. */
  catchWeight: t.optional(t.bool()),
  /** Goods consigned to us leave before our own, of one day of expiry. Left out: our own first. */
  consignedFirst: t.optional(t.bool()),
  weightTolerancePpm: t.optional(
    t.nullable(t.int({ min: 0, max: 1_000_000, title: 'Weight tolerance, ppm of nominal' })),
  ),
  weightG: t.optional(t.int({ min: 0, title: 'Weight of a base unit, g' })),
  volumeMl: t.optional(t.int({ min: 0, title: 'Volume of a base unit, ml' })),
  costMicro: t.optional(t.priceMicro({ title: 'Planning cost per base unit' })),
  active: t.optional(t.bool()),
  assumed: t.optional(t.list(t.code(), { max: 40 })),
  custom: t.optional(t.json()),
  /** Of an item someone looked at before changing it: refused when it has changed since. */
  version: t.optional(t.int({ min: 1, max: 2_000_000_000 })),
  uoms: t.optional(t.list(UomInput, { max: 12 })),
})

export const Uom = t.object({
  uom: t.text(),
  unitName: t.text(),
  /** UN/ECE Rec 20, or Rec 21 with its X: what documents say. */
  recCode: t.text(),
  num: t.int(),
  den: t.int(),
  gtin: t.nullable(t.text()),
  weightG: t.nullable(t.int()),
  lengthMm: t.nullable(t.int()),
  widthMm: t.nullable(t.int()),
  heightMm: t.nullable(t.int()),
  sells: t.bool(),
})

export const Alias = t.object({
  id: t.id('item_alias'),
  kind: t.oneOf(['gtin', 'party', 'embedded']),
  code: t.text(),
  uom: t.text(),
  partyId: t.nullable(t.id('party')),
  party: t.nullable(t.text({ max: 300 })),
})

export const Item = t.object({
  id: t.id('item'),
  sku: t.text(),
  name: t.text(),
  kind: t.oneOf(itemKinds),
  baseUom: t.text(),
  tracking: t.oneOf(trackings),
  category: t.text(),
  taxClass: t.text(),
  shelfLifeDays: t.nullable(t.int()),
  catchWeight: t.bool(),
  consignedFirst: t.bool(),
  weightTolerancePpm: t.nullable(t.int()),
  weightG: t.int(),
  volumeMl: t.int(),
  costMicro: t.needs('cost.read', t.int()),
  active: t.bool(),
  assumed: t.list(t.text(), { max: 40 }),
  custom: t.json(),
  version: t.int(),
  uoms: t.list(Uom, { max: 50 }),
  aliases: t.list(Alias, { max: 500 }),
})

export const ItemRow = t.object({
  id: t.id('item'),
  sku: t.text(),
  name: t.text(),
  kind: t.text(),
  baseUom: t.text(),
  tracking: t.text(),
  category: t.text(),
  taxClass: t.text(),
  active: t.bool(),
  costMicro: t.needs('cost.read', t.int()),
  version: t.int(),
})
