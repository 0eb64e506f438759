import { addDays, addWorkDays, type SiteFacts, shipDay } from '../sites/index.ts'
import { type Asking, claim, type FreeStock, promisable, shelfOf } from './freeStock.ts'

/** A demand that wants dates for `need` base units. */
export interface Demand extends Asking {
  readonly id: string
  readonly orderId: string
  readonly siteId: string
  readonly itemId: string
  readonly need: number
  readonly step: number
  readonly requestedOn: string
  readonly routeDays: number
  readonly minShelfDays: number
  readonly partialPolicy: string
}
/** What one item at one site offers, as read under the lock of its position. `promised` changes while lines are planned. */
export interface Offer extends FreeStock {
  readonly supplies: { readonly id: string; readonly dueOn: string; left: number }[]
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

/**
 * Dated promises, demand by demand in the order given (priority and order date are the caller's): stock on hand first,
 * then supplies by due date plus dock-to-stock days, in whole sales units; what nothing covers is backordered. Pure;
 * planning a list at once equals planning its members one after the other. A ship-complete order gets one date for all.
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

  for (const demand of demands) {
    const calendar = calendars.get(demand.siteId)!
    let ships = shipDays.get(demand.siteId)
    if (ships === undefined) {
      ships = shipDay(calendar, now)
      shipDays.set(demand.siteId, ships)
    }
    const offer = offers.get(offerKey(demand.siteId, demand.itemId))
    let left = demand.need
    const add = (supplyId: string | null, qty: number, dueOn: string): void => {
      const planned = { demandId: demand.id, supplyId, qty, dueOn: later(dueOn, demand.requestedOn) }
      promises.push(planned)
      left -= qty
      if (demand.partialPolicy !== 'complete') return
      const group = complete.get(demand.orderId)
      if (group) group.push(planned)
      else complete.set(demand.orderId, [planned])
    }
    if (offer) {
      const arrives = addDays(ships, demand.routeDays)
      const terms = offer.rules(demand.partyId, demand.itemId)
      const shelf = shelfOf(later(arrives, demand.requestedOn), demand.minShelfDays, terms)
      const fromStock = wholeSteps(promisable(offer, demand, terms, shelf), left, demand.step)
      if (fromStock > 0) {
        claim(offer, demand, fromStock)
        add(null, fromStock, arrives)
      }
      for (const supply of offer.supplies) {
        if (left === 0) break
        if (supply.left <= 0) continue
        const qty = wholeSteps(supply.left, left, demand.step)
        if (qty === 0) continue
        supply.left -= qty
        add(
          supply.id,
          qty,
          addDays(later(addWorkDays(calendar, supply.dueOn, calendar.dockToStockDays), ships), demand.routeDays),
        )
      }
    }
    if (left > 0) backordered.set(demand.id, left)
  }
  for (const group of complete.values()) {
    const last = group.reduce((max, p) => later(max, p.dueOn), '')
    for (const planned of group) planned.dueOn = last
  }
  return { promises, backordered }
}
