import type { Ctx } from '../../../core/ctx.ts'
import { type Kit, readKits } from '../../catalog/index.ts'
import type { NewDemand, PromisedDemand, Sourced } from '../../promise/index.ts'

/** An order's head as far as promising goes: what its customer expects. */
export interface OrderTerms {
  readonly id: string
  readonly siteId: string
  readonly partyId: string
  readonly channelId: string | null
  readonly orderedOn: string
  readonly requestedOn: string
  /** The order's own, else the customer's. */
  readonly priority: number
  readonly cancelBy: string | null
  readonly minShelfDays: number
  readonly partialPolicy: string
  readonly routeDays: number
  /** The customer, when the order is for goods that they store with us. */
  readonly goodsOwnerId: string | null
  /** From how many sites at most: the order's own word, else the customer's, else the company's. */
  readonly maxSplits: number
  readonly prefer: Sourced['prefer']
  readonly sourceSites: readonly string[] | null
}
export interface OrderLine {
  readonly id: string
  readonly orderId: string
  readonly lineNo: number
  readonly itemId: string
  readonly qty: number
  readonly uomQty: number
  readonly net: number
  /** Of the line alone, in place of the order's. */
  readonly partialPolicy: string | null
  readonly cancelBy: string | null
  readonly fillOrKill: boolean
  /** Sold as one line, picked by its components. */
  readonly kit: boolean
}

/** Components of the kits among lines, as they stand today; nothing is asked where no line is a kit. */
export const kitsOf = async (ctx: Ctx, lines: readonly OrderLine[]): Promise<ReadonlyMap<string, Kit>> => {
  const kits = [...new Set(lines.filter((line) => line.kit).map((line) => line.itemId))]
  return kits.length > 0 ? readKits(ctx, kits) : new Map()
}

/** A line as demand: itself, or each component of its kits. */
export const demandOf = (ctx: Ctx, order: OrderTerms, line: OrderLine, kits: ReadonlyMap<string, Kit>): NewDemand[] => {
  const shared = {
    kind: 'sales' as const,
    orderLineId: line.id,
    lineQty: line.qty,
    orderId: order.id,
    lineNo: line.lineNo,
    siteId: order.siteId,
    partyId: order.partyId,
    channelId: order.channelId,
    priority: order.priority,
    orderedOn: order.orderedOn,
    requestedOn: order.requestedOn,
    routeDays: order.routeDays,
    minShelfDays: order.minShelfDays,
    partialPolicy: line.partialPolicy ?? order.partialPolicy,
    fillOrKill: line.fillOrKill,
    cancelBy: line.cancelBy ?? order.cancelBy,
    ownerId: order.goodsOwnerId,
    unitValue: Math.max(1, Math.round((line.net * 1_000) / line.qty)),
  }
  const step = line.qty / line.uomQty
  const kit = kits.get(line.itemId)
  if (!kit) return [{ ...shared, id: line.id, component: 0, itemId: line.itemId, need: line.qty, step }]
  const kitStep = leastCommon(step, kit.multiple)
  return kit.components.map(({ itemId, num, den }, at) => ({
    ...shared,
    id: ctx.id(),
    component: at + 1,
    itemId,
    need: timesRatio(line.qty, num, den),
    step: timesRatio(kitStep, num, den),
  }))
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))
const leastCommon = (a: number, b: number): number => (a / gcd(a, b)) * b
const timesRatio = (kits: number, num: number, den: number): number =>
  Number((BigInt(kits) * BigInt(num)) / BigInt(den))

export interface LinePromise {
  readonly qty: number
  readonly dueOn: string
  readonly source: 'stock' | 'supply'
}
/**
 * What a line was promised, in its own units. Kits are promised whole, so on each day every component of a kit is promised
 * for the same number of them: its first tells how many, and one that waits for supply makes the kit wait.
 */
export const linePromises = (
  parts: readonly NewDemand[],
  promised: ReadonlyMap<string, PromisedDemand>,
): LinePromise[] => {
  const own = parts.map((part) => ({ part, promises: promised.get(part.id)!.promises }))
  const first = own[0]!
  if (first.part.component === 0)
    return own.flatMap(({ promises }) =>
      promises.map(
        ({ qty, dueOn, supplyId }): LinePromise => ({ qty, dueOn, source: supplyId === null ? 'stock' : 'supply' }),
      ),
    )
  const bySite = Map.groupBy(parts, (part) => part.siteId)
  if (bySite.size > 1) return [...bySite.values()].flatMap((kit) => linePromises(kit, promised))
  const days = [...new Set(first.promises.map(({ dueOn }) => dueOn))].sort()
  return days.map((dueOn) => {
    const units = first.promises.reduce((sum, one) => sum + (one.dueOn === dueOn ? one.qty : 0), 0)
    const late = own.some(({ promises }) => promises.some((one) => one.dueOn === dueOn && one.supplyId !== null))
    return {
      qty: Number((BigInt(units) * BigInt(first.part.lineQty)) / BigInt(first.part.need)),
      dueOn,
      source: late ? ('supply' as const) : ('stock' as const),
    }
  })
}
