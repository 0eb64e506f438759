import type { PriceStep, PromotionStep } from '../../math/price/index.ts'

export interface PriceRequest {
  /** Comes back with the answer. */
  readonly no: number
  readonly partyId: string
  readonly siteId: string
  /** null: the customer's own country. */
  readonly shipToCountry: string | null
  /** YYYY-MM-DD */
  readonly date: string
  readonly currency: string
  readonly itemId: string
  readonly uom: string
  readonly uomQty: number
  /** Per `uom`, set by hand by someone who may. */
  readonly priceMicro?: number | null
  /** Unit of a price set by hand; left out: the unit ordered. */
  readonly priceUom?: string | null
}
export interface PriceExplained {
  readonly steps: readonly PriceStep[]
  readonly promotions: readonly PromotionStep[]
  readonly tax: { readonly rule: string; readonly reason: string }
}
export interface Priced {
  readonly no: number
  readonly ok: true
  readonly itemId: string
  readonly sku: string
  readonly description: string
  readonly kind: 'goods' | 'service' | 'charge'
  readonly tracking: 'none' | 'lot' | 'serial'
  readonly uom: string
  /** Base units. */
  readonly qty: number
  /** Smallest whole base quantity of the unit sold: promises come in multiples of it. */
  readonly step: number
  readonly priceMicro: number
  readonly priceUom: string
  /** Minor units, tax excluded. */
  readonly net: number
  readonly taxCode: string
  readonly taxCategory: string
  readonly taxRatePpm: number
  readonly costMicro: number
  /** Grams of a base unit, nominally: the line is priced by weight and `net` is an estimate until it is weighed. */
  readonly nominalWeightG: number | null
  readonly source: string
  readonly explain: PriceExplained
}
export type PriceProblem =
  | 'no_item'
  | 'no_party'
  | 'no_site'
  | 'no_currency'
  | 'no_uom'
  | 'not_whole'
  | 'no_price'
  | 'no_tax'
  | 'too_large'
export interface NotPriced {
  readonly no: number
  readonly ok: false
  readonly code: PriceProblem
  readonly detail: string
}
export type PricedLine = Priced | NotPriced
