/** What may become of a row, and what the wholesaler's codes mean. */

/** `posts`: which book the row reaches. Rows of `nothing` are set aside, counted with their amount. */
export const FATES = {
  sale: { posts: 'sales', says: 'goods sold' },
  free: { posts: 'sales', says: 'goods given without charge' },
  charge: { posts: 'sales', says: 'charge on an invoice: postage, carriage, bank, fee' },
  service: { posts: 'sales', says: 'service on an invoice: manual entry, voucher, pads' },
  discount: { posts: 'sales', says: 'discount given' },
  return_matched: { posts: 'sales', says: 'goods credited, matched to earlier sales' },
  return_part: { posts: 'sales', says: 'goods credited, matched in part, the rest blind' },
  return_blind: { posts: 'sales', says: 'goods credited without an earlier sale in the file' },
  reversal: { posts: 'sales', says: 'charge or service credited' },
  bad_debt: { posts: 'sales', says: 'receivable written off or restored' },
  stock_found: { posts: 'stock', says: 'stock adjusted upwards' },
  stock_lost: { posts: 'stock', says: 'stock written off or adjusted downwards' },
  no_effect: { posts: 'nothing', says: 'no goods and no money' },
  test: { posts: 'nothing', says: 'entry marked as a test' },
  repeated: { posts: 'nothing', says: 'a document that is in the file a second time, line for line' },
  refused: { posts: 'nothing', says: 'not readable' },
} as const

export type Fate = keyof typeof FATES
export const fateNames = Object.keys(FATES) as Fate[]

export type CodeKind = 'goods' | 'charge' | 'service' | 'discount' | 'bad_debt' | 'test'

/**
 * Codes that are not goods, by study of every code in the file that is not five digits with letters. M and ADJUST are
 * manual entries, S is samples sold or credited, CRUK a charity's commission, B an adjustment of bad debt. PADS (filling
 * for cushions, at 0.001) is billed only to show it was given.
 */
const KINDS: [pattern: RegExp, kind: CodeKind][] = [
  [/^(POST|DOT|C\d|BANK CHARGES|AMAZONFEE|CRUK)$/, 'charge'],
  [/^(M|S|PADS|ADJUST\d*|GIFT.*)$/, 'service'],
  [/^D$/, 'discount'],
  [/^B$/, 'bad_debt'],
  [/^TEST\d*$/, 'test'],
]

/** @param code in capitals */
export const kindOfCode = (code: string): CodeKind => KINDS.find(([pattern]) => pattern.test(code))?.[1] ?? 'goods'

/** Five digits and up to three letters is how this wholesaler numbers goods; others (DCGS0003, SP1002) are kept, counted. */
export const isOddCode = (code: string): boolean => kindOfCode(code) === 'goods' && !/^\d{5}[A-Z]{0,3}$/.test(code)

/** ISO 3166-1 of the names this file uses; XX where the file names no single country. */
const COUNTRIES: Record<string, string> = {
  'United Kingdom': 'GB',
  EIRE: 'IE',
  Germany: 'DE',
  France: 'FR',
  Spain: 'ES',
  Netherlands: 'NL',
  Belgium: 'BE',
  Switzerland: 'CH',
  Australia: 'AU',
  Portugal: 'PT',
  Norway: 'NO',
  Finland: 'FI',
  'Channel Islands': 'JE',
  Cyprus: 'CY',
  Italy: 'IT',
  Japan: 'JP',
  Sweden: 'SE',
  Poland: 'PL',
  Denmark: 'DK',
  'Hong Kong': 'HK',
  Singapore: 'SG',
  Austria: 'AT',
  Canada: 'CA',
  Greece: 'GR',
  Iceland: 'IS',
  Israel: 'IL',
  Malta: 'MT',
  Lebanon: 'LB',
  Lithuania: 'LT',
  Brazil: 'BR',
  'United Arab Emirates': 'AE',
  USA: 'US',
  Bahrain: 'BH',
  'Czech Republic': 'CZ',
  'Saudi Arabia': 'SA',
  RSA: 'ZA',
  Nigeria: 'NG',
  Bermuda: 'BM',
  Korea: 'KR',
  Thailand: 'TH',
  'West Indies': 'XX',
  'European Community': 'XX',
  Unspecified: 'XX',
}
export const countryCode = (name: string): string => COUNTRIES[name] ?? 'XX'

/**
 * Who buys when the file names nobody: one account per country, web orders (they carry the web shop's postage code DOT)
 * apart from over-the-counter ones.
 */
export const anonymousCustomer = (country: string, web: boolean): string =>
  `${web ? 'WEB' : 'CASH'}-${countryCode(country)}`
