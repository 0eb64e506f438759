import { addDays, localDay, type SiteFacts } from '../../sites/index.ts'
import { type Asking, unclaim } from '../freeStock.ts'
import {
  claimSupply,
  type Demand,
  later,
  type Offer,
  offerKey,
  planPromises,
  shipDays,
  stockFor,
  supplyArrives,
  togetherKey,
  wholeSteps,
} from '../plan.ts'
import type { SiteItem } from '../siteItem.ts'
import { rankBySite } from './rank.ts'
import { kitDemands, promisedKits, type Unit, unitsAmong, type WaitingKit } from './units.ts'

/** A promise that stands, by its row. */
export interface Peg {
  readonly id: string
  readonly supplyId: string | null
  readonly qty: number
  readonly dueOn: string
  readonly aloneOn: string
}
/** A line that waits, with what it is promised. */
export interface Waiting extends Omit<Demand, 'need' | 'kit'> {
  readonly kit: WaitingKit | null
  readonly priority: number
  readonly orderedOn: string
  readonly backordered: number
  readonly pegs: readonly Peg[]
  /** Delivered together with a line that is planned: its promises stay, its date may move. */
  readonly mate: boolean
}
/** A promise after planning; `id` is the row that goes on with it. */
export interface NewPeg {
  readonly id: string | null
  readonly supplyId: string | null
  readonly qty: number
  readonly aloneOn: string
  dueOn: string
}
export interface Laid {
  readonly pegs: readonly NewPeg[]
  readonly backordered: number
  /** The day on which the last of it comes; null: of some of it, or of what it is delivered with, nobody knows; undefined: nothing of it is promised. */
  readonly promisedOn: string | null | undefined
}
export interface LayRules {
  readonly frozenDays: number
  readonly maxAgeDays: number
}

/** Promises of one unit that stand or fall together: a plain line's one by one, a kit's all at once. */
interface Standing {
  readonly unit: Unit
  readonly pegs: readonly { readonly line: Waiting; readonly peg: Peg }[]
  readonly dueOn: string
}

/**
 * All open unfrozen demand of some site-items laid out anew over all supply. Pure. In this order:
 * 1. A promise due within the frozen zone keeps its peg. A kit is frozen whole.
 * 2. Where that cannot be (its supply no longer makes the day; stock is lost or supply has shrunk, which the last in rank
 *    feel first), what it loses is planned before all others, the earliest day first.
 * 3. The rest by rank (rank.ts): over the maximum age, then service class, then order date.
 * 4. Stock that lies free then takes over what keeps a supply, where that is no later.
 * `offers` are as read: what the lines' own promises take is counted in them still.
 */
