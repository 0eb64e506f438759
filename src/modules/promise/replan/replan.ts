import type { Ctx } from '../../../core/ctx.ts'
import { NIL } from '../../../core/t.ts'
import { siteCalendars } from '../../sites/index.ts'
import { growSupply } from '../fences/fence.ts'
import { markFenced } from '../fences/readFences.ts'
import { arrive, type FreeLot } from '../freeStock.ts'
import { changeHolds, type HoldChange, takeHolds } from '../holds/openHolds.ts'
import { lockPools, withKitParts } from '../kits/kitLines.ts'
import { lockOffers, type SiteItem } from '../offers.ts'
import { type Offer, offerKey } from '../plan.ts'
import { promiseRules } from '../rules/rules.ts'
import { isOvercommitted, layAnew } from './layAnew.ts'
import { type Cause, type Moved, recordChanges } from './moved.ts'
import { rankBySite } from './rank.ts'
import { type Before, lockScene, readScene, type Scene } from './scene.ts'
import { type SupplyChange, writePlan } from './writePlan.ts'

export type ArrivingLot = Omit<FreeLot, 'free'>
/** Of a lot, only who may have it is promised it; left out where there are no lots. */
export interface Coming extends SiteItem {
  readonly available: number
  readonly lot?: ArrivingLot | null
}
const NO_LOT: ArrivingLot = { lotId: NIL, ownerId: NIL, expiresOn: null, since: null }

export interface Replan {
  readonly siteItems: readonly SiteItem[]
  readonly cause: Cause
  /** Base units of free stock that are about to come, or to go (negative), when the moves are posted after this. */
  readonly coming?: readonly Coming[]
  /** What becomes of supplies of these site-items; written with the plan. */
  readonly supplies?: readonly SupplyChange[]
  /** Under the locks, before anything is read: writes what is new of supplies, and says what becomes of those that are known. */
  readonly change?: () => Promise<readonly SupplyChange[]>
  /** Further positions that `change` takes from, locked in one order with the others. */
  readonly also?: readonly SiteItem[]
  /** Locked already, because more had to be done under the locks. */
  readonly scene?: Scene
}

/**
 * What waits for some items at some sites is laid out anew: see layAnew.ts for the order. The one way promises change
 * after they were first given. Confirmation never takes from another: a new order gets what is free. It is here, and only
 * here, that a better class, or a line over the maximum age, gets what was promised to others and is not frozen yet; and
 * that happens whenever supply comes, goes or moves, an order is cancelled, a date or class is changed, or somebody asks.
 *
 * Called before moves are posted, so that locks keep the house order (demand lines → positions → pools).
 * @returns the lines that were planned, the first in rank first; released ones want `allocateLines` after the moves.
 */
export const replan = async (
  ctx: Ctx,
  { siteItems, cause, coming = [], supplies = [], change, also, scene }: Replan,
): Promise<Moved[]> => {
  if (siteItems.length === 0) return []
  const locked = scene ?? (await lockScene(ctx, siteItems, { also }))
  const changing = [...supplies, ...((await change?.()) ?? [])]
  const lines = await readScene(ctx, locked)
  if (lines.length === 0 && changing.length === 0) return []
  const siteIds = [...new Set([...locked.siteItems, ...lines].map((one) => one.siteId))]
  const [calendars, rules, offers] = await Promise.all([
    siteCalendars(ctx, siteIds),
    promiseRules(ctx, siteIds),
    lockOffers(ctx, locked.siteItems, lines),
  ])
  for (const one of coming) come(offers.get(offerKey(one.siteId, one.itemId))!, one)
  const changes = await merged(ctx, changing, offers)
  await letHoldsGo(ctx, offers)
  const laid = layAnew(lines, offers, calendars, rules, ctx.now)
  // Who holds the rest of the promises is on the way to this position: once they are through, we see all of it.
  if (locked.skipped && isOvercommitted(offers))
    throw Object.assign(new Error('promises in other hands stand on what goes'), { code: '40001' })
  // What comes in for one component is going to be taken with others: pools in one go, before the moves lock theirs.
  if (lines.some((line) => line.kit !== null && !line.mate)) await lockPools(ctx, locked.siteItems)
  const [moved] = await Promise.all([
    writePlan(ctx, lines, laid, changes),
    takeHolds(ctx, offers.values()),
    markFenced(ctx, offers, lines),
  ])
  await recordChanges(ctx, cause, moved)
  const byRank = rankBySite(calendars, rules, ctx.now)
  const order = new Map(
    lines
      .filter((line) => !line.mate)
      .toSorted(byRank)
      .map((line, at) => [line.id, at]),
  )
  return moved.toSorted((a, b) => (order.get(a.lineId) ?? lines.length) - (order.get(b.lineId) ?? lines.length))
}

/**
 * Plans the backordered units of single lines anew from what is free (after a short pick, a split, a late release). Nobody
 * else's promises are looked at.
 * @param before what was last told of the lines, where it has changed under our locks since.
 */
