import { above, atLeast, some } from '../demand/check.ts'

export interface LotSize {
  readonly quantity: number
  /** Per unit of time, of what is said at each function. */
  readonly cost: number
  readonly reasons: readonly string[]
}
const figure = (x: number): string => String(Number(x.toPrecision(6)))

/**
 * Economic order quantity √(2KD/h) (Harris 1913). `cost` is ordering plus holding, without the goods.
 * @param orderCost K per order. @param holdingCost h per unit and unit of time. @param demand D units per unit of time.
 * @throws RangeError unless K ≥ 0, h > 0, D ≥ 0.
 */
export const economicOrderQuantity = (orderCost: number, holdingCost: number, demand: number): LotSize => {
  atLeast('order cost', orderCost, 0)
  above('holding cost', holdingCost, 0)
  atLeast('demand', demand, 0)
  const quantity = Math.sqrt((2 * orderCost * demand) / holdingCost)
  const cost = holdingCost * quantity
  return {
    quantity,
    cost,
    reasons: [
      `√(2 × ${figure(orderCost)} an order × ${figure(demand)} demand ÷ ${figure(holdingCost)} holding) = ${figure(quantity)}`,
      `ordering ${figure(cost / 2)} + holding ${figure(cost / 2)} = ${figure(cost)}: at this quantity the two are alike`,
    ],
  }
}

/**
 * EOQ with planned backorders: what is late costs p per unit and time. @returns order quantity, and the largest backorder.
 * Zipkin (2000), Foundations of Inventory Management, §3.3. @throws RangeError unless K ≥ 0, h > 0, p > 0, D ≥ 0.
 */
export const economicOrderQuantityWithBackorders = (
  orderCost: number,
  holdingCost: number,
  backorderCost: number,
  demand: number,
): LotSize & { readonly largestBackorder: number } => {
  above('backorder cost', backorderCost, 0)
  above('holding cost', holdingCost, 0)
  const ratio = backorderCost / (backorderCost + holdingCost)
  const plain = economicOrderQuantity(orderCost, holdingCost * ratio, demand)
  const largestBackorder = plain.quantity * (1 - ratio)
  return {
    ...plain,
    largestBackorder,
    reasons: [
      `backorders cost ${figure(backorderCost)}, holding ${figure(holdingCost)}: of each order ${figure(100 * (1 - ratio))} % may be late, ${figure(largestBackorder)} units`,
      `order ${figure(plain.quantity)}`,
    ],
  }
}

export interface PriceBreak {
  /** The price holds from this quantity on; the first is 0 or 1. */
  readonly from: number
  readonly unitCost: number
}
const checkBreaks = (breaks: readonly PriceBreak[]): void => {
  some('price breaks', breaks)
  for (const [at, { from, unitCost }] of breaks.entries()) {
    above(`price from ${from}`, unitCost, 0)
    if (at > 0 && !(from > breaks[at - 1]!.from))
      throw new RangeError(`price breaks must rise: ${from} stands after ${breaks[at - 1]!.from}`)
    if (at > 0 && !(unitCost < breaks[at - 1]!.unitCost))
      throw new RangeError(`the price from ${from} must be below the one before it, not ${unitCost}`)
  }
}

export interface DiscountedLotSize extends LotSize {
  /** Place of the price that is paid, from 0. */
  readonly region: number
}

interface PricedLot {
  readonly quantity: number
  readonly region: number
  readonly cost: number
}
/** The option of least cost, with all of them told. */
const cheapest = <O extends PricedLot>(options: readonly O[], told: (option: O) => string): DiscountedLotSize => {
  const best = options.reduce((a, b) => (b.cost < a.cost ? b : a))
  const { quantity, region, cost } = best
  const reasons = options.map((o) => `${told(o)}: ${figure(o.cost)} in all${o === best ? ', the least' : ''}`)
  return { quantity, region, cost, reasons }
}

/**
 * EOQ when the whole order has the price of its size (all-units discount). Holding costs `holdingRate` × price. `cost`
 * includes the goods. Hadley & Whitin (1963), §2-9. @throws RangeError for breaks that do not rise in quantity and fall in price.
 */
export const economicOrderQuantityAllUnits = (
  orderCost: number,
  holdingRate: number,
  demand: number,
  breaks: readonly PriceBreak[],
): DiscountedLotSize => {
  checkBreaks(breaks)
  above('demand', demand, 0)
  const costOf = (quantity: number, price: number): number =>
    price * demand + (orderCost * demand) / quantity + (holdingRate * price * quantity) / 2
  const options = breaks.flatMap(({ from, unitCost }, region) => {
    const plain = economicOrderQuantity(orderCost, holdingRate * unitCost, demand).quantity
    const quantity = Math.max(plain, from)
    // Beyond the next break the lower price holds: that option stands under its own region.
    if (quantity <= 0 || quantity >= (breaks[region + 1]?.from ?? Number.POSITIVE_INFINITY)) return []
    return [{ quantity, region, cost: costOf(quantity, unitCost), unitCost, plain }]
  })
  return cheapest(
    options,
    (o) =>
      `${figure(o.quantity)} at ${figure(o.unitCost)}${o.quantity > o.plain ? ` (more than the ${figure(o.plain)} that order and holding cost want, for the price)` : ''}`,
  )
}

/**
 * EOQ when each price holds for the units above its break only (incremental discount). `cost` includes the goods.
 * Hadley & Whitin (1963), §2-10. @throws RangeError as for all units.
 */
export const economicOrderQuantityIncremental = (
  orderCost: number,
  holdingRate: number,
  demand: number,
  breaks: readonly PriceBreak[],
): DiscountedLotSize => {
  checkBreaks(breaks)
  above('demand', demand, 0)
  let fixed = 0
  const options = breaks.flatMap(({ from, unitCost }, region) => {
    // What the dearer units below the break cost more than they would at this price: paid once an order.
    if (region > 0) fixed += from * (breaks[region - 1]!.unitCost - unitCost)
    const quantity = economicOrderQuantity(orderCost + fixed, holdingRate * unitCost, demand).quantity
    if (quantity < from || quantity >= (breaks[region + 1]?.from ?? Number.POSITIVE_INFINITY)) return []
    const cost =
      unitCost * demand + ((orderCost + fixed) * demand) / quantity + (holdingRate * (fixed + unitCost * quantity)) / 2
    return [{ quantity, region, cost, unitCost, fixed }]
  })
  return cheapest(
    options,
    (o) =>
      `${figure(o.quantity)}, the last of them at ${figure(o.unitCost)} (the dearer first units add ${figure(o.fixed)} an order)`,
  )
}
