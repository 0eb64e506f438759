/**
 * GS1 General Specifications §7.9: digits weighted 3, 1, 3, … from the right of the body; the check digit brings the sum
 * to a multiple of ten. The same rule serves GTIN-8/12/13/14, GLN (13) and SSCC (18).
 */
export const checkDigit = (body: string): number => {
  let sum = 0
  for (let at = 0; at < body.length; at += 1) {
    const digit = body.charCodeAt(body.length - 1 - at) - 48
    sum += at % 2 === 0 ? digit * 3 : digit
  }
  return (10 - (sum % 10)) % 10
}

const holds = (code: string, lengths: readonly number[]): boolean =>
  lengths.includes(code.length) && /^[0-9]+$/.test(code) && checkDigit(code.slice(0, -1)) === Number(code.at(-1))

export const isGtin = (code: string): boolean => holds(code, [8, 12, 13, 14])
export const isGln = (code: string): boolean => holds(code, [13])
export const isSscc = (code: string): boolean => holds(code, [18])

/** Body of digits → the code with its check digit. */
export const withCheckDigit = (body: string): string => `${body}${checkDigit(body)}`

/** A GTIN-8/12/13 and the GTIN-14 with leading zeros are one number: what scanners send is compared in this form. */
export const gtin14 = (gtin: string): string => gtin.padStart(14, '0')
