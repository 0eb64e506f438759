/** Members of the EU VAT area by ISO code (Greece is GR here, EL only inside VAT numbers). */
const EU = new Set('AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' '))
/** Places that are one VAT territory with a neighbour. */
const TERRITORY: Readonly<Record<string, string>> = { IM: 'GB', MC: 'FR' }
const territoryOf = (country: string): string => TERRITORY[country] ?? country

export type Destination = 'domestic' | 'eu' | 'abroad'
export const destinationOf = (from: string, to: string): Destination =>
  territoryOf(from) === territoryOf(to) ? 'domestic' : EU.has(to) ? 'eu' : 'abroad'

export interface TaxRule {
  readonly rank: number
  readonly taxClass: string | null
  readonly taxStatus: string | null
  readonly fromCountry: string | null
  readonly toCountry: string | null
  readonly destination: Destination | null
  readonly taxCode: string
  readonly reason: string
}
export interface TaxCode {
  readonly code: string
  readonly category: string
  readonly ratePpm: number
  readonly validFrom: string
  readonly validTo: string
}
export interface TaxQuestion {
  readonly taxClass: string
  readonly taxStatus: string
  /** Last day of an exemption; null: does not end. */
  readonly exemptUntil: string | null
  readonly from: string
  readonly to: string
  readonly date: string
}
export interface ChosenTax {
  readonly code: string
  readonly category: string
  readonly ratePpm: number
  readonly rule: string
  readonly reason: string
}

/** An exemption that has run out counts as an ordinary business. */
const statusOn = ({ taxStatus, exemptUntil, date }: TaxQuestion): string =>
  taxStatus === 'exempt' && exemptUntil !== null && exemptUntil < date ? 'business' : taxStatus

/** The rule of the lowest rank that fits, and its code as valid on that day. null: none fits, so nothing may be billed. */
export const chooseTax = (
  question: TaxQuestion,
  rules: readonly TaxRule[],
  codes: readonly TaxCode[],
): ChosenTax | null => {
  const status = statusOn(question)
  const destination = destinationOf(question.from, question.to)
  const fits = (wanted: string | null, is: string) => wanted === null || wanted === is
  let rule: TaxRule | undefined
  for (const r of rules) {
    if (rule && rule.rank <= r.rank) continue
    if (
      fits(r.taxClass, question.taxClass) &&
      fits(r.taxStatus, status) &&
      fits(r.fromCountry, question.from) &&
      fits(r.toCountry, question.to) &&
      fits(r.destination, destination)
    )
      rule = r
  }
  const code = codes.find((c) => c.code === rule?.taxCode && c.validFrom <= question.date && question.date <= c.validTo)
  if (!rule || !code) return null
  const expired = status === question.taxStatus ? '' : ` (exemption ended ${question.exemptUntil})`
  return {
    code: code.code,
    category: code.category,
    ratePpm: code.ratePpm,
    rule: `rule ${rule.rank}: ${question.from} to ${question.to} (${destination}), ${question.taxClass}, ${status}`,
    reason: `${rule.reason}${expired}`,
  }
}
