/**
 * What a part of an order line costs, and the tax on a document. Amounts are minor units; every quotient is exact in
 * BigInt and rounded half away from zero once.
 */
export const divideRounded = (dividend: bigint, divisor: bigint): bigint => {
  const negative = dividend < 0n !== divisor < 0n
  const n = dividend < 0n ? -dividend : dividend
  const d = divisor < 0n ? -divisor : divisor
  const quotient = (2n * n + d) / (2n * d)
  return negative ? -quotient : quotient
}

/**
 * Of `total` for `whole` units: what the units from `from` on, `qty` many, cost. Cumulative, so that all parts of a line
 * sum to its net to the minor unit, whatever the parts are: 10.00 for 3 becomes 3.33, 3.34, 3.33.
 */
export const sliceOf = (total: number, from: number, qty: number, whole: number): number => {
  const upTo = (units: number): bigint => divideRounded(BigInt(total) * BigInt(units), BigInt(whole))
  return Number(upTo(from + qty) - upTo(from))
}

export const taxOn = (net: number, ratePpm: number): number =>
  Number(divideRounded(BigInt(net) * BigInt(ratePpm), 1_000_000n))

export interface TaxableLine {
  readonly net: number
  readonly taxCategory: string
  readonly taxRatePpm: number
}
export interface TaxRow {
  readonly category: string
  readonly ratePpm: number
  readonly taxable: number
  readonly tax: number
}

/** EN 16931 BG-23: net summed per category and rate, tax rounded there, once. */
export const taxesOf = (lines: readonly TaxableLine[]): TaxRow[] => {
  const rows = new Map<string, { category: string; ratePpm: number; taxable: number }>()
  for (const line of lines) {
    const key = `${line.taxCategory} ${line.taxRatePpm}`
    const row = rows.get(key) ?? { category: line.taxCategory, ratePpm: line.taxRatePpm, taxable: 0 }
    row.taxable += line.net
    rows.set(key, row)
  }
  return [...rows.values()].map((row) => ({ ...row, tax: taxOn(row.taxable, row.ratePpm) }))
}

export interface Totals {
  readonly net: number
  readonly tax: number
  readonly gross: number
  readonly taxes: readonly TaxRow[]
}
export const totalsOf = (lines: readonly TaxableLine[]): Totals => {
  const taxes = taxesOf(lines)
  const net = lines.reduce((sum, line) => sum + line.net, 0)
  const tax = taxes.reduce((sum, row) => sum + row.tax, 0)
  return { net, tax, gross: net + tax, taxes }
}
