/** Words for numbers. Amounts are minor units of an ISO 4217 currency, prices micro of the currency, shares parts per million. */
const formats = new Map<string, Intl.NumberFormat>()
function numberFormat(key: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const known = formats.get(key)
  if (known) return known
  const format = new Intl.NumberFormat(undefined, options)
  formats.set(key, format)
  return format
}

const digits = new Map<string, number>()
/** Minor digits of a currency: 2 for EUR, 0 for JPY, 3 for BHD. */
export function minorDigits(currency: string): number {
  let found = digits.get(currency)
  if (found === undefined) {
    found = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
    digits.set(currency, found)
  }
  return found
}

/** Intl takes a decimal string exactly, so an amount beyond 2^53 minor units or a third digit never passes through a float. */
export function decimal(value: number, places: number): Intl.StringNumericLiteral {
  const sign = value < 0 ? '-' : ''
  const text = String(Math.abs(value)).padStart(places + 1, '0')
  return `${sign}${text.slice(0, text.length - places)}${places ? `.${text.slice(-places)}` : ''}` as Intl.StringNumericLiteral
}

export const money = (minor: number | null | undefined, currency: string): string =>
  minor == null
    ? '–'
    : numberFormat(currency, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }).format(
        decimal(minor, minorDigits(currency)),
      )

/** For tiles and decisions: £12.3K. */
export const moneyShort = (minor: number | null | undefined, currency: string): string =>
  minor == null
    ? '–'
    : numberFormat(`${currency}~`, {
        style: 'currency',
        currency,
        currencyDisplay: 'narrowSymbol',
        notation: 'compact',
        maximumSignificantDigits: 3,
      }).format(decimal(minor, minorDigits(currency)))

/** A price in micro of the currency; shown with as many digits as it has, never fewer than the currency's. */
export function price(micro: number | null | undefined, currency: string, perUom?: string | null): string {
  if (micro == null) return '–'
  const amount = numberFormat(`${currency}p`, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    maximumFractionDigits: 6,
  }).format(decimal(micro, 6))
  return perUom ? `${amount}/${perUom}` : amount
}

export const count = (value: number | null | undefined): string =>
  value == null ? '–' : numberFormat('n', {}).format(value)
/** Totals of lists are counted up to 10,000: one more says that there are more. */
export const countTo = (total: number | null): string | undefined =>
  total === null ? undefined : total > 10_000 ? `${count(10_000)}+` : count(total)
export const percent = (ppm: number | null | undefined, places = 1): string =>
  ppm == null
    ? '–'
    : numberFormat(`%${places}`, {
        style: 'percent',
        minimumFractionDigits: places,
        maximumFractionDigits: places,
      }).format(ppm / 1e6)

const dayWords = { day: 'numeric', month: 'short' } as const
const dayLong = { ...dayWords, weekday: 'short', timeZone: 'UTC' } as const
const instantLong = { ...dayWords, hour: '2-digit', minute: '2-digit' } as const
const datesOf = (words: Intl.DateTimeFormatOptions) => {
  const [near, far] = [words, { ...words, year: 'numeric' } as const].map(
    (of) => new Intl.DateTimeFormat(undefined, of),
  )
  const thisYear = new Date().getFullYear()
  return (date: Date): string => (date.getFullYear() === thisYear ? near : far)!.format(date)
}
const dayIn = datesOf(dayLong)
const instantIn = datesOf(instantLong)
/** '2026-11-24' → "Tue 24 Nov", of another year than this with its year. Grids show the ISO day itself: it sorts, aligns and cannot be misread. */
export const day = (iso: string | null | undefined): string => (iso ? dayIn(new Date(`${iso}T00:00:00Z`)) : '–')
export const instant = (iso: string | null | undefined): string => (iso ? instantIn(new Date(iso)) : '–')

/** Minutes as people say a duration: "1.8 d", "5.2 h", "40 min". */
export function duration(minutes: number | null | undefined): string {
  if (minutes == null) return '–'
  if (Math.abs(minutes) >= 1440) return `${(minutes / 1440).toFixed(1)} d`
  return Math.abs(minutes) >= 60 ? `${(minutes / 60).toFixed(1)} h` : `${minutes} min`
}
export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`
