import type { Ctx } from '../../../core/ctx.ts'
import { NIL } from '../../../core/t.ts'
import { siteCalendars } from '../../sites/index.ts'
import type { FreeLot } from '../freeStock.ts'
import { takeHolds } from '../holds/openHolds.ts'
import { demandsOf, lockPools, type Replannable, withKitParts, withoutWholeKits } from '../kits/kitLines.ts'
import { keysOf, lockOffers, lockPositions, type SiteItem } from '../offers.ts'
import { type Demand, type Offer, offerKey, type Plan, type PlannedPromise, planPromises } from '../plan.ts'
import { openPromises, shrinkPromises } from '../shrinkPromises.ts'
import { writePromises } from '../writePromises.ts'

interface LineRow extends Replannable {
  readonly kind: string
  readonly releasedAt: string | null
  readonly latestPromiseOn: string | null
}
export interface Replanned {
  readonly lineId: string
  readonly kind: string
  readonly orderId: string
  readonly siteId: string
  readonly partyId: string | null
  readonly released: boolean
  /** The date it had. */
  readonly was: string | null
  /** Another date than before, or more or less of it without one. */
  readonly changed: boolean
}

export type ArrivingLot = Omit<FreeLot, 'free'>
const NO_LOT: ArrivingLot = { lotId: NIL, ownerId: NIL, expiresOn: null, since: null }

/** Stock about to come in: `available` base units that may be promised, and what of which Supply they are. */
export interface Arrival extends SiteItem {
  readonly available: number
  /** Of which lot: only who may have it is promised it. Left out where there are no lots. */
  readonly lot?: ArrivingLot | null
  readonly supply: { readonly id: string; readonly received: number } | null
}

/** Lines that wait for these items, or are promised of their supplies; components of kits with all of their kit. */
const waitingFor = async (ctx: Ctx, wanted: readonly SiteItem[]): Promise<string[]> => {
  const { sql, company } = ctx
  const { sites, items } = keysOf(wanted)
  const lines = await sql<{ id: string; component: number }[]>`
    select line.id, line.component
      from (select distinct * from unnest(${sites}::uuid[], ${items}::uuid[]) as w (site_id, item_id)) wanted
      join demand_line line on line.company_id = ${company} and line.site_id = wanted.site_id and line.item_id = wanted.item_id
     where line.site_id = any (${sites}::uuid[]) and line.item_id = any (${items}::uuid[]) and (line.backordered > 0 or line.promised > 0)`
  const ids = lines.map((line) => line.id)
  return lines.some((line) => line.component > 0) ? withKitParts(ctx, ids) : ids
}

/** Locked by id; the best service class and the oldest order first. */
const lockWaiting = ({ sql, company }: Ctx, lineIds: readonly string[]) => sql<LineRow[]>`
  with locked as (
    select *
      from demand_line
     where company_id = ${company} and id = any (${lineIds as string[]})
     order by id
       for update
  )
  select locked.id, kind, ref_id, order_line_id, component, locked.qty, line_qty, locked.site_id, locked.party_id, locked.item_id, backordered,
         allocated + shipped + cancelled as settled, coalesce(given.on_hand, 0) as on_hand_promised, coalesce(given.supply, 0) as supply_promised,
         step, requested_on, route_days, min_shelf_days, partial_policy, channel_id, released_at, latest_promise_on
    from locked
    left join lateral (
         select sum(promise.qty) filter (where promise.supply_id is null)::int8 as on_hand, sum(promise.qty) filter (where promise.supply_id is not null)::int8 as supply
           from promise
          where promise.company_id = ${company} and promise.demand_line_id = locked.id and promise.qty > 0) given on true
   where backordered > 0 or given.supply > 0 or component > 0
   order by priority, ordered_on, locked.id`

/**
 * Stock comes in: what waits for these items is planned anew, best service class and oldest order first; promises
 * pegged to supplies become promises from stock where stock now is, and backorders get dates. Called before the moves
 * are posted, so that locks keep the house order (demand → position → pool); `available` is counted as if it stood there.
 * None available: only what is due in has changed.
 * @param also further positions, locked in one order with those of the arrivals.
 * @param change runs while nothing that waits is pegged to a supply of these items: the moment to write supplies anew.
 * @returns lines that were planned, the best first; released ones want `allocateLines` after the moves are posted.
 */
export const promiseArrivals = async (
  ctx: Ctx,
  arrivals: readonly Arrival[],
  { also = [], change }: { also?: readonly SiteItem[]; change?: () => Promise<void> } = {},
): Promise<Replanned[]> => {
  if (arrivals.length === 0) return []
  const { sql, company, now } = ctx
  const lines = withoutWholeKits(await lockWaiting(ctx, await waitingFor(ctx, arrivals)))
  await lockPositions(ctx, [...arrivals, ...lines, ...also])
  // All supply promises of the waiting lines end, then all is planned again: stock first, then supplies by date.
  const supplies = arrivals.flatMap((a) => (a.supply ? [a.supply] : []))
  if (lines.length > 0)
    await shrinkPromises(
      ctx,
      await openPromises(
        ctx,
        lines.map((line) => line.id),
      ),
      lines.map((line) => ({
        lineId: line.id,
        onHand: line.component > 0 ? line.onHandPromised : 0,
        supply: line.supplyPromised,
      })),
    )
  if (supplies.length > 0)
    await sql`
      update supply
         set received = supply.received + given.qty, version = supply.version + 1
        from (select id, sum(qty)::int8 as qty from unnest(${supplies.map((s) => s.id)}::uuid[], ${supplies.map((s) => s.received)}::int8[]) as g (id, qty) group by id) given
       where supply.company_id = ${company} and supply.id = any (${supplies.map((s) => s.id)}::uuid[]) and supply.id = given.id`
  await change?.()
  if (lines.length === 0) return []
  const offers = await lockOffers(ctx, [...arrivals, ...lines], lines)
  for (const { siteId, itemId, available, lot } of arrivals)
    if (available > 0)
      (offers.get(offerKey(siteId, itemId))!.lots as FreeLot[]).push({ ...(lot ?? NO_LOT), free: available })
  const calendars = await siteCalendars(ctx, [...new Set(lines.map((l) => l.siteId))])
  const demands = demandsOf(lines, offers, (line) => line.backordered + line.supplyPromised)
  // What comes in for one component is going to be taken with others: pools in one go, before the moves lock theirs.
  if (lines.some((line) => line.component > 0)) await lockPools(ctx, [...arrivals, ...lines])
  return writePlan(ctx, lines, demands, planPromises(demands, offers, calendars, now), offers)
}

