import { safe } from '../price/amount.ts'

/**
 * Where should goods come from: another site's surplus, or a supplier? Pure: facts in, ranked options with their
 * arithmetic in words out. Quantities are base units, money is millionths of a currency's unit.
 */
export interface Ask {
  readonly uom: string
  readonly qty: number
  /** Days until it is wanted; null: as soon as can be. */
  readonly withinDays: number | null
}
/** Another site of ours. */
export interface SiteCandidate {
  readonly kind: 'transfer'
  readonly id: string
  readonly name: string
  /** Stands there free: on hand, ours, sellable, not allocated, held or promised. */
  readonly available: number
  /** Available + what is due in − what is backordered: what it will have when all that is open is done. */
  readonly position: number
  /** What it keeps for itself, and where that figure is from. */
  readonly keeps: number
  readonly keepsWhy: string
  readonly days: number
  readonly unitCostMicro: number
  readonly kgCostMicro: number
  readonly shipmentCostMicro: number
  readonly unitWeightG: number
}
export interface SupplierCandidate {
  readonly kind: 'buy'
  readonly id: string
  readonly name: string
  /** Landed, per base unit. */
  readonly unitCostMicro: number
  /** Null: nobody knows. */
  readonly days: number | null
  /** Least quantity taken, and whole packs above it. */
  readonly moq: number
  readonly pack: number
}
export type Candidate = SiteCandidate | SupplierCandidate

export interface SourceOption {
  readonly kind: Candidate['kind']
  readonly id: string
  readonly name: string
  /** What would be moved or bought; of it `covers` serves the need. */
  readonly qty: number
  readonly covers: number
  /** Of a site; null for a supplier. */
  readonly surplus: number | null
  readonly days: number | null
  /** What the company pays to have it here, for `qty`; per unit rounded half up. Goods in surplus are paid for already. */
  readonly costMicro: number
  readonly unitCostMicro: number
  /** Arithmetic without money, and the same with it: who may not read cost is told the first alone. */
  readonly reasons: string[]
  readonly costReason: string
}

/**
 * Surplus of a site: the least of what stands there free now (nothing else can be sent) and what its position has above
 * what it keeps for itself (what is due in covers its own need first). Never below zero.
 */
export const surplusOf = (site: Pick<SiteCandidate, 'available' | 'position' | 'keeps'>): number =>
  Math.max(0, Math.min(site.available, site.position - site.keeps))

const money = (micro: number): string => {
  const digits = String(Math.abs(micro)).padStart(7, '0')
  const fraction = digits.slice(-6).replace(/0{1,4}$/, '')
  return `${micro < 0 ? '-' : ''}${digits.slice(0, -6)}.${fraction}`
}
const days = (n: number): string => (n === 1 ? '1 day' : `${n} days`)

const transferOf = (site: SiteCandidate, { uom, qty }: Ask): SourceOption => {
  const surplus = surplusOf(site)
  const covers = Math.min(surplus, qty)
  const byWeight = (BigInt(covers) * BigInt(site.unitWeightG) * BigInt(site.kgCostMicro) + 500n) / 1000n
  const costMicro =
    covers === 0 ? 0 : safe(BigInt(covers) * BigInt(site.unitCostMicro) + byWeight + BigInt(site.shipmentCostMicro))
  const parts = [
    site.unitCostMicro > 0 && `${covers} × ${money(site.unitCostMicro)}`,
    byWeight > 0n && `${(covers * site.unitWeightG) / 1000} kg × ${money(site.kgCostMicro)}`,
    site.shipmentCostMicro > 0 && `${money(site.shipmentCostMicro)} for the shipment`,
  ].filter(Boolean)
  return {
    kind: 'transfer',
    id: site.id,
    name: site.name,
    qty: covers,
    covers,
    surplus,
    days: site.days,
    costMicro,
    unitCostMicro: perUnit(costMicro, covers),
    reasons: [
      `${site.name} can spare ${surplus} ${uom}: ${site.available} free now, position ${site.position} − ${site.keeps} it keeps (${site.keepsWhy}), the smaller of ${site.available} and ${site.position - site.keeps}`,
      covers < qty ? `covers ${covers} of ${qty} ${uom}` : `covers all ${qty} ${uom}`,
      `${days(site.days)} on the road`,
    ],
    costReason:
      covers === 0
        ? 'nothing to carry'
        : `carriage ${parts.length > 0 ? parts.join(' + ') : 'free'} = ${money(costMicro)}, ${money(perUnit(costMicro, covers))} a unit; the goods are paid for`,
  }
}

