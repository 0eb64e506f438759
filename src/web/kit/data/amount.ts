import { decimal, minorDigits } from './format.ts'

/** The amount as it is put into a field: "1234.50". */
export const amountText = (minor: number, currency: string): string => decimal(minor, minorDigits(currency))

/** Reads what a person types as an amount: "1,234.50", "1234,5", "£ 20". Null when it is no amount of that currency. */
export function parseMoney(text: string, currency: string): number | null {
  const places = minorDigits(currency)
  const clean = text.replace(/[^\d.,-]/g, '')
  const match = /^(-?)([\d.,]*?)(?:[.,](\d{1,3}))?$/.exec(clean)
  if (!match || !/\d/.test(clean)) return null
  const [, sign, whole = '', fraction = ''] = match
  const thousands = fraction.length === 3 && places < 3
  const units = (whole + (thousands ? fraction : '')).replace(/[.,]/g, '') || '0'
  const rest = thousands ? '' : fraction
  if (rest.length > places) return null
  const minor = Number(units + rest.padEnd(places, '0'))
  return Number.isSafeInteger(minor) ? (sign ? -minor : minor) : null
}
