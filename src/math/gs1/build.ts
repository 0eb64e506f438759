import { isGtin, withCheckDigit } from './checkDigit.ts'

/**
 * SSCC-18 of a logistic unit: extension digit, company prefix (7–10 digits), serial, check digit. The extension digit
 * carries the serial on when it outgrows its places, so a 7-digit prefix gives 10^10 numbers before one repeats.
 */
export const ssccOf = (companyPrefix: string, serial: number): string => {
  if (!/^[0-9]{7,10}$/.test(companyPrefix)) throw new RangeError('a GS1 company prefix has 7 to 10 digits')
  const places = 16 - companyPrefix.length
  const text = String(serial).padStart(places + 1, '0')
  if (!Number.isSafeInteger(serial) || serial < 0 || text.length > places + 1)
    throw new RangeError('the serials of this company prefix are used up')
  return withCheckDigit(`${text[0]}${companyPrefix}${text.slice(1)}`)
}

/**
 * GTIN-14 of a grouping of one trade item (General Specifications §2.1.1): an indicator of 1 to 8 before the item's
 * GTIN-8, -12 or -13 without its check digit. 9 is for goods whose measure varies, 0 is no indicator.
 */
export const gtin14Of = (gtin: string, indicator: number): string => {
  if (!isGtin(gtin) || gtin.length === 14) throw new RangeError('a GTIN-14 is built from a GTIN of 8, 12 or 13 digits')
  if (!Number.isInteger(indicator) || indicator < 1 || indicator > 9)
    throw new RangeError('the indicator is a digit from 1 to 9')
  return withCheckDigit(`${indicator}${gtin.slice(0, -1).padStart(12, '0')}`)
}

/** A company prefix with a reference behind it, zeros between them, to so many digits and a check digit. */
const numbered = (companyPrefix: string, reference: number, digits: number, name: string): string => {
  const places = digits - 1 - companyPrefix.length
  if (!/^[0-9]{6,12}$/.test(companyPrefix) || places < 1)
    throw new RangeError(`no ${name} of ${digits} digits fits this company prefix`)
  const text = String(reference).padStart(places, '0')
  if (!Number.isSafeInteger(reference) || reference < 0 || text.length > places)
    throw new RangeError(`the ${name}s of this company prefix are used up`)
  return withCheckDigit(`${companyPrefix}${text}`)
}

/** GTIN-13 of a trade item: company prefix (6–11 digits), item reference, check digit; GTIN-12 by a UPC prefix of 6–10. */
export const gtinOf = (companyPrefix: string, itemReference: number, digits: 12 | 13 = 13): string =>
  numbered(companyPrefix, itemReference, digits, 'GTIN')

/** GLN of a place or party: company prefix (6–11 digits), location reference, check digit. */
export const glnOf = (companyPrefix: string, locationReference: number): string =>
  numbered(companyPrefix, locationReference, 13, 'GLN')
