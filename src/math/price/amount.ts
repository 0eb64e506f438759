/**
 * Exact money: quantities and prices are rationals of integers, carried by BigInt, rounded half away from zero once per
 * line. Doubles lose a cent at 2^53 / 10^6 already, which a pallet price in yen reaches.
 */

/** A unit of an item: `num / den` base units make one. */
export interface Factor {
  readonly num: number
  readonly den: number
}

const abs = (n: bigint): bigint => (n < 0n ? -n : n)

/** a / b as an integer, half away from zero. b > 0. */
export const divideHalfAway = (a: bigint, b: bigint): bigint => {
  const half = (2n * abs(a) + b) / (2n * b)
  return a < 0n ? -half : half
}

/** Throws beyond 2^53: an amount that JSON cannot carry is a bug, never a rounded figure. */
export const safe = (n: bigint): number => {
  const value = Number(n)
  if (!Number.isSafeInteger(value)) throw new RangeError(`${n} is beyond 2^53`)
  return value
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

/** Quantity in a unit → base units; null when that is not whole. */
export const toBase = (uomQty: number, { num, den }: Factor): number | null => {
  const base = BigInt(uomQty) * BigInt(num)
  return base % BigInt(den) === 0n ? safe(base / BigInt(den)) : null
}

/** Base units → quantity in a unit; null when that is not whole. */
export const fromBase = (qty: number, { num, den }: Factor): number | null => toBase(qty, { num: den, den: num })

/** Smallest whole base quantity that is a whole number of this unit: what promises step in. */
export const stepOf = ({ num, den }: Factor): number => num / gcd(num, den)

/**
 * qty (base units) × price (micro per unit `per`) in minor units of a currency with `digits` decimals, half away from
 * zero.
 */
export const lineAmount = (qty: number, priceMicro: number, per: Factor, digits: number): number =>
  safe(
    divideHalfAway(
      BigInt(qty) * BigInt(per.den) * BigInt(priceMicro) * 10n ** BigInt(digits),
      BigInt(per.num) * 1_000_000n,
    ),
  )

/** part × ppm / 10^6, half away from zero. */
export const ofPpm = (amount: number, ppm: number): number =>
  safe(divideHalfAway(BigInt(amount) * BigInt(ppm), 1_000_000n))

/**
 * Shares of `total` in proportion to `weights` that add up to it exactly: each gets its floor, the units left go to the
 * largest remainders, the earlier one on a tie. Weights are whole and ≥ 0; if all are 0 every share weighs the same.
 */
export const apportion = (total: number, weights: readonly (number | bigint)[]): number[] => {
  if (weights.length === 0) return []
  const sum = weights.reduce<bigint>((s, w) => s + BigInt(w), 0n)
  const parts: bigint[] = sum === 0n ? weights.map(() => 1n) : weights.map((w) => BigInt(w))
  const whole = sum === 0n ? BigInt(weights.length) : sum
  const size = abs(BigInt(total))
  const shares = parts.map((w) => (size * w) / whole)
  const left = Number(size - shares.reduce((s, x) => s + x, 0n))
  const byRemainder = parts
    .map((w, at) => ({ at, rest: (size * w) % whole }))
    .sort((a, b) => (a.rest === b.rest ? a.at - b.at : a.rest < b.rest ? 1 : -1))
  for (const { at } of byRemainder.slice(0, left)) shares[at] = shares[at]! + 1n
  return shares.map((x) => (x === 0n ? 0 : safe(total < 0 ? -x : x)))
}
