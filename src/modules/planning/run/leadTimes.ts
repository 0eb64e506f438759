import type { Ctx } from '../../../core/ctx.ts'
import { leadTimesSeenOf, type Source, sourcesOf, UNKNOWN_LEAD_DAYS } from '../../purchasing/index.ts'
import { siteCalendars } from '../../sites/index.ts'
import { suppliedSites } from '../rules/rules.ts'

/** From where goods come to a site by rule, and how long that takes: what the stock there has to live through. */
export interface Inflow {
  readonly leadTimes: readonly (readonly [days: number, weight: number])[]
  readonly reviewDays: number
  /** The longest of them: what comes later is late. */
  readonly longest: number
  readonly lineCost: number
  /** In words, for the arithmetic. */
  readonly why: string
}
/** So few orders say little: the terms' figure stands beside them as often as is missing. */
const ENOUGH_SEEN = 5
/** Lead times are many numbers; so many stand for them. */
const TIMES = 5
/** Where nobody is known who sells it. */
const UNKNOWN: Inflow = {
  longest: UNKNOWN_LEAD_DAYS,
  leadTimes: [[UNKNOWN_LEAD_DAYS, 1]],
  reviewDays: 1,
  lineCost: 0,
  why: 'nobody is known who sells it: 14 days are assumed',
}
/** A line on a transfer costs picking and booking in, like one on an order. */
const TRANSFER_LINE_MINOR = 250

/** For these items, or for all. */
export const inflows = async (ctx: Ctx, itemIds: readonly string[] | null) => {
  const all = await ctx.sql<{ id: string }[]>`
    select id
      from site
     where company_id = ${ctx.company}`
  const [supplied, sources, seen, sites, lanes] = await Promise.all([
    suppliedSites(ctx),
    sourcesOf(ctx, { itemIds }),
    leadTimesSeenOf(ctx),
    siteCalendars(
      ctx,
      all.map((site) => site.id),
    ),
    lanesOf(ctx),
  ])
  const byItem = Map.groupBy(sources, (source) => source.itemId)
  const made = new Map<string, Inflow>()
  const of = (siteId: string, itemId: string): Inflow => {
    const dock = sites.get(siteId)!.dockToStockDays
    const fromId = supplied.get(siteId)
    if (fromId !== undefined) {
      const lane = lanes.get(`${fromId} ${siteId}`)
      const days = Math.max(1, (lane?.days ?? 1) + dock)
      return {
        leadTimes: [[days, 1]],
        longest: days,
        reviewDays: 1,
        lineCost: TRANSFER_LINE_MINOR,
        why: `it comes from ${lane?.code ?? 'another site'} in ${days} days`,
      }
    }
    // 1 is asked first: the reorder point is made for how long that one takes.
    const source = byItem.get(itemId)?.[0]
    if (!source) return UNKNOWN
    const key = `${source.partyId} ${source.leadDays} ${dock}`
    const known = made.get(key) ?? inflowFrom(source, seen.get(source.partyId) ?? [], dock)
    made.set(key, known)
    return known
  }
  return { of, sourcesOf: (itemId: string): readonly Source[] => byItem.get(itemId) ?? [], supplied, sites, lanes }
}

export interface Way {
  readonly days: number
  readonly code: string
  readonly unitCostMicro: number
  readonly kgCostMicro: number
  readonly shipmentCostMicro: number
}
const lanesOf = async ({ sql, company }: Ctx): Promise<Map<string, Way>> => {
  const rows = await sql<(Way & { fromSiteId: string; toSiteId: string })[]>`
    select lane.from_site_id, lane.to_site_id, lane.days, site.code, lane.unit_cost_micro, lane.kg_cost_micro, lane.shipment_cost_micro
      from lane
      join site on site.company_id = ${company} and site.id = lane.from_site_id
     where lane.company_id = ${company} and lane.active`
  return new Map(rows.map((row) => [`${row.fromSiteId} ${row.toSiteId}`, row]))
}

/** Lead times as they were; while few are known, the terms' figure for those that are missing. */
const inflowFrom = (source: Source, seen: readonly number[], dock: number): Inflow => {
  const { supplier, leadDays, reviewDays, lineCost } = source
  const missing = Math.max(0, ENOUGH_SEEN - seen.length)
  const days = [...seen, ...new Array<number>(missing).fill(leadDays)].map((one) => one + dock).sort((a, b) => a - b)
  const some = Array.from({ length: TIMES }, (_, k) => days[Math.floor(((k + 0.5) * days.length) / TIMES)]!)
  const times = new Map<number, number>()
  for (const one of some) times.set(one, (times.get(one) ?? 0) + 1)
  const told =
    seen.length === 0
      ? `${supplier} says ${leadDays} days, no order of it has come yet`
      : `${seen.length} ${seen.length === 1 ? 'order' : 'orders'} of ${supplier} took ${Math.min(...seen)} to ${Math.max(...seen)} days${missing > 0 ? `, its terms say ${leadDays}` : ''}`
  return {
    leadTimes: [...times],
    longest: Math.max(...some),
    reviewDays,
    lineCost,
    why: `${told}${dock > 0 ? `, ${dock} more from the dock to the shelf` : ''}; ${reviewDays === 1 ? 'looked at every day' : `looked at every ${reviewDays} days`}`,
  }
}
