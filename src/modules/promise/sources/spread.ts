import { chooseSites, type Preference, type SourceLine, type SourceOffer } from '../../../math/source/chooseSites.ts'
import { daysBetween, type SiteFacts } from '../../sites/index.ts'
import { kitsOf, unitsOf } from '../kits/planKit.ts'
import type { NewDemand } from '../newDemand.ts'
import { later, type Offer, offerKey, type Source, shipDays, sourcesOf } from '../plan.ts'
import type { Sourcing } from './sources.ts'

/** What one site had for an order line when it was decided who sends what; units of the order line. */
export interface SiteFound {
  readonly siteId: string
  readonly code: string
  readonly own: boolean
  /** In time: in stock, or due by the day asked for. */
  readonly now: number
  readonly later: number
  /** Of `now`, the first day on which some of it can be with the customer. */
  readonly firstOn: string | null
  readonly shipmentCost: number
  /** What it sends, and of that what nothing covers yet. */
  readonly sends: number
  readonly uncovered: number
}
export interface WhySite {
  readonly maxSplits: number
  readonly prefer: Preference
  readonly method: string
  readonly qty: number
  readonly sites: readonly SiteFound[]
}
export interface Spread {
  readonly demands: NewDemand[]
  /** By demand line. */
  readonly why: ReadonlyMap<string, WhySite>
}

interface Found {
  readonly units: number
  readonly on: string
  readonly waits: boolean
  readonly inStock: boolean
}

/**
 * One order's demand laid over the sites that may send it (math/source), before it is planned there: each part is demand of
 * its own at its site. What no site covers waits at the first site that sends some of its line, else of the order, else at
 * the order's own.
 * The first part of a line keeps the line's id. Pure but for the ids.
 * @param demands of the order, all at its own site; nothing of it is anywhere yet.
 * @param offers under the lock of all candidate positions; they are looked at, not taken from.
 */
export const spread = (
  newId: () => string,
  demands: readonly NewDemand[],
  sourcing: Sourcing,
  offers: ReadonlyMap<string, Offer>,
  calendars: ReadonlyMap<string, SiteFacts>,
  now: Date,
): Spread => {
  const { sites, maxSplits, prefer } = sourcing
  const ships = shipDays(calendars, now)
  const first = demands[0]!
  const lines = [...Map.groupBy(demands, (demand) => demand.orderLineId!).values()]
  const due = later(
    first.requestedOn,
    [...sourcesAt(first, sites[0]!)].find((source) => source.supplyId === null)!.aloneOn(),
  )
  function sourcesAt(demand: NewDemand, { siteId, routeDays }: Sourcing['sites'][number]): Iterable<Source> {
    const offer = offers.get(offerKey(siteId, demand.itemId))!
    return sourcesOf(
      { ...demand, siteId, routeDays, fillOrKill: false },
      offer,
      calendars.get(siteId)!,
      ships(siteId),
      0,
    )
  }
  const foundAt = (parts: readonly NewDemand[], site: Sourcing['sites'][number]): Found[] =>
    parts[0]!.component === 0
      ? [...sourcesAt(parts[0]!, site)].map((source) => dated(source, due))
      : kitsFound(
          parts.map((part) => ({ part, sources: [...sourcesAt(part, site)] })),
          due,
        )
  const found = lines.map((parts) => sites.map((site) => foundAt(parts, site)))
  const asked = lines.map((parts): SourceLine => {
    const { orderLineId, component, itemId, lineQty, step, need, partialPolicy, fillOrKill = false } = parts[0]!
    const kit = component > 0
    return {
      id: orderLineId!,
      item: kit ? `kit ${orderLineId}` : itemId,
      units: lineQty,
      step: kit ? kitsOf({ qty: need, lineQty }, step) : step,
      value: parts[0]!.unitValue ?? 1,
      whole: partialPolicy === 'line' || (fillOrKill && kit),
      nowOnly: fillOrKill,
      group: partialPolicy === 'complete' ? 'complete' : null,
    }
  })
  const seen = new Set<string>()
  const offered = asked.flatMap(({ item }, at): SourceOffer[] => {
    if (seen.has(item)) return []
    seen.add(item)
    return found[at]!.flatMap((own, site) =>
      own.map(({ units, on, waits, inStock }) => ({
        item,
        site,
        units,
        day: Math.max(0, daysBetween(first.requestedOn, on)),
        waits,
        inStock,
      })),
    )
  })
  const choice = chooseSites({
    sites: sites.map(({ siteId, shipmentCost }) => ({ id: siteId, cost: shipmentCost })),
    lines: asked,
    offers: offered,
    maxSplits,
    prefer,
  })
  const out: NewDemand[] = []
  const why = new Map<string, WhySite>()
  for (const [at, parts] of lines.entries()) {
    const { takes, uncovered } = choice.lines[at]!
    const sends = sites.map((_, site) => takes.reduce((sum, one) => sum + (one.site === site ? one.units : 0), 0))
    const waitsAt = takes[0]?.site ?? choice.sites[0] ?? 0
    sends[waitsAt]! += uncovered
    const reasons: WhySite = {
      maxSplits,
      prefer,
      method: choice.method,
      qty: asked[at]!.units,
      sites: sites.map(({ siteId, shipmentCost }, site) => {
        const own = found[at]![site]!.filter((one) => one.units > 0)
        const inTime = own.filter((one) => !one.waits)
        const sum = (rows: readonly Found[]) => rows.reduce((all, one) => all + one.units, 0)
        return {
          siteId,
          code: calendars.get(siteId)!.code,
          own: site === 0,
          now: sum(inTime),
          later: sum(own) - sum(inTime),
          firstOn: inTime.map((one) => one.on).sort()[0] ?? null,
          shipmentCost,
          sends: sends[site]!,
          uncovered: site === waitsAt ? uncovered : 0,
        }
      }),
    }
    let keepsId = true
    for (const [site, units] of sends.entries()) {
      if (units === 0) continue
      const { siteId, routeDays } = sites[site]!
      for (const part of parts) {
        const id = keepsId ? part.id : newId()
        const need = unitsOf({ qty: part.need, lineQty: part.lineQty }, units)
        out.push({ ...part, id, siteId, routeDays, need, lineQty: units })
        why.set(id, reasons)
      }
      keepsId = false
    }
  }
  return { demands: out, why }
}

const dated = (source: Source, due: string): Found => {
  const on = source.aloneOn()
  return {
    units: Math.max(0, source.units),
    on,
    waits: source.supplyId !== null && on > due,
    inStock: source.supplyId === null,
  }
}

/** Whole kits that one site can send, by the day on which the last component of each is there. */
const kitsFound = (
  own: readonly { readonly part: NewDemand; readonly sources: readonly Source[] }[],
  due: string,
): Found[] => {
  const rows = own.map(({ part, sources }) => ({ part, found: sources.map((source) => dated(source, due)) }))
  const days = [...new Set(rows.flatMap(({ found }) => found.map(({ on }) => on)))].sort()
  const out: Found[] = []
  let given = 0
  for (const day of days) {
    const able = Math.min(
      ...rows.map(({ part, found }) =>
        kitsOf(
          { qty: part.need, lineQty: part.lineQty },
          found.reduce((sum, one) => sum + (one.on <= day ? one.units : 0), 0),
        ),
      ),
    )
    if (able <= given) continue
    const come = rows.flatMap(({ found }) => found.filter((one) => one.on === day && one.units > 0))
    const waits = come.some((one) => one.waits)
    out.push({ units: able - given, on: day, waits, inStock: come.every((one) => one.inStock) })
    given = able
  }
  return out
}
