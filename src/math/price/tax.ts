import { ofPpm, safe } from './amount.ts'

export interface TaxedLine {
  /** Minor units, tax excluded. */
  readonly net: number
  readonly taxCode: string
  /** EN 16931 (UNTDID 5305): S, Z, E, AE, K, G, O. */
  readonly taxCategory: string
  readonly taxRatePpm: number
}
export interface TaxTotal {
  readonly category: string
  readonly ratePpm: number
  readonly codes: readonly string[]
  readonly base: number
  readonly tax: number
}
export interface DocumentTax {
  readonly net: number
  readonly tax: number
  readonly gross: number
  readonly taxes: readonly TaxTotal[]
}

/**
 * Tax of a document: once per category and rate over the sum of its lines (EN 16931 BR-S-9: BT-117 = BT-116 × BT-119,
 * rounded to the minor unit), never line by line, so that buyer and seller reach the same cent.
 */
export const taxOfDocument = (lines: readonly TaxedLine[]): DocumentTax => {
  const groups = new Map<string, { category: string; ratePpm: number; codes: Set<string>; base: bigint }>()
  for (const line of lines) {
    const key = `${line.taxCategory} ${line.taxRatePpm}`
    const group = groups.get(key) ?? {
      category: line.taxCategory,
      ratePpm: line.taxRatePpm,
      codes: new Set<string>(),
      base: 0n,
    }
    group.codes.add(line.taxCode)
    group.base += BigInt(line.net)
    groups.set(key, group)
  }
  const taxes = [...groups.values()]
    .sort((a, b) => (a.category === b.category ? b.ratePpm - a.ratePpm : a.category < b.category ? -1 : 1))
    .map(({ category, ratePpm, codes, base }) => {
      const whole = safe(base)
      return { category, ratePpm, codes: [...codes].sort(), base: whole, tax: ofPpm(whole, ratePpm) }
    })
  const net = safe(taxes.reduce((s, x) => s + BigInt(x.base), 0n))
  const tax = safe(taxes.reduce((s, x) => s + BigInt(x.tax), 0n))
  return { net, tax, gross: safe(BigInt(net) + BigInt(tax)), taxes }
}