export const layAnew = (
  lines: readonly Waiting[],
  offers: ReadonlyMap<string, Offer>,
  calendars: ReadonlyMap<string, SiteFacts>,
  rules: ReadonlyMap<string, LayRules>,
  now: Date,
): Map<string, Laid> => {
  const offerOf = ({ siteId, itemId }: SiteItem): Offer => offers.get(offerKey(siteId, itemId))!
  const byRank = rankBySite(calendars, rules, now)
  const units = unitsAmong(lines.filter((line) => !line.mate).toSorted(byRank))
  const frozenOf = zone(offerOf, calendars, rules, now)
  const pegs = new Map<string, NewPeg[]>(lines.map((line) => [line.id, line.mate ? line.pegs.map(asIs) : []]))
  const standing: Standing[] = []
  const displaced: { unit: Unit; qty: number; dueOn: string }[] = []
  /** What a unit wants in its turn: a plain line's units, the kits of a kit that keep their promises. */
  const wants = new Map<Unit, number>()

  for (const unit of units) {
    const all = unit.lines.flatMap((line) => line.pegs.map((peg) => ({ line, peg, ...frozenOf(line, peg) })))
    const keep = (own: typeof all): void => {
      standing.push({
        unit,
        pegs: own.map(({ line, peg, aloneOn }) => ({ line, peg: { ...peg, aloneOn: aloneOn! } })),
        dueOn: firstDue(own),
      })
    }
    const kits = unit.isKit ? promisedKits(unit) : null
    const whole = all.length > 0 && all.every(({ within }) => within)
    if (unit.isKit && whole && kits !== null && all.every(({ aloneOn }) => aloneOn !== null)) {
      wants.set(unit, kits)
      keep(all)
      continue
    }
    let loose = unit.isKit ? 0 : unit.lines[0]!.backordered
    for (const one of all) {
      if (!unit.isKit && one.within && one.aloneOn !== null) {
        keep([one])
        continue
      }
      giveBack(offerOf(one.line), one.line, one.peg, one.peg.qty)
      if (unit.isKit) continue
      if (one.within) displaced.push({ unit, qty: one.peg.qty, dueOn: one.peg.dueOn })
      else loose += one.peg.qty
    }
    wants.set(unit, loose)
    if (unit.isKit && whole) displaced.push({ unit, qty: 0, dueOn: firstDue(all) })
  }

  // Who stands on what has gone: from the end of the queue.
  standing.sort((a, b) => byRank(b.unit.lines[0]!, a.unit.lines[0]!) || (a.dueOn < b.dueOn ? 1 : -1))
  for (const { unit, pegs: own, dueOn } of standing) {
    const over = own.map(({ line, peg }) => overOf(offerOf(line), peg.supplyId))
    if (unit.isKit && over.some((units) => units > 0)) {
      for (const { line, peg } of own) giveBack(offerOf(line), line, peg, peg.qty)
      wants.set(unit, 0)
      displaced.push({ unit, qty: 0, dueOn })
      continue
    }
    for (const [at, { line, peg }] of own.entries()) {
      const stays = over[at]! <= 0 ? peg.qty : Math.floor(Math.max(0, peg.qty - over[at]!) / line.step) * line.step
      if (stays < peg.qty) {
        giveBack(offerOf(line), line, peg, peg.qty - stays)
        displaced.push({ unit, qty: peg.qty - stays, dueOn })
      }
      if (stays > 0) pegs.get(line.id)!.push({ ...asIs(peg), qty: stays })
    }
  }
  displaced.sort((a, b) => byRank(a.unit.lines[0]!, b.unit.lines[0]!))
  displaced.sort((a, b) => (a.dueOn === b.dueOn ? 0 : a.dueOn < b.dueOn ? -1 : 1))

  const first = new Set(displaced.flatMap(({ unit }) => (unit.isKit ? [unit] : [])))
  /** A plain line that wants more beside what it keeps. */
  const plain = ({ lines: [line] }: Unit): Omit<Demand, 'need'> => {
    const kept = pegs.get(line!.id)!.filter((peg) => peg.supplyId === null)
    return { ...line!, kit: null, fromStock: kept.reduce((sum, peg) => sum + peg.qty, 0) }
  }
  const demands = [
    ...displaced.flatMap(({ unit, qty }) => (unit.isKit ? kitDemands(unit, 0) : [{ ...plain(unit), need: qty }])),
    ...units.flatMap((unit) => {
      const want = wants.get(unit)!
      if (unit.isKit) return first.has(unit) ? [] : kitDemands(unit, want)
      return want > 0 ? [{ ...plain(unit), need: want }] : []
    }),
  ]
  const plan = planPromises(demands, offers, calendars, now, { fair: true })
  for (const { demandId, supplyId, qty, aloneOn } of plan.promises) addPeg(pegs.get(demandId)!, supplyId, qty, aloneOn)
  const ships = shipDays(calendars, now)
  const freed = units.filter(
    (unit) => !unit.isKit && ontoStock(plain(unit), pegs.get(unit.lines[0]!.id)!, offerOf, ships),
  )
  const laid = dated(lines, pegs, (line) => (line.mate ? line.backordered : (plan.backordered.get(line.id) ?? 0)))
  if (freed.length === 0) return laid
  // Supply came free: whoever waits, or waits longer, may have it. Each time less is left on supply, so this ends.
  const after = lines.map((line) => {
    const { pegs: own, backordered } = laid.get(line.id)!
    // Those without a row yet have one by name, until they are written.
    return { ...line, backordered, pegs: own.map((peg) => ({ ...peg, id: peg.id ?? UNWRITTEN })) }
  })
  return layAnew(after, offers, calendars, rules, now)
}

const addPeg = (own: NewPeg[], supplyId: string | null, qty: number, aloneOn: string): void => {
  const same = own.findIndex((peg) => peg.supplyId === supplyId && peg.aloneOn === aloneOn)
  if (same >= 0) own[same] = { ...own[same]!, qty: own[same]!.qty + qty }
  else own.push({ id: null, supplyId, qty, aloneOn, dueOn: '' })
}

/**
 * What keeps a supply goes over to stock that lies free when all have theirs, as far as that is no later: the frozen zone
 * guards a promise from others, it leaves nobody to wait for goods that are there. What is delivered together stays.
 * @returns whether a supply has something to give again.
 */