export const promiseAgain = async (
  ctx: Ctx,
  lineIds: readonly string[],
  cause: Cause,
  before: ReadonlyMap<string, Before> = new Map(),
): Promise<Moved[]> => {
  if (lineIds.length === 0) return []
  const wanted = new Set(await withKitParts(ctx, lineIds))
  const rows = await lockWithMates(ctx, [...wanted])
  const waiting = new Set(rows.filter((row) => row.backordered > 0 && wanted.has(row.id)).map(kitOrLine))
  const planned = new Set(rows.filter((row) => wanted.has(row.id) && waiting.has(kitOrLine(row))).map((row) => row.id))
  if (planned.size === 0) return []
  const held = new Map(
    rows.map(({ id, promisedOn, backordered }) => [id, before.get(id) ?? { promisedOn, backordered }]),
  )
  const lines = await readScene(ctx, { held, planned })
  const siteIds = [...new Set(lines.map((line) => line.siteId))]
  const [calendars, rules, offers] = await Promise.all([
    siteCalendars(ctx, siteIds),
    promiseRules(ctx, siteIds),
    lockOffers(
      ctx,
      lines.filter((line) => !line.mate),
      lines,
    ),
  ])
  const asTheyAre = new Map([...rules].map(([id, rule]) => [id, { ...rule, frozenDays: FOR_EVER }]))
  const laid = layAnew(lines, offers, calendars, asTheyAre, ctx.now)
  const [moved] = await Promise.all([
    writePlan(ctx, lines, laid, []),
    takeHolds(ctx, offers.values()),
    markFenced(ctx, offers, lines),
  ])
  await recordChanges(ctx, cause, moved)
  return moved
}
const FOR_EVER = 100_000

interface Locked {
  readonly id: string
  readonly component: number
  readonly orderLineId: string | null
  readonly siteId: string
  readonly promisedOn: string | null
  readonly backordered: number
}
const kitOrLine = ({ id, component, orderLineId, siteId }: Locked): string =>
  component === 0 ? id : `${orderLineId} ${siteId}`

/** Lines by id, with those of their ship-complete orders where a date may move. */
const lockWithMates = ({ sql, company }: Ctx, lineIds: readonly string[]) => sql<Locked[]>`
  with given as (
    select id, ref_id, partial_policy, backordered
      from demand_line
     where company_id = ${company} and id = any (${lineIds as string[]}) and owner_id is null
  )
  select line.id, line.component, line.order_line_id, line.site_id, line.latest_promise_on as promised_on, line.backordered
    from demand_line line
   where line.company_id = ${company}
     and line.id = any (array(select id from given
                              union
                              select mate.id
                                from given
                                join demand_line mate on mate.company_id = ${company} and mate.ref_id = given.ref_id and mate.partial_policy = 'complete'
                               where given.partial_policy = 'complete' and given.backordered > 0))
   order by line.id
     for update of line`

/** What reps keep is nobody's order yet: where stock goes, it goes before promises, the last to end first. */
const letHoldsGo = async (ctx: Ctx, offers: ReadonlyMap<string, Offer>): Promise<void> => {
  const lost: HoldChange[] = []
  for (const offer of offers.values()) {
    let over = offer.promised - offer.lots.reduce((sum, lot) => sum + lot.free, 0)
    for (const hold of offer.holds.toReversed()) {
      if (over <= 0) break
      const less = Math.min(over, hold.left)
      lost.push({ ...hold, less })
      Object.assign(hold, { was: hold.was - less, left: hold.left - less })
      offer.promised -= less
      over -= less
    }
  }
  await changeHolds(ctx, lost, 'lost')
}

/** Stock that comes counts as if it stood there; what goes is taken from its lot, as far as that is free. */
const come = (offer: Offer, { available, lot }: Coming): void => arrive(offer, { ...(lot ?? NO_LOT), free: available })

/** Changes of supplies, one for each, applied to what was offered as if they stood already. */
const merged = async (
  { sql, company }: Ctx,
  changes: readonly SupplyChange[],
  offers: ReadonlyMap<string, Offer>,
): Promise<SupplyChange[]> => {
  if (changes.length === 0) return []
  const ids = [...new Set(changes.map((change) => change.id))]
  const rows = await sql<
    {
      id: string
      siteId: string
      itemId: string
      kind: string
      dueOn: string
      expected: number
      received: number
      promised: number
    }[]
  >`
    select id, site_id, item_id, kind, due_on, expected, received, promised
      from supply
     where company_id = ${company} and id = any (${ids})`
  const byId = new Map(rows.map((row) => [row.id, row]))
  const sums = new Map<string, SupplyChange>()
  for (const change of changes)
    sums.set(change.id, {
      ...sums.get(change.id),
      ...change,
      received: (sums.get(change.id)?.received ?? 0) + (change.received ?? 0),
    })
  for (const [id, { closes, ...change }] of sums) {
    const row = byId.get(id)
    if (closes && row) sums.set(id, { ...change, expected: Math.min(row.expected, row.received + change.received!) })
  }
  for (const change of sums.values()) {
    const row = byId.get(change.id)
    const offer = row && offers.get(offerKey(row.siteId, row.itemId))
    if (!offer) continue
    const open = Math.max(0, (change.expected ?? row.expected) - row.received - (change.received ?? 0))
    const left = open - row.promised
    const supply = { id: row.id, kind: row.kind, dueOn: change.dueOn ?? row.dueOn, open, left }
    growSupply(offer.fence, row.id, open - Math.max(0, row.expected - row.received))
    const at = offer.supplies.findIndex((one) => one.id === row.id)
    if (at >= 0) offer.supplies.splice(at, 1)
    if (left + row.promised > 0 || row.promised > 0) offer.supplies.push(supply)
    offer.supplies.sort((a, b) => (a.dueOn === b.dueOn ? (a.id < b.id ? -1 : 1) : a.dueOn < b.dueOn ? -1 : 1))
  }
  return [...sums.values()]
}
