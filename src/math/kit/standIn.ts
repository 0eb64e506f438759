/** num / den base units of another item stand for one base unit of an item, exactly. */
export interface Ratio {
  readonly num: number
  readonly den: number
}
export interface Step extends Ratio {
  readonly itemId: string
  readonly otherId: string
  /** The first day on which the other replaces the item. */
  readonly from: string
}

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b))
const lowest = (num: bigint, den: bigint): Ratio => {
  const by = gcd(num, den)
  return { num: Number(num / by), den: Number(den / by) }
}

/**
 * The last successor in effect on a day, with the ratio of the whole way; null where the item is not replaced yet. Each item
 * has one step at most. A chain that comes back (refused when it is saved) ends where it was first.
 */
export const lastSuccessor = (
  steps: ReadonlyMap<string, Step>,
  itemId: string,
  day: string,
): (Ratio & { readonly itemId: string; readonly from: string }) | null => {
  const seen = new Set([itemId])
  let [at, num, den, from] = [itemId, 1n, 1n, '']
  for (;;) {
    const step = steps.get(at)
    if (!step || step.from > day || seen.has(step.otherId)) break
    seen.add(step.otherId)
    at = step.otherId
    num *= BigInt(step.num)
    den *= BigInt(step.den)
    if (step.from > from) from = step.from
  }
  return at === itemId ? null : { itemId: at, ...lowest(num, den), from }
}

/** Base units of the other for so many of the item; null when that is no whole quantity. */
export const standsFor = ({ num, den }: Ratio, qty: number): number | null => {
  const product = BigInt(qty) * BigInt(num)
  return product % BigInt(den) === 0n ? Number(product / BigInt(den)) : null
}

/**
 * Of an order of `ordered` sales units of `step` base units: the least number that gives way when `short` of them are not
 * there and only whole quantities of the other can stand for them. More than is short where the ratio asks for it; the most
 * that is whole where even all of it is not.
 */
export const givesWay = ({ num, den }: Ratio, step: number, short: number, ordered: number): number => {
  const per = BigInt(step) * BigInt(num)
  const multiple = Number(BigInt(den) / gcd(per, BigInt(den)))
  const least = Math.ceil(short / multiple) * multiple
  return least <= ordered ? least : Math.floor(ordered / multiple) * multiple
}

/** How many of the sales units the other's base units are enough for, in whole quantities of both. */
export const covers = ({ num, den }: Ratio, step: number, units: number): number => {
  const per = BigInt(step) * BigInt(num)
  const multiple = Number(BigInt(den) / gcd(per, BigInt(den)))
  const most = Number((BigInt(Math.max(0, units)) * BigInt(den)) / per)
  return Math.floor(most / multiple) * multiple
}