/** Plans the backordered units of lines anew (after a short pick, a dropped allocation, a loss); kits whole. */
export const promiseAgain = async (ctx: Ctx, lineIds: readonly string[]): Promise<Replanned[]> => {
  if (lineIds.length === 0) return []
  const lines = withoutWholeKits(await lockWaiting(ctx, await withKitParts(ctx, lineIds))).filter(
    (line) => line.backordered > 0 || line.component > 0,
  )
  if (lines.length === 0) return []
  const kits = lines.filter((line) => line.component > 0)
  if (kits.length > 0) {
    await lockPositions(ctx, lines)
    await shrinkPromises(
      ctx,
      await openPromises(
        ctx,
        kits.map((line) => line.id),
      ),
      kits.map((line) => ({ lineId: line.id, onHand: line.onHandPromised, supply: line.supplyPromised })),
    )
  }
  const [calendars, offers] = await Promise.all([
    siteCalendars(ctx, [...new Set(lines.map((l) => l.siteId))]),
    lockOffers(ctx, lines),
  ])
  const demands = demandsOf(lines, offers, (line) => line.backordered)
  return writePlan(ctx, lines, demands, planPromises(demands, offers, calendars, ctx.now), offers)
}

/**
 * One event for each order whose dates changed: its customer may have to be told. Of a transfer, the site it goes to has
 * to: its supplies get their new day after `transfer.replanned`, in a transaction of their own.
 */
export const tellReplanned = (ctx: Ctx, call: { no: number }, lines: readonly Replanned[]): void => {
  const orders = new Map(lines.filter((l) => l.changed).map((l) => [l.orderId, l]))
  for (const { kind, orderId, siteId, partyId } of orders.values())
    if (kind === 'sales') ctx.emit(call, 'order.replanned', { id: orderId, siteId, partyId })
    else if (kind === 'transfer') ctx.emit(call, 'transfer.replanned', { id: orderId, siteId })
}

const writePlan = async (
  ctx: Ctx,
  lines: readonly LineRow[],
  demands: readonly Demand[],
  plan: Plan,
  offers: ReadonlyMap<string, Offer>,
): Promise<Replanned[]> => {
  const [, written] = await Promise.all([
    writePromises(ctx, new Map(demands.map((d) => [d.id, d])), plan.promises),
    writeLines(ctx, demands, plan.promises, plan.backordered),
    takeHolds(ctx, offers.values()),
  ])
  const after = new Map(written.map((row) => [row.id, row]))
  return lines.map((line) => {
    const { latestPromiseOn, backordered } = after.get(line.id)!
    return {
      lineId: line.id,
      kind: line.kind,
      orderId: line.refId,
      siteId: line.siteId,
      partyId: line.partyId,
      released: line.releasedAt !== null,
      was: line.latestPromiseOn,
      changed: latestPromiseOn !== line.latestPromiseOn || backordered !== line.backordered,
    }
  })
}

/** promised, backordered and the latest date of lines from their promises as they now stand. */
const writeLines = (
  { sql, company }: Ctx,
  demands: readonly Demand[],
  promises: readonly PlannedPromise[],
  backordered: ReadonlyMap<string, number>,
) => {
  const latest = new Map<string, string>()
  for (const p of promises) if ((latest.get(p.demandId) ?? '') < p.dueOn) latest.set(p.demandId, p.dueOn)
  const ids = demands.map((d) => d.id)
  return sql<{ id: string; latestPromiseOn: string | null; backordered: number }[]>`
    update demand_line line
       set backordered = given.backordered,
           promised = line.qty - line.shipped - line.cancelled - line.allocated - given.backordered,
           latest_promise_on = case when given.backordered > 0 then null else coalesce(greatest(given.due_on, standing.due_on), line.latest_promise_on) end,
           original_promise_on = coalesce(line.original_promise_on, case when given.backordered > 0 then null else given.due_on end),
           version = line.version + 1
      from unnest(${ids}::uuid[], ${ids.map((id) => backordered.get(id) ?? 0)}::int8[], ${ids.map((id) => latest.get(id) ?? null)}::date[]) as given (id, backordered, due_on)
      left join lateral (
           select max(promise.due_on) as due_on
             from promise
            where promise.company_id = ${company} and promise.demand_line_id = given.id and promise.qty > 0) standing on true
     where line.company_id = ${company} and line.id = any (${ids}::uuid[]) and line.id = given.id
    returning line.id, line.latest_promise_on, line.backordered`
}
