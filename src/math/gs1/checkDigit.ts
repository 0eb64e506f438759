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

const DIGITS = /^[0-9]+$/
/** Two digits and more, of which the last is the check digit of those before it. */
export const hasCheckDigit = (code: string): boolean =>
  code.length > 1 && DIGITS.test(code) && checkDigit(code.slice(0, -1)) === Number(code.at(-1))

const GTIN_LENGTHS: readonly number[] = [8, 12, 13, 14]
const looksLikeGtin = (text: string): boolean => GTIN_LENGTHS.includes(text.length) && DIGITS.test(text)

export const isGtin = (code: string): boolean => looksLikeGtin(code) && hasCheckDigit(code)
export const isSscc = (code: string): boolean => code.length === 18 && hasCheckDigit(code)

const wrong = (name: string, code: string, lengths: readonly number[]): string | null => {
  if (!DIGITS.test(code)) return `${name} ${code} has signs that are no digits`
  if (!lengths.includes(code.length)) {
    const most = lengths.length > 1 ? `${lengths.slice(0, -1).join(', ')} or ${lengths.at(-1)}` : String(lengths[0])
    return `${name} ${code} has ${code.length} digits; a ${name} has ${most}`
  }
  return hasCheckDigit(code) ? null : `the check digit of ${name} ${code} is wrong`
}
/** What is wrong with a GTIN (or a GLN) in words for who typed it; null: nothing. */
export const wrongGtin = (code: string): string | null => wrong('GTIN', code, GTIN_LENGTHS)
export const wrongGln = (code: string): string | null => wrong('GLN', code, [13])

/** Body of digits → the code with its check digit. */
export const withCheckDigit = (body: string): string => `${body}${checkDigit(body)}`

/** GTINs of 8, 12, 13 and 14 digits are one number when padded to 14; null for what has another length or other signs. */
export const gtin14 = (text: string): string | null => (looksLikeGtin(text) ? text.padStart(14, '0') : null)

/** All ways in which one GTIN is written: scanners send 12 digits where the master holds 13, or 14 where it holds 8. */
export const gtinForms = (text: string): string[] => {
  const whole = gtin14(text)
  if (whole === null) return []
  return GTIN_LENGTHS.map((length) => whole.slice(-length)).filter((short) => gtin14(short) === whole)
}
