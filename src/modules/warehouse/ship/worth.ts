import type { Ctx } from '../../../core/ctx.ts'
import { totalsOf } from '../../../math/price/bill.ts'
import { wholeUnits } from '../../promise/index.ts'
import { goesWithFirst, partOf, type ValueLine, weighedPartOf } from './value.ts'

interface Shipping {
  readonly id: string
  readonly orderId: string
  readonly invoiceTrigger: string
  readonly otherShipments: boolean
}
interface Leaving {
  readonly shipmentId: string
  readonly orderLineId: string
  readonly demandLineId: string
  readonly qty: number
  readonly weightG: number | null
}
export interface Worth {
  /** Minor units, gross, by weight where the price is by weight. */
  readonly gross: number
  /** What the same goods stood for in the order's open value: their estimate by nominal weight. */
  readonly estimate: number
}

/**
 * What each shipment is worth, in call order: shipped units at the order's prices, tax once per category, the order's
 * charges with its first shipment. A prepaid order was billed before it left: nothing of it is unbilled.
 * @returns beside it, by order line that is priced by weight, what weighing made of its net.
 */
export const worthOf = (
  shipments: readonly Shipping[],
  lines: readonly Leaving[],
  values: readonly ValueLine[],
): { worth: Map<string, Worth>; weighed: Map<string, number> } => {
  const shipped = new Map(values.flatMap(({ parts }) => parts.map((part) => [part.id, part.shipped])))
  const soldOf = (value: ValueLine): number => wholeUnits(value.parts, (part) => shipped.get(part.id)!)
  const valueById = new Map(values.map((line) => [line.id, line]))
  const byShipment = Map.groupBy(lines, (line) => line.shipmentId)
  const started = new Set<string>()
  const worth = new Map<string, Worth>()
  const weighed = new Map<string, number>()
  for (const shipment of shipments) {
    const byLine = Map.groupBy(byShipment.get(shipment.id) ?? [], (line) => line.orderLineId)
    const parts = [...byLine].map(([orderLineId, own]) => {
      const value = valueById.get(orderLineId)!
      const from = soldOf(value)
      for (const line of own) shipped.set(line.demandLineId, shipped.get(line.demandLineId)! + line.qty)
      const estimate = partOf(value, from, soldOf(value) - from)
      if (!value.byWeight) return { estimate, actual: estimate }
      const { nominalG } = value.byWeight
      const actual = weighedPartOf(
        value,
        own.reduce((sum, line) => sum + (line.weightG ?? line.qty * nominalG), 0),
      )
      weighed.set(value.id, (weighed.get(value.id) ?? 0) + actual.net - estimate.net)
      return { estimate, actual }
    })
    const first = !shipment.otherShipments && !started.has(shipment.orderId)
    started.add(shipment.orderId)
    const charges = first ? values.filter((line) => line.orderId === shipment.orderId && goesWithFirst(line)) : []
    const billedBefore = shipment.invoiceTrigger === 'prepaid'
    worth.set(shipment.id, {
      gross: billedBefore ? 0 : totalsOf([...parts.map((part) => part.actual), ...charges]).gross,
      estimate: billedBefore ? 0 : totalsOf([...parts.map((part) => part.estimate), ...charges]).gross,
    })
  }
  return { worth, weighed }
}

/** Orders whose goods were weighed are worth what they weigh, and what has not left still its estimate. Their rows are locked. */
export const reviseOrders = async (
  { sql, company }: Ctx,
  values: readonly ValueLine[],
  weighed: ReadonlyMap<string, number>,
): Promise<void> => {
  const changed = values.filter((line) => (weighed.get(line.id) ?? 0) !== 0)
  if (changed.length === 0) return
  const orderIds = [...new Set(changed.map((line) => line.orderId))]
  const totals = orderIds.map((id) =>
    totalsOf(
      values
        .filter((line) => line.orderId === id)
        .map((line) => ({ ...line, net: line.net + (weighed.get(line.id) ?? 0) })),
    ),
  )
  const ids = changed.map((line) => line.id)
  await sql`
    update sales_order_line line
       set net = line.net + given.net
      from unnest(${ids}::uuid[], ${ids.map((id) => weighed.get(id)!)}::int8[]) as given (id, net)
     where line.company_id = ${company} and line.id = any (${ids}::uuid[]) and line.id = given.id`
  await sql`
    update sales_order
       set net = given.net, tax = given.tax, gross = given.gross
      from unnest(${orderIds}::uuid[], ${totals.map((one) => one.net)}::int8[], ${totals.map((one) => one.tax)}::int8[], ${totals.map((one) => one.gross)}::int8[])
           as given (id, net, tax, gross)
     where sales_order.company_id = ${company} and sales_order.id = any (${orderIds}::uuid[]) and sales_order.id = given.id`
}
