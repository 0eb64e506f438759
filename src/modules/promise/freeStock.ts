import { addDays } from '../sites/index.ts'
import { type Fence, growBase, keptOf, ofOthers, useStock } from './fences/fence.ts'
import { type LotAge, type LotTerms, mostOf, type Unfit, unfit } from './lots/chooseLots.ts'
import type { LotRules } from './lots/lotRules.ts'

/**
 * What stands free of one item at one site, and who may have how much of it: the one shape and the one arithmetic of
 * promise planning, allocation and availability. Pure; the quantities change while lines are served.
 */
export interface FreeLot extends LotAge {
  readonly lotId: string
  /** The nil uuid, or who consigned it to us. */
  readonly ownerId: string
  /** On hand − allocated − held, in base units. */
  free: number
}
export interface FreeStock {
  /** First-expiring first, lots that do not expire last; of one day, own goods before consigned ones or as the item says. No lot on hold. */
  readonly lots: readonly FreeLot[]
  /** Claimed without a lot: all open promises from stock on hand, and what reps hold for customers. */
  promised: number
  /** What reps hold, soonest to end first; part of `promised`. */
  readonly holds: readonly OpenHold[]
  /** What is kept for channels. */
  fence: Fence
  /** How channels share what is short; empty: by rank of the orders alone. */
  shares: Shares
  /** Which lots a customer may have. */
  readonly rules: LotRules
}
/** By channel: its weight among the others, and who goes first, the lowest. */
export type Shares = ReadonlyMap<string, { readonly ppm: number; readonly rank: number }>
export const noShares: Shares = new Map()

export interface OpenHold {
  readonly id: string
  readonly siteId: string
  readonly itemId: string
  readonly partyId: string
  /** Units as read, and as they are after planning. */
  readonly was: number
  left: number
}
/** Who asks: a customer's hold and a channel's fence are theirs before the rest. */
export interface Asking {
  readonly partyId: string | null
  readonly channelId: string | null
}

const sum = (rows: readonly { readonly free: number }[]): number => rows.reduce((all, lot) => all + lot.free, 0)
const ownHolds = ({ holds }: FreeStock, partyId: string | null): OpenHold[] =>
  partyId === null || holds.length === 0 ? [] : holds.filter((hold) => hold.left > 0 && hold.partyId === partyId)

/** Units that nobody has claimed. */
export const unclaimed = (stock: FreeStock): number => Math.max(0, sum(stock.lots) - stock.promised)

/** Those of them that no other channel's fence keeps; what one's own keeps is among them. */
export const unclaimedFor = (stock: FreeStock, { channelId }: Asking): number => {
  const units = unclaimed(stock)
  return stock.fence.size === 0 ? units : units - ofOthers(keptOf(stock.fence, units)[0]!, channelId)
}

/** The same with what reps hold for the customer. */
export const availableTo = (stock: FreeStock, asking: Asking): number =>
  unclaimedFor(stock, asking) + ownHolds(stock, asking.partyId).reduce((all, hold) => all + hold.left, 0)

export interface Shelf {
  readonly arrivesOn: string
  readonly shelfDays: number
  /** The first day of expiry that will do. */
  readonly keepUntil: string
}
export const shelfOf = (arrivesOn: string, lineDays: number, { minShelfDays }: LotTerms): Shelf => {
  const shelfDays = minShelfDays ?? lineDays
  return { arrivesOn, shelfDays, keepUntil: addDays(arrivesOn, shelfDays) }
}

/** Lots a line may take at all, and why not the others. */
export const sortLots = <L extends FreeLot>(
  lots: readonly L[],
  terms: LotTerms,
  shelf: Shelf,
): { fit: L[]; passed: { lot: L; why: Unfit }[] } => {
  const fit: L[] = []
  const passed: { lot: L; why: Unfit }[] = []
  for (const lot of lots) {
    if (lot.free <= 0) continue
    const why = unfit(lot, terms, shelf)
    if (why === null) fit.push(lot)
    else passed.push({ lot, why })
  }
  return { fit, passed }
}

/**
 * Units of stock on hand that a demand may be promised. Promises name no lot, so those already given count against all
 * lots, but never make fresh stock out of old, nor few lots out of many.
 * @param has units of stock that the same demand is promised already: they take of what fits it.
 */
export const promisable = (stock: FreeStock, asking: Asking, terms: LotTerms, shelf: Shelf, has = 0): number =>
  Math.min(
    Math.max(0, mostOf(sortLots(stock.lots, terms, shelf).fit, terms.maxLots, new Set()) - has),
    availableTo(stock, asking),
  )

/** A promise is given: the customer's holds are used first, then the channel's fence, then what is free to all. */
export const claim = (stock: FreeStock, asking: Asking, qty: number): void => {
  let left = qty
  for (const hold of ownHolds(stock, asking.partyId)) {
    const used = Math.min(hold.left, left)
    hold.left -= used
    left -= used
  }
  stock.promised += left
  useStock(stock.fence, asking.channelId, left)
}
/** A promise ends. What came from a hold does not go back to it. */
export const unclaim = (stock: FreeStock, asking: Asking, qty: number): void => {
  stock.promised -= qty
  useStock(stock.fence, asking.channelId, -qty)
}

/**
 * A line's units become hard: its own promises end, the rest comes from what nobody had claimed.
 * @returns what brings it all back.
 */
export const harden = (
  stock: FreeStock,
  { channelId }: Asking,
  { allocated, fromOnHand, fromSupply }: { allocated: number; fromOnHand: number; fromSupply: number },
): (() => void) => {
  // Where a number of units is kept, those promised from supplies count as had already.
  const counted = channelId !== null && (stock.fence.get(channelId)?.qty ?? null) !== null ? fromSupply : 0
  const more = allocated - fromOnHand - counted
  stock.promised -= fromOnHand
  useStock(stock.fence, channelId, more)
  return () => {
    stock.promised += fromOnHand
    useStock(stock.fence, channelId, -more)
  }
}

/** Units come in, of a lot or of none: they are as free to plan with as what stands there. What goes (negative) is taken from its lot. */
export const arrive = ({ lots, fence }: FreeStock, lot: FreeLot): void => {
  const there = lots.find(({ lotId, ownerId }) => lotId === lot.lotId && ownerId === lot.ownerId)
  if (there) there.free += lot.free
  else if (lot.free !== 0) (lots as FreeLot[]).push(lot)
  growBase(fence, lot.free)
}