const buyOf = (supplier: SupplierCandidate, { uom, qty }: Ask): SourceOption => {
  const least = Math.max(qty, supplier.moq)
  const bought = Math.ceil(least / supplier.pack) * supplier.pack
  const costMicro = safe(BigInt(bought) * BigInt(supplier.unitCostMicro))
  return {
    kind: 'buy',
    id: supplier.id,
    name: supplier.name,
    qty: bought,
    covers: qty,
    surplus: null,
    days: supplier.days,
    costMicro,
    unitCostMicro: supplier.unitCostMicro,
    reasons: [
      bought === qty
        ? `buys ${qty} ${uom}`
        : `buys ${bought} ${uom} for ${qty}: ${supplier.moq > qty ? `at least ${supplier.moq}` : `no less`}, in packs of ${supplier.pack}`,
      `covers all ${qty} ${uom}`,
      supplier.days === null ? 'lead time unknown' : `${days(supplier.days)} to deliver`,
    ],
    costReason: `${bought} × ${money(supplier.unitCostMicro)} = ${money(costMicro)}, ${money(supplier.unitCostMicro)} a unit`,
  }
}

const perUnit = (costMicro: number, qty: number): number =>
  qty === 0 ? 0 : safe((BigInt(costMicro) * 2n + BigInt(qty)) / (BigInt(qty) * 2n))

/** Exact: a × (1 / n) without division. */
const cheaper = (a: SourceOption, b: SourceOption): number => {
  const [left, right] = [BigInt(a.costMicro) * BigInt(b.qty), BigInt(b.costMicro) * BigInt(a.qty)]
  return left < right ? -1 : left > right ? 1 : 0
}

/**
 * Options, the best first: those that cover all of the need, then those that come in time, then the cheaper per unit, then
 * the quicker, then the transfer (what we have before what we buy), then by name. Sites with nothing to spare come last,
 * so that they are seen. The last reason of each says why it stands behind the one before it.
 */
export const chooseSource = (ask: Ask, candidates: readonly Candidate[]): SourceOption[] => {
  const late = (o: SourceOption): number =>
    ask.withinDays === null ? 0 : o.days === null || o.days > ask.withinDays ? 1 : 0
  const part = (o: SourceOption): number => (o.covers < ask.qty ? 1 : 0)
  const empty = (o: SourceOption): number => (o.covers === 0 ? 1 : 0)
  const daysOf = (o: SourceOption): number => o.days ?? Number.MAX_SAFE_INTEGER
  const rules: readonly [(a: SourceOption, b: SourceOption) => number, (ahead: SourceOption) => string][] = [
    [(a, b) => empty(a) - empty(b), (ahead) => `behind ${ahead.name}, which has some`],
    [(a, b) => part(a) - part(b), (ahead) => `behind ${ahead.name}, which covers all of it`],
    [(a, b) => late(a) - late(b), (ahead) => `behind ${ahead.name}, which comes in time`],
    [(a, b) => cheaper(a, b), (ahead) => `behind ${ahead.name}, which costs less a unit`],
    [(a, b) => daysOf(a) - daysOf(b), (ahead) => `behind ${ahead.name}, which is quicker`],
    [(a, b) => (a.kind === b.kind ? 0 : a.kind === 'transfer' ? -1 : 1), (ahead) => `behind ${ahead.name}: ours first`],
    [(a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0), (ahead) => `as good as ${ahead.name}`],
  ]
  const options = candidates.map((candidate) =>
    candidate.kind === 'transfer' ? transferOf(candidate, ask) : buyOf(candidate, ask),
  )
  options.sort((a, b) => {
    for (const [compare] of rules) {
      const order = compare(a, b)
      if (order !== 0) return order
    }
    return 0
  })
  return options.map((option, at) => {
    const ahead = options[at - 1]
    const why = ahead && rules.find(([compare]) => compare(ahead, option) !== 0)
    return { ...option, reasons: [...option.reasons, ahead && why ? why[1](ahead) : 'first choice'] }
  })
}
