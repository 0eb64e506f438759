import { type Asking, type FreeLot, type FreeStock, harden, shelfOf, sortLots, unclaimedFor } from '../freeStock.ts'
import { kitWants, together } from '../kits/kitWants.ts'
import { chooseLots, inOrder, type LotTerms, mostOf, raise, type Unfit } from '../lots/chooseLots.ts'

/** A released line that wants concrete stock. */
export interface OpenLine extends Asking {
  readonly id: string
  readonly orderId: string
  readonly siteId: string
  readonly itemId: string
  /** Whose goods it wants, when not ours. */
  readonly ownerId?: string | null
  /** Base units not shipped, cancelled or allocated. */
  readonly open: number
  readonly step: number
  readonly partialPolicy: string
  readonly minShelfDays: number
  readonly requestedOn: string
  readonly routeDays: number
  /** The day on which it reaches the customer, for remaining shelf life. */
  readonly arrivesOn: string
  /** Of `open`: promised from stock on hand; promised from supplies. */
  readonly onHandPromised: number
  readonly supplyPromised: number
  /** Lots allocated to it that have not left: they count among those it may mix. */
  readonly lotsOn: ReadonlySet<string>
  /** Of a component: its kit, and what of its units has been allocated, shipped or cancelled. Null: a plain line. */
  readonly kit: OpenKit | null
}
export interface OpenKit {
  /** Order line and site: what is one kit line there. */
  readonly id: string
  /** Exactly `qty` units of the component make `lineQty` kits. */
  readonly qty: number
  readonly lineQty: number
  readonly settled: number
}
export interface Passed {
  readonly lotId: string
  readonly why: Unfit | 'lot_limit' | 'by_hand'
}
export interface Take {
  readonly lineId: string
  readonly lotId: string
  readonly ownerId: string
  readonly qty: number
  /** Of lots: under which terms it was chosen, and the earlier ones that were there and not taken. */
  readonly chosen: Chosen | null
}
export interface Chosen {
  readonly terms: LotTerms
  readonly arrivesOn: string
  readonly keepUntil: string
  readonly passed: readonly Passed[]
}
export interface LaidOut {
  readonly takes: Take[]
  readonly lines: { id: string; allocated: number; fromOnHand: number; fromSupply: number }[]
}

/**
 * Lots in the order of the customer's and the item's rule, first-expiring first where there is none. A line may take what
 * it was itself promised from stock plus what is free of promises and of other channels' fences, never what is promised
 * to another; so a late release does not starve an older promise. `line` and `complete` policies take all or nothing (per
 * line, per order). Kits are allocated whole: no component takes more than the scarcest is enough for. Pure; line by line
 * in the order given, the components of a kit where its first stands.
 */
export const layOut = (
  lines: readonly OpenLine[],
  stock: ReadonlyMap<string, FreeStock>,
  keyOf: (line: OpenLine) => string,
): LaidOut => {
  const takes: Take[] = []
  const out: LaidOut['lines'] = []
  for (const group of Map.groupBy(lines, (line) =>
    line.partialPolicy === 'complete' ? line.orderId : line.id,
  ).values()) {
    const undo: (() => void)[] = []
    const mark = { takes: takes.length, out: out.length }
    let whole = true
    for (const unit of together(group)) {
      const offered = unit.map((line) => {
        const item = stock.get(keyOf(line))
        return item ? offerFor(line, item) : null
      })
      const most = offered.map((offer) => offer?.most ?? 0)
      const wants = unit[0]!.kit ? kitWants(unit, most) : [wantOf(unit[0]!, most[0]!)]
      for (const [at, line] of unit.entries()) {
        const allocated = wants[at]!
        const offer = offered[at]
        if (allocated < line.open) whole = false
        if (!offer || allocated === 0) {
          out.push({ id: line.id, allocated: 0, fromOnHand: 0, fromSupply: 0 })
          continue
        }
        const laid = takeFrom(line, offer, allocated)
        takes.push(...laid.takes)
        // What is now hard no longer stands as a promise: own stock first, then backordered units, then what was to come.
        const fromOnHand = Math.min(line.onHandPromised, allocated)
        const fromSupply = Math.max(0, line.supplyPromised - (line.open - allocated))
        undo.push(laid.undo, harden(offer.item, line, { allocated, fromOnHand, fromSupply }))
        out.push({ id: line.id, allocated, fromOnHand, fromSupply })
      }
    }
    if (whole || group[0]!.partialPolicy !== 'complete') continue
    for (const back of undo.reverse()) back()
    takes.length = mark.takes
    out.length = mark.out
    for (const line of group) out.push({ id: line.id, allocated: 0, fromOnHand: 0, fromSupply: 0 })
  }
  return { takes, lines: out }
}

const wantOf = (line: OpenLine, most: number): number =>
  most >= line.open ? line.open : line.partialPolicy === 'partial' ? Math.floor(most / line.step) * line.step : 0

/** Of an item's lots those that a line may take, in its order, and how many units of them at most. */
const offerFor = (line: OpenLine, item: FreeStock) => {
  const terms = item.rules(line.partyId, line.itemId)
  const shelf = shelfOf(line.arrivesOn, line.minShelfDays, terms)
  const ordered = inOrder(item.lots, terms.order)
  const { fit, passed } = sortLots(ordered, terms, shelf)
  const most = Math.min(mostOf(fit, terms.maxLots, line.lotsOn), line.onHandPromised + unclaimedFor(item, line))
  return { item, terms, shelf, ordered, fit, passed, most }
}

/** One line's lots: how much of which; the lots' free units fall, the customer's floor rises. */
const takeFrom = (
  line: OpenLine,
  { terms, shelf, ordered, fit, passed }: ReturnType<typeof offerFor>,
  allocated: number,
) => {
  const choice = chooseLots(fit, allocated, terms.maxLots, line.lotsOn)
  const before = { ...terms.floor }
  const why = new Map<FreeLot, Passed['why']>(passed.map((one) => [one.lot, one.why]))
  const taken = new Set(choice.map(({ lot }) => lot))
  const takes = choice.map(({ lot, qty }): Take => {
    const earlier = why.size === 0 && terms.maxLots === 0 ? [] : ordered.slice(0, ordered.indexOf(lot))
    return {
      lineId: line.id,
      lotId: lot.lotId,
      ownerId: lot.ownerId,
      qty,
      chosen:
        lot.since === null
          ? null
          : {
              terms,
              ...shelf,
              passed: earlier.flatMap((other) =>
                taken.has(other) || other.free === 0 ? [] : { lotId: other.lotId, why: why.get(other) ?? 'lot_limit' },
              ),
            },
    }
  })
  for (const { lot, qty } of choice) lot.free -= qty
  if (terms.neverOlder) for (const { lot } of choice) raise(terms.floor, lot)
  const undo = (): void => {
    for (const { lot, qty } of choice) lot.free += qty
    if (terms.neverOlder) Object.assign(terms.floor, before)
  }
  return { takes, undo }
}
