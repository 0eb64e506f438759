/** GS1 check digit: from the right, digits weigh 3, 1, 3 …; the digit fills up to the next ten (General Specifications 7.9). */
export const checkDigit = (digits: string): number => {
  let sum = 0
  for (let i = 0; i < digits.length; i += 1) sum += Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 3 : 1)
  return (10 - (sum % 10)) % 10
}

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
  const body = `${text[0]}${companyPrefix}${text.slice(1)}`
  return `${body}${checkDigit(body)}`
}

export const isSscc = (text: string): boolean =>
  /^[0-9]{18}$/.test(text) && checkDigit(text.slice(0, 17)) === Number(text[17])

/** GTINs of 8, 12, 13 and 14 digits name the same item when padded to 14. */
export const gtin14 = (text: string): string | null =>
  /^[0-9]{8}(?:[0-9]{4,6})?$/.test(text) ? text.padStart(14, '0') : null
