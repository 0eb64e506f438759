import { hasCheckDigit, withCheckDigit } from './checkDigit.ts'

/**
 * How a code for goods of varying measure is laid out (General Specifications §2.1.12: prefixes 02 and 20 to 29, each
 * country and company as it likes). Places count from 1 on the 13-digit form; the thirteenth is the usual check digit.
 */
export interface VariableLayout {
  /** Two digits: 02, 20 … 29. */
  readonly prefix: string
  readonly itemFrom: number
  readonly itemDigits: number
  readonly valueKind: 'weight' | 'price' | 'count'
  readonly valueFrom: number
  /** 4 or 5 where a verifier digit guards the value. */
  readonly valueDigits: number
  /** Of kilograms, or of the currency's unit. */
  readonly valueDecimals: number
  /** Where the verifier digit of the value stands; null: there is none. */
  readonly verifierAt: number | null
}
export interface VariableCode {
  /** What the item is known by: prefix and item reference, so that one reference may stand under two prefixes. */
  readonly item: string
  readonly value: number
}

/** Weighting factors of §7.9.3: the digit times 2, 3 or 5; the tens are dropped, subtracted (−) or added (+). */
const TWO_MINUS = [0, 2, 4, 6, 8, 9, 1, 3, 5, 7]
const THREE = [0, 3, 6, 9, 2, 5, 8, 1, 4, 7]
const FIVE_PLUS = [0, 5, 1, 6, 2, 7, 3, 8, 4, 9]
const FIVE_MINUS = [0, 5, 9, 4, 8, 3, 7, 2, 6, 1]

const weighted = (digits: string, factors: readonly (readonly number[])[]): number =>
  factors.reduce((sum, factor, at) => sum + factor[Number(digits[at])]!, 0)

/** Verifier digit of a price or weight of four or five digits (§7.9.3). */
export const verifierDigit = (value: string): number => {
  if (/^[0-9]{4}$/.test(value)) return (weighted(value, [TWO_MINUS, TWO_MINUS, THREE, FIVE_MINUS]) * 3) % 10
  if (!/^[0-9]{5}$/.test(value)) throw new RangeError('a verifier digit guards four or five digits')
  const sum = weighted(value, [FIVE_PLUS, TWO_MINUS, FIVE_MINUS, FIVE_PLUS, TWO_MINUS])
  return FIVE_MINUS.indexOf((10 - (sum % 10)) % 10)
}

/** What is wrong with a layout, in words; null when it can be read. */
export const layoutProblem = (layout: VariableLayout): string | null => {
  const { prefix, itemFrom, itemDigits, valueFrom, valueDigits, verifierAt } = layout
  if (!/^(?:02|2[0-9])$/.test(prefix)) return 'the prefix of goods of varying measure is 02 or 20 to 29'
  const taken = new Set<number>()
  const places = [
    ...Array.from({ length: itemDigits }, (_, n) => itemFrom + n),
    ...Array.from({ length: valueDigits }, (_, n) => valueFrom + n),
    ...(verifierAt === null ? [] : [verifierAt]),
  ]
  for (const place of places) {
    if (place < 3 || place > 12)
      return 'item, value and verifier stand in the places 3 to 12, between prefix and check digit'
    if (taken.has(place)) return `place ${place} is used twice`
    taken.add(place)
  }
  if (itemDigits < 1 || valueDigits < 1) return 'item and value have at least one digit'
  if (verifierAt !== null && valueDigits !== 4 && valueDigits !== 5)
    return 'a verifier digit guards a value of four or five digits'
  return null
}

const part = (code: string, from: number, digits: number): string => code.slice(from - 1, from - 1 + digits)

/** 12 digits (UPC-A, number system 2) are the 13 with a leading zero. null: not of this layout, or a digit is wrong. */
export const readVariable = (code: string, layout: VariableLayout): VariableCode | null => {
  const whole = code.length === 12 ? `0${code}` : code
  if (whole.length !== 13 || !hasCheckDigit(whole) || !whole.startsWith(layout.prefix)) return null
  const value = part(whole, layout.valueFrom, layout.valueDigits)
  if (layout.verifierAt !== null && Number(whole[layout.verifierAt - 1]) !== verifierDigit(value)) return null
  return { item: layout.prefix + part(whole, layout.itemFrom, layout.itemDigits), value: Number(value) }
}

/** The code of a label: places that the layout leaves free are zero. */
export const writeVariable = ({ item, value }: VariableCode, layout: VariableLayout): string => {
  const reference = item.slice(layout.prefix.length)
  const digits = String(value).padStart(layout.valueDigits, '0')
  if (!item.startsWith(layout.prefix) || reference.length !== layout.itemDigits || !/^[0-9]+$/.test(item))
    throw new RangeError('the item reference does not fit the layout')
  if (!Number.isSafeInteger(value) || value < 0 || digits.length > layout.valueDigits)
    throw new RangeError('the value does not fit the layout')
  const body = [...layout.prefix.padEnd(12, '0')]
  const put = (text: string, from: number) => body.splice(from - 1, text.length, ...text)
  put(reference, layout.itemFrom)
  put(digits, layout.valueFrom)
  if (layout.verifierAt !== null) put(String(verifierDigit(digits)), layout.verifierAt)
  return withCheckDigit(body.join(''))
}
