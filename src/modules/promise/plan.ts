import { addDays, addWorkDays, type SiteFacts, shipDay } from '../sites/index.ts'
import { keptOf, ofOthers, useSupply } from './fences/fence.ts'
import { quotasOf } from './fences/quotas.ts'
import { type Asking, claim, type FreeStock, promisable, shelfOf, unclaimed } from './freeStock.ts'
import { kitsAmong, planKit } from './kits/planKit.ts'
import { freshTogether, type Part } from './lots/freshTogether.ts'
import { offerKey } from './siteItem.ts'

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
  /** All of it from stock now, or none of it ever. */
  readonly fillOrKill?: boolean
  /** Units of stock that it is promised already, besides what it needs. */
  readonly fromStock?: number
  /** Units whose lots are chosen: where lots may not be mixed freely, they have used up what may. */
  readonly allocated?: number
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
}
/** What one item at one site offers, as read under the lock of its position. `promised` and `left` change while lines are planned. */
export interface Offer extends FreeStock {
  /** By day: units nobody is promised yet; `open` as read, promised ones too. */
  readonly supplies: {
    readonly id: string
    readonly kind: string
    readonly dueOn: string
    readonly open: number
    left: number
  }[]
}
export interface PlannedPromise {
  readonly demandId: string
  readonly supplyId: string | null
  qty: number
  /** The day on which this part, or its kit, could arrive by itself. */
  readonly aloneOn: string
  /** The day promised: not before the day asked for, and one day for all that is delivered together. */
  dueOn: string
}
export interface Plan {
  readonly promises: PlannedPromise[]
  /** Base units without any supply in sight, by demand. */
  readonly backordered: Map<string, number>
  /** Base units of fill-or-kill demands that stock did not cover at once. */
  readonly killed: Map<string, number>
}

export { offerKey }
export const later = (a: string, b: string): string => (a > b ? a : b)
export const wholeSteps = (qty: number, need: number, step: number): number =>
  qty >= need ? need : Math.floor(qty / step) * step

/** What is delivered together has one date: a ship-complete order, or a line (all components of a kit) that is not to be split. */
export const togetherKey = ({
  id,
  orderId,
  partialPolicy,
  kit,
}: Pick<Demand, 'id' | 'orderId' | 'partialPolicy'> & { readonly kit?: { readonly id: string } | null }):
  | string
  | null => (partialPolicy === 'complete' ? orderId : partialPolicy === 'line' ? (kit?.id ?? id) : null)

/** The day on which a supply's goods can be with the customer: dock to stock in working days, then the next ship day, then the way. */
export const supplyArrives = (calendar: SiteFacts, dueOn: string, ships: string, routeDays: number): string =>
  addDays(later(addWorkDays(calendar, dueOn, calendar.dockToStockDays), ships), routeDays)

/** Ship days of sites at one moment, each worked out once. */
export const shipDays = (calendars: ReadonlyMap<string, SiteFacts>, now: Date) => {
  const known = new Map<string, string>()
  return (siteId: string): string => {
    let ships = known.get(siteId)
    if (ships === undefined) {
      ships = shipDay(calendars.get(siteId)!, now)
      known.set(siteId, ships)
    }
    return ships
  }
}

/** Units that one source can still give to a demand, and the day on which the customer can have them. */
export interface Source {
  readonly supplyId: string | null
  readonly units: number
  readonly aloneOn: () => string
  readonly take: (units: number) => void
}

/**
 * Dated promises, demand by demand in the order given (priority and order date are the caller's): stock on hand first,
 * then supplies by due date plus dock-to-stock days, in whole sales units; what nothing covers is backordered. Pure;
 * planning a list at once equals planning its members one after the other. What is delivered together gets one date.
 * A kit is promised whole: so many of each component, on the day on which the last of them is there.
 * @param fair channels that have shares get of each source what is theirs before order decides; for what is planned anew
 *   together, never for one order after another.
 */
