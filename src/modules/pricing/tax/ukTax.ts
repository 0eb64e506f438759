import { storeTaxCodes, storeTaxRules, type TaxCodeToSave, type TaxRuleToSave, type TaxWriter } from './saveTax.ts'

const EVER = '9999-12-31'
/** Rates of VAT Notice 700; the standard rate is 20 % since 2011-01-04 and was 17.5 % before. */
const codes: readonly TaxCodeToSave[] = [
  { code: 'S', name: 'Standard', category: 'S', ratePpm: 175_000, validFrom: '2010-01-01', validTo: '2011-01-03' },
  { code: 'S', name: 'Standard', category: 'S', ratePpm: 200_000, validFrom: '2011-01-04', validTo: EVER },
  { code: 'R', name: 'Reduced', category: 'S', ratePpm: 50_000, validFrom: '2010-01-01', validTo: EVER },
  { code: 'Z', name: 'Zero-rated', category: 'Z', ratePpm: 0, validFrom: '2010-01-01', validTo: EVER },
  { code: 'E', name: 'Exempt', category: 'E', ratePpm: 0, validFrom: '2010-01-01', validTo: EVER },
  { code: 'AE', name: 'Reverse charge', category: 'AE', ratePpm: 0, validFrom: '2010-01-01', validTo: EVER },
  { code: 'G', name: 'Export', category: 'G', ratePpm: 0, validFrom: '2010-01-01', validTo: EVER },
]

const any = { taxClass: null, taxStatus: null, fromCountry: null, toCountry: null, destination: null }
const rules: readonly TaxRuleToSave[] = [
  { ...any, rank: 10, taxClass: 'exempt', taxCode: 'E', reason: 'These goods or services are exempt' },
  { ...any, rank: 20, taxStatus: 'exempt', taxCode: 'E', reason: 'The customer holds an exemption' },
  // Where it goes is not known, so that an export cannot be proved: taxed as at home.
  { ...any, rank: 30, toCountry: 'XX', taxCode: 'S', reason: 'Destination unknown: taxed as domestic' },
  {
    ...any,
    rank: 40,
    taxStatus: 'reverse_charge',
    destination: 'eu',
    taxCode: 'AE',
    reason: 'Business in the EU accounts for the tax (reverse charge)',
  },
  { ...any, rank: 50, destination: 'eu', taxCode: 'G', reason: 'Goods leave the United Kingdom: export' },
  { ...any, rank: 60, destination: 'abroad', taxCode: 'G', reason: 'Goods leave the United Kingdom: export' },
  { ...any, rank: 70, taxClass: 'zero', taxCode: 'Z', reason: 'Zero-rated goods' },
  { ...any, rank: 80, taxClass: 'reduced', taxCode: 'R', reason: 'Reduced-rate goods' },
  { ...any, rank: 90, taxCode: 'S', reason: 'Standard rate' },
]

/** The usual rules of a wholesaler in the United Kingdom, for a new entity: a start to be edited, not tax advice. */
export const defaultUkTax = async (ctx: TaxWriter, entityId: string): Promise<void> => {
  await storeTaxCodes(ctx, entityId, codes)
  await storeTaxRules(ctx, entityId, rules)
}
