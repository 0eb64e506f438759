import { module } from '../../core/capability.ts'
import { customerPrices } from './customerPrices.ts'
import { invariants } from './invariants.ts'
import { explainPrice, listPriceLists, listPrices, priceLines } from './queries.ts'
import { savePriceList, savePrices } from './savePrices.ts'
import { savePromotion } from './savePromotion.ts'
import { saveTaxCodes, saveTaxRules } from './tax/saveTax.ts'

export { taxOfDocument } from '../../math/price/index.ts'
export type { Priced, PricedLine, PriceExplained, PriceRequest } from './line.ts'
export { priceLines } from './priceLines.ts'
export { storePrices } from './savePrices.ts'
export { defaultUkTax } from './tax/ukTax.ts'

export const pricing = module({
  name: 'pricing',
  capabilities: {
    savePriceList,
    savePrices,
    savePromotion,
    saveTaxCodes,
    saveTaxRules,
    priceLines,
    explainPrice,
    listPriceLists,
    listPrices,
    customerPrices,
  },
  events: {
    'price_list.saved': { kind: 'price_list', permission: 'pricing.read', version: 1 },
    'promotion.saved': { kind: 'promotion', permission: 'pricing.read', version: 1 },
  },
  invariants,
})
