/** Past orders as sets of items (by index), each with how much it counts. */
export interface History {
  readonly orders: readonly Int32Array[]
  readonly weights: Float64Array
}

/**
 * The last orders, newer ones counting more: assortments drift, and a slot is for the orders to come.
 * @param orders oldest first. @param halfLife after so many further orders one counts half; Infinity: all the same.
 * @param last so many of the newest at most.
 */
export const historyOf = (
  orders: readonly (readonly number[])[],
  { halfLife, last }: { readonly halfLife: number; readonly last: number },
): History => {
  if (!(halfLife > 0 && last >= 1)) throw new RangeError('half-life and number of orders are above zero')
  const kept = orders.slice(-last)
  return {
    orders: kept.map((items) => Int32Array.from(new Set(items))),
    weights: Float64Array.from(kept, (_, at) => 0.5 ** ((kept.length - 1 - at) / halfLife)),
  }
}

/** Weighted number of orders with each item in them. */
export const popularity = ({ orders, weights }: History, items: number): Float64Array => {
  const picks = new Float64Array(items)
  for (const [at, order] of orders.entries()) for (const item of order) picks[item] = picks[item]! + weights[at]!
  return picks
}

/** By item, the orders it is in. */
export const ordersByItem = ({ orders }: History, items: number): Int32Array[] => {
  const lists: number[][] = Array.from({ length: items }, () => [])
  for (const [at, order] of orders.entries()) for (const item of order) lists[item]!.push(at)
  return lists.map((list) => Int32Array.from(list))
}

/**
 * How often an item that nobody ordered yet will be ordered, in the weight of the history: as often as those were that had not
 * been ordered in the first 70 % of it, dead ones included. Zero when there are none to learn from.
 */
const newcomerPicks = ({ orders, weights }: History, items: number): number => {
  const cut = Math.floor(0.7 * orders.length)
  const seen = new Set(orders.slice(0, cut).flatMap((order) => [...order]))
  const newcomers = items - seen.size
  if (cut === 0 || newcomers === 0) return 0
  let picks = 0
  for (const order of orders.slice(cut)) for (const item of order) if (!seen.has(item)) picks += 1
  const weight = weights.reduce((sum, one) => sum + one, 0)
  return (picks / newcomers / (orders.length - cut)) * weight
}

/** `popularity`, with what may be expected of items that nobody ordered yet. */
export const expectedPicks = (history: History, items: number): Float64Array => {
  const newcomer = newcomerPicks(history, items)
  return popularity(history, items).map((picks) => (picks > 0 ? picks : newcomer))
}
