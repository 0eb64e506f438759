import { type Factor, ofPpm } from './amount.ts'

/** Order of precedence: the first kind with a price that fits wins. */
export const KINDS = ['contract', 'customer', 'group', 'channel', 'list'] as const
export type ListKind = (typeof KINDS)[number]

/** One price that may apply: of the right item, party, currency and day already. */
export interface PriceCandidate {
  readonly kind: ListKind
  readonly list: string
  readonly uom: string
  readonly factor: Factor
  /** In units of `uom`. */
  readonly minQty: number
  readonly priceMicro: number
  /** What this list says about promotions; list and channel prices always take them. */
  readonly promotions: boolean
}
export interface PromotionCandidate {
  readonly code: string
  /** In base units. */
  readonly minQty: number
  readonly discountPpm: number
}
export interface PriceStep {
  readonly source: string
  readonly priceMicro: number
  readonly per: string
  readonly chosen: boolean
  readonly why: string
}
export interface PromotionStep {
  readonly code: string
  readonly discountPpm: number
  readonly applied: boolean
  readonly why: string
}
export interface ChosenPrice {
  readonly priceMicro: number
  readonly priceUom: string
  readonly per: Factor
  readonly source: string
  readonly steps: readonly PriceStep[]
  readonly promotions: readonly PromotionStep[]
}

/** In base units, compared without division: a × d ≥ m × n. */
const reaches = (qty: number, c: PriceCandidate): boolean =>
  BigInt(qty) * BigInt(c.factor.den) >= BigInt(c.minQty) * BigInt(c.factor.num)

const sizeOrder = (a: PriceCandidate, b: PriceCandidate): number => {
  const left = BigInt(a.minQty) * BigInt(a.factor.num) * BigInt(b.factor.den)
  const right = BigInt(b.minQty) * BigInt(b.factor.num) * BigInt(a.factor.den)
  return left === right ? 0 : left > right ? -1 : 1
}

/**
 * Precedence, then prices that the quantity reaches, then the unit asked for, then the largest break. Codes end every
 * tie, so the same candidates in any order give the same choice and the same explanation (invariant 12).
 */
const order =
  (qty: number, uom: string) =>
  (a: PriceCandidate, b: PriceCandidate): number =>
    KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) ||
    Number(reaches(qty, b)) - Number(reaches(qty, a)) ||
    Number(b.uom === uom) - Number(a.uom === uom) ||
    sizeOrder(a, b) ||
    (a.list === b.list ? (a.uom < b.uom ? -1 : a.uom > b.uom ? 1 : 0) : a.list < b.list ? -1 : 1)

const nameOf = (c: PriceCandidate): string => `${c.kind} ${c.list}`

const whyNot = (c: PriceCandidate, winner: PriceCandidate | undefined, qty: number, uom: string): string => {
  if (!reaches(qty, c)) return `from ${c.minQty} ${c.uom}`
  if (!winner) return 'a price was set by hand'
  if (winner.kind !== c.kind) return `a ${winner.kind} price comes before a ${c.kind} price`
  if (winner.uom === uom && c.uom !== uom) return `${nameOf(winner)} has a price per ${uom}`
  return `the break from ${winner.minQty} ${winner.uom} is larger`
}

const whyChosen = (c: PriceCandidate, uom: string): string => {
  const break_ = c.minQty > 1 ? `break from ${c.minQty} ${c.uom}` : 'price'
  return c.uom === uom ? `${c.kind} ${break_}` : `${c.kind} ${break_}, converted from ${c.uom}`
}

const takesPromotions = (c: PriceCandidate): boolean => c.promotions || c.kind === 'list' || c.kind === 'channel'

/** Who decides by hand: nothing stacks on it. */
export interface ManualPrice {
  readonly priceMicro: number
  readonly uom: string
  readonly per: Factor
}

/**
 * The price of one line, with everything that was looked at and why it lost. `qty` in base units. null: no candidate
 * fits, so there is no price.
 */
export const choosePrice = (
  qty: number,
  uom: string,
  candidates: readonly PriceCandidate[],
  promotions: readonly PromotionCandidate[],
  manual: ManualPrice | null = null,
): ChosenPrice | null => {
  const sorted = [...candidates].sort(order(qty, uom))
  const winner = manual ? undefined : sorted.find((c) => reaches(qty, c))
  if (!winner && !manual) return null
  const steps: PriceStep[] = sorted.map((c) => ({
    source: nameOf(c),
    priceMicro: c.priceMicro,
    per: c.uom,
    chosen: c === winner,
    why: c === winner ? whyChosen(c, uom) : whyNot(c, winner, qty, uom),
  }))
  if (manual) {
    const { uom: priceUom, per, priceMicro } = manual
    steps.unshift({ source: 'manual', priceMicro, per: priceUom, chosen: true, why: 'set by hand' })
    return { priceMicro, per, priceUom, source: 'manual', steps, promotions: [] }
  }
  const won = winner!
  const { priceMicro, promotions: looked } = withPromotion(won, qty, promotions)
  return { priceMicro, priceUom: won.uom, per: won.factor, source: nameOf(won), steps, promotions: looked }
}

/** The largest discount alone is taken: two promotions on one line are never multiplied. */
const withPromotion = (won: PriceCandidate, qty: number, promotions: readonly PromotionCandidate[]) => {
  const sorted = [...promotions].sort((a, b) => b.discountPpm - a.discountPpm || (a.code < b.code ? -1 : 1))
  const takes = takesPromotions(won)
  const best = takes ? sorted.find((p) => qty >= p.minQty) : undefined
  return {
    priceMicro: best ? ofPpm(won.priceMicro, 1_000_000 - best.discountPpm) : won.priceMicro,
    promotions: sorted.map(
      (p): PromotionStep => ({
        code: p.code,
        discountPpm: p.discountPpm,
        applied: p === best,
        why:
          p === best
            ? `stacks on the ${won.kind} price`
            : !takes
              ? `${nameOf(won)} takes no promotions`
              : qty < p.minQty
                ? `from ${p.minQty} base units`
                : `${best?.code} takes off more`,
      }),
    ),
  }
}
