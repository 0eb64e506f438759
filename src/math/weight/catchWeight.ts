/**
 * Goods counted in whole units and weighed one by one. Weights are whole grams; every quotient is exact and rounded half
 * up once. A weight belongs to a quantity of a place, and leaves it with the quantity.
 */

/**
 * What `qty` of `ofQty` units weigh when nobody has weighed them: their part of the whole, and the last takes the rest,
 * so that parts sum to the whole and a place that is empty weighs nothing.
 */
export const shareOf = (weightG: number, qty: number, ofQty: number): number => {
  if (qty >= ofQty) return weightG
  const [weight, part, whole] = [BigInt(weightG), BigInt(qty), BigInt(ofQty)]
  return Number((2n * weight * part + whole) / (2n * whole))
}

/** Is a weight further from nominal than `tolerancePpm` allows? No tolerance: nothing is. */
export const outOfTolerance = (
  weightG: number,
  qty: number,
  nominalG: number,
  tolerancePpm: number | null,
): boolean => {
  if (tolerancePpm === null) return false
  const nominal = BigInt(qty) * BigInt(nominalG)
  const off = BigInt(weightG) - nominal
  return (off < 0n ? -off : off) * 1_000_000n > BigInt(tolerancePpm) * nominal
}

export interface Held {
  readonly onHand: number
  readonly weightG: number
}
export interface Weighed {
  /** What goes with the quantity. */
  readonly weightG: number
  /** What the books gain (+) or lose (−) at the place it leaves, for the scale to be right. */
  readonly correctionG: number
}

/**
 * `qty` units leave a place that holds `held`. Not weighed: they take their share. Weighed: the scale is right, and what
 * it shows to be wrong with the books is corrected at once: an emptied place must weigh nothing, and goods that are left
 * must weigh something, their nominal weight when nothing better is known.
 */
export const weighOut = (held: Held, qty: number, weighedG: number | null, nominalG: number): Weighed => {
  const left = held.onHand - qty
  if (weighedG === null) return { weightG: shareOf(held.weightG, qty, held.onHand), correctionG: 0 }
  const rest = held.weightG - weighedG
  if (left <= 0) return { weightG: weighedG, correctionG: rest === 0 ? 0 : -rest }
  return { weightG: weighedG, correctionG: rest > 0 ? 0 : left * nominalG - rest }
}
