import { addDays, addWorkDays, type SiteFacts, shipDay } from '../sites/index.ts'
import { type Asking, claim, type FreeStock, promisable, shelfOf } from './freeStock.ts'
import { kitsAmong, planKit } from './kits/planKit.ts'

/** A demand that wants dates for `need` base units. */
export interface Demand extends Asking {
  readonly id: string
  readonly kind: string
  readonly orderId: string
  readonly siteId: string
  readonly itemId: string
  readonly need: number
  readonly step: number
  readonly requestedOn: string
  readonly routeDays: number
  readonly minShelfDays: number
  readonly partialPolicy: string
  /** Of a component: its kit. All components of one kit are planned together, whichever comes first. Left out: a plain line. */
  readonly kit?: KitPart | null
}
export interface KitPart {
  /** Order line and site: what is one kit line there. */
  readonly id: string
  /** Exactly `qty` units of the component make `lineQty` kits. */
  readonly qty: number
  readonly lineQty: number
  /** Kits that want dates; `need` of each component is for as many, less what it has `over` already. */
  readonly kits: number
  /** Units that stand ready beyond whole kits (picked before another component fell short). */
  readonly over: number
  /** Units of stock that it is promised and that are planned anew with it: free to its kit and to nobody before it. */
  readonly reserved: number
}
/** What one item at one site offers, as read under the lock of its position. `promised` changes while lines are planned. */
export interface Offer extends FreeStock {
  readonly supplies: { readonly id: string; readonly kind: string; readonly dueOn: string; left: number }[]
}
export interface PlannedPromise {
  readonly demandId: string
  readonly supplyId: string | null
  readonly qty: number
  dueOn: string
}
export interface Plan {
  readonly promises: PlannedPromise[]
  /** Base units without any supply in sight, by demand. */
  readonly backordered: Map<string, number>
}

export const offerKey = (siteId: string, itemId: string): string => `${siteId} ${itemId}`
export const later = (a: string, b: string): string => (a > b ? a : b)
const wholeSteps = (qty: number, need: number, step: number): number =>
  qty >= need ? need : Math.floor(qty / step) * step

/** Units that one source can still give to a demand, and the day on which the customer has them. */
export interface Source {
  readonly supplyId: string | null
  readonly units: number
  readonly dueOn: () => string
  readonly take: (units: number) => void
}

/**
 * Dated promises, demand by demand in the order given (priority and order date are the caller's): stock on hand first,
 * then supplies by due date plus dock-to-stock days, in whole sales units; what nothing covers is backordered. Pure;
 * planning a list at once equals planning its members one after the other. A ship-complete order gets one date for all.
 * A kit is promised whole: so many of each component, on the day on which the last of them is there.
 */
export const planPromises = (
  demands: readonly Demand[],
  offers: ReadonlyMap<string, Offer>,
  calendars: ReadonlyMap<string, SiteFacts>,
  now: Date,
): Plan => {
  const promises: PlannedPromise[] = []
  const backordered = new Map<string, number>()
  const complete = new Map<string, PlannedPromise[]>()
  const shipDays = new Map<string, string>()
  const add = (demand: Demand, source: Source, qty: number, dueOn: string): void => {
    const planned = { demandId: demand.id, supplyId: source.supplyId, qty, dueOn }
    source.take(qty)
    promises.push(planned)
    if (demand.partialPolicy !== 'complete') return
    const group = complete.get(demand.orderId)
    if (group) group.push(planned)
    else complete.set(demand.orderId, [planned])
  }
  const sourcesFor = (demand: Demand): Iterable<Source> => {
    const calendar = calendars.get(demand.siteId)!
    let ships = shipDays.get(demand.siteId)
    if (ships === undefined) {
      ships = shipDay(calendar, now)
      shipDays.set(demand.siteId, ships)
    }
    const offer = offers.get(offerKey(demand.siteId, demand.itemId))
    return offer ? sourcesOf(demand, offer, calendar, ships) : []
  }
  const kits = kitsAmong(demands)
  for (const demand of demands) {
    if (demand.kit) {
      const parts = kits.get(demand.kit.id)
      kits.delete(demand.kit.id)
      for (const { siteId, itemId, kit } of parts ?? [])
        if (kit!.reserved > 0) offers.get(offerKey(siteId, itemId))!.promised -= kit!.reserved
      if (parts) planKit(parts, sourcesFor, add, backordered)
      continue
    }
    let left = demand.need
    for (const source of sourcesFor(demand)) {
      if (left === 0) break
      const qty = wholeSteps(source.units, left, demand.step)
      if (qty === 0) continue
      left -= qty
      add(demand, source, qty, source.dueOn())
    }
    if (left > 0) backordered.set(demand.id, left)
  }
  for (const group of complete.values()) {
    const last = group.reduce((max, p) => later(max, p.dueOn), '')
    for (const planned of group) planned.dueOn = last
  }
  return { promises, backordered }
}

/** What an offer has for a demand, soonest first. */
function* sourcesOf(demand: Demand, offer: Offer, calendar: SiteFacts, ships: string): Iterable<Source> {
  const arrives = later(addDays(ships, demand.routeDays), demand.requestedOn)
  const terms = offer.rules(demand.partyId, demand.itemId)
  const shelf = shelfOf(arrives, demand.minShelfDays, terms)
  yield {
    supplyId: null,
    units: promisable(offer, demand, terms, shelf),
    dueOn: () => arrives,
    take: (units) => claim(offer, demand, units),
  }
  for (const supply of offer.supplies) {
    if (supply.left <= 0) continue
    // What itself only comes by a transfer is not promised on to another one: two that wait for each other would never end.
    if (supply.kind === 'transfer' && demand.kind === 'transfer') continue
    yield {
      supplyId: supply.id,
      units: supply.left,
      dueOn: () => {
        const stocked = addWorkDays(calendar, supply.dueOn, calendar.dockToStockDays)
        return later(addDays(later(stocked, ships), demand.routeDays), demand.requestedOn)
      },
      take: (units) => {
        supply.left -= units
      },
    }
  }
}
