import { shelfOf, sortLots, unclaim } from '../freeStock.ts'
import type { Demand, Offer, PlannedPromise, Source } from '../plan.ts'
import { mostOf } from './chooseLots.ts'

export interface Part {
  readonly demand: Demand
  readonly planned: PlannedPromise
}

/**
 * What is delivered together arrives on the day of the last part, and shelf life counts from there: stock that would do
 * today, but not by then, is given back, and the demand takes later supplies instead, which may put the day off again.
 * @returns the units that no supply covers, by demand; `group` is left with one day.
 */
export const freshTogether = (
  group: Part[],
  offerOf: (demand: Demand) => Offer,
  suppliesFor: (demand: Demand) => Iterable<Source>,
  add: (demand: Demand, source: Source, qty: number) => Part,
): Map<Demand, number> => {
  const lacking = new Map<Demand, number>()
  for (;;) {
    const last = group.reduce((max, { planned }) => (planned.dueOn > max ? planned.dueOn : max), '')
    const stale = group.map((part) => staleBy(part, offerOf(part.demand), last)).findIndex((units) => units > 0)
    if (stale < 0) {
      for (const { planned } of group) planned.dueOn = last
      return lacking
    }
    const { demand, planned } = group[stale]!
    let left = staleBy(group[stale]!, offerOf(demand), last)
    planned.qty -= left
    unclaim(offerOf(demand), demand, left)
    for (const source of suppliesFor(demand)) {
      if (left === 0) break
      const qty = source.units >= left ? left : Math.floor(source.units / demand.step) * demand.step
      if (qty === 0) continue
      left -= qty
      group.push(add(demand, source, qty))
    }
    if (left > 0) lacking.set(demand, (lacking.get(demand) ?? 0) + left)
  }
}

/** Units of a promise from stock that no lot will be fresh enough for on a day, in whole sales units. */
const staleBy = ({ demand, planned }: Part, offer: Offer, day: string): number => {
  if (planned.supplyId !== null || planned.qty === 0 || demand.kit || offer.lots.every((lot) => lot.expiresOn === null))
    return 0
  const terms = offer.rules(demand.partyId, demand.itemId)
  const { fit } = sortLots(offer.lots, terms, shelfOf(day, demand.minShelfDays, terms))
  const most = mostOf(fit, terms.maxLots, new Set())
  return most >= planned.qty ? 0 : planned.qty - Math.floor(most / demand.step) * demand.step
}
