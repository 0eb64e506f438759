import { hasCheckDigit } from './checkDigit.ts'
import { splitElements } from './message/element.ts'

/** What a GS1-128 or DataMatrix label says, of the identifiers that goods in a warehouse carry. */
export interface Elements {
  /** AI 01, or 02: what the logistic unit contains. 14 digits. */
  readonly gtin: string | null
  /** AI 00. */
  readonly sscc: string | null
  /** AI 10. */
  readonly lot: string | null
  /** AI 21. */
  readonly serial: string | null
  /** AI 17, else 15 (best before), as YYYY-MM-DD. */
  readonly expiresOn: string | null
  /** AI 11, as YYYY-MM-DD. */
  readonly madeOn: string | null
  /** AI 30 or 37. */
  readonly count: number | null
  /** AI 310n (kg) or 320n (lb), in grams; half a gram up. */
  readonly weightG: number | null
}

/** YYMMDD → the day: the century is the nearest (§7.12); day 00 is the month's last. null: no such day. */
export const dayOf = (yymmdd: string, today: string): string | null => {
  if (!/^[0-9]{6}$/.test(yymmdd)) return null
  const [yy, month, dd] = [Number(yymmdd.slice(0, 2)), Number(yymmdd.slice(2, 4)), Number(yymmdd.slice(4))]
  const now = Number(today.slice(0, 4))
  const apart = yy - (now % 100)
  const year = now - (now % 100) + yy - (apart > 50 ? 100 : apart < -49 ? -100 : 0)
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate()
  if (month < 1 || month > 12 || dd > last) return null
  return `${year}-${yymmdd.slice(2, 4)}-${String(dd === 0 ? last : dd).padStart(2, '0')}`
}

/** Micrograms of a pound, exactly (international avoirdupois pound, 0.45359237 kg). */
const POUND_UG = 453_592_370n

const gramsOf = (ai: string, value: string): number | null => {
  if (!/^(?:310|320)[0-9]$/.test(ai) || !/^[0-9]{6}$/.test(value)) return null
  const scale = 10n ** BigInt(ai.at(-1)!)
  const micrograms = BigInt(value) * (ai.startsWith('310') ? 1_000_000_000n : POUND_UG)
  return Number((micrograms * 2n + scale * 1_000_000n) / (scale * 2_000_000n))
}

/**
 * Reads a label of goods, bracketed or as scanned. Only what names goods is told; other identifiers are passed over, and so is
 * what would have to stand beside them: the other half of a pairing may be on the next label. `readElementString` judges all.
 * @param today tells the century of dates, YYYY-MM-DD.
 * @returns null for what is no element string, or whose GTIN or SSCC has a wrong check digit.
 */
export const readElements = (text: string, today: string): Elements | null => {
  const split = splitElements(text.replace(/^\](?:C1|d2|e0|Q3|J1)/, ''), { unknown: 'keep' })
  if (!split.ok) return null
  const parts = split.value
  const of = (...ais: string[]) =>
    ais.map((ai) => parts.find((one) => one.ai === ai)?.value).find((value) => value !== undefined)
  const [gtin, sscc, count] = [of('01', '02') ?? null, of('00') ?? null, of('30', '37') ?? null]
  if (gtin !== null && (gtin.length !== 14 || !hasCheckDigit(gtin))) return null
  if (sscc !== null && (sscc.length !== 18 || !hasCheckDigit(sscc))) return null
  if (gtin === null && sscc === null) return null
  const day = (value: string | undefined) => (value === undefined ? null : dayOf(value, today))
  return {
    gtin,
    sscc,
    lot: of('10') ?? null,
    serial: of('21') ?? null,
    expiresOn: day(of('17')) ?? day(of('15')),
    madeOn: day(of('11')),
    count: count !== null && /^[0-9]{1,8}$/.test(count) ? Number(count) : null,
    weightG: parts.map(({ ai, value }) => gramsOf(ai, value)).find((grams) => grams !== null) ?? null,
  }
}
