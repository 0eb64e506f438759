import { atLeast, some, whole } from '../demand/check.ts'
import type { PriceBreak } from '../lotSize/eoq.ts'

export interface OrderTerms {
  /** Least quantity the supplier takes; 0 or 1 for none. */
  readonly moq?: number
  readonly pack?: number
  /** Units of a full pallet; taken when what is more to hold costs less than it saves. */
  readonly pallet?: { readonly units: number; readonly savingPerPallet: number }
  /** Price by quantity, rising in quantity; the first from 0 or 1. */
  readonly prices: readonly PriceBreak[]
  /** Demand per day, for how long what is more lies there. */
  readonly perDay: number
  /** Cost of holding, per money and day (25 % a year: 0.25 / 365). */
  readonly holdingPerDay: number
}
export interface RoundedOption {
  readonly quantity: number
  readonly why: string
  readonly unitCost: number
  /** Goods − what the extra units will be worth later (bought at the base price) + holding of what is more − savings. */
  readonly extraCost: number
}
export interface RoundedOrder {
  readonly quantity: number
  /** Against buying exactly the need at the price of the need: below 0 it pays. */
  readonly extraCost: number
  readonly options: readonly RoundedOption[]
  readonly reasons: readonly string[]
}
const up = (quantity: number, pack: number): number => Math.ceil(quantity / pack) * pack
const f = (x: number): string => x.toFixed(2)

/**
 * From a need to an order the supplier takes: at least the need and the MOQ, in whole packs; a full pallet or the next price
 * break when that is cheaper after holding what is more. Every option shows its cost.
 * @param need whole units above 0. @throws RangeError for a need below 1, no price, prices that do not rise in quantity, or a pack below 1.
 */
export const roundOrder = (need: number, terms: OrderTerms): RoundedOrder => {
  whole('need', need, 1)
  const { moq = 0, pack = 1, pallet, prices, perDay, holdingPerDay } = terms
  whole('least order', moq, 0)
  whole('pack', pack, 1)
  some('prices', prices)
  atLeast('demand per day', perDay, 0)
  atLeast('holding cost', holdingPerDay, 0)
  for (const [at, { from }] of prices.entries())
    if (at > 0 && !(from > prices[at - 1]!.from))
      throw new RangeError(`price breaks must rise: ${from} stands after ${prices[at - 1]!.from}`)
  const priceOf = (quantity: number): number => (prices.findLast(({ from }) => from <= quantity) ?? prices[0]!).unitCost
  const base = priceOf(need)
  const option = (quantity: number, why: string, saving = 0): RoundedOption => {
    const unitCost = priceOf(quantity)
    const more = quantity - need
    // What is more lies there from when the need is used up: on average half of the time it takes to sell it, after the need.
    const days = perDay > 0 ? (need + more / 2) / perDay : 365
    const holding = more * unitCost * holdingPerDay * days
    return {
      quantity,
      why,
      unitCost,
      extraCost: need * (unitCost - base) + more * (unitCost - base) + holding - saving,
    }
  }
  const least = up(Math.max(need, moq), pack)
  const why =
    least === need
      ? `${need} as needed`
      : [moq > need && `at least ${moq}`, pack > 1 && `packs of ${pack}`].filter(Boolean).join(', ')
  const options = [option(least, why)]
  if (pallet) {
    whole('pallet', pallet.units, 1)
    const full = up(Math.ceil(least / pallet.units) * pallet.units, pack)
    const pallets = Math.floor(full / pallet.units)
    options.push(
      option(
        full,
        `${pallets} full ${pallets === 1 ? 'pallet' : 'pallets'} of ${pallet.units}`,
        pallets * pallet.savingPerPallet,
      ),
    )
  }
  for (const { from, unitCost } of prices)
    if (from > least) options.push(option(up(from, pack), `the price of ${f(unitCost)} from ${from} on`))
  const best = options.reduce((a, b) => (b.extraCost < a.extraCost ? b : a))
  return {
    quantity: best.quantity,
    extraCost: best.extraCost,
    options,
    reasons: options.map(
      (o) =>
        `${o.quantity} (${o.why}): ${o.quantity - need} more than needed, at ${f(o.unitCost)} ${o.extraCost > 0 ? `costs ${f(o.extraCost)} more than the need alone` : o.extraCost < 0 ? `saves ${f(-o.extraCost)}` : 'costs nothing more'}${o === best ? '; taken' : ''}`,
    ),
  }
}
