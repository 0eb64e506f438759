/**
 * What every network comes down to: options (a site in one of its variants), customers (clusters), and what each pair costs.
 * Typed arrays, for it is read millions of times; `compile` makes it from a problem, benches from instance files.
 */
export interface Facility {
  readonly options: number
  readonly customers: number
  /** By customer, above zero. */
  readonly demand: Float64Array
  /** By option, a year; may be below zero (closing a site that stands costs money that keeping it saves). */
  readonly fixed: Float64Array
  /** By option, in units of demand; Infinity: as much as is wanted. */
  readonly capacity: Float64Array
  /** options × customers: of all the customer's demand from there; `none` where no way leads. */
  readonly cost: Float64Array
  /** More than any network costs. */
  readonly none: number
  /** By option: its site. One option of a site is open at most. */
  readonly group: Int32Array
  readonly groups: number
  /** By site: 1 when one of its options has to be open. */
  readonly must: Uint8Array
  /** By option: 1 when it may be open. */
  readonly allowed: Uint8Array
  /** By number of open sites, 0 to groups: what that number costs by itself (stock); Infinity: not so many. */
  readonly count: Float64Array
  /** Eight at most. */
  readonly bands: readonly Band[]
  /** Every cost is a whole number and none is shared: nothing lies between one answer and the next but ones. */
  readonly whole: boolean
}
/** So much demand is to be within reach. */
export interface Band {
  readonly need: number
  /** options × customers: 1 when the one reaches the other in time. */
  readonly within: Uint8Array
}

/** By pair: which bands it is within, a bit each; null where there are none. So a pair's price of reach is one look-up. */
export const reachOf = ({ bands, cost }: Facility): Uint8Array | null => {
  if (bands.length === 0) return null
  const bits = new Uint8Array(cost.length)
  for (const [b, { within }] of bands.entries())
    for (let at = 0; at < bits.length; at += 1) bits[at]! |= within[at]! << b
  return bits
}
/** By bits of `reachOf`: what a unit that is within those bands earns. */
export const reachPrices = (prices: ArrayLike<number>): Float64Array =>
  Float64Array.from({ length: 1 << prices.length }, (_, bits) => {
    let sum = 0
    for (let b = 0; b < prices.length; b += 1) if ((bits >> b) & 1) sum += prices[b]!
    return sum
  })

/** Asked all the time: true ends the work with what there is. */
export type Stop = () => boolean
export const never: Stop = () => false

/** No option is short of capacity and no demand has to be within reach: every customer goes to the cheapest open option. */
export const isPlain = ({ capacity, bands }: Facility): boolean =>
  bands.length === 0 && capacity.every((one) => one === Number.POSITIVE_INFINITY)

/** What is open costs by itself. */
export const standingCost = (f: Facility, open: Iterable<number>): number => {
  let sum = 0
  let sites = 0
  for (const i of open) {
    sum += f.fixed[i]!
    sites += 1
  }
  return sum + f.count[sites]!
}

/** More than any network of these costs. */
export const moreThanAll = (
  fixed: Float64Array,
  cost: Float64Array,
  customers: number,
  count: Float64Array,
): number => {
  let sum = 1
  for (const one of fixed) sum += Math.abs(one)
  for (let j = 0; j < customers; j += 1) {
    let most = 0
    for (let at = j; at < cost.length; at += customers)
      if (cost[at]! < Number.POSITIVE_INFINITY) most = Math.max(most, Math.abs(cost[at]!))
    sum += most
  }
  let stock = 0
  for (const one of count) if (one < Number.POSITIVE_INFINITY) stock = Math.max(stock, Math.abs(one))
  return 2 * (sum + stock)
}
