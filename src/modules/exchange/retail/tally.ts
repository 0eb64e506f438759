/** The count that knows nothing of documents: cells as written, exact millionths by BigInt, per date as written. */
export type Exact = { rows: number; units: bigint; micro: bigint; minor: bigint }

/** Path one: straight from the cells, per written date. */
export class Tally {
  private readonly dates: Map<string, Exact> = new Map()
  private readonly prices: Map<string, bigint> = new Map()

  add(date: string, qtyText: string, priceText: string): void {
    const sums = this.dates.get(date) ?? { rows: 0, units: 0n, micro: 0n, minor: 0n }
    const qty = BigInt(qtyText.trim().replace(/\.0+$/, ''))
    const product = qty * this.price(priceText.trim())
    sums.rows++
    sums.units += qty
    sums.micro += product
    sums.minor += (product + (product < 0n ? -5000n : 5000n)) / 10_000n
    this.dates.set(date, sums)
  }

  /** A file has some thousand different prices; each is parsed by BigInt once. */
  private price(text: string): bigint {
    const known = this.prices.get(text) ?? exactMicro(text)
    this.prices.set(text, known)
    return known
  }

  /** Forgets dates that turned out to be no dates: their rows are refused and stand in no month. */
  drop(unreadable: (date: string) => boolean): void {
    for (const date of this.dates.keys()) if (unreadable(date)) this.dates.delete(date)
  }

  months(monthOf: (date: string) => string): Map<string, Exact> {
    const months = new Map<string, Exact>()
    for (const [date, sums] of this.dates) {
      const month = months.get(monthOf(date)) ?? { rows: 0, units: 0n, micro: 0n, minor: 0n }
      month.rows += sums.rows
      month.units += sums.units
      month.micro += sums.micro
      month.minor += sums.minor
      months.set(monthOf(date), month)
    }
    return months
  }
}

/** Decimal text → millionths. Not the parser of columns.ts on purpose: two ways that agree prove more than one. */
function exactMicro(text: string): bigint {
  const negative = text.startsWith('-')
  const [whole = '0', decimals = ''] = text.replace(/^[+-]/, '').split('.')
  const scaled = BigInt(whole + decimals.padEnd(20, '0').slice(0, 20))
  const half = 10n ** 14n / 2n
  const size = (scaled + half) / 10n ** 14n
  return negative ? -size : size
}
