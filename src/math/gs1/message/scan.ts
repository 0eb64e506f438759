import { hasCheckDigit } from '../checkDigit.ts'
import { readDigitalLink } from './digitalLink.ts'
import { accepted, type Element, GS, identifierOf, type Reading, refused, splitElements } from './element.ts'
import { readElementString } from './elementString.ts'

const SYMBOLOGIES = [
  'EAN13',
  'EAN8',
  'UPCA',
  'UPCE',
  'DataBarOmni',
  'DataBarTruncated',
  'DataBarStacked',
  'DataBarStackedOmni',
  'DataBarLimited',
  'DataBarExpanded',
  'GS1_128_CCA',
  'GS1_128_CCC',
  'QR',
  'DM',
  'DotCode',
] as const
export type Symbology = (typeof SYMBOLOGIES)[number]

/** What a scanner handed over. */
export interface Scan {
  /** The most usual one of those that send the same identifier. */
  readonly symbology: Symbology
  /** `^` in front: GS1 data with `^` for FNC1, else plain; `|` before what the composite component says. */
  readonly data: string
  /** What its identifiers say; null: the data are plain and no Digital Link. */
  readonly elements: readonly Element[] | null
  /** Of a retail code, which has no identifiers: its GTIN in 14 digits. */
  readonly gtin: string | null
}

/** Symbology identifiers of ISO/IEC 15424 (General Specifications figure 5.1.2-1), without the bracket. */
const IDENTIFIERS: Readonly<Record<string, { readonly symbology: Symbology; readonly gs1: boolean }>> = {
  C1: { symbology: 'GS1_128_CCA', gs1: true },
  e0: { symbology: 'DataBarExpanded', gs1: true },
  E0: { symbology: 'EAN13', gs1: false },
  E4: { symbology: 'EAN8', gs1: false },
  Q1: { symbology: 'QR', gs1: false },
  Q3: { symbology: 'QR', gs1: true },
  d1: { symbology: 'DM', gs1: false },
  d2: { symbology: 'DM', gs1: true },
  J0: { symbology: 'DotCode', gs1: false },
  J1: { symbology: 'DotCode', gs1: true },
}
const MATRIX: Partial<Readonly<Record<Symbology, readonly [plain: string, gs1: string]>>> = {
  QR: [']Q1', ']Q3'],
  DM: [']d1', ']d2'],
  DotCode: [']J0', ']J1'],
}
const COMPOSITE = '|]e0'

const readGs1 = (message: string): Reading => {
  if (message === '') return refused('there are no data')
  return message.includes('^') ? refused('^ is no sign of GS1 data') : readElementString(`${GS}${message}`)
}

/** A retail code: its digits, and what a composite component says behind them. */
const readRetail = (symbology: 'EAN13' | 'EAN8', message: string): Reading<Scan> => {
  const length = symbology === 'EAN13' ? 13 : 8
  const [primary, rest] = [message.slice(0, length), message.slice(length)]
  if (primary.length < length) return refused(`the code has ${primary.length} of ${length} digits`)
  if (!/^[0-9]+$/.test(primary)) return refused('the code has signs that are no digits')
  if (!hasCheckDigit(primary)) return refused(`the check digit of ${primary} is wrong`)
  const gtin = primary.padStart(14, '0')
  if (rest === '') return accepted({ symbology, data: primary, elements: null, gtin })
  if (!rest.startsWith(COMPOSITE)) return refused('the code goes on after its last digit')
  // Pairings are judged over both carriers: the primary one is the GTIN.
  const composite = rest.slice(COMPOSITE.length)
  const elements = readGs1(`01${gtin}${composite}`)
  return elements.ok
    ? accepted({
        symbology,
        data: `${primary}|^${composite.replaceAll(GS, '^')}`,
        elements: elements.value.slice(1),
        gtin,
      })
    : elements
}

/** `^` begins GS1 data: plain data that would begin so are escaped. */
const escaped = (plain: string): string => (/^\\*\^/.test(plain) ? `\\${plain}` : plain)
const unescaped = (data: string): string => (/^\\+\^/.test(data) ? data.slice(1) : data)

/**
 * Reads what a scanner sends, its symbology identifier (`]C1`, `]d2`, `]Q3`, `]e0`, `]E0` …) in front: element strings, retail
 * codes with or without a composite component, Digital Links in plain matrix codes.
 */
