import { above, atLeast, some, whole } from '../demand/check.ts'

export interface JointLine {
  readonly id: string
  /** Units already to be ordered, in whole packs; 0: not due yet. */
  readonly quantity: number
  readonly pack: number
  readonly unitCost: number
  /** Units on hand + on order before this order. */
  readonly position: number
  readonly perDay: number
  /** Units of the line at most: more would lie there too long. Left out: no bound. */
  readonly most?: number
}
export interface JointOrder {
  readonly lines: ReadonlyMap<string, number>
  readonly value: number
  /** Cost of holding what was added to reach the minimum. */
  readonly extraCost: number
  readonly reached: boolean
  readonly reasons: readonly string[]
}

/**
 * Fills an order up to the supplier's minimum value by packs of what runs out first: the item with the fewest days of cover
 * gets the next pack, so that all last about alike (equal run-out, Silver, Pyke & Thomas 2017, §10).
 * @param minimum of the whole order, in money. @param holdingPerDay per money and day.
 * @returns `reached` false when nothing has demand, or all lines are at their most: nothing is bought for its own sake.
 * @throws RangeError for no lines, packs below 1 or prices that are not above 0.
 */
export const fillToMinimum = (lines: readonly JointLine[], minimum: number, holdingPerDay: number): JointOrder => {
  some('lines', lines)
  atLeast('minimum', minimum, 0)
  atLeast('holding cost', holdingPerDay, 0)
  const quantities = new Map<string, number>()
  for (const { id, quantity, pack, unitCost, perDay } of lines) {
    whole(`quantity of ${id}`, quantity, 0)
    whole(`pack of ${id}`, pack, 1)
    above(`unit cost of ${id}`, unitCost, 0)
    atLeast(`demand of ${id}`, perDay, 0)
    quantities.set(id, quantity)
  }
  let value = lines.reduce((sum, { quantity, unitCost }) => sum + quantity * unitCost, 0)
  const asked = value
  let extraCost = 0
  const cover = ({ id, position, perDay }: JointLine): number =>
    perDay > 0 ? (position + quantities.get(id)!) / perDay : Number.POSITIVE_INFINITY
  const mayGrow = ({ id, pack, most = Number.POSITIVE_INFINITY }: JointLine): boolean =>
    quantities.get(id)! + pack <= most
  let moving = lines.filter((line) => line.perDay > 0 && mayGrow(line))
  while (value < minimum && moving.length > 0) {
    const next = moving.reduce((a, b) => (cover(b) < cover(a) ? b : a))
    extraCost += next.pack * next.unitCost * holdingPerDay * Math.max(0, cover(next) + next.pack / next.perDay / 2)
    quantities.set(next.id, quantities.get(next.id)! + next.pack)
    value += next.pack * next.unitCost
    if (!mayGrow(next)) moving = moving.filter((line) => line !== next)
  }
  const added = lines.filter(({ id, quantity }) => quantities.get(id)! > quantity)
  return {
    lines: quantities,
    value,
    extraCost,
    reached: value >= minimum,
    reasons: [
      asked >= minimum
        ? `${asked.toFixed(2)} is due, the minimum of ${minimum.toFixed(2)} is met`
        : `${asked.toFixed(2)} is due of a minimum of ${minimum.toFixed(2)}: ${(value - asked).toFixed(2)} added, ${extraCost.toFixed(2)} to hold it`,
      ...added.map(
        (line) =>
          `${line.id}: ${quantities.get(line.id)! - line.quantity} more in packs of ${line.pack}, now ${Math.round(cover(line))} days of cover`,
      ),
    ],
  }
}
