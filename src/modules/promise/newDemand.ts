import type { Ctx } from '../../core/ctx.ts'
import { rowsJson } from '../../core/database/pool.ts'
import { siteCalendars } from '../sites/index.ts'
import { takeHolds } from './holds/openHolds.ts'
import { lockOffers } from './offers.ts'
import { allocateOwnDemand } from './own/ownGoods.ts'
import { type Demand, later, offerKey, type PlannedPromise, togetherKey } from './plan.ts'
import { planNew, writeWhy } from './sources/planNew.ts'
import type { Sourcing } from './sources/sources.ts'
import { writePromises } from './writePromises.ts'

export interface NewDemand extends Demand {
  readonly kind: 'sales' | 'transfer' | 'kit' | 'return'
  /** Of a transfer: the site it goes to, which sees it too. */
  readonly toSiteId?: string
  /** The order line it is demand of, and what it counts for there (see orderLines.ts); null for other kinds. */
  readonly orderLineId: string | null
  readonly lineQty: number
  readonly component: number
  readonly lineNo: number
  readonly priority: number
  readonly orderedOn: string
  /** What has not left by the end of this day is cancelled. */
  readonly cancelBy: string | null
  /** Of a customer's own goods that we store: whose. Left out: ours, own or consigned. */
  readonly ownerId?: string | null
  /** What one unit of its order line is worth, at least 1; in any one unit for all lines of an order. */
  readonly unitValue?: number
}
export interface PromisedDemand {
  readonly id: string
  /** As it was asked for, or the part of it that one of several sites sends. */
  readonly demand: NewDemand
  readonly promises: readonly PlannedPromise[]
  readonly backordered: number
  /** Of a fill-or-kill line that stock did not cover: all of it. */
  readonly cancelled: number
  readonly promisedOn: string | null
}

/**
 * New demand lines with their first dated promises, planned in the order given. All of it is one plan over one reading,
 * so a batch of orders gets what the same orders would have got one after the other.
 * @param sourcings orders that several sites may send: their demand, given at their own site, is laid over the sites first.
 */
export const promiseNewDemand = async (
  ctx: Ctx,
  asked: readonly NewDemand[],
  sourcings: ReadonlyMap<string, Sourcing> = new Map(),
): Promise<Map<string, PromisedDemand>> => {
  const out = new Map<string, PromisedDemand>()
  if (asked.length === 0) return out
  const { sql, company } = ctx
  const wanted = asked.flatMap((demand) => {
    const sites = sourcings.get(demand.orderId)?.sites
    return sites ? sites.map(({ siteId }) => ({ ...demand, siteId })) : [demand]
  })
  const [calendars, offers] = await Promise.all([
    siteCalendars(ctx, [...new Set(wanted.map((d) => d.siteId))]),
    lockOffers(
      ctx,
      wanted.filter((demand) => !demand.ownerId),
    ),
  ])
  const { demands, planned, plan, why } = planNew(ctx, asked, sourcings, offers, calendars)
  const theirs = demands.filter((demand) => demand.ownerId)
  const byDemand = new Map<string, PlannedPromise[]>()
  for (const p of plan.promises) {
    const list = byDemand.get(p.demandId)
    if (list) list.push(p)
    else byDemand.set(p.demandId, [p])
  }
  const undated = new Set(planned.flatMap((d) => (plan.backordered.has(d.id) ? (togetherKey(d) ?? d.id) : [])))
  const rows = planned.map((d) => {
    const promises = byDemand.get(d.id) ?? []
    const backordered = d.ownerId ? d.need : (plan.backordered.get(d.id) ?? 0)
    const cancelled = plan.killed.get(d.id) ?? 0
    // The line is kept on the day its last part comes; while any part of what is delivered together has no supply there is no day for the whole.
    const promisedOn =
      undated.has(togetherKey(d) ?? d.id) || promises.length === 0
        ? null
        : promises.reduce((max, p) => later(max, p.dueOn), '')
    out.set(d.id, { id: d.id, demand: d, promises, backordered, cancelled, promisedOn })
    return {
      companyId: company,
      id: d.id,
      kind: d.kind,
      refId: d.orderId,
      orderLineId: d.orderLineId,
      lineQty: d.lineQty,
      component: d.component,
      lineNo: d.lineNo,
      siteId: d.siteId,
      toSiteId: d.toSiteId ?? null,
      partyId: d.partyId,
      channelId: d.channelId,
      itemId: d.itemId,
      qty: d.need,
      step: d.step,
      priority: d.priority,
      orderedOn: d.orderedOn,
      requestedOn: d.requestedOn,
      routeDays: d.routeDays,
      minShelfDays: d.minShelfDays,
      partialPolicy: d.partialPolicy,
      fenced: (offers.get(offerKey(d.siteId, d.itemId))?.fence.size ?? 0) > 0,
      originalPromiseOn: promisedOn,
      latestPromiseOn: promisedOn,
      promised: d.need - backordered - cancelled,
      allocated: 0,
      backordered,
      shipped: 0,
      cancelled,
      releasedAt: null,
      version: 1,
      cancelBy: d.cancelBy,
      fillOrKill: d.fillOrKill ?? false,
      ownerId: d.ownerId ?? null,
    }
  })
  await Promise.all([
    sql`
      insert into demand_line
      select * from json_populate_recordset(null::demand_line, ${rowsJson(rows)}::text::json)`,
    writePromises(ctx, new Map(demands.map((d) => [d.id, d])), plan.promises),
    takeHolds(ctx, offers.values()),
  ])
  await writeWhy(ctx, demands, why)
  for (const [id, own] of await allocateOwnDemand(ctx, theirs)) out.set(id, { ...out.get(id)!, ...own })
  return out
}