export const readScan = (scan: string): Reading<Scan> => {
  const known = scan.startsWith(']') ? IDENTIFIERS[scan.slice(1, 3)] : undefined
  if (known === undefined) return refused('no symbology identifier of a code that GS1 uses stands in front')
  const { symbology, gs1 } = known
  const message = scan.slice(3)
  if (symbology === 'EAN13' || symbology === 'EAN8') return readRetail(symbology, message)
  if (gs1) {
    const elements = readGs1(message)
    return elements.ok
      ? accepted({ symbology, data: `^${message.replaceAll(GS, '^')}`, elements: elements.value, gtin: null })
      : elements
  }
  const link = /^(?:https?|HTTPS?):\/\//.test(message) ? readDigitalLink(message) : null
  if (link !== null && !link.ok) return link
  return accepted({ symbology, data: escaped(message), elements: link === null ? null : link.value, gtin: null })
}

const RETAIL_DIGITS: Partial<Readonly<Record<Symbology, number>>> = { EAN13: 13, EAN8: 8, UPCA: 12, UPCE: 12 }
/** The largest GTIN that DataBar Limited can carry. */
const LIMITED_MOST = '19999999999999'

/** The digits of a code that holds one GTIN: written as they are, or as AI (01) with zeros in front. */
const primaryOf = (data: string, length: number): Reading<string> => {
  const prefix = `^01${'0'.repeat(14 - length)}`
  const digits = data.startsWith(prefix) ? data.slice(prefix.length) : data
  if (!/^[0-9]+$/.test(digits) || digits.length !== length) return refused(`such a code holds ${length} digits`)
  return hasCheckDigit(digits) ? accepted(digits) : refused(`the check digit of ${digits} is wrong`)
}

const writeRetail = (symbology: Symbology, data: string, composite: string | null): Reading<string> => {
  const length = RETAIL_DIGITS[symbology] ?? 14
  const primary = primaryOf(data, length)
  if (!primary.ok) return primary
  const digits = primary.value
  if (composite !== null) {
    const whole = readGs1(`01${digits.padStart(14, '0')}${composite}`)
    if (!whole.ok) return whole
  }
  if (length === 14) {
    if (symbology === 'DataBarLimited' && digits > LIMITED_MOST)
      return refused('GS1 DataBar Limited begins with 0 or 1 only')
    return accepted(`]e001${digits}${composite ?? ''}`)
  }
  const front = symbology === 'EAN8' ? ']E4' : ']E0'
  return accepted(
    `${front}${digits.padStart(length === 12 ? 13 : length, '0')}${composite === null ? '' : `${COMPOSITE}${composite}`}`,
  )
}

/** GS1 data as a scanner sends them: without the first FNC1, GS for the others. */
const message = (data: string): string => data.slice(1).replaceAll('^', GS)

const writeLinear = (symbology: Symbology, data: string, composite: string | null): Reading<string> => {
  if (!data.startsWith('^')) return refused(`${symbology} holds GS1 data only: FNC1 comes first`)
  const linear = readElementString(data)
  if (composite === null)
    return linear.ok ? accepted(`${symbology === 'DataBarExpanded' ? ']e0' : ']C1'}${message(data)}`) : linear
  // The pairings count over both parts; what has no length known beforehand ends with GS before the second begins.
  const ended = message(data)
  const first = ended.endsWith(GS) ? ended.slice(0, -1) : ended
  const split = splitElements(first)
  if (!split.ok) return split
  const last = identifierOf(split.value.at(-1)!.ai, {})!
  const whole = `${first}${last.predefined ? '' : GS}${composite}`
  const both = readGs1(whole)
  return both.ok ? accepted(`]e0${whole}`) : both
}

/**
 * What a scanner would send for a symbol with these data (`^` for FNC1, `|` before a composite component), see `Scan.data`.
 * Refused is what the symbology cannot hold, or what is wrong with the message.
 */
export const writeScan = (symbology: Symbology, data: string): Reading<string> => {
  if (!SYMBOLOGIES.includes(symbology)) return refused(`${symbology} is no symbology that GS1 uses`)
  const matrix = MATRIX[symbology]
  if (matrix !== undefined) {
    if (!data.startsWith('^')) return accepted(`${matrix[0]}${unescaped(data)}`)
    const elements = readElementString(data)
    return elements.ok ? accepted(`${matrix[1]}${message(data)}`) : elements
  }
  const bar = data.indexOf('|')
  const [linear, rest] = bar < 0 ? [data, null] : [data.slice(0, bar), data.slice(bar + 1)]
  if (rest !== null && !rest.startsWith('^')) return refused('a composite component holds GS1 data only')
  const composite = rest === null ? null : message(rest)
  return symbology === 'DataBarExpanded' || symbology === 'GS1_128_CCA' || symbology === 'GS1_128_CCC'
    ? writeLinear(symbology, linear, composite)
    : writeRetail(symbology, linear, composite)
}