const ontoStock = (
  demand: Omit<Demand, 'need'>,
  own: NewPeg[],
  offerOf: (line: SiteItem) => Offer,
  ships: (siteId: string) => string,
): boolean => {
  if (togetherKey(demand) !== null) return false
  const offer = offerOf(demand)
  let moved = false
  for (const peg of own.filter(({ supplyId }) => supplyId !== null)) {
    const has = own.reduce((sum, { supplyId, qty }) => (supplyId === null ? sum + qty : sum), 0)
    const stock = stockFor({ ...demand, need: peg.qty }, offer, ships(demand.siteId), has)
    const qty = wholeSteps(stock.units, peg.qty, demand.step)
    const on = stock.aloneOn()
    if (qty <= 0 || later(on, demand.requestedOn) > later(peg.aloneOn, demand.requestedOn)) continue
    stock.take(qty)
    giveBack(offer, demand, peg, qty)
    const at = own.indexOf(peg)
    if (qty === peg.qty) own.splice(at, 1)
    else own[at] = { ...peg, qty: peg.qty - qty }
    addPeg(own, null, qty, on)
    moved = true
  }
  return moved
}

const firstDue = (pegs: readonly { readonly peg: Peg }[]): string =>
  pegs.reduce((first, { peg }) => (peg.dueOn < first ? peg.dueOn : first), '9999-12-31')

/**
 * Is a promise within the frozen zone, and on which day could it be kept by itself; null: its supply no longer makes the
 * day. Of stock on hand, and of kits, that is the day that was found when it was promised, however late it has become.
 */
const zone = (
  offerOf: (line: Waiting) => Offer,
  calendars: ReadonlyMap<string, SiteFacts>,
  rules: ReadonlyMap<string, LayRules>,
  now: Date,
) => {
  const shipsFrom = shipDays(calendars, now)
  const ends = new Map(
    [...calendars].map(([id, { zone }]) => [id, addDays(localDay(zone, now), rules.get(id)!.frozenDays)]),
  )
  return (line: Waiting, { supplyId, aloneOn, dueOn }: Peg): { within: boolean; aloneOn: string | null } => {
    const within = dueOn <= ends.get(line.siteId)!
    if (!within || supplyId === null) return { within, aloneOn }
    const supply = offerOf(line).supplies.find((one) => one.id === supplyId)
    if (!supply) return { within, aloneOn: null }
    const makes = supplyArrives(calendars.get(line.siteId)!, supply.dueOn, shipsFrom(line.siteId), line.routeDays)
    return { within, aloneOn: makes > dueOn ? null : line.kit ? aloneOn : makes }
  }
}

const UNWRITTEN = ''
const asIs = ({ id, supplyId, qty, aloneOn, dueOn }: Peg): NewPeg => ({
  id: id === UNWRITTEN ? null : id,
  supplyId,
  qty,
  aloneOn,
  dueOn,
})

const giveBack = (offer: Offer, line: Asking, { supplyId }: Pick<Peg, 'supplyId'>, qty: number): void => {
  if (supplyId === null) unclaim(offer, line, qty)
  else {
    const supply = offer.supplies.find((s) => s.id === supplyId)
    if (supply) claimSupply(offer, line, supply, -qty)
  }
}

/** Promises of lines that were not ours to change stand on more than is there. */
export const isOvercommitted = (offers: ReadonlyMap<string, Offer>): boolean =>
  [...offers.values()].some((offer) => overOf(offer, null) > 0 || offer.supplies.some((supply) => supply.left < 0))

/** Base units promised beyond what is there. */
const overOf = (offer: Offer, supplyId: string | null): number => {
  if (supplyId === null) return offer.promised - offer.lots.reduce((sum, lot) => sum + lot.free, 0)
  return -(offer.supplies.find((s) => s.id === supplyId)?.left ?? 0)
}

/** Days of promises and lines: not before the day asked for, one day for all that is delivered together. */
const dated = (
  lines: readonly Waiting[],
  pegs: ReadonlyMap<string, NewPeg[]>,
  backorderedOf: (line: Waiting) => number,
): Map<string, Laid> => {
  const last = new Map<string, string>()
  const open = new Set<string>()
  for (const line of lines) {
    const key = togetherKey(line)
    for (const peg of pegs.get(line.id)!) {
      peg.dueOn = later(peg.aloneOn, line.requestedOn)
      if (key !== null) last.set(key, later(last.get(key) ?? '', peg.dueOn))
    }
    if (key !== null && backorderedOf(line) > 0) open.add(key)
  }
  return new Map(
    lines.map((line) => {
      const key = togetherKey(line)
      const own = pegs.get(line.id)!
      if (key !== null) for (const peg of own) peg.dueOn = last.get(key)!
      const backordered = backorderedOf(line)
      const latest = key === null ? own.reduce((max, peg) => later(max, peg.dueOn), '') : (last.get(key) ?? '')
      const unknown = backordered > 0 || (key !== null && open.has(key))
      return [line.id, { pegs: own, backordered, promisedOn: unknown ? null : latest || undefined }]
    }),
  )
}