export const planPromises = (
  demands: readonly Demand[],
  offers: ReadonlyMap<string, Offer>,
  calendars: ReadonlyMap<string, SiteFacts>,
  now: Date,
  { fair = false } = {},
): Plan => {
  const promises: PlannedPromise[] = []
  const backordered = new Map<string, number>()
  const killed = new Map<string, number>()
  const together = new Map<string, Part[]>()
  const stocked = new Map<string, number>()
  const shipsFrom = shipDays(calendars, now)
  const add = (demand: Demand, source: Source, qty: number, aloneOn: string): Part => {
    const dueOn = later(aloneOn, demand.requestedOn)
    const planned = { demandId: demand.id, supplyId: source.supplyId, qty, aloneOn, dueOn }
    source.take(qty)
    if (source.supplyId === null) stocked.set(demand.id, (stocked.get(demand.id) ?? 0) + qty)
    promises.push(planned)
    const key = togetherKey(demand)
    const part = { demand, planned }
    if (key === null) return part
    const group = together.get(key)
    if (group) group.push(part)
    else together.set(key, [part])
    return part
  }
  const sourcesFor = (demand: Demand): Iterable<Source> => {
    const offer = offers.get(offerKey(demand.siteId, demand.itemId))
    const has = (demand.fromStock ?? 0) + (stocked.get(demand.id) ?? 0)
    return offer ? sourcesOf(demand, offer, calendars.get(demand.siteId)!, shipsFrom(demand.siteId), has) : []
  }
  const asked = demands.map((demand) => (demand.fillOrKill ? { ...demand, step: demand.need } : demand))
  const restOf = (demand: Demand): Map<string, number> => (demand.fillOrKill ? killed : backordered)
  const kits = kitsAmong(asked)
  const left = asked.map((demand) => (demand.kit ? 0 : demand.need))
  const quotas = fair ? quotasOf(asked, offers) : null
  for (const turn of quotas?.any ? [quotas, null] : [null])
    for (const [at, demand] of asked.entries()) {
      if (demand.kit) {
        const parts = kits.get(demand.kit.id)
        kits.delete(demand.kit.id)
        if (parts) planKit(parts, sourcesFor, add, restOf(demand))
        continue
      }
      for (const source of sourcesFor(demand)) {
        if (left[at] === 0) break
        const units = turn ? Math.min(source.units, turn.left(demand, source)) : source.units
        const qty = wholeSteps(units, left[at]!, demand.step)
        if (qty === 0) continue
        left[at]! -= qty
        turn?.take(demand, source, qty)
        add(demand, source, qty, source.aloneOn())
      }
    }
  for (const [at, demand] of asked.entries())
    if (left[at]! > 0) restOf(demand).set(demand.id, (restOf(demand).get(demand.id) ?? 0) + left[at]!)
  for (const group of together.values()) {
    const lacking = freshTogether(
      [...group],
      (demand) => offers.get(offerKey(demand.siteId, demand.itemId))!,
      (demand) => Iterator.from(sourcesFor(demand)).filter((source) => source.supplyId !== null && !demand.kit),
      (demand, source, qty) => add(demand, source, qty, source.aloneOn()),
    )
    for (const [demand, units] of lacking) restOf(demand).set(demand.id, (restOf(demand).get(demand.id) ?? 0) + units)
  }
  return { promises: promises.filter((planned) => planned.qty > 0), backordered, killed }
}

/** Units of a supply that neither a promise nor another channel's fence keeps. */
const supplyFor = (offer: Offer, { channelId }: Asking, at: number): number => {
  const { left } = offer.supplies[at]!
  if (left <= 0 || offer.fence.size === 0) return left
  return left - ofOthers(keptOf(offer.fence, unclaimed(offer), offer.supplies.slice(0, at + 1))[at + 1]!, channelId)
}
export const claimSupply = (
  offer: Offer,
  { channelId }: Asking,
  supply: Offer['supplies'][number],
  qty: number,
): void => {
  supply.left -= qty
  useSupply(offer.fence, channelId, supply.id, qty)
}

/**
 * What stock on hand has for a demand.
 * @param has units of stock that the demand is promised already.
 */
export const stockFor = (demand: Demand, offer: Offer, ships: string, has: number): Source => {
  const arrives = addDays(ships, demand.routeDays)
  const terms = offer.rules(demand.partyId, demand.itemId)
  const shelf = shelfOf(later(arrives, demand.requestedOn), demand.minShelfDays, terms)
  const chosen = terms.maxLots > 0 ? (demand.allocated ?? 0) : 0
  return {
    supplyId: null,
    units: promisable(offer, demand, terms, shelf, has + chosen),
    aloneOn: () => arrives,
    take: (units) => claim(offer, demand, units),
  }
}

/** What an offer has for a demand, soonest first. */
export function* sourcesOf(
  demand: Demand,
  offer: Offer,
  calendar: SiteFacts,
  ships: string,
  has: number,
): Iterable<Source> {
  yield stockFor(demand, offer, ships, has)
  if (demand.fillOrKill) return
  for (const [at, supply] of offer.supplies.entries()) {
    const units = supplyFor(offer, demand, at)
    if (units <= 0) continue
    // What itself only comes by a transfer is not promised on to another one: two that wait for each other would never end.
    if (supply.kind === 'transfer' && demand.kind === 'transfer') continue
    yield {
      supplyId: supply.id,
      units,
      aloneOn: () => supplyArrives(calendar, supply.dueOn, ships, demand.routeDays),
      take: (taken) => claimSupply(offer, demand, supply, taken),
    }
  }
}
