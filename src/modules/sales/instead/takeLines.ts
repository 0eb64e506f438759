import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import { type Static, t } from '../../../core/t.ts'
import { covers, givesWay, standsFor } from '../../../math/kit/standIn.ts'
import { readStandIns, type StandIn } from '../../catalog/index.ts'
import { availableAt } from '../../promise/index.ts'
import type { LineTerms } from '../change/terms.ts'
import { type Consents, consentTo, refuseUnasked } from './consent.ts'
import type { StandsFor } from './priceNoDearer.ts'
import { unitFor, unitsOfItems } from './units.ts'

/** A line as it is entered. */
export interface AskedLine extends LineTerms {
  readonly itemId: string
  readonly uom: string
  readonly uomQty: number
  readonly priceMicro?: number
  readonly priceUom?: string
  /** This item and no other, though it is superseded. */
  readonly keepItem?: boolean
  readonly insteadOf?: {
    readonly itemId: string
    readonly agreedBy?: string | null
    readonly dearer?: string | null
    /** Base units of it, where that is written down already: then nobody is asked again. */
    readonly qty?: number
  }
}
/** What of an entered line becomes a line of the order. */
export interface TakenLine extends AskedLine {
  /** The entered line's place. */
  readonly at: number
  readonly instead: Instead | null
  readonly standsFor: StandsFor | null
}
export interface Instead {
  readonly itemId: string
  readonly sku: string
  /** Base units of what was ordered. */
  readonly qty: number
  readonly lineId: string | null
  readonly agreedBy: string | null
  readonly dearer: string | null
}
/** A line of a superseded item: what of it the old stock does not cover, and whether its successor stands for that. */
export const Superseded = t.object({
  /** Of the line as it was entered. */
  lineNo: t.int(),
  sku: t.text(),
  bySku: t.text(),
  /** In the line's unit. */
  uomQty: t.int(),
  /** Taken, as the customer said once for all; or offered, since they want to be asked. */
  outcome: t.oneOf(['taken', 'offered']),
})
export interface Entered {
  readonly no: number
  readonly siteId: string
  readonly partyId: string
  readonly head: Consents & { readonly today: string; readonly channelId: string | null }
  /** Goods that the customer stores with us have no successor. */
  readonly theirs: boolean
  readonly lines: readonly AskedLine[]
}
export interface TakenOrder {
  readonly lines: readonly TakenLine[]
  readonly superseded: readonly Static<typeof Superseded>[]
  readonly refusal: Refusal | null
}

/**
 * Lines of orders as they are taken: what old stock does not cover of a superseded item becomes a line of its successor, if
 * the customer said so once for all; else it is told, for the desk to ask. Nothing is promised here: an order that is only
 * entered takes no stock from the next.
 */
export const takeLines = async (ctx: Ctx, orders: readonly Entered[]): Promise<Map<number, TakenOrder>> => {
  const out = new Map<number, TakenOrder>()
  for (const [today, group] of Map.groupBy(orders, (order) => order.head.today)) {
    const ours = group.filter((order) => !order.theirs)
    const plain = ours.flatMap(({ head, lines }) => (head.successors === 'no' ? [] : lines.filter(mayGiveWay)))
    const named = ours.flatMap(({ lines }) => lines.flatMap((line) => line.insteadOf?.itemId ?? []))
    const [successors, standIns] = await Promise.all([
      plain.length === 0
        ? new Map<string, StandIn[]>()
        : readStandIns(
            ctx,
            plain.map((line) => line.itemId),
            today,
            'successor',
          ),
      named.length === 0 ? new Map<string, StandIn[]>() : readStandIns(ctx, named, today),
    ])
    const units = await unitsOfItems(ctx, [...successors.keys(), ...named])
    for (const order of group) out.set(order.no, await takeOrder(ctx, order, { successors, standIns, units }))
  }
  return out
}

const mayGiveWay = ({ keepItem, insteadOf, priceMicro }: AskedLine): boolean =>
  !keepItem && insteadOf === undefined && priceMicro === undefined

interface Facts {
  readonly successors: ReadonlyMap<string, StandIn[]>
  readonly standIns: ReadonlyMap<string, StandIn[]>
  readonly units: Awaited<ReturnType<typeof unitsOfItems>>
}

const takeOrder = async (ctx: Ctx, order: Entered, { successors, standIns, units }: Facts): Promise<TakenOrder> => {
  const { head, theirs, siteId, partyId } = order
  const old =
    theirs || head.successors === 'no' ? [] : order.lines.filter((l) => mayGiveWay(l) && successors.has(l.itemId))
  const available =
    old.length === 0
      ? null
      : await availableAt(ctx, siteId, [...new Set(old.map((line) => line.itemId))], {
          partyId,
          channelId: head.channelId,
        })
  const free = new Map(available && [...available].map(([itemId, { now }]) => [itemId, Math.max(0, now)]))
  const refused: { at: number; no: Refusal }[] = []
  const superseded: Static<typeof Superseded>[] = []
  const lines = order.lines.flatMap((line, at): TakenLine[] => {
    const kept: TakenLine = { ...line, at, instead: null, standsFor: null }
    const item = units.get(line.insteadOf?.itemId ?? line.itemId)
    if (line.insteadOf && !theirs) {
      const standIn = standIns.get(line.insteadOf.itemId)?.find((one) => one.itemId === line.itemId)
      const stands = line.insteadOf.qty !== undefined
      const no = stands
        ? null
        : standIn
          ? refuseUnasked(head, standIn, item!.sku, line.insteadOf.agreedBy ?? null)
          : new Refusal(
              'no_stand_in',
              'This item is saved neither as a substitute nor as the successor of the other.',
              422,
            )
      if (no) {
        refused.push({ at, no })
        return [kept]
      }
      return [namedInstead(line, at, standIn, item!)]
    }
    const standIn = available && mayGiveWay(line) ? successors.get(line.itemId)?.[0] : undefined
    const unit = item?.uoms.find((one) => one.uom === line.uom)
    if (!standIn || !unit || unit.num % unit.den !== 0) return [kept]
    const step = unit.num / unit.den
    const there = covers({ num: 1, den: 1 }, step, free.get(line.itemId)!)
    const short = Math.max(0, line.uomQty - there)
    const part = givesWay(standIn, step, short, line.uomQty)
    free.set(line.itemId, free.get(line.itemId)! - (line.uomQty - part) * step)
    if (part === 0) return [kept]
    const taken = consentTo(head, standIn) === 'accepted'
    superseded.push({
      lineNo: at + 1,
      sku: item!.sku,
      bySku: standIn.sku,
      uomQty: part,
      outcome: taken ? 'taken' : 'offered',
    })
    if (!taken) return [kept]
    const successor: TakenLine = {
      ...line,
      ...unitFor(standIn, standsFor(standIn, part * step)!, line.uom),
      itemId: standIn.itemId,
      at,
      instead: { itemId: line.itemId, sku: item!.sku, qty: part * step, lineId: null, agreedBy: null, dearer: null },
      standsFor: { itemId: line.itemId, sku: item!.sku, uom: line.uom, uomQty: line.uomQty, part },
    }
    return part === line.uomQty ? [successor] : [{ ...kept, uomQty: line.uomQty - part }, successor]
  })
  return { lines, superseded, refusal: refusalOf(refused) }
}

/** The first in words, all by their lines. */
const refusalOf = (refused: readonly { at: number; no: Refusal }[]): Refusal | null => {
  const [first] = refused
  if (!first) return null
  const { code, detail, status } = first.no
  const errors = refused.map(({ at, no }) => ({ path: `lines.${at}.insteadOf`, message: no.detail }))
  return new Refusal(code, detail, status, errors.slice(0, 100))
}

/** Base units of what was ordered that a line's quantity stands for. */
const unitsOf = ({ uom, uomQty }: AskedLine, { uoms, num, den }: StandIn): number => {
  const unit = uoms.find((one) => one.uom === uom)
  const units = unit ? (uomQty * unit.num) / unit.den : uomQty
  return Math.max(1, Math.floor((units * den) / num))
}

/** A line that the desk, or the customer, says stands for another item. */
const namedInstead = (
  line: AskedLine,
  at: number,
  standIn: StandIn | undefined,
  ordered: { readonly sku: string; readonly baseUom: string },
): TakenLine => {
  const { itemId, agreedBy = null, dearer = null } = line.insteadOf!
  const qty = line.insteadOf!.qty ?? unitsOf(line, standIn!)
  const { sku, baseUom: uom } = ordered
  return {
    ...line,
    at,
    instead: { itemId, sku, qty, lineId: null, agreedBy, dearer },
    standsFor: dearer === null ? { itemId, sku, uom, uomQty: qty, part: qty } : null,
  }
}
